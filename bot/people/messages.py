"""What people see of absences, and of who has left. Pure: words and blocks only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot import blocks
from bot.blocks import Block, Message, Option, View
from bot.house import House
from bot.people.absence import KINDS, LONGEST_REASON, last_day_of
from bot.people.model import NO_END, SAID, Absence, Person
from bot.people.wishes import Wish

ABSENCES = "people/absences.txt.j2"
LEFT = "people/left.txt.j2"
MOST_LISTED = 20


def away_form(house: House, wish: Wish, *, for_others: bool) -> View:
    """Asks for the days of an absence, and for as much more as somebody wants to say; `for_others` also for whom."""
    rituals = [Option(ritual.id, ritual.name) for ritual in house.definitions.calendar.rituals[:99]]
    who = blocks.user_input(
        "who", "Who is away?", initial=wish.person.slack_id, hint="Whoever you note as away is told.", optional=True
    )
    return blocks.modal(
        "people.away",
        "Away" if for_others else "I am away",
        *([who] if for_others else []),
        blocks.date_input("first_day", "First day", initial=wish.first_day),
        blocks.date_input(
            "last_day",
            "Last day you are away",
            initial=wish.last_day or wish.first_day,
            hint="Your deputies are asked instead, and nobody reminds you.",
        ),
        blocks.select_input(
            "kind",
            "Why?",
            [Option(key, name) for key, name in KINDS.items()],
            initial=wish.kind,
            hint="For you and product ops only: others see that you are away and until when, nothing else.",
            optional=True,
        ),
        blocks.text_input("reason", "Anything else?", initial=wish.reason, max_length=LONGEST_REASON, optional=True),
        blocks.select_input(
            "ritual",
            "Away from one ritual only?",
            rituals,
            initial=wish.ritual_id or "",
            hint="Leave empty for all of them.",
            optional=True,
        ),
    )


def away_noted(house: House, person: Person, absence: Absence, *, own: bool) -> Message:
    """For whoever noted an absence."""
    begun = absence.first_day <= person.today(house.clock.now())
    return _said(house, "noted", person=person.name, own=own, begun=begun, **_facts(house, absence))


def noted_by(house: House, absence: Absence, name: str) -> Message:
    """For whom product ops has noted as away."""
    return _said(house, "noted_by", name=name, **_facts(house, absence))


def back_again(house: House, *, was_away: bool, name: str) -> Message:
    """`name` is empty for the person themselves."""
    return blocks.message(blocks.section(house.words.render("people/back.txt.j2", was_away=was_away, name=name)))


def absence_ended(house: House, person: Person, *, own: bool) -> Message:
    return _said(house, "ended", person=person.name, own=own)


def absences(house: House, found: Sequence[tuple[Person, Absence]], *, everybody: bool) -> list[Message]:
    """Who is away now and later, each with a button that ends it; kind and reason for those who may know."""
    title = house.words.part(ABSENCES, "title", everybody=everybody)
    parts: list[Block] = [blocks.header(title)]
    for person, absence in found[:MOST_LISTED]:
        name = person.name if everybody else ""
        line = house.words.part(ABSENCES, "line", name=name, private=True, **_facts(house, absence))
        parts.append(blocks.section(line, accessory=blocks.button("End", "people.end_absence", str(absence.id))))
    if not found:
        parts.append(blocks.section(house.words.part(ABSENCES, "nobody", everybody=everybody)))
    if len(found) > MOST_LISTED:
        parts.append(blocks.context(house.words.part(ABSENCES, "more", count=len(found) - MOST_LISTED)))
    return blocks.pages(*parts)


def on_home(house: House, own: Sequence[Absence], today: date) -> list[Block]:
    """For the Home tab: this person's next absence, and the ways to say or to end one."""
    now = any(absence.covers(today) for absence in own)
    text = house.words.part(ABSENCES, "home", now=now, **_facts(house, own[0])) if own else ""
    ways = [blocks.button("I am away", "people.away"), *([blocks.button("I am back", "people.back")] if now else [])]
    return [*([blocks.section(text)] if text else []), blocks.actions(*ways)]


def _facts(house: House, absence: Absence) -> dict[str, object]:
    ritual = house.definitions.calendar.ritual(absence.ritual_id) if absence.ritual_id else None
    last_day = last_day_of(absence)
    return {
        "first_day": absence.first_day,
        "last_day": None if last_day == NO_END else last_day,
        "kind": KINDS.get(absence.kind, ""),
        "reason": absence.reason or "",
        "ritual": ritual.name if ritual else absence.ritual_id or "",
        "source": "" if absence.source == SAID else absence.source.partition(":")[0],
    }


def _said(house: House, part: str, **values: object) -> Message:
    return blocks.message(blocks.section(house.words.part(ABSENCES, part, **values)))


# Who has left.


@dataclass(frozen=True)
class Gap:
    """Somebody who left, what is theirs, and who stands in meanwhile."""

    name: str
    since: date
    posts: tuple[tuple[str, str], ...]
    """`owner of Billing`, and who is asked instead; empty when nobody is."""


def left(house: House, gaps: Sequence[Gap]) -> Message:
    return blocks.pages(*gap_blocks(house, gaps, "left"))[0]


def returned(house: House, names: Sequence[str]) -> Message:
    return blocks.message(blocks.section(house.words.part(LEFT, "returned", names=list(names))))


def gap_blocks(house: House, gaps: Sequence[Gap], title: str) -> list[Block]:
    texts = [house.words.part(LEFT, "gap", gap=gap) for gap in gaps]
    return [*blocks.headed(house.words.part(LEFT, title, gaps=len(gaps))), *(blocks.section(text) for text in texts)]
