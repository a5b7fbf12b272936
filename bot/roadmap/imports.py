"""The roadmap from a table: a CSV file whose lines are put on it all together, or not at all."""

import re
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from bot import csvfile
from bot.audit import record
from bot.csvfile import NEW, THERE, Line, Result, plain
from bot.errors import FieldErrors, UserError
from bot.folding import folded
from bot.house import House
from bot.people.flow import nearest
from bot.roadmap import flow, model, places
from bot.roadmap.entry import NOBODY, Typed
from bot.roadmap.export import COLUMNS
from bot.roadmap.model import ADDED
from bot.roadmap.places import DROPPED

MOST_LINES = 500
NEEDED = ("area", "name", "purpose", "place", "confidence", "why")
_COLUMN_OF = {"area_id": "area", "first_month": "place"}
"""What a form calls otherwise than the table does."""


def parse(_house: House, content: bytes) -> list[Line]:
    """The lines of a CSV file; a `UserError` when it is not one, or has columns that nobody knows."""
    return csvfile.parse(content, COLUMNS, NEEDED, MOST_LINES)


def run(
    house: House, lines: Sequence[Line], by: str, *, tried: bool, each: Callable[[], None]
) -> tuple[Sequence[Result], bool]:
    """Put on the roadmap what is not there yet, for `by`; nobody is told. See `csvfile.all_or_none`."""

    def begin(session: Session) -> Callable[[Line], Result]:
        return lambda line: _take(session, house, line, by)

    return csvfile.all_or_none(house.db, lines, begin, tried=tried, each=each)


def _take(session: Session, house: House, line: Line, by: str) -> Result:
    values = {name: plain(value) for name, value in line.values.items()}
    called, wrong = values.get("name") or "no name", dict[str, str]()
    if values.get("place", "").lower() == DROPPED:
        return Result(line.number, THERE, f"{called}: dropped, so it is not taken over")
    typed = _typed(session, house, values, wrong)
    alike = model.called(session, house, typed.name, typed.area_id)
    if alike:
        return Result(line.number, THERE, f"{alike[0].ref} {alike[0].name}: it stays as it is")
    try:
        people = flow.checked(session, house, typed, None)
    except FieldErrors as error:
        wrong = {_COLUMN_OF.get(name, name): says for name, says in error.fields.items()} | wrong
    if wrong:
        return csvfile.wrong(line, called, wrong)
    change = flow.put(session, house, None, typed, people, None)
    assert change is not None
    item = model.of_ids(session, house, [change.item_id])[change.item_id]
    record(session, house, "roadmap.imported", f"roadmap:{item.ref}", by=by, line=line.number)
    return Result(line.number, NEW, f"{item.name}, {places.in_words(item.place)}: {item.area_id}")


def _typed(session: Session, house: House, values: dict[str, str], wrong: dict[str, str]) -> Typed:
    """A line as somebody would type it; what is `wrong` with it besides is put there, by column."""
    organisation = house.definitions.organisation
    areas = {area.id: area.name for area in organisation.areas}
    functions = {each.id: each.name for each in organisation.functions}

    def meant(column: str, word: str, choices: dict[str, str]) -> str:
        try:
            return nearest(word, choices, column, f"There are: {', '.join(choices)}.")
        except UserError as error:
            wrong[column] = str(error)
            return ""

    named = [word for each in re.split(r"[,;]", values.get("functions", "")) if (word := each.strip())]
    release_id, release = None, values.get("release", "")
    if release:
        known = house.links.releases(session, house, None) if house.links.releases else []
        release_id = next((each.id for each in known if folded(each.name) == folded(release)), None)
        if release_id is None:
            wrong["release"] = "There is no such release of late or to come."
    place = places.read(values.get("place", ""))
    if not place:
        wrong["place"] = "Write now, next, later, or months such as 2027-01/2027-03."
    return Typed(
        ADDED, meant("area", values.get("area", ""), areas), values.get("name", ""), values.get("purpose", ""), place,
        values.get("confidence", "").lower(), values.get("why", ""),
        tuple(meant("functions", each, functions) for each in named) or (NOBODY,), release_id=release_id,
    )  # fmt: skip
