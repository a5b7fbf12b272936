"""The demo's child processes: started apart from the terminal's Ctrl-C, listened to, and always ended."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.errors import UserError

LAST_LINES = 15
LONGEST_LINE = 2**20
"""Bytes."""
READY_WITHIN = 60.0
STOPPED_WITHIN = 10.0
"""Seconds."""


class ChildDied(UserError):
    """A process of the demo has ended by itself; the message holds its last lines."""


async def first_death(*children: "Child") -> None:
    """Wait until one of them ends by itself; raises ChildDied then."""
    deaths = [asyncio.create_task(child.died()) for child in children]
    try:
        await asyncio.wait(deaths, return_when=asyncio.FIRST_COMPLETED)
        for death in deaths:
            if death.done():
                death.result()
    finally:
        for death in deaths:
            death.cancel()


class Child:
    """One child process; `ready` is the text it prints once it can be used."""

    def __init__(self, name: str, ready: str, hear: Callable[[str], None] | None = None) -> None:
        self._name = name
        self._ready_text = ready
        self._hear = hear
        self._lines: deque[str] = deque(maxlen=LAST_LINES)
        self._ready = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> None:
        """Start it and wait until it is ready. Raises ChildDied when it ends or stays silent instead."""
        try:
            # In a session of its own, so that Ctrl-C reaches the demo alone, which then ends its children in order.
            self._process = await asyncio.create_subprocess_exec(
                *command,
                cwd=folder,
                env=dict(environ),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                limit=LONGEST_LINE,
            )
        except OSError as error:
            raise ChildDied(f"{self._name} cannot be started: {error}") from error
        self._listening = asyncio.create_task(self._listen(self._process))
        ready, death = asyncio.create_task(self._ready.wait()), asyncio.create_task(self.died())
        try:
            await asyncio.wait({ready, death}, timeout=READY_WITHIN, return_when=asyncio.FIRST_COMPLETED)
            if death.done():
                death.result()
            if not ready.done():
                raise ChildDied(self._report(f"did not start within {READY_WITHIN:.0f} seconds"))
        finally:
            ready.cancel()
            death.cancel()

    async def died(self) -> None:
        """Wait until it ends by itself; raises ChildDied then."""
        assert self._process is not None
        status = await self._process.wait()
        await asyncio.shield(self._listening)
        raise ChildDied(self._report(f"has ended (exit status {status})"))

    async def stop(self) -> None:
        """End it: politely first, and by force when it takes too long."""
        if self._process is None:
            return
        self._hear = None
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOPPED_WITHIN)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._listening

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for raw in process.stdout:
            line = raw.decode(errors="replace").rstrip()
            self._lines.append(line)
            if self._hear and self._ready.is_set():
                self._hear(line)
            if self._ready_text in line:
                self._ready.set()

    def _report(self, what: str) -> str:
        last = "\n".join(f"  {line}" for line in self._lines) or "  (it printed nothing)"
        return f"{self._name} {what}. Its last lines:\n{last}"
