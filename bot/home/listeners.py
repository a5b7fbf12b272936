"""The Home tab and the hub's own verbs."""

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Message, View
from bot.gesture import Gesture, Handler
from bot.home import messages
from bot.home.look import Look
from bot.home.page import MOST, home_view
from bot.house import House
from bot.lookback import forms, surprises
from bot.tables import Command, Tables


async def opened(gesture: Gesture, house: House) -> None:
    """Someone looks at the Home tab: show them theirs."""
    if gesture.event.get("tab", "home") == "home":
        await gesture.publish_home(await house.db.run(home_view, house, gesture.user))
    await gesture.accept()


async def today(gesture: Gesture, house: House) -> None:
    """`/cadence today`"""

    def verb(session: Session) -> Message:
        return blocks.message(*messages.today(Look(session, house.for_one_look(), gesture.user), MOST[0]))

    await gesture.reply(await house.db.run(verb))


async def surprised(gesture: Gesture, house: House) -> None:
    """The button *Something surprised me*, where nobody has said yet what."""

    def verb(session: Session) -> View:
        return forms.surprise_form(house, surprises.offered(session, house, gesture.user, ""), "", "")

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


def help_for(rooms: Tables) -> Handler:
    """`/cadence help`: every command and verb, from what the rooms answer to."""

    async def help_(gesture: Gesture, house: House) -> None:
        lines = [_usage(house, name, command) for name, command in sorted(rooms.commands.items())]
        lines += [_usage(house, f"/cadence {name}", command) for name, command in sorted(rooms.verbs.items())]
        await gesture.reply(
            blocks.message(blocks.section(house.words.part(messages.HOME, "help")), *blocks.sections("\n".join(lines)))
        )

    return help_


def _usage(house: House, name: str, command: Command) -> str:
    """What is typed as it must be typed, and what it does in the company's own words."""
    does = house.words.aliases.own(command.description)
    return f"{name}{' ' + command.usage if command.usage else ''} – {does}"


TABLES = Tables(
    verbs={"today": Command(today, "Show what waits for you")},
    actions={"home.surprised": surprised},
    events={"app_home_opened": opened},
)
