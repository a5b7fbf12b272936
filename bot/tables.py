"""What a room answers to in Slack: one handler a name, merged by `app.py` and told to Slack in the manifest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from bot.gesture import Handler


@dataclass(frozen=True)
class Command:
    """A slash command, or a verb of `/cadence`."""

    handler: Handler
    description: str
    usage: str = ""


@dataclass(frozen=True)
class Shortcut:
    handler: Handler
    name: str
    description: str
    kind: str = "global"
    """`global`, or `message` for one in a message's menu."""


@dataclass(frozen=True)
class Tables:
    """Handlers by command, `/cadence` verb, action id, view callback id, shortcut callback id and event type."""

    commands: Mapping[str, Command] = field(default_factory=dict)
    verbs: Mapping[str, Command] = field(default_factory=dict)
    actions: Mapping[str, Handler] = field(default_factory=dict)
    views: Mapping[str, Handler] = field(default_factory=dict)
    shortcuts: Mapping[str, Shortcut] = field(default_factory=dict)
    events: Mapping[str, Handler] = field(default_factory=dict)


def merge(tables: Iterable[Tables]) -> Tables:
    """All rooms' tables as one; a `ValueError` when two rooms claim the same name."""
    merged: dict[str, dict[str, object]] = {column.name: {} for column in fields(Tables)}
    for table in tables:
        for name, entries in merged.items():
            more = getattr(table, name)
            if twice := entries.keys() & more.keys():
                raise ValueError(f"two rooms answer to the same {name}: {', '.join(sorted(twice))}")
            entries.update(more)
    return Tables(**merged)  # type: ignore[arg-type]  # each column keeps the type it was merged from
