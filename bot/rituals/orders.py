"""What somebody wants done with a ritual, from the words of a command that follow its name."""

import re
from datetime import date, time

from bot.errors import UserError
from bot.people.dates import OtherWeekday, read_day, refuse_length

MOST_WORDS_OF_A_DAY = 6
_TIME = re.compile(r"(?:at )?([01]?\d|2[0-3])[:.]([0-5]\d)(?:[,;]?\s+|$)", re.IGNORECASE)
_HALF_DAY = re.compile(r"(?:at )?(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))? ?([ap])\.?m\.?(?:[,;]?\s+|$)", re.IGNORECASE)
_LIKE_A_TIME = re.compile(r"at\b|noon\b|midnight\b|\d{1,2}(?:[:.]\d+| ?(?:h|uhr|o.?clock|am|pm)\b|$)", re.IGNORECASE)


def read_pause(words: str, today: date) -> tuple[date | None, str]:
    """`[until <day>] <reason>`, or the other way round: the last day of the pause, if it has one, and why."""
    words = words.strip()
    first, _, rest = words.partition(" ")
    if first.lower() in ("until", "till"):
        day, rest = _day_first(rest, today)
        return day, _reason(rest)
    at_the_end = re.fullmatch(r"(.+?)[ ,]+(?:until|till) (.+)", words, re.IGNORECASE)
    if at_the_end and (last_day := _if_day(at_the_end[2], today)):
        return last_day, _reason(at_the_end[1])
    refuse_length(words)
    return None, _reason(words)


def read_move(words: str, today: date) -> tuple[date, time | None, str]:
    """`to <day> [<time>] [because …]`: the new day, the new time of the prompt if there is one, and why."""
    words = re.sub(r"^to\s+", "", words.strip(), flags=re.IGNORECASE)
    if not words:
        raise UserError("Move it to which day? Write it like `to friday`, `to 4 December 15:00` or `to 2026-12-04`.")
    day, rest = _day_first(words, today)
    at, rest = _time_first(rest)
    return day, at, _reason(rest)


def _time_first(words: str) -> tuple[time | None, str]:
    """The time of day that the words begin with, if they do, and what follows."""
    if found := _HALF_DAY.match(words):
        return time(int(found[1]) % 12 + 12 * (found[3].lower() == "p"), int(found[2] or 0)), words[found.end() :]
    if found := _TIME.match(words):
        return time(int(found[1]), int(found[2])), words[found.end() :]
    if _LIKE_A_TIME.match(words):
        raise UserError(
            f"I cannot read “{words[:40]}” as a time. Write it like `15:00`, and begin a reason with `because`."
        )
    return None, words


def _day_first(words: str, today: date) -> tuple[date, str]:
    """The day that the words begin with, which is as many of them as make one, and what follows."""
    parts = words.split()
    for count in range(min(len(parts), MOST_WORDS_OF_A_DAY), 0, -1):
        if day := _if_day(" ".join(parts[:count]), today):
            return day, " ".join(parts[count:])
    return read_day(parts[0] if parts else "", today), ""


def _if_day(words: str, today: date) -> date | None:
    """The day that the words are; a `UserError` when they contradict themselves."""
    try:
        return read_day(words, today)
    except OtherWeekday:
        raise
    except UserError:
        return None


def _reason(words: str) -> str:
    return re.sub(r"^(because|for)\s+", "", words.strip(), flags=re.IGNORECASE)
