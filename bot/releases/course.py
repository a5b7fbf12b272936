"""What changes a release's course, and what follows from it: what is to be done at one of these stands here."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.house import House
from bot.releases import card
from bot.releases.model import Release
from bot.releases.report import Report

REGISTERED, CALLED, HELD, WENT_LIVE = "registered", "called", "held", "live"

Follow = Callable[[Session, House, Release, str], None]
FOLLOWERS: tuple[Follow, ...] = ()
"""Called in this order with what happened, in its transaction."""


def happened(session: Session, house: House, release: Release, what: str, by: str | None) -> Report:
    """Let everything follow from it, and show it on the card; `by` is a Slack id, none for the clock and the files."""
    session.flush()
    for follow in FOLLOWERS:
        follow(session, house, release, what)
    return card.show(session, house, release, by)
