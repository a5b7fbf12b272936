"""Where a process can die: around every transaction of delivery and of the timers, and around every request.

Nothing in the product knows of this. A node of these runs has a database and a sender that know what they are
asked to do, and end their own process at one point of it.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from bot.db import Database
from bot.delivery.model import DELETE, UPDATE
from bot.delivery.outcome import Call, Finding, NotNow, Outcome, Search, Sender, Sent, TokenDead

P = ParamSpec("P")
T = TypeVar("T")

BEFORE_SENDING = "send: before"
TAKEN = "send: taken, and not answered"
NOT_TAKEN = "send: neither taken nor answered"
ANSWERED = "send: answered"
BEFORE_LOOKING = "look: before"
LOOKED = "look: answered"
BEFORE_DELETING = "delete: before"
SLACK_DELETES = "delete: in hand"
DELETED = "delete: answered"
IN_HAND = 0.3
"""Seconds after which a request without an answer is one that Slack holds back."""


def before_commit(verb: str) -> str:
    """The point where a transaction is written and not committed, such as of `settle.settle_all`."""
    return f"{verb}: before its commit"


def after_commit(verb: str) -> str:
    return f"{verb}: after its commit"


class Watch:
    """Strikes this process with a signal the `nth` time it comes by its point; the file `mark` then names what for."""

    def __init__(self, point: str, nth: int, blow: signal.Signals, mark: Path) -> None:
        self.point = point
        self._left = nth
        self._blow = blow
        self._mark = mark

    def passes(self, point: str, about: str = "") -> None:
        if point != self.point:
            return
        self._left -= 1
        if self._left == 0:
            self._mark.write_text(about or "reached")
            os.kill(os.getpid(), self._blow)


class WatchedDatabase(Database):
    """Passes a point before and after the commit of each transaction that had something to do."""

    def __init__(self, url: str, watch: Watch) -> None:
        super().__init__(url)
        self._watch = watch

    async def run(self, verb: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        result = await super().run(self._watched(verb), *args, **kwargs)
        self._passes(after_commit, verb, result)
        return result

    def call(self, verb: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        result = super().call(self._watched(verb), *args, **kwargs)
        self._passes(after_commit, verb, result)
        return result

    def _watched(self, verb: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
        def watched(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
            result = verb(session, *args, **kwargs)
            session.flush()
            self._passes(before_commit, verb, result)
            return result

        return watched

    def _passes(self, moment: Callable[[str], str], verb: Any, result: Any) -> None:
        did = result[0] if isinstance(result, tuple) else result
        # Those that look for work return what they found; the others are run when there is some.
        if did != []:
            self._watch.passes(moment(f"{verb.__module__.rpartition('.')[2]}.{verb.__name__.lstrip('_')}"))


class WatchedSender:
    """Passes a point before, during and after each request."""

    def __init__(self, sender: Sender, watch: Watch) -> None:
        self._sender = sender
        self._watch = watch

    async def send(self, call: Call) -> Outcome:
        before, in_hand, answered = (
            (BEFORE_DELETING, (SLACK_DELETES,), DELETED)
            if call.method == DELETE
            else (BEFORE_SENDING, (TAKEN, NOT_TAKEN), ANSWERED)
        )
        self._watch.passes(before, call.marker)
        asking = asyncio.ensure_future(self._sender.send(call))
        await asyncio.wait({asking}, timeout=IN_HAND)
        if not asking.done():
            # Which of them it is, nobody knows on this side.
            for point in in_hand:
                self._watch.passes(point, call.marker)
        outcome = await asking
        if isinstance(outcome, Sent) and call.method != UPDATE:
            self._watch.passes(answered, call.marker)
        return outcome

    async def look(self, search: Search) -> Finding:
        self._watch.passes(BEFORE_LOOKING, search.marker)
        finding = await self._sender.look(search)
        self._watch.passes(LOOKED, search.marker)
        return finding

    async def ask(self) -> TokenDead | NotNow | None:
        return await self._sender.ask()
