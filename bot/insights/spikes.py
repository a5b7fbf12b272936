"""When much is said about one theme in one area, it puts itself on the agenda of the ritual that talks about it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions.decisions import AREA_OWNER
from bot.definitions.insights import SEVERE
from bot.house import House
from bot.insights import messages, telling
from bot.insights.model import MERGED, OUT_OF_SCOPE, WAITING, Insight, Spike, Submission
from bot.insights.rights import rules_of
from bot.people import deciding
from bot.prompts import flow as prompts
from bot.rituals import model as rituals

MOST_EVIDENCE = 12
MOST_ON_AGENDA = 10


def look(session: Session, house: House, area_id: str, theme_id: str) -> Spike | None:
    """Whether so much is said now, and what that spike says; restricted insights make none."""
    rules = rules_of(house).spike
    if rules is None or not area_id or not theme_id:
        return None
    session.flush()
    since = house.clock.now() - timedelta(days=rules.days)
    alike = (
        Insight.workspace_id == house.workspace_id,
        Insight.area_id == area_id,
        Insight.theme_id == theme_id,
        Insight.captured_at >= since,
        Insight.restricted.is_(False),
        Insight.state.not_in((MERGED, OUT_OF_SCOPE)),
    )
    accounts = session.scalar(
        select(func.sum(Submission.accounts)).join(Insight, Submission.insight_id == Insight.id).where(*alike)
    )
    high = session.scalar(select(func.count()).select_from(Insight).where(*alike, Insight.severity.in_(SEVERE)))
    if (accounts or 0) < rules.accounts and (high or 0) < rules.high:
        return None
    newest = select(Insight.number).where(*alike).order_by(Insight.number.desc()).limit(MOST_EVIDENCE)
    says: dict[str, Any] = {
        "accounts": accounts or 0,
        "high": high or 0,
        "insights": [f"I-{number}" for number in sorted(session.scalars(newest))],
    }
    spike = _open(session, house, area_id, theme_id)
    if spike is not None:
        spike.accounts, spike.high, spike.insights = says["accounts"], says["high"], says["insights"]
        return spike
    spike = Spike(
        workspace_id=house.workspace_id, area_id=area_id, theme_id=theme_id, ritual_id=rules.ritual,
        found_at=house.clock.now(), until=_talked_about(session, house, rules.ritual, rules.days), **says,
    )  # fmt: skip
    session.add(spike)
    session.flush()
    record(session, house, "insight.spike", f"spike:{spike.id}", area=area_id, theme=theme_id, **says)
    if (high or 0) >= rules.high:
        _tell_owner(session, house, spike)
    return spike


def on_agenda(session: Session, house: House, ritual_id: str) -> list[str]:
    """What is to be talked about in a ritual: spikes with their evidence, and what is late; a line each."""
    if house.definitions.insights is None:
        return []
    spikes = [": ".join(messages.spike(house, each)) for each in open_spikes(session, house, ritual_id)]
    query = (
        select(Insight)
        .where(
            Insight.workspace_id == house.workspace_id,
            Insight.state.in_(WAITING),
            Insight.forum_ritual == ritual_id,
            Insight.breached_at.is_not(None),
            Insight.restricted.is_(False),
        )
        .order_by(Insight.due_at, Insight.id)
        .limit(MOST_ON_AGENDA)
    )
    levels = rules_of(house).severities
    late = [
        messages.agenda_line(house, each, telling.looks_of(session, house, each))
        for each in session.scalars(query)
        if levels.of(each.severity).breach.agenda
    ]
    return [*spikes, *late]


def open_spikes(session: Session, house: House, ritual_id: str | None = None) -> list[Spike]:
    """What people have not talked about yet, the newest first."""
    query = select(Spike).where(Spike.workspace_id == house.workspace_id, Spike.until > house.clock.now())
    if ritual_id is not None:
        query = query.where(Spike.ritual_id == ritual_id)
    return list(session.scalars(query.order_by(Spike.found_at.desc(), Spike.id.desc())))


def _open(session: Session, house: House, area_id: str, theme_id: str) -> Spike | None:
    query = select(Spike).where(
        Spike.workspace_id == house.workspace_id,
        Spike.area_id == area_id,
        Spike.theme_id == theme_id,
        Spike.until > house.clock.now(),
    )
    return session.scalars(query.order_by(Spike.id.desc())).first()


def _talked_about(session: Session, house: House, ritual_id: str, days: int) -> datetime:
    """A day after the ritual opens next; that is when its agenda has been gone through."""
    opens = rituals.opens_next(session, house, ritual_id)
    return opens + timedelta(days=1) if opens else house.clock.now() + timedelta(days=days)


def _tell_owner(session: Session, house: House, spike: Spike) -> None:
    area = house.definitions.organisation.area(spike.area_id)
    title, text = messages.spike(house, spike)
    for person in deciding.meant(session, house, AREA_OWNER, area):
        prompts.tell(session, house, person.slack_id, f"insight:spike:{spike.id}", title, text, urgent=True)
