"""The roadmap as it stands: what moved and why, what each area does now, next and later, what is not done any more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.house import House, ReleaseFacts
from bot.people.flow import nearest, require_person
from bot.people.model import People
from bot.roadmap import model, places, review, rights
from bot.roadmap.model import RoadmapChange, RoadmapItem
from bot.roadmap.places import DROPPED
from bot.roadmap.review import Since

NOT_DOING_FOR = timedelta(days=90)
"""How long what was dropped stays in sight."""
ALL = "all"


@dataclass(frozen=True)
class Stands:
    """An item, with the release that brings it."""

    item: RoadmapItem
    release: ReleaseFacts | None

    @property
    def release_moved(self) -> bool:
        """Whether its release goes out on another day than when the item last changed."""
        return self.release is not None and self.item.release_day not in (None, self.release.day)


@dataclass(frozen=True)
class Move:
    """What has become of an item since a moment, in one line, however often it changed."""

    item: RoadmapItem
    first: RoadmapChange
    last: RoadmapChange
    count: int


@dataclass(frozen=True)
class AreaRoadmap:
    """One area's part: it has one source, whoever writes it."""

    id: str
    name: str
    owner: str
    """By name; empty when the definitions no longer have the area."""
    items: Sequence[Stands]
    """In the order of places, then of numbers."""


@dataclass(frozen=True)
class Roadmap:
    about: str
    """The name of the one area it shows; empty: all of them."""
    since: Since
    moved: Sequence[Move]
    released: Sequence[Stands]
    """What stands as it did, while its release has moved."""
    areas: Sequence[AreaRoadmap]
    not_doing: Sequence[Move]
    writes: bool = False
    """Whether the reader may change any of it."""


def look(session: Session, house: House, slack_id: str, words: str) -> Roadmap:
    """For one reader, of the area that they name, or of all; a `UserError` when there is no such area."""
    require_person(session, house, slack_id)
    areas = {area.id: area.name for area in house.definitions.organisation.areas}
    area_id = ""
    if words.strip() and words.strip().lower() != ALL:
        see = (
            "`/cadence roadmap` shows all areas, `/cadence roadmap R-3` one item, `/cadence roadmap change` changes it."
        )
        area_id = nearest(words, areas, "area", see)
    shown = [area_id] if area_id else areas
    writes = any(rights.may_write(session, house, slack_id, each) for each in shown)
    return compile(session, house, area_id, review.since(session, house), writes=writes)


def compile(
    session: Session, house: House, area_id: str, since: Since, *, until: datetime | None = None, writes: bool = False
) -> Roadmap:
    """The roadmap of one area, or of all when `area_id` is empty; what moved after `until` has not moved yet."""
    found = model.items(session, house, [area_id] if area_id else None)
    known = releases(session, house, {item.release_id for item in found if item.release_id is not None})
    stands = [Stands(item, known.get(item.release_id or 0)) for item in found]
    changes = model.changes_since(session, house, since.at)
    moved = _moves(session, house, area_id, [each for each in changes if until is None or each.at <= until])
    dropped_after = house.clock.now() - NOT_DOING_FOR
    dropped = _moves(session, house, area_id, model.changes_since(session, house, dropped_after, DROPPED))
    seen = {move.item.id for move in moved}
    area = house.definitions.organisation.area(area_id)
    return Roadmap(
        about=area.name if area else "",
        since=since,
        moved=moved,
        released=[each for each in stands if each.release_moved and each.item.id not in seen],
        areas=_areas(session, house, area_id, stands),
        not_doing=[move for move in dropped if move.item.is_dropped],
        writes=writes,
    )


def _moves(session: Session, house: House, area_id: str, changes: Sequence[RoadmapChange]) -> list[Move]:
    """By item, what moved last first."""
    by_item: dict[int, list[RoadmapChange]] = {}
    for change in changes:
        by_item.setdefault(change.item_id, []).append(change)
    items = model.of_ids(session, house, by_item)
    found = [
        Move(items[id], of_item[0], of_item[-1], len(of_item))
        for id, of_item in by_item.items()
        if area_id in ("", items[id].area_id)
    ]
    return sorted(found, key=lambda move: -move.last.id)


def _areas(session: Session, house: House, area_id: str, stands: Sequence[Stands]) -> list[AreaRoadmap]:
    """In the order of the definitions, and then what they no longer have."""
    organisation, called = house.definitions.organisation, People(session, house).named
    known = [area for area in organisation.areas if area_id in ("", area.id)]
    gone = dict.fromkeys(each.item.area_id for each in stands if organisation.area(each.item.area_id) is None)
    return [
        *(AreaRoadmap(area.id, area.name, called(area.owner), _of(stands, area.id)) for area in known),
        *(AreaRoadmap(id, id, "", _of(stands, id)) for id in gone),
    ]


def _of(stands: Sequence[Stands], area_id: str) -> list[Stands]:
    of_area = [each for each in stands if each.item.area_id == area_id]
    return sorted(of_area, key=lambda each: (*places.order(each.item.place), each.item.number))


def releases(session: Session, house: House, ids: Collection[int]) -> dict[int, ReleaseFacts]:
    if not ids or house.links.releases is None:
        return {}
    return {each.id: each for each in house.links.releases(session, house, ids)}
