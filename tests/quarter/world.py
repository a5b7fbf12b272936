"""What the tests of planning a quarter share: two areas, a head of product, and a planning that opens on 3 December."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app
from bot.db import Database
from bot.definitions import Calendar, DecisionRules, Definitions, InsightRules, Organisation
from bot.house import House
from bot.quarter import assembling, closing, messages, model, rights, writing
from bot.quarter.assembling import Plan
from bot.quarter.model import Bet, QuarterPart
from bot.quarter.writing import LookBack, Result, Typed
from bot.rituals.model import Occurrence
from tests.decisions import classes
from tests.fakes import Promised, StoppedClock, make_house, promised
from tests.people import ALICE, WORKSPACE
from tests.prompts.asking import turn_to
from tests.releases import launch
from tests.releases.launch import FRANK, introduce
from tests.rituals.desk import berlin
from tests.roadmap import world as roadmap

P = ParamSpec("P")
T = TypeVar("T")

OPENS, REMINDED = berlin(3, 10, month=12), berlin(15, 10, month=12)
PACKET, MEETS, CLOSES = berlin(23, 13, month=12), berlin(24, 13, month=12), berlin(31, 16, month=12)
RITUAL: dict[str, Any] = {
    "id": "quarter-plan",
    "name": "Quarterly planning",
    "kind": "quarter",
    "purpose": "Everybody knows what the next quarter bets on.",
    "owner": FRANK,
    "artifact": "Quarter plan",
    "agenda": ["45 min. Outcomes against targets", "75 min. Bets and trade-offs"],
    "holidays": "earlier",
    "schedule": {
        "repeats": "20 working days before the start of the quarter",
        "prompt": "10:00",
        "reminder": "+8 days 10:00",
        "cutoff": "+15 days 13:00",
        "publish": "+19 days 16:00",
    },
}
BETS: dict[str, Any] = {
    "id": "quarter-bets",
    "name": "What an area bets on in a quarter",
    "topics": ["priority", "releases", "announcements", "planning", "insights"],
    "responsible": ["area_owner"],
    "decider": "head_of_product",
    "backup": "area_owner",
    "forum": {"ritual": "quarter-plan"},
}
PRICES: dict[str, Any] = {
    "id": "pricing",
    "name": "Prices and terms",
    "topics": ["pricing"],
    "responsible": ["area_owner"],
    "decider": "head_of_product",
    "backup": "area_owner",
}
BET = Typed(
    what="Finance teams split invoices themselves",
    owner=ALICE,
    measure="Accounts that split an invoice",
    link="https://example.com/dashboard/split",
    target="60 by the end of March",
    declined="The invoice portal: few ask for it",
    risk="Does the tax office take split invoices?",
)
LEARNED = "Ask two customers before building anything"


def organisation(**changes: Any) -> Organisation:
    """Alice owns Billing, Bob of product ops is her deputy; Frank, head of product, owns Search with Dana."""
    return roadmap.organisation(**changes)


def definitions(
    ritual: dict[str, Any] | None = None, insights: InsightRules | None = None, **changes: Any
) -> Definitions:
    return replace(
        launch.definitions(),
        organisation=organisation(**changes),
        calendar=Calendar.model_validate({"rituals": [ritual or RITUAL]}),
        decisions=DecisionRules.model_validate({**classes.RULES, "classes": [BETS, PRICES]}),
        insights=insights,
    )


def make(db: Database, clock: StoppedClock, workspace_id: str = WORKSPACE, **changes: Any) -> House:
    """A house whose people Slack knows; it is Wednesday, 25 November, 10:00 in Berlin."""
    house = make_house(db, definitions(**changes), clock=clock, links=app.LINKS, workspace_id=workspace_id)
    with db.transaction() as session:
        introduce(session, house)
        app.RITUALS.plan_all(session, house)
    return house


def run(house: House, verb: Callable[Concatenate[Session, House, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    with house.db.transaction() as session:
        return verb(session, house, *args, **kwargs)


def wait(house: House, until: datetime) -> None:
    """Turn the clock, and let each timer fire on the way."""
    assert isinstance(house.clock, StoppedClock)
    turn_to(house, house.clock, until)


def opened(db: Database, clock: StoppedClock, **changes: Any) -> House:
    """A house in which the planning has just opened."""
    house = make(db, clock, **changes)
    wait(house, OPENS)
    return house


def planning(house: House) -> Occurrence:
    """The one that is open, or was last."""
    found = run(house, model.latest, house.definitions.calendar.rituals[0].id)
    assert found is not None
    return found


def part(house: House, area: str = "billing") -> QuarterPart:
    return run(house, model.parts, planning(house).id)[area]


def plan(house: House) -> Plan:
    return run(house, assembling.assemble, house.definitions.calendar.rituals[0], planning(house))


def bet(house: House, by: str = ALICE, area: str = "billing", key: str = "bet", **typed: Any) -> Bet:
    made, _area = run(house, writing.add_bet, by, str(part(house, area).id), replace(BET, **typed), key)
    return made


def looked_back(
    house: House,
    by: str = ALICE,
    area: str = "billing",
    learned: str = LEARNED,
    no_bets: str = "",
    results: Mapping[int, Result] | None = None,
) -> None:
    """What was learned, and what came of earlier bets by their ids."""
    mine = part(house, area)
    run(house, writing.look_back, by, str(mine.id), mine.version, LookBack(results or {}, learned, no_bets))


def close(house: House, by: str = FRANK, **typed: str) -> bool:
    return run(house, closing.close, by, str(planning(house).id), **typed)


def pages(house: House) -> list[str]:
    """The plan as `/cadence quarter plan` shows it: its summary, then the rest."""
    found = plan(house)
    closers = closing.names_of(run(house, rights.closers, found.ritual))
    return [page.text for page in messages.plan(house, found, {ALICE: "Alice", FRANK: "Frank"}.__getitem__, closers)]


def day_messages(house: House, person: str) -> list[Promised]:
    return [each for each in promised(house.db, channel=person) if each.kind.startswith("prompts.")]


def asked(house: House, person: str) -> str:
    """All that the day messages of a person say now."""
    return "\n".join(each.text for each in day_messages(house, person))


def pages_by_id(house: House) -> list[str]:
    """The same with people by their Slack ids, for those who have left."""
    found = plan(house)
    return [page.text for page in messages.plan(house, found, str, [])]


def planning_state(house: House) -> str:
    """How the planning stands that opened on 3 December."""
    with house.db.transaction() as session:
        return session.scalars(select(Occurrence.state).order_by(Occurrence.slot)).first() or ""


def changed_bet(house: House, about: Bet, by: str = ALICE, **typed: str) -> Bet:
    """A bet with what is typed otherwise."""
    found, _area = run(house, writing.change_bet, by, str(about.id), about.version, replace(BET, **typed))
    return found
