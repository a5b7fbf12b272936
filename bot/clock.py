"""The one source of *now*, so that tests can stop it."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SharedClock:
    """Our own clock, corrected by one that other machines read too, so that all agree on what is late."""

    def __init__(self, own: Clock) -> None:
        self.own = own
        self.ahead = timedelta()
        """By how much the shared clock is ahead of our own."""

    def now(self) -> datetime:
        return self.own.now() + self.ahead


def to_millis(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware `moment`: how delivery and timers keep time."""
    return int(moment.timestamp() * 1000)


def from_millis(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, UTC)
