"""Who is asked when the owner is not there: the deputy, then whoever is accountable, else nobody."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.db import Database
from bot.definitions import Definitions
from bot.people.absence import back, set_away
from bot.people.directory import keep
from bot.rituals.model import SKIPPED, get
from bot.updates import flow
from bot.updates.model import AWAY, WAITING
from tests.aloud import read_aloud
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS
from tests.updates.team import Week, away, berlin, definitions, directory, member

WEDNESDAY = date(2026, 11, 25)


def week_of(db: Database, area: dict[str, Any], heads: tuple[str, ...] = ()) -> Week:
    """Only Billing, as `area` has it; `heads` lead product."""
    plain = definitions()
    organisation = plain.organisation.model_dump(mode="json", exclude_defaults=True)
    organisation["areas"] = [{"id": "billing", "name": "Billing", "forum": "#billing", **area}]
    for person in organisation["people"]:
        if person["slack"] in heads:
            person["roles"] = ["head_of_product"]
    changed = type(plain.organisation).model_validate(organisation)
    week = Week(db, Definitions(changed, plain.calendar))
    week.run(keep, directory(member(ALICE, "Alice"), member(BOB, "Bob"), member(CHARLIE, "Charlie")))
    return week


def test_whoever_is_accountable_is_asked_when_owner_and_deputy_are_away(db: Database) -> None:
    week = week_of(db, {"owner": ALICE, "deputy": BOB, "accountable": CHARLIE})
    week.run(away, ALICE)
    week.run(away, BOB)
    week.until(berlin(25, 11))
    assert week.ask("billing").asked == CHARLIE
    assert "you stand in for Alice" in week.prompts(CHARLIE)[0].text
    week.submit("billing", by=CHARLIE)
    week.until(berlin(26, 16))
    assert "by Charlie (Alice: away until Thu 26 Nov; Bob: away until Thu 26 Nov)" in week.digest()[0]


def test_without_a_word_on_it_the_head_of_product_is_accountable(db: Database) -> None:
    week = week_of(db, {"owner": ALICE, "deputy": BOB}, heads=(CHARLIE,))
    week.until(berlin(25, 10, 30))
    week.run(away, ALICE)
    assert week.ask("billing").asked == BOB
    week.run(away, BOB)
    ask = week.ask("billing")
    assert (ask.asked, ask.stands_in_for) == (CHARLIE, "Alice")


@pytest.mark.parametrize(
    "area",
    [
        {"owner": ALICE, "deputy": BOB, "accountable": ALICE},
        {"owner": ALICE, "deputy": BOB, "accountable": BOB},
        {"owner": ALICE, "accountable": BOB},
    ],
)
def test_the_line_ends_also_where_it_leads_back_to_who_is_away(db: Database, area: dict[str, Any]) -> None:
    week = week_of(db, area)
    week.until(berlin(25, 10, 30))
    for someone in (ALICE, BOB, ALICE):
        week.run(away, someone)
    ask = week.ask("billing")
    assert (ask.asked, ask.state) == (None, AWAY)


def test_who_stands_in_and_comes_back_first_is_asked(db: Database) -> None:
    week = week_of(db, {"owner": ALICE, "deputy": BOB})
    week.until(berlin(25, 10, 30))
    week.run(away, ALICE)
    week.run(away, BOB)
    week.run(back, BOB, WEDNESDAY)
    week.run(flow.on_back, BOB)
    ask = week.ask("billing")
    assert (ask.asked, ask.state, ask.stands_in_for) == (BOB, WAITING, "Alice")
    week.run(back, ALICE, WEDNESDAY)
    week.run(flow.on_back, ALICE)
    assert week.ask("billing").asked == ALICE


def test_who_is_away_only_from_this_ritual_is_not_asked_in_it(db: Database) -> None:
    week = week_of(db, {"owner": ALICE, "deputy": BOB})
    week.run(set_away, ALICE, WEDNESDAY, WEDNESDAY, ritual_id="roadmap-review")
    week.run(set_away, BOB, WEDNESDAY, WEDNESDAY, ritual_id="weekly-update")
    week.until(berlin(25, 11))
    assert week.ask("billing").asked == ALICE
    week.run(set_away, ALICE, WEDNESDAY, WEDNESDAY, ritual_id="weekly-update")
    week.run(flow.on_away, ALICE)
    assert week.ask("billing").state == AWAY


def test_whose_planned_absence_begins_after_the_prompt_is_not_reminded_and_the_deputy_is_asked(db: Database) -> None:
    week = week_of(db, {"owner": ALICE, "deputy": BOB})
    week.run(set_away, ALICE, WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=9))
    week.until(berlin(26, 11))
    assert len(week.prompts(ALICE)) == 1
    assert week.reminders(ALICE) == []
    assert week.ask("billing").asked == BOB


def test_who_went_away_after_the_prompt_is_shown_as_away_and_not_as_missing(db: Database) -> None:
    week = Week(db, definitions(schedule={"reminder": None}))
    week.run(set_away, CHARLIE, WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=9))
    week.until(berlin(26, 16))
    assert "Help: no update. Charlie: away until Fri 4 Dec" in week.digest()[0]


def test_when_everyone_is_away_nothing_runs_and_the_owner_is_told_once(week: Week) -> None:
    for someone in (ALICE, CHARLIE):
        week.run(away, someone, 9)
    week.run(set_away, BOB, WEDNESDAY, WEDNESDAY, ritual_id="weekly-update")
    opened = week.occurrence()
    week.until(berlin(26, 17))
    occurrence = week.run(get, opened.id)
    assert (occurrence.state, occurrence.reason) == (SKIPPED, "everyone is away")
    assert week.prompts() + week.reminders() == []
    assert week.digest() == []
    (told,) = promised(week.db, "update.told")
    read_aloud(told)
    assert told.channel == PRODUCT_OPS, "Bob owns the ritual and is away from it"
    assert "Weekly product update of Wed 25 Nov 2026 is skipped: everyone is away" in told.text
    assert "Help: Charlie: away until Wed 2 Dec" in told.text
    assert week.occurrence().day == WEDNESDAY + timedelta(days=7), "the next one is planned as ever"


def test_the_owner_of_the_ritual_is_told_when_they_are_there(db: Database) -> None:
    week = week_of(db, {"owner": ALICE})
    week.run(away, ALICE)
    week.until(berlin(26, 17))
    (told,) = week.asking(BOB)
    assert "*Weekly product update of Wed 25 Nov 2026 is skipped: everyone is away*" in told.text


def test_an_early_answer_lets_the_ritual_run_though_everyone_is_away_by_then(db: Database) -> None:
    week = week_of(db, {"owner": ALICE})
    week.submit("billing")
    week.run(away, ALICE)
    week.until(berlin(26, 17))
    assert "Billing – green" in week.digest()[0]


def test_nobody_is_asked_whose_working_hours_begin_too_late(db: Database) -> None:
    """Alice is away from Thursday morning on; it is night in Los Angeles then, until after the cutoff in Berlin."""
    week = week_of(db, {"owner": ALICE, "deputy": BOB, "accountable": CHARLIE})
    week.run(
        keep, directory(member(ALICE, "Alice"), member(BOB, "Bob", "America/Los_Angeles"), member(CHARLIE, "Charlie"))
    )
    week.until(berlin(26, 9, 30))
    week.run(away, ALICE)
    ask = week.ask("billing")
    assert ask.asked == CHARLIE
    assert ask.reason == "Alice: away until Sun 29 Nov; Bob: not at work before the cutoff"
    week.until(berlin(26, 13))
    assert week.asking(BOB) == []
