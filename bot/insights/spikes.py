"""When much is said about one theme in one area, it puts itself on the agenda of the ritual that talks about it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions.decisions import AREA_OWNER
from bot.definitions.insights import SEVERE, SEVERITIES
from bot.definitions.insights import Spike as Rules
from bot.house import House
from bot.insights import messages, telling
from bot.insights.model import MERGED, OUT_OF_SCOPE, WAITING, Insight, Spike, Submission
from bot.insights.rights import rules_of
from bot.people import deciding
from bot.prompts import flow as prompts
from bot.rituals import model as rituals

MOST_EVIDENCE = 12
MOST_LATE = 10
"""Lines about what is late, on an agenda."""
LONGEST = timedelta(days=180)


def look(session: Session, house: House, area_id: str, theme_id: str) -> Spike | None:
    """Whether so much is said now, and what that spike says; restricted insights make none."""
    rules = rules_of(house).spike
    if rules is None or not area_id or not theme_id:
        return None
    session.flush()
    since = house.clock.now() - timedelta(days=rules.days)
    # Each time that somebody brought it counts, also of what was merged since, or was first heard long ago.
    alike = (
        Submission.workspace_id == house.workspace_id,
        Submission.at >= since,
        Insight.area_id == area_id,
        Insight.theme_id == theme_id,
        Insight.restricted.is_(False),
        Insight.state.not_in((MERGED, OUT_OF_SCOPE)),
    )
    is_high = case((Insight.severity.in_(SEVERE), 1), else_=0)
    counts = select(
        func.coalesce(func.sum(Submission.accounts), 0), func.coalesce(func.sum(is_high), 0)
    ).join(Insight, Submission.insight_id == Insight.id)  # fmt: skip
    accounts, high = session.execute(counts.where(*alike)).one()
    newest = select(Insight.number).join(Submission, Submission.insight_id == Insight.id).where(*alike)
    newest = newest.distinct().order_by(Insight.number.desc()).limit(MOST_EVIDENCE)
    insights = [f"I-{number}" for number in sorted(session.scalars(newest))]
    says: dict[str, Any] = {"accounts": int(accounts), "high": int(high), "insights": insights}
    spike = _open(session, house, area_id, theme_id)
    if spike is not None:
        spike.accounts, spike.high, spike.insights = says["accounts"], says["high"], says["insights"]
    elif not _is_many(rules, says["accounts"], says["high"]):
        return None
    else:
        spike = Spike(
            workspace_id=house.workspace_id, area_id=area_id, theme_id=theme_id, ritual_id=rules.ritual,
            found_at=house.clock.now(), until=_talked_about(session, house, rules.ritual, rules.days), **says,
        )  # fmt: skip
        session.add(spike)
        session.flush()
        record(session, house, "insight.spike", f"spike:{spike.id}", area=area_id, theme=theme_id, **says)
    for follow in house.links.looked_at:
        follow(session, house, spike.ritual_id)
    if spike.high >= rules.high:
        _tell_owner(session, house, spike)
    return spike if _is_many(rules, spike.accounts, spike.high) else None


def on_agenda(session: Session, house: House, ritual_id: str) -> list[str]:
    """What is to be talked about in a ritual: spikes with their evidence, and what is late; a line each."""
    if house.definitions.insights is None:
        return []
    spikes = [": ".join(messages.spike(house, each)) for each in open_spikes(session, house, ritual_id)]
    levels = rules_of(house).severities
    query = (
        select(Insight)
        .where(
            Insight.workspace_id == house.workspace_id,
            Insight.state.in_(WAITING),
            Insight.forum_ritual == ritual_id,
            Insight.due_at <= house.clock.now(),
            Insight.severity.in_([each for each in SEVERITIES if levels.of(each).breach.agenda]),
            Insight.restricted.is_(False),
        )
        .order_by(Insight.due_at, Insight.id)
    )
    found = list(session.scalars(query))
    late = [messages.agenda_line(house, each, telling.looks_of(session, house, each)) for each in found[:MOST_LATE]]
    more = [messages.more_on_agenda(house, len(found) - MOST_LATE)] if len(found) > MOST_LATE else []
    return [*spikes, *late, *more]


def forgotten(session: Session, house: House) -> list[Spike]:
    """Spikes about which nobody has talked, and of whose ritual none is open or planned; the newest first.

    That the time is over by which people should have talked makes it no better.
    """
    rules = rules_of(house).spike
    if rules is None:
        return []
    query = select(Spike).where(Spike.workspace_id == house.workspace_id, Spike.found_at > _long_ago(house))
    newest = {(each.area_id, each.theme_id): each for each in session.scalars(query.order_by(Spike.found_at, Spike.id))}
    found = [each for each in reversed(newest.values()) if _is_many(rules, each.accounts, each.high)]
    ids = {each.ritual_id for each in found}
    held, last = rituals.current(session, house, ids), rituals.last_opened(session, house, ids)
    return [
        each
        for each in found
        if held[each.ritual_id].running is None
        and ((coming := held[each.ritual_id].upcoming) is None or coming.opens_at == rituals.NEVER)
        and (each.ritual_id not in last or last[each.ritual_id] < each.found_at)
    ]


def open_spikes(session: Session, house: House, ritual_id: str | None = None) -> list[Spike]:
    """What people have not talked about yet and still is much, the newest first."""
    rules = rules_of(house).spike
    if rules is None:
        return []
    query = select(Spike).where(Spike.workspace_id == house.workspace_id, Spike.found_at > _long_ago(house))
    if ritual_id is not None:
        query = query.where(Spike.ritual_id == ritual_id)
    found = {
        (each.area_id, each.theme_id): each
        # Two who sort at the same moment may each have found it: that is one spike.
        for each in session.scalars(query.order_by(Spike.found_at, Spike.id))
        if _is_many(rules, each.accounts, each.high) and _is_open(session, house, each)
    }
    return list(reversed(found.values()))


def _is_many(rules: Rules, accounts: int, high: int) -> bool:
    return accounts >= rules.accounts or high >= rules.high


def _open(session: Session, house: House, area_id: str, theme_id: str) -> Spike | None:
    query = select(Spike).where(
        Spike.workspace_id == house.workspace_id,
        Spike.area_id == area_id,
        Spike.theme_id == theme_id,
        Spike.found_at > _long_ago(house),
    )
    last = session.scalars(query.order_by(Spike.id.desc())).first()
    return last if last is not None and _is_open(session, house, last) else None


def _is_open(session: Session, house: House, spike: Spike) -> bool:
    """Whether people have still to talk about it: also when the ritual in which they would was moved or skipped."""
    if spike.until > house.clock.now():
        return True
    planned = rituals.opens_next(session, house, spike.ritual_id) is not None
    return planned and not rituals.opened_since(session, house, spike.ritual_id, spike.found_at)


def _long_ago(house: House) -> datetime:
    """A spike from before then is over, whatever became of its ritual."""
    return house.clock.now() - LONGEST


def _talked_about(session: Session, house: House, ritual_id: str, days: int) -> datetime:
    """A day after the ritual opens next; that is when its agenda has been gone through."""
    opens = rituals.opens_next(session, house, ritual_id)
    return opens + timedelta(days=1) if opens else house.clock.now() + timedelta(days=days)


def _tell_owner(session: Session, house: House, spike: Spike) -> None:
    area = house.definitions.organisation.area(spike.area_id)
    title, text = messages.spike(house, spike)
    for person in deciding.meant(session, house, AREA_OWNER, area):
        key = f"insight:spike:{spike.area_id}:{spike.theme_id}:{spike.until:%Y%m%d}:{person.slack_id}"
        prompts.tell(session, house, person.slack_id, key, title, text, urgent=True)
