"""Where an area stands: whose it is, what it said last, what is decided, what comes next, what is heard of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bot.decisions.model import DECIDED, PROPOSED, Decision
from bot.definitions import Area
from bot.house import House
from bot.insights.model import WAITING, Insight
from bot.people.deciding import there_today
from bot.people.model import People, Person
from bot.releases import report
from bot.releases.messages import headline, span
from bot.releases.model import LATELY, PLANNED, STOPPED, Release
from bot.roadmap import messages as roadmap_messages
from bot.roadmap import review
from bot.roadmap.model import UNCHANGED, RoadmapChange, RoadmapItem
from bot.roadmap.places import DROPPED, LATER, NEXT, NOW
from bot.status import updates
from bot.status.records import Answer, Fact, Source, Thing
from bot.updates.answer import STATUS_NAMES, STATUS_SIGNS
from bot.updates.model import digest_posts

JUST_MADE = timedelta(days=14)
MOST_DECISIONS, MOST_MOVES, MOST_ITEMS, MOST_LINES = 3, 3, 3, 3
MOST_CHANGES = 50
"""Of the roadmap that are looked at: there is room for three."""
SEVERE = ("high", "critical")
PARTS = ("area_update", "decisions", "next_release", "roadmap", "insights")
"""What may be known of an area, in the order in which it is said."""


def answer(session: Session, house: House, thing: Thing, area: Area) -> Answer:
    """All that is known of it; when it was found by words that it has said, what it said."""
    found = updates.last(session, house, area.id)
    said = list(_update(session, house, thing, found)) if found else []
    more = [] if thing.said else list(_more(session, house, area))
    there = {fact.part for fact in (*said, *more)}
    nothing = [] if thing.said else [part for part in PARTS if part not in there]
    rest = [Fact("nothing", {"parts": nothing}, house.clock.now())] if nothing else []
    return Answer(
        thing,
        [*said, _whose(session, house, area), *more, *rest],
        says_something=bool(said or more),
        ask_owner=found is None or updates.is_stale(house, found),
    )


def owner_today(session: Session, house: House, area: Area) -> Person | None:
    """Its owner, or while they are away who stands in; the owner when nobody is there, none when nobody is named."""
    in_order = People(session, house).stand_ins(area)
    return there_today(session, house, in_order) or next(iter(in_order), None)


def _more(session: Session, house: House, area: Area) -> Iterator[Fact]:
    """What other records have of it."""
    yield from _decisions(session, house, area)
    yield from _release(session, house, area)
    yield from _roadmap(session, house, area)
    yield from _insights(session, house, area)


def _whose(session: Session, house: House, area: Area) -> Fact:
    people, today = People(session, house), owner_today(session, house, area)
    owner = people.by_ref(area.owner)
    away = people.away_because(owner, owner.today(house.clock.now())) if owner else None
    instead = today.name if today and today != owner else ""
    named = people.named(area.owner, f"organisation.areas.{area.id}.owner")
    values = {"area": area, "owner": named, "away": away, "instead": instead}
    return Fact("area_whose", values, house.clock.now(), see=f"/cadence who owns {area.id}")


def _update(session: Session, house: House, thing: Thing, found: updates.Last) -> Iterator[Fact]:
    said = found.update.answer
    posts = digest_posts(session, house, found.occurrence.id)
    posted = posts.get(found.update.area_id) or posts.get("digest")
    by = People(session, house).called(found.update.author)
    stale = updates.is_stale(house, found)
    sources = (Source("in its digest", posted),) if posted else ()
    values = {
        "answer": said, "sign": STATUS_SIGNS[said.status], "colour": STATUS_NAMES[said.status].lower(), "by": by,
        "week": found.occurrence.day, "no_change": found.update.no_change, "posted": posted is not None,
    }  # fmt: skip
    if lines := updates.lines_with(said, thing.said):
        yield Fact("area_said", {"lines": lines[:MOST_LINES], "words": thing.said}, found.at, sources, stale=stale)
    yield Fact("area_update", values, found.at, sources, stale=stale)


def _decisions(session: Session, house: House, area: Area) -> Iterator[Fact]:
    """What is to be decided first, then what was decided lately."""
    now = house.clock.now()
    about = select(Decision).where(Decision.workspace_id == house.workspace_id, Decision.area_id == area.id)
    open_ = about.where(Decision.state == PROPOSED).order_by(Decision.needed_by, Decision.number)
    made = about.where(Decision.state == DECIDED, Decision.decided_at >= now - JUST_MADE)
    found = list(session.scalars(open_.limit(MOST_DECISIONS + 1)))
    found += session.scalars(made.order_by(Decision.number.desc()).limit(MOST_DECISIONS + 1))
    if not found:
        return
    called, shown = People(session, house).called, found[:MOST_DECISIONS]
    sources = tuple(Source(each.ref, each.message_id) for each in shown if each.message_id)
    values = {"found": [(each, called(each.decider)) for each in shown], "more": len(found) > len(shown)}
    today = now.astimezone(house.definitions.organisation.zone).date()
    yield Fact("decisions", values | {"today": today}, now, sources, see=f"/decision list {area.id}")


def _release(session: Session, house: House, area: Area) -> Iterator[Fact]:
    """The next that its roadmap names, else its owner's."""
    if house.definitions.releases is None:
        return
    owner = house.definitions.organisation.person(area.owner)
    linked = select(RoadmapItem.release_id).where(*_of_area(house, area), RoadmapItem.release_id.is_not(None))
    found = _next(session, house, Release.id.in_(linked))
    brings = bool(found)
    found = found or _next(session, house, Release.owner == (owner.ref if owner else area.owner))
    if found is None:
        return
    (stands,) = report.compile_all(session, house, [found])
    values = {"report": stands, "headline": headline(stands), "days": span(found), "brings": brings}
    sources = (Source(found.name, found.card_id),) if found.card_id else ()
    yield Fact("next_release", values, house.clock.now(), sources, see=f"/launch-ready {found.slug}")


