"""All benchmarks, one after the other: `make bench`; or some: `python -m benchmarks releases decisions`.

Each compares ours with its floor in the same run.
"""

import sys

from benchmarks import (
    acks,
    calendar,
    checks,
    decisions,
    delivery,
    digest,
    fan_out,
    history,
    home,
    idle,
    insights,
    measures,
    opening,
    releases,
    simulate,
    status,
    takeover,
)

ALL = (
    acks,
    delivery,
    fan_out,
    history,
    home,
    measures,
    checks,
    takeover,
    idle,
    calendar,
    opening,
    digest,
    decisions,
    releases,
    insights,
    status,
    simulate,
)
BY_NAME = {benchmark.__name__.rpartition(".")[2]: benchmark for benchmark in ALL}

if __name__ == "__main__":
    wanted = sys.argv[1:] or list(BY_NAME)
    if unknown := set(wanted) - set(BY_NAME):
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}, only {', '.join(BY_NAME)}.")
    for name in wanted:
        benchmark = BY_NAME[name]
        print(f"== {name}: {(benchmark.__doc__ or '').splitlines()[0]}", flush=True)
        benchmark.main()
