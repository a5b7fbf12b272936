"""The cadence calendar: what the organisation does again and again, and what each ritual leaves behind."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from heapq import merge
from itertools import groupby, takewhile
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    PrivateAttr,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from bot.definitions import rules
from bot.definitions.changes import Changes
from bot.definitions.organisation import Organisation
from bot.definitions.rules import Once, Relative, Rule, Setting
from bot.definitions.values import (
    Audience,
    ChannelName,
    Day,
    Definition,
    HolidayCode,
    Id,
    Name,
    OffsetText,
    Ref,
    Span,
    Text,
    number,
    zone_like,
    zone_names,
)
from bot.definitions.working_days import WorkDays
from bot.yamlfile import wrong

LONGEST_BEFORE = 168
DIGEST = "digest"
"""The kind of a ritual that tells those whom it is for what has changed."""
MOST_EMPTY = 12
"""No ritual may leave nothing more often than this before somebody must choose what becomes of it."""
PACKET = r"^(\d{1,3} hours? before|none)$"

HolidayRule = Literal["skip", "earlier", "later", "ignore"]
FreezeRule = Literal["skip", "keep"]
CatchUp = Literal["all", "latest", "report"]


def _schedule_zone(value: Any) -> Any:
    if value in ("person", "workspace") or str(value) in zone_names():
        return value
    raise wrong(f"`{value}` is not a time zone", f"write `person`, `workspace` or {zone_like(str(value))}")


def _packet(value: Any) -> Any:
    """`24 hours before` or `none`, as hours."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = " ".join(str(value).split())
    if text == "none":
        return 0
    found = re.fullmatch(r"(\d{1,3}) hours? before", text)
    if not found or not 1 <= int(found[1]) <= LONGEST_BEFORE:
        mend = f"write `24 hours before` (1 to {LONGEST_BEFORE} hours), or `none`"
        raise wrong(f"`{text}` does not say when its packet is posted", mend)
    return int(found[1])


class Pause(Span):
    """Days on which a ritual is not held."""

    reason: Text = Field(description="write why, so that people know")


class Friction(Definition):
    """Something that goes wrong again and again, for which rituals are held."""

    id: Id
    name: Name
    example: Text | None = None
    """One time when it was so."""


class Schedule(Definition):
    """When a ritual falls, and the times of one occurrence.

    Days in an offset are working days, so `+1 day` after a Friday is Monday; they are calendar days only
    for a ritual that ignores holidays. `prompt` and `reminder` are in the ritual's zone, with `person` in each
    person's own; `cutoff` and `publish` are one moment for all, with `person` in the workspace's zone.
    """

    repeats: str = Field(description="write the days it falls on, such as `every Wednesday`")
    starts: Day | None = None
    """The first day it may fall on; `every 2 weeks` counts from its week."""
    ends: Day | None = None
    """The last day it may fall on."""
    pauses: tuple[Pause, ...] = ()
    """Days on which it is not held."""
    left_out: tuple[Day, ...] = Field((), alias="except")
    """Days it does not fall on."""
    extra: tuple[Day, ...] = ()
    """Days it falls on besides, whatever the rule, `starts` and `ends` say."""
    zone: Annotated[str, BeforeValidator(_schedule_zone)] = "workspace"
    """Whose clock counts: `person`, `workspace`, or a zone such as Europe/Berlin."""
    prompt: OffsetText = Field(description="write when people are asked, such as 10:00")
    reminder: OffsetText | None = None
    cutoff: OffsetText = Field(description="write when answers end, such as +1 day 14:00")
    publish: OffsetText = Field(description="write when the artifact is posted, such as +1 day 16:00")

    @model_validator(mode="after")
    def _rule_makes_sense(self) -> "Schedule":
        if self.starts and self.ends and self.ends < self.starts:
            raise wrong(f"it ends on {self.ends}, before it starts", f"write {self.starts} or later", at="ends")
        if complaint := rules.check(self.repeats, self.starts, self.ends):
            raise wrong(complaint.message, complaint.mend, at=complaint.key)
        return self

    @model_validator(mode="after")
    def _dates_are_plain(self) -> "Schedule":
        for key, dates in (("except", self.left_out), ("extra", self.extra)):
            if twice := next((day for i, day in enumerate(dates) if day in dates[:i]), None):
                raise wrong(f"{twice} stands here twice", "keep one of them", at=key)
        if both := next((day for day in self.extra if day in self.left_out), None):
            raise wrong(f"{both} is both `extra` and `except`", "keep one of them", at="extra")
        return self

    @model_validator(mode="after")
    def _times_are_in_order(self) -> "Schedule":
        if self.prompt.days:
            raise wrong("the prompt goes out on the ritual's own day", f"write `{self.prompt.at:%H:%M}`", at="prompt")
        if self.cutoff <= self.prompt:
            message = f"the cutoff, {self.cutoff}, is not after the prompt, {self.prompt}"
            raise wrong(message, "write a later time, or `+1 day` before it", at="cutoff")
        if self.publish < self.cutoff:
            message = f"publishing at {self.publish} is before the cutoff at {self.cutoff}"
            raise wrong(message, f"write {self.cutoff} or later", at="publish")
        if self.reminder and not self.prompt < self.reminder < self.cutoff:
            message = f"the reminder, {self.reminder}, is not between the prompt and the cutoff"
            raise wrong(message, f"write a time after {self.prompt} and before {self.cutoff}", at="reminder")
        return self

    @property
    def rule(self) -> Rule:
        return rules.parse(self.repeats)

    def rhythm(self) -> str:
        """The rule alone: `every Wednesday`."""
        return rules.describe(self.rule)

    def in_words(self) -> str:
        """The rule with its first and last day and the days beside it: `every Wednesday, from 2026-01-07`."""
        parts = [self.rhythm()]
        if self.starts:
            parts.append(f"from {self.starts}")
        if self.ends:
            parts.append(f"until {self.ends}")
        if self.extra:
            parts.append(f"also on {', '.join(map(str, sorted(self.extra)))}")
        if self.left_out:
            parts.append(f"not on {', '.join(map(str, sorted(self.left_out)))}")
        parts += [f"paused from {pause.first} until {pause.last}: {pause.reason}" for pause in self.pauses]
        return ", ".join(parts)


