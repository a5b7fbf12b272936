"""Home for somebody with hundreds of everything: Slack takes it, and what is not shown is counted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, update
from sqlalchemy.orm import Session

from bot import app
from bot.actions.model import Action
from bot.blocks.compose import spoken
from bot.db import Database
from bot.decisions.model import PROPOSED, Decision
from bot.definitions import Calendar, Definitions, Organisation
from bot.home.page import home_view
from bot.house import House
from bot.insights.model import ROUTED, Insight, Submission
from bot.releases.model import Release
from bot.reviews import flow as reviews
from bot.rituals.model import Occurrence
from tests.fakes import StoppedClock, make_house
from tests.home.company import WEEKLY, weeks
from tests.insights import world
from tests.people import ALICE
from tests.releases import launch

MANY = 300
MOST_BLOCKS = 100
MOST_ASKED = 50
"""Statements of one look, of whoever has every role."""
LONG = "A very long story of what everybody has to know. " * 40


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """Alice does everything: every role, fifty areas, forty rituals."""
    house = make_house(db, _definitions(), clock, links=app.LINKS)
    with db.transaction() as session:
        launch.introduce(session, house)
        _fill(session, house)
    for area in house.definitions.organisation.areas:
        weeks(house, area.id, "green", "red", path=LONG)
    return house


def test_hundreds_of_everything_fit_and_the_rest_is_counted(house: House) -> None:
    with house.db.transaction() as session:
        shown = home_view(session, house, ALICE).payload()["blocks"]
    said = str(spoken(shown))
    assert len(shown) <= MOST_BLOCKS
    for counted in (
        "more. They come up here",
        "more areas",
        "more: /launch-ready",
        "more red or amber",
        "/insight mine shows",
    ):
        assert counted in said
    for title in ("Decisions that wait", "Red and amber", "What is on you", "Your areas", "Releases near", "Health"):
        assert title in said


def test_home_asks_as_much_of_many_records_as_of_more(house: House) -> None:
    with house.db.transaction() as session:
        first = _asked(session, lambda: home_view(session, house, ALICE))
        assert len(first) <= MOST_ASKED
        now, day = house.clock.now(), date(2026, 11, 20)
        more = range(MANY, 2 * MANY)
        session.execute(insert(Decision), [_decision(house, n, now, day) for n in more])
        session.execute(insert(Insight), [_insight(house, n, now) for n in more])
        session.execute(insert(Submission), [_submission(house, n, now) for n in more])
        session.execute(insert(Action), [_action(house, n, now, day) for n in more])
        assert len(_asked(session, lambda: home_view(session, house, ALICE))) <= len(first)


def test_a_look_asks_nothing_twice(house: House) -> None:
    with house.db.transaction() as session:
        asked = _asked(session, lambda: home_view(session, house, ALICE))
    assert sorted(asked) == sorted(set(asked))


def test_the_next_look_sees_what_has_changed_since(house: House) -> None:
    with house.db.transaction() as session:
        before = str(spoken(home_view(session, house, ALICE).payload()["blocks"]))
        session.execute(update(Occurrence).values(opens_at=house.clock.now() + timedelta(days=3, minutes=17)))
        session.expire_all()
        after = str(spoken(home_view(session, house, ALICE).payload()["blocks"]))
    moment = f"{house.clock.now() + timedelta(days=3, minutes=17):%M}"
    assert f":{moment}" in after
    assert f":{moment}" not in before


def test_the_next_of_all_reviews_of_an_owner_are_read_at_once(house: House) -> None:
    with house.db.transaction() as session:
        until = house.clock.now() + timedelta(days=60)
        asked = _asked(session, lambda: reviews.ahead(session, house, ALICE, until))
    assert len(asked) < 5, "not one query for each of forty"


def _asked(session: Session, look: Callable[[], Any]) -> list[str]:
    """The statements that a look sends, with their values."""
    asked: list[str] = []
    engine = session.connection().engine

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        asked.append(f"{statement} {values}")

    event.listen(engine, "before_cursor_execute", note)
    look()
    event.remove(engine, "before_cursor_execute", note)
    return asked


def _definitions() -> Definitions:
    base = world.definitions()
    stated = base.organisation.model_dump(mode="python", exclude_unset=True)
    stated["people"] = [
        {**each, "roles": ["product_manager", "product_ops", "head_of_product"]} if each["slack"] == ALICE else each
        for each in stated["people"]
    ]
    stated["areas"] = [{"id": f"area-{n}", "name": f"Area {n}", "owner": ALICE, "forum": "#area"} for n in range(50)]
    rituals = base.calendar.model_dump(mode="json", exclude_unset=True)["rituals"]
    reviews = [{**world.REVIEW, "id": f"review-{n}", "name": f"Review {n}", "owner": ALICE} for n in range(40)]
    assert rituals[0]["id"] == WEEKLY
    return replace(
        base,
        organisation=Organisation.model_validate(stated),
        calendar=Calendar.model_validate({"rituals": [*rituals, *reviews]}),
    )


def _fill(session: Session, house: House) -> None:
    app.RITUALS.plan_all(session, house)
    now, day = house.clock.now(), date(2026, 11, 20)
    session.execute(insert(Decision), [_decision(house, n, now, day) for n in range(1, MANY)])
    session.execute(insert(Insight), [_insight(house, n, now) for n in range(1, MANY)])
    session.execute(insert(Submission), [_submission(house, n, now) for n in range(1, MANY)])
    session.execute(insert(Release), [_release(house, n, now) for n in range(1, 60)])
    session.execute(insert(Action), [_action(house, n, now, day) for n in range(1, MANY)])


def _decision(house: House, number: int, now: Any, day: date) -> dict[str, Any]:
    return {
        "workspace_id": house.workspace_id, "number": number, "state": PROPOSED, "raised_by": ALICE, "raised_at": now,
        "decider": ALICE, "question": LONG, "needed_by": day, "area_id": f"area-{number % 50}",
    }  # fmt: skip


def _insight(house: House, number: int, now: Any) -> dict[str, Any]:
    return {
        "workspace_id": house.workspace_id, "number": number, "state": ROUTED, "captured_at": now, "what": LONG,
        "severity": "medium", "area_id": f"area-{number % 50}", "owner": ALICE, "asked_of": ALICE, "due_at": now,
        "also_themes": [],
    }  # fmt: skip


def _submission(house: House, number: int, now: Any) -> dict[str, Any]:
    return {
        "workspace_id": house.workspace_id, "insight_id": number, "captured_as": number, "submitter": ALICE,
        "how": "api", "at": now, "what": LONG,
    }  # fmt: skip


def _release(house: House, number: int, now: Any) -> dict[str, Any]:
    return {
        "workspace_id": house.workspace_id, "name": f"Release {number}" * 4, "slug": f"release{number}",
        "owner": ALICE, "target": (now + timedelta(days=number % 25)).date(), "confidence": "likely",
        "summary": LONG, "facts": ["asked"], "registered_at": now,
    }  # fmt: skip


def _action(house: House, number: int, now: Any, day: date) -> dict[str, Any]:
    return {
        "workspace_id": house.workspace_id, "source": f"release:{1 + number % 50}", "what": LONG[:280],
        "owner": ALICE, "due_on": day, "agreed_by": ALICE, "agreed_at": now,
    }  # fmt: skip
