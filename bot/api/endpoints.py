"""What rooms offer to programs, and how they refuse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.house import House


@dataclass(frozen=True)
class Asked:
    """One call, once it is known whose it is and that it may be made."""

    actor: str
    """The program, as records name who acts: `program:` and the name of its token."""
    ref: str
    """What stands in the path in the place of `{ref}`."""
    body: Any
    """The JSON that was sent; none with GET."""


@dataclass(frozen=True)
class Answer:
    status: int
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """`method` and `path` (below `/api/`, such as `releases/{ref}`), for tokens that `may` ask for it."""

    method: str
    path: str
    may: str
    handle: Callable[[Session, House, Asked], Answer]


class Problem(Exception):
    """Why a call is refused: told as RFC 9457 has it, and `fields` says what is wrong with each, a sentence by name."""

    def __init__(
        self,
        status: int,
        detail: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.fields, self.headers = status, detail, fields or {}, headers or {}
