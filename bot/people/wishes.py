"""What somebody wants to say of an absence, from the words of a command."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.house import House
from bot.people.absence import KINDS
from bot.people.dates import read_days, refuse_length
from bot.people.flow import named_person, nearest, require_person
from bot.people.model import Person


@dataclass(frozen=True)
class Wish:
    """Somebody is to be noted as away; without days a form asks for them."""

    person: Person
    first_day: date
    last_day: date | None
    kind: str
    ritual_id: str | None
    reason: str


def read_wish(session: Session, house: House, asker: str, words: str) -> Wish:
    """`[@someone] [sick] [until friday | monday to friday] [for ritual] [because …]`, in that order.

    Days are those of the absent person's own calendar. A `UserError` says which word is not understood.
    """
    words, _, reason = _cut(words, r"(?:^|\s)because\s")
    named, words = named_person(session, house, words)
    person = named or require_person(session, house, asker)
    words, ritual_id = _ritual_in(house, words)
    kind, words = _kind_in(words)
    today = person.today(house.clock.now())
    first_day, last_day = read_days(words, today) if words else (today, None)
    return Wish(person, first_day, last_day, kind, ritual_id, reason)


def _cut(words: str, at: str) -> tuple[str, str, str]:
    found = re.search(at, words, re.IGNORECASE)
    if found is None:
        return words.strip(), "", ""
    return words[: found.start()].strip(), found[0], words[found.end() :].strip()


def _ritual_in(house: House, words: str) -> tuple[str, str | None]:
    """The words without the ritual they end in, and its id."""
    rituals = {ritual.id: ritual.name for ritual in house.definitions.calendar.rituals}
    for id, name in rituals.items():
        for text in (id, name):
            if found := re.search(rf"(?:^|\s)(?:(?:for|from) )?{re.escape(text)}$", words, re.IGNORECASE):
                return words[: found.start()].strip(), id
    before, separator, ritual = _cut(words, r"(?:^|\s)for\s")
    if not separator:
        return words, None
    refuse_length(words)
    return before, nearest(ritual, rituals, "ritual", "`/cadence calendar` lists them all.")


def _kind_in(words: str) -> tuple[str, str]:
    """What sort of absence it is, when the words begin with that."""
    first, _, rest = words.partition(" ")
    return (first.lower(), rest.strip()) if first.lower() in KINDS else ("other", words)
