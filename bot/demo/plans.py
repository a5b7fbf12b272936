"""The roadmap of the demo's company: what its eight areas mean to do, and how it has moved in these weeks. Data.

Each step happens in one week of the past (0 is the oldest), by the roadmap's own verbs, by each area's owner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.demo import company
from bot.house import House, ReleaseFacts
from bot.roadmap import asking, flow, model, places
from bot.roadmap.entry import NOBODY, Typed
from bot.roadmap.model import ADDED, CONFIDENCE, EARLIER, LATER, SCOPE
from bot.roadmap.places import DROPPED, NEXT, NOW

ALONE = (NOBODY,)
SUPPORT, SALES, SUCCESS = "support", "sales", "customer-success"
FRONT_LINE = (SUPPORT, SALES, SUCCESS)
FIRM, LIKELY, ROUGH = "firm", "likely", "rough"


@dataclass(frozen=True)
class Plan:
    """An item that stood on the roadmap from the first week on."""

    area: str
    name: str
    purpose: str
    place: str
    """As `places` writes it; `+2+4` are the months from the second to the fourth after the demo's."""
    confidence: str
    why: str
    functions: tuple[str, ...] = ALONE


@dataclass(frozen=True)
class Step:
    """What became of one, in a week."""

    week: int
    name: str
    kind: str
    why: str
    place: str = ""
    confidence: str = ""
    functions: tuple[str, ...] = ALONE
    depends_on: str = ""
    release: str = ""
    """The release that brings it from then on."""
    evidence: str = ""


PLANS = (
    Plan("billing", "Usage pricing", "Customers pay for what they use", NOW, LIKELY,
         "Eleven finance teams asked for it", FRONT_LINE),
    Plan("billing", "Split invoices", "Two payers can share one invoice", NEXT, ROUGH,
         "Large accounts buy for several companies", (SALES,)),
    Plan("billing", "Invoice portal", "Finance teams find every invoice themselves", "later", ROUGH,
         "One in four tickets of Billing asks for a copy"),
    Plan("payments", "Network tokens", "Cards go on working when a bank renews them", NEXT, LIKELY,
         "Renewed cards are a third of failed payments", (SUPPORT,)),
    Plan("payments", "Local payment methods for Brazil", "Buyers in Brazil pay as they are used to", "+4+6", ROUGH,
         "Sales sees a market there", (SALES, "marketing")),
    Plan("onboarding", "Checklist in the product", "New teams know where to begin", NOW, LIKELY,
         "Most close the tour at once", (SUCCESS,)),
    Plan("onboarding", "Templates by industry", "A new team begins with something that fits", NEXT, ROUGH,
         "Nine sessions asked for examples"),
    Plan("onboarding", "Certified partners", "Partners set up large accounts", "later", ROUGH, "Success is booked out"),
    Plan("search", "The new index", "Search answers in half the time", NOW, FIRM,
         "The old one is at its limit", (SUPPORT, "operations")),
    Plan("search", "Search in attachments", "Words in files are found, too", NEXT, LIKELY,
         "The most wanted thing about search", FRONT_LINE),
    Plan("reporting", "Alerts", "A number that leaves its range says so", NEXT, LIKELY,
         "People look at dashboards only to see that nothing happened"),
    Plan("reporting", "Ready-made reports", "The five reports that everybody builds are there", "+2+4", ROUGH,
         "Half of all reports are one of five", (SALES, SUCCESS)),
    Plan("integrations", "Partner API for everybody", "Partners build without asking us", NEXT, LIKELY,
         "Three partners have tried it", (SALES, "documentation")),
    Plan("integrations", "Old connectors end", "Three connectors that few use go", "+2+3", ROUGH,
         "They cost a person half a year", FRONT_LINE),
    Plan("integrations", "Zapier triggers", "Small teams connect us without code", "later", ROUGH,
         "Five are wanted most"),
    Plan("mobile", "Camera scan", "Receipts are read by the phone's camera", NEXT, LIKELY,
         "Receipts are typed in by hand", (SUPPORT, SALES)),
    Plan("mobile", "Tablet layout", "The app uses the whole screen of a tablet", "+1+3", ROUGH,
         "A tenth of sessions are on tablets"),
    Plan("mobile", "Watch app", "Approvals from the wrist", "later", ROUGH, "It was on last year's list"),
    Plan("admin", "Guest access", "People outside the company see one project", NOW, LIKELY,
         "Agencies share passwords today", (SALES, "security")),
    Plan("admin", "SCIM groups", "Groups come from the company's directory", NEXT, FIRM,
         "Enterprise accounts ask before they sign", (SALES, SUCCESS)),
)  # fmt: skip
STEPS = (
    Step(2, "Network tokens", EARLIER, "The second acquirer is live sooner than planned", NOW, functions=(SUPPORT,)),
    Step(4, "SCIM groups", EARLIER, "Users were quick; groups follow at once", NOW, functions=(SALES, SUCCESS)),
    Step(5, "Alerts", EARLIER, "Exports are done", NOW),
    Step(5, "Watch app", DROPPED, "Six people asked in two years", functions=(SALES,)),
    Step(6, "Certified partners", CONFIDENCE, "Two partners have signed", confidence=LIKELY),
    Step(7, "Usage pricing", SCOPE, "Seats and calls are sold apart", functions=FRONT_LINE, release="Atlas"),
    Step(8, "Camera scan", EARLIER, "Four in five of the testers keep using it", NOW,
         functions=(SUPPORT, SALES)),
    Step(9, "Partner API for everybody", LATER, "HubSpot's new limits took five weeks", "+1+2", LIKELY,
         (SALES, "documentation")),
    Step(10, "Network tokens", CONFIDENCE, "On for all new cards", confidence=FIRM, functions=(SUPPORT,),
         release="Network tokens"),
    Step(10, "Split invoices", LATER, "Usage pricing takes Billing until it is out", "+3+5", ROUGH, (SALES, SUPPORT),
         evidence="D-1"),
    Step(11, "Search in attachments", LATER, "The new index must hold first; the second cluster failed its check",
         "+2+4", ROUGH, FRONT_LINE, depends_on="integrations"),
    Step(11, "Guest access", LATER, "Security looks at it on Monday, a week later than planned", NEXT, LIKELY,
         (SALES, "security")),
    Step(11, "Camera scan", CONFIDENCE, "Its release has a day", confidence=FIRM, functions=(SUPPORT, SALES),
         release="Camera scan"),
)  # fmt: skip

