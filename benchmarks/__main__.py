"""All benchmarks, one after the other: `make bench`. Each compares ours with its floor in the same run."""

from benchmarks import (
    acks,
    calendar,
    decisions,
    delivery,
    digest,
    fan_out,
    history,
    idle,
    opening,
    releases,
    simulate,
    takeover,
)

if __name__ == "__main__":
    for benchmark in (
        acks,
        delivery,
        fan_out,
        history,
        takeover,
        idle,
        calendar,
        opening,
        digest,
        decisions,
        releases,
        simulate,
    ):
        print(f"== {benchmark.__name__.rpartition('.')[2]}: {(benchmark.__doc__ or '').splitlines()[0]}", flush=True)
        benchmark.main()
