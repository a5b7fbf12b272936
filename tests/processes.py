"""Drumbeat as a process of its own, forked from one that has read the program already.

To read it takes longer than most of what a test then asks of it. That it starts from nothing, too, the tests of the
demo show.
"""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.__main__ import main

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["bot.__main__", "tests.crash.node"])
PATIENCE = 60.0
"""Seconds; what is waited for takes far less unless the machine is busy."""


class Process:
    """`drumbeat` with these arguments in a folder; what it prints is kept in files there."""

    def __init__(self, arguments: tuple[str, ...], folder: Path, environ: Mapping[str, str], name: str) -> None:
        self._out, self._errors = folder / f"{name}.out", folder / f"{name}.err"
        self._process = FORKED.Process(
            target=_live, args=(arguments, folder, dict(environ), self._out, self._errors), daemon=True
        )
        self._process.start()

    @property
    def out(self) -> str:
        return self._out.read_text() if self._out.exists() else ""

    @property
    def errors(self) -> str:
        return self._errors.read_text() if self._errors.exists() else ""

    @property
    def code(self) -> int | None:
        """What it ended with; less than nothing for a signal. None while it lives."""
        return self._process.exitcode

    def said(self, start: str) -> list[str]:
        """What it has printed once a line begins like this."""
        deadline = time.monotonic() + PATIENCE
        while not any(line.startswith(start) for line in self.out.splitlines()):
            assert self.code is None, self.out + self.errors
            assert time.monotonic() < deadline, self.out + self.errors
            time.sleep(0.02)
        return self.out.splitlines()

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, which one that has ended does not hear."""
        if self.code is None and self._process.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Tell it to end, and wait until it has."""
        self.tell(number)
        self.wait()

    def wait(self) -> None:
        self._process.join(PATIENCE)
        assert self.code is not None, "it does not end"


@contextmanager
def drumbeat(*arguments: str, folder: Path, environ: Mapping[str, str], name: str = "drumbeat") -> Iterator[Process]:
    """A process that does not outlive the block."""
    process = Process(arguments, folder, environ, name)
    try:
        yield process
    finally:
        process.end(signal.SIGKILL)


def _live(arguments: tuple[str, ...], folder: Path, environ: Mapping[str, str], out: Path, errors: Path) -> None:
    for number, file in ((1, out), (2, errors)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["drumbeat", *arguments]
    main()
