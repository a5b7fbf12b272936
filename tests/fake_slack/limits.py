"""How often Slack may be asked: what it promises to take in a minute, and not the bursts it may overlook."""

import math
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field

MINUTE = 60.0
POSTS_A_SECOND = 1.0
POSTS_AT_ONCE = 3
"""In one channel."""
POSTS_A_MINUTE = 300
"""In one workspace: "several hundred"."""
UNLISTED_READS = 1
"""A minute, of an app that is sold outside Slack's Marketplace; and then so many messages at a time:"""
UNLISTED_PAGE = 15

READS = ("conversations.history", "conversations.replies")

_TIERS = {
    "apps.uninstall": 1,
    "conversations.list": 2,
    "dnd.teamInfo": 2,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "users.list": 2,
    "apps.connections.open": 3,
    "bots.info": 3,
    "chat.delete": 3,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.join": 3,
    "conversations.open": 3,
    "conversations.replies": 3,
    "dnd.info": 3,
    "team.info": 3,
    "users.conversations": 3,
    "users.lookupByEmail": 3,
    "chat.postEphemeral": 4,
    "conversations.members": 4,
    "users.info": 4,
    "users.profile.get": 4,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}
_A_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
_SPECIAL = {"auth.test": 300, "chat.getPermalink": 300}


class Limits:
    """Counts calls by workspace and method. Until `kept`, nothing is refused but what `reads_a_minute` says."""

    def __init__(self) -> None:
        self.kept = False
        self.reads_a_minute: int | None = None
        self.refused: Counter[str] = Counter()
        self._windows: defaultdict[tuple[str, str], _Window] = defaultdict(_Window)
        self._channels: dict[tuple[str, str], _Bucket] = {}

    def wait(self, workspace: str, method: str, channel: str, now: float) -> int:
        """Seconds the caller must wait, 0 when the call may pass; a call that may is counted."""
        window = self._windows[workspace, method]
        wait = window.wait(self._most(method), now)
        if method == "chat.postMessage" and self.kept:
            bucket = self._channels.setdefault((workspace, channel), _Bucket(now))
            wait = max(wait, bucket.wait(now))
            if not wait:
                bucket.take(now)
        if wait:
            self.refused[method] += 1
            return math.ceil(wait)
        window.calls.append(now)
        return 0

    @property
    def page(self) -> int | None:
        """How many messages a page of a history has at most, when that is few."""
        return None if self.reads_a_minute is None else UNLISTED_PAGE

    def _most(self, method: str) -> float:
        if method in READS and self.reads_a_minute is not None:
            return self.reads_a_minute
        if not self.kept:
            return math.inf
        if method == "chat.postMessage":
            return POSTS_A_MINUTE
        if method in _SPECIAL:
            return _SPECIAL[method]
        return _A_MINUTE[_TIERS[method]] if method in _TIERS else math.inf


@dataclass
class _Window:
    """The calls of the last minute."""

    calls: deque[float] = field(default_factory=deque)

    def wait(self, most: float, now: float) -> float:
        while self.calls and self.calls[0] <= now - MINUTE:
            self.calls.popleft()
        return self.calls[0] + MINUTE - now if len(self.calls) >= most else 0.0


class _Bucket:
    """One message a second, and a few at once after a quiet while."""

    def __init__(self, now: float) -> None:
        self._left = float(POSTS_AT_ONCE)
        self._at = now

    def wait(self, now: float) -> float:
        self._refill(now)
        return max(0.0, (1 - self._left) / POSTS_A_SECOND)

    def take(self, now: float) -> None:
        self._refill(now)
        self._left -= 1

    def _refill(self, now: float) -> None:
        self._left = min(POSTS_AT_ONCE, self._left + (now - self._at) * POSTS_A_SECOND)
        self._at = now
