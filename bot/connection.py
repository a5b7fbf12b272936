"""Whether Slack is reached, and whether the clocks that must agree do: ours, Slack's and the database's.

A clock that is off makes prompts early or late, lets Slack's signatures lapse, and makes history be read from the
wrong moment, so it is said aloud before anybody notices by its effects.
"""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import Clock, SharedClock
from bot.db import Database
from bot.delivery.slack import SlackTrouble, in_words
from bot.logs import get_logger

EVERY = 20.0
"""Seconds between looks: two may fail before Slack counts as lost."""
LOST_AFTER = timedelta(seconds=60)
TOLERATED = timedelta(seconds=30)
LONGEST_ANSWER = timedelta(seconds=1)
"""What came later tells too little of the moment: this process may have slept while it waited."""
WHOSE = {"slack": "Slack", "database": "the database"}

log = get_logger(__name__)


class Connection:
    """What this process knows of Slack and of the clocks. `look` asks them; the rest only remembers.

    It compares our own clock, and keeps `shared` set by the database's.
    """

    def __init__(self, client: Any, db: Database, shared: SharedClock) -> None:
        self._client = client
        self._db = db
        self._shared = shared
        self._clock = shared.own
        self._reached = self._clock.now()
        self._trouble = ""
        self.ahead: dict[str, timedelta] = {}
        """By how much the clocks of `slack` and `database` were ahead of ours when they were last asked."""

    async def look(self) -> None:
        """Ask Slack and the database who we are and what time it is. Raises for neither."""
        try:
            self._compare("slack", await slack_ahead(self._client, self._clock))
            self._reached, self._trouble = self._clock.now(), ""
        except SlackTrouble as trouble:
            self._trouble = str(trouble)
        try:
            self._compare("database", await set_by_database(self._db, self._shared))
        except SQLAlchemyError as error:
            log.warning("the database did not say what time it is", error=type(error).__name__)

    def slack_is_lost(self) -> str | None:
        """Since when Slack has not been reached and why, when that is longer than a minute."""
        silent = self._clock.now() - self._reached
        if silent <= LOST_AFTER:
            return None
        return f"not reached for {int(silent.total_seconds())} s. {self._trouble}".rstrip()

    def _compare(self, whose: str, ahead: timedelta | None) -> None:
        if ahead is None:
            return
        if abs(ahead) > TOLERATED >= abs(self.ahead.get(whose, timedelta())):
            log.warning(in_words_of_clocks(whose, ahead))
        self.ahead[whose] = ahead


async def slack_ahead(client: Any, clock: Clock) -> timedelta | None:
    """By how much Slack's clock is ahead of ours, to a second or so; none when it does not say. Raises SlackTrouble."""
    asked = clock.now()
    with in_words(client):
        answer = await client.auth_test()
    said = {name.lower(): value for name, value in answer.headers.items()}.get("date")
    try:
        theirs = parsedate_to_datetime(str(said))
    except ValueError:
        return None
    return theirs - (asked + (clock.now() - asked) / 2)


async def set_by_database(db: Database, shared: SharedClock) -> timedelta | None:
    """Let leases and paces go by the database's clock, which all processes share; by how much it is ahead of ours."""
    ahead = await db.run(database_ahead, shared.own)
    if ahead is not None:
        shared.ahead = ahead
    return ahead


def database_ahead(session: Session, clock: Clock) -> timedelta | None:
    """By how much the database's clock is ahead of ours; none when its answer came too late to tell.

    None for SQLite, too, which has no other clock than ours.
    """
    if session.get_bind().dialect.name == "sqlite":
        return None
    session.connection()
    asked = clock.now()
    theirs = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    took = clock.now() - asked
    if took > LONGEST_ANSWER:
        return None
    ahead: timedelta = theirs - (asked + took / 2)
    return ahead


def in_words_of_clocks(whose: str, ahead: timedelta) -> str:
    """That a clock differs from ours, and by how much."""
    seconds = int(ahead.total_seconds())
    return f"this machine's clock is {abs(seconds)} s {'behind' if seconds > 0 else 'ahead of'} {WHOSE[whose]}'s"
