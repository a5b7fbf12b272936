"""Whether launches surprise anybody (M5, M6), who knew (M7), what came of them (M15), how long they took (M11)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.audit import Event
from bot.definitions.lookback import OUTCOMES, TOO_LATE, UNAWARE
from bot.definitions.measures import COUNT, DAYS
from bot.house import House
from bot.insights import figures as insights
from bot.lookback import outcome
from bot.lookback.facts import Outcome
from bot.lookback.model import CONFIRMED, Awareness, Captured, Escape, LookBack, Surprise
from bot.measures.figure import FEWEST, Details, Figure, Period, share, spread, without_number
from bot.quarter.model import PlanVersion
from bot.releases.model import Release
from bot.rituals.model import Occurrence

LOW = "low"
MET, NOT_MET = OUTCOMES[:2]
MOST_LAUNCHES = 10
"""Shown of a period, the latest."""
A_DAY = timedelta(days=1)


def surprises(session: Session, house: House, period: Period) -> Figure:
    """M5: medium and high launches of which somebody heard too late or not at all, of those polled.

    A launch is polled once somebody of each function has answered. Fewer than five answers in all show nothing.
    """
    polls = _polls(session, house, period)
    asked = sum(map(len, polls.values()))
    answers = sum(bool(answer) for each in polls.values() for _function, answer in each)
    replied = share(answers, asked)
    if 0 < answers < FEWEST:
        return without_number(answers, replied=replied)
    polled = [each for each in polls.values() if _is_polled(each)]
    return share(sum(_is_surprised(each) for each in polled), len(polled), replied=replied)


def surprising(session: Session, house: House, period: Period) -> Details:
    """The launches that surprised somebody, by name, where so many answered that this shows nobody's answer."""
    polls = _polls(session, house, period)
    enough = {name: each for name, each in polls.items() if sum(bool(answer) for _, answer in each) >= FEWEST}
    return Details(lines=[name for name, each in enough.items() if _is_polled(each) and _is_surprised(each)])


def unregistered(session: Session, house: House, period: Period) -> Figure:
    """M6: surprises that turned out to be releases nobody had registered.

    Of the launches and the reported surprises of the period: without either, nobody can tell.
    """
    confirmed, reported = session.execute(
        select(func.count().filter(Surprise.state == CONFIRMED), func.count()).where(
            Surprise.workspace_id == house.workspace_id,
            Surprise.reported_at.between(period.begin(house), period.end(house)),
        )
    ).one()
    launched = session.scalar(select(func.count()).select_from(LookBack).where(*_live_in(house, period))) or 0
    return Figure(float(confirmed) if reported or launched else None, reported + launched, COUNT)


def coverage(session: Session, house: House, period: Period) -> Figure:
    """M7: medium and high launches of which every function had confirmed its bundle before, of all of them.

    Beside it the working days from the last confirmation to the launch.
    """
    launched = list(session.scalars(select(LookBack.release_id).where(*_live_in(house, period), LookBack.tier != LOW)))
    kept = _coverage(session, house, launched)
    whole = [each for each in kept.values() if each and all(function["enough"] for function in each.values())]
    leads = [
        min(function["lead"] for function in each.values() if function["lead"] is not None)
        for each in whole
        if any(function["lead"] is not None for function in each.values())
    ]
    return share(len(whole), len(launched), lead=spread(leads, DAYS))


def outcomes(session: Session, house: House, period: Period) -> Figure:
    """M15: launches whose target is met, of those of which somebody said whether; beside it what escaped."""
    ids = list(session.scalars(select(LookBack.release_id).where(*_live_in(house, period))))
    said: dict[int, str] = {}
    captured = select(Captured.release_id, Captured.answers).where(
        Captured.workspace_id == house.workspace_id, Captured.release_id.in_(ids)
    )
    for release_id, answers in session.execute(captured.order_by(Captured.day, Captured.id)):
        for each in answers.values():
            if each["means"] == "outcome" and each["answer"]:
                said[release_id] = each["answer"]
    known = [each for each in said.values() if each in (MET, NOT_MET)]
    escaped = session.execute(
        select(Escape.severity, func.count())
        .where(Escape.workspace_id == house.workspace_id, Escape.release_id.in_(ids))
        .group_by(Escape.severity)
    )
    counts = {severity: count for severity, count in escaped}
    escapes = Figure(float(sum(counts.values())) if ids else None, len(ids), COUNT)
    bad = Figure(float(counts.get("high", 0) + counts.get("critical", 0)) if ids else None, len(ids), COUNT)
    return share(known.count(MET), len(known), escapes=escapes, bad_escapes=bad)


