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

PILOT_SINCE = timedelta(days=75)
"""The pilot is in its last step, which ends on day 90."""
PASSED_BECAUSE = {
    "try": ("Every update on time, SEPA direct debit went out with a call, retro of", timedelta(days=25)),
    "widen": ("All of it triaged in time, two hours a week instead of two and a half, retro of", timedelta(days=53)),
}
"""Of steps of the pilot: what showed that its gate could be passed, and the day of its retro."""
PULSES_SINCE = {"stakeholders": timedelta(days=20), "product-managers": timedelta(days=10)}
"""How long ago each pulse was asked last."""
TARGETS_IN = timedelta(days=60)
TARGETS = {
    "M2": ("60 %", "the calendar of August: what each meeting left", "90 %"),
    "M3": ("19 days", "the last ten questions of August, from first asked to decided", "5 days"),
    "M8": ("35 %", "the shared inbox of August", "80 %"),
    "M9": ("20 %", "asked by hand of ten who had given feedback", "80 %"),
    "M12": ("150 minutes", "the first pulse", "60 minutes"),
    "M14": ("30 %", "the first pulse", "70 %"),
    "M17": ("9 messages", "mails and mentions that asked for status, in one week of August", "5 messages"),
}
"""Of measures, most of which the shipped definitions leave open: where each stood, by what, and where it is to be."""

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
    for name, changed in (("pilot", _piloted), ("pulses", _pulsed), ("measures", _aimed)):
        file = folder / f"{name}.yaml"
        file.write_text(changed(file.read_text(encoding="utf-8"), due.date()), encoding="utf-8")


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


def _piloted(text: str, today: date) -> str:
    """The pilot is in its last step; the gates before it were passed, each as its step was over."""
    begins = today - PILOT_SINCE
    text = replaced(text, r"^begins: .*$", f"begins: {begins}")
    steps = re.findall(r"days: -?\d+ to (\d+)\n", text)
    for days in steps[:-1]:
        passed = rf"(?s)(days: -?\d+ to {days}\n.*?passed: {{day: )[\d-]+"
        text = replaced(text, passed, rf"\g<1>{begins + timedelta(days=int(days))}")
    text = replaced(text, rf"(?s)(days: -?\d+ to {steps[-1]}\n.*?)\n *passed: [^\n]*", r"\1")
    for id, (because, retro) in PASSED_BECAUSE.items():
        before = rf'(?s)(  - id: {id}\n.*?because: )"[^"]*"'
        text = replaced(text, before, rf'\g<1>"{because} {begins + retro:%-d %B}"')
    return text


def _pulsed(text: str, today: date) -> str:
    """Each pulse is asked every month, the last time some days ago."""
    text = replaced(text, r"^    every: quarter$", "    every: month")
    for id, since in PULSES_SINCE.items():
        day = min((today - since).day, 28)
        text = replaced(text, rf"(?s)(  - id: {id}\n.*?\n    day: )\d+", rf"\g<1>{day}")
    return text


def _aimed(text: str, today: date) -> str:
    """More measures have a target, and all of them some time to come there."""
    by = f"    by: {today + TARGETS_IN}"
    text = replaced(text, r"^    by: .*$", by)
    for id, (value, source, target) in TARGETS.items():
        aim = f'    baseline: {{value: {value}, source: "{source}"}}\n    target: {target}\n{by}'
        said = r"(?:\n    (?:baseline|target|by): .*)*"
        text = replaced(text, rf"^(  - id: {id}\n    owner: .*){said}$", rf"\1\n{aim}")
    return text


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
