"""An entry that counts no more: rejected before it was decided, taken back, or decided anew by another one."""

from sqlalchemy.orm import Session

from bot.audit import record
from bot.decisions import announcing, copies, model, reviewing
from bot.decisions.model import DECIDED, PROPOSED, REJECTED, REVERSED, SUPERSEDED, Decision
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.model import People

LONGEST_REASON = 300


def reject(session: Session, house: House, slack_id: str, decision: Decision, reason: str) -> None:
    """It will not be decided, for a reason."""
    _require_reason(reason, "Say why, so that whoever raised it can go on.")
    _end(session, house, slack_id, decision, PROPOSED, REJECTED, reason)


def reverse(session: Session, house: House, slack_id: str, decision: Decision, reason: str) -> None:
    """What was decided counts no more, and nothing takes its place."""
    _require_reason(reason, "Say why it no longer holds, so that others can learn from it.")
    _end(session, house, slack_id, decision, DECIDED, REVERSED, reason)


def supersede(session: Session, house: House, slack_id: str, decision: Decision, by: Decision) -> None:
    """Another entry takes its place. A `UserError` when one has done so already, or it no longer counts."""
    if decision.id == by.id:
        raise UserError(f"{decision.ref} cannot take its own place.")
    # Somebody may be letting the other one take this one's place: then neither would count.
    model.hold(session, house, decision, by)
    if by.state != DECIDED:
        raise UserError(f"{by.ref} is {by.state}, so it cannot take the place of another.")
    _end(session, house, slack_id, decision, DECIDED, SUPERSEDED, f"{by.ref} takes its place", by.number)
    copies.refresh(session, house, by)


def why_not(decision: Decision, called: str) -> str:
    """Why an entry cannot be ended: in words what it is by now."""
    if decision.state == SUPERSEDED:
        return f"D-{decision.superseded_by} has taken the place of {decision.ref} already, recorded by {called}."
    if decision.state == PROPOSED:
        return f"{decision.ref} is not decided yet."
    return f"{decision.ref} is {decision.state} by now, as {called} recorded."


def _end(
    session: Session, house: House, slack_id: str, decision: Decision, before: str, after: str, reason: str,
    superseded_by: int | None = None,
) -> None:  # fmt: skip
    review_on = decision.review_on
    if not model.change(
        session, house, decision, Decision.state == before,
        state=after, ended_at=house.clock.now(), ended_by=slack_id, ended_because=reason.strip()[:LONGEST_REASON],
        superseded_by=superseded_by,
    ):  # fmt: skip
        called = People(session, house).called(decision.ended_by or decision.recorded_by or decision.decider)
        raise UserError(why_not(decision, called))
    record(
        session, house, f"decision.{after}", f"decision:{decision.ref}",
        actor=slack_id, reason=decision.ended_because, by=superseded_by,
    )  # fmt: skip
    reviewing.ended(session, house, decision, review_on)
    copies.refresh(session, house, decision)
    announcing.ended(session, house, decision, slack_id)


def _require_reason(reason: str, sentence: str) -> None:
    if not reason.strip():
        raise FieldErrors({"reason": sentence})
