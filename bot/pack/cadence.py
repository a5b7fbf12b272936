"""Section 3: what happens when in the next weeks, every ritual as it is meant, and what it has left lately."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import takewhile

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.definitions import Ritual, labelled
from bot.house import House
from bot.pack_parts import Bar, Entry, Kind, Part, Weeks
from bot.pack_parts import Day as PackDay
from bot.pack_words import Say, rhythm
from bot.people.model import People
from bot.releases import model as releases
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED, Occurrence
from bot.rituals.schedule import Slot, slots
from bot.rituals.standing import as_it_stands

WEEKS = 6
LATELY = timedelta(days=90)
DAY = timedelta(days=1)

WORDS = "pack/sections.txt.j2"


def parts(session: Session, house: House) -> Sequence[Part]:
    say, people, calendar = Say(house, WORDS), People(session, house), house.definitions.calendar
    core = sum(ritual.is_core for ritual in calendar.rituals)
    rows = [_row(house, people, ritual) for ritual in calendar.rituals]
    return [
        Part(say.text("weeks_title"), calendar=_weeks(session, house)),
        Part(
            say.text("rituals_title"),
            says=[say.text("rituals", core=core, of=len(calendar.rituals), because=calendar.more_because or "")],
            tables=[say.table("rituals_table", rows)],
        ),
        Part(say.text("left_title"), charts=[say.bars("left", _left(session, house))]),
        *(_as_meant(house, people, ritual) for ritual in calendar.rituals if not ritual.asks_nobody),
    ]


def _weeks(session: Session, house: House) -> Weeks:
    organisation = house.definitions.organisation
    today = house.clock.now().astimezone(organisation.zone).date()
    monday = today - today.weekday() * DAY
    entries = _entries(session, house, today, monday + WEEKS * 7 * DAY - DAY)
    # Also what falls on a day on which nobody works.
    weekdays = sorted(organisation.working_hours.weekdays | {day.weekday() for day in entries})
    caption, first = Say(house, WORDS).lines("weeks")
    weeks = []
    for number in range(WEEKS):
        days = [monday + (7 * number + weekday) * DAY for weekday in weekdays]
        weeks.append([PackDay(f"{day.day} {day:%b}", entries.get(day, ())) for day in days])
    return Weeks(caption, first, [f"{monday + day * DAY:%A}" for day in weekdays], weeks)


def _entries(session: Session, house: House, first: date, last: date) -> Mapping[date, Sequence[Entry]]:
    """What happens on each day: holidays first, then releases, then rituals in the order of the calendar."""
    say, organisation = Say(house, WORDS), house.definitions.organisation
    found: dict[date, list[Entry]] = {}
    work_days = organisation.work_days()
    for day in _days(first, last):
        off = work_days.why_off(day)
        if off and day.weekday() in organisation.working_hours.weekdays:
            found.setdefault(day, []).append(Entry(say.text("day_off", because=off.because), "off"))
        if freeze := organisation.freeze_on(day):
            found.setdefault(day, []).append(Entry(say.text("freeze", name=freeze.name), "off"))
    for release in releases.planned(session, house, first, last):
        found.setdefault(release.target, []).append(Entry(say.text("release_day", name=release.name), "release"))
    for ritual in house.definitions.calendar.rituals:
        for slot in falling(session, house, ritual, first, last):
            if not slot.skipped_because:
                kind: Kind = "posts" if ritual.asks_nobody else "meets"
                found.setdefault(slot.day, []).append(Entry(ritual.name, kind))
    return found


def falling(session: Session, house: House, ritual: Ritual, first: date, last: date) -> list[Slot]:
    """The ritual's slots from the first to the last day, both included, as it stands now."""
    coming = slots(as_it_stands(session, house, ritual), house.definitions.organisation, first)
    return list(takewhile(lambda slot: slot.day <= last, coming))


def _row(house: House, people: People, ritual: Ritual) -> Sequence[str | Sequence[str]]:
    frictions = {
        each.id: labelled(house.definitions, each.name, f"calendar.frictions.{each.id}")
        for each in house.definitions.calendar.frictions
    }
    path = f"calendar.rituals.{ritual.id}"
    return (
        labelled(house.definitions, ritual.name, f"{path}.name"),
        labelled(house.definitions, _when(house, ritual), f"{path}.schedule"),
        people.named(ritual.owner, f"{path}.owner"),
        _for_whom(house, people, ritual),
        ritual.artifact,
        [frictions.get(id, id) for id in ritual.serves] or "–",
    )


def _as_meant(house: House, people: People, ritual: Ritual) -> Part:
    say = Say(house, WORDS)
    facts = {
        "owner": people.named(ritual.owner),
        "for_whom": _for_whom(house, people, ritual),
        "when": _when(house, ritual),
        "schedule": ritual.schedule,
        "inputs": ritual.inputs,
        "artifact": ritual.artifact,
        "channel": ritual.channel if ritual.channel.startswith("#") else "",
        "minutes": ritual.minutes,
    }
    agenda = say.table("agenda", [_point(point) for point in ritual.agenda]) if ritual.agenda else None
    return Part(ritual.name, [ritual.purpose], say.lines("ritual", **facts), [agenda] if agenda else [])


def _point(point: str) -> Sequence[str]:
    """`5 min. What moved` as what and how long."""
    minutes, dot, what = point.partition(". ")
    return (what, minutes) if dot and "min" in minutes else (point, "–")


def _for_whom(house: House, people: People, ritual: Ritual) -> Sequence[str]:
    if ritual.asks_each:
        areas = house.definitions.areas_of(ritual)
        return [Say(house, WORDS).text("area_owners", areas=[each.name for each in areas], all=not ritual.areas)]
    return [each if each.startswith("@") else people.named(each) for each in ritual.audience] or ["–"]


def _when(house: House, ritual: Ritual) -> str:
    return Say(house, WORDS).text("when", schedule=ritual.schedule, rhythm=rhythm(ritual))


def _left(session: Session, house: House) -> list[Bar]:
    """What became of each ritual's last occurrences: left something, left nothing, skipped."""
    first = (house.clock.now() - LATELY).astimezone(house.definitions.organisation.zone).date()
    query = (
        select(Occurrence.ritual_id, Occurrence.state, func.count())
        .where(
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.day >= first,
            Occurrence.state.in_((CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED)),
        )
        .group_by(Occurrence.ritual_id, Occurrence.state)
    )
    counts = {(ritual_id, state): count for ritual_id, state, count in session.execute(query)}
    bars = []
    for ritual in house.definitions.calendar.rituals:
        values = [counts.get((ritual.id, state), 0) for state in (CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED)]
        if any(values):
            left, nothing, skipped = values
            says = Say(house, WORDS).text("left_says", left=left, nothing=nothing, skipped=skipped)
            bars.append(Bar(ritual.name, values, says))
    return bars


def _days(first: date, last: date) -> Iterator[date]:
    return (first + number * DAY for number in range((last - first).days + 1))
