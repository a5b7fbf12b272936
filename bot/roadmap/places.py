"""Where an item stands: now, next, later, or months. Never a day, which others would take for a promise. Pure.

A place is written `now`, `next`, `later`, or `2027-01/2027-03`: from the first month to the last, both included.
"""

import re
from datetime import date

NOW, NEXT, LATER = "now", "next", "later"
HORIZONS = {NOW: "Now", NEXT: "Next", LATER: "Later"}
MONTHS = "months"
"""In a form: the months that are chosen beside it."""
DROPPED = "dropped"
"""What is not done any more stands nowhere."""

_MONTH = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])")


def between(first: str, last: str) -> str:
    """The place of two months such as `2027-01`; empty when they are no months, or the last comes before the first."""
    last = last or first
    if not _MONTH.fullmatch(first) or not _MONTH.fullmatch(last) or last < first:
        return ""
    return f"{first}/{last}"


def read(text: str) -> str:
    """A place as somebody wrote it, `Now` or `2027-01/2027-03`; empty when it is none."""
    wanted = text.strip().lower()
    first, _, last = wanted.partition("/")
    return wanted if wanted in HORIZONS else between(first.strip(), last.strip())


def months(place: str) -> tuple[str, str]:
    """The first and the last month of a place; two empty ones when it is `now`, `next` or `later`."""
    first, _, last = place.partition("/")
    return (first, last) if last else ("", "")


def in_words(place: str) -> str:
    """`Now`, `Jan–Mar 2027`, `Nov 2026–Feb 2027`, `Mar 2027`."""
    if place == DROPPED:
        return "not doing"
    first, last = months(place)
    if not first:
        return HORIZONS[place]
    begins, ends = date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01")
    if begins == ends:
        return f"{begins:%b %Y}"
    return f"{begins:%b}–{ends:%b %Y}" if begins.year == ends.year else f"{begins:%b %Y}–{ends:%b %Y}"


def is_later(place: str, than: str) -> bool | None:
    """Whether one place is later than another; None when nobody can say, as of months and *next*."""
    (first, last), (than_first, than_last) = months(place), months(than)
    if place == than or bool(first) != bool(than_first):
        return None
    if not first:
        order = list(HORIZONS)
        return order.index(place) > order.index(than)
    if first >= than_first and last >= than_last:
        return True
    return False if first <= than_first and last <= than_last else None


def order(place: str) -> tuple[int, str]:
    """Sorts places as a reader wants them: now, next, later, then the months."""
    return (list(HORIZONS).index(place), "") if place in HORIZONS else (len(HORIZONS), place)


def from_month(today: date, count: int) -> list[str]:
    """`count` months from today's on, such as `2027-01`."""
    return [f"{today.year + (today.month - 1 + n) // 12}-{(today.month - 1 + n) % 12 + 1:02}" for n in range(count)]


def month_in_words(month: str) -> str:
    """`January 2027`"""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"
