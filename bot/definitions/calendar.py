"""The cadence calendar: what the organisation does again and again, and what each ritual leaves behind."""

from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from bot.definitions.organisation import Organisation
from bot.definitions.recurrence import check_rule
from bot.definitions.values import (
    Audience,
    ChannelName,
    Day,
    Definition,
    Id,
    Name,
    OffsetText,
    Ref,
    Text,
    zone_like,
    zone_names,
)
from bot.yamlfile import wrong

HolidayRule = Literal["skip", "earlier", "later", "ignore"]
CatchUp = Literal["all", "latest", "report"]


def _schedule_zone(value: Any) -> Any:
    if value in ("person", "workspace") or str(value) in zone_names():
        return value
    raise wrong(f"`{value}` is not a time zone", f"write `person`, `workspace` or {zone_like(str(value))}")


class Schedule(Definition):
    """When a ritual falls, and the times of one occurrence.

    Days in an offset are working days, so `+1 day` after a Friday is Monday; they are calendar days only
    for a ritual that ignores holidays. `prompt` and `reminder` are in the ritual's zone, with `person` in each
    person's own; `cutoff` and `publish` are one moment for all, with `person` in the workspace's zone.
    """

    repeats: str = Field(description="write a recurrence rule, such as FREQ=WEEKLY;BYDAY=WE")
    starts: Day | None = None
    zone: Annotated[str, BeforeValidator(_schedule_zone)] = "workspace"
    prompt: OffsetText = Field(description="write when people are asked, such as 10:00")
    reminder: OffsetText | None = None
    cutoff: OffsetText = Field(description="write when answers end, such as +1 day 14:00")
    publish: OffsetText = Field(description="write when the artifact is posted, such as +1 day 16:00")

    @model_validator(mode="after")
    def _rule_makes_sense(self) -> "Schedule":
        if complaint := check_rule(self.repeats, self.starts):
            raise wrong(complaint.message, complaint.mend, at=complaint.key)
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


class Ritual(Definition):
    """A recurring practice with one owner, that leaves an artifact."""

    id: Id
    name: Name
    kind: Id
    purpose: Text = Field(description="write in one sentence what it is good for")
    owner: Ref = Field(description="every ritual has one owner: write their e-mail address or Slack member id")
    schedule: Schedule
    holidays: HolidayRule = "later"
    catch_up: CatchUp = "latest"
    areas: tuple[Id, ...] = ()
    """The areas that take part; empty means all."""
    channel: ChannelName = ""
    """Where the artifact is posted; `Definitions` fill in the channel for updates where it is left out."""
    artifact: Text = Field(description="What will exist after this that did not before? Name it or drop it.")
    agenda: tuple[Text, ...] = ()
    audience: Audience = ()
    """For whom it is: user groups of Slack (`@product-team`) and people."""

    def zone_for(self, organisation: Organisation) -> ZoneInfo:
        """The zone of what is one moment for all (cutoff, publishing): the ritual's, else the workspace's."""
        zone = self.schedule.zone
        return organisation.zone if zone in ("person", "workspace") else ZoneInfo(zone)


class Calendar(Definition):
    rituals: tuple[Ritual, ...] = Field(min_length=1)

    def ritual(self, id: str) -> Ritual | None:
        return self._by_id.get(id)

    @cached_property
    def _by_id(self) -> dict[str, Ritual]:
        return {ritual.id: ritual for ritual in self.rituals}
