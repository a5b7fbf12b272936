"""Saying what a payload must look like: small checks, and ways to put them together.

A check takes a value and raises PayloadError. Where in the payload it happened is added on the way out, so
that checking what is fine costs no paths.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.blocks.text import size

Check = Callable[[Any], None]

_UNSAYABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class PayloadError(Exception):
    """Slack would refuse this: ours, never shown to people."""

    def __init__(self, reason: str, at: str = "") -> None:
        super().__init__(f"{at}: {reason}" if at else reason)
        self.reason = reason
        self.at = at

    def inside(self, name: str | int) -> "PayloadError":
        """The same complaint, seen from one step further out."""
        return PayloadError(self.reason, f"{name}/{self.at}" if self.at else str(name))


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *rules: Check) -> Check:
    """An object with these fields and no others; `rules` then look at it as a whole."""
    checks = {**required, **(optional or {})}
    needed = frozenset(required)

    def check(value: Any) -> None:
        if not isinstance(value, dict):
            raise PayloadError("must be an object")
        for name, part in value.items():
            check_part = checks.get(name)
            if check_part is None:
                raise PayloadError(f"{value.get('type', 'this object')} has no field {name}")
            try:
                check_part(part)
            except PayloadError as error:
                raise error.inside(name) from None
        if not needed <= value.keys():
            raise PayloadError(f"{', '.join(sorted(needed - value.keys()))} is missing")
        for rule in rules:
            rule(value)

    return check


def typed(kinds: Mapping[str, Check], *names: str) -> Check:
    """An object of one of these `type`s: of those named, or of all when none are."""
    allowed = {name: kinds[name] for name in names} if names else kinds

    def check(value: Any) -> None:
        if not isinstance(value, dict):
            raise PayloadError("must be an object")
        check_kind = allowed.get(str(value.get("type")))
        if check_kind is None:
            complaint = "not allowed here" if value.get("type") in kinds else "an unknown type"
            raise PayloadError(f"{value.get('type')!r} is {complaint}")
        check_kind(value)

    return check


def many(check_item: Check, least: int = 1, most: int | None = None) -> Check:
    """A list of `least` to `most` items."""

    def check(value: Any) -> None:
        if not isinstance(value, list):
            raise PayloadError("must be a list")
        if len(value) < least:
            raise PayloadError(f"needs at least {least}")
        if most is not None and len(value) > most:
            raise PayloadError(f"has {len(value)}, more than {most}")
        for index, item in enumerate(value):
            try:
                check_item(item)
            except PayloadError as error:
                raise error.inside(index) from None

    return check


def string(most: int, least: int = 1, pattern: str = "") -> Check:
    """A string of `least` to `most` UTF-16 units that a client can show."""
    matches = re.compile(pattern).fullmatch if pattern else None

    def check(value: Any) -> None:
        if not isinstance(value, str):
            raise PayloadError("must be a string")
        if len(value) < least or (least and not value.strip()):
            raise PayloadError("is empty")
        if 2 * len(value) > most and size(value) > most:
            raise PayloadError(f"has {size(value)} characters, more than {most}")
        if _UNSAYABLE.search(value):
            raise PayloadError("holds a control character or half a surrogate pair")
        if matches and not matches(value):
            raise PayloadError(f"{value[:80]!r} has not the form Slack expects")

    return check


def integer(least: int, most: int | None = None) -> Check:
    def check(value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise PayloadError("must be a whole number")
        if value < least or (most is not None and value > most):
            raise PayloadError(f"{value} is not between {least} and {'any' if most is None else most}")

    return check


def choice(*values: str) -> Check:
    def check(value: Any) -> None:
        if not isinstance(value, str) or value not in values:
            raise PayloadError(f"{value!r} is none of {', '.join(values)}")

    return check


def anything(_value: Any) -> None:
    """What another check has looked at already."""


def number(value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise PayloadError("must be a number")


def flag(value: Any) -> None:
    if not isinstance(value, bool):
        raise PayloadError("must be true or false")


def exactly_one(*names: str) -> Check:
    """A rule: the object has one of these fields, and only one."""

    def check(value: Any) -> None:
        if sum(name in value for name in names) != 1:
            raise PayloadError(f"needs exactly one of {', '.join(names)}")

    return check


def at_least_one(*names: str) -> Check:
    """A rule: the object has one or more of these fields."""

    def check(value: Any) -> None:
        if not any(name in value for name in names):
            raise PayloadError(f"needs {' or '.join(names)}")

    return check
