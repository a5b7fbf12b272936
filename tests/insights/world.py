"""What the tests of insights share: small rules, people Slack knows, something that Charlie heard, and its answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app
from bot.db import Database
from bot.definitions import Calendar, Definitions, InsightRules, Organisation
from bot.delivery.model import QUEUED, SENT, OutboxMessage
from bot.house import House
from bot.insights import answering, capturing, triage
from bot.insights.answering import Disposition
from bot.insights.capturing import Captured
from bot.insights.model import Insight
from bot.insights.triage import Sorted
from tests import people
from tests.fakes import Promised, StoppedClock, make_house, promised
from tests.people import ALICE, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases import launch
from tests.releases.launch import FRANK, introduce

P = ParamSpec("P")
T = TypeVar("T")

INSIGHTS = "C0INSIGHTS"
PRIVATE = "C0PRIVATE"
INCIDENTS = "C0INCIDENTS"

RULES: dict[str, Any] = {
    "channel": INSIGHTS,
    "emoji": ":bulb:",
    "triagers": ["product_ops", "support"],
    "sources": [
        {"id": "support", "name": "Support tickets", "owner": CHARLIE, "bias": "Only those who write in"},
        {
            "id": "sales",
            "name": "Sales calls",
            "owner": FRANK,
            "bias": "Only those who want to buy",
            "channel": "#area-billing",
        },
    ],
    "themes": [
        {"id": "pricing", "name": "Pricing and billing", "words": ["invoice", "price"]},
        {"id": "reliability", "name": "Reliability", "words": ["crash", "fails"]},
        {"id": "trust", "name": "Trust and privacy", "words": ["privacy"]},
    ],
    "segments": [{"id": "smb", "name": "Small business"}, {"id": "enterprise", "name": "Enterprise"}],
    "evidence": [
        {"id": "quote", "name": "What somebody said"},
        {"id": "tickets", "name": "Number of tickets"},
        {"id": "account", "name": "An account at risk"},
    ],
    "causes": [{"id": "bug", "name": "Bug"}, {"id": "price", "name": "Price"}],
    "severities": {
        "low": {
            "means": "An annoyance",
            "triage": "5 working days",
            "acknowledge": "10 working days",
            "decide": "end of quarter",
        },
        "medium": {
            "means": "It slows people down",
            "triage": "3 working days",
            "acknowledge": "5 working days",
            "decide": "next insights-review",
            "breach": {"tell": ["owner"], "agenda": True},
        },
        "high": {
            "means": "A core task is blocked",
            "triage": "1 working day",
            "acknowledge": "2 working days",
            "decide": "10 working days",
            "breach": {"tell": ["owner"], "then": "head_of_product", "after": 5},
        },
        "critical": {
            "means": "Data is lost",
            "triage": "4 working hours",
            "acknowledge": "1 working day",
            "decide": "5 working days",
            "breach": {"tell": ["owner", "engineering", "head_of_product"]},
        },
    },
    "routes": [
        {"name": "Trust and privacy", "when": {"themes": ["trust"]}, "to": "security"},
        {"name": "No area yet", "when": {"no_area": True}, "to": "product_ops", "urgent": True},
        {
            "name": "An account at risk",
            "when": {"evidence": ["account"]},
            "to": "area_owner",
            "forum": {"ritual": "insights-review"},
            "inform": ["support"],
            "urgent": True,
        },
        {"name": "Price", "when": {"causes": ["price"]}, "to": "head_of_product", "inform": ["area_owner"]},
        {
            "name": "Just released",
            "when": {"released_within": 30},
            "to": "release_owner",
            "forum": {"ritual": "insights-review"},
        },
        {"name": "Everything else", "to": "area_owner", "forum": {"ritual": "insights-review"}},
    ],
    "spike": {"accounts": 5, "high": 3, "days": 30, "ritual": "insights-review"},
    "restricted": {"themes": ["trust"], "readers": ["security"], "channel": PRIVATE},
    "incident": {"tell": ["engineering"], "channel": INCIDENTS, "process": "Open an incident first."},
}
REVIEW: dict[str, Any] = {
    "id": "insights-review",
    "name": "Insights review",
    "kind": "review",
    "purpose": "Every theme is acted on or declined.",
    "owner": ALICE,
    "artifact": "A disposition for each theme",
    "schedule": {
        "repeats": "2nd Thursday of the month",
        "zone": "workspace",
        "prompt": "10:00",
        "cutoff": "+1 day 12:00",
        "publish": "+1 day 12:00",
    },
}
HEARD = Captured(what="Invoices cannot be split between two payers", severity="medium", area_id="billing")
TAGS = Sorted(
    area_id="billing", theme_id="pricing", segment_id="smb", severity="medium", evidence_id="quote", proof="12 tickets"
)
NO = Disposition("declined", reason="Few ask for it, and it costs a quarter.", forward="We will not do it this year.")


def definitions(**changes: Any) -> Definitions:
    """Those of the tests of releases, with another area, a review of insights, and the small rules."""
    base = launch.definitions()
    stated = base.organisation.model_dump(mode="python", exclude_unset=True)
    stated["areas"] = (*stated["areas"], {"id": "search", "name": "Search", "owner": FRANK, "forum": "#search"})
    rituals = people.calendar().model_dump(mode="json", exclude_unset=True)["rituals"]
    return replace(
        base,
        organisation=Organisation.model_validate(stated),
        calendar=Calendar.model_validate({"rituals": [*rituals, REVIEW]}),
        insights=InsightRules.model_validate(RULES | changes),
    )


def make(db: Database, clock: StoppedClock, **changes: Any) -> House:
    """A house with insights: Charlie brings them, Bob and Charlie triage, Alice owns Billing, Grace reads what is
    restricted."""
    house = make_house(db, definitions(**changes), clock=clock, links=app.LINKS)
    with db.transaction() as session:
        introduce(session, house)
        app.RITUALS.plan_all(session, house)
    return house


def run(house: House, verb: Callable[Concatenate[Session, House, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    with house.db.transaction() as session:
        return verb(session, house, *args, **kwargs)


def heard(house: House, by: str = CHARLIE, key: str = "heard", **changes: Any) -> Insight:
    """Somebody logs what they heard."""
    return run(house, capturing.capture, by, replace(HEARD, **changes), key)[0]


def routed(house: House, by: str = CHARLIE, key: str = "heard", tags: Sorted = TAGS, **changes: Any) -> Insight:
    """It is logged, sorted by Bob, and so routed."""
    insight = heard(house, by, key, **changes)
    return run(house, triage.sort, people.BOB, insight.ref, tags)


def decided(house: House, said: Disposition = NO, by: str = ALICE, **changes: Any) -> Insight:
    insight = routed(house, **changes)
    return run(house, answering.dispose, by, insight.ref, said)


def now(house: House, insight: Insight) -> Insight:
    """The insight as it is now."""
    with house.db.transaction() as session:
        found = session.get(Insight, insight.id)
        assert found is not None
        return found


def deliver(house: House) -> None:
    """Everything promised so far stands in Slack."""
    with house.db.transaction() as session:
        waiting = session.scalars(select(OutboxMessage).where(OutboxMessage.state == QUEUED)).all()
        for message in waiting:
            message.state, message.posted_channel, message.ts = (
                SENT,
                message.channel,
                f"{1790000000 + message.id}.000100",
            )


def wait(house: House, until: datetime) -> None:
    """Turn the clock, and let each timer fire on the way."""
    clock = house.clock
    assert isinstance(clock, StoppedClock)
    turn_to(house, clock, until)


def told(house: House, to: str = CHARLIE) -> list[Promised]:
    """What a submitter was told in the thread of a card of theirs."""
    return [each for each in promised(house.db, "insights.told") if each.channel == to]


def day_messages(house: House, person: str, until: datetime | None = None) -> list[Promised]:
    """What a person is asked and told until then, or until now, as it reads now while nothing is delivered."""
    wait(house, until or house.clock.now())
    return [each for each in promised(house.db, channel=person) if each.kind.startswith("prompts.")]