class Ritual(Definition):
    """A recurring practice with one owner, that leaves an artifact."""

    rules: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("purpose", "owner", "schedule", "agenda"), "CA01"),
        "artifact": "CA03",
    }

    id: Id
    name: Name
    kind: Id
    """What it does: `weekly_update` asks the owner of each area; `review` waits for what a meeting leaves;
    `insights_digest` posts what was told us since its last time, and asks nobody; `digest` tells its subscribers and
    its channel what has changed since its last time, in words for those whom `for` names, and asks nobody either;
    `quarter` asks the owner of each area, meets at its cutoff, and leaves a plan."""
    readers: Id | Literal[""] = Field("", alias="for")
    """For whom a digest is worded: it names a file of the folder `templates/digests`."""
    purpose: Text = Field(description="write in one sentence what it is good for")
    owner: Ref = Field(description="every ritual has one owner: write their e-mail address or Slack member id")
    schedule: Schedule
    holidays: HolidayRule = "later"
    """On a holiday, or a day nobody works: move it later or earlier, skip it, or ignore that."""
    holiday_calendar: HolidayCode | None = None
    """Whose public holidays it follows, if not those of the workspace."""
    freezes: FreezeRule = "skip"
    """In a freeze of the organisation: skip it, or keep it."""
    catch_up: CatchUp = "latest"
    """Of what was missed while Drumbeat was not running: open the latest, open all, or only report."""
    areas: tuple[Id, ...] = ()
    """The areas that take part; empty means all."""
    channel: ChannelName = ""
    """Where the artifact is posted; `Definitions` fill in the channel for updates where it is left out, but for a
    `digest`, which then goes to its subscribers alone."""
    artifact: Text = Field(description="What will exist after this that did not before? Name it or drop it.")
    serves: tuple[Id, ...] = ()
    """The frictions it is held for, by their ids."""
    inputs: tuple[Text, ...] = ()
    """What it looks at, such as roadmap changes."""
    agenda: tuple[Text, ...] = ()
    """Points to go through, each with its minutes."""
    packet: Annotated[
        int,
        BeforeValidator(_packet),
        PlainSerializer(lambda hours: f"{hours} hours before" if hours else "none"),
        WithJsonSchema({"type": "string", "description": "24 hours before, or none.", "pattern": PACKET}),
    ] = 24
    """How many hours before it meets its agenda and all it is to look at are posted; 0: only as it opens."""
    empty_in_a_row: Annotated[int, number(2, MOST_EMPTY)] | None = None
    """After how many that left nothing somebody must choose what becomes of it, if not as for all rituals."""
    audience: Audience = ()
    """For whom it is: user groups of Slack (`@product-team`) and people. They are subscribed to a digest at first."""
    review_on: Day | None = None
    """When its owner looks whether it is still needed as it is. It is found once that day is over."""
    mentions: bool = False
    """Whether its posts in a channel mention those who have something to do; otherwise they only show names."""

    _other: "Ritual | None" = PrivateAttr(None)
    _changes: Changes = PrivateAttr(Changes())

    @property
    def asks_each(self) -> bool:
        """Whether it asks the owner of each area, within their own hours; a meeting is at one moment for all."""
        return self.kind in ("weekly_update", "quarter")

    @property
    def meets(self) -> bool:
        """Whether people meet for it, so that it has an agenda and a packet."""
        return self.kind in ("review", "quarter")

    @property
    def asks_nobody(self) -> bool:
        """Whether it takes nobody's time, neither before it nor afterwards: it only posts."""
        return self.kind == "insights_digest" or self.is_digest

    @property
    def is_digest(self) -> bool:
        """Whether it goes to whoever has subscribed to it."""
        return self.kind == DIGEST

    @property
    def is_core(self) -> bool:
        """Whether it takes people's time again and again."""
        return not self.asks_nobody and not isinstance(self.schedule.rule, Once)

    @property
    def minutes(self) -> int:
        """How long it meets, as the points of its agenda say (`15 min. What moved`); 0 when they do not."""
        return sum(map(minutes_of, self.agenda))

    @property
    def other(self) -> "Ritual | None":
        """The ritual its days count from, once it stands in a calendar that has it."""
        return self._other

    def following(self, other: "Ritual") -> "Ritual":
        """This ritual with the one its days count from."""
        linked = self.model_copy()
        linked._other = other
        return linked

    @property
    def changes(self) -> Changes:
        """What people have changed about it, once it was asked for as it stands; its definition knows nothing of it."""
        return self._changes

    def changed_by(self, changes: Changes) -> "Ritual":
        """This ritual with what people have changed about it."""
        changed = self.model_copy()
        changed._changes = changes
        return changed

    def work_days(self, organisation: Organisation) -> WorkDays:
        """The working days that its rule and its offsets count, and that it moves to."""
        if self.holidays == "ignore":
            return WorkDays(organisation.working_hours.weekdays)
        return organisation.work_days(self.holiday_calendar)

    def falls(self, organisation: Organisation, first: date) -> Iterator[date]:
        """The days from `first` on that its own rule, `ends` and `extra` name, in order; another's days move those
        of a rule that counts from another ritual, so such a rule adds none here."""
        schedule = self.schedule
        setting = Setting(self.work_days(organisation), schedule.starts, organisation.fiscal_month)
        falls = rules.days(schedule.rule, first, setting)
        if last := schedule.ends:
            falls = takewhile(lambda day: day <= last, falls)
        if not schedule.extra:
            return falls
        extra = sorted(day for day in schedule.extra if day >= first)
        return (day for day, _same in groupby(merge(falls, extra)))

    def zone_for(self, organisation: Organisation) -> ZoneInfo:
        """The zone of what is one moment for all (cutoff, publishing): the ritual's, else the workspace's."""
        zone = self.schedule.zone
        return organisation.zone if zone in ("person", "workspace") else ZoneInfo(zone)


