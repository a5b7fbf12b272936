"""Up to three questions by which somebody sees whether they know what a bundle says. The result is their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import insert_or_ignore
from bot.enablement import model
from bot.enablement.confirming import published
from bot.enablement.model import Question, Result
from bot.enablement.question_forms import MOST_OPTIONS, MOST_QUESTIONS, OPTION_LIMIT, RIGHT
from bot.enablement.standing import Stands
from bot.enablement.writing import bundle_of, may_publish
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.model import People

LEAST_TOLD = 3
"""Results that are told in numbers to others; of fewer, one would be somebody's own."""


@dataclass(frozen=True)
class Typed:
    """One question as typed: an option on each line, the right one with a star before it."""

    text: str
    options: str
    section: str = ""


def askable(session: Session, house: House, slack_id: str, release_id: str) -> tuple[Stands, list[Question]]:
    """A bundle and its questions so far, for whoever writes them; a `UserError` for others."""
    stands, person = bundle_of(session, house, slack_id, release_id)
    if not may_publish(person, stands.release):
        owner = People(session, house).named(stands.release.owner)
        raise UserError(
            f"The test questions are written by {owner}, who owns {stands.release.name}, or by product ops."
        )
    return stands, model.questions(session, house, stands.release.id)


def write(session: Session, house: House, slack_id: str, release_id: str, typed: Sequence[Typed]) -> Stands:
    """Put these questions in the place of those before; what people answered to those is forgotten."""
    stands, before = askable(session, house, slack_id, release_id)
    wrong, found = dict[str, str](), list[Question]()
    for number, each in enumerate(typed[:MOST_QUESTIONS]):
        if not each.text.strip() and not each.options.strip():
            continue
        options = [line.strip() for line in each.options.splitlines() if line.strip()]
        right = [n for n, option in enumerate(options) if option.startswith(RIGHT)]
        options = [option.removeprefix(RIGHT).strip() for option in options]
        if not each.text.strip():
            wrong[f"text-{number}"] = "Write the question, or empty its answers."
        if complaint := _wrong(options, right):
            wrong[f"options-{number}"] = complaint
        else:
            found.append(
                Question(
                    workspace_id=house.workspace_id, release_id=stands.release.id, text=each.text.strip(),
                    options=options, right=right[0], section_id=each.section,
                )
            )  # fmt: skip
    if wrong:
        raise FieldErrors(wrong)
    if [_said(each) for each in found] == [_said(each) for each in before]:
        return stands
    for table in (Question, Result):
        session.execute(
            delete(table).where(table.workspace_id == house.workspace_id, table.release_id == stands.release.id)
        )
    session.add_all(found)
    record(
        session, house, "bundle.questions", f"release:{stands.release.id}", actor=slack_id,
        questions=[each.text for each in found],
    )  # fmt: skip
    session.flush()
    return stands


def answerable(session: Session, house: House, slack_id: str, release_id: str) -> tuple[Stands, list[Question]]:
    """A published bundle and its questions; a `UserError` when there are none."""
    stands, _person = published(session, house, slack_id, release_id)
    asked = model.questions(session, house, stands.release.id)
    if not asked:
        raise UserError(f"The bundle of {stands.release.name} has no test questions.")
    return stands, asked


def answer(
    session: Session, house: House, slack_id: str, release_id: str, chosen: Mapping[str, str]
) -> tuple[Stands, list[tuple[Question, int]]]:
    """Keep how often somebody was right; returns the questions, each with what they chose. `chosen` is by its id.

    Answered again, the last time counts.
    """
    stands, asked = answerable(session, house, slack_id, release_id)
    given = []
    for question in asked:
        said = chosen.get(str(question.id), "")
        if not said.isascii() or not said.isdecimal() or int(said) >= len(question.options):
            raise UserError("The questions have changed since you opened them. Close this and test yourself again.")
        given.append((question, int(said)))
    right = sum(said == question.right for question, said in given)
    session.execute(
        delete(Result).where(
            Result.workspace_id == house.workspace_id,
            Result.release_id == stands.release.id,
            Result.person == slack_id,
        )
    )
    insert_or_ignore(
        session, Result, workspace_id=house.workspace_id, release_id=stands.release.id, person=slack_id, right=right,
        of=len(given), at=house.clock.now(),
    )  # fmt: skip
    return stands, given


def are_next(session: Session, house: House, stands: Stands, slack_id: str) -> bool:
    """Whether somebody who has confirmed is asked the questions now: the tier wants that, and they never answered."""
    if not stands.training.questions or slack_id in model.results(session, house, stands.release.id):
        return False
    return bool(model.questions(session, house, stands.release.id))


def told(session: Session, house: House, release_id: int) -> tuple[int, int] | None:
    """How many had everything right, of how many who answered; nothing while they are too few to be nobody."""
    found = model.results(session, house, release_id).values()
    if len(found) < LEAST_TOLD:
        return None
    return sum(result.right == result.of for result in found), len(found)


def _wrong(options: Sequence[str], right: Sequence[int]) -> str:
    if not 2 <= len(options) <= MOST_OPTIONS:
        return f"Write two to {MOST_OPTIONS} answers, one on each line."
    if len(right) != 1:
        return f"Put {RIGHT} before the one answer that is right."
    if not all(options) or any(len(option) > OPTION_LIMIT for option in options):
        return f"Keep each answer under {OPTION_LIMIT} characters, and none empty."
    return "Two of the answers are the same." if len(set(options)) < len(options) else ""


def _said(question: Question) -> tuple[str, tuple[str, ...], int, str]:
    return question.text, tuple(question.options), question.right, question.section_id
