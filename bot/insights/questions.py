"""One question to whoever brought an insight, while its clock stands."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import personal, timers
from bot.audit import record
from bot.errors import UserError
from bot.house import House
from bot.insights import clocks, model, states, telling
from bot.insights.capturing import WHAT_LIMIT
from bot.insights.model import NEEDS_INFO, WAITING, Asked, Insight, Submission
from bot.insights.queue import move, text_of, working_on
from bot.insights.rights import rules_of
from bot.people.flow import require_person
from bot.people.model import People

LAPSE = "insights.lapse"
"""The timer that ends the wait for a submitter's answer; its ref is `insight:` and the id."""
QUESTION_LIMIT = 300


def ask(session: Session, house: House, slack_id: str, ref: str, question: str) -> Insight:
    """Ask its submitter one thing. Its clock stands until they answer, or some working days have passed."""
    insight = working_on(session, house, slack_id, ref, states.ASK)
    state = states.require(insight, states.ASK)
    question = text_of("question", question, QUESTION_LIMIT, "Write one question, as its submitter reads it.")
    people, brought = People(session, house), model.submissions(session, house, insight)
    here = (each for each in brought if each.is_own and people.by_slack(each.submitter) is not None)
    submission = next(here, None)
    if submission is None:
        raise UserError(f"Nobody is there to ask: {insight.ref} was brought by a program, or by somebody who has left.")
    asked = Asked(
        workspace_id=house.workspace_id, insight_id=insight.id, submission_id=submission.id, question=question,
        asked_by=slack_id, asked_at=house.clock.now(), answer="",
    )  # fmt: skip
    session.add(asked)
    move(session, house, insight, states.ASK, state=state, lease_by=None, lease_until=None)
    clocks.stop(session, house, insight)
    until = clocks.after_days(house, house.clock.now(), rules_of(house).question_days)
    timers.arm(session, house, f"{LAPSE}:{insight.id}", LAPSE, f"insight:{insight.id}", until)
    record(session, house, "insight.asked", f"insight:{insight.ref}", actor=slack_id, question=question)
    session.flush()
    telling.put_question(session, house, insight, submission, asked)
    telling.refresh(session, house, insight)
    return insight


def askable(session: Session, house: House, slack_id: str, asked_id: str) -> tuple[Insight, Asked]:
    """The question, for who was asked and has not answered; a `UserError` for others.

    Also when it came back without an answer meanwhile, as long as somebody has still to do something with it.
    """
    require_person(session, house, slack_id)
    asked = session.scalar(select(Asked).where(Asked.workspace_id == house.workspace_id, Asked.id == _id(asked_id)))
    submission = session.get(Submission, asked.submission_id) if asked else None
    if asked is None or submission is None or submission.submitter != slack_id:
        raise UserError("This question is not for you.")
    insight = model.held(session, house, asked.insight_id)[0]
    session.refresh(asked)
    if asked.answer or (asked.ended_at is not None and insight.state not in WAITING):
        raise UserError(f"This question is over; {insight.ref} goes on without it. `/insight {insight.ref}` shows it.")
    return insight, asked


def open_of(session: Session, house: House, slack_id: str, ref: str) -> str:
    """The id of what this person is asked about an insight; a `UserError` when that is nothing."""
    query = (
        select(Asked.id)
        .join(Insight, Asked.insight_id == Insight.id)
        .join(Submission, Asked.submission_id == Submission.id)
        .where(
            Asked.workspace_id == house.workspace_id,
            Asked.answer == "",
            Submission.submitter == slack_id,
            Insight.number == model.number(ref),
        )
    )
    found = session.scalar(query.order_by(Asked.id.desc()).limit(1))
    if found is None:
        raise UserError(
            f"You are asked nothing about “{ref.strip()[:20]}” now. `/insight mine` lists what you brought."
        )
    return str(found)


def answer(session: Session, house: House, slack_id: str, asked_id: str, words: str) -> Insight:
    """Its submitter answers: it comes back into the queue with that, and its clock runs on.

    What they say later is kept with it wherever it is by then.
    What looks like personal data in it is masked.
    """
    insight, asked = askable(session, house, slack_id, asked_id)
    words = text_of("answer", words, WHAT_LIMIT, "Write what you know, or that you do not know.")
    words = personal.masked(words)
    was_open, asked.answer, asked.ended_at = asked.ended_at is None, words, asked.ended_at or house.clock.now()
    if was_open:
        _come_back(session, house, insight, states.ANSWER)
    record(session, house, "insight.answered", f"insight:{insight.ref}", actor=slack_id, answer=words)
    return insight


def on_lapse(session: Session, house: House, ref: str) -> None:
    """A timer: its submitter has not answered. It comes back into the queue without."""
    insight = clocks.hold(session, house, ref)
    if insight is not None and insight.state == NEEDS_INFO:
        end(session, house, insight)
        _come_back(session, house, insight, states.LAPSE)
        record(session, house, "insight.lapsed", f"insight:{insight.ref}")


def end(session: Session, house: House, insight: Insight) -> None:
    query = select(Asked).where(
        Asked.workspace_id == house.workspace_id, Asked.insight_id == insight.id, Asked.ended_at.is_(None)
    )
    for asked in session.scalars(query):
        asked.ended_at = house.clock.now()
    timers.cancel(session, house, f"{LAPSE}:{insight.id}")
    session.flush()


def _come_back(session: Session, house: House, insight: Insight, verb: str) -> None:
    state = states.require(insight, verb)
    timers.cancel(session, house, f"{LAPSE}:{insight.id}")
    move(session, house, insight, verb, state=state)
    clocks.go_on(session, house, insight)
    telling.refresh(session, house, insight)


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else 0
