"""The quarters of the demo's company: a plan that was closed eleven weeks ago, and the next one in the making. Data.

All of it happens by the verbs of the planning itself, by each area's owner.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.definitions import Ritual
from bot.demo import company
from bot.house import House
from bot.people.model import People
from bot.quarter import asking, closing, frictions, model, writing
from bot.quarter.model import KIND, MET, NOT_MET, UNKNOWN, Bet, QuarterPart
from bot.quarter.writing import LookBack, Result, Typed
from bot.rituals.model import Occurrence

BEFORE_WEEK = 1
"""Of the weeks that are lived through: by then the plan before was made."""


@dataclass(frozen=True)
class Bets:
    """What an area bet on, what came of it, and what it bets on next."""

    area: str
    what: str
    measure: str
    target: str
    result: str = ""
    """Empty: nobody has said it yet."""
    note: str = ""
    learned: str = ""
    next: str = ""
    next_measure: str = ""
    """Empty: it is still missing."""
    next_target: str = ""
    declined: str = ""
    depends_on: str = ""
    risk: str = ""
    is_raised: bool = False


BETS = (
    Bets("billing", "Usage pricing is ready to be sold", "Accounts billed by use", "20", NOT_MET,
         "4 in the pilot; the price list came late", "Agree on the price before the code is written",
         "Usage pricing pays for itself", "Share of new revenue billed by use", "15 %",
         "Split invoices: usage pricing takes Billing until it is out", "payments",
         "Will finance close the month with both ways of billing?", is_raised=True),
    Bets("payments", "Fewer renewed cards fail", "Failed payments on renewed cards", "under 2 %", MET,
         "1.6 %", "One acquirer at a time was slower and safer",
         "Buyers in Brazil pay as they are used to", "Completed checkouts in Brazil", "70 %",
         "More wallets in Europe: few ask", risk="Does the local partner hold the licence in time?", is_raised=True),
    Bets("onboarding", "New teams begin by themselves", "Teams active in the first week", "45 %", MET,
         "47 %", "The checklist worked, the tour did not",
         "A new team begins with something that fits", "Teams that keep a template", "30 %"),
    Bets("search", "The new index answers in half the time", "Median answer", "150 ms", UNKNOWN,
         "The second cluster is not on yet", "Move the heaviest accounts first",
         "Words in files are found, too", depends_on="integrations"),
    Bets("reporting", "Exports never time out", "Exports that fail", "under 0.5 %", MET, "0.3 %",
         "Half of all reports are one of five"),
    Bets("integrations", "Partners build without us", "Partners live on the interface", "10", NOT_MET,
         "3; new limits of a vendor took five weeks", "Test against the vendor's limits in the first week",
         "Partner API for everybody", "Partners live on the interface", "12",
         "Three old connectors end", is_raised=True),
    Bets("mobile", "Receipts are read by the camera", "Receipts that need no typing", "60 %"),
    Bets("admin", "Agencies stop sharing passwords", "Guests invited", "400"),
)  # fmt: skip
FRICTIONS = (
    ("ana@example.com", "Decisions wait too long", "The price list waited for three weeks"),
    ("ben@example.com", "Too many status meetings", "Four in one week ask the same"),
    ("elif@example.com", "Decisions wait too long", "Nobody could say who decides on exports"),
    ("sam@example.com", "Numbers are hard to find", "Two dashboards disagree on active teams"),
)
SKIPS = "frank@example.com"


def make_the_last(session: Session, house: House) -> None:
    """Every area has made its bet, and the head of product closes the plan."""
    ritual, occurrence = _open(session, house)
    for bets in BETS:
        part = model.parts(session, house, occurrence.id)[bets.area]
        typed = Typed(bets.what, _owner(house, part), bets.measure, _link(bets.area), bets.target)
        writing.add_bet(session, house, _owner(house, part), str(part.id), typed, f"demo:last:{bets.area}")
    although = "It is our first plan: there was none to look back on"
    closing.close(session, house, _closer(session, house, ritual), str(occurrence.id), "Fewer things, done.", although)


def begin_the_next(session: Session, house: House) -> None:
    """Some have looked back and bet, others not yet; what hampers people is named."""
    _ritual, occurrence = _open(session, house)
    for bets in BETS:
        if bets.learned:
            _say(session, house, occurrence, bets)
    slack_ids = company.slack_ids(house.definitions)
    for ref, what, example in FRICTIONS:
        frictions.say(session, house, slack_ids[ref], occurrence, [(what, example)])
        asking.frictions_changed(session, house, occurrence, slack_ids[ref])
    frictions.say(session, house, slack_ids[SKIPS], occurrence, [])
    asking.frictions_changed(session, house, occurrence, slack_ids[SKIPS])


def _say(session: Session, house: House, occurrence: Occurrence, bets: Bets) -> None:
    part = model.parts(session, house, occurrence.id)[bets.area]
    by = _owner(house, part)
    results = {bet.id: _result(bets, bet) for bet in writing.earlier_bets(session, house, part, occurrence)}
    writing.look_back(session, house, by, str(part.id), part.version, LookBack(results, bets.learned))
    if not bets.next:
        return
    link = _link(bets.area) if bets.next_measure else ""
    typed = Typed(bets.next, by, bets.next_measure, link, bets.next_target, bets.declined, bets.depends_on, bets.risk)
    bet, _area = writing.add_bet(session, house, by, str(part.id), typed, f"demo:next:{bets.area}")
    if bets.is_raised:
        writing.raise_bet(session, house, by, str(bet.id))


def _result(bets: Bets, bet: Bet) -> Result:
    return Result(bets.result, bets.note, bet.link)


def _open(session: Session, house: House) -> tuple[Ritual, Occurrence]:
    ritual = next(each for each in house.definitions.calendar.rituals if each.kind == KIND)
    occurrence = model.latest(session, house, ritual.id)
    assert occurrence is not None
    return ritual, occurrence


def _closer(session: Session, house: House, ritual: Ritual) -> str:
    owner = People(session, house).by_ref(ritual.owner)
    assert owner is not None
    return owner.slack_id


def _owner(house: House, part: QuarterPart) -> str:
    area = house.definitions.organisation.area(part.area_id)
    assert area is not None
    return company.slack_ids(house.definitions)[area.owner]


def _link(area: str) -> str:
    return f"https://dashboards.example.com/{area}"
