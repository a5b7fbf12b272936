"""The forms of test questions, and what somebody sees of their own answers. Words and blocks only."""

from collections.abc import Sequence

from bot import blocks
from bot.blocks import Block, Option, View
from bot.enablement.model import Question
from bot.enablement.standing import Stands
from bot.house import House

WORDS = "enablement/questions.txt.j2"
MOST_QUESTIONS, MOST_OPTIONS, OPTION_LIMIT = 3, 4, 75
QUESTION_LIMIT = 200
RIGHT = "*"
"""Stands before the answer that is right, where questions are written."""


def write_form(house: House, stands: Stands, before: Sequence[Question], metadata: str) -> View:
    sections = [Option(piece.rule.id, piece.rule.title) for piece in stands.pieces]
    return blocks.modal(
        "enablement.questions_written",
        "Test questions",
        blocks.section(house.words.part(WORDS, "write", release=stands.release)),
        *(
            block
            for number in range(MOST_QUESTIONS)
            for block in _inputs(number, before[number] if number < len(before) else None, sections)
        ),
        metadata=metadata,
    )


def ask_form(house: House, stands: Stands, asked: Sequence[Question], metadata: str) -> View:
    return blocks.modal(
        "enablement.questions_answered",
        "Test yourself",
        blocks.section(house.words.part(WORDS, "ask", release=stands.release)),
        *(
            blocks.radio_input(
                str(question.id),
                question.text,
                [Option(str(n), option) for n, option in enumerate(question.options)],
            )
            for question in asked
        ),
        submit="Answer",
        close="Not now",
        metadata=metadata,
    )


def result(house: House, stands: Stands, given: Sequence[tuple[Question, int]]) -> View:
    """To whoever answered, and to nobody else: what was right, and where it stands."""
    titles = {piece.rule.id: piece.rule.title for piece in stands.pieces}
    right = sum(said == question.right for question, said in given)
    text = house.words.part(WORDS, "result", release=stands.release, given=given, titles=titles, right=right)
    return blocks.modal("enablement.result", "Your answers", *blocks.sections(text), submit="", close="Close")


def _inputs(number: int, before: Question | None, sections: Sequence[Option]) -> list[Block]:
    options = [
        f"{RIGHT if n == before.right else ''}{option}" for n, option in enumerate(before.options if before else ())
        if before
    ]  # fmt: skip
    return [
        blocks.text_input(
            f"text-{number}", f"Question {number + 1}", initial=before.text if before else "",
            max_length=QUESTION_LIMIT, optional=True,
        ),
        blocks.text_input(
            f"options-{number}", f"Answers to question {number + 1}", initial="\n".join(options),
            multiline=True, optional=True, max_length=MOST_OPTIONS * (OPTION_LIMIT + 2),
            hint=f"Two to {MOST_OPTIONS}, one on each line, with {RIGHT} before the one that is right.",
        ),
        blocks.select_input(
            f"section-{number}", f"Where the answer to question {number + 1} stands", sections,
            initial=before.section_id if before else "", optional=True,
        ),
    ]  # fmt: skip
