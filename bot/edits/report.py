"""Versions of the definitions as an operator reads them."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from bot.versions import Version


def version_lines(version: Version, zone: ZoneInfo, most: int | None = None) -> Iterator[str]:
    """A line that says who made it when, its note, and what it changed; at most `most` changes when given."""
    restored = f", version {version.restores} again" if version.restores is not None else ""
    yield f"{version.number:>4}  {version.applied_at.astimezone(zone):%Y-%m-%d %H:%M}  {version.author}{restored}"
    if version.note:
        yield f"      {version.note}"
    changes = version.changes or ["the first version" if version.number == 1 else "only how the files read"]
    shown = changes if most is None else changes[:most]
    yield from (f"      {change}" for change in shown)
    if len(changes) > len(shown):
        yield f"      and {len(changes) - len(shown)} more"


def version_as_data(version: Version) -> dict[str, Any]:
    """Ready for JSON, without the files."""
    return {
        "version": version.number,
        "applied_at": version.applied_at.isoformat(),
        "author": version.author,
        "note": version.note,
        "restores": version.restores,
        "changes": version.changes,
    }
