"""A function's answers of one capture: checked, kept, told in the release's thread, and changed there later."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import swap
from bot.definitions.lookback import OUTCOMES, Capture, Question
from bot.delivery import outbox
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.lookback import asking, messages, model, reporting
from bot.lookback.model import Captured
from bot.people.flow import require_person
from bot.people.model import People
from bot.releases import card, standing
from bot.releases import model as releases
from bot.releases.model import Release

LIMIT = 600
"""Characters of one answer."""
NUMBER = re.compile(r"\d{1,9}([.,]\d{1,4})?")


def answerable(session: Session, house: House, slack_id: str, captured_id: str) -> tuple[Release, Captured, Capture]:
    """A capture with its release, held, if this person may answer it: of that function, asked, or the owner."""
    captured = model.captured(session, house, captured_id)
    release = releases.get(session, house, str(captured.release_id))
    person = require_person(session, house, slack_id)
    capture = standing.rules_of(house).capture(captured.capture_id)
    if capture is None:
        raise UserError("That is asked no more: the definitions have changed.")
    definition = house.definitions.organisation.person(person.ref)
    of_function = definition is not None and definition.function == captured.function
    if not of_function and slack_id not in captured.asked and person.ref != release.owner:
        name = messages.function_name(house, captured.function)
        raise UserError(f"That is for {name}, or for the owner of {release.name}.")
    return release, captured, capture


def answer(
    session: Session, house: House, slack_id: str, captured_id: str, version: int, typed: Mapping[str, str]
) -> Captured:
    """Keep the answers, by the ids of the questions. `Changed` when `version` is not current."""
    release, captured, capture = answerable(session, house, slack_id, captured_id)
    answers = _checked(session, house, capture, typed)
    now = house.clock.now()
    is_kept = swap(session, Captured, captured.id, version, answers=answers, answered_by=slack_id, answered_at=now)
    session.refresh(captured)
    if not is_kept:
        by = People(session, house).called(captured.answered_by) if captured.answered_by else ""
        raise Changed(messages.changed_meanwhile(house, by, captured))
    record(session, house, "capture.answered", f"release:{release.id}", actor=slack_id, capture=captured.capture_id)
    _tell(session, house, release, captured, slack_id)
    asking.answered(session, house, captured)
    card.show(session, house, release, slack_id)
    reporting.keep(session, house, release)
    return captured


def _checked(session: Session, house: House, capture: Capture, typed: Mapping[str, str]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    wrong = {}
    for question in capture.questions:
        text = typed.get(question.id, "").strip()
        if complaint := _complaint(session, house, question, text):
            wrong[field(question)] = complaint
        shown = People(session, house).called(text) if question.kind == "person" and text else text
        answers[question.id] = {"label": question.label, "answer": shown, "means": _meaning(question)}
        if question.kind == "person":
            answers[question.id]["person"] = text
    if wrong:
        raise FieldErrors(wrong)
    return answers


def field(question: Question) -> str:
    """The block of a form that asks it."""
    return f"answer-{question.id}"


def _meaning(question: Question) -> str:
    return "outcome" if question.kind == "outcome" else question.means or ""


def _complaint(session: Session, house: House, question: Question, text: str) -> str:
    if not text:
        return "Answer this, a few words will do." if question.required else ""
    if len(text) > LIMIT:
        return f"Keep this under {LIMIT} characters; link to the rest."
    if question.kind == "number" and not NUMBER.fullmatch(text):
        return "Write a number, such as 12."
    choices = OUTCOMES if question.kind == "outcome" else question.options
    if choices is not None and text not in choices:
        return "The choices have changed meanwhile. Close the form and open it again."
    if question.kind == "person" and People(session, house).by_slack(text) is None:
        return "I do not know this person. Pick somebody named in `organisation.yaml`."
    if question.kind == "date" and not _is_day(text):
        return "Pick a day."
    return ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _tell(session: Session, house: House, release: Release, captured: Captured, by: str) -> None:
    """In the thread of the card; what was told before says it anew."""
    message = messages.capture_line(house, captured, People(session, house).called(by))
    if captured.message_id is not None:
        outbox.update(session, house, captured.message_id, message)
    elif release.card_id is not None:
        captured.message_id = outbox.reply(
            session, house, release.card_id, message, kind="release.thread", dedupe=f"capture:{captured.id}"
        )
        session.flush()
