"""What stands in a calendar: a person's or a channel's occurrences and due dates, and how each has changed."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.db import insert_or_ignore
from bot.definitions import Ritual
from bot.feeds.model import CHANNEL, PERSON, FeedEntry
from bot.house import House
from bot.people.model import People, Person, channel_id
from bot.rituals.model import DAY, NEVER, SKIPPED, Occurrence, slot_of
from bot.rituals.schedule import Slot, coming, times
from bot.rituals.standing import as_it_stands

FEED = "feeds/feed.txt.j2"
WEEKS = 8
"""How far ahead a feed looks."""
LOOK_BACK = timedelta(days=28)
MOMENT = timedelta(minutes=15)
"""How long something that has only a due time takes up in a calendar."""
IN_RITUALS = ("updates.write", "reviews.close", "quarter.show", "quarter.close")
"""The buttons of what waits for somebody that an occurrence says already."""


@dataclass(frozen=True)
class Entry:
    """One event. Moments are in UTC."""

    uid: str
    begins: datetime
    ends: datetime
    title: str
    about: str
    place: str = ""
    busy: bool = False
    """A meeting, which takes up the time; otherwise something to have in mind."""
    cancelled: bool = False


@dataclass(frozen=True)
class Numbered:
    """An event as a calendar is told of it: how often it has changed, and when last."""

    entry: Entry
    sequence: int
    changed_at: datetime


def of_person(session: Session, house: House, person: Person, weeks: int = WEEKS) -> list[Numbered]:
    """The rituals somebody takes part in, at their own times, and what else is due from them."""
    people = People(session, house)
    rituals = [ritual for ritual in house.definitions.calendar.rituals if _takes_part(house, people, ritual, person)]
    entries = [entry for ritual in rituals for entry in _of_ritual(session, house, ritual, person, weeks)]
    subject = f"{PERSON}:{person.ref}"
    return _numbered(session, house, subject, [*entries, *_due(session, house, person)], weeks)


def of_channel(session: Session, house: House, channel: str, weeks: int = WEEKS) -> list[Numbered]:
    """The rituals whose artifact is posted in a channel (its Slack id), at the workspace's times."""
    rituals = [
        ritual for ritual in house.definitions.calendar.rituals if channel_id(session, house, ritual.channel) == channel
    ]
    entries = [entry for ritual in rituals for entry in _of_ritual(session, house, ritual, None, weeks)]
    return _numbered(session, house, f"{CHANNEL}:{channel}", entries, weeks)


def of_all(session: Session, house: House, weeks: int = WEEKS) -> list[Numbered]:
    """Every ritual, at the workspace's times."""
    rituals = house.definitions.calendar.rituals
    entries = [entry for ritual in rituals for entry in _of_ritual(session, house, ritual, None, weeks)]
    return _numbered(session, house, "all", entries, weeks)


def as_line(each: Numbered, zone: ZoneInfo) -> str:
    """`Wed 2026-11-25 10:00 to 10:15  Write: Weekly product update`"""
    begins, ends = each.entry.begins.astimezone(zone), each.entry.ends.astimezone(zone)
    until = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{ends:%a %Y-%m-%d %H:%M}"
    return f"{begins:%a %Y-%m-%d %H:%M} to {until}  {each.entry.title}{' (cancelled)' if each.entry.cancelled else ''}"


def _takes_part(house: House, people: People, ritual: Ritual, person: Person) -> bool:
    owners = [ritual.owner]
    if ritual.asks_each:
        owners += [area.owner for area in house.definitions.areas_of(ritual)]
    return any(people.by_ref(ref) == person for ref in owners) or person in people.members(ritual.audience)


def _of_ritual(session: Session, house: House, ritual: Ritual, person: Person | None, weeks: int) -> Iterator[Entry]:
    """What is planned, open or over lately as the database has it, and after that what the calendar says."""
    organisation, now = house.definitions.organisation, house.clock.now()
    known: set[str] = set()
    for occurrence in _known(session, house, ritual):
        known.add(occurrence.slot[:DAY])
        slot = None if occurrence.run_by else slot_of(house, ritual, occurrence)
        note = house.words.part(FEED, "note", occurrence=occurrence)
        yield from _entries(session, house, ritual, person, occurrence, slot, note)
    standing = as_it_stands(session, house, ritual)
    for slot in coming(standing, organisation, now):
        if slot.day > _last_day(house, weeks):
            return
        if slot.key[:DAY] not in known:
            yield from _entries(session, house, ritual, person, None, slot, slot.why or "")


def _known(session: Session, house: House, ritual: Ritual) -> list[Occurrence]:
    query = select(Occurrence).where(
        Occurrence.workspace_id == house.workspace_id,
        Occurrence.ritual_id == ritual.id,
        Occurrence.day >= (house.clock.now() - LOOK_BACK).date(),
        Occurrence.opens_at < NEVER,
    )
    return list(session.scalars(query.order_by(Occurrence.slot)))


