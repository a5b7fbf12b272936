"""Absences out of calendars: whose they are, on which days, and what becomes of a calendar that cannot be read."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import blocks
from bot.db import insert_or_ignore
from bot.delivery import outbox
from bot.errors import UserError
from bot.house import House
from bot.people.absence import tell_away, tell_back
from bot.people.covering import days_covered
from bot.people.ics import Entry, Read, read
from bot.people.messages import LEFT
from bot.people.model import FROM_CALENDAR, FROM_FILE, Absence, CalendarRead, People, Person, channel_id

BEHIND, AHEAD = timedelta(days=31), timedelta(days=400)
"""How much of a calendar is read."""
MOST_ENTRIES = 20_000

Fetch = Callable[[str], Awaitable[bytes]]
"""Brings what stands at an address; raises a UserError that says why not."""


@dataclass(frozen=True)
class Feed:
    """A calendar that the definitions name."""

    address: str
    owner: str | None = None
    """Whose own calendar it is, as the definitions name them; none: it holds everybody's absences."""

    @property
    def source(self) -> str:
        """How its absences are known; the address itself is as good as a password."""
        return f"{FROM_CALENDAR}:{hashlib.sha256(self.address.encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class _Away:
    slack_id: str
    first_day: date
    last_day: date
    ref: str


def feeds(house: House) -> list[Feed]:
    organisation = house.definitions.organisation
    team = [Feed(address) for address in dict.fromkeys(organisation.absence_calendars)]
    return team + [Feed(person.calendar, person.ref) for person in organisation.people if person.calendar]


async def refresh(house: House, fetch: Fetch) -> None:
    """Read every calendar of the definitions. What one said last stays in force while it cannot be read."""
    for feed in feeds(house):
        try:
            text = await fetch(feed.address)
            # Away from the database, since a large calendar takes a while.
            found = await asyncio.to_thread(understand, house, text)
            await house.db.run(keep, house, feed, found)
        except UserError as error:
            await house.db.run(_complain, house, feed, str(error))
    await house.db.run(_forget_others, house)


def understand(house: House, text: bytes) -> Read:
    """What a calendar says of the time around now. Raises a UserError when it is none."""
    today = house.clock.now().date()
    found = read(text, today - BEHIND, today + AHEAD)
    if len(found.entries) > MOST_ENTRIES:
        raise UserError(f"it holds {len(found.entries)} events, too many for a calendar of absences.")
    return found


def keep(session: Session, house: House, feed: Feed, found: Read) -> int:
    """Take a calendar's absences over, in place of what it said before; returns how many."""
    count = _replace(session, house, feed.source, list(_absences(session, house, feed, found)))
    known = _known(session, house, feed.source)
    known.read_at, known.trouble = house.clock.now(), None
    return count


def take_file(session: Session, house: House, name: str, text: bytes) -> tuple[int, list[str]]:
    """Take over the absences of a file, in place of what a file of that name said; how many, and of whom."""
    found = list(_absences(session, house, Feed(name), understand(house, text)))
    _replace(session, house, f"{FROM_FILE}:{hashlib.sha256(name.encode()).hexdigest()[:16]}", found)
    people = People(session, house)
    return len(found), sorted({people.called(each.slack_id) for each in found})


def troubles(session: Session, house: House) -> list[str]:
    """The calendars that cannot be read now, in words."""
    said = []
    for feed in feeds(house):
        known = _known(session, house, feed.source)
        if known.trouble:
            said.append(_in_words(house, feed, known))
    return said


def _absences(session: Session, house: House, feed: Feed, found: Read) -> Iterator[_Away]:
    people, organisation = People(session, house), house.definitions.organisation
    everybody = [person for each in organisation.people if (person := people.by_ref(each.ref))]
    owner = people.by_ref(feed.owner)
    for entry in found.entries:
        if feed.owner is None:
            absent = _about(entry, everybody, people)
        else:
            absent = [owner] if owner and _keeps_away(entry) else []
        for person in absent:
            days = _days(house, person, entry)
            if days:
                yield _Away(person.slack_id, days[0], days[-1], entry.key)


def _keeps_away(entry: Entry) -> bool:
    """In one's own calendar most events are meetings: only what says out of office, or takes up the day, counts."""
    if entry.out_of_office is not None:
        return entry.out_of_office
    return not entry.is_free


def _about(entry: Entry, everybody: Sequence[Person], people: People) -> list[Person]:
    """Whom an event of a team's calendar means: who attends, else whose name stands in its title, else who made it."""
    attending = [person for address in entry.attendees if (person := people.by_ref(address))]
    return (
        list(dict.fromkeys(attending))
        or _in_title(entry.title, everybody)
        or [person for person in [people.by_ref(entry.organizer)] if person]
    )


