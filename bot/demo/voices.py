"""What people of the demo's company said of the way they work: in pulses and in retros; and what they looked up. Data.

All of it happens by the verbs with which people answer, by those who are asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot import asked
from bot.artifacts import listing
from bot.definitions.pulses import AGREE, MINUTES, PRODUCT_MANAGERS, STAKEHOLDERS, WORDS, Pulse
from bot.demo import company
from bot.house import House
from bot.pulses import flow as pulses
from bot.pulses import model as rounds
from bot.reviews import retros
from bot.reviews.packet import SORT
from bot.reviews.retros import Said
from bot.status.records import AREA, RELEASE
from bot.updates import flow as updates

MINUTES_SAID: Sequence[Sequence[str]] = (
    ("240", "150", "150", "240", "90", "150", "150", "300"),
    ("90", "150", "90", "150", "90", "150", "90", "150"),
    ("45", "90", "45", "90", "90", "45", "45", "90"),
)
"""By round: what the eight product managers said to spend a week; of later rounds the last counts."""
AGREED: Sequence[Sequence[str]] = (
    ("2", "3", "4", "2", "3", "4", "2", "3"),
    ("4", "3", "4", "3", "4", "5", "2", "4"),
    ("4", "5", "4", "3", "5", "4", "4", "4"),
)
"""By round: how far those who answer agree; who stands further down did not answer."""
IN_THEIR_WORDS: Mapping[str, Sequence[Sequence[str]]] = {
    PRODUCT_MANAGERS: (
        ("The status mail on Friday", "The second planning call"),
        ("The call in which we read the digest aloud",),
        ("One of the three digests",),
    ),
    STAKEHOLDERS: (
        ("Say who decides. I ask three people each time", "", "Tell me before customers do"),
        ("Say what became of what I brought",),
        ("Tell me of small releases, too",),
    ),
}
"""By whom a pulse asks and by round: what some would drop, and what others would have mended."""
LOOKED_UP = (0, 0, 2, 3, 3, 5, 6, 5, 7, 8, 7, 9)
"""How often in each week somebody asked where something stands; one in six found nothing."""
READ = ("weekly-digest", "roadmap-view", "decision-record", "launch-brief", "insights-digest", "insights-of-the-month",
        "leadership-brief", "go-to-market-digest")  # fmt: skip
"""Artifacts that somebody opens; nobody does the others."""
READS = "marcus@example.com"


@dataclass(frozen=True)
class LookedBack:
    """What somebody said in the retro of the weekly update."""

    week: int
    by: str
    kept: str
    surprised: str


RETROS = (
    LookedBack(4, "ana@example.com", "One place for what I need from others", "Four minutes, not half an hour"),
    LookedBack(4, "chloe@example.com", "Last week's plan stands there already", "Nothing"),
    LookedBack(4, "elif@example.com", "Nobody asks me where Reporting stands any more", "Two still did"),
    LookedBack(4, "frank@example.com", "My cutoff is in my own afternoon", "That red is no alarm"),
    LookedBack(4, "grace@example.com", "The reminder comes once", "Nothing"),
    LookedBack(5, "ana@example.com", "Support read of Atlas before customers did", "Nothing"),
    LookedBack(5, "ben@example.com", "What I need stands on top of the digest", "How often I had no change"),
    LookedBack(5, "sam@example.com", "No chasing", "That people write more than I asked them for"),
    LookedBack(6, "chloe@example.com", "Four minutes", "Nothing"),
    LookedBack(6, "dev@example.com", "My update counts although I sleep at the cutoff", "Nothing"),
    LookedBack(6, "elif@example.com", "Decisions are found again", "Nothing"),
    LookedBack(6, "grace@example.com", "I know on Thursday what I need to know", "Nothing"),
    LookedBack(9, "priya@example.com", "We hear of a release before its day", "That a small one came without a word"),
    LookedBack(9, "tom@example.com", "I find what I may promise by myself", "Nothing"),
    LookedBack(9, "lena@example.com", "The gates have names beside them", "How many of them are mine"),
    LookedBack(9, "ana@example.com", "Decisions are found again", "Two weeks for a price list"),
    LookedBack(9, "ben@example.com", "Nobody asks twice", "Nothing"),
    LookedBack(9, "sam@example.com", "Three weeks without a status meeting", "Nobody missed it"),
    LookedBack(9, "carlos@example.com", "I read what changes, not what is discussed", "Nothing"),
    LookedBack(9, "marcus@example.com", "Five lines on Monday", "How long questions had lain about"),
    LookedBack(9, "nora@example.com", "Dates do not move without a word", "Nothing"),
    LookedBack(9, "yusuf@example.com", "Numbers have somebody's name", "Two of them disagree"),
)


def happen(session: Session, house: House, week: int, today: date) -> None:
    """What was said and looked up in this week; `today` is the day on which the demo is looked at."""
    _answer_pulses(session, house, today)
    _look_back(session, house, week)
    for n in range(LOOKED_UP[week]):
        asked.note(session, house, RELEASE if n % 3 == 2 else AREA, answered=n % 6 != 5)
    for artifact in READ:
        listing.opened(session, house, company.slack_ids(house.definitions)[READS], artifact)


def _answer_pulses(session: Session, house: House, today: date) -> None:
    rules, asked_by_now = house.definitions.pulses, rounds.rounds(session, house, date.min, today)
    for pulse in rules.pulses if rules else ():
        number = sum(each.pulse_id == pulse.id for each in asked_by_now) - 1
        for place, person in enumerate(pulses.whom(session, house, pulse)):
            for round_ in rounds.open_of(session, house, person.slack_id):
                if place < len(AGREED[0]):
                    typed = _typed(pulse, min(number, len(AGREED) - 1), place)
                    pulses.answer(session, house, person.slack_id, str(round_.id), typed, quote=True)


def _typed(pulse: Pulse, number: int, place: int) -> Mapping[str, str]:
    words = IN_THEIR_WORDS[pulse.asks][number]
    says = {
        AGREE: AGREED[number][place],
        MINUTES: MINUTES_SAID[number][place],
        WORDS: words[place] if place < len(words) else "",
    }
    return {question.id: says[question.kind] for question in pulse.questions}


def _look_back(session: Session, house: House, week: int) -> None:
    people = company.slack_ids(house.definitions)
    ritual = next(each for each in house.definitions.calendar.rituals if each.kind == updates.KIND)
    for each in RETROS:
        if each.week == week:
            said = Said(each.kept, each.surprised, "", "", "")
            retros.say(session, house, people[each.by], f"{SORT}:{ritual.id}", said)
