"""Reads a table of a CSV file, takes its lines over, says what comes of each; writes one that no spreadsheet runs."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import UserError
from bot.yamlfile import nearest

NEW, THERE, WRONG = "new", "there already", "wrong"

# A spreadsheet would run what begins so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Line:
    """One record of the file; `number` is where it begins, counted from 1 as editors do."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class Result:
    """What comes of a line: it is `NEW`, `THERE` already, or `WRONG`."""

    line: int
    kind: str
    says: str


def parse(content: bytes, known: Sequence[str], needed: Sequence[str], most: int) -> list[Line]:
    """The lines of a CSV file; a `UserError` when it is not one, or has columns that nobody knows."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError("This is not UTF-8: save it as “CSV UTF-8”.") from error
    # Where people write a comma in numbers, their spreadsheets put semicolons between columns.
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        _check_columns(columns, known, needed)
        lines = list(_lines(reader, columns))
    except csv.Error as error:
        raise UserError(f"Line {reader.line_num} cannot be read: {error}.") from error
    if len(lines) > most:
        raise UserError(f"This holds {len(lines)} lines: import at most {most} at a time.")
    return lines


def all_or_none(
    db: Database,
    lines: Sequence[Line],
    begin: Callable[[Session], Callable[[Line], Result]],
    *,
    tried: bool,
    each: Callable[[], None],
) -> tuple[Sequence[Result], bool]:
    """Take all lines over in one transaction, by what `begin` gives for it; `each` is called after each line.

    Returns what comes of each, and whether it was done: not when one is wrong, nor when it is only `tried`.
    """

    def verb(session: Session) -> list[Result]:
        results, take = [], begin(session)
        for line in lines:
            results.append(take(line))
            each()
        if tried or any(result.kind == WRONG for result in results):
            # A way to try what nobody has to write twice: do it, and take it back.
            raise _Undone(results)
        return results

    try:
        return db.call(verb), True
    except _Undone as undone:
        return undone.results, False


def as_csv(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as lines of a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([cell(each) for each in row] for row in rows)
    return text.getvalue()


def cell(value: Any) -> str:
    """A value as a spreadsheet shows it, and does not run it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain(text: str) -> str:
    """What a cell has held before it was written."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


class _Undone(Exception):
    """Ends the transaction without anything of it; what would have come of each line."""

    def __init__(self, results: Sequence[Result]) -> None:
        super().__init__()
        self.results = results


def summary(results: Sequence[Result], done: bool) -> str:
    """`Done: 3 new.`, or `Nothing is imported: 3 new, 1 wrong.`"""
    counts = Counter(result.kind for result in results)
    counted = ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "no lines"
    return f"{'Done' if done else 'Nothing is imported'}: {counted}."


def wrong(line: Line, called: str, fields: dict[str, str]) -> Result:
    """What is wrong with a line, column by column."""
    return Result(line.number, WRONG, "\n  ".join([called, *(f"{field}: {says}" for field, says in fields.items())]))


def _check_columns(columns: Sequence[str], known: Sequence[str], needed: Sequence[str]) -> None:
    complaints = [f"There is no column `{name}`: {nearest(name, known)}." for name in columns if name not in known]
    complaints += [f"The column `{name}` is missing." for name in needed if name not in columns]
    complaints += [f"There are two columns `{name}`." for name in {*columns} if columns.count(name) > 1]
    if complaints:
        raise UserError("Line 1: " + " ".join(complaints))


def _lines(reader: Any, columns: Sequence[str]) -> Iterator[Line]:
    begins = reader.line_num + 1
    for row in reader:
        if any(value.strip() for value in row):
            if len(row) > len(columns):
                raise UserError(
                    f"Line {begins} has more columns than the first line: put text that holds the separator in quotes."
                )
            yield Line(begins, dict(zip(columns, (value.strip() for value in row), strict=False)))
        begins = reader.line_num + 1
