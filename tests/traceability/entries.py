"""Everything that is promised, by its id: what it is, and where it is built."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from bot.checks.catalogue import RULES
from bot.definitions.measures import COMPUTED
from bot.measures.catalogue import CATALOGUE

KEPT = Path(__file__).parent / "ids.yaml"
NAME_CHECKS_ONLY = ("checks", "pack", "rubric")
"""Rooms that say what follows from a check that another one makes."""


@dataclass(frozen=True)
class Entry:
    id: str
    says: str
    built: tuple[str, ...]
    """Files and folders, from the root of the repository."""


def entries(root: Path) -> Mapping[str, list[Entry]]:
    """By the title under which they stand on the page."""
    kept = YAML(typ="safe").load(KEPT.read_text("utf-8"))
    return {
        "What Drumbeat must do": _kept(kept["requirements"]),
        "Checks": list(_checks(root)),
        "Forms": _kept(kept["forms"]),
        "Artifacts": _kept(kept["artifacts"]),
        "Measures": list(_measures(root)),
    }


def _kept(written: Mapping[str, Mapping[str, str]]) -> list[Entry]:
    return [Entry(id, each["says"], tuple(each["built"].split())) for id, each in written.items()]


def _checks(root: Path) -> Iterator[Entry]:
    """Built in whatever file gives the id to what it finds."""
    sources = {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in sorted((root / "bot").rglob("*.py"))
        if path.relative_to(root / "bot").parts[0] not in NAME_CHECKS_ONLY
    }
    for rule in RULES:
        built = tuple(file for file, text in sources.items() if f'"{rule.id}"' in text)
        yield Entry(rule.id, rule.holds, built)


def _measures(root: Path) -> Iterator[Entry]:
    for id, measure in CATALOGUE.items():
        file = inspect.getfile(measure.compute)
        yield Entry(id, COMPUTED[id].name, (Path(file).relative_to(root).as_posix(),))
