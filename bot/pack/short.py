"""The pack in a few sentences: what a board reads first."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.definitions import assumed
from bot.definitions.measures import COMPUTED
from bot.house import House
from bot.pack_parts import Register
from bot.pack_words import Say
from bot.rubric import flow as rubric
from bot.setup import assuming

PROBLEM = "charter.problem"

WORDS = "pack/short.txt.j2"


def points(session: Session, house: House, registers: Sequence[Register], differences: int) -> Sequence[str]:
    """`differences` is how many things are not as they are said."""
    say, held, charter = Say(house, WORDS), assuming.held(house), house.definitions.charter
    counts = [(each.name, sum(len(table.rows) for table in each.part.tables)) for each in registers]
    said = [
        say.text("purpose", problem=charter.problem if charter else None, label=assumed(house.definitions, PROBLEM)),
        _measures(session, house),
        say.text("scorecard", card=rubric.latest(session, house), zone=house.definitions.organisation.zone),
        say.text("registers", counts=[(name, count) for name, count in counts if count]),
        say.text("drift", count=differences),
        say.text("assumed", count=len(held), late=sum(assuming.is_late(house, each) for each in held)),
    ]
    return [each.strip() for each in said if each.strip()]


def _measures(session: Session, house: House) -> str:
    """Those that have a figure, a baseline and a target: which are where they are to be, and which are not."""
    rules, measured = house.definitions.measures, house.links.measured
    own = {each.id: each.title for each in rules.measures} if rules else {}
    names: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for each in measured(session, house) if measured else ():
        names[each.met].append(own.get(each.id) or COMPUTED[each.id].name)
    return Say(house, WORDS).text("measures", met=names[True], not_yet=names[False])
