"""Gathers what digests tell, once for all audiences. Pure reading of what the rooms keep; nothing is said here.

Everything there is, since a template that shows a few of it says how many more there are.

What is restricted is not read: a digest goes further than the channel it was said in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions import model as actions
from bot.decisions import model as decisions
from bot.decisions.model import PROPOSED
from bot.digests.facts import Action, Answered, Area, Ask, Decision, Escape, Facts, Gate, Happened, Heard, Move, Release
from bot.enablement import model as bundles
from bot.house import House
from bot.insights import digest as insight_digest
from bot.insights import messages as insight_messages
from bot.insights.figures import NOT_RESTRICTED
from bot.insights.model import CLOSED, DECIDED, Insight
from bot.lookback import model as lookback
from bot.people.model import People
from bot.releases import ahead, happenings, report
from bot.releases import messages as release_messages
from bot.releases import model as releases
from bot.releases.audience import functions_named
from bot.releases.model import CANCELLED, LIVE, STOPPED
from bot.releases.report import Report
from bot.rituals import model as occurrences
from bot.roadmap import places, standing
from bot.roadmap.review import Since
from bot.updates import digest as updates
from bot.updates.model import KIND as WEEKLY_UPDATE

AHEAD, SOON = timedelta(days=21), timedelta(days=14)
A_WEEK = timedelta(days=7)
TALK_TRACK = "talk-track"
"""The id of the section of a bundle that holds what people say to customers."""
_LINK = re.compile(r"https?://[^\s<>|]+")


def collect(session: Session, house: House, since: datetime, until: datetime) -> Facts:
    """What happened between two moments, and how it all stands now.

    What happened since `until` is the next issue's, also when one is worded anew because it is corrected.
    """
    zone = house.definitions.organisation.zone
    today = until.astimezone(zone).date()
    areas, asks = _areas(session, house, since)
    return Facts(
        since=since,
        until=until,
        zone=zone,
        functions={each.id: each.name for each in house.definitions.organisation.functions},
        areas=areas,
        asks=asks,
        decided=_decided(session, house, since, until),
        waiting=_waiting(session, house, today),
        releases=_releases(session, house, today),
        happened=_happened(session, house, since, until),
        moves=_moves(session, house, since, until),
        surprises=_surprises(session, house, since, until),
        heard=_heard(session, house, since, until),
        escapes=_escapes(session, house, since, until),
        actions=_actions(session, house, today),
    )


def areas_to_json(facts: Facts) -> dict[str, Any]:
    """What is known of areas and what they need, to be kept with an issue."""
    asks = [asdict(each) | {"by": each.by and each.by.isoformat()} for each in facts.asks]
    return {"areas": [asdict(each) for each in facts.areas], "asks": asks}


def areas_from_json(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The same as `Facts` take it."""
    asks = [Ask(**{**each, "by": each["by"] and date.fromisoformat(each["by"])}) for each in kept["asks"]]
    return {"areas": [Area(**each) for each in kept["areas"]], "asks": asks}


def _areas(session: Session, house: House, since: datetime) -> tuple[list[Area], list[Ask]]:
    """Every area by the last weekly digest, and what it needs; a colour that was known before `since` is no news."""
    found: list[Area] = []
    asks: list[Ask] = []
    for ritual in house.definitions.calendar.rituals:
        last = occurrences.latest_published(session, house, ritual.id) if ritual.kind == WEEKLY_UPDATE else None
        if last is None:
            continue
        is_news = last.ended_at is not None and last.ended_at > since
        lines, requests = updates.areas(session, house, ritual, last)
        found += [_area(line, is_news=is_news) for line in lines]
        asks += [Ask(each.area, each.text, each.of, each.by) for each in requests]
    return found, asks


def _area(line: updates.Line, *, is_news: bool) -> Area:
    if line.answer is None:
        return Area(line.area, line.owner, because=line.silent_because)
    before = line.before if line.moved and is_news else ""
    return Area(line.area, line.owner, line.answer.status, before, line.answer.path)


def _decided(session: Session, house: House, since: datetime, until: datetime) -> list[Decision]:
    later = decisions.decided_since(session, house, since)
    found = [each for each in later if each.decided_at is not None and since < each.decided_at <= until]
    return [_decision(session, house, each, f"we will {each.decision}", each.review_on) for each in found]


def _waiting(session: Session, house: House, today: date) -> list[Decision]:
    found = decisions.due(session, house, today + SOON, states=(PROPOSED,))
    return [_decision(session, house, each, each.question, each.needed_by, today) for each in found]


def _decision(
    session: Session, house: House, entry: decisions.Decision, what: str, day: date | None, today: date | None = None
) -> Decision:
    area = house.definitions.organisation.area(entry.area_id)
    decider = People(session, house).called(entry.decider)
    overdue = day is not None and today is not None and day < today
    return Decision(entry.ref, what, decider, area.name if area else "", day, overdue)