def each_launch(session: Session, house: House, period: Period) -> Details:
    """A line for each launch: its target, what escaped, tickets more than usual."""
    begun = session.execute(
        select(LookBack, Release)
        .join(Release, Release.id == LookBack.release_id)
        .where(*_live_in(house, period))
        .order_by(LookBack.live_on.desc(), LookBack.id.desc())
        .limit(MOST_LAUNCHES)
    ).all()
    return Details(lines=[_line(outcome.gather(session, house, release, back)) for back, release in begun])


def cycle_time(session: Session, house: House, period: Period) -> Figure:
    """M11: days from an insight to its answer; beside it from registering a launch, and from opening a quarter."""
    begin, end = period.begin(house), period.end(house)
    launched = session.execute(
        select(LookBack.live_on, Release.registered_at)
        .join(Release, Release.id == LookBack.release_id)
        .where(*_live_in(house, period))
    )
    zone = house.definitions.organisation.zone
    taken = [(live_on - registered.astimezone(zone).date()).days for live_on, registered in launched]
    plans = session.execute(
        select(Occurrence.opened_at, PlanVersion.at)
        .join(Occurrence, Occurrence.id == PlanVersion.occurrence_id)
        .where(
            PlanVersion.workspace_id == house.workspace_id, PlanVersion.number == 1, PlanVersion.at.between(begin, end)
        )
    )
    planned = [(posted - opened) / A_DAY for opened, posted in plans if opened is not None]
    answered = insights.answer_days(session, house, begin, end)
    return spread(answered, DAYS, to_live=spread(taken, DAYS), to_plan=spread(planned, DAYS))


def by_tier(session: Session, house: House, period: Period) -> Details:
    launched = session.execute(
        select(LookBack.tier, LookBack.live_on, Release.registered_at)
        .join(Release, Release.id == LookBack.release_id)
        .where(*_live_in(house, period))
    )
    zone = house.definitions.organisation.zone
    taken: dict[str, list[float]] = defaultdict(list)
    for tier, live_on, registered in launched:
        taken[tier].append((live_on - registered.astimezone(zone).date()).days)
    return Details([(f"{tier}_to_live", spread(days, DAYS)) for tier, days in sorted(taken.items())])


def _live_in(house: House, period: Period) -> list[ColumnElement[bool]]:
    return [LookBack.workspace_id == house.workspace_id, LookBack.live_on.between(period.first, period.last)]


def _polls(session: Session, house: House, period: Period) -> Mapping[str, list[tuple[str, str]]]:
    """Of each medium or high launch, by its name: function and answer of each who was asked; empty: none yet."""
    query = (
        select(Release.name, Awareness.function, Awareness.answer)
        .join(LookBack, LookBack.release_id == Awareness.release_id)
        .join(Release, Release.id == LookBack.release_id)
        .where(*_live_in(house, period), LookBack.tier != LOW)
        .order_by(LookBack.live_on, LookBack.id)
    )
    polls: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, function, answer in session.execute(query):
        polls[name].append((function, answer))
    return polls


def _is_polled(poll: Collection[tuple[str, str]]) -> bool:
    return {function for function, _ in poll} == {function for function, answer in poll if answer}


def _is_surprised(poll: Collection[tuple[str, str]]) -> bool:
    return any(answer in (TOO_LATE, UNAWARE) for _function, answer in poll)


def _coverage(session: Session, house: House, release_ids: Collection[int]) -> Mapping[int, dict[str, Any]]:
    """What was kept of each bundle as its release went live, last; nothing of a release without one."""
    subjects = {f"release:{id}": id for id in release_ids}
    query = select(Event.subject, Event.detail).where(
        Event.workspace_id == house.workspace_id, Event.subject.in_(subjects), Event.kind == "bundle.coverage"
    )
    return {subjects[subject]: detail["functions"] for subject, detail in session.execute(query.order_by(Event.id))}


def _line(found: Outcome) -> str:
    parts = [f"target {found.met}" if found.met else "target not known"]
    parts += [f"{count} {severity} escaped" for severity, count in found.by_severity]
    parts += [f"{found.load} tickets against a usual week"] if found.load else []
    return f"{found.name}: {', '.join(parts)}"
