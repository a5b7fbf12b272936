"""`drumbeat calendar`: what is planned, as it stands."""

import sys
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.feeds import events
from bot.feeds.ics import as_ics
from bot.house import House
from bot.people.model import People, channel_id
from bot.terminal.printing import print_lines
from bot.terminal.workspace import WORKSPACE, in_force

commands = typer.Typer()


@commands.command()
def calendar(
    ics: Annotated[bool, typer.Option("--ics", help="As an iCalendar file, as the feeds have it.")] = False,
    person: Annotated[str | None, typer.Option(help="Whose: their e-mail address or Slack member id.")] = None,
    channel: Annotated[str | None, typer.Option(help="What is posted there, such as #product-updates.")] = None,
    weeks: Annotated[int, typer.Option(min=1, max=104, help="How far to look ahead.")] = events.WEEKS,
    workspace: WORKSPACE = None,
) -> None:
    """Print the calendar as it stands, with what people have moved, skipped and paused."""
    if person is not None and channel is not None:
        raise UserError("Name a person or a channel, not both.")

    def found(session: Session, house: House) -> tuple[ZoneInfo, list[events.Numbered]]:
        zone = house.definitions.organisation.zone
        if channel is not None:
            return zone, events.of_channel(session, house, _posted_in(session, house, channel), weeks)
        if person is None:
            return zone, events.of_all(session, house, weeks)
        known = People(session, house).by_ref(person)
        if known is None:
            raise UserError(f"{person} is nobody whom the organisation file names and Slack knows.")
        return known.zone, events.of_person(session, house, known, weeks)

    with in_force(workspace) as house:
        zone, planned = house.db.call(found, house)
        if ics:
            sys.stdout.buffer.write(as_ics(house.definitions.organisation.name, zone, planned))
        else:
            print_lines([events.as_line(each, zone) for each in planned] or ["Nothing is planned."])


def _posted_in(session: Session, house: House, channel: str) -> str:
    """The Slack id of a channel that rituals post in, by its name, with `#` or without, or by its id."""
    channels = dict.fromkeys(ritual.channel for ritual in house.definitions.calendar.rituals if ritual.channel)
    ids = {each: channel_id(session, house, each) for each in channels}
    wanted = ids.get(f"#{channel.removeprefix('#')}", channel)
    if wanted not in ids.values():
        raise UserError(f"No ritual posts in {channel}. They post in {', '.join(sorted(ids))}.")
    return wanted