def _releases(session: Session, house: House, today: date) -> list[Release]:
    rules = house.definitions.releases
    if rules is None:
        return []
    found = [each for each in ahead.between(session, house, today, today + AHEAD) if each.state != LIVE]
    editions = bundles.editions(session, house, [each.id for each in found])
    organisation = house.definitions.organisation
    names = {each.id: each.name for each in organisation.functions}
    return [
        Release(
            release.name, release.slug, shown.owner, release.target, release.last_day, str(shown.tier),
            release_messages.headline(shown), release.confidence, release.summary,
            [names.get(id, id) for id in functions_named(rules, release)], _gates(shown),
            has_bundle=bool(editions[release.id]), talk_track=_talk_track(editions[release.id]),
        )
        for release, shown in zip(found, report.compile_all(session, house, found), strict=True)
    ]  # fmt: skip


def _gates(shown: Report) -> list[Gate]:
    return [
        Gate(each.title, each.owners, each.people, date.fromisoformat(each.due), each.overdue) for each in shown.gates
    ]


def _talk_track(editions: Sequence[bundles.Edition]) -> str:
    sections = editions[-1].content["sections"] if editions else []
    text = next((text for id, _title, text in sections if id == TALK_TRACK), "")
    link = _LINK.search(text)
    return link[0].rstrip(".,;)") if link else ""


def _happened(session: Session, house: House, since: datetime, until: datetime) -> list[Happened]:
    later = happenings.since(session, house, since, (happenings.MOVED, LIVE, STOPPED, CANCELLED))
    found = [(release, each) for release, each in later if each.at <= until]
    return [Happened(release.name, each.kind, each.before, each.after, each.because) for release, each in found]


def _moves(session: Session, house: House, since: datetime, until: datetime) -> list[Move]:
    organisation = house.definitions.organisation
    functions = {each.id: each.name for each in organisation.functions}
    areas = {each.id: each.name for each in organisation.areas}
    found = standing.compile(session, house, "", Since(since, reviewed=True), until=until).moved
    return [
        Move(
            move.item.ref, move.item.name, areas.get(move.item.area_id, move.item.area_id),
            move.first.before and places.in_words(move.first.before), places.in_words(move.last.after), move.last.why,
            [functions.get(id, id) for id in move.last.functions],
            areas.get(move.last.depends_on, move.last.depends_on),
        )
        for move in found
        # What came and went in between is no news.
        if not (move.last.after == places.DROPPED and not move.first.before)
    ]  # fmt: skip


def _surprises(session: Session, house: House, since: datetime, until: datetime) -> list[str]:
    """What somebody came upon, in the name of the release where that is known; never who it was."""
    found = [each for each in lookback.surprises_since(session, house, since) if each.reported_at <= until]
    named = {each.id: each.name for each in releases.by_ids(session, house, {each.release_id or 0 for each in found})}
    return [named.get(each.release_id or 0) or each.words for each in found]


def _heard(session: Session, house: House, since: datetime, until: datetime) -> Heard:
    if house.definitions.insights is None:
        return Heard()
    found = insight_digest.spikes(session, house, since, until)
    return Heard(
        came=insight_digest.came(session, house, since, until),
        spikes=[insight_messages.spike(house, each)[0] for each in found],
        answers=insight_digest.answers(session, house, since, until),
        answered=list(_answered(session, house, since, until)),
    )


def _answered(session: Session, house: House, since: datetime, until: datetime) -> Iterator[Answered]:
    """What came live first, then the other answers, the latest first."""
    live = insight_digest.loops(session, house, since, until)
    for insight, release in live:
        yield Answered(insight.ref, insight.what, "live", release.name if release else "")
    query = select(Insight).where(
        Insight.workspace_id == house.workspace_id,
        Insight.decided_at > since,
        Insight.decided_at <= until,
        Insight.state.in_((DECIDED, CLOSED)),
        Insight.id.not_in([insight.id for insight, _release in live]),
        NOT_RESTRICTED,
    )
    for insight in session.scalars(query.order_by(Insight.decided_at.desc(), Insight.id)):
        yield Answered(insight.ref, insight.what, insight.disposition, insight.reason)


def _escapes(session: Session, house: House, since: datetime, until: datetime) -> list[Escape]:
    found = [each for each in lookback.escapes_since(session, house, since) if each.reported_at <= until]
    named = {each.id: each.name for each in releases.by_ids(session, house, {each.release_id for each in found})}
    return [Escape(each.what, each.severity, named[each.release_id]) for each in found]


def _actions(session: Session, house: House, today: date) -> list[Action]:
    people = People(session, house)
    found = actions.open_until(session, house, today + A_WEEK)
    return [Action(each.what, people.called(each.owner), each.due_on, each.due_on < today) for each in found]
