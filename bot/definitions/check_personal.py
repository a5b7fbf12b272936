"""What in a text of the definitions looks like somebody's address, number or key: it would be shown to many."""

from collections.abc import Collection, Iterator
from typing import Any

from bot import personal
from bot.yamlfile import Document, KeyPath, Problem


def check_personal(document: Document, known: Collection[str]) -> Iterator[Problem]:
    """Every text that holds such; addresses of `known` people may stand in one."""
    for path, text in _texts(document.data, ()):
        for each in personal.found(text):
            # A whole value is a reference to a person, which is checked as that.
            if each.text == text.strip() or each.text.casefold() in known:
                continue
            message = f"this looks like somebody's {each.kind} ({personal.hinted(each)})"
            yield document.problem(path, message, "take it out, or say who it is without that", rule="DA01")
            break


def _texts(data: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _texts(value, (*path, i))
