"""What people see of a release that is looked back on: parts of their day, lines of its thread, its report. Pure."""

from collections.abc import Sequence
from datetime import date, datetime

from bot import blocks
from bot.blocks import Block, Message
from bot.definitions.lookback import IN_TIME, KNEW, TOO_LATE, UNAWARE, Awareness
from bot.definitions.releases import RELEASE_OWNER
from bot.house import House, Obligation, Panel, Part
from bot.lookback.facts import FEWEST, Counts, Outcome, Proposal
from bot.lookback.model import SEARCHED, Aim, Captured, Escape, Surprise
from bot.releases import standing
from bot.releases.model import Release

WORDS = "lookback/lookback.txt.j2"
REPORT = "lookback/report.txt.j2"
ANSWERED = {IN_TIME: "✅", TOO_LATE: "🟠", UNAWARE: "🔴"}
MOST_SHOWN = 10
"""Escapes, and dropped actions, of a report in Slack; as Markdown it has all."""
CAPTURE_MINUTES, POLL_MINUTES, SURPRISE_MINUTES = 3, 1, 3


def function_name(house: House, function: str) -> str:
    """As it is called in the definitions; the owner of the release may stand in the place of a function."""
    if function == RELEASE_OWNER:
        return _words(house, "release_owner")
    return standing.function_name(house.definitions.organisation, function)


# Captures.


def capture_part(house: House, release: Release, captured: Captured, by: str) -> Part:
    """To whoever is asked for it; `by` is who has answered, empty while nobody has."""
    facts = {
        "release": release,
        "day": captured.day,
        "function": function_name(house, captured.function),
        "is_owner": captured.function == RELEASE_OWNER,
        "by": by,
    }
    title = _words(house, "capture_title", **facts)
    if by:
        return Part(title, _words(house, "capture_done", **facts), waiting=False)
    buttons = (
        blocks.button("Answer", "lookback.capture", str(captured.id), style="primary"),
        blocks.button("Report an escape", "lookback.escape", str(release.id)),
    )
    return Part(title, _words(house, "capture", **facts), buttons, minutes=CAPTURE_MINUTES)


def capture_obligation(house: House, release: Release, captured: Captured, due: datetime) -> Obligation:
    title = _words(house, "capture_title", release=release, day=captured.day)
    return Obligation(title, due, "lookback.capture", str(captured.id), "Answer")


def capture_line(house: House, captured: Captured, by: str) -> Message:
    """What a function has answered, for the thread."""
    return _said(house, "capture_line", function=function_name(house, captured.function), captured=captured, by=by)


def changed_meanwhile(house: House, by: str, captured: Captured) -> str:
    return _words(house, "changed_meanwhile", by=by, captured=captured)


def overdue(house: House, release: Release, day: int, names: Sequence[str]) -> Message:
    return _said(house, "overdue", release=release, day=day, names=names)


def overdue_news(house: House, release: Release, day: int, names: Sequence[str]) -> tuple[str, str]:
    """To the release's owner, as title and text."""
    facts = {"release": release, "day": day, "names": names}
    return _words(house, "overdue_title", **facts), _words(house, "overdue", **facts)


# The poll.


def awareness_part(house: House, release: Release, poll: Awareness, answer: str) -> Part:
    """The question, or what they said."""
    title = _words(house, "awareness_title", release=release)
    if answer:
        return Part(title, _words(house, "awareness_done", said=poll.label(answer)), waiting=False)
    buttons = tuple(blocks.button(poll.label(each), f"lookback.{each}", str(release.id)) for each in KNEW)
    text = _words(house, "awareness", question=poll.question, release=release)
    return Part(title, text, buttons, minutes=POLL_MINUTES)


def awareness_lines(house: House, found: Outcome) -> list[str]:
    """What the poll says, in counts that show nobody's answer."""
    if not found.counts_are_shown:
        return [_words(house, "too_few", found=found, fewest=FEWEST)] if found.everybody.asked else []
    rows = [found.everybody, *found.by_function]
    return [_words(house, "counts", counts=each, function=_counted(house, each)) for each in rows]


def thanks(house: House, release: Release) -> Message:
    return _said(house, "thanks", release=release)


# Escapes, and what is to be moved.


def escape_line(house: House, escape: Escape, item: str, by: str) -> Message:
    return _said(house, "escape_line", escape=escape, item=item, by=by)


def is_aimed(house: House, release: Release) -> bool:
    """Whether it is worth to say what a release is to move: where somebody looks back on it."""
    tier = standing.tier(house, release)
    return bool(standing.rules_of(house).tiers.of(tier).look_back) and not release.hotfix


