"""`python -m tests.mutants [words]`: every mutant, or those with one of the words in their name or file.

Ends with 1 when a mutant survives or proves nothing.
"""

import sys
import time
from collections import Counter
from pathlib import Path

from tests.mutants.listed import MUTANTS
from tests.mutants.mutant import complaints
from tests.mutants.proving import KILLED, fails_unbroken, prove

ROOT = Path(__file__).parents[2]


def main(words: list[str]) -> int:
    began = time.monotonic()
    chosen = [
        mutant for mutant in MUTANTS if not words or any(word in f"{mutant.name} {mutant.file}" for word in words)
    ]
    if found := complaints(chosen, ROOT):
        print("\n".join(found))
        return 1
    print(f"{len(chosen)} mutants; first their tests without any", flush=True)
    if said := fails_unbroken(ROOT, chosen):
        print(f"{said}\nThese tests must pass first.")
        return 1
    counts: Counter[str] = Counter()
    for verdict in prove(ROOT, chosen):
        counts[verdict.outcome] += 1
        print(f"{verdict.outcome:9} {verdict.mutant.name}", flush=True)
        if verdict.outcome != KILLED:
            print(f"          promised: {verdict.mutant.promise}\n          {verdict.detail}", flush=True)
    summary = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    print(f"{summary or 'nothing to try'}; {time.monotonic() - began:.0f} seconds")
    return 0 if counts.keys() <= {KILLED} else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
