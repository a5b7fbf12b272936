"""Whether the readiness items earn their place: those that let much escape, and those that never caught anything."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.delivery import outbox
from bot.house import House
from bot.lookback import messages
from bot.lookback.facts import CHANGE, DROP, Proposal
from bot.lookback.model import Escape, LookBack
from bot.people.flow import require_person
from bot.people.model import channel_id
from bot.releases import standing
from bot.releases.calls import Call
from bot.releases.model import Release
from bot.releases.readiness import HOLD, WAIVED

QUARTER = timedelta(days=91)
MANY_ESCAPES = 3
"""In a quarter: the item is to be changed."""
FEWEST_RELEASES = 3
"""That asked for an item in two quarters, before it can be said that it never catches anything."""
BLOCKED, LATE, WENT_WITHOUT, QUIET = "blocked", "late", "waived", ""
"""What an item did for one release; `QUIET`: it was settled in time, and nobody noticed."""


def caught(session: Session, house: House, release: Release) -> dict[str, Any]:
    """What each item that a release was asked for has done for it, by the item's id, as it goes live."""
    kept = standing.kept(session, house, [release])
    states = kept.states[release.id]
    holds = session.scalars(
        select(Call.at).where(Call.workspace_id == house.workspace_id, Call.release_id == release.id, Call.said == HOLD)
    ).all()
    zone = house.definitions.organisation.zone
    found: dict[str, Any] = {}
    for point in standing.assess(house, release, kept).points:
        state = states.get(point.item.id)
        if point.item.computed is not None:
            # It follows from the others, and is never proposed.
            continue
        if state is None or point.is_open or state.changed_at.astimezone(zone).date() > point.due:
            found[str(point.item.id)] = LATE
        elif state.state == WAIVED:
            found[str(point.item.id)] = WENT_WITHOUT
        else:
            was_open = any(at < state.changed_at for at in holds) or state.reopened_at is not None
            found[str(point.item.id)] = BLOCKED if was_open and point.level == "gate" else QUIET
    return found


def proposals(session: Session, house: House) -> list[Proposal]:
    """What follows from the last quarter's escapes, and from two quarters of releases, in the order of the items."""
    rules, now, today = standing.rules_of(house), house.clock.now(), standing.today(house)
    recent = _escapes(session, house, now - QUARTER)
    ever = _escapes(session, house, now - 2 * QUARTER)
    since = LookBack.workspace_id == house.workspace_id
    first = session.scalar(select(func.min(LookBack.live_on)).where(since))
    lately = session.scalars(select(LookBack.items).where(since, LookBack.live_on > today - 2 * QUARTER)).all()
    is_known_long = first is not None and first <= today - 2 * QUARTER
    found = []
    for item in rules.items:
        did = [each[str(item.id)] for each in lately if str(item.id) in each]
        if recent[item.id] >= MANY_ESCAPES:
            found.append(Proposal(item, CHANGE, recent[item.id]))
        elif is_known_long and len(did) >= FEWEST_RELEASES and not any(did) and not ever[item.id]:
            found.append(Proposal(item, DROP, len(did)))
    return found


def shown(session: Session, house: House, slack_id: str) -> Message:
    """What `/cadence checklist` answers, to anybody."""
    require_person(session, house, slack_id)
    return messages.checklist(house, proposals(session, house))


def tell(session: Session, house: House) -> None:
    """Product ops hears of each proposal once a quarter."""
    today = standing.today(house)
    where = channel_id(session, house, house.definitions.organisation.channels.product_ops)
    for proposal in proposals(session, house):
        outbox.post(
            session,
            house,
            where,
            messages.proposal(house, proposal),
            kind="lookback.checklist",
            dedupe=f"checklist:{proposal.item.id}:{proposal.what}:{today.year}-{(today.month - 1) // 3}",
            routine=True,
        )


def _escapes(session: Session, house: House, since: Any) -> Counter[int]:
    query = select(Escape.item_id).where(
        Escape.workspace_id == house.workspace_id, Escape.item_id.is_not(None), Escape.reported_at > since
    )
    return Counter(id for id in session.scalars(query) if id is not None)
