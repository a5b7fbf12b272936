"""Breaks copies of the project, one mutant at a time, and sees whether the tests named for it fail."""

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.mutant import Mutant

COPIES = 2
PATIENCE = 120.0
"""Seconds a mutant's tests may take; without the mutant they take a few."""

KILLED = "killed"
SURVIVED = "survived"
UNUSABLE = "unusable"
"""It proves nothing: its text is not there, the program does not start with it, or its tests do not run or end."""


@dataclass(frozen=True)
class Verdict:
    mutant: Mutant
    outcome: str
    detail: str = ""
    """The test that failed, or what makes the mutant unusable."""


def prove(root: Path, mutants: Sequence[Mutant]) -> Iterator[Verdict]:
    """What becomes of each mutant of the project at `root`, in their order. The project itself is not touched."""
    with _copies(root) as free, ThreadPoolExecutor(COPIES) as threads:

        def verdict(mutant: Mutant) -> Verdict:
            copy = free.get()
            try:
                return _verdict(copy, mutant)
            finally:
                free.put(copy)

        yield from threads.map(verdict, mutants)


def fails_unbroken(root: Path, mutants: Sequence[Mutant]) -> str:
    """What the mutants' tests say when they fail without any mutant; nothing when all pass."""
    tests = sorted({test for mutant in mutants for test in mutant.caught_by})
    with _copies(root) as free:
        done = _pytest(free.get(), ["-p", "xdist.plugin", "-n", str(COPIES), *tests], patience=PATIENCE * COPIES * 5)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@contextmanager
def _copies(root: Path) -> Iterator["queue.SimpleQueue[Path]"]:
    free: queue.SimpleQueue[Path] = queue.SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="drumbeat-mutants-") as folder:
        for number in range(COPIES):
            copy = Path(folder).resolve() / str(number)
            shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "build", "dist"))
            # Known by what the sources say, since a mutant comes and goes within a second.
            compiling = ["-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "bot", "tests"]
            _python(copy, compiling, patience=PATIENCE)
            free.put(copy)
        yield free


def _verdict(copy: Path, mutant: Mutant) -> Verdict:
    path = copy / mutant.file
    source = path.read_text(encoding="utf-8")
    try:
        path.write_text(mutant.broken(source), encoding="utf-8")
        return _judged(mutant, _pytest(copy, ["-x", *mutant.caught_by], patience=PATIENCE))
    except ValueError as error:
        return Verdict(mutant, UNUSABLE, str(error))
    except subprocess.TimeoutExpired:
        return Verdict(mutant, UNUSABLE, f"its tests did not end within {PATIENCE:.0f} seconds")
    finally:
        path.write_text(source, encoding="utf-8")


def _judged(mutant: Mutant, done: "subprocess.CompletedProcess[str]") -> Verdict:
    if done.returncode == 0:
        return Verdict(mutant, SURVIVED)
    # An error before a test has begun is no failure of that test.
    failed = re.search(r"^FAILED (\S+)", done.stdout, re.MULTILINE)
    if done.returncode != 1 or failed is None:
        said = (done.stdout + done.stderr).strip().splitlines()
        return Verdict(mutant, UNUSABLE, f"its tests could not run: {said[-1] if said else 'nothing was said'}")
    return Verdict(mutant, KILLED, failed[1])


_PYTEST = """\
import pathlib, sys, bot.app, pytest
assert pathlib.Path.cwd() in pathlib.Path(bot.app.__file__).parents, "another project than the copy was tried"
sys.exit(pytest.main(sys.argv[1:]))
"""
"""Starts with the whole program: a mutant that cannot even be imported proves nothing."""


def _pytest(copy: Path, arguments: Sequence[str], *, patience: float) -> "subprocess.CompletedProcess[str]":
    quiet = ["-q", "--tb=no", "-p", "no:cacheprovider"]
    return _python(copy, ["-c", _PYTEST, *quiet, *arguments], patience=patience)


def _python(copy: Path, arguments: Sequence[str], *, patience: float) -> "subprocess.CompletedProcess[str]":
    """Run Python in a copy, on the copy's own code; TimeoutExpired, with everything it started ended, after that."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DRUMBEAT_"))}
    started = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=copy,
        env=ours | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = started.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.communicate()
        raise
    return subprocess.CompletedProcess(started.args, started.returncode, out, err)
