"""What changes a release's course, and what follows from it: what is to be done at one of these stands here."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.house import House
from bot.releases import asking, card, thread, timing
from bot.releases.model import Release
from bot.releases.report import Report

REGISTERED, MOVED, TIER, AUDIENCE = "registered", "moved", "tier", "audience"
CALLED, HELD, WENT_LIVE, STOPPED, CANCELLED = "called", "held", "live", "stopped", "cancelled"
"""What can happen. `TIER` and `AUDIENCE`: these have changed. `HELD`: the owner said hold, or nothing in time."""

Follow = Callable[[Session, House, Release, str, Report], None]
FOLLOWERS: tuple[Follow, ...] = (timing.follow, thread.follow)
"""Called in this order with what happened and how the release stands now, in the same transaction."""


def happened(session: Session, house: House, release: Release, what: str, by: str | None) -> Report:
    """Let everything follow from it, and show it on the card; `by` is a Slack id, none for the clock and the files."""
    session.flush()
    for follow_elsewhere in house.links.on_release:
        follow_elsewhere(session, house, release.id, what, by)
    found = touched(session, house, release, by)
    for follow in FOLLOWERS:
        follow(session, house, release, what, found)
    return found


def touched(session: Session, house: House, release: Release, by: str | None) -> Report:
    """Something about it has changed that leaves its course as it is: show that wherever it stands."""
    session.flush()
    found = card.show(session, house, release, by)
    asking.keep(session, house, release)
    for ask in house.links.release_asks:
        ask(session, house, release.id)
    return found
