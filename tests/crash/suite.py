"""The rows at both lengths. They differ in how much is done, and in nothing else."""

from collections.abc import Callable, Mapping
from functools import partial

from tests.crash import rows
from tests.crash.rows import Line, Stage
from tests.crash.world import Size

Row = Callable[[Stage], Line]

FULL: Mapping[str, Row] = {
    "matrix": partial(rows.matrix, size=Size(2, 8, speed=4), runs=3),
    "late": partial(rows.late_commit, size=Size(lanes=4, speed=5), runs=1),
    "fuzz": partial(rows.fuzz, size=Size(8, 10, speed=5), messages=5_000, kills=100),
    "zombies": partial(rows.zombies, size=Size(2, 8, speed=5), runs=1),
    "outage": partial(rows.outage, size=Size(4, 8, speed=5), messages=480, outages=2),
    "cancels": partial(rows.cancels, size=Size(4, 10, speed=5), messages=800, cancels=400),
    "timers": partial(rows.time_itself, seconds=40, kills=10),
}
_MATRIX = partial(rows.matrix, size=Size(2, 8, speed=5), runs=1)
_FUZZ = partial(rows.fuzz, size=Size(6, 8, speed=5), messages=120, kills=3)
_OUTAGE = partial(rows.outage, size=Size(2, 6, speed=5), messages=60, outages=1)

SHORT: Mapping[str, Mapping[str, Row]] = {
    "sqlite": {
        "matrix": _MATRIX,
        "late": partial(rows.late_commit, size=Size(lanes=2, speed=10), runs=1),
        "fuzz": _FUZZ,
        "outage": _OUTAGE,
    },
    "postgresql": {
        "matrix": _MATRIX,
        "fuzz": _FUZZ,
        "zombies": partial(rows.zombies, size=Size(2, 8, speed=8), runs=1),
        "outage": _OUTAGE,
        "cancels": partial(rows.cancels, size=Size(2, 6, speed=5), messages=80, cancels=40),
        "timers": partial(rows.time_itself, seconds=6, kills=2),
    },
}
"""What takes long is played on one database here, and at full length on both."""
