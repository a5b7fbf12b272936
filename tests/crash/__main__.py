"""The crash suite at full length: `make crash`, or `make crash SEED=7`. Ends non-zero when a promise was broken."""

import os
import secrets
import signal
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests import postgres
from tests.crash.rows import Line, Stage
from tests.crash.stages import DATABASES, on_postgres, on_sqlite
from tests.crash.suite import FULL, Row


def main(only: list[str]) -> int:
    """Play the rows whose names are given, or all; the exit code."""
    seed = int(os.environ.get("SEED") or secrets.randbelow(2**31))
    console = Console(width=200, highlight=False)
    console.print(f"SEED={seed}")
    lines = []
    with postgres.own_server() as server, tempfile.TemporaryDirectory(prefix="drumbeat-crash-") as place:
        for name, row in FULL.items():
            for database in DATABASES:
                if only and name not in only:
                    continue
                folder = Path(place) / f"{name}-{database}"
                folder.mkdir()
                stage = on_sqlite(folder, seed) if database == "sqlite" else on_postgres(server, folder, seed)
                lines.append(_played(console, name, row, stage))
    console.print(_table(lines))
    return 1 if any(line.violations for line in lines) else 0


def _played(console: Console, name: str, row: Row, stage: Stage) -> Line:
    began = time.monotonic()
    try:
        line = row(stage)
    except AssertionError as error:
        line = Line(name, stage.database, 0, violations=[str(error)])
    seconds = time.monotonic() - began
    verdict = f"{len(line.violations)} VIOLATIONS" if line.violations else "held"
    console.print(f"{line.row} on {line.database}: {verdict}, {seconds:.0f} s. {line.remark}")
    for violation in line.violations[:20]:
        console.print(f"    {violation}")
    return line


def _table(lines: list[Line]) -> Table:
    table = Table(
        "what",
        "database",
        "time x",
        "kills",
        "messages",
        "lost",
        "said twice",
        "deleted",
        "twice now",
        "points",
        "broken",
    )
    for line in lines:
        table.add_row(
            line.row,
            line.database,
            f"{line.speed:g}",
            str(line.kills),
            str(line.messages),
            str(line.lost),
            str(line.doubled),
            str(line.deleted),
            str(line.standing_twice),
            f"{line.reached}/{line.points}" if line.points else "",
            str(len(line.violations)),
        )
    return table


if __name__ == "__main__":
    # Told to end, it stops its processes and its PostgreSQL, as when it is interrupted.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