def _entries(
    session: Session,
    house: House,
    ritual: Ritual,
    person: Person | None,
    occurrence: Occurrence | None,
    slot: Slot | None,
    note: str,
) -> Iterator[Entry]:
    """One occurrence: a meeting is one event, what asks people for answers is one to begin and one to end.

    What asks, and then meets at its cutoff, is one to begin and the meeting.
    """
    begins, cutoff = _times(house, ritual, person, occurrence, slot)
    day = (occurrence.slot if occurrence else slot.key if slot else "")[:DAY]
    cancelled = occurrence.state == SKIPPED if occurrence else bool(slot and slot.skipped_because)
    zone = person.zone if person else house.definitions.organisation.zone
    about = house.words.part(
        FEED,
        "about",
        ritual=ritual,
        owner=People(session, house).named(ritual.owner),
        cutoff=f"{cutoff.astimezone(zone):%a %-d %b, %H:%M}",
        asks=ritual.asks_each,
        note=note,
    )
    uid = f"{ritual.id}-{day}-%s@{house.workspace_id.lower()}.drumbeat"
    entry = Entry(uid % "at", begins, cutoff, ritual.name, about, ritual.channel, busy=True, cancelled=cancelled)
    length = timedelta(minutes=ritual.minutes)
    if not ritual.asks_each:
        yield replace(entry, ends=begins + (length or MOMENT), busy=bool(length))
        return
    yield replace(entry, ends=begins + MOMENT, title=f"Write: {ritual.name}", busy=False)
    if ritual.meets:
        yield replace(entry, uid=uid % "meets", begins=cutoff, ends=cutoff + (length or MOMENT), busy=bool(length))
        return
    last = replace(entry, uid=uid % "cutoff", begins=cutoff - MOMENT, busy=False)
    yield replace(last, title=f"Answers end: {ritual.name}")


def _times(
    house: House, ritual: Ritual, person: Person | None, occurrence: Occurrence | None, slot: Slot | None
) -> tuple[datetime, datetime]:
    """When it begins for this person, and when its answers end."""
    if slot is not None:
        zone, holidays = (person.zone, person.holidays) if person else (None, None)
        own = times(slot, ritual, house.definitions.organisation, zone, holidays)
        return own.prompt, occurrence.cutoff_at if occurrence else own.cutoff
    assert occurrence is not None
    return occurrence.opens_at, max(occurrence.cutoff_at, occurrence.opens_at + MOMENT)


def _due(session: Session, house: House, person: Person) -> Iterator[Entry]:
    """What waits for somebody with a due time, and is no ritual's."""
    for room in house.links.obligations:
        for each in room(session, house, person.slack_id):
            if each.due is None or each.action_id in IN_RITUALS:
                continue
            mark = hashlib.sha256(f"{each.action_id}:{each.value or each.title}".encode()).hexdigest()[:24]
            uid = f"due-{mark}@{house.workspace_id.lower()}.drumbeat"
            yield Entry(uid, each.due - MOMENT, each.due, f"Due: {each.title}", house.words.part(FEED, "due"))


def _numbered(session: Session, house: House, subject: str, entries: Iterable[Entry], weeks: int) -> list[Numbered]:
    """The events with how often each has changed; those that were told of and are no more are told as cancelled."""
    now = house.clock.now()
    _forget(session, house, subject, now - 2 * LOOK_BACK)
    query = select(FeedEntry).where(FeedEntry.workspace_id == house.workspace_id, FeedEntry.subject == subject)
    rows = {row.uid: row for row in session.scalars(query)}
    by_uid = {entry.uid: entry for entry in entries if entry.uid in rows or not entry.cancelled}
    for uid, row in rows.items():
        if uid not in by_uid and row.ends > now and row.begins.date() <= _last_day(house, weeks):
            by_uid[uid] = Entry(uid, row.begins, row.ends, row.title, "", cancelled=True)
    told = [_told(session, house, subject, rows.get(entry.uid), entry) for entry in by_uid.values()]
    return sorted(told, key=lambda each: (each.entry.begins, each.entry.uid))


def _told(session: Session, house: House, subject: str, row: FeedEntry | None, entry: Entry) -> Numbered:
    now, said = house.clock.now().replace(microsecond=0), hashlib.sha256(repr(entry).encode()).hexdigest()
    facts = {"said": said, "begins": entry.begins, "ends": entry.ends, "title": entry.title, "changed_at": now}
    if row is None:
        known = {"workspace_id": house.workspace_id, "subject": subject, "uid": entry.uid}
        insert_or_ignore(session, FeedEntry, **known, **facts, sequence=0)
        return Numbered(entry, 0, now)
    if row.said != said:
        for name, value in facts.items():
            setattr(row, name, value)
        row.sequence += 1
    return Numbered(entry, row.sequence, row.changed_at)


def _forget(session: Session, house: House, subject: str, before: datetime) -> None:
    session.execute(
        delete(FeedEntry).where(
            FeedEntry.workspace_id == house.workspace_id, FeedEntry.subject == subject, FeedEntry.ends < before
        )
    )


def _last_day(house: House, weeks: int) -> date:
    return house.clock.now().astimezone(UTC).date() + timedelta(weeks=weeks)
