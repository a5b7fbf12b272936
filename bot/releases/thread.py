"""What happened to a release is told in the thread of its card, where the talk about it is."""

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.delivery import outbox
from bot.house import House
from bot.releases import messages
from bot.releases.model import Release
from bot.releases.report import Report


def follow(session: Session, house: House, release: Release, what: str, found: Report) -> None:
    """Tell it in a line or two."""
    if (message := messages.in_thread(house, found, what)) is not None:
        say(session, house, release, message, what)


def say(session: Session, house: House, release: Release, message: Message, what: str) -> None:
    """Say it under the card; what is said twice at one moment is said once."""
    assert release.card_id is not None
    dedupe = f"release:{release.id}:{what}:{house.clock.now():%Y%m%dT%H%M%S.%f}"
    outbox.reply(session, house, release.card_id, message, kind="release.thread", dedupe=dedupe)
