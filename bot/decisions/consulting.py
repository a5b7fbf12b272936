"""Whoever a class of decision says is consulted is asked for their view, once. Who stays silent holds up nothing."""

from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.audit import record
from bot.db import Base, BigId, insert_or_ignore, workspace_column
from bot.decisions import messages, model, turns
from bot.decisions.model import PROPOSED, Decision
from bot.definitions.decisions import EVERYBODY
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.house import House, Part
from bot.people.deciding import meant
from bot.people.flow import require_person
from bot.people.model import People
from bot.prompts import flow as prompts
from bot.rituals.schedule import to_utc

PROMPT = "decision-view"
"""The kind of prompt that asks for somebody's view."""
MOST_CONSULTED = 10
LONGEST_VIEW = 500


class Opinion(Base):
    """Somebody was asked for their view of what is to be decided, and what they said."""

    __tablename__ = "decision_opinion"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id", ondelete="CASCADE"), index=True)
    person: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (UniqueConstraint("decision_id", "person"),)


def ask(session: Session, house: House, decision: Decision) -> None:
    """Ask everybody whom the decision's class consults, less who decides it or has raised it."""
    found = house.definitions.decision_class(decision.class_id)
    if found is None or decision.needed_by is None:
        return
    area = house.definitions.organisation.area(decision.area_id)
    persons = [person for word in found.consulted if word != EVERYBODY for person in meant(session, house, word, area)]
    for person in list(dict.fromkeys(persons))[:MOST_CONSULTED]:
        if person.slack_id in (decision.decider, decision.raised_by):
            continue
        insert_or_ignore(
            session, Opinion, workspace_id=house.workspace_id, decision_id=decision.id, person=person.slack_id,
            asked_at=house.clock.now(), text="",
        )  # fmt: skip
        end = house.definitions.organisation.working_hours.end
        prompts.ask(
            session,
            house,
            person.slack_id,
            _key(decision, person.slack_id),
            PROMPT,
            f"{decision.ref}:{person.slack_id}",
            at=house.clock.now(),
            deadline=to_utc(datetime.combine(decision.needed_by, end), person.zone),
        )


def say(session: Session, house: House, slack_id: str, ref: str, text: str) -> Decision:
    """Somebody who was asked gives their view; said again, it takes the place of what they said before."""
    # Held, since somebody may be deciding it at this moment.
    turns.held(session, house, f"decision:{model.get(session, house, ref).id}")
    decision, opinion = _asked(session, house, slack_id, ref)
    if not text.strip():
        raise FieldErrors({"view": "Say what you think, or close this form: silence holds up nothing."})
    opinion.text, opinion.said_at = text.strip()[:LONGEST_VIEW], house.clock.now()
    record(session, house, "decision.opinion", f"decision:{decision.ref}", actor=slack_id, text=opinion.text)
    session.flush()
    prompts.changed(session, house, _key(decision, slack_id))
    turns.show(session, house, decision)
    if decision.message_id is not None:
        _say_in_thread(session, house, decision, opinion)
    return decision


def form(session: Session, house: House, slack_id: str, ref: str) -> tuple[Decision, str]:
    """The entry behind the button, and what this person has said of it so far."""
    decision, opinion = _asked(session, house, slack_id, ref)
    return decision, opinion.text


def opinions_of(session: Session, house: House, decision: Decision) -> list[Opinion]:
    """Everybody who was asked, in the order of asking."""
    query = select(Opinion).where(Opinion.workspace_id == house.workspace_id, Opinion.decision_id == decision.id)
    return list(session.scalars(query.order_by(Opinion.id)))


def ended(session: Session, house: House, decision: Decision) -> None:
    """Nobody's view is waited for any more."""
    for opinion in opinions_of(session, house, decision):
        prompts.changed(session, house, _key(decision, opinion.person))


def prompt_part(session: Session, house: House, ref: str) -> Part:
    """How the question to one consulted person looks now; `ref` is `D-42:` with their Slack id."""
    entry, _, slack_id = ref.partition(":")
    decision = model.get(session, house, entry)
    opinion = session.scalar(_query(house, decision, slack_id))
    return messages.consult(house, decision, People(session, house).called, opinion.text if opinion else "")


def _asked(session: Session, house: House, slack_id: str, ref: str) -> tuple[Decision, Opinion]:
    require_person(session, house, slack_id)
    decision = model.get(session, house, ref)
    opinion = session.scalar(_query(house, decision, slack_id).with_for_update())
    if opinion is None:
        raise UserError(f"Nobody asked you for your view of {decision.ref}. Write into the thread of its card.")
    if decision.state != PROPOSED:
        raise UserError(f"{decision.ref} is {decision.state} by now. `/decision {decision.ref}` shows it.")
    return decision, opinion


def _query(house: House, decision: Decision, slack_id: str) -> Select[Opinion]:
    return select(Opinion).where(
        Opinion.workspace_id == house.workspace_id, Opinion.decision_id == decision.id, Opinion.person == slack_id
    )


def _say_in_thread(session: Session, house: House, decision: Decision, opinion: Opinion) -> None:
    """Under the entry's card, where talk about it belongs."""
    assert decision.message_id is not None and opinion.said_at is not None
    message = messages.view_said(house, People(session, house).called(opinion.person), opinion.text)
    dedupe = f"decision:{decision.id}:view:{opinion.person}:{opinion.said_at:%Y%m%dT%H%M%S.%f}"
    outbox.reply(session, house, decision.message_id, message, kind="decision.view", dedupe=dedupe)


def _key(decision: Decision, slack_id: str) -> str:
    return f"{PROMPT}:{decision.id}:{slack_id}"
