"""When a pulse is asked, and of whom."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import timers
from bot.db import Database
from bot.definitions.pulses import Pulse, PulseRules
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.directory import keep
from bot.pulses import flow, model
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB, CHARLIE
from tests.pulses.test_results import RULES
from tests.updates.team import berlin, definitions, directory

MONTHLY: dict[str, Any] = RULES["pulses"][0]


def house_with(db: Database, clock: StoppedClock, *pulses: dict[str, Any]) -> House:
    rules = PulseRules.model_validate({"pulses": list(pulses)})
    house = make_house(db, replace(definitions(), pulses=rules), clock)
    with db.transaction() as session:
        keep(session, house, directory())
    return house


def asked(house: House, pulse: str, *people: str) -> Sequence[str]:
    """Whom of these a pulse asks that begins now."""
    with house.db.transaction() as session:
        flow.on_ask(session, house, f"pulse:{pulse}")
        return [each for each in people if any(r.pulse_id == pulse for r in model.open_of(session, house, each))]


@pytest.mark.proves("F11")
def test_nobody_is_asked_twice_within_thirty_days(db: Database, clock: StoppedClock) -> None:
    house = house_with(db, clock, MONTHLY, MONTHLY | {"id": "other"})
    clock.set(berlin(1, 9))
    assert asked(house, "p", ALICE) == [ALICE]
    clock.set(berlin(30, 9))
    assert asked(house, "other", ALICE) == []
    clock.set(berlin(1, 9, month=12))
    assert asked(house, "other", ALICE) == [ALICE]


def test_stakeholders_are_neither_product_managers_nor_product_ops(db: Database, clock: StoppedClock) -> None:
    house = house_with(db, clock, MONTHLY | {"asks": "stakeholders"})

    assert asked(house, "p", ALICE, BOB, CHARLIE) == [CHARLIE]


@pytest.mark.parametrize(
    ("every", "now", "next_"),
    [
        ("month", berlin(8, 8), "2026-11-08"),
        ("month", berlin(8, 9), "2026-12-08"),
        ("quarter", berlin(8, 8), "2027-01-08"),
        ("quarter", berlin(8, 8, month=10), "2026-10-08"),
    ],
)
def test_the_next_time_is_as_the_working_day_begins(
    db: Database, clock: StoppedClock, every: str, now: datetime, next_: str
) -> None:
    clock.set(now)
    house = house_with(db, clock, MONTHLY)

    pulse = Pulse.model_validate(MONTHLY | {"every": every})
    with db.transaction() as session:
        next_time = flow.next_time(session, house, pulse)
    assert next_time.astimezone(berlin(1, 1).tzinfo).isoformat()[:10] == next_


def test_in_march_a_pulse_begins_once_thirty_days_are_over_and_asks_again(db: Database, clock: StoppedClock) -> None:
    house, days = house_with(db, clock, MONTHLY), []
    clock.set(datetime(2027, 2, 8, 8, tzinfo=UTC))
    for _ in range(4):
        assert asked(house, "p", ALICE) == [ALICE]
        days.append(f"{house.clock.now():%-d %B}")
        with db.transaction() as session:
            flow.keep_in_step(session, house)
            due = timers.due(session, house, "pulses.ask:p")
        assert due is not None
        clock.set(due)

    assert days == ["8 February", "10 March", "9 April", "9 May"]


def test_a_pulse_that_would_ask_nobody_does_not_begin(db: Database, clock: StoppedClock) -> None:
    house = house_with(db, clock, MONTHLY, MONTHLY | {"id": "other"})
    for pulse in ("p", "other"):
        asked(house, pulse)

    with db.transaction() as session:
        assert [each.pulse_id for each in session.query(model.Round)] == ["p"]
        assert timers.due(session, house, "pulses.ask:other") is not None


def test_what_was_due_while_nobody_ran_is_still_asked(db: Database, clock: StoppedClock) -> None:
    clock.set(berlin(1, 9))
    house = house_with(db, clock, MONTHLY)
    with db.transaction() as session:
        flow.keep_in_step(session, house)
        due = timers.due(session, house, "pulses.ask:p")
    clock.set(berlin(9, 9))
    with db.transaction() as session:
        flow.keep_in_step(session, house)
        assert timers.due(session, house, "pulses.ask:p") == due == datetime(2026, 11, 8, 8, tzinfo=UTC)


def test_an_answer_outside_the_bands_is_refused_and_none_is_taken_after_the_end(
    db: Database, clock: StoppedClock
) -> None:
    house = house_with(db, clock, MONTHLY)
    asked(house, "p", ALICE)
    with db.transaction() as session, pytest.raises(FieldErrors) as refused:
        flow.answer(session, house, ALICE, "1", {"minutes": "7", "agree": "6"}, quote=False)
    assert set(refused.value.fields) == {"minutes", "agree"}
    with db.transaction() as session, pytest.raises(UserError, match="does not ask you"):
        flow.answer(session, house, CHARLIE, "1", {}, quote=False)
    clock.set(berlin(3, 9, month=12))
    with db.transaction() as session, pytest.raises(UserError, match="is over"):
        flow.answer(session, house, ALICE, "1", {"minutes": "15", "agree": "4"}, quote=False)
