"""`drumbeat ritual`: what a ritual's owner may do with /cadence, for an operator."""

from collections.abc import Callable
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from bot import app as wiring
from bot.audit import record
from bot.definitions import Ritual
from bot.errors import UserError
from bot.house import House
from bot.people.dates import read_day
from bot.people.flow import nearest
from bot.rituals.messages import standing
from bot.rituals.orders import read_move
from bot.rituals.standing import local_today
from bot.terminal.workspace import WORKSPACE, in_force, operator

commands = typer.Typer(
    name="ritual", help="Change what a ritual does, as its owner may with /cadence.", no_args_is_help=True
)

RITUAL = Annotated[str, typer.Argument(help="Its id in calendar.yaml, or its name.")]
REASON = Annotated[str, typer.Option(help="Why; everybody sees it.")]


@commands.command(name="pause")
def ritual_pause(
    ritual: RITUAL,
    reason: REASON,
    until: Annotated[str | None, typer.Option(help="The last day of the pause; else until it is resumed.")] = None,
    workspace: WORKSPACE = None,
) -> None:
    """Hold a ritual no more for some days; one that is open goes on."""

    def pause(session: Session, house: House, found: Ritual) -> None:
        day = read_day(until, local_today(house, found)) if until else None
        wiring.RITUALS.pause(session, house, found, None, day, reason)

    _change(ritual, "pause", workspace, pause)


@commands.command(name="resume")
def ritual_resume(ritual: RITUAL, workspace: WORKSPACE = None) -> None:
    """End a ritual's pause."""

    def resume(session: Session, house: House, found: Ritual) -> None:
        wiring.RITUALS.resume(session, house, found, None)

    _change(ritual, "resume", workspace, resume)


@commands.command(name="move")
def ritual_move(
    ritual: RITUAL,
    to: Annotated[
        str, typer.Option(help="The day, such as 2026-12-04, and the time if it changes: '2026-12-04 15:00'.")
    ],
    reason: REASON = "",
    workspace: WORKSPACE = None,
) -> None:
    """Hold a ritual's next occurrence on another day."""

    def move(session: Session, house: House, found: Ritual) -> None:
        day, at, more = read_move(to, local_today(house, found))
        if more:
            raise UserError(f"I cannot read “{more}” in --to. Write it like '2026-12-04 15:00'.")
        wiring.RITUALS.move_next(session, house, found, None, day, at, reason)

    _change(ritual, "move", workspace, move)


@commands.command(name="skip")
def ritual_skip(ritual: RITUAL, reason: REASON, workspace: WORKSPACE = None) -> None:
    """Skip a ritual's open occurrence, or else its next, for everybody."""

    def skip(session: Session, house: House, found: Ritual) -> None:
        wiring.RITUALS.skip(session, house, found, None, reason)

    _change(ritual, "skip", workspace, skip)


@commands.command(name="run")
def ritual_run(ritual: RITUAL, workspace: WORKSPACE = None) -> None:
    """Open a ritual now."""

    def run_now(session: Session, house: House, found: Ritual) -> None:
        wiring.RITUALS.run_now(session, house, found, None)

    _change(ritual, "run", workspace, run_now)


@commands.command(name="close")
def ritual_close(ritual: RITUAL, workspace: WORKSPACE = None) -> None:
    """End a ritual's open occurrence now, and publish what it left."""

    def close(session: Session, house: House, found: Ritual) -> None:
        wiring.RITUALS.close_now(session, house, found, None)

    _change(ritual, "close", workspace, close)


def _change(name: str, verb: str, workspace: str | None, change: Callable[[Session, House, Ritual], None]) -> None:
    """Do with a ritual what was asked, note who did, and print how it stands."""

    def in_transaction(session: Session, house: House) -> str:
        ids = {ritual.id: ritual.name for ritual in house.definitions.calendar.rituals}
        ritual = house.definitions.calendar.ritual(nearest(name, ids, "ritual", f"They are: {', '.join(ids)}."))
        assert ritual is not None
        record(session, house, f"operator.{verb}", f"ritual:{ritual.id}", by=operator())
        change(session, house, ritual)
        return house.words.part("rituals/answers.txt.j2", "stands", ritual=ritual, **standing(session, house, ritual))

    with in_force(workspace) as house:
        print(house.db.call(in_transaction, house))
