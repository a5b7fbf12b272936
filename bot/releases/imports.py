"""Releases from a table: a CSV file whose lines are registered all together, or not at all."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from bot import csvfile
from bot.api.bodies import read
from bot.audit import record
from bot.csvfile import NEW, THERE, Line, Result
from bot.definitions.releases import QUESTIONS, slug
from bot.errors import FieldErrors
from bot.house import House
from bot.people.model import People
from bot.releases import messages, outside
from bot.releases.outside import NewRelease
from bot.releases.standing import rules_of, tier

MOST_LINES = 200
"""Of one file: everybody else waits while they are registered, some seconds for so many."""
COLUMNS = ("ref", "name", "date", "until", "confidence", "summary", "owner", "area", *QUESTIONS, "link")
"""Beside these each fact may have a column, called by its id."""
NEEDED = ("name", "date", "summary")
YES, NO = ("yes", "y", "true", "x", "1"), ("", "no", "n", "false", "0", "-")


def parse(house: House, content: bytes) -> list[Line]:
    """The lines of a CSV file; a `UserError` when it is not one, or has columns that nobody knows."""
    known = [*COLUMNS, *(fact.id for fact in rules_of(house).facts)]
    return csvfile.parse(content, known, NEEDED, MOST_LINES)


def run(
    house: House, lines: Sequence[Line], by: str, *, tried: bool, each: Callable[[], None]
) -> tuple[Sequence[Result], bool]:
    """Register what is not there yet, for `by`, all in one transaction; `each` is called after each line.

    Returns what comes of each, and whether it was done: not when one is wrong, nor when it is only `tried`.
    """

    def begin(session: Session) -> Callable[[Line], Result]:
        seen: dict[str, int] = {}
        return lambda line: _take(session, house, line, seen, by)

    return csvfile.all_or_none(house.db, lines, begin, tried=tried, each=each)


def _take(session: Session, house: House, line: Line, seen: dict[str, int], by: str) -> Result:
    ref, name = line.values.get("ref", ""), line.values.get("name", "")
    for what, word in (("ref", ref), ("name", slug(name))):
        if word and (first := seen.setdefault(f"{what} {word}", line.number)) != line.number:
            return csvfile.wrong(line, name, {what: f"The same stands in line {first}."})
    found = outside.known(session, house, ref, name)
    if found is not None:
        return Result(line.number, THERE, f"{found.name}, {messages.span(found)}: it stays as it is")
    facts, wrong = _facts(house, line)
    try:
        release = outside.take(session, house, None, read(NewRelease, _sent(line, facts)))
    except FieldErrors as error:
        wrong |= {field.rpartition("/")[2]: says for field, says in error.fields.items()}
    if wrong:
        return csvfile.wrong(line, name or "no name", wrong)
    record(session, house, "release.imported", f"release:{release.id}", by=by, line=line.number)
    owner = People(session, house).named(release.owner)
    return Result(line.number, NEW, f"{release.name}, {messages.span(release)}: {tier(house, release)}, {owner}")


def _facts(house: House, line: Line) -> tuple[list[str], dict[str, str]]:
    """The facts that are true, and by their columns what is neither yes nor no."""
    said = {fact.id: line.values.get(fact.id, "").lower() for fact in rules_of(house).facts}
    wrong = {id: "Write yes or no." for id, word in said.items() if word not in YES + NO}
    return [id for id, word in said.items() if word in YES], wrong


def _sent(line: Line, facts: list[str]) -> dict[str, Any]:
    """A line as a program would send it."""
    values = {name: value for name, value in line.values.items() if value and name in COLUMNS}
    answers = {question: values.pop(question) for question in QUESTIONS if question in values}
    return {**values, "facts": facts, "answers": answers}
