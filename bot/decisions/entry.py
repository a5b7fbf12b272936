"""What people write into the decision log, and the rules it keeps."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.errors import FieldErrors
from bot.markup import CHANNEL_ID, shows

EASY, HARD = "easy", "hard"
DOOR_NAMES = {EASY: "Easy to reverse", HARD: "Hard to reverse"}
CONFIDENCES = (50, 60, 70, 80, 90, 100)
LEAST_OPTIONS = 2
KEEP, CHANGE, REVERSE, SUPERSEDE = "keep", "change", "reverse", "supersede"
"""What a review may come to."""
MOST_LINKS = 3
MOST_YEARS = 10
TOO_FAR = f"That is too far away. Pick a day within {MOST_YEARS} years."
LIMITS = {
    "question": 150,
    "stuck": 300,
    "decision": 200,
    "options": 800,
    "why": 800,
    "revisit": 200,
    "inform": 300,
    "links": 1500,
    "why_ended": 300,
    "note": 300,
    "view": 500,
}
"""The most characters each text may have in a form."""
OPTIONS_KEPT = 2_000
"""In so many fit the options that were raised, those that were considered besides, and the one chosen."""

NOTHING_MORE: Mapping[str, str] = {}

_OPENING = re.compile(r"^we(?: wi|['’])ll\b[\s,:…]*", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """Something that must be decided: by whom, by when, and what waits for it."""

    question: str
    decider: str
    """Slack user id."""
    needed_by: date | None
    stuck: str
    door: str
    options: str = ""
    class_id: str = ""
    """The class of decision; empty when the organisation keeps none, or nobody said."""
    area_id: str = ""
    """The area it is about, if it is about one."""
    links: str = ""
    source: str = ""
    """Where it comes from, in words, such as `a message in #area-billing`; empty when it was written from nothing."""

    def check(self, today: date, more: Mapping[str, str] = NOTHING_MORE) -> None:
        """Raise `FieldErrors`, by form field, when a rule is broken; `today` is the raiser's.

        `more` is what else is wrong, and counts before what is found here.
        """
        _refuse(self._wrong(today), more)

    def _wrong(self, today: date) -> Iterator[tuple[str, str]]:
        if not self.question.strip():
            yield "question", "Say in one sentence what must be decided."
        if not self.decider:
            yield "decider", "Name the one person who decides this."
        if self.needed_by is None:
            yield "needed_by", "Pick the day by which this is needed."
        elif self.needed_by < today:
            yield "needed_by", "That day is over. Pick today or a later day."
        elif is_too_far(self.needed_by, today):
            yield "needed_by", TOO_FAR
        if not self.stuck.strip():
            yield "stuck", "Say what stalls until this is decided; if nothing does, it needs no decision yet."
        yield from _wrong_door(self.door)
        yield from _wrong_links(self.links)
        yield from _too_long(self, "question", "stuck", "options", "links")


@dataclass(frozen=True)
class Entry:
    """A decision as the log keeps it: what, instead of what, why, and when to look again."""

    decision: str
    """What follows *We will*."""
    options: str
    """One on each line."""
    why: str
    door: str
    review_on: date | None
    decider: str
    """Slack user id."""
    revisit: str = ""
    """What would change our mind."""
    confidence: int | None = None
    """In percent."""
    inform_channel: str = ""
    """Slack channel id."""
    inform_person: str = ""
    """Slack user id."""
    inform: str = ""
    links: str = ""
    class_id: str = ""
    area_id: str = ""
    supersedes: str = ""
    """The entry, such as `D-12`, whose place it takes."""
    source: str = ""
    """As in a `Question`."""

    def check(self, today: date, more: Mapping[str, str] = NOTHING_MORE) -> None:
        """Raise `FieldErrors`, by form field, when a rule is broken; `today` is the author's."""
        _refuse(self._wrong(today), more)

    def _wrong(self, today: date) -> Iterator[tuple[str, str]]:
        if not without_opening(self.decision):
            yield "decision", "Finish the sentence: We will …"
        if len({option.casefold() for option in lines(self.options)}) < LEAST_OPTIONS:
            yield (
                "options",
                "Write at least two options, one on each line: what else was considered? Doing nothing counts.",
            )
        if not self.why.strip():
            yield "why", "Give the reason and what is accepted in return: without them nobody can learn from this."
        yield from _wrong_door(self.door)
        if self.door == HARD and not self.revisit.strip():
            yield "revisit", "A decision that is hard to reverse needs this: what would change our mind?"
        if self.review_on is None or self.review_on <= today:
            yield "review_on", "Pick a day after today on which to look at this again."
        elif is_too_far(self.review_on, today):
            yield "review_on", TOO_FAR
        if not self.decider:
            yield "decider", "Name the one person who decided this."
        if self.confidence is not None and self.confidence not in CONFIDENCES:
            yield "confidence", "Pick one of the offered numbers."
        if self.inform_channel and not CHANNEL_ID.fullmatch(self.inform_channel):
            yield "inform_channel", "Pick a channel from the list."
        yield from _wrong_links(self.links)
        if len(self.options) > OPTIONS_KEPT:
            yield "options", f"Keep this within {LIMITS['options']} characters; link to the rest."
        yield from _too_long(self, "decision", "why", "revisit", "inform", "links")


@dataclass(frozen=True)
class Choice:
    """What somebody decides in place, of what was raised: the rest is known."""

    decision: str
    why: str
    review_on: date | None
    revisit: str = ""
    door: str = ""
    """Where the question did not say it."""
    other_options: tuple[str, ...] = ()
    """What else was considered, where the question named too few."""
    class_id: str = ""
    """As `door`."""


def is_too_far(day: date, today: date) -> bool:
    """Whether a day is a slip of the finger, and clocks could not be set to it."""
    return day.year > today.year + MOST_YEARS


def lines(text: str) -> list[str]:
    """The lines of a text that say something, without bullets."""
    return [line for raw in text.splitlines() if shows(line := raw.strip(" -•*\t"))]


def urls(text: str) -> list[str]:
    return [word for word in text.split() if word.startswith(("https://", "http://"))][:MOST_LINKS]


def without_opening(text: str) -> str:
    """What follows *We will* in a decision, whether or not the author repeated these words."""
    return _OPENING.sub("", text.strip())


def _wrong_door(door: str) -> Iterator[tuple[str, str]]:
    if door not in DOOR_NAMES:
        yield "door", "Say whether this is easy or hard to reverse."


def _wrong_links(links: str) -> Iterator[tuple[str, str]]:
    if len(urls(links)) != len(links.split()):
        yield "links", "Up to three full addresses, one on each line, each starting with https://"


def _too_long(holder: Question | Entry, *names: str) -> Iterator[tuple[str, str]]:
    for name in names:
        if len(getattr(holder, name)) > LIMITS[name]:
            yield name, f"Keep this within {LIMITS[name]} characters; link to the rest."


def _refuse(wrong: Iterator[tuple[str, str]], more: Mapping[str, str]) -> None:
    if fields := dict(wrong) | dict(more):
        raise FieldErrors(fields)
