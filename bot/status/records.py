"""What an answer consists of: the thing asked about, and facts, each with the moment it is of and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.asked import Week
from bot.pointing import Spot

AREA, RELEASE, DECISION, INSIGHT, ITEM, RITUAL = "area", "release", "decision", "insight", "item", "ritual"
KINDS = (AREA, RELEASE, DECISION, INSIGHT, ITEM, RITUAL)
NUMBERED = (DECISION, INSIGHT, ITEM)
"""What goes by its number, such as `D-42`."""


@dataclass(frozen=True)
class Thing:
    """Something one may ask about."""

    kind: str
    id: str
    """As its room knows it: of what is listed under a number, that, such as `D-42`."""
    name: str
    """As a reader sees it."""
    said: tuple[str, ...] = ()
    """Words in an area's last update by which it was found; none when its name was meant."""


@dataclass(frozen=True)
class Source:
    """A message in which a fact stands."""

    label: str
    message_id: int


@dataclass(frozen=True)
class Fact:
    """A part of the template `status/status.txt.j2`, with the values it names."""

    part: str
    values: Mapping[str, Any]
    at: datetime
    """The moment it is of: when it was said, or now for what is computed."""
    sources: tuple[Source, ...] = ()
    see: str = ""
    """The command that shows more."""
    stale: bool = False
    """Whether it is older than it should be."""


@dataclass(frozen=True)
class Answer:
    thing: Thing
    facts: Sequence[Fact]
    says_something: bool = True
    """Whether the records say more than whose it is."""
    ask_owner: bool = False
    """Whether to offer that its owner is asked."""
    may_show: bool = True
    """Whether everybody in a channel may see it."""


@dataclass(frozen=True)
class Found:
    things: Sequence[Thing] = ()
    unknown: Sequence[str] = ()
    """Words that stand in the name of none of them."""
    near: Sequence[Thing] = ()
    """What is called nearly so, when nothing is called so."""
    why: str = ""
    """What is said of a number that nothing has."""
    for_a_date: bool = False
    """Whether somebody wants a day promised."""


@dataclass(frozen=True)
class Asked:
    """One question as it was counted, and what was found."""

    id: int
    words: str
    found: Found
    answer: Answer | None
    """Of the one thing that fits; none when none does, or several do."""
    spots: Mapping[int, Spot]
    """Where the messages stand in which the answer's facts do, by their ids."""
    to_all: bool = False
    """Whether everybody in the channel is to see it."""


@dataclass(frozen=True)
class Examples:
    """What one may ask about in this workspace."""

    areas: Sequence[Thing]
    release: Thing | None
    """The next one."""
    weeks: Sequence[Week]
    """How often the records answered; none for who is not to see that."""
