"""What the checks find in insights: what waits too long, what was answered badly, and what no longer fits."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.definitions import InsightRules
from bot.definitions.insights import SEVERE
from bot.findings import Button, finding
from bot.house import Finding, House
from bot.insights import clocks, messages, spikes
from bot.insights.model import (
    ACCEPTED,
    ACKNOWLEDGED,
    ADDRESSED,
    CLOSED,
    DECIDED,
    DECLINED,
    MERGED,
    NEW,
    OUT_OF_SCOPE,
    PARKED,
    RESEARCHING,
    ROUTED,
    TRIAGED,
    UNTOLD,
    WAITING,
    Insight,
)
from bot.insights.telling import TOLD_WITHIN
from bot.people import deciding

SILENT, UNUSED = timedelta(days=30), timedelta(days=90)
MOST_UNSORTED, FEWEST = 0.2, 5
"""A larger share of so many insights without an area or a theme is too much."""
FEW = 20
"""Of one sort, so many are shown one by one."""
TRIAGE: Button = ("insights.triage", "next", "Triage them")
WAITING_FOR_ME: Button = ("insights.waiting", "mine", "Show them")


def findings(session: Session, house: House) -> Iterator[Finding]:
    rules = house.definitions.insights
    if rules is None:
        return
    yield from _untriaged(session, house)
    yield from _late(session, house)
    yield from _unexplained(session, house)
    yield from _unproven(session, house)
    yield from _untold(session, house)
    yield from _spikes_on_no_agenda(session, house)
    yield from _taxonomy(session, house, rules)
    yield from _sources(session, house, rules)
    yield from _leaked(session, house)


def _untriaged(session: Session, house: House) -> Iterator[Finding]:
    """IN02"""
    now = house.clock.now()
    query = select(Insight.captured_at, Insight.due_at).where(
        Insight.workspace_id == house.workspace_id, Insight.state.in_((NEW, TRIAGED)), Insight.due_at < now
    )
    late: list[tuple[datetime, datetime]] = [(captured, due) for captured, due in session.execute(query) if due]
    if late:
        worse = any(now - due > due - captured for captured, due in late)
        days = max((now - captured).days for captured, _due in late)
        yield finding(house, "IN02", "insights:new", worse=worse, button=TRIAGE, count=len(late), days=days)


def _late(session: Session, house: House) -> Iterator[Finding]:
    """IN04 and IN05, to whoever is to answer."""
    query = (
        select(Insight.owner, Insight.state, func.count(), func.min(Insight.due_at))
        .where(
            Insight.workspace_id == house.workspace_id,
            Insight.state.in_((ROUTED, ACKNOWLEDGED)),
            Insight.due_at < house.clock.now(),
        )
        .group_by(Insight.owner, Insight.state)
    )
    for owner, state, count, oldest in session.execute(query):
        rule = "IN04" if state == ROUTED else "IN05"
        assert oldest is not None
        since = oldest.astimezone(house.definitions.organisation.zone).date()
        yield finding(house, rule, f"person:{owner}", owner, button=WAITING_FOR_ME, count=count, since=since)


def _unexplained(session: Session, house: House) -> Iterator[Finding]:
    """IN06"""
    without_reason = and_(Insight.disposition == DECLINED, Insight.reason == "")
    without_trigger = and_(Insight.disposition == PARKED, Insight.reason == "", Insight.answer_by.is_(None))
    without_link = and_(Insight.disposition == ADDRESSED, Insight.link == "", Insight.reason == "")
    without_item = and_(Insight.disposition == ACCEPTED, Insight.link == "", Insight.linked_release.is_(None))
    without_day = and_(
        Insight.disposition == RESEARCHING, or_(Insight.answer_by.is_(None), Insight.researcher.is_(None))
    )
    query = select(Insight.number, Insight.decided_by, Insight.disposition).where(
        Insight.workspace_id == house.workspace_id,
        Insight.state.in_((DECIDED, CLOSED)),
        Insight.decided_at >= house.clock.now() - UNUSED,
        or_(without_reason, without_trigger, without_link, without_item, without_day),
    )
    for number, by, disposition in session.execute(query.order_by(Insight.number.desc()).limit(FEW)):
        ref = f"I-{number}"
        again = ("insights.dispose", ref, "Answer anew")
        yield finding(house, "IN06", f"insight:{number}", by, button=again, ref=ref, disposition=disposition)


def _unproven(session: Session, house: House) -> Iterator[Finding]:
    """IN07"""
    query = (
        select(Insight.owner, func.count())
        .where(
            Insight.workspace_id == house.workspace_id,
            Insight.state.in_(WAITING),
            Insight.severity.in_(SEVERE),
            Insight.proof == "",
        )
        .group_by(Insight.owner)
    )
    for owner, count in session.execute(query):
        button = WAITING_FOR_ME if owner else TRIAGE
        yield finding(house, "IN07", f"person:{owner or ''}", owner, button=button, count=count)


def _untold(session: Session, house: House) -> Iterator[Finding]:
    """IN08"""
    long_ago = clocks.days_before(house, house.clock.now(), TOLD_WITHIN)
    query = select(func.count()).where(
        Insight.workspace_id == house.workspace_id, UNTOLD, Insight.decided_at < long_ago
    )
    if count := session.scalar(query):
        yield finding(house, "IN08", "insights:untold", count=count)


def _spikes_on_no_agenda(session: Session, house: House) -> Iterator[Finding]:
    """IN09"""
    for spike in spikes.forgotten(session, house)[:FEW]:
        title, _evidence = messages.spike(house, spike)
        yield finding(house, "IN09", f"spike:{spike.area_id}:{spike.theme_id}", title=title)


def _taxonomy(session: Session, house: House, rules: InsightRules) -> Iterator[Finding]:
    """IN10"""
    since = house.clock.now() - UNUSED
    query = select(Insight.theme_id, Insight.area_id, func.count()).where(
        Insight.workspace_id == house.workspace_id,
        Insight.captured_at >= since,
        Insight.state.not_in((MERGED, OUT_OF_SCOPE)),
    )
    unsorted, used, total = 0, Counter[str](), 0
    for theme, area, count in session.execute(query.group_by(Insight.theme_id, Insight.area_id)):
        total += count
        unsorted += 0 if theme and area else count
        used[theme] += count
    if total >= FEWEST and unsorted > MOST_UNSORTED * total:
        yield finding(house, "IN10", "insights:unsorted", percent=round(100 * unsorted / total), unused=[])
    first = session.scalar(select(func.min(Insight.captured_at)).where(Insight.workspace_id == house.workspace_id))
    unused = [theme.name for theme in rules.themes if not used[theme.id]]
    if unused and first is not None and first < since:
        yield finding(house, "IN10", "insights:unused", percent=0, unused=unused)


def _sources(session: Session, house: House, rules: InsightRules) -> Iterator[Finding]:
    """IN01: of what has brought something once and is silent now."""
    query = (
        select(Insight.source_id, func.max(Insight.captured_at))
        .where(Insight.workspace_id == house.workspace_id)
        .group_by(Insight.source_id)
    )
    last = {source: at for source, at in session.execute(query)}
    for source in rules.sources:
        if source.id in last and last[source.id] < house.clock.now() - SILENT:
            owners = deciding.meant(session, house, source.owner, None)
            days = (house.clock.now() - last[source.id]).days
            owner = owners[0].slack_id if owners else None
            yield finding(house, "IN01", f"source:{source.id}", owner, name=source.name, days=days)


def _leaked(session: Session, house: House) -> Iterator[Finding]:
    """DA02: a card in the channel for all of what is restricted."""
    query = select(Insight.number).where(
        Insight.workspace_id == house.workspace_id, Insight.restricted.is_(True), Insight.message_id.is_not(None)
    )
    for number in session.scalars(query.order_by(Insight.number.desc()).limit(FEW)):
        yield finding(house, "DA02", f"insight:{number}", ref=f"I-{number}")