def minutes_of(point: str) -> int:
    """How long a point of an agenda takes, as it says itself; 0 when it does not."""
    found = re.match(r"(\d+) ?min", point)
    return int(found[1]) if found else 0


MOST_CORE = 6
"""Rituals that take people's time; more are too many unless somebody says why."""


class Calendar(Definition):
    frictions: tuple[Friction, ...] = ()
    """What goes wrong again and again, the worst first: what rituals serve."""
    rituals: tuple[Ritual, ...] = Field(min_length=1)
    more_because: Text | None = None
    """Why there are more rituals that take people's time than a calendar should have."""
    empty_in_a_row: Annotated[int, number(2, MOST_EMPTY)] = 3
    """After how many occurrences that left nothing somebody must choose what becomes of a ritual."""

    @field_validator("rituals")
    @classmethod
    def _know_each_other(cls, rituals: tuple[Ritual, ...]) -> tuple[Ritual, ...]:
        by_id = {ritual.id: ritual for ritual in rituals}
        return tuple(_linked(ritual, by_id, ()) for ritual in rituals)

    def with_rituals(self, rituals: tuple[Ritual, ...]) -> "Calendar":
        """The same calendar of these rituals."""
        return Calendar.model_validate({**dict(self), "rituals": rituals})

    @property
    def core(self) -> list[Ritual]:
        """The rituals that take people's time again and again."""
        return [ritual for ritual in self.rituals if ritual.is_core]

    def most_empty(self, ritual: Ritual) -> int:
        """After how many that left nothing somebody must choose what becomes of this ritual."""
        return ritual.empty_in_a_row or self.empty_in_a_row

    def ritual(self, id: str) -> Ritual | None:
        return self._by_id.get(id)

    @cached_property
    def _by_id(self) -> dict[str, Ritual]:
        return {ritual.id: ritual for ritual in self.rituals}


def _linked(ritual: Ritual, by_id: dict[str, Ritual], before: tuple[str, ...]) -> Ritual:
    """The ritual with the chain of those it counts from; a circle stays open, and `check` tells of it."""
    rule = ritual.schedule.rule
    if not isinstance(rule, Relative) or rule.ritual not in by_id or rule.ritual in (*before, ritual.id):
        return ritual
    return ritual.following(_linked(by_id[rule.ritual], by_id, (*before, ritual.id)))
