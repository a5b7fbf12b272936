"""What the tests of the roadmap share: two areas, functions that must hear of changes, and items that move."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app
from bot.db import Database
from bot.definitions import Calendar, DecisionRules, Definitions, Organisation
from bot.delivery.model import QUEUED, SENT, OutboxMessage
from bot.house import House
from bot.roadmap import flow, model
from bot.roadmap.entry import NOBODY, Typed
from bot.roadmap.model import ADDED, RoadmapChange, RoadmapItem
from tests import people
from tests.decisions import classes
from tests.fakes import Promised, StoppedClock, make_house, promised
from tests.people import ALICE
from tests.prompts.asking import turn_to
from tests.releases import launch
from tests.releases.launch import DANA, FRANK, introduce

P = ParamSpec("P")
T = TypeVar("T")

SUPPORT_CHANNEL = "C0SUPPORT"
REVIEW: dict[str, Any] = {
    "id": "roadmap-review",
    "name": "Roadmap review",
    "kind": "review",
    "purpose": "Changes are seen, decided and passed on.",
    "owner": FRANK,
    "artifact": "Roadmap view",
    "schedule": {
        "repeats": "every 2 weeks on Wednesday",
        "starts": "2026-01-07",
        "zone": "workspace",
        "prompt": "13:00",
        "cutoff": "17:00",
        "publish": "17:00",
    },
}
DECISION_CLASS: dict[str, Any] = {
    "id": "visible-move",
    "name": "A change of the roadmap that others notice",
    "topics": ["roadmap", "priority", "releases", "announcements", "planning", "insights"],
    "responsible": ["area_owner"],
    "decider": "head_of_product",
    "backup": "area_owner",
    "forum": {"ritual": "roadmap-review"},
}
NEW = Typed(
    kind=ADDED,
    area_id="billing",
    name="Split invoices",
    purpose="Two payers can share an invoice",
    place="next",
    confidence="likely",
    why="Every second large account asks for it",
    functions=(NOBODY,),
)


def organisation(**changes: Any) -> Organisation:
    """Alice owns Billing, Bob of product ops is her deputy; Frank, head of product, owns Search, Dana is his."""
    stated = launch.definitions().organisation.model_dump(mode="python", exclude_unset=True)
    stated["areas"] = (
        *stated["areas"],
        {"id": "search", "name": "Search", "owner": FRANK, "deputy": DANA, "forum": "#search"},
    )
    stated["functions"] = [
        {**each, "channel": SUPPORT_CHANNEL} if each["id"] == "support" else each for each in stated["functions"]
    ]
    return Organisation.model_validate(stated | changes)


def definitions(**changes: Any) -> Definitions:
    rituals = people.calendar().model_dump(mode="json", exclude_unset=True)["rituals"]
    rules = {**classes.RULES, "classes": [DECISION_CLASS]}
    return replace(
        launch.definitions(),
        organisation=organisation(**changes),
        calendar=Calendar.model_validate({"rituals": [*rituals, REVIEW]}),
        decisions=DecisionRules.model_validate(rules),
    )


def make(db: Database, clock: StoppedClock, workspace_id: str = people.WORKSPACE, **changes: Any) -> House:
    """A house whose people Slack knows; it is Wednesday, 10:00 in Berlin."""
    house = make_house(db, definitions(**changes), clock=clock, links=app.LINKS, workspace_id=workspace_id)
    with db.transaction() as session:
        introduce(session, house)
        app.RITUALS.plan_all(session, house)
    return house


def run(house: House, verb: Callable[Concatenate[Session, House, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    with house.db.transaction() as session:
        return verb(session, house, *args, **kwargs)


def added(house: House, by: str = ALICE, key: str = "added", **typed: Any) -> RoadmapItem:
    """A new item of Billing, of which nobody else hears."""
    return item(house, run(house, flow.add, by, replace(NEW, **typed), key))


def changed(house: House, about: RoadmapItem, kind: str, by: str = ALICE, key: str = "", **typed: Any) -> RoadmapChange:
    """The form of an item, as it stands now, with what is typed otherwise."""
    now = fresh(house, about)
    so_far = Typed(
        kind, now.area_id, now.name, now.purpose, now.place, now.confidence, "Two large accounts wait",
        functions=(NOBODY,), release_id=now.release_id,
    )  # fmt: skip
    version = int(typed.pop("version", now.version))
    key = key or f"{kind}:{now.version}"
    return run(house, flow.change, by, now.ref, version, replace(so_far, **typed), key)


def item(house: House, change: RoadmapChange) -> RoadmapItem:
    return run(house, model.of_ids, [change.item_id])[change.item_id]


def fresh(house: House, about: RoadmapItem) -> RoadmapItem:
    """The item as it is now."""
    return run(house, model.get, about.ref)


def deliver(house: House) -> None:
    """Everything promised so far stands in Slack."""
    with house.db.transaction() as session:
        for message in session.scalars(select(OutboxMessage).where(OutboxMessage.state == QUEUED)):
            message.state, message.posted_channel = SENT, message.channel
            message.ts = f"{1790000000 + message.id}.000100"


def wait(house: House, until: datetime) -> None:
    """Turn the clock, and let each timer fire on the way."""
    assert isinstance(house.clock, StoppedClock)
    turn_to(house, house.clock, until)


def heard(house: House, person: str) -> list[Promised]:
    """The day messages of a person up to now, as they read now while nothing is delivered."""
    wait(house, house.clock.now())
    return [each for each in promised(house.db, channel=person) if each.kind.startswith("prompts.")]
