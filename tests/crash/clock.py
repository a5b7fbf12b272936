"""A clock that runs faster than time, the same one in every process of a run."""

from datetime import UTC, datetime, timedelta


class FastClock:
    """Runs `speed` times as fast as time does since `epoch` (seconds since 1970), and told the truth until then."""

    def __init__(self, epoch: float, speed: float) -> None:
        self._epoch = datetime.fromtimestamp(epoch, UTC)
        self._speed = speed

    def now(self) -> datetime:
        passed = datetime.now(UTC) - self._epoch
        return self._epoch + timedelta(seconds=passed.total_seconds() * self._speed)
