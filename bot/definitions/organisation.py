"""The organisation: its people and their roles, its areas and their owners, its channels and hours."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError, model_validator

from bot.definitions.values import (
    CalendarAddress,
    ChannelName,
    DayOrYearly,
    Definition,
    Email,
    HolidayCode,
    Id,
    Name,
    OwnWord,
    Ref,
    SlackId,
    Span,
    StatusEmoji,
    Text,
    TimeOfDay,
    Zone,
    holding,
    number,
    parse_time,
)
from bot.definitions.working_days import WorkDays, Yearly
from bot.yamlfile import wrong

Role = Literal[
    "product_manager",
    "product_ops",
    "head_of_product",
    "engineering",
    "data",
    "operations",
    "support",
    "customer_success",
    "sales",
    "marketing",
    "documentation",
    "security",
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Month = Literal[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTHS: tuple[Month, ...] = get_args(Month)
MOST_POSTS = 100
"""More routine posts than any channel has in a day."""


class WorkingHours(Definition):
    """When people may be written to, in their own zone: from `start` up to, not including, `end`; 23:59 is midnight."""

    days: tuple[Weekday, ...] = Field(WEEKDAYS[:5], min_length=1)
    """The days people work."""
    start: TimeOfDay = parse_time("09:00")
    end: TimeOfDay = parse_time("17:30")

    @cached_property
    def weekdays(self) -> frozenset[int]:
        """The working days as Python counts them: Monday is 0."""
        return frozenset(WEEKDAYS.index(day) for day in self.days)

    @model_validator(mode="after")
    def _end_after_start(self) -> "WorkingHours":
        if self.end <= self.start:
            raise wrong("the working day ends before it begins", f"write a time after {self.start:%H:%M}", at="end")
        return self


class CompanyDay(Definition):
    """A day the whole company has off."""

    day: DayOrYearly = Field(alias="date", description="write the day, such as 2026-12-24, or 12-24 for every year")
    name: Name


class Freeze(Span):
    """Days on which nothing may be launched, and on which rituals rest unless they say otherwise."""

    name: Name


class Channels(Definition):
    updates: ChannelName = Field(description='write the channel for digests, such as "#product-updates"')
    launches: ChannelName = Field(description='write the channel for release cards, such as "#launches"')
    decisions: ChannelName = Field(description='write the channel for the decision log, such as "#product-decisions"')
    product_ops: ChannelName = Field(description='write the channel of product operations, such as "#product-ops"')


class FunctionDefinition(Definition):
    """A function of the company, such as Support, and the person who leads it."""

    id: Id
    name: Name
    lead: Ref | None = None
    channel: ChannelName | None = None
    """Where its people read what concerns them all; without one its lead is written to."""


class PersonDefinition(Definition):
    """A person, known by e-mail address, Slack member id, or both."""

    name: Name
    email: Email | None = None
    slack: SlackId | None = None
    function: Id = Field(description="write the id of one of the functions")
    roles: tuple[Role, ...] = ()
    """What they may do here."""
    zone: Zone | None = None
    """Where they work, if not where Slack says."""
    holidays: HolidayCode | None = None
    calendar: CalendarAddress | None = None
    """Their own calendar; what it marks as out of office, or as busy for a day, is an absence."""

    @property
    def ref(self) -> str:
        """How definitions refer to this person: the e-mail address in small letters, else the Slack id."""
        return self.email.casefold() if self.email else str(self.slack)

    @model_validator(mode="after")
    def _can_be_found(self) -> "PersonDefinition":
        if not self.email and not self.slack:
            raise wrong(f"{self.name} cannot be found in Slack", "add `email` or `slack`")
        return self


class Area(Definition):
    """A part of the product with one owner and one forum."""

    id: Id
    name: Name
    owner: Ref = Field(description="every area has one owner: write their e-mail address or Slack member id")
    deputy: Ref | None = None
    accountable: Ref | None = None
    """Who is asked when neither owner nor deputy is there; left out, it is the head of product."""
    forum: ChannelName = Field(description='write the channel where this area is talked about, such as "#billing"')


MOST_ALIASES, MOST_CONSTRAINTS, MOST_COUNTED = 50, 20, 9999


class Profile(Definition):
    """What sort of company it is, as the setup interview asks: it chooses what Drumbeat proposes."""

    model: Literal["b2b", "b2c", "both"] | None = None
    """Whom it sells to."""
    stage: Literal["start", "growing", "established"] | None = None
    """How far along it is."""
    product_managers: Annotated[int, number(0, MOST_COUNTED)] | None = None
    """How many there are, in Slack or not."""
    pods: Annotated[int, number(0, MOST_COUNTED)] | None = None
    """How many teams build the product."""
    teams: Literal["central", "distributed"] | None = None
    """Whether they sit and decide in one place."""
    tools: Text | None = None
    """Where plans, tickets and documents are kept."""
    audience: Text | None = None
    """Who reads what is written about the product."""
    complaints: Text | None = None
    """Documents and posts that people complain about."""


FormsAbout = Literal["decisions", "insights", "releases", "updates"]


class Constraint(Definition):
    """Something that binds how the company works, such as a law or a tool."""

    id: Id
    name: Name
    effect: Text
    """What follows from it here."""
    forms: tuple[FormsAbout, ...] = get_args(FormsAbout)
    """What the forms are about on which it stands: decisions, insights, releases or updates; left out, all of these."""


def _one_word_for_one_thing(aliases: dict[str, str]) -> dict[str, str]:
    others = {word.casefold(): word for word in aliases}
    if len(others) < len(aliases):
        raise wrong("one word stands here twice, in capital and in small letters", "write it in small letters once")
    for word, own in aliases.items():
        if own.casefold() != word.casefold() and (other := others.get(own.casefold())):
            message = f"`{own}` would mean two things: `{word}`, and what `{aliases[other]}` stands for"
            raise wrong(message, "give each thing a word that nothing else has", at=word)
    return aliases


Aliases = Annotated[dict[OwnWord, OwnWord], holding(0, MOST_ALIASES), AfterValidator(_one_word_for_one_thing)]


def wrong_aliases(aliases: Mapping[str, str]) -> str:
    """What is wrong with a company's own words, the first of it, in a sentence; empty when nothing is."""
    try:
        _ALIASES.validate_python(aliases)
    except ValidationError as error:
        first = error.errors()[0]["ctx"]
        return f"{first['message']}: {first['mend']}."
    return ""


