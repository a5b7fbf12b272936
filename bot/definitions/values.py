"""The kinds of value that definitions are made of: times, offsets, zones, holidays, channels and references.

Each takes the text that stands in the file and says in plain words what is wrong with it.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.definitions.holidays import known_codes
from bot.definitions.working_days import Yearly
from bot.yamlfile import nearest, wrong


class Definition(BaseModel):
    """Anything read from `cadences/`: frozen, and a key it does not know is a mistake."""

    # Keys that are words of Python, such as `from`, have another name in the code only.
    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    rules: ClassVar[Mapping[str, str]] = {}
    """The check that is broken where a key is missing or empty, by the key."""


@dataclass(frozen=True, order=True)
class Offset:
    """A local time of day, `days` days after the day a ritual falls on."""

    days: int
    at: time

    def __str__(self) -> str:
        at = self.at.strftime("%H:%M")
        return at if self.days == 0 else f"+{self.days} day{'' if self.days == 1 else 's'} {at}"


def parse_time(value: Any) -> Any:
    """`10:00` as a time; raises a complaint that says what to write."""
    if isinstance(value, time):
        return value
    if found := re.fullmatch(r"(\d{1,2}):(\d{2})", str(value).strip()):
        hour, minute = int(found[1]), int(found[2])
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise wrong(f"`{value}` is not a time of day", "write hours and minutes from 00:00 to 23:59, such as 09:30")


def parse_offset(value: Any) -> Any:
    """`10:00` or `+1 day 10:00` as an Offset."""
    if isinstance(value, Offset):
        return value
    found = re.fullmatch(r"(?:\+(\d{1,2}) days? )?(\d{1,2}:\d{2})", " ".join(str(value).split()))
    if not found:
        raise wrong(f"`{value}` is not a time after the ritual's day", "write `10:00` or `+1 day 10:00`")
    return Offset(int(found[1] or 0), parse_time(found[2]))


def parse_day(value: Any) -> Any:
    """`2026-11-25` as a date."""
    if isinstance(value, date):
        return value
    try:
        if re.fullmatch(r"(19|20|21)\d{2}-\d{2}-\d{2}", str(value)):
            return date.fromisoformat(str(value))
    except ValueError:
        pass
    raise wrong(f"`{value}` is not a date", "write year, month and day, such as 2026-11-25")


def parse_day_or_yearly(value: Any) -> Any:
    """`2026-12-24` as a date, `12-24` as that day of every year."""
    if isinstance(value, Yearly):
        return value
    if found := re.fullmatch(r"(\d{2})-(\d{2})", str(value)):
        month, day = int(found[1]), int(found[2])
        if 1 <= month <= 12 and 1 <= day <= monthrange(2028, month)[1]:
            return Yearly(month, day)
    try:
        return parse_day(value)
    except PydanticCustomError:
        message, mend = f"`{value}` is not a day", "write 2026-12-24, or 12-24 for every year"
        raise wrong(message, mend) from None


def parse_zone(value: Any) -> Any:
    """`Europe/Berlin` as a ZoneInfo."""
    if isinstance(value, ZoneInfo):
        return value
    if str(value) not in zone_names():
        raise wrong(f"`{value}` is not a time zone", f"write {zone_like(str(value))}")
    return ZoneInfo(str(value))


@cache
def zone_names() -> frozenset[str]:
    """Every IANA zone this system knows."""
    return frozenset(available_timezones())


def zone_like(word: str) -> str:
    """What to write instead of an unknown zone: the nearest names; a city's name alone finds its zone."""
    city = word.strip().replace(" ", "_").rpartition("/")[2].casefold()
    same_city = sorted(name for name in zone_names() if name.rpartition("/")[2].casefold() == city)
    close = nearest(word, same_city or sorted(name for name in zone_names() if "/" in name))
    return "a region and a city, such as Europe/Berlin" if "one of" in close else close.removeprefix("write ")


