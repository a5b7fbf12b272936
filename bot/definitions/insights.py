"""Insights: where they come from, what they are sorted by, who must answer them by when, and who hears of them."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

from bot.definitions.decisions import PRODUCT_OPS, Forum, Who, emoji_name, only_one
from bot.definitions.values import ChannelName, Definition, Id, Name, Text, holding, number
from bot.yamlfile import wrong

Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
"""From the least to the worst."""
SEVERE: tuple[Severity, ...] = ("high", "critical")
"""These need proof."""
CRITICAL: Severity = "critical"
OWNER, RELEASE_OWNER = "owner", "release_owner"
"""Whoever is to answer the insight, and whoever owns the release it is about."""
MOST_THEMES = 24

Count = Literal["working hours", "working days"]


class Clock(Definition):
    """By when something is to be done: after so much working time, in the next ritual, or by the end of the quarter."""

    amount: int = 0
    unit: Count | Literal["ritual", "quarter"]
    ritual: str = ""

    def __str__(self) -> str:
        if self.unit == "ritual":
            return f"next {self.ritual}"
        if self.unit == "quarter":
            return "end of quarter"
        return f"{self.amount} {self.unit.removesuffix('s') if self.amount == 1 else self.unit}"


def parse_clock(value: Any) -> Any:
    """`4 working hours`, `1 working day`, `next insights-review` or `end of quarter` as a Clock."""
    if isinstance(value, Clock):
        return value
    text = " ".join(str(value or "").split())
    if found := re.fullmatch(r"(\d{1,3}) working (hour|day)s?", text):
        if not 1 <= int(found[1]) <= 260:
            raise wrong(f"`{text}` is not a bearable time", "write 1 to 260 working hours or days")
        return Clock(amount=int(found[1]), unit="working hours" if found[2] == "hour" else "working days")
    if found := re.fullmatch(r"next ([a-z0-9][a-z0-9_-]{0,39})", text):
        return Clock(unit="ritual", ritual=found[1])
    if text == "end of quarter":
        return Clock(unit="quarter")
    mend = "write `4 working hours`, `1 working day`, `next` and the id of a ritual, or `end of quarter`"
    raise wrong(f"`{text}` does not say by when", mend)


ClockText = Annotated[
    Clock,
    BeforeValidator(parse_clock),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "description": "4 working hours, 1 working day, next <ritual>, end of quarter."}),
]
OnlyOne = Annotated[str, only_one("answer for this", "name one of them"), WithJsonSchema({"type": "string"})]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class Source(Definition):
    """Where insights come from."""

    rules: ClassVar[Mapping[str, str]] = {"owner": "IN01"}

    id: Id
    name: Name
    owner: OnlyOne = Field(description="write who vouches for it: a person's e-mail address or the id of a function")
    """Who vouches for it, and hears what became of what nobody else brought."""
    channel: ChannelName | None = None
    """Where it is talked about."""
    volume: Text | None = None
    """About how much comes from it, in words."""
    bias: Text = Field(description="write whom it does not hear, such as: Only those who write in")
    """Whose voice is missing or too loud in it, in words."""


class Theme(Definition):
    """What an insight may be about."""

    id: Id
    name: Name
    words: Annotated[tuple[Words, ...], holding(0, 30)] = ()
    """Words by which it is recognised and suggested."""


class Choice(Definition):
    """One of the answers to choose from."""

    id: Id
    name: Name


class Breach(Definition):
    """Who hears, once, that a clock has run out."""

    tell: Annotated[tuple[Who, ...], holding(0, 5)] = ()
    """At once. `owner` is whoever is to answer."""
    then: OnlyOne | None = None
    """Who hears when it is still so some days later."""
    after: Annotated[int, number(1, 60)] = 5
    """How many working days later that is."""
    agenda: bool = False
    """Whether it is put on the agenda of its forum."""


class Level(Definition):
    """What one severity means, and its clocks."""

    means: Text
    """When to choose it, in words."""
    triage: ClockText
    acknowledge: ClockText
    decide: ClockText
    breach: Breach = Breach()


class Levels(Definition):
    low: Level
    medium: Level
    high: Level
    critical: Level
    """What comes after the incident that it is."""

    def of(self, severity: str) -> Level:
        level: Level = getattr(self, severity)
        return level


class When(Definition):
    """Which insights a route is for: those that fit everything it says."""

    themes: Annotated[tuple[Id, ...], holding(1, MOST_THEMES)] | None = None
    """About one of these themes."""
    areas: Annotated[tuple[Id, ...], holding(1, 100)] | None = None
    """About one of these areas."""
    causes: Annotated[tuple[Id, ...], holding(1, 20)] | None = None
    """Of one of these causes."""
    evidence: Annotated[tuple[Id, ...], holding(1, 20)] | None = None
    """Shown by one of these."""
    severities: Annotated[tuple[Severity, ...], holding(1, 4)] | None = None
    """As bad as one of these says."""
    several_areas: bool = False
    """About two areas or more."""
    no_area: bool = False
    """Nobody could say which area it is about."""
    released_within: Annotated[int, number(1, 366)] | None = None
    """About a release that went live at most so many days ago."""


class Route(Definition):
    """To whom and where an insight goes."""

    name: Name
    when: When = Field(
        When(), description="write what it is for, such as {themes: [pricing]}; leave it out for all that is left"
    )
    to: OnlyOne = Field(description="write who answers: area_owner, release_owner, head_of_product, a function, …")
    forum: Forum = Forum()
    """Where it is talked about: a channel, and the ritual in which people meet."""
    inform: Annotated[tuple[Who, ...], holding(0, 10)] = ()
    """Who else is told, on the same day if it is urgent."""
    urgent: bool = False
    """Whether they and whoever answers are told on the same day."""


class Spike(Definition):
    """When so much is said about one theme in one area that people should talk about it."""

    accounts: Annotated[int, number(2, 1000)] = 5
    """From so many accounts,"""
    high: Annotated[int, number(2, 1000)] = 3
    """or so many that are high or critical,"""
    days: Annotated[int, number(1, 366)] = 30
    """within so many days."""
    ritual: Id = Field(description="write the id of the ritual on whose agenda it goes, such as insights-review")


class Restricted(Definition):
    """What only some may see."""

    themes: Annotated[tuple[Id, ...], holding(0, MOST_THEMES)] = ()
    """What is about one of these themes."""
    areas: Annotated[tuple[Id, ...], holding(0, 100)] = ()
    """What is about one of these areas."""
    readers: Annotated[tuple[Who, ...], holding(1, 10)] = Field(
        description="write who may see it: security, head_of_product, a person's e-mail address"
    )
    """Who triages and sees it, beside who brought it and who is to answer it."""
    channel: ChannelName | None = None
    """The private channel where these are announced; left out, nowhere."""


class Incident(Definition):
    """What comes before everything else when an insight is critical."""

    tell: Annotated[tuple[Who, ...], holding(1, 10)]
    """Who hears of it at once."""
    channel: ChannelName | None = None
    """Where incidents are handled."""
    process: Text
    """What to do first, in words or as a link."""


class InsightRules(Definition):
    channel: ChannelName
    """Where insights are announced and what became of them is told: no restricted one."""
    emoji: Annotated[str, BeforeValidator(emoji_name), WithJsonSchema({"type": "string"})] | None = None
    """Who sets it on a message is offered to log it; left out, nobody is."""
    watched: Annotated[tuple[ChannelName, ...], holding(0, 20)] = ()
    """The channels in which the emoji counts; left out, everywhere."""
    triagers: Annotated[tuple[Who, ...], holding(1, 10)] = ("product_ops", "support")
    """Who works on the queue."""
    sources: Annotated[tuple[Source, ...], holding(1, 30)]
    themes: Annotated[tuple[Theme, ...], holding(1, MOST_THEMES)]
    segments: Annotated[tuple[Choice, ...], holding(1, 12)]
    evidence: Annotated[tuple[Choice, ...], holding(1, 12)]
    causes: Annotated[tuple[Choice, ...], holding(0, 12)] = ()
    severities: Levels
    routes: Annotated[tuple[Route, ...], holding(1, 50)]
    """The first that fits is taken."""
    question_days: Annotated[int, number(1, 30)] = 5
    """After so many working days without an answer of its submitter an insight comes back into the queue."""
    spike: Spike | None = None
    """When people should talk about one theme; left out, nothing goes on an agenda by itself."""
    restricted: Restricted | None = None
    """What only some may see; left out, everybody sees all."""
    incident: Incident | None = None
    """What comes first when one is critical; left out, nobody is told apart from who answers it."""

    def source(self, id: str) -> Source | None:
        return self._sources.get(id)

    def theme(self, id: str) -> Theme | None:
        return self._themes.get(id)

    @property
    def readers(self) -> tuple[str, ...]:
        """Who sees what is restricted, beside who brought it and who is to answer it.

        Where nothing is to be restricted any more, product ops, so that somebody has what was.
        """
        return self.restricted.readers if self.restricted else (PRODUCT_OPS,)

    def named(self, choices: tuple[Choice, ...], id: str) -> str:
        """The name of one of the choices; its id when the definitions no longer have it."""
        return next((each.name for each in choices if each.id == id), id)

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {each.id: each for each in self.sources}

    @cached_property
    def _themes(self) -> dict[str, Theme]:
        return {each.id: each for each in self.themes}
