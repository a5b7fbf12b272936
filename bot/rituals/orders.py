"""What somebody wants done with a ritual, from the words of a command that follow its name."""

import re
from datetime import date, time

from bot.errors import UserError
from bot.people.dates import read_day

MOST_WORDS_OF_A_DAY = 4
_TIME = re.compile(r"(?:at )?([01]?\d|2[0-3])[:.]([0-5]\d)(?:\s+|$)", re.IGNORECASE)


def read_pause(words: str, today: date) -> tuple[date | None, str]:
    """`[until <day>] <reason>`: the last day of the pause, if it has one, and why."""
    first, _, rest = words.strip().partition(" ")
    if first.lower() not in ("until", "till"):
        return None, _reason(words)
    day, rest = _day_first(rest, today)
    return day, _reason(rest)


def read_move(words: str, today: date) -> tuple[date, time | None, str]:
    """`to <day> [<time>] [because …]`: the new day, the new time of the prompt if there is one, and why."""
    words = re.sub(r"^to\s+", "", words.strip(), flags=re.IGNORECASE)
    if not words:
        raise UserError("Move it to which day? Write it like `to friday`, `to 4 December 15:00` or `to 2026-12-04`.")
    day, rest = _day_first(words, today)
    found = _TIME.match(rest)
    at = time(int(found[1]), int(found[2])) if found else None
    return day, at, _reason(rest[found.end() :] if found else rest)


def _day_first(words: str, today: date) -> tuple[date, str]:
    """The day that the words begin with, which is as many of them as make one, and what follows."""
    parts = words.split()
    for count in range(min(len(parts), MOST_WORDS_OF_A_DAY), 0, -1):
        try:
            return read_day(" ".join(parts[:count]).rstrip(",:"), today), " ".join(parts[count:])
        except UserError:
            continue
    return read_day(parts[0] if parts else "", today), ""


def _reason(words: str) -> str:
    return re.sub(r"^(because|for)\s+", "", words.strip(), flags=re.IGNORECASE)