def _next(session: Session, house: House, which: ColumnElement[bool]) -> Release | None:
    query = select(Release).where(
        Release.workspace_id == house.workspace_id,
        Release.state.in_((PLANNED, STOPPED)),
        Release.target >= house.clock.now().date() - LATELY,
        which,
    )
    return session.scalars(query.order_by(Release.target, Release.id).limit(1)).first()


def _roadmap(session: Session, house: House, area: Area) -> Iterator[Fact]:
    since = review.since(session, house)
    query = select(RoadmapItem.number, RoadmapItem.name, RoadmapItem.place, RoadmapItem.confidence)
    items = session.execute(query.where(*_of_area(house, area)).order_by(RoadmapItem.number)).all()
    moved = _moved(session, house, area, since.at)
    if not items and not moved:
        return
    by_place = {place: [item for item in items if item.place == place] for place in (NOW, NEXT, LATER)}
    values = {
        "now": by_place[NOW], "next": by_place[NEXT], "later": len(by_place[LATER]), "most": MOST_ITEMS,
        "dated": sum(item.place not in by_place for item in items),
        "moved": [(item, roadmap_messages.what_changed(house, last), last.why) for last, item in moved[:MOST_MOVES]],
        "more_moved": max(0, len(moved) - MOST_MOVES), "since": since.at, "reviewed": since.reviewed,
    }  # fmt: skip
    yield Fact("roadmap", values, house.clock.now(), see=f"/cadence roadmap {area.id}")


def _of_area(house: House, area: Area) -> tuple[ColumnElement[bool], ...]:
    """What stands on its roadmap."""
    return (
        RoadmapItem.workspace_id == house.workspace_id,
        RoadmapItem.area_id == area.id,
        RoadmapItem.place != DROPPED,
    )


def _moved(session: Session, house: House, area: Area, moment: datetime) -> list[tuple[RoadmapChange, RoadmapItem]]:
    """The last change of each item that was changed since then, the newest first."""
    query = (
        select(RoadmapChange, RoadmapItem)
        .join(RoadmapItem, RoadmapItem.id == RoadmapChange.item_id)
        .where(
            RoadmapChange.workspace_id == house.workspace_id,
            RoadmapChange.at > moment,
            RoadmapChange.kind != UNCHANGED,
            RoadmapItem.area_id == area.id,
        )
        .order_by(RoadmapChange.id.desc())
        .limit(MOST_CHANGES)
    )
    found: dict[int, tuple[RoadmapChange, RoadmapItem]] = {}
    for change, item in session.execute(query):
        found.setdefault(item.id, (change, item))
    return list(found.values())


def _insights(session: Session, house: House, area: Area) -> Iterator[Fact]:
    """How many wait for an answer, as a number alone; restricted ones do not count, whoever asks."""
    if house.definitions.insights is None:
        return
    waiting = (
        Insight.workspace_id == house.workspace_id,
        Insight.state.in_(WAITING),
        Insight.restricted.is_(False),
        or_(Insight.area_id == area.id, Insight.also_area_id == area.id),
    )
    count = session.scalar(select(func.count()).where(*waiting))
    severe = session.scalar(select(func.count()).where(*waiting, Insight.severity.in_(SEVERE)))
    if count:
        see = f"/insight list open {area.id}"
        yield Fact("insights", {"count": count, "severe": severe}, house.clock.now(), see=see)