_ALIASES: TypeAdapter[dict[str, str]] = TypeAdapter(Aliases)


class Organisation(Definition):
    name: Name
    zone: Zone = Field(description="write the zone of the workspace, such as Europe/Berlin")
    holidays: HolidayCode | None = None
    company_days: tuple[CompanyDay, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    fiscal_year_starts: Month = "january"
    """The month with which years and quarters begin."""
    working_hours: WorkingHours = WorkingHours()
    channel_posts_a_day: Annotated[int, number(1, MOST_POSTS)] = 2
    """How many digests and review cards a channel gets in a day; what comes after goes into the thread of the last."""
    channels: Channels
    functions: tuple[FunctionDefinition, ...] = Field(min_length=1)
    people: tuple[PersonDefinition, ...] = Field(min_length=1)
    areas: tuple[Area, ...] = Field(min_length=1)
    away_statuses: tuple[StatusEmoji, ...] = ()
    """Who shows one of these in Slack is away."""
    absence_calendars: tuple[CalendarAddress, ...] = ()
    """Calendars of everybody's absences: each event is one."""
    profile: Profile | None = None
    """What sort of company it is; the setup interview writes it."""
    constraints: Annotated[tuple[Constraint, ...], holding(0, MOST_CONSTRAINTS)] = ()
    """What binds how the company works."""
    aliases: Aliases = Field(default={})
    """The company's own words by Drumbeat's, such as squad by area."""

    @cached_property
    def bound(self) -> Mapping[str, tuple[str, ...]]:
        """By what a form is about, the sentences that stand on it."""
        return {
            about: tuple(f"{each.name}: {each.effect}" for each in self.constraints if about in each.forms)
            for about in get_args(FormsAbout)
        }

    def person(self, ref: str) -> PersonDefinition | None:
        """By e-mail address, in any spelling of its letters, or by Slack id."""
        return self.people_by_ref.get(ref.casefold())

    def work_days(self, holidays: str | None = None) -> WorkDays:
        """The days people work, with the holidays of `holidays` (a person's, a ritual's), else the workspace's."""
        code = holidays or self.holidays
        if code not in self._work_days:
            self._work_days[code] = WorkDays(self.working_hours.weekdays, code, self._days_off)
        return self._work_days[code]

    def freeze_on(self, day: date) -> Freeze | None:
        return next((freeze for freeze in self.freezes if day in freeze), None)

    @property
    def fiscal_month(self) -> int:
        return MONTHS.index(self.fiscal_year_starts) + 1

    def area(self, id: str) -> Area | None:
        return self.areas_by_id.get(id)

    def function(self, id: str) -> FunctionDefinition | None:
        return next((function for function in self.functions if function.id == id), None)

    def with_role(self, role: Role) -> tuple[PersonDefinition, ...]:
        return tuple(person for person in self.people if role in person.roles)

    def owned_by(self, ref: str) -> tuple[Area, ...]:
        """The areas a person owns; `ref` is either of the ways to refer to them."""
        person = self.person(ref)
        refs = {ref.casefold()} if person is None else {each.casefold() for each in refs_of(person)}
        return tuple(area for area in self.areas if area.owner.casefold() in refs)

    @cached_property
    def _work_days(self) -> dict[str | None, WorkDays]:
        return {}

    @cached_property
    def _days_off(self) -> tuple[tuple[date | Yearly, str], ...]:
        return tuple((each.day, each.name) for each in self.company_days)

    @cached_property
    def people_by_ref(self) -> dict[str, PersonDefinition]:
        return {ref.casefold(): person for person in self.people for ref in refs_of(person)}

    @cached_property
    def areas_by_id(self) -> dict[str, Area]:
        return {area.id: area for area in self.areas}


def refs_of(person: PersonDefinition) -> tuple[str, ...]:
    """Every way to refer to a person."""
    return tuple(ref for ref in (person.email, person.slack) if ref)
