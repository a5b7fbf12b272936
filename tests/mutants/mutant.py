"""What a mutant is: one deliberate breakage of our own code, which the tests must notice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mutant:
    name: str
    """What the broken program does."""
    promise: str
    """What is promised instead."""
    file: str
    """Which file is broken, from the project's root."""
    swap: Mapping[str, str]
    """Texts that stand in it exactly once, and what takes their place."""
    caught_by: Sequence[str]
    """Tests, as pytest names them, of which at least one must fail."""

    def broken(self, source: str) -> str:
        """The file as the mutant has it. ValueError when a text does not stand in `source` exactly once."""
        for text, instead in self.swap.items():
            if (found := source.count(text)) != 1:
                raise ValueError(f"{self.file} holds this {found} times, not once: {text!r}")
            source = source.replace(text, instead)
        return source


def complaints(mutants: Sequence[Mutant], root: Path) -> list[str]:
    """What no longer fits the project at `root`: texts that have changed, tests that are gone, names used twice."""
    found = []
    for number, mutant in enumerate(mutants):
        if mutant.name in [other.name for other in mutants[:number]]:
            found.append(f"{mutant.name}: another mutant has this name")
        try:
            mutant.broken((root / mutant.file).read_text(encoding="utf-8"))
        except (ValueError, FileNotFoundError) as error:
            found.append(f"{mutant.name}: {error}")
        found += [f"{mutant.name}: there is no test {test}" for test in mutant.caught_by if not _exists(test, root)]
    return found


def _exists(test: str, root: Path) -> bool:
    file, *inside = test.partition("[")[0].split("::")
    path = root / file
    return path.is_file() and f"def {inside[-1]}(" in path.read_text(encoding="utf-8")
