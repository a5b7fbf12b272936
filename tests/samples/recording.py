"""Takes samples down while tests run: `DRUMBEAT_RECORD=folder pytest -p tests.samples.recording tests/<room>`.

Notes with which values each block of a template was rendered, as plain data: of records only what the words asked for.
`python -m tests.samples.recording folder` then prints a sample for every block that has none yet.
"""

import json
import os
import pickle
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import words
from bot.samples import data
from bot.samples.data import ALSO, EMPTY, FILLED, WHOLE
from bot.yamlfile import sample_data

FOLDER = "DRUMBEAT_RECORD"
MOST_ENTRIES = 8
"""Of a long list; more makes a sample no clearer."""
WIDTH = 112
"""Characters in a line of YAML."""
WORTH_A_NAME = 60
"""Characters of a value; a shorter one is written again."""
MOST_WAYS = 150
"""In how many ways one block is kept."""


@dataclass(frozen=True)
class Call:
    """One way in which a block was rendered."""

    values: dict[str, Any]
    ran: frozenset[int]
    """Lines of the compiled template."""
    text: str

    @property
    def way(self) -> frozenset[Any]:
        return self.ran | frozenset(_ways(self.values))

    @property
    def fullness(self) -> tuple[int, int]:
        """How much it says; long texts that tests write say no more than others."""
        return sum(is_there for _, is_there in _ways(self.values)), min(len(self.text), 600)

    @property
    def rank(self) -> tuple[bool, int, int]:
        return (not self.is_odd, *self.fullness)

    @property
    def is_odd(self) -> bool:
        """Whether its words are such as only a test writes: markup, one sign again and again, or very many."""
        return len(self.text) > 2500 or any(_ODD.search(text) for text in _texts(self.values))


@dataclass
class _Rendering:
    touched: dict[int, tuple[Any, dict[str, Any]]] = field(default_factory=dict)
    ran: set[int] = field(default_factory=set)

    def note(self, of: Any, name: Any, value: Any) -> None:
        if isinstance(name, str):
            self.touched.setdefault(id(of), (of, {}))[1][name] = value

    def trace(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if not frame.f_code.co_filename.endswith(".j2"):
            return None
        self.ran.add(frame.f_lineno)
        return self.trace


class _Recorder:
    def __init__(self) -> None:
        self.calls: dict[tuple[str, str], dict[frozenset[Any], Call]] = {}
        self._now = threading.local()
        self._part, self._render = words.Words.part, words.Words.render
        self._getattr, self._getitem = words._Environment.getattr, words._Environment.getitem

    def start(self) -> None:
        recorder = self

        def part(self: words.Words, name: str, block: str, /, **values: Any) -> str:
            return recorder._noted(name, block, values, lambda: recorder._part(self, name, block, **values))

        def render(self: words.Words, name: str, /, **values: Any) -> str:
            return recorder._noted(name, "", values, lambda: recorder._render(self, name, **values))

        def getattr(self: Any, obj: Any, attribute: str) -> Any:
            return recorder._asked(obj, attribute, recorder._getattr(self, obj, attribute))

        def getitem(self: Any, obj: Any, argument: Any) -> Any:
            return recorder._asked(obj, argument, recorder._getitem(self, obj, argument))

        words.Words.part, words.Words.render = part, render  # type: ignore[method-assign]  # that is the recording
        asking = words._Environment
        asking.getattr, asking.getitem = getattr, getitem  # type: ignore[method-assign]  # as above

    def _noted(self, name: str, block: str, values: dict[str, Any], render: Callable[[], str]) -> str:
        before = vars(self._now).get("rendering")
        rendering = self._now.rendering = _Rendering()
        sys.settrace(rendering.trace)
        try:
            text = render()
        finally:
            sys.settrace(None)
            self._now.rendering = before
        kept = self.calls.setdefault((name, block), {})
        plain = {key: _plain(value, rendering.touched) for key, value in values.items()}
        call = Call(plain, frozenset(rendering.ran), str(text))
        there = kept.get(call.way)
        if (there is None and len(kept) < MOST_WAYS) or (there is not None and call.rank > there.rank):
            kept[call.way] = call
        return text

    def _asked(self, of: Any, name: Any, value: Any) -> Any:
        rendering = vars(self._now).get("rendering")
        if rendering is not None:
            rendering.note(of, name, value)
        return value


def _plain(value: Any, touched: Mapping[int, tuple[Any, dict[str, Any]]]) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value, touched)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return value
    if isinstance(value, ZoneInfo | time | timedelta):
        return str(value)
    if isinstance(value, Mapping):
        asked = {key: value[key] for key in touched.get(id(value), (None, {}))[1] if key in value}
        return {key: _plain(each, touched) for key, each in (asked or dict([*value.items()][:MOST_ENTRIES])).items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each, touched) for each in [*value][:MOST_ENTRIES]]
    if callable(value):
        return Function(getattr(value, "__name__", "function").strip("_"))
    return {name: _plain(each, touched) for name, each in touched.get(id(value), (None, {}))[1].items()}


@dataclass(frozen=True)
class Function:
    name: str


def _ways(values: Any, path: str = "") -> Iterator[tuple[str, bool]]:
    for name, value in values.items():
        yield f"{path}{name}", bool(value)
        if isinstance(value, dict):
            yield from _ways(value, f"{path}{name}.")


