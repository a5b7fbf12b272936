"""The demo's company: the definitions that ship, with today's times, and the Slack workspace around them."""

import os
import re
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import shipped
from bot.definitions import Definitions, PersonDefinition
from bot.people.directory import Directory

WORKSPACE = "T0LUMEN"
APP = "A0DRUMBEAT"
BOT = "U0DRUMBEAT"
BOT_TOKEN = "xoxb-demo"
APP_TOKEN = "xapp-demo"

REMINDER, CUTOFF, PUBLISH = timedelta(minutes=4), timedelta(minutes=6), timedelta(minutes=7)
"""After the prompt."""

MET_SINCE, MEETS_FOR = timedelta(hours=1), timedelta(hours=4)
"""How long the roadmap review is open when people are asked, and how long it is open in all."""

PLANNED_SINCE, PLANNED_EVERY = timedelta(days=3), timedelta(days=80)
"""How long the planning of the quarter is open, and how long after the one before."""

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def write_cadences(folder: Path, prompt: datetime, home: ZoneInfo) -> None:
    """Copy the shipped definitions to `folder`, so that the weekly update is due at `prompt`, day and night.

    `home` is where most of the company works. Nobody has public holidays.
    """
    shutil.copytree(shipped.folder("cadences"), folder)
    organisation, calendar = folder / "organisation.yaml", folder / "calendar.yaml"
    due = prompt.astimezone(home)
    open_all_hours = _open_all_hours(organisation.read_text(encoding="utf-8"), home)
    organisation.write_text(_in_the_second_month(open_all_hours, due.date()), encoding="utf-8")
    met = _met(_due_at(calendar.read_text(encoding="utf-8"), due), due - MET_SINCE)
    planned = _planned(met, due.date())
    calendar.write_text(planned, encoding="utf-8")