def aim_panel(house: House, aim: Aim | None) -> Panel:
    label = "Change what it is to move" if aim else "Say what it is to move"
    return Panel(_words(house, "aim_title"), (_words(house, "aim", aim=aim),), label, "lookback.aim")


def aim_changed(house: House, release: Release) -> str:
    return _words(house, "aim_changed", name=release.name)


# Surprises.


def surprise_part(house: House, surprise: Surprise, named: str, *, is_owner: bool) -> Part:
    """To product ops, who know whom to ask, or to whoever was named."""
    facts = {"surprise": surprise, "named": named, "is_owner": is_owner}
    title, value = _words(house, "surprise_title"), str(surprise.id)
    if surprise.state != SEARCHED or (named and not is_owner):
        return Part(title, _words(house, "surprise_done", **facts), waiting=False)
    buttons: tuple[Block, ...] = (blocks.button("Whose is it?", "lookback.search", value, style="primary"),)
    if is_owner:
        buttons = (
            blocks.button("It is ours, and new", "lookback.confirm", value, style="primary"),
            blocks.button("It was something else", "lookback.explain", value),
        )
    return Part(title, _words(house, "surprise", **facts), buttons, minutes=SURPRISE_MINUTES)


def surprise_outcome(house: House, surprise: Surprise, by: str) -> tuple[str, str]:
    """To whoever was surprised, as title and text."""
    return _words(house, "outcome_title"), _words(house, "outcome", surprise=surprise, by=by)


def surprise_panel(house: House, count: int) -> Panel:
    lines = (_words(house, "surprised", count=count),)
    return Panel(_words(house, "surprised_title"), lines, "This surprised me", "lookback.surprised")


def confirmed(house: House, surprise: Surprise) -> Message:
    return _said(house, "surprise_done", surprise=surprise, named="", is_owner=True)


def surprise_noted(house: House, release: Release | None) -> Message:
    return _said(house, "noted", release=release)


# The report, the card, the checklist.


def report(house: House, release: Release, found: Outcome) -> Message:
    """What became of it, in the thread of its card, and to whoever asks."""
    return blocks.message(*_report(house, found), blocks.actions(*_buttons(release)))


def panel(house: House, release: Release, found: Outcome) -> Panel:
    """What became of it so far, on its card."""
    text = house.words.part(REPORT, "panel", found=found, rows=awareness_lines(house, found), day=short_day)
    lines = tuple(line for line in text.split("\n") if line.strip())
    return Panel(house.words.part(REPORT, "panel_title"), lines, "What became of it", "lookback.show")


def checklist(house: House, found: Sequence[Proposal]) -> Message:
    parts = [blocks.section(_words(house, "proposal", proposal=each)) for each in found]
    return blocks.message(
        blocks.header(_words(house, "checklist_title")),
        *(parts or [blocks.section(_words(house, "checklist_empty"))]),
        blocks.context(_words(house, "checklist_footer")),
    )


def proposal(house: House, found: Proposal) -> Message:
    """To product ops, once."""
    return blocks.message(
        blocks.section(_words(house, "proposal", proposal=found)),
        blocks.context(_words(house, "checklist_footer")),
    )


def short_day(day: date) -> str:
    """`Thu 10 Dec`"""
    return f"{day:%a %-d %b}"


def _report(house: House, found: Outcome) -> list[Block]:
    facts = {"found": found, "rows": awareness_lines(house, found), "day": short_day, "most": MOST_SHOWN}
    parts = ("outcome", "escapes", "load", "awareness", "lessons", "actions")
    texts = [house.words.part(REPORT, part, **facts) for part in parts]
    if found.waits:
        texts.append(house.words.part(REPORT, "waits", **facts))
    header = blocks.header(house.words.part(REPORT, "title", **facts))
    return [header, *(block for text in texts for block in blocks.headed(text))]


def _buttons(release: Release) -> list[Block]:
    value = str(release.id)
    return [
        blocks.button("Report an escape", "lookback.escape", value),
        blocks.button("Agree on an action", "lookback.action", value),
        blocks.button("This surprised me", "lookback.surprised", value),
    ]


def _counted(house: House, counts: Counts) -> str:
    return function_name(house, counts.function) if counts.function else _words(house, "everybody")


def _said(house: House, block: str, **facts: object) -> Message:
    return blocks.message(*blocks.sections(_words(house, block, **facts)))


def _words(house: House, block: str, **facts: object) -> str:
    return house.words.part(WORDS, block, **facts)
