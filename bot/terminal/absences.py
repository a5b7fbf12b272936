"""`drumbeat absences`: when people are away."""

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import UserError
from bot.people import calendars
from bot.people.ics import NoCalendar
from bot.terminal.files import read_file
from bot.terminal.workspace import WORKSPACE, in_force
from bot.words import plural

commands = typer.Typer(name="absences", help="When people are away.", no_args_is_help=True)


@commands.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="A calendar of absences, such as absences.ics.")],
    workspace: WORKSPACE = None,
) -> None:
    """Take over the absences of a calendar file, in place of what a file of that name said before."""
    content = read_file(file)
    with in_force(workspace) as house:
        try:
            count, names = house.db.call(calendars.take_file, house, file.name, content)
        except NoCalendar as error:
            raise UserError(f"{file}: {error}") from error
    print(f"{plural(count, 'absence')} of {', '.join(names) or 'nobody whom the organisation names'}.")
