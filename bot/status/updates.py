"""What areas said last in their weekly updates."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.definitions import Ritual
from bot.folding import folded
from bot.house import House
from bot.rituals.model import NOT_SCHEDULED, Occurrence
from bot.rituals.schedule import slots
from bot.updates.answer import Answer
from bot.updates.model import KIND, Update

LOOKED_AT = 13
"""Occurrences: what is older than a quarter's says nothing of today."""
STALE_AFTER = 1.5
"""Times the ritual's cadence."""
WEEK = timedelta(days=7)
TEXTS = ("shipped", "next", "path", "ask", "metric")


@dataclass(frozen=True)
class Last:
    """An area's last update."""

    ritual: Ritual
    occurrence: Occurrence
    update: Update

    @property
    def at(self) -> datetime:
        """When it was said, or last changed."""
        return self.update.edited_at or self.update.submitted_at or self.occurrence.opens_at


def last(session: Session, house: House, area_id: str) -> Last | None:
    """The newest that was submitted for an area; none when nobody has for long."""
    begun = _begun(session, house)
    query = select(Update).where(
        Update.workspace_id == house.workspace_id,
        Update.occurrence_id.in_([occurrence.id for _ritual, occurrence in begun]),
        Update.area_id == area_id,
        ~Update.draft,
    )
    by_occurrence = {update.occurrence_id: update for update in session.scalars(query)}
    return next(
        (Last(ritual, each, by_occurrence[each.id]) for ritual, each in begun if each.id in by_occurrence), None
    )


def is_stale(house: House, found: Last) -> bool:
    """Whether the next one should have come by now."""
    days = [each.day for each in islice(slots(found.ritual, house.definitions.organisation, found.occurrence.day), 2)]
    cadence = days[1] - days[0] if len(days) == 2 else WEEK
    return house.clock.now() - found.at > STALE_AFTER * cadence


def saying(session: Session, house: House, words: Sequence[str]) -> list[str]:
    """The areas, by id, whose last update has for each of these (folded) a word that begins so; their names count."""
    place = {occurrence.id: place for place, (_ritual, occurrence) in enumerate(_begun(session, house))}
    columns = select(Update.id, Update.area_id, Update.occurrence_id).where(
        Update.workspace_id == house.workspace_id, Update.occurrence_id.in_(place), ~Update.draft
    )
    newest: dict[str, int] = {}
    for id, area_id, _ in sorted(session.execute(columns), key=lambda row: place[row.occurrence_id]):
        newest.setdefault(area_id, id)
    updates = session.execute(select(Update.area_id, Update.content).where(Update.id.in_(newest.values())))
    contents = {area_id: Answer.from_json(content) for area_id, content in updates}
    return [
        area.id
        for area in house.definitions.organisation.areas
        if area.id in contents and _has(words, [area.name, *_texts(contents[area.id])])
    ]


def lines_with(answer: Answer, words: Sequence[str]) -> list[str]:
    """The lines of an update in which one of these words stands."""
    lines = [line.strip() for text in _texts(answer) for line in text.splitlines()]
    return [line for line in lines if any(_has([word], [line]) for word in words)]


def _begun(session: Session, house: House) -> list[tuple[Ritual, Occurrence]]:
    """The last occurrences of the weekly updates, the newest first."""
    found: list[tuple[Ritual, Occurrence]] = []
    for ritual in house.definitions.calendar.rituals:
        if ritual.kind != KIND:
            continue
        query = (
            select(Occurrence)
            .where(Occurrence.workspace_id == house.workspace_id, Occurrence.ritual_id == ritual.id, NOT_SCHEDULED)
            .order_by(Occurrence.slot.desc())
            .limit(LOOKED_AT)
        )
        found += [(ritual, occurrence) for occurrence in session.scalars(query)]
    return sorted(found, key=lambda each: each[1].slot, reverse=True)


def _texts(answer: Answer) -> list[str]:
    return [getattr(answer, name) for name in TEXTS] + [carried.line for carried in answer.carried]


def _has(words: Collection[str], texts: Iterable[str]) -> bool:
    there = {word for text in texts for word in folded(text)}
    return all(any(each.startswith(word) for each in there) for word in words)
