"""The shapes that go in and out of Slack, and who the bot is there."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

BOT_TOKEN = "xoxb-drum-beat"
APP_TOKEN = "xapp-drum-beat"
BOT_USER = "U0DRUMBEAT"
BOT = "B0DRUMBEAT"
APP = "A0DRUMBEAT"


@dataclass
class Channel:
    id: str
    name: str = ""
    user: str = ""
    """The other side of a direct conversation."""
    is_private: bool = False
    is_archived: bool = False
    has_bot: bool = True
    is_shared: bool = False
    """Whether people of another company are in it."""
    members: list[str] | None = None
    """The people in it; None: everybody."""
    messages: list[Json] = field(default_factory=list)
    shown_from: dict[str, float] = field(default_factory=dict)
    """When a message, by its ts, can first be read in the history; one that is not here always can."""

    def holds(self, user: str) -> bool:
        """Whether this person is in it."""
        return user == self.user if self.user else self.members is None or user in self.members


@dataclass(frozen=True)
class Ack:
    """What the bot acknowledged a gesture with: at once, and in the body."""

    payload: Json

    @property
    def errors(self) -> dict[str, str]:
        """A form's complaints by input block; empty when it was accepted."""
        return dict(self.payload.get("errors", {}))


@dataclass(frozen=True)
class Copies:
    """How often a message was ever posted, and how many of these stand now."""

    posted: int
    standing: int


class Refusal(Exception):
    """An answer with `ok: false`."""

    def __init__(self, error: str, *messages: str) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
