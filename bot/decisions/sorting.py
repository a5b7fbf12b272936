"""Saying afterwards of which class an open question is, such as of one that was noted in a weekly update."""

from sqlalchemy.orm import Session

from bot import audit
from bot.decisions import consulting, copies, flow, messages, model, rights, turns
from bot.decisions.entry import Question
from bot.decisions.model import PROPOSED, Decision
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People


def sort(
    session: Session, house: House, slack_id: str, ref: str, class_id: str, area_id: str, decider: str
) -> Decision:
    """Its class and area are these, and whoever decides such things is asked, or the `decider` (Slack id) if given.

    Raises `FieldErrors` by the form's fields.
    """
    by, decision = require_person(session, house, slack_id), flow.decidable(session, house, slack_id, ref)
    asked = rights.with_decider(
        session, house,
        Question(decision.question, decider, decision.needed_by, decision.stuck, decision.door,
                 class_id=class_id, area_id=area_id),
    )  # fmt: skip
    wrong = rights.wrong(session, house, asked)
    if not class_id:
        wrong["class_id"] = "Pick what sort of decision it is."
    if wrong:
        raise FieldErrors(wrong)
    before = decision.decider
    if not model.change(
        session, house, decision, (Decision.state == PROPOSED) & (Decision.decider == before),
        class_id=class_id, area_id=area_id, decider=asked.decider,
    ):  # fmt: skip
        raise UserError(f"Somebody has just changed {decision.ref}. `/decision {decision.ref}` shows it.")
    audit.record(
        session, house, "decision.sorted", f"decision:{decision.ref}", actor=slack_id,
        class_id=class_id, area_id=area_id, decider=asked.decider,
    )  # fmt: skip
    to = People(session, house).by_slack(asked.decider)
    was_asked = [turn.person for turn in turns.turns_of(session, house, decision)]
    if to is not None and decision.needed_by is not None and asked.decider not in was_asked:
        note = messages.handed_on(house, decision)
        turns.delegate(session, house, decision, by, to, decision.needed_by, note)
        if not decider:
            # Nobody picked them, so it goes on to the next one if they are away until then.
            turns.pass_on(session, house, decision)
    else:
        turns.show(session, house, decision)
    consulting.ask(session, house, decision)
    copies.refresh(session, house, decision)
    return decision
