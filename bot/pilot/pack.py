"""What the operating system pack says of the pilot: how far it is, its steps, and what each gate rests on."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.definitions.pilot import Box, Pilot
from bot.house import House
from bot.pack_parts import Cell, Part
from bot.pack_words import Say
from bot.pilot import facts, passing, progress
from bot.pilot.facts import Standing
from bot.pilot.passing import Gone

WORDS = "pilot/pack.txt.j2"


def parts(session: Session, house: House) -> Sequence[Part]:
    pilot, say = house.definitions.pilot, Say(house, WORDS)
    if pilot is None:
        return []
    passed = {each.box.id: each for each in passing.gone(session, house)}
    where = say.text("where", now=progress.look(session, house), why=pilot.why)
    steps = say.table("steps", [_step(say, house, each, passed.get(each.id)) for each in pilot.boxes])
    return [
        Part(say.text("title"), says=[where], tables=[steps]),
        *(_box(session, house, pilot, each, passed.get(each.id)) for each in pilot.boxes),
    ]


def _step(say: Say, house: House, box: Box, gone: Gone | None) -> Sequence[Cell]:
    running = progress.running(house)
    how = say.text("how", gone=gone, runs=running is not None and running.id == box.id)
    return (box.name, say.text("days", days=box.days), box.goal, box.scope, box.risk, how)


def _box(session: Session, house: House, pilot: Pilot, box: Box, gone: Gone | None) -> Part:
    """What it leaves and its gate, each with its evidence; of a gate that was passed, by whom and why."""
    say = Say(house, WORDS)
    leaves = facts.standings(session, house, pilot, box.deliverables)
    gate = facts.standings(session, house, pilot, box.gate)
    rows = [*(_row(say, "leaves", each) for each in leaves), *(_row(say, "gate", each) for each in gate)]
    return Part(box.name, says=say.lines("passed", gone=gone) if gone else (), tables=[say.table("conditions", rows)])


def _row(say: Say, part: str, each: Standing) -> Sequence[Cell]:
    return (each.says, say.text("part", part=part), say.text("holds", holds=each.holds), each.known.evidence)
