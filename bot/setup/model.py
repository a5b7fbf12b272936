"""What was answered in the interview, each time anew, and when it was finished."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_or_ignore, workspace_column
from bot.house import House
from bot.people.model import People


class SetupAnswer(Base):
    """An answer to one question. The newest one counts; the others are kept, so that nothing typed is lost."""

    __tablename__ = "setup_answer"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    question: Mapped[str] = mapped_column(String(20))
    values: Mapped[dict[str, Any]]
    """By field; None for what was not known then."""
    by: Mapped[str] = mapped_column(String(120))
    """Slack id, or the name of whoever used the command line."""
    at: Mapped[datetime]


class SetupDone(Base):
    """The interview was finished and its definitions applied; done again, the last time counts."""

    __tablename__ = "setup_done"

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    version: Mapped[int]
    """Of the definitions, which it made."""


# Built once, since Home is drawn after every press on it.
_ANSWERS = select(SetupAnswer).where(SetupAnswer.workspace_id == bindparam("workspace_id")).order_by(SetupAnswer.id)
_DONE = select(SetupDone).where(SetupDone.workspace_id == bindparam("workspace_id"))


def answers(session: Session, house: House) -> dict[str, SetupAnswer]:
    """The newest answer to each question that has one."""
    return {each.question: each for each in session.scalars(_ANSWERS, {"workspace_id": house.workspace_id})}


def keep(session: Session, house: House, question: str, values: dict[str, Any], by: str) -> SetupAnswer:
    answer = SetupAnswer(workspace_id=house.workspace_id, question=question, values=values, by=by, at=house.clock.now())
    session.add(answer)
    session.flush()
    return answer


def done(session: Session, house: House) -> SetupDone | None:
    return session.scalar(_DONE, {"workspace_id": house.workspace_id})


def finish(session: Session, house: House, by: str, version: int) -> None:
    facts = {"at": house.clock.now(), "by": by, "version": version}
    if insert_or_ignore(session, SetupDone, workspace_id=house.workspace_id, **facts):
        return
    held = session.get_one(SetupDone, house.workspace_id, with_for_update=True)
    for name, value in facts.items():
        setattr(held, name, value)
    session.flush()


def calling(session: Session, house: House) -> Callable[[str], str]:
    """What people call somebody, by an e-mail address or a Slack id: also whom the definitions do not have yet."""
    people, organisation = People(session, house), house.definitions.organisation
    typed = {ref: name for each in answers(session, house).values() for ref, name in _names(each).items()}

    def called(ref: str) -> str:
        if organisation.person(ref):
            return people.named(ref)
        return typed.get(ref) or (ref.partition("@")[0] if "@" in ref else people.called(ref))

    return called


def _names(answer: SetupAnswer) -> dict[str, str]:
    return answer.values.get("names") or {}
