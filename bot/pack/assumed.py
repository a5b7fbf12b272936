"""What the pack rests on that nobody has confirmed: all of it in one table, and again in the section it is used in."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bot.house import House
from bot.pack.contents import section_of
from bot.pack_parts import Cell, Part
from bot.pack_words import Say, differing_first
from bot.people.model import People
from bot.setup import assuming, messages

WORDS = "pack/sections.txt.j2"


def part(session: Session, house: House) -> Part:
    """Each assumption with who confirms it by when; those whose day has passed stand first."""
    say, people = Say(house, WORDS), People(session, house)
    rows: list[tuple[bool, Sequence[Cell]]] = []
    for each in assuming.held(house):
        late = assuming.is_late(house, each)
        day = say.text("confirm_by", day=each.confirm_by, late=late)
        label, value = assuming.label_of(house, each.what), assuming.value_of(session, house, each)
        rows.append((late, (label, value, people.named(each.owner), day, each.why)))
    table = differing_first(say, "assumptions", rows)
    return Part(say.text("assumed_title"), says=say.lines("assumed") if rows else (), tables=[table])


def by_section(session: Session, house: House) -> Mapping[str, Sequence[str]]:
    """Each assumption in a sentence, by the section whose definitions it is about."""
    people, found = People(session, house), defaultdict[str, list[str]](list)
    for each in assuming.held(house):
        label, value = assuming.label_of(house, each.what), assuming.value_of(session, house, each)
        line = messages.assumption_line(house, each, label, value, people.named(each.owner))
        found[section_of(each.what)].append(line)
    return found
