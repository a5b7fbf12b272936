"""The weekly digest as data: every area accounted for, what changed first. Pure reading; nothing is said here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.definitions import Area, Ritual
from bot.house import House, Section
from bot.people.mentions import mentions
from bot.people.model import People, Person
from bot.rituals.model import Occurrence
from bot.updates import model
from bot.updates.answer import AMBER, GREEN, RED, Answer
from bot.updates.model import AWAY, LET_OFF, NOT_MINE, WAITING, Asked, Submitted

LOW_CONFIDENCE = 60
"""A green area less sure of its date than this, in percent, is shown with a question mark."""
LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Line:
    """One area in the digest: its answer, or why there is none."""

    area_id: str
    area: str
    owner: str
    author: str = ""
    answer: Answer | None = None
    before: str = ""
    """Last digest's colour."""
    no_change: bool = False
    late: bool = False
    edited: str = ""
    """When it was edited after the digest was posted, in words."""
    silent_because: str = ""
    owner_missing: str = ""
    """Why somebody else answers for the owner, such as `Alice: away until Fri 27 Nov`."""

    @property
    def moved(self) -> bool:
        return bool(self.answer and self.before and self.answer.status != self.before)

    @property
    def doubtful(self) -> bool:
        answer = self.answer
        return bool(
            answer and answer.status == GREEN and answer.confidence is not None and answer.confidence < LOW_CONFIDENCE
        )


@dataclass(frozen=True)
class Request:
    """What one area needs from somebody."""

    area: str
    text: str
    of: str
    by: date | None


@dataclass(frozen=True)
class Digest:
    title: str
    day: date
    zone: ZoneInfo
    lines: tuple[Line, ...]
    requests: tuple[Request, ...]
    sections: tuple[Section, ...]
    asked: tuple[str, ...] = ()
    """Mentions of whom the requests are for, where the ritual mentions people."""
    awaited: tuple[str, ...] = ()
    """The same of those whose updates are missing."""
    not_yet: tuple[str, ...] = ()
    """The areas, by name, to which the pilot has not widened: they are asked nothing, so they are not silent."""

    @property
    def answered(self) -> list[Line]:
        return [line for line in self.lines if line.answer]

    @property
    def silent(self) -> list[Line]:
        return [line for line in self.lines if not line.answer]

    @property
    def moved(self) -> list[Line]:
        return [line for line in self.answered if line.moved]

    @property
    def attention(self) -> list[Line]:
        """Red before amber."""
        return [
            line for colour in (RED, AMBER) for line in self.answered if line.answer and line.answer.status == colour
        ]


def compile(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Digest:
    """What is known now about one occurrence: answers, changes since the last digest, requests, silent areas."""
    people = People(session, house)
    zone = ritual.zone_for(house.definitions.organisation)
    asks = model.requests(session, house, occurrence.id)
    lines = _lines(session, house, ritual, occurrence, asks)
    requests = _requests(people, lines)
    until = occurrence.day + LOOK_AHEAD
    sections = tuple(fill(session, house, occurrence.day, until) for fill in house.links.digest_sections)
    at = occurrence.ended_at or occurrence.publish_at
    needed = mentions(house, people, ritual, _asked(people, lines), at)
    awaited = mentions(house, people, ritual, _awaited(people, lines, asks), at)
    not_yet = tuple(area.name for area in house.definitions.not_yet(ritual))
    return Digest(ritual.name, occurrence.day, zone, lines, requests, sections, needed, awaited, not_yet)


def areas(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence
) -> tuple[tuple[Line, ...], tuple[Request, ...]]:
    """Every area, and what they need from whom, without what other rooms add."""
    lines = _lines(session, house, ritual, occurrence, model.requests(session, house, occurrence.id))
    return lines, _requests(People(session, house), lines)


def _lines(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, asks: Mapping[str, Asked]
) -> tuple[Line, ...]:
    people = People(session, house)
    zone = ritual.zone_for(house.definitions.organisation)
    updates = model.submitted(session, house, occurrence.id)
    asked = [people.by_slack(ask.asked) for area_id, ask in asks.items() if area_id not in updates]
    people.expect((each for each in asked if each), occurrence.publish_at.date() - timedelta(days=1))
    colours = model.previous_colours(session, house, occurrence)
    return tuple(
        _line(people, zone, occurrence, area, updates.get(area.id), asks.get(area.id), colours.get(area.id, ""))
        for area in house.definitions.areas_of(ritual)
    )


def _requests(people: People, lines: Iterable[Line]) -> tuple[Request, ...]:
    return tuple(
        Request(line.area, line.answer.ask.strip(), people.called(line.answer.ask_of), line.answer.ask_day)
        for line in lines
        if line.answer and line.answer.ask.strip()
    )


def _asked(people: People, lines: Iterable[Line]) -> list[Person | None]:
    """Of whom the areas need something, as far as the organisation knows them."""
    return [people.by_slack(line.answer.ask_of) for line in lines if line.answer and line.answer.ask.strip()]


def _awaited(people: People, lines: Iterable[Line], asks: Mapping[str, Asked]) -> list[Person | None]:
    """Who owes the silent areas' updates: whoever was asked; nobody when that was settled otherwise."""
    silent = [line.area_id for line in lines if not line.answer]
    return [people.by_slack(ask.asked) for id in silent if (ask := asks.get(id)) and ask.state == WAITING]


def _line(
    people: People,
    zone: ZoneInfo,
    occurrence: Occurrence,
    area: Area,
    update: Submitted | None,
    ask: Asked | None,
    before: str,
) -> Line:
    known = people.by_ref(area.owner)
    owner = known.name if known else people.named(area.owner)
    left = None if known else people.left_on(area.owner)
    if update is None:
        silent_because = _silent_because(people, occurrence, ask, owner, left)
        return Line(area.id, area.name, owner, silent_because=silent_because)
    return Line(
        area.id,
        area.name,
        owner,
        author=people.called(update.author),
        answer=update.answer,
        before=before,
        no_change=update.no_change,
        late=update.late,
        edited=f"{update.edited_at.astimezone(zone):%a %H:%M}" if update.edited_at else "",
        owner_missing=f"no owner since {left:%-d %b}" if left else (ask.reason if ask else None) or "",
    )


def _silent_because(people: People, occurrence: Occurrence, ask: Asked | None, owner: str, left: date | None) -> str:
    no_owner = f"no owner since {left:%-d %b}, when {owner} left; " if left else ""
    if ask is not None and ask.state in (AWAY, NOT_MINE, LET_OFF) and ask.reason:
        return f"{no_owner}no update. {ask.reason}"
    # Who was there when they were asked may be away by now, as planned.
    asked = people.by_slack(ask.asked) if ask is not None and ask.state == WAITING else None
    away = asked and people.away_because(asked, asked.today(occurrence.publish_at), occurrence.ritual_id)
    if asked and away:
        return f"{no_owner}no update. {asked.name}: {away}"
    if ask is not None and ask.asked and ask.stands_in_for:
        return f"{no_owner}no update from {people.called(ask.asked)}, asked instead of the owner. {ask.reason}"
    return f"{no_owner}no update" if left else f"no update, owner {owner}"
