"""Where one thing stands that is no area: a release, a decision, an insight, an item of the roadmap, a ritual."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.decisions import copies, turns
from bot.decisions import messages as decision_messages
from bot.decisions import model as decisions
from bot.decisions.model import ENDED, PROPOSED
from bot.definitions import Ritual
from bot.house import House
from bot.insights import messages as insight_messages
from bot.insights import model as insights
from bot.insights import rights as insight_rights
from bot.insights import showing
from bot.insights.model import DigestPost as InsightsPost
from bot.people.model import People
from bot.releases import model as releases
from bot.releases import report
from bot.releases.messages import headline, span
from bot.reviews import model as reviews
from bot.reviews import yields
from bot.rituals import messages as rituals_messages
from bot.rituals import model as occurrences
from bot.rituals.model import CLOSED, Occurrence
from bot.roadmap import flow as roadmap_flow
from bot.roadmap import messages as roadmap_messages
from bot.roadmap import model as roadmap
from bot.roadmap import places
from bot.roadmap.entry import CONFIDENCES
from bot.roadmap.model import RoadmapItem
from bot.status.records import Answer, Fact, Source, Thing
from bot.updates.model import digest_posts


def of_release(session: Session, house: House, thing: Thing) -> Answer:
    (release,) = releases.by_ids(session, house, [int(thing.id)])
    (stands,) = report.compile_all(session, house, [release])
    now, see = house.clock.now(), f"/launch-ready {release.slug}"
    sources = _source("its card", release.card_id)
    query = select(RoadmapItem).where(
        RoadmapItem.workspace_id == house.workspace_id, RoadmapItem.release_id == release.id
    )
    brings = [each for each in session.scalars(query.order_by(RoadmapItem.number)) if not each.is_dropped]
    facts = [
        Fact("release_stands", {"report": stands, "headline": headline(stands)}, now, sources, see),
        Fact("release_when", {"report": stands, "days": span(release)}, now, sources),
        *([Fact("release_brings", {"items": brings}, now)] if brings else []),
    ]
    return Answer(thing, facts)


def of_decision(session: Session, house: House, thing: Thing) -> Answer:
    found, people = decisions.get(session, house, thing.id), People(session, house)
    asked = turns.turns_of(session, house, found) if found.state == PROPOSED else []
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    values = {
        "decision": found, "decider": people.called(found.decider), "raised_by": people.called(found.raised_by),
        "turn": decision_messages.whose_turn(house, found, asked[-1], people.called) if asked else "",
        "late": max(0, (today - found.needed_by).days) if found.needed_by else 0, "today": today,
        "about": [each for each in decision_messages.about(house, found) if each],
        "replaced": copies.replaced(session, house, found),
    }  # fmt: skip
    part = "decision_open" if found.state == PROPOSED else "decision_ended" if found.state in ENDED else "decision_made"
    at = found.ended_at or found.decided_at or (asked[-1].since if asked else None) or found.raised_at
    return Answer(thing, [Fact(part, values, at, _source(found.ref, found.message_id), f"/decision {found.ref}")])


def of_insight(session: Session, house: House, thing: Thing) -> Answer:
    """Never what somebody said. Of a restricted one nothing but the way to it, for who may read it."""
    found = insights.get(session, house, thing.id)
    see = f"/insight {found.ref}"
    if insight_rights.is_for_readers(session, house, found):
        return Answer(thing, [Fact("insight_restricted", {}, house.clock.now(), see=see)], may_show=False)
    (looks,) = showing.standings(session, house, [found])
    values = {
        "title": insight_messages.title(house, found),
        "standing": insight_messages.standing(house, found, looks),
    }
    moments = (
        found.captured_at, found.triaged_at, found.routed_at, found.acknowledged_at, found.decided_at, found.closed_at,
    )  # fmt: skip
    at = max(moment for moment in moments if moment)
    return Answer(thing, [Fact("insight_stands", values, at, _source(found.ref, found.message_id), see)])


def of_item(session: Session, house: House, thing: Thing) -> Answer:
    found = roadmap.get(session, house, thing.id)
    area, last = house.definitions.organisation.area(found.area_id), roadmap.changes_of(session, house, found)[0]
    people = People(session, house)
    owner = people.named(area.owner, f"organisation.areas.{area.id}.owner") if area else ""
    values = {
        "item": found, "area": area.name if area else found.area_id, "place": places.in_words(found.place),
        "owner": owner, "confidence": CONFIDENCES[found.confidence].lower(),
        "what": roadmap_messages.what_changed(house, last), "why": last.why,
        "by": people.called(last.by) if last.by else "", "added": last.kind == roadmap.ADDED,
        "release": roadmap_flow.release_of(session, house, found.release_id),
    }  # fmt: skip
    return Answer(thing, [Fact("item", values, last.at, see=f"/cadence roadmap {found.ref}")])


def of_ritual(session: Session, house: House, thing: Thing) -> Answer:
    ritual = house.definitions.calendar.ritual(thing.id)
    assert ritual is not None
    now, path = house.clock.now(), f"calendar.rituals.{ritual.id}.owner"
    values = {
        "ritual": ritual, "owner": People(session, house).named(ritual.owner, path),
        "yield": yields.of(session, house, ritual.id), **rituals_messages.standing(session, house, ritual),
    }  # fmt: skip
    next_ = Fact("ritual", values, now, see="/cadence calendar")
    return Answer(thing, [next_, *_last_occurrence(session, house, ritual)])


def _last_occurrence(session: Session, house: House, ritual: Ritual) -> Iterator[Fact]:
    query = (
        select(Occurrence)
        .where(
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.ritual_id == ritual.id,
            Occurrence.state.in_(occurrences.ENDED),
        )
        .order_by(Occurrence.slot.desc())
        .limit(1)
    )
    last = session.scalars(query).first()
    if last is None:
        return
    state = "closed" if last.state == CLOSED else "skipped" if last.state == occurrences.SKIPPED else "without"
    posted = _where(session, house, last)
    sources = _source("where it was posted", posted)
    at = last.ended_at or last.publish_at
    yield Fact("ritual_last", {"last": last, "state": state}, at, sources)


def _where(session: Session, house: House, occurrence: Occurrence) -> int | None:
    """The message that an occurrence left: a digest, or the card of a review."""
    if digest := digest_posts(session, house, occurrence.id).get("digest"):
        return digest
    if card := reviews.card_of(session, house, occurrence.id):
        return card.message_id
    return session.scalar(
        select(InsightsPost.message_id).where(
            InsightsPost.workspace_id == house.workspace_id, InsightsPost.occurrence_id == occurrence.id
        )
    )


def _source(label: str, message_id: int | None) -> tuple[Source, ...]:
    return (Source(label, message_id),) if message_id is not None else ()
