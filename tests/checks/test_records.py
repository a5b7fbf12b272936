"""What the records must hold: each check finds the one thing that breaks it, and nothing where all is well."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot import app
from bot.actions.model import Action
from bot.db import Base
from bot.decisions.model import DECIDED, PROPOSED, Decision
from bot.definitions import load
from bot.fills import FormFill
from bot.house import House
from bot.insights.model import ACKNOWLEDGED, NEW, ROUTED, Insight
from bot.lookback.model import FOUND, SEARCHED, Surprise
from bot.reviews.model import OldMeeting
from bot.shipped import folder
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB

Make = Callable[[House], Sequence[Base]]


def decision(house: House, **values: Any) -> Decision:
    now = house.clock.now()
    usual: dict[str, Any] = {
        "number": 42, "state": PROPOSED, "source": "", "raised_by": ALICE, "raised_at": now, "decider": BOB,
        "class_id": "area-priority", "needed_by": now.date() + timedelta(days=3), "question": "Which?",
    }  # fmt: skip
    return Decision(workspace_id=house.workspace_id, **(usual | values))


def decided(house: House, **values: Any) -> Decision:
    now = house.clock.now()
    usual: dict[str, Any] = {
        "state": DECIDED, "decided_at": now, "decision": "this", "options": "this\nthat", "why": "It is better.",
        "door": "easy", "review_on": now.date() + timedelta(days=30),
    }  # fmt: skip
    return decision(house, **(usual | values))


def insight(house: House, **values: Any) -> Insight:
    now = house.clock.now()
    usual: dict[str, Any] = {
        "number": 17, "state": NEW, "captured_at": now - timedelta(days=2), "what": "It fails.", "severity": "low",
        "due_at": now + timedelta(days=1), "area_id": "billing", "theme_id": "docs", "disposition": "",
    }  # fmt: skip
    return Insight(workspace_id=house.workspace_id, **(usual | values))


def late(house: House, days: int = 1) -> dict[str, Any]:
    return {"due_at": house.clock.now() - timedelta(days=days)}


def action(house: House, days: int) -> Action:
    now = house.clock.now()
    return Action(
        workspace_id=house.workspace_id, source="release:1", what="Write it", owner=ALICE, agreed_by=BOB,
        due_on=now.date() - timedelta(days=days), agreed_at=now,
    )  # fmt: skip


def surprise(house: House, state: str) -> Surprise:
    return Surprise(
        workspace_id=house.workspace_id, state=state, reported_by=ALICE, reported_at=house.clock.now(), words="A page"
    )


def meeting(house: House, days: int) -> OldMeeting:
    return OldMeeting(
        workspace_id=house.workspace_id, name="Sync", often="every week", minutes=30, people=5, link="", pain="",
        listed_by=BOB, listed_at=house.clock.now() - timedelta(days=days),
    )  # fmt: skip


def fills(house: House, minutes: int) -> list[FormFill]:
    at = house.clock.now() - timedelta(days=1)
    return [
        FormFill(
            workspace_id=house.workspace_id, form="a.b", title="Brief", view_id=f"V{n}", opened_at=at,
            seconds=60 * minutes,
        )
        for n in range(5)
    ]  # fmt: skip


CASES: Sequence[tuple[str, Make, Make]] = (
    ("AR03", lambda h: fills(h, 19), lambda h: fills(h, 5)),
    ("CA02", lambda h: [meeting(h, 15)], lambda h: [meeting(h, 10)]),
    ("DE01", lambda h: [decision(h, needed_by=None)], lambda h: [decision(h)]),
    ("DE03", lambda h: [decided(h, options="this")], lambda h: [decided(h)]),
    ("DE03", lambda h: [decided(h, door="hard")], lambda h: [decided(h, door="hard", revisit="Fewer than 5")]),
    ("DE04", lambda h: [decision(h, needed_by=date(2026, 1, 5))], lambda h: [decision(h)]),
    ("DE04", lambda h: [decided(h, review_on=date(2026, 1, 5))], lambda h: [decided(h)]),
    ("IN01", lambda h: [insight(h, source_id="support", captured_at=h.clock.now() - timedelta(days=31))],
     lambda h: [insight(h, source_id="support")]),
    ("IN02", lambda h: [insight(h, **late(h))], lambda h: [insight(h)]),
    ("IN04", lambda h: [insight(h, state=ROUTED, owner=ALICE, **late(h))],
     lambda h: [insight(h, state=ROUTED, owner=ALICE)]),
    ("IN05", lambda h: [insight(h, state=ACKNOWLEDGED, owner=ALICE, **late(h))],
     lambda h: [insight(h, state=ACKNOWLEDGED, owner=ALICE)]),
    ("IN06", lambda h: [insight(h, state="decided", disposition="declined", decided_at=h.clock.now())],
     lambda h: [insight(h, state="decided", disposition="declined", reason="No.", decided_at=h.clock.now())]),
    ("IN07", lambda h: [insight(h, severity="high")], lambda h: [insight(h, severity="high", proof="12 tickets")]),
    ("IN08", lambda h: [insight(h, state="decided", decided_at=h.clock.now() - timedelta(days=9))],
     lambda h: [insight(h, state="decided", decided_at=h.clock.now() - timedelta(days=3))]),
    ("IN10", lambda h: [insight(h, number=n, theme_id="") for n in range(1, 6)],
     lambda h: [insight(h, number=n) for n in range(1, 6)]),
    ("DA02", lambda h: [insight(h, restricted=True, message_id=1)], lambda h: [insight(h, restricted=True)]),
    ("RE12", lambda h: [action(h, 15)], lambda h: [action(h, 13)]),
    ("RE13", lambda h: [surprise(h, SEARCHED)], lambda h: [surprise(h, FOUND)]),
)  # fmt: skip
"""By check: records that break it, and such that do not."""


@pytest.fixture
def house(house: House, clock: StoppedClock) -> House:
    definitions = load(folder("cadences"), app.KINDS).definitions
    assert definitions is not None
    return replace(make_house(house.db, clock=clock, links=app.LINKS), definitions=definitions)


@pytest.mark.proves(each="rule")
@pytest.mark.parametrize(("rule", "broken", "well"), CASES)
def test_a_check_finds_what_breaks_it(house: House, rule: str, broken: Make, well: Make) -> None:
    assert rule in found_with(house, broken)


@pytest.mark.parametrize(("rule", "broken", "well"), CASES)
def test_a_check_finds_nothing_where_all_is_well(house: House, rule: str, broken: Make, well: Make) -> None:
    assert rule not in found_with(house, well)


def found_with(house: House, make: Make) -> set[str]:
    def look(session: Session) -> set[str]:
        session.add_all(make(house))
        session.flush()
        return {each.rule for room in house.links.findings for each in room(session, house)}

    return house.db.call(look)
