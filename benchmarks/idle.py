"""What `drumbeat run` needs while nothing happens, and how long it takes to be ready, against its imports alone.

SQLite, Socket Mode, and the definitions that are shipped.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import migrations, shipped
from tests.fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack

ROOT = shipped.folder("cadences").parent
STARTS = 3
SETTLING = 3.0
IDLE_FOR = 20.0
"""Seconds."""


def main() -> None:
    slack = FakeSlack()
    slack.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            environ = _environ(folder, slack)
            imports = [_timed(["-c", "import bot.__main__"], environ) for _ in range(STARTS)]
            starts = [_start(environ) for _ in range(STARTS)]
            cpu, memory = _idle(environ)
    finally:
        slack.stop()
    ready, imported = statistics.median(starts), statistics.median(imports)
    print(f"ready after {ready:.2f} s, imports alone {imported:.2f} s, ratio {ready / imported:.2f} (goal 1.5)")
    print(f"idle for {IDLE_FOR:.0f} s: {cpu:.1f} % CPU (goal 2 %), {memory:.0f} MB (goal 150 MB)")


def _environ(folder: str, slack: FakeSlack) -> dict[str, str]:
    database = f"sqlite:///{Path(folder) / 'idle.db'}"
    migrations.upgrade(database)
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database,
        "SLACK_API_URL": slack.url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "LOG_LEVEL": "error",
    }


def _timed(arguments: list[str], environ: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=environ, check=True)
    return time.perf_counter() - began


def _start(environ: dict[str, str]) -> float:
    """Seconds until a node says that it is ready."""
    began = time.perf_counter()
    with _running(environ):
        return time.perf_counter() - began


def _idle(environ: dict[str, str]) -> tuple[float, float]:
    """Percent of one core, and megabytes of memory, of a node that has nothing to do."""
    with _running(environ) as process:
        time.sleep(SETTLING)
        before = _cpu(process)
        time.sleep(IDLE_FOR)
        return (_cpu(process) - before) / IDLE_FOR * 100, _memory(process)


@contextmanager
def _running(environ: dict[str, str]) -> "Iterator[subprocess.Popen[str]]":
    command = [sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if not any(line.startswith("Ready.") for line in process.stdout):
            raise RuntimeError("drumbeat run did not start")
        try:
            yield process
        finally:
            process.terminate()


def _cpu(process: "subprocess.Popen[str]") -> float:
    """Seconds of CPU so far, of all its threads."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: "subprocess.Popen[str]") -> float:
    resident = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return resident * os.sysconf("SC_PAGE_SIZE") / 1_000_000


if __name__ == "__main__":
    main()