def number(least: int, most: int) -> BeforeValidator:
    """A whole number from `least` to `most`, written in digits."""

    def read(value: Any) -> Any:
        if re.fullmatch(r"[0-9]{1,4}", str(value)) and least <= int(value) <= most:
            return int(value)
        raise wrong(f"`{value}` is not a number from {least} to {most}", f"write {least} to {most} in digits")

    return BeforeValidator(read)


def _holidays(value: str) -> str:
    if value not in known_codes():
        raise wrong(f"no holidays are known for `{value}`", f"write {_code_like(str(value).upper())}")
    return value


def _code_like(code: str) -> str:
    country = code.partition("-")[0]
    if code in known_codes():
        return f"`{code}`"
    if country in known_codes():
        parts = sorted(each for each in known_codes() if each.startswith(f"{country}-"))
        return ", ".join([country, *parts[:20]]) + (", …" if len(parts) > 20 else "")
    return "a country such as DE, or a part of it such as DE-BY"


def _channel(value: Any) -> Any:
    if value is None:
        raise wrong("a channel belongs here; text that begins with # needs quotes", 'write "#channel-name"')
    if re.fullmatch(r"#[^\sA-Z.,#@]{1,80}|[CG][A-Z0-9]{6,}", str(value)):
        return value
    raise wrong(f"`{value}` is not a channel", 'write "#channel-name" in small letters, or its Slack id')


def _ref(value: Any) -> Any:
    text = str(value).strip() if value is not None else ""
    if "@" in text:
        return text.casefold()
    if re.fullmatch(r"[UW][A-Z0-9]{4,}", text):
        return text
    message = f"`{text}` is not a person" if text else "a person belongs here"
    raise wrong(message, "write their e-mail address or Slack member id, as in organisation.yaml")


def _person_or_channel(value: Any) -> Any:
    return _channel(value) if value is None or re.match(r"#|[CG][A-Z0-9]{6,}$", str(value)) else _ref(value)


def _email(value: Any) -> Any:
    if value is None or re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+", str(value)):
        return value
    raise wrong(f"`{value}` is not an e-mail address", "write it as in Slack, such as ana@example.com")


def _slack(value: Any) -> Any:
    if value is None or re.fullmatch(r"[UW][A-Z0-9]{4,}", str(value)):
        return value
    raise wrong(f"`{value}` is not a Slack member id", "copy it from their profile, such as U024BE7LH")


def _id(value: Any) -> Any:
    if value is None or re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", str(value)):
        return value
    raise wrong(f"`{value}` is not an id", "write at most 40 small letters, digits, - and _")


def _own_word(value: Any) -> Any:
    """A word or a whole label, as it may stand in a sentence: nothing that Slack or Markdown would read as markup."""
    text = " ".join(str(value).split())
    if isinstance(value, str) and re.fullmatch(r"[^\W\d_][\w '’,.:;!?()…-]{0,74}", text):
        return text
    raise wrong(f"`{value}` is no word to say", "write a word in the singular, such as `squad`, or a whole label")


def _status_emoji(value: Any) -> Any:
    if value is None or re.fullmatch(r":[a-z0-9_+'-]{1,100}:", str(value)):
        return value
    raise wrong(f"`{value}` is not the name of an emoji", 'write it with its colons, such as ":palm_tree:"')


def _calendar_address(value: Any) -> Any:
    text = str(value).strip() if value is not None else ""
    if text.startswith("webcal://"):
        text = "https://" + text.removeprefix("webcal://")
    if re.fullmatch(r"https://[^\s/@]+(/\S*)?", text):
        return text
    if text.startswith("http://"):
        raise wrong("a calendar that is read over http can be read and changed by others", "write its https address")
    raise wrong(f"`{value}` is not the address of a calendar", "write its address, which begins with https://")


