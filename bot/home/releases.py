"""The releases that are near: all of them for whoever works on the product, for others what is theirs in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from bot.definitions import Area
from bot.enablement import standing as bundles
from bot.enablement.standing import Stands
from bot.home.look import Look
from bot.people.model import People
from bot.releases import model, standing
from bot.releases.asking import Asked
from bot.releases.audience import functions_named
from bot.releases.calls import Call
from bot.releases.model import PLANNED, STOPPED, Release
from bot.releases.readiness import Readiness
from bot.releases.tiers import applies
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


def read(look: Look) -> Releases:
    if look.house.definitions.releases is None:
        return Releases((), 0, affecting=False)
    found = _planned(look, AHEAD)
    mine = _items(look, [release.id for release in found])
    if not look.sees_all_releases:
        found = [release for release in found if release.id in mine or _affects(look, release)]
    found.sort(key=lambda release: (release.target, release.id))
    first = sorted(found, key=lambda release: (not _is_mine(look, release), release.target, release.id))[:MOST_SHOWN]
    shown = _assessed(look, [release for release in found if release in first], mine)
    return Releases(shown, len(found) - len(shown), affecting=not look.sees_all_releases)


def next_of(look: Look, areas: Sequence[Area]) -> Mapping[str, Near]:
    """The next release of each area: one that its roadmap names, else of an owner who has no other area."""
    if look.house.definitions.releases is None or not areas:
        return {}
    found = {release.id: release for release in reversed(_planned(look, NEXT))}
    query = select(RoadmapItem.area_id, RoadmapItem.release_id).where(
        RoadmapItem.workspace_id == look.house.workspace_id,
        RoadmapItem.area_id.in_([area.id for area in areas]),
        RoadmapItem.place != DROPPED,
        RoadmapItem.release_id.in_(list(found)),
    )
    of_area: dict[str, list[Release]] = {}
    for area_id, release_id in look.session.execute(query):
        of_area.setdefault(area_id, []).append(found[release_id or 0])
    organisation = look.house.definitions.organisation
    for area in areas:
        if len(organisation.owned_by(area.owner)) == 1:
            owner = organisation.person(area.owner)
            mine = [each for each in found.values() if owner and organisation.person(each.owner) == owner]
            of_area.setdefault(area.id, []).extend(mine)
    first = {id: min(some, key=lambda each: (each.target, each.id)) for id, some in of_area.items() if some}
    chosen = list({release.id: release for release in first.values()}.values())
    assessed = {near.release.id: near for near in _assessed(look, chosen, {})}
    return {id: assessed[release.id] for id, release in first.items()}


def _planned(look: Look, ahead: timedelta) -> list[Release]:
    """What is still to go out, also what should have lately, by date."""
    today = standing.today(look.house)
    found = model.planned(look.session, look.house, today - OVERDUE, today + ahead)
    return [release for release in found if release.state in (PLANNED, STOPPED)]


def _items(look: Look, ids: Sequence[int]) -> Items:
    """What the reader was asked for and owes, by the release's id."""
    query = select(Asked.release_id, Asked.things).where(
        Asked.workspace_id == look.house.workspace_id, Asked.release_id.in_(ids), Asked.person == look.slack_id
    )
    return {
        id: [(kind, title, date.fromisoformat(due)) for kind, title, due, *_rest in said["things"]]
        for id, said in look.session.execute(query)
        if said["things"]
    }


def _affects(look: Look, release: Release) -> bool:
    """Whether the reader's function needs to know of it, or confirms its bundle."""
    rules = standing.rules_of(look.house)
    confirming = rules.bundle.confirm if rules.bundle and bundles.has_bundle(look.house, release) else ()
    tier = standing.tier(look.house, release)
    return look.function in functions_named(rules, release) or any(
        rule.function == look.function and tier in rule.tiers and applies(rule.only_if, release.facts)
        for rule in confirming
    )


def _is_mine(look: Look, release: Release) -> bool:
    return look.person is not None and People(look.session, look.house).by_ref(release.owner) == look.person


def _assessed(look: Look, chosen: Sequence[Release], items: Items) -> list[Near]:
    """Each with its recommendation, computed for all of them at once."""
    if not chosen:
        return []
    kept = standing.kept(look.session, look.house, chosen)
    stood = bundles.of_all(look.session, look.house, chosen) if not look.sees_all_releases else {}
    found = []
    for release in chosen:
        readiness, call = standing.assess(look.house, release, kept), kept.calls.get(release.id)
        found.append(
            Near(
                release,
                readiness,
                call if call is not None and call.counts(release, readiness.tier) else None,
                _is_mine(look, release),
                _bundle(stood.get(release.id), look.slack_id),
                items.get(release.id, ()),
            )
        )
    return found


def _bundle(stands: Stands | None, slack_id: str) -> str:
    roster = stands.roster_of(slack_id) if stands else None
    if stands is None or roster is None:
        return ""
    if stands.edition is None:
        return NOT_PUBLISHED
    if any(each.slack_id == slack_id for each in roster.confirmed):
        return CONFIRMED
    return WAITS if any(each.slack_id == slack_id for each in roster.waiting) else NOT_COUNTED