UNMOVED = ("billing", "payments", "onboarding", "reporting")
"""Whose owners have said before the review that nothing moved."""


def happen(session: Session, house: House, week: int, today: date) -> None:
    """What moved in this week; `today` is the day on which the demo is looked at."""
    months = places.from_month(today, 12)
    if week == 0:
        for plan in PLANS:
            _add(session, house, plan, months)
    for step in STEPS:
        if step.week == week:
            _move(session, house, step, months)


def nothing_moved(session: Session, house: House) -> None:
    """Some say so for the review that comes."""
    for area in UNMOVED:
        asking.say(session, house, _owner(house, area))


def _add(session: Session, house: House, plan: Plan, months: Sequence[str]) -> None:
    typed = Typed(
        ADDED, plan.area, plan.name, plan.purpose, _place(plan.place, months), plan.confidence, plan.why, plan.functions
    )
    flow.add(session, house, _owner(house, plan.area), typed, f"demo:{plan.name}"[:40])


def _move(session: Session, house: House, step: Step, months: Sequence[str]) -> None:
    (item,) = model.called(session, house, step.name)
    release = next((each.id for each in _releases(session, house) if each.name == step.release), item.release_id)
    typed = Typed(
        step.kind, item.area_id, item.name, item.purpose, _place(step.place, months) or item.place,
        step.confidence or item.confidence, step.why, step.functions,
        depends_on=step.depends_on, release_id=release, evidence=step.evidence,
    )  # fmt: skip
    flow.change(
        session, house, _owner(house, item.area_id), item.ref, item.version, typed, f"demo:{step.week}:{item.ref}"
    )


def _place(written: str, months: Sequence[str]) -> str:
    if not written.startswith("+"):
        return written
    first, last = written[1:].split("+")
    return places.between(months[int(first)], months[int(last)])


def _owner(house: House, area_id: str) -> str:
    area = house.definitions.organisation.area(area_id)
    assert area is not None
    return company.slack_ids(house.definitions)[area.owner]


def _releases(session: Session, house: House) -> list[ReleaseFacts]:
    return house.links.releases(session, house, None) if house.links.releases else []