def local_zone() -> ZoneInfo:
    """This machine's zone, so that the demo's times are those on its clock; UTC when it does not say."""
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    for name in (os.environ.get("TZ", "").removeprefix(":"), linked):
        try:
            # Containers say Etc/UTC, which reads worse.
            return ZoneInfo(name.removeprefix("Etc/"))
        except (ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def slack_config(definitions: Definitions) -> dict[str, Any]:
    """The workspace as the local Slack wants it: everybody is in every channel, and so is Drumbeat."""
    people = [_member(definitions, person) for person in definitions.organisation.people]
    everybody = [BOT, *(str(person["id"]) for person in people)]
    return {
        "workspace": {"name": definitions.organisation.name, "domain": "demo", "teamId": WORKSPACE},
        "apps": [
            {
                "appId": APP,
                "botUserId": BOT,
                "botName": "Drumbeat",
                "botToken": BOT_TOKEN,
                "appToken": APP_TOKEN,
                "signingSecret": "unused",
                "mode": "socket",
            }
        ],
        "users": people,
        "channels": [{"id": _channel_id(name), "name": name, "members": everybody} for name in _channels(definitions)],
    }


def directory(definitions: Definitions) -> Directory:
    """The same people and channels as Slack will tell them to Drumbeat."""
    members = [_member(definitions, person) for person in definitions.organisation.people]
    channels = [{"id": _channel_id(name), "name": name, "is_member": True} for name in _channels(definitions)]
    return Directory(
        members=tuple(member | {"profile": member} for member in members),
        channels=tuple(channels),
    )


def slack_ids(definitions: Definitions) -> dict[str, str]:
    """Slack user ids by how the definitions refer to people."""
    return {person.ref: _user_id(person) for person in definitions.organisation.people}


def next_full_minute(now: datetime, after: timedelta) -> datetime:
    """The first full minute that is at least `after` from `now`, in UTC."""
    earliest = now.astimezone(UTC) + after
    return (earliest + timedelta(seconds=59, microseconds=999_999)).replace(second=0, microsecond=0)


def replaced(text: str, pattern: str, by: str) -> str:
    """`text` with what matches changed to `by`. ValueError when nothing does: the shipped file is another one then."""
    changed, count = re.subn(pattern, by, text, flags=re.MULTILINE)
    if not count:
        raise ValueError(f"the shipped definitions no longer hold {pattern}")
    return changed


def _open_all_hours(text: str, home: ZoneInfo) -> str:
    text = replaced(text, r"^zone: .*$", f"zone: {home.key}")
    text = replaced(text, r"^holidays: .*\n", "")
    text = replaced(text, r", holidays: [A-Z-]+", "")
    text = replaced(text, r"^  days: .*$", "  days: [mon, tue, wed, thu, fri, sat, sun]")
    text = replaced(text, r"^  start: .*$", "  start: 00:00")
    return replaced(text, r"^  end: .*$", "  end: 23:59")


def _due_at(text: str, prompt: datetime) -> str:
    """Every weekly update of the calendar happens on `prompt`'s weekday and at its minute, for everybody at once."""
    schedule = f"""\
    schedule:
      repeats: FREQ=WEEKLY;BYDAY={DAYS[prompt.weekday()]}
      zone: workspace
      prompt: {prompt:%H:%M}
      reminder: {_offset(prompt, REMINDER)}
      cutoff: {_offset(prompt, CUTOFF)}
      publish: {_offset(prompt, PUBLISH)}
"""
    # Days in a schedule then are calendar days.
    text = replaced(text, r"^    holidays: .*$", "    holidays: ignore")
    ritual = r"(?ms)(^    kind: weekly_update$.*?)^    schedule:\n(?:      .*?\n)+"
    return replaced(text, ritual, rf"\g<1>{schedule}")


def _met(text: str, opened: datetime) -> str:
    """The roadmap review, every second week, has opened at that moment; its packet was posted the day before."""
    closes = _offset(opened, MEETS_FOR)
    schedule = f"""\
    schedule:
      repeats: every 2 weeks on {opened:%A}
      starts: {opened.date() - timedelta(weeks=52)}
      zone: workspace
      prompt: {opened:%H:%M}
      cutoff: {closes}
      publish: {closes}
"""
    ritual = r"(?ms)(^  - id: roadmap-review$.*?)^    schedule:\n(?:      .*?\n)+"
    return replaced(text, ritual, rf"\g<1>{schedule}")


def _in_the_second_month(text: str, today: date) -> str:
    """The quarter began with last month, so that the plan before is for this quarter and the open one for the next."""
    month = (today.replace(day=1) - timedelta(days=1)).strftime("%B").lower()
    return replaced(text, r"^fiscal_year_starts: .*$", f"fiscal_year_starts: {month}")


def _planned(text: str, today: date) -> str:
    """The planning of the quarter has been open for some days; the one before was in the first week lived through."""
    schedule = f"""\
    schedule:
      repeats: every {PLANNED_EVERY.days} days
      starts: {today - PLANNED_SINCE - PLANNED_EVERY}
      prompt: 00:05
      reminder: +4 days 10:00
      cutoff: +6 days 13:00
      publish: +12 days 16:00
"""
    ritual = r"(?ms)(^    kind: quarter$.*?)^    schedule:\n(?:      .*?\n)+"
    return replaced(text, ritual, rf"\g<1>{schedule}")


def _offset(prompt: datetime, after: timedelta) -> str:
    """A time of day as schedules write it: `23:58`, or `+1 day 00:04` after midnight."""
    at = prompt + after
    return f"{at:%H:%M}" if at.date() == prompt.date() else f"+1 day {at:%H:%M}"


def _member(definitions: Definitions, person: PersonDefinition) -> dict[str, Any]:
    zone = person.zone or definitions.organisation.zone
    return {
        "id": _user_id(person),
        "name": _handle(person),
        "real_name": person.name,
        "email": person.email,
        "tz": zone.key,
    }


def _user_id(person: PersonDefinition) -> str:
    return f"U0{_handle(person).upper()}"


def _handle(person: PersonDefinition) -> str:
    return re.sub("[^a-z]", "", person.ref.partition("@")[0])


def _channel_id(name: str) -> str:
    return f"C0{re.sub('[^A-Z0-9]', '', name.upper())}"


def _channels(definitions: Definitions) -> list[str]:
    """The names of all channels that the definitions name, once each."""
    organisation = definitions.organisation
    own = organisation.channels
    named = [
        own.updates,
        own.launches,
        own.decisions,
        own.product_ops,
        *(ritual.channel for ritual in definitions.calendar.rituals),
        *(area.forum for area in organisation.areas),
        *(
            source.channel
            for source in (definitions.insights.sources if definitions.insights else ())
            if source.channel
        ),
    ]
    return list(dict.fromkeys(name.removeprefix("#") for name in named if name))
