"""The digest of insights as people see it, and the measures. Words and blocks only."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot import blocks
from bot.blocks import Block, Message
from bot.definitions.working_time import working_day
from bot.house import House
from bot.insights import figures, messages
from bot.insights.digest import MOST_LINES, Digest, Theme
from bot.insights.figures import Figures
from bot.insights.telling import TOLD_WITHIN
from bot.words import plural

DIGEST = "insights/digest.txt.j2"
BARS = "▁▂▃▄▅▆▇█"
LONGEST_NAME = 20
"""Characters of a theme under the chart."""


def digest(house: House, name: str, found: Digest, *, picture: bool = False) -> Message:
    """The digest called so; with a `picture` for workspaces that take one, else with a line of bars in the text."""
    zone = house.definitions.organisation.zone
    first, last = ((moment.astimezone(zone)).date() for moment in (found.since, found.until))
    parts: list[Block] = [blocks.header(_part(house, "title", name=name, first=first, last=last))]
    if not found.count:
        parts += blocks.sections(_part(house, "empty"))
    else:
        parts += blocks.sections(_part(house, "summary", found=found))
        parts += [_chart(house, found.themes)] if picture and found.themes else []
        for place, each in enumerate(found.themes, 1):
            parts += blocks.headed(_part(house, "theme", place=place, each=each))
            facts = {"each": each, "answers": _counted(each.answers), "spark": "" if picture else spark(each.counts)}
            parts += blocks.sections(_part(house, "theme_facts", **facts))
    spikes = [": ".join(messages.spike(house, each)) for each in found.spikes]
    loops = [_part(house, "loop", insight=insight, release=release) for insight, release in found.loops[:MOST_LINES]]
    more = len(found.loops) - MOST_LINES
    loops += [_part(house, "loops_more", more=more)] if more > 0 else []
    loops = loops or [_part(house, "loops_none")]
    loops.append(_part(house, "answers", answers=_counted(found.answers)))
    oldest = [
        _part(house, "oldest_line", insight=each, title=messages.title(house, each), whose=whose, zone=zone)
        for each, whose in found.oldest
    ]
    changes = [
        _part(house, "change", what=each.what, how=each.how, name=each.name, before=each.before)
        for each in found.changes
    ]
    return blocks.message(
        *parts,
        *_listed(house, "spikes", spikes),
        *_listed(house, "loops", loops),
        *_listed(house, "oldest", oldest),
        *(_listed(house, "taxonomy", changes) if changes else []),
        *measured(house, found.figures, zone),
    )


def measured(house: House, found: Figures, zone: ZoneInfo) -> list[Block]:
    title = _part(house, "measures_title", days=figures.DAYS)
    lines = _part(
        house,
        "measures",
        found=found,
        hours="" if found.triage_hours is None else _hours(house, found.triage_hours),
        days_to_answer=plural(max(1, round(found.answer_days or 0)), "day"),
        old=figures.OLD,
        oldest=figures.OLDEST,
        within=TOLD_WITHIN,
        in_use=figures.IN_USE,
        most_themes=figures.MOST_THEMES,
        zone=zone,
    )
    return [*blocks.headed(title), *blocks.sections(lines)]


def spark(counts: Sequence[int]) -> str:
    """`▁▂▅█`: how much each of some times brought, beside the words that say the last two."""
    most = max(counts, default=0)
    return "".join(BARS[(len(BARS) - 1) * each // most] for each in counts) if most else ""


def _chart(house: House, themes: Sequence[Theme]) -> Block:
    names = [blocks.fit(f"{place}. {each.theme}", LONGEST_NAME) for place, each in enumerate(themes, 1)]
    series = {
        _part(house, "chart_now"): [each.count for each in themes],
        _part(house, "chart_before"): [each.before for each in themes],
    }
    return blocks.bar_chart(_part(house, "chart"), names, series)


def _hours(house: House, hours: float) -> str:
    """`5 working hours`, or `2 working days` of a workspace's hours."""
    day = working_day(house.definitions.organisation.working_hours) / timedelta(hours=1)
    if hours < 2 * day:
        return plural(round(hours), "working hour") if hours >= 1 else "a working hour"
    return plural(round(hours / day), "working day")


def _counted(counts: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts)


def _listed(house: House, name: str, lines: Sequence[str]) -> list[Block]:
    lines = lines or [_part(house, f"{name}_none")]
    return [*blocks.headed(_part(house, f"{name}_title")), *blocks.sections("\n".join(lines))]


def _part(house: House, block: str, /, **values: object) -> str:
    return house.words.part(DIGEST, block, **values)
