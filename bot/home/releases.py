"""The releases that are near: all of them for whoever works on the product, for others what is theirs in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, select

from bot.enablement import model as bundle_model
from bot.enablement import standing as bundles
from bot.enablement.standing import Rosters
from bot.home.reader import Reader
from bot.people.model import People
from bot.releases import asking, calls, model, standing
from bot.releases.audience import functions_named
from bot.releases.calls import Call
from bot.releases.model import PLANNED, STOPPED, Release
from bot.releases.readiness import Readiness
from bot.roadmap.model import RoadmapItem
from bot.roadmap.places import DROPPED

AHEAD = timedelta(days=30)
NEXT = timedelta(days=120)
"""How far an area's next release is looked for."""
OVERDUE = timedelta(days=14)
"""How long one that should have gone out, and has not, is still near."""
MOST_SHOWN = 8
CONFIRMED, WAITS, NOT_COUNTED, NOT_PUBLISHED = "confirmed", "waits", "not counted", "not published"
"""How a reader stands to a bundle."""

Items = Mapping[int, Sequence[tuple[str, str, date]]]
"""By a release's id: sort, title and day of what is open and the reader's, the first due first."""


@dataclass(frozen=True)
class Near:
    """A release that goes out soon, and how ready it is."""

    release: Release
    readiness: Readiness
    call: Call | None
    """The last call, if it counts."""
    is_mine: bool
    in_full: bool
    """Whether the reader is told more than the advice and what is theirs: it affects them, or they see all."""
    bundle: str = ""
    """How the reader stands to its bundle; empty where they are not asked to confirm one."""
    items: Sequence[tuple[str, str, date]] = ()
    """What is open and theirs: sort, title and day, the first due first."""


@dataclass(frozen=True)
class Releases:
    shown: Sequence[Near]
    more: int
    affecting: bool
    """Whether these are only those that affect the reader's function, or in which they have something to do."""
    next_of: Mapping[str, Near]
    """By the id of an area of theirs: the next that goes out."""


def read(reader: Reader) -> Releases:
    """A `Releases` of nothing where there are no rules for them, and for somebody unknown."""
    if reader.house.definitions.releases is None or reader.person is None:
        return Releases((), 0, affecting=False, next_of={})
    today = standing.today(reader.house)
    planned = _planned(reader, today)
    near = [release for release in planned if release.target <= today + AHEAD]
    mine = _items(reader, [release.id for release in near])
    if not reader.sees_all_releases:
        near = [release for release in near if release.id in mine or _affects(reader, release)]
    first = sorted(near, key=lambda release: not _is_mine(reader, release))[:MOST_SHOWN]
    next_of = _next_of(reader, planned)
    # All at once, since each has its records in a dozen tables.
    chosen = {release.id: release for release in (*first, *next_of.values())}
    assessed = _assessed(reader, list(chosen.values()), mine)
    return Releases(
        [assessed[release.id] for release in near if release in first],
        len(near) - len(first),
        affecting=not reader.sees_all_releases,
        next_of={area_id: assessed[release.id] for area_id, release in next_of.items()},
    )


def _planned(reader: Reader, today: date) -> list[Release]:
    """What is still to go out, also what should have lately, by date."""
    ahead = NEXT if reader.areas else AHEAD
    found = model.planned(reader.session, reader.house, today - OVERDUE, today + ahead)
    return [release for release in found if release.state in (PLANNED, STOPPED)]


# Built once, since Home is drawn after every press on it.
_NAMED = select(RoadmapItem.area_id, RoadmapItem.release_id).where(
    RoadmapItem.workspace_id == bindparam("workspace_id"),
    RoadmapItem.area_id.in_(bindparam("area_ids", expanding=True)),
    RoadmapItem.place != DROPPED,
    RoadmapItem.release_id.is_not(None),
)


def _next_of(reader: Reader, planned: Sequence[Release]) -> Mapping[str, Release]:
    """The next release of each area: one that its roadmap names, else of an owner who has no other area."""
    ids = [area.id for area in reader.areas]
    which = {"workspace_id": reader.house.workspace_id, "area_ids": ids}
    rows = reader.session.execute(_NAMED, which) if ids else ()
    named = {(area_id, release_id) for area_id, release_id in rows}
    organisation = reader.house.definitions.organisation
    found = {}
    for area in reader.areas:
        owner = organisation.person(area.owner) if len(organisation.owned_by(area.owner)) == 1 else None
        of_area = (
            release
            for release in planned
            if (area.id, release.id) in named or (owner and organisation.person(release.owner) is owner)
        )
        if (release := next(of_area, None)) is not None:
            found[area.id] = release
    return found


def _items(reader: Reader, ids: Sequence[int]) -> Items:
    """What the reader was asked for and owes, by the release's id."""
    return {
        id: [(kind, title, date.fromisoformat(due)) for kind, title, due, *_rest in said["things"]]
        for id, _name, said in asking.owed_by(reader.session, reader.house, reader.slack_id)
        if id in ids and said["things"]
    }


def _affects(reader: Reader, release: Release) -> bool:
    """Whether the reader's function needs to know of it, or confirms its bundle."""
    confirming = bundles.confirming(reader.house, release) if bundles.has_bundle(reader.house, release) else ()
    named = functions_named(standing.rules_of(reader.house), release)
    return reader.function in named or any(rule.function == reader.function for rule in confirming)


def _is_mine(reader: Reader, release: Release) -> bool:
    return reader.person is not None and People(reader.session, reader.house).by_ref(release.owner) == reader.person


def _assessed(reader: Reader, chosen: Sequence[Release], items: Items) -> dict[int, Near]:
    """By id, each with its recommendation."""
    if not chosen:
        return {}
    session, house, ids = reader.session, reader.house, [release.id for release in chosen]
    basis, said = standing.basis(session, house, chosen), calls.latest(session, house, ids)
    rosters: Mapping[int, Rosters] = {}
    if not reader.sees_all_releases:
        rosters = bundles.rosters_of_all(session, house, chosen, bundle_model.editions(session, house, ids))
    found = {}
    for release in chosen:
        readiness, call = standing.assess(house, release, basis), said.get(release.id)
        found[release.id] = Near(
            release,
            readiness,
            call if call is not None and call.counts(release, readiness.tier) else None,
            _is_mine(reader, release),
            reader.sees_all_releases or _affects(reader, release),
            _bundle(rosters.get(release.id), reader.slack_id),
            items.get(release.id, ()),
        )
    return found


def _bundle(rosters: Rosters | None, slack_id: str) -> str:
    roster = rosters.roster_of(slack_id) if rosters else None
    if rosters is None or roster is None:
        return ""
    if rosters.edition is None:
        return NOT_PUBLISHED
    if any(each.slack_id == slack_id for each in roster.confirmed):
        return CONFIRMED
    return WAITS if any(each.slack_id == slack_id for each in roster.waiting) else NOT_COUNTED
