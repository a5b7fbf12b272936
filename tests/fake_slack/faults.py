"""What goes wrong with a call: the next ones of a method, or any by chance."""

import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call; `after` the work was done, or instead of it."""

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    cut: bool = False
    hang: float = 0
    after: bool = False
    late: bool = False
    done_after: float | None = None
    """Seconds after which what is late gets done by itself."""


def rate_limited(retry_after: int) -> Fault:
    return Fault(status=429, error="ratelimited", retry_after=retry_after)


def server_error(status: int = 500, *, after: bool = False) -> Fault:
    return Fault(status=status, after=after)


def refused(error: str) -> Fault:
    """`ok: false` with this error; nothing was done."""
    return Fault(error=error)


def failed_after(error: str = "internal_error") -> Fault:
    """`ok: false`, although it was done."""
    return Fault(error=error, after=True)


def cut_before() -> Fault:
    """The connection is cut before anything was done."""
    return Fault(cut=True)


def cut_after() -> Fault:
    """It was done, and the answer is lost."""
    return Fault(cut=True, after=True)


def cut_and_late() -> Fault:
    """The connection is cut, and it is done only when `commit_late` says so."""
    return Fault(cut=True, late=True)


def commits_late(seconds: float, *, hang: float = 0) -> Fault:
    """The connection is cut, at once or after `hang` seconds; `seconds` after the request it is done all the same.

    These are real seconds, whatever the test's clock says.
    """
    return Fault(cut=True, hang=hang, late=True, done_after=seconds)


def hang(seconds: float, *, after: bool = False) -> Fault:
    """No answer for so long, then the connection is cut."""
    return Fault(cut=True, hang=seconds, after=after)


class Faults:
    """Which call goes wrong. What was asked for comes first, chance after it."""

    def __init__(self) -> None:
        self._next: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._mixes: list[_Mix] = []
        self._lock = threading.Lock()

    def add(self, method: str, fault: Fault, times: int) -> None:
        with self._lock:
            self._next[method].extend([fault] * times)

    def mix(self, seed: int, faults: Mapping[Fault, float], methods: tuple[str, ...]) -> None:
        with self._lock:
            self._mixes.append(_Mix(seed, faults, methods))

    def forget(self) -> None:
        with self._lock:
            self._next.clear()
            self._mixes.clear()

    def draw(self, method: str) -> Fault | None:
        """What goes wrong with this call of `method`."""
        with self._lock:
            if self._next[method]:
                return self._next[method].popleft()
            drawn = [mix.draw(method) for mix in self._mixes]
            return next((fault for fault in drawn if fault), None)


class _Mix:
    """Faults by chance. A method's calls meet the same faults in the same order whenever the seed is the same."""

    def __init__(self, seed: int, faults: Mapping[Fault, float], methods: tuple[str, ...]) -> None:
        assert sum(faults.values()) <= 1, "the chances add up to more than one"
        self._seed = seed
        self._faults = dict(faults)
        self._methods = methods
        self._chances: dict[str, Random] = {}

    def draw(self, method: str) -> Fault | None:
        if self._methods and method not in self._methods:
            return None
        at = self._chances.setdefault(method, Random(f"{self._seed} {method}")).random()
        for fault, chance in self._faults.items():
            if at < chance:
                return fault
            at -= chance
        return None
