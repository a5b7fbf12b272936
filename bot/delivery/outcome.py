"""What delivery asks of the one who speaks to Slack, and every way that can turn out."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Call:
    """One request to make: `method` is `post`, `update` or `delete`; all but a post name the message by its `ts`."""

    method: str
    channel: str
    payload: dict[str, Any]
    marker: str
    """The marker of the Slack message that this is about."""
    thread_ts: str | None = None
    ts: str | None = None


@dataclass(frozen=True)
class Sent:
    """Slack has it: `ts` is the proof."""

    channel: str
    ts: str


@dataclass(frozen=True)
class NotTried:
    """Too late after the claim to be sure that it is still ours; nothing was sent."""


@dataclass(frozen=True)
class RateLimited:
    """Slack did not take it and wants to be left alone for `wait` milliseconds."""

    wait: int


@dataclass(frozen=True)
class Unreachable:
    """No connection came about, so nothing was sent. Says nothing about this message."""

    reason: str


@dataclass(frozen=True)
class Later:
    """Slack certainly did not take it; it may another time (in `wait` milliseconds, when that is known)."""

    reason: str
    wait: int | None = None


@dataclass(frozen=True)
class Never:
    """Slack will not take this, now or later."""

    reason: str


@dataclass(frozen=True)
class Unsure:
    """It may have been posted."""

    reason: str


@dataclass(frozen=True)
class TokenDead:
    """Slack no longer takes anything from this installation, nor lets it read."""

    reason: str


Outcome = Sent | NotTried | RateLimited | Unreachable | Later | Never | Unsure | TokenDead


@dataclass(frozen=True)
class Search:
    """One page of a conversation's history to look at, newest first; `channel` may be a person.

    `oldest` in milliseconds; `cursor` is where the page before ended.
    """

    channel: str
    marker: str
    oldest: int
    thread_ts: str | None = None
    cursor: str = ""


@dataclass(frozen=True)
class Found:
    """It is there. `copies` are the `ts` of all that bear the marker on this page; `cursor` where it ends."""

    channel: str
    copies: tuple[str, ...]
    cursor: str = ""


@dataclass(frozen=True)
class More:
    """It is not on this page of `read` messages, and there are more."""

    channel: str
    cursor: str
    read: int


@dataclass(frozen=True)
class Absent:
    """The whole history since `oldest` was read, and it is not there."""

    channel: str


@dataclass(frozen=True)
class Blind:
    """The history cannot be read."""

    reason: str


@dataclass(frozen=True)
class NotNow:
    """The history could not be read this time; look again in `wait` milliseconds.

    When Slack asked to be left alone, that goes for all histories of the workspace.
    """

    reason: str
    wait: int
    for_all: bool = False


Finding = Found | More | Absent | Blind | NotNow | TokenDead


class Sender(Protocol):
    """None of these raises for anything Slack or the network does."""

    async def send(self, call: Call) -> Outcome: ...
    async def look(self, search: Search) -> Finding: ...

    async def ask(self) -> TokenDead | NotNow | None:
        """Whether Slack takes this installation: nothing when it does, NotNow when it did not say."""
        ...