def _audience(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _audience_member(value: Any) -> Any:
    text = str(value).strip() if value is not None else ""
    if text in ("@channel", "@here", "@everyone"):
        raise wrong(f"`{text}` would ping everybody", "name a user group or people")
    if text.startswith("@"):
        if re.fullmatch(r"@[a-z0-9][a-z0-9._-]{0,79}", text):
            return text
        raise wrong(f"`{text}` is not a user group", 'write its name as in Slack, such as "@product-team"')
    return _ref(value)


def holding(least: int, most: int) -> AfterValidator:
    """A list of a bearable length."""

    def count(values: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(values) < least:
            raise wrong("nothing stands in this list", "write at least one entry")
        if len(values) > most:
            raise wrong(f"{len(values)} entries are too many", f"keep at most {most}")
        return values

    return AfterValidator(count)


def _text(description: str, pattern: str | None = None) -> WithJsonSchema:
    """What an editor knows of a value: it is text that looks so. What it means, the check alone knows."""
    return WithJsonSchema({"type": "string", "description": description, **({"pattern": pattern} if pattern else {})})


_TIME = r"^\d{1,2}:\d{2}$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"

# Written out, definitions look as people write them and can be read again.
TimeOfDay = Annotated[
    time,
    BeforeValidator(parse_time),
    PlainSerializer(lambda at: f"{at:%H:%M}", when_used="json"),
    _text("A time of day, such as 09:30.", _TIME),
]
OffsetText = Annotated[
    Offset,
    BeforeValidator(parse_offset),
    PlainSerializer(str),
    _text("10:00 on the ritual's day, or +1 day 10:00 for later ones.", r"^(\+\d{1,2} days? )?\d{1,2}:\d{2}$"),
]
Day = Annotated[date, BeforeValidator(parse_day), _text("A day, such as 2026-11-25.", _DAY)]
DayOrYearly = Annotated[
    date | Yearly,
    BeforeValidator(parse_day_or_yearly),
    PlainSerializer(str),
    _text("A day, such as 2026-12-24, or 12-24 for every year.", r"^(\d{4}-)?\d{2}-\d{2}$"),
]
Zone = Annotated[ZoneInfo, BeforeValidator(parse_zone), _text("A time zone, such as Europe/Berlin.")]
HolidayCode = Annotated[str, BeforeValidator(_holidays), _text("A country, such as DE, or a part, such as DE-BE.")]
ChannelName = Annotated[
    str, BeforeValidator(_channel), _text('A channel, such as "#launches" in quotes, or its Slack id.')
]
Ref = Annotated[str, BeforeValidator(_ref), _text("A person: their e-mail address in Slack, or their Slack member id.")]
"""A person, by e-mail address (in small letters) or Slack member id."""
PersonOrChannel = Annotated[
    str, BeforeValidator(_person_or_channel), _text('A person, or a channel such as "#launches" in quotes.')
]
Email = Annotated[str, BeforeValidator(_email), _text("An e-mail address, as in Slack.", "@")]
SlackId = Annotated[str, BeforeValidator(_slack), _text("A Slack member id, such as U024BE7LH.", "^[UW]")]
StatusEmoji = Annotated[str, BeforeValidator(_status_emoji), _text('An emoji, such as ":palm_tree:".', "^:")]
OwnWord = Annotated[str, BeforeValidator(_own_word), _text("A word in the singular, or a whole label.")]
CalendarAddress = Annotated[
    str, BeforeValidator(_calendar_address), _text("A calendar's address: https://…", "^(https|webcal)://")
]
Audience = Annotated[
    tuple[Annotated[str, BeforeValidator(_audience_member)], ...],
    BeforeValidator(_audience),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
]
"""User groups of Slack, each with its `@`, and people."""
Id = Annotated[str, BeforeValidator(_id), _text("Small letters, digits, - and _.", r"^[a-z0-9][a-z0-9_-]{0,39}$")]
# Slack shows names on buttons and in menus, which hold 75 characters.
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Span(Definition):
    """Some days in a row, the first and the last included."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="until")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @model_validator(mode="after")
    def _last_not_before_first(self) -> "Span":
        if self.last < self.first:
            raise wrong(f"{self.last} is before {self.first}", "write the last day, or swap the two", at="until")
        return self
