"""The samples: for each block of a template, with which values it is shown. They stand beside this file, as YAML."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.yamlfile import sample_data

FOLDER = Path(__file__).parent
FILLED, EMPTY = "filled", "empty"
ALSO = "also"
"""Where more cases stand, as a list."""
WHOLE = "whole"
"""Stands for a template that is shown whole, and not block by block."""


@dataclass(frozen=True)
class Case:
    """One set of values. `filled` has all there may be, `empty` as little as there may be."""

    name: str
    values: Mapping[str, Any]


class Facts(dict[str, Any]):
    """Plain data whose entries a template reads as attributes, also those called like something dicts have."""

    def __getattribute__(self, name: str) -> Any:
        return self[name] if name in self else super().__getattribute__(name)


def cases(template: str, folder: Path = FOLDER) -> dict[str, Sequence[Case]]:
    """The cases of each block of a template such as `updates/digest.txt.j2`; none for one that has no samples."""
    file = file_of(template, folder)
    if not file.is_file():
        return {}
    found: Mapping[str, Mapping[str, Any]] = sample_data(file.read_text(encoding="utf-8"))
    return {block: _cases(samples) for block, samples in found.items()}


def file_of(template: str, folder: Path = FOLDER) -> Path:
    """`updates/digest.txt.yaml` of `updates/digest.txt.j2`."""
    return folder / f"{template.removesuffix('.j2')}.yaml"


def _cases(samples: Mapping[str, Any]) -> Sequence[Case]:
    named = [Case(name, _facts(values)) for name, values in samples.items() if name != ALSO]
    more = [Case(f"{ALSO} {number}", _facts(each)) for number, each in enumerate(samples.get(ALSO, ()), start=1)]
    return [*named, *more]


def _facts(value: Any) -> Any:
    if isinstance(value, dict):
        return Facts({key: _facts(each) for key, each in value.items()})
    if isinstance(value, list):
        return [_facts(each) for each in value]
    if isinstance(value, str) and value.startswith("="):
        return FUNCTIONS[value[1:]]
    return value


def _as_day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


_GATES = (
    {
        "title": "Security has looked at the new rights",
        "people": "Amara Nwosu",
        "overdue": True,
        "due": date(2026, 12, 1),
    },
    {"title": "Monitoring is in place", "people": "Lena Vogel", "overdue": False, "due": date(2026, 12, 4)},
)

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "day": lambda day: f"{_as_day(day):%a %-d %b %Y}",
    "short_day": lambda day: f"{_as_day(day):%a %-d %b}",
    "headline": lambda _report: "🔴 Hold",
    "in_words": lambda: "every Wednesday",
    "span": lambda _release: "Wed 9 Dec 2026 (likely)",
    "local": lambda _zone: date(2026, 11, 23),
    "gates": lambda _function: [(Facts(name="Guest access"), Facts(gate)) for gate in _GATES],
    "no_gates": lambda _function: [],
}
"""What a block may call, since some are handed functions: a sample names one with `=` before it."""
