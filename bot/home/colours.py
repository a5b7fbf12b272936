"""What colour each area has reported in its last weekly updates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from bot.definitions import Area
from bot.house import House
from bot.rituals.model import CLOSED, RUNNING, Occurrence
from bot.updates import model
from bot.updates.model import Update

LAST = 6
"""Updates that are shown of an area."""


@dataclass(frozen=True)
class Week:
    """What an area reported in one occurrence; no `status`: it did not."""

    day: date
    status: str = ""
    confidence: int | None = None
    path: str = ""


@dataclass(frozen=True)
class Colours:
    """An area's last weeks, the oldest first."""

    weeks: tuple[Week, ...]

    @property
    def last(self) -> Week | None:
        """The last that it did report."""
        return next((week for week in reversed(self.weeks) if week.status), None)

    @property
    def streak(self) -> Sequence[Week]:
        """Its reports since it has had its last colour, the latest first."""
        reported = [week for week in reversed(self.weeks) if week.status]
        return list(takewhile(lambda week: week.status == reported[0].status, reported))

    @property
    def since(self) -> date | None:
        return self.streak[-1].day if self.streak else None

    @property
    def maybe_longer(self) -> bool:
        """Whether it may have had that colour before what is shown here."""
        return len(self.streak) == sum(bool(week.status) for week in self.weeks) and len(self.weeks) == LAST


_OCCURRENCE, _UPDATE = cast(Table, Occurrence.__table__), cast(Table, Update.__table__)
# Built once, since Home is drawn after every press on it.
# Without the rest of what was answered, which is long.
_ANSWER = _UPDATE.c.content
_SAID = select(
    _UPDATE.c.occurrence_id,
    _UPDATE.c.area_id,
    _ANSWER["status"].as_string(),
    _ANSWER["confidence"].as_integer(),
    _ANSWER["path"].as_string(),
).where(
    _UPDATE.c.workspace_id == bindparam("workspace_id"),
    _UPDATE.c.occurrence_id.in_(bindparam("occurrence_ids", expanding=True)),
    _UPDATE.c.area_id.in_(bindparam("area_ids", expanding=True)),
    ~_UPDATE.c.draft,
)
_OPENED = (
    select(_OCCURRENCE.c.id, _OCCURRENCE.c.day, _OCCURRENCE.c.state)
    .where(
        _OCCURRENCE.c.workspace_id == bindparam("workspace_id"),
        _OCCURRENCE.c.ritual_id == bindparam("ritual_id"),
        _OCCURRENCE.c.state.in_((CLOSED, *RUNNING)),
    )
    .order_by(_OCCURRENCE.c.slot.desc())
    .limit(LAST + 1)
)


def of(session: Session, house: House, areas: Sequence[Area]) -> Mapping[str, Colours]:
    """By area id; an area of which no week has ended yet has none."""
    occurrences = _occurrences(session, house) if areas else {}
    which = {
        "workspace_id": house.workspace_id,
        "occurrence_ids": [id for weeks in occurrences.values() for id, _day, _open in weeks],
        "area_ids": [area.id for area in areas],
    }
    rows = session.execute(_SAID, which) if occurrences else ()
    said = {(id, area_id): (status or "", confidence, path or "") for id, area_id, status, confidence, path in rows}
    found = {}
    for area in areas:
        ritual = next((each for each in house.definitions.calendar.rituals if _asks(house, each.id, area)), None)
        weeks = [
            Week(day, *said.get((id, area.id), ()))
            for id, day, is_open in occurrences.get(ritual.id if ritual else "", ())
            # What is open is news once it is there; until then it is not missing.
            if not is_open or (id, area.id) in said
        ]
        found[area.id] = Colours(tuple(weeks[-LAST:]))
    return found


def _asks(house: House, ritual_id: str, area: Area) -> bool:
    ritual = house.definitions.calendar.ritual(ritual_id)
    return ritual is not None and ritual.kind == model.KIND and house.definitions.takes_part(ritual, area)


def _occurrences(session: Session, house: House) -> dict[str, list[tuple[int, date, bool]]]:
    """The last of each weekly update that were open, the oldest first: id, day, whether it still is."""
    found = {}
    for ritual in house.definitions.calendar.rituals:
        if ritual.kind == model.KIND:
            which = {"workspace_id": house.workspace_id, "ritual_id": ritual.id}
            rows = session.execute(_OPENED, which).all()
            found[ritual.id] = [(id, day, state in RUNNING) for id, day, state in reversed(rows)]
    return found
