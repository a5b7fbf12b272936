"""What the calendar does: in the next seven days for this person, then everything else of two weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.definitions import Ritual
from bot.home.look import Look
from bot.house import Ahead
from bot.people.model import People
from bot.rituals import messages as rituals
from bot.rituals.model import SCHEDULED, Occurrence, not_ended

SOON, AHEAD = timedelta(days=7), timedelta(days=14)
ASKED, OWNS, INVITED = "asked", "owns", "invited"
"""Why it concerns somebody: they are asked for something, close it, or are of those it is for."""


@dataclass(frozen=True)
class Entry:
    title: str
    at: datetime
    moved: str | None
    """From where, by whom and why."""
    why: str = ""


@dataclass(frozen=True)
class Calendar:
    mine: Sequence[Entry]
    """In the next seven days."""
    others: Sequence[Entry]
    """What comes next beside it."""
    paused: Mapping[str, str]
    """By the name of a ritual: by whom, until when and why."""


def read(look: Look) -> Calendar:
    session, house, soon = look.session, look.house, look.now + SOON
    asked = [each for room in house.links.ahead for each in room(session, house, look.slack_id, soon)]
    mine: list[Entry] = []
    others: list[Entry] = []
    for occurrence in _scheduled(look):
        ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
        if ritual is None:
            continue
        moved = rituals.moved_in_words(session, house, occurrence)
        concerns = _concerns(look, ritual, occurrence, asked) if occurrence.opens_at <= soon else []
        mine += [Entry(title, at, moved, why) for title, at, why in concerns]
        # What was asked for once does not come twice.
        asked = [each for each in asked if not _is_of(each, ritual)]
        if not concerns:
            others.append(Entry(ritual.name, occurrence.opens_at, moved))
    paused = rituals.all_paused_in_words(session, house, look.paused)
    names = {ritual.name: paused[ritual.id] for ritual in house.definitions.calendar.rituals if ritual.id in paused}
    return Calendar(sorted(mine, key=lambda each: each.at), others, names)


def _concerns(
    look: Look, ritual: Ritual, occurrence: Occurrence, asked: Sequence[Ahead]
) -> list[tuple[str, datetime, str]]:
    """What an occurrence is to this person, and when for them; nothing where it is not for them."""
    people = People(look.session, look.house)
    owns = look.person is not None and people.by_ref(ritual.owner) == look.person
    if found := [each for each in asked if _is_of(each, ritual)]:
        return [(each.title, each.at, ASKED if ritual.asks_each else OWNS) for each in found]
    if owns and not ritual.asks_each:
        return [(ritual.name, occurrence.opens_at, OWNS)]
    is_for = look.person is not None and look.person in people.members(ritual.audience)
    return [(ritual.name, occurrence.opens_at, INVITED)] if is_for else []


def _is_of(ahead: Ahead, ritual: Ritual) -> bool:
    """Rooms name what they will ask for by its ritual, and by an area where they ask for each."""
    return ahead.title == ritual.name or ahead.title.startswith(f"{ritual.name}, ")


def _scheduled(look: Look) -> Sequence[Occurrence]:
    found = (each for each in not_ended(look.session, look.house) if each.state == SCHEDULED)
    soon = (each for each in found if each.opens_at <= look.now + AHEAD)
    return sorted(soon, key=lambda each: (each.opens_at, each.id))
