"""Duplicates: whoever brought one counts for the other, and it can be undone."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.errors import UserError
from bot.house import House
from bot.insights import answering, asking, clocks, model, questions, rights, spikes, states, telling
from bot.insights.model import NEEDS_INFO, NEW, Insight, Merge, Submission
from bot.insights.queue import move, require_free


def merge(session: Session, house: House, slack_id: str, ref: str, into_ref: str) -> Insight:
    """It is a duplicate: whoever brought it counts for the other one, and is told what becomes of that.

    Returns the other one. Undone by `unmerge`.
    """
    rights.require_triager(session, house, slack_id)
    first, other = model.get(session, house, ref), model.get(session, house, into_ref)
    second = model.chain(session, house, other)[-1]
    # In one order everywhere, so that two who merge the other way round do not wait for each other.
    held = {each.id: each for each in model.held(session, house, first.id, second.id)}
    for each, said in ((first, ref), (other, into_ref), (second, into_ref)):
        if not rights.may_triage(session, house, each, slack_id):
            raise model.unknown(said)
    if first.id == second.id:
        why = "cannot be a duplicate of itself" if other.id == first.id else f"counts for {first.ref} already"
        raise UserError(f"{other.ref} {why}.")
    insight, into = held[first.id], held[second.id]
    state = states.require(insight, states.MERGE)
    require_free(session, house, insight, slack_id)
    if into.state == model.MERGED:
        raise UserError(f"{into.ref} was just merged itself. Choose again.")
    if insight.restricted and not into.restricted:
        raise UserError(
            f"{insight.ref} is restricted and {into.ref} is not: what it says would be seen by more people."
        )
    questions.end(session, house, insight)
    brought = model.submissions(session, house, insight)
    session.add(
        Merge(
            workspace_id=house.workspace_id, insight_id=insight.id, into_id=into.id, by=slack_id,
            at=house.clock.now(), before=_as_it_stands(insight),
            submissions=[str(each.id) for each in brought],
        )
    )  # fmt: skip
    for submission in brought:
        submission.insight_id = into.id
    move(
        session, house, insight, states.MERGE,
        state=state, merged_into=into.id, lease_by=None, lease_until=None, **clocks.triaged(house, insight),
    )  # fmt: skip
    asking.stop(session, house, insight)
    record(session, house, "insight.merged", f"insight:{insight.ref}", actor=slack_id, into=into.ref)
    clocks.start(session, house, insight)
    if into.restricted:
        telling.go_on_directly(session, house, into)
    for each in (insight, into):
        telling.refresh(session, house, each)
        spikes.look(session, house, each.area_id, each.theme_id)
    telling.catch_up(session, house, into)
    return into


def unmerge(session: Session, house: House, slack_id: str, ref: str) -> Insight:
    """It was none: it is as it was before, and whoever brought it counts for it again."""
    rights.require_triager(session, house, slack_id)
    chain = model.chain(session, house, model.get(session, house, ref))
    held = model.held(session, house, *(each.id for each in chain))
    insight = rights.triageable(session, house, slack_id, ref)
    states.require(insight, states.UNMERGE)
    query = select(Merge).where(
        Merge.workspace_id == house.workspace_id, Merge.insight_id == insight.id, Merge.undone_at.is_(None)
    )
    merged = session.scalars(query.order_by(Merge.id.desc())).one()
    into = chain[1]
    merged.undone_at, merged.undone_by = house.clock.now(), slack_id
    for each in chain[1:]:
        _let_go(session, house, each, merged.submissions)
    for id in merged.submissions:
        session.get_one(Submission, int(id)).insight_id = insight.id
    # A question that was open when it was merged is over, so it waits in the queue.
    asked = merged.before["state"] == NEEDS_INFO
    state = NEW if asked else merged.before["state"]
    move(session, house, insight, states.UNMERGE, state=state, merged_into=None)
    record(session, house, "insight.unmerged", f"insight:{insight.ref}", actor=slack_id, out_of=into.ref)
    if asked:
        clocks.start(session, house, insight)
    else:
        clocks.restore(session, house, insight, merged.before)
    asking.ask(session, house, insight)
    answering.follow(session, house, insight)
    telling.tell_apart(session, house, insight, chain[-1])
    for each in held:
        telling.refresh(session, house, each)
        spikes.look(session, house, each.area_id, each.theme_id)
    return insight


def hold(session: Session, house: House, refs: Collection[str]) -> None:
    """Lock these insights, and what they count for, in one order everywhere: so nobody waits for each other."""
    chains = [model.chain(session, house, model.get(session, house, ref)) for ref in refs]
    model.held(session, house, *{each.id for chain in chains for each in chain})


def _as_it_stands(insight: Insight) -> dict[str, Any]:
    return {"state": insight.state, **clocks.stands(insight)}


def _let_go(session: Session, house: House, insight: Insight, submissions: Collection[str]) -> None:
    """These went on from an insight that was merged itself, and do not come back to it when that is undone."""
    query = select(Merge).where(
        Merge.workspace_id == house.workspace_id, Merge.insight_id == insight.id, Merge.undone_at.is_(None)
    )
    for merged in session.scalars(query):
        merged.submissions = [id for id in merged.submissions if id not in submissions]