_ODD = re.compile(r"[<>\\]|(.)\1{5}|[*_~]\w|\w[*_~]\W|[^\n]{400}|U0[A-Z]{3}")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        yield from (text for each in (value.values() if isinstance(value, dict) else value) for text in _texts(each))


_recorder = _Recorder()


def pytest_configure(config: pytest.Config) -> None:
    if FOLDER in os.environ:
        _recorder.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if FOLDER in os.environ:
        folder = Path(os.environ[FOLDER])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{os.getpid()}.pickle").write_bytes(pickle.dumps(_recorder.calls))


def recorded(folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """A sample for every block that was shown, by template and block."""
    calls: dict[tuple[str, str], list[Call]] = {}
    for file in sorted(folder.glob("*.pickle")):
        for where, ways in pickle.loads(file.read_bytes()).items():
            calls.setdefault(where, []).extend(ways.values())
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for (template, block), ways in sorted(calls.items()):
        found.setdefault(template, {})[block or WHOLE] = _sample(ways)
    return found


def _sample(calls: list[Call]) -> dict[str, Any]:
    """The fullest and the emptiest call, and others until every line has been said."""
    calls = sorted(calls, key=lambda call: (call.is_odd, call.fullness))
    fit = [call for call in calls if not call.is_odd] or calls
    empty, filled = fit[0], fit[-1]
    said = empty.ran | filled.ran
    also = []
    while rest := [call for call in calls if call.ran - said]:
        most = max(rest, key=lambda call: (not call.is_odd, len(call.ran - said), *call.fullness))
        also.append(most)
        said |= most.ran
    known: dict[str, Any] = {}
    for call in calls:
        known = _joined(known, call.values)
    sample: dict[str, Any] = {FILLED: _joined(filled.values, known)}
    if empty.way != filled.way:
        sample[EMPTY] = _joined(empty.values, known)
    if also:
        sample[ALSO] = [_joined(call.values, known) for call in also]
    return sample


def _joined(values: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Values, completed with what a record had in other calls: another branch of the words may ask for it."""
    joined = dict(values)
    for name, value in more.items():
        if name not in joined:
            joined[name] = value
        elif isinstance(value, dict) and isinstance(joined[name], dict):
            joined[name] = _joined(joined[name], value)
        elif isinstance(value, list) and isinstance(joined[name], list):
            joined[name] = _entries_joined(joined[name], value)
    return joined


def _entries_joined(entries: list[Any], more: list[Any]) -> list[Any]:
    """The same of records in a list: each has what any other of them has."""
    every: dict[str, Any] = {}
    for each in (*entries, *more):
        every = _joined(every, each) if isinstance(each, dict) else every
    return [_joined(each, every) if isinstance(each, dict) else each for each in entries]


def as_yaml(samples: dict[str, dict[str, Any]]) -> str:
    """Samples as they stand in a file. What stands there more than once, and is long, is written once."""
    counted = Counter(flow for key, value in _entries(samples) if len(flow := _flow(value)) >= WORTH_A_NAME)
    writer = _Writer({flow for flow, count in counted.items() if count > 1})
    return "".join(f"{block}:{writer.written(sample, '  ', 0)}\n" for block, sample in samples.items())


class _Writer:
    """Writes plain data as YAML: on one line what fits into its room, else an entry a line."""

    def __init__(self, repeated: set[str]) -> None:
        self._repeated = repeated
        self._names: dict[str, str] = {}

    def written(self, value: Any, indent: str, room: int, key: str = "") -> str:
        flow = _flow(value)
        if flow in self._names:
            return f" *{self._names[flow]}"
        anchor = ""
        if key and flow in self._repeated:
            alike = sum(name.rstrip("0123456789") == key for name in self._names.values())
            self._names[flow] = f"{key}{alike + 1 if alike else ''}"
            anchor = f" &{self._names[flow]}"
        if len(flow) + len(anchor) <= room or not value or not isinstance(value, dict | list):
            return f"{anchor} {flow}"
        is_dict = isinstance(value, dict)
        lines = []
        for name, each in value.items() if isinstance(value, dict) else (("", each) for each in value):
            lead = f"{indent}{_flow(name)}:" if is_dict else f"{indent}-"
            below = self.written(each, f"{indent}  ", WIDTH - len(lead), re.sub(r"\W", "_", str(name)))
            lines.append(lead + (below if is_dict or not below.startswith("\n") else f" {below.lstrip()}"))
        return f"{anchor}\n" + "\n".join(lines)


def _entries(value: Any) -> Iterator[tuple[str, Any]]:
    """Every named value, however deep."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield str(key), each
            yield from _entries(each)
    elif isinstance(value, list):
        for each in value:
            yield from _entries(each)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, Function):
        return f"={value.name}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if value is None or isinstance(value, date | int | float):
        return "~" if value is None else str(value)
    is_plain = re.fullmatch(r"\w[^:#{}\[\],&*?|<>=!%@`\"'\n]*(?<!\s)", value) and sample_data(value) == value
    return value if is_plain else json.dumps(value, ensure_ascii=False)


def main(folder: Path) -> None:
    for template, samples in recorded(folder).items():
        there = data.cases(template)
        lacking = {block: sample for block, sample in samples.items() if block not in there and any(sample[FILLED])}
        if lacking:
            print(f"# {data.file_of(template)}\n{as_yaml(lacking)}")


if __name__ == "__main__":
    # What was pickled is of the classes of this module under its own name.
    from tests.samples import recording

    recording.main(Path(sys.argv[1]))
