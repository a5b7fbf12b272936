"""Insights from a table: a CSV file whose lines are kept all together, or not at all."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot import csvfile
from bot.api.bodies import read
from bot.audit import record
from bot.csvfile import NEW, THERE, WRONG, Line, Result
from bot.errors import FieldErrors
from bot.house import House
from bot.insights import capturing, model, outside
from bot.insights.capturing import MASK, Bringer, Captured, PersonalData
from bot.insights.model import IMPORT
from bot.insights.outside import NewInsight
from bot.insights.rights import rules_of
from bot.personal import masked

MOST_LINES = 10_000
PORTION = 100
"""Lines that are kept in one transaction: everybody else waits for that, and not for the whole file."""
COLUMNS = tuple(NewInsight.model_fields)
NEEDED = ("what", "severity", "source")
LONGEST = 60
"""Characters of what somebody said, in what is said of its line."""


def parse(house: House, content: bytes) -> list[Line]:
    """The lines of a CSV file; a `UserError` when it is not one, or has columns that nobody knows."""
    rules_of(house)
    return csvfile.parse(content, COLUMNS, NEEDED, MOST_LINES)


def run(
    house: House, lines: Sequence[Line], by: str, *, mask: bool, tried: bool, each: Callable[[], None]
) -> tuple[Sequence[Result], bool]:
    """Keep what is not there yet, for `by`; `each` is called after each line.

    All lines are looked at before the first is kept, and none is when one is wrong or it is only `tried`. Both is done
    in portions, since for thousands at once everybody else would wait. If that is cut short, the same file goes on
    where it ended. Returns what comes of each line, and whether it was done.
    """
    portions = [lines[start : start + PORTION] for start in range(0, len(lines), PORTION)]
    seen: dict[str, int] = {}
    looked_at = [house.db.call(_look_at_all, house, portion, seen, mask=mask) for portion in portions]
    results = [result for looked in looked_at for result, _ready in looked]
    if tried or any(result.kind == WRONG for result in results):
        for _line in lines:
            each()
        return results, False
    for looked in looked_at:
        house.db.call(_keep, house, [ready for _result, ready in looked if ready], by)
        for _kept in looked:
            each()
    return results, True


@dataclass(frozen=True)
class _Ready:
    """A line that may be kept."""

    line: int
    key: str
    bringer: Bringer
    captured: Captured


def _look_at_all(
    session: Session, house: House, lines: Sequence[Line], seen: dict[str, int], *, mask: bool
) -> list[tuple[Result, _Ready | None]]:
    there = model.refs_by_form(session, house, [_key(line) for line in lines])
    return [_look_at(session, house, line, there, seen, mask=mask) for line in lines]


def _look_at(
    session: Session, house: House, line: Line, there: Mapping[str, str], seen: dict[str, int], *, mask: bool
) -> tuple[Result, _Ready | None]:
    what, key = line.values.get("what", ""), _key(line)
    called = _short(masked(what) if mask else what)
    if (first := seen.setdefault(key, line.number)) != line.number:
        field = "ref" if line.values.get("ref") else "what"
        return csvfile.wrong(line, called, {field: f"The same stands in line {first}."}), None
    if key in there:
        return Result(line.number, THERE, f"{there[key]}: it stays as it is"), None
    try:
        new = read(NewInsight, {name: value for name, value in line.values.items() if value})
        source = rules_of(house).source(new.source)
        usually = source.name if source else ""
        bringer, captured = outside.check(
            session, house, new, how=IMPORT, usually=usually, personal=MASK if mask else ""
        )
    except FieldErrors as error:
        return csvfile.wrong(line, called or "nothing", error.fields), None
    except PersonalData as error:
        says = "This holds what looks like personal data ({}): take it out, or say --mask."
        return csvfile.wrong(line, f"line {line.number}", outside.in_words(error, says)), None
    area = house.definitions.organisation.area(captured.area_id) if captured.area_id else None
    says = f"{captured.severity}, {area.name if area else 'area not known'}: {called}"
    return Result(line.number, NEW, says), _Ready(line.number, key, bringer, captured)


def _keep(session: Session, house: House, lines: Sequence[_Ready], by: str) -> None:
    for each in lines:
        insight, _submission = capturing.take(session, house, each.bringer, each.captured, each.key, by=None)
        record(session, house, "insight.imported", f"insight:{insight.ref}", by=by, line=each.line)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _key(line: Line) -> str:
    """The same for what counts once: by its ref, or else for the very same line."""
    if ref := line.values.get("ref"):
        return outside.key_of(line.values.get("source", ""), ref)
    return f"line:{hashlib.sha256(repr(sorted(line.values.items())).encode()).hexdigest()}"
