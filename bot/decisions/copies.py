"""Where an entry stands in Slack: in the channel of the log, and a copy where it must be known. Edited in place."""

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.decisions import messages, model, turns
from bot.decisions.model import Decision
from bot.delivery import outbox
from bot.house import House
from bot.people.model import People, channel_id


def post(session: Session, house: House, decision: Decision, actor: str) -> None:
    """A new entry: its card in the channel of the log, and a copy where it must be known."""
    decision.message_id = outbox.post(
        session,
        house,
        _log(session, house),
        _card(session, house, decision),
        kind="decision.card",
        dedupe=f"decision:{decision.id}",
        report_to=actor,
    )
    _post_copy(session, house, decision, actor)
    _tell_forum(session, house, decision)


def refresh(session: Session, house: House, decision: Decision) -> None:
    """Edit the entry wherever it stands, so that each copy shows how it is now."""
    message = _card(session, house, decision)
    for message_id in (decision.message_id, decision.copy_id):
        if message_id is not None:
            outbox.update(session, house, message_id, message)
    _post_copy(session, house, decision, decision.recorded_by or decision.decider)
    _tell_forum(session, house, decision)


def replaced(session: Session, house: House, decision: Decision) -> list[str]:
    """The entries whose place this one has taken."""
    if not decision.decision:
        return []
    return model.replaced_by(session, house, decision.number, decision.number).get(decision.number, [])


def _post_copy(session: Session, house: House, decision: Decision, report_to: str) -> None:
    channel = decision.inform_channel
    if not channel or channel == _log(session, house) or decision.copy_id is not None:
        return
    decision.copy_id = outbox.post(
        session,
        house,
        channel,
        _card(session, house, decision),
        kind="decision.copy",
        dedupe=f"decision:{decision.id}:copy",
        report_to=report_to,
    )


def _card(session: Session, house: House, decision: Decision) -> Message:
    called, asked = People(session, house).called, turns.turns_of(session, house, decision)
    turn = messages.whose_turn(house, decision, asked[-1], called) if asked else ""
    return messages.card(house, decision, called, turn, replaced(session, house, decision))


def _tell_forum(session: Session, house: House, decision: Decision) -> None:
    """The ritual in which such decisions are made has something else to look at."""
    decision_class = house.definitions.decision_class(decision.class_id)
    if decision_class is not None and decision_class.forum.ritual is not None:
        for follow in house.links.looked_at:
            follow(session, house, decision_class.forum.ritual)


def _log(session: Session, house: House) -> str:
    return channel_id(session, house, house.definitions.organisation.channels.decisions)
