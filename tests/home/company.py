"""What the tests of Home share: the company of the tests with past weeks, and what one person is shown."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.blocks.compose import spoken
from bot.home.page import home_view
from bot.house import House
from bot.rituals.model import CLOSED, Occurrence
from bot.updates.model import ANSWERED, Ask, Update
from tests.fakes import StoppedClock
from tests.people import ALICE
from tests.releases import launch

WEEKLY = "weekly-update"


def home(house: House, person: str) -> str:
    """Everything that the sections of their Home say, as it is read aloud; without the first steps above."""
    house = replace(house, links=replace(house.links, first_on_home=()))
    with house.db.transaction() as session:
        return str(spoken(home_view(session, house, person).payload()["blocks"]))


def section(said: str, title: str, until: str = "") -> str:
    """What stands below a title, up to another one."""
    below = said.partition(f"{title}\n")[2]
    return below.partition(f"\n{until}\n")[0] if until else below


def later(house: House, **by: int) -> None:
    """Turn the clock, by `days` or `hours`, and let no timer fire."""
    assert isinstance(house.clock, StoppedClock)
    house.clock.turn(timedelta(**by))


def registered(house: House, **changes: Any) -> None:
    """Alice registers Atlas, a medium release of 9 December, or with `changes` another one."""
    with house.db.transaction() as session:
        launch.register(session, house, **changes)


def weeks(house: House, area: str, *colours: str, late: bool = False, **answer: Any) -> None:
    """The area's last weekly updates, the oldest first; an empty colour: there was none. The rest is of the last."""
    with house.db.transaction() as session:
        for ago, colour in enumerate(reversed(colours), start=1):
            _week(session, house, area, ago, colour, answer if ago == 1 else {}, late=late)


def ended(house: House, ritual_id: str, *states: str) -> None:
    """A ritual's last occurrences, the oldest first."""
    with house.db.transaction() as session:
        for ago, state in enumerate(reversed(states), start=1):
            _occurrence(session, house, ritual_id, ago, state)


def _week(
    session: Session, house: House, area: str, ago: int, colour: str, answer: dict[str, Any], *, late: bool
) -> None:
    occurrence = _occurrence(session, house, WEEKLY, ago, CLOSED)
    of = {"workspace_id": house.workspace_id, "occurrence_id": occurrence.id, "area_id": area}
    session.add(Ask(**of, asked=ALICE, state=ANSWERED))
    if colour:
        content = {"status": colour, "next": "More", **answer}
        at = house.clock.now() - timedelta(weeks=ago)
        session.add(Update(**of, author=ALICE, content=content, draft=False, submitted_at=at, late=late))
    session.flush()


def _occurrence(session: Session, house: House, ritual_id: str, ago: int, state: str) -> Occurrence:
    at = house.clock.now() - timedelta(weeks=ago)
    slot = f"{at:%Y-%m-%dT%H:%M}"
    of = {"workspace_id": house.workspace_id, "ritual_id": ritual_id, "slot": slot}
    known = session.scalars(select(Occurrence).filter_by(**of)).first()
    if known is not None:
        return known
    occurrence = Occurrence(
        **of, day=at.date(), opens_at=at, cutoff_at=at,
        publish_at=at, state=state, opened_at=at, ended_at=at,
    )  # fmt: skip
    session.add(occurrence)
    session.flush()
    return occurrence
