"""What the tests of digests share: three digests, each for an audience, in the house in which insights are kept."""

from dataclasses import replace
from typing import Any

from bot import app
from bot.db import Database
from bot.definitions import Calendar, Definitions
from bot.house import House
from tests.fakes import Promised, StoppedClock, make_house, promised
from tests.insights import world
from tests.insights.world import run
from tests.people import ALICE, CHARLIE, UPDATES, WORKSPACE
from tests.releases.launch import DANA, ERIN, FRANK, introduce
from tests.updates.team import berlin

MONDAY = berlin(30, 9, 1)
"""A minute after the first brief."""


def digest(id: str, name: str, readers: str, day: str, at: str, audience: list[str], **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "name": name,
        "kind": "digest",
        "for": readers,
        "purpose": "They know what changed.",
        "owner": ALICE,
        "artifact": "What changed",
        "audience": audience,
        "schedule": {
            "repeats": f"every {day}",
            "zone": "workspace",
            "prompt": "08:00",
            "cutoff": "08:30",
            "publish": at,
        },
        **more,
    }


BRIEF = digest("leadership-brief", "Leadership brief", "leadership", "Monday", "09:00", [FRANK])
MARKET = digest(
    "market", "Go-to-market digest", "go-to-market", "Thursday", "16:30", [CHARLIE, DANA], channel=UPDATES
)  # fmt: skip
ENGINEERING = digest("engineering", "Engineering digest", "engineering", "Friday", "10:00", [ERIN])


def definitions(*digests: dict[str, Any]) -> Definitions:
    """Those of the tests of insights, with these digests; all three when none is named."""
    base = world.definitions()
    rituals = [each.model_dump(mode="json", exclude_unset=True) for each in base.calendar.rituals]
    added = digests or (BRIEF, MARKET, ENGINEERING)
    return replace(base, calendar=Calendar.model_validate({"rituals": [*rituals, *added]}))


def make(db: Database, clock: StoppedClock, *digests: dict[str, Any], workspace_id: str = WORKSPACE) -> House:
    """A house whose people Slack knows; it is Wednesday, 10:00 in Berlin."""
    house = make_house(db, definitions(*digests), clock=clock, links=app.LINKS, workspace_id=workspace_id)
    with db.transaction() as session:
        introduce(session, house)
        app.RITUALS.plan_all(session, house)
    return house


def adopt(house: House, *digests: dict[str, Any]) -> House:
    """The house under new definitions."""
    house = replace(house, definitions=definitions(*digests))
    run(house, app.RITUALS.plan_all)
    return house


def in_channel(house: House) -> list[Promised]:
    """What digests posted in channels, and the changes of it."""
    return promised(house.db, "digests.digest")


def dms(house: House, person: str) -> list[Promised]:
    """A person's messages, and the changes of them."""
    return [each for each in promised(house.db, channel=person) if each.kind.startswith("prompts.")]