def _in_title(title: str, everybody: Sequence[Person]) -> list[Person]:
    """Whole names only, the longest first, so that *Ana Duarte* is not *Ana*."""
    words, found = f" {_letters(title)} ", []
    for person in sorted(everybody, key=lambda each: -len(each.name)):
        name = _letters(person.name)
        if name and f" {name} " in words:
            words = words.replace(f" {name} ", " | ")
            found.append(person)
    return found


def _letters(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _days(house: House, person: Person, entry: Entry) -> list[date]:
    """The days of the person's own calendar that an event takes."""
    if not isinstance(entry.begins, datetime) or not isinstance(entry.ends, datetime):
        return [entry.begins, entry.ends - timedelta(days=1)]
    begins = entry.begins if entry.begins.tzinfo else entry.begins.replace(tzinfo=person.zone)
    ends = entry.ends if entry.ends.tzinfo else entry.ends.replace(tzinfo=person.zone)
    hours = house.definitions.organisation.working_hours
    return list(days_covered(begins, min(ends, begins + AHEAD), hours, person.zone))


def _replace(session: Session, house: House, source: str, found: Sequence[_Away]) -> int:
    """Change what the source said before into what it says now, and let the rooms know of today's changes."""
    _known(session, house, source)
    query = select(Absence).where(Absence.workspace_id == house.workspace_id, Absence.source == source)
    before = {(each.slack_id, each.source_ref): each for each in session.scalars(query.with_for_update())}
    were_away = _away_today(session, house, before.values())
    wanted = {(each.slack_id, each.ref): each for each in found}
    for key, absence in before.items():
        if key not in wanted:
            session.delete(absence)
    now = []
    for key, each in wanted.items():
        absence = before.get(key) or _new(session, house, source, each)
        if (absence.first_day, absence.last_day) != (each.first_day, each.last_day):
            # Somebody who said that they are back spoke of other days.
            absence.first_day, absence.last_day, absence.back_on = each.first_day, each.last_day, None
        now.append(absence)
    session.flush()
    are_away = _away_today(session, house, now)
    for slack_id in sorted(are_away - were_away):
        tell_away(session, house, slack_id)
    for slack_id in sorted(were_away - are_away):
        tell_back(session, house, slack_id)
    return len(wanted)


def _new(session: Session, house: House, source: str, each: _Away) -> Absence:
    absence = Absence(
        workspace_id=house.workspace_id,
        slack_id=each.slack_id,
        first_day=each.first_day,
        last_day=each.last_day,
        kind="other",
        source=source,
        source_ref=each.ref,
        noted_by=each.slack_id,
        noted_at=house.clock.now(),
    )
    session.add(absence)
    return absence


def _away_today(session: Session, house: House, absences: Iterable[Absence]) -> set[str]:
    people, now = People(session, house), house.clock.now()
    return {
        absence.slack_id
        for absence in absences
        if (person := people.by_slack(absence.slack_id)) and absence.covers(person.today(now))
    }


def _complain(session: Session, house: House, feed: Feed, trouble: str) -> None:
    """Tell product ops once of each trouble, until the calendar has been read again."""
    known = _known(session, house, feed.source)
    if known.trouble == trouble:
        return
    known.trouble = trouble
    since = f"{known.read_at:%Y%m%dT%H%M%S}" if known.read_at else "never"
    outbox.post(
        session,
        house,
        channel_id(session, house, house.definitions.organisation.channels.product_ops),
        blocks.message(blocks.section(_in_words(house, feed, known))),
        kind="people.calendar",
        dedupe=f"{feed.source}:{since}:{hashlib.sha256(trouble.encode()).hexdigest()[:16]}",
    )


def _in_words(house: House, feed: Feed, known: CalendarRead) -> str:
    where, zone = urlsplit(feed.address).hostname or "", house.definitions.organisation.zone
    read_on = known.read_at.astimezone(zone).date() if known.read_at else None
    return house.words.part(LEFT, "calendar", where=where, trouble=known.trouble, read_on=read_on)


def _known(session: Session, house: House, source: str) -> CalendarRead:
    """What is known of a calendar, held until this transaction ends: several processes may read it at once."""
    insert_or_ignore(session, CalendarRead, workspace_id=house.workspace_id, source=source)
    query = select(CalendarRead).where(CalendarRead.workspace_id == house.workspace_id, CalendarRead.source == source)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def _forget_others(session: Session, house: House) -> None:
    """A calendar that the definitions no longer name keeps nobody away."""
    named = {feed.source for feed in feeds(house)}
    query = select(Absence.source).where(
        Absence.workspace_id == house.workspace_id, Absence.source.startswith(f"{FROM_CALENDAR}:")
    )
    for source in set(session.scalars(query.distinct())) - named:
        _replace(session, house, source, [])
