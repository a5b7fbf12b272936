"""Puts a version of the definitions in force: stores it, plans by it and tells product ops, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app, blocks, edits, versions
from bot.audit import record
from bot.definitions import Definitions, load_texts
from bot.delivery import outbox
from bot.edits import Fate, Plan, changes
from bot.errors import UserError
from bot.house import House, Planned
from bot.people.model import People, channel_id
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence

MOST_SHOWN = 5
"""Lines about what changed, in the message to product ops."""


def apply(
    session: Session,
    house: House,
    files: Mapping[str, str],
    definitions: Definitions,
    *,
    after: int,
    author: str,
    note: str = "",
    restores: int | None = None,
) -> int:
    """Put `definitions`, which `files` hold, in force after version `after`; returns the new version's number.

    `house` is as it runs before. Raises versions.Overtaken when another version has come meanwhile.
    """
    definitions = _with_gates(house, definitions)
    said = changes.as_texts(changes.compare(house.definitions, definitions))
    number = versions.store(
        session,
        house.workspace_id,
        house.clock.now(),
        files,
        after=after,
        author=author,
        note=note,
        changes=said,
        restores=restores,
    )
    new = house.by(definitions, number)
    record(session, new, "definitions.applied", f"version:{number}", by=author, note=note, restores=restores)
    app.adopt(session, new)
    _tell_product_ops(session, new, author=author, note=note, said=said, restores=restores)
    return number


class Applying:
    """The same for rooms, which have no more than the files."""

    def plan(self, house: House, files: Mapping[str, str]) -> Planned:
        loaded = load_texts(files, "cadences", app.KINDS)
        if loaded.definitions is None:
            return Planned(
                tuple(f"{each.message}: {each.mend}" if each.mend else each.message for each in loaded.problems)
            )
        planned = plan(house, files, loaded.definitions)
        said = changes.as_texts(planned.changes)
        return Planned((), tuple(said), tuple(edits.as_lines(planned)), is_same=planned.is_same)

    def apply(self, session: Session, house: House, files: Mapping[str, str], *, author: str, note: str) -> int:
        loaded = load_texts(files, "cadences", app.KINDS)
        if loaded.definitions is None:
            raise UserError("These definitions have mistakes, so nothing was applied: " + loaded.problems[0].message)
        return apply(session, house, files, loaded.definitions, after=house.version, author=author, note=note)


LINKS = replace(app.LINKS, definitions=Applying())
"""What rooms do for each other, with how definitions are put in force, which plans by all of them."""


def begin(session: Session, workspace_id: str, now: datetime, files: Mapping[str, str]) -> int:
    """Make `files`, which were checked, the first version unless there is one; returns the newest."""
    try:
        return versions.store(session, workspace_id, now, files, after=0, author=versions.AT_FIRST_START)
    except versions.Overtaken:
        return versions.newest(session, workspace_id)


def plan(house: House, files: Mapping[str, str], definitions: Definitions) -> Plan:
    """What applying `files`, which hold `definitions`, to `house` would change; changes nothing itself."""
    definitions = _with_gates(house, definitions)
    stored = house.db.call(versions.get, house.workspace_id, house.version)
    is_same = versions.fingerprint(files) == stored.fingerprint
    zones = house.db.call(_zones, house)
    fates = [] if is_same else _foresee(house, definitions)
    return edits.plan(house.version, house.definitions, definitions, house.clock.now(), zones, fates, is_same=is_same)


def _with_gates(house: House, definitions: Definitions) -> Definitions:
    """With what no file holds: the gates of the pilot that people have passed."""
    return replace(definitions, gates_passed=house.definitions.gates_passed)


def _zones(session: Session, house: House) -> dict[str, ZoneInfo]:
    people = People(session, house)
    known = (people.by_ref(person.ref) for person in house.definitions.organisation.people)
    return {person.ref: person.zone for person in known if person is not None}


class _Foreseen(Exception):
    """Takes what was seen out of a transaction, and everything else back."""

    def __init__(self, fates: list[Fate]) -> None:
        super().__init__()
        self.fates = fates


def _foresee(house: House, definitions: Definitions) -> list[Fate]:
    """What becomes of each occurrence: found out by doing it, and taking it back."""

    def try_out(session: Session) -> None:
        before = _occurrences(session, house)
        app.adopt(session, house.by(definitions))
        session.flush()
        session.expire_all()
        raise _Foreseen(_fates(house, before, _occurrences(session, house)))

    try:
        house.db.call(try_out)
    except _Foreseen as seen:
        return seen.fates
    return []


@dataclass(frozen=True)
class _Seen:
    ritual: str
    day: date
    opens_at: datetime
    is_open: bool


def _occurrences(session: Session, house: House) -> dict[int, _Seen]:
    """What is open or planned, by id."""
    states = (occurrences.SCHEDULED, *occurrences.RUNNING)
    rows = session.scalars(
        select(Occurrence)
        .where(Occurrence.workspace_id == house.workspace_id, Occurrence.state.in_(states))
        .order_by(Occurrence.opens_at, Occurrence.id)
    )
    return {row.id: _Seen(row.ritual_id, row.day, row.opens_at, row.state in occurrences.RUNNING) for row in rows}


def _fates(house: House, before: Mapping[int, _Seen], after: Mapping[int, _Seen]) -> list[Fate]:
    fates = []
    for id, seen in before.items():
        now = after.get(id)
        if says := _fate(house, seen, now):
            ritual = house.definitions.calendar.ritual(seen.ritual)
            fates.append(Fate(ritual.name if ritual else seen.ritual, f"{seen.day:%a %Y-%m-%d}", says))
    return fates


def _fate(house: House, before: _Seen, after: _Seen | None) -> str:
    if before.is_open:
        return "is open and goes on as it began"
    if after is None:
        return "is taken back"
    if after.opens_at == before.opens_at:
        return ""
    zone = house.definitions.organisation.zone
    return (
        f"opens {after.opens_at.astimezone(zone):%a %Y-%m-%d %H:%M}"
        f" instead of {before.opens_at.astimezone(zone):%a %Y-%m-%d %H:%M} ({zone.key})"
    )


def _tell_product_ops(
    session: Session, house: House, *, author: str, note: str, said: list[str], restores: int | None
) -> None:
    text = house.words.render(
        "definitions/applied.txt.j2",
        number=house.version,
        author=author,
        note=note,
        changes=said[:MOST_SHOWN],
        more=max(0, len(said) - MOST_SHOWN),
        restores=restores,
    )
    channel = channel_id(session, house, house.definitions.organisation.channels.product_ops)
    dedupe = f"definitions.applied:{house.version}"
    outbox.post(
        session, house, channel, blocks.message(blocks.section(text)), kind="definitions.applied", dedupe=dedupe
    )
