"""Days as people write them in a command."""

from datetime import date, timedelta

from dateutil import parser

from bot.errors import UserError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_day(words: str, today: date) -> date:
    """`today`, `tomorrow`, a weekday (the next one), `2026-12-04` or `4 December`; a `UserError` for the rest."""
    text = words.strip().lower()
    if text in ("today", "tomorrow"):
        return today + timedelta(days=text == "tomorrow")
    weekday = [n for n, name in enumerate(WEEKDAYS) if len(text) >= 3 and name.startswith(text)]
    if weekday:
        return today + timedelta(days=(weekday[0] - today.weekday() - 1) % 7 + 1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        day = parser.parse(text, dayfirst=True, default=parser.parse(today.isoformat())).date()
    except (ValueError, OverflowError) as error:
        raise UserError(
            f"I can not read “{words[:40]}” as a day. Write it like `2026-12-04`, `friday` or `4 December`."
        ) from error
    return day.replace(year=day.year + 1) if day < today and str(day.year) not in text else day
