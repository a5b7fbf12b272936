"""What people see of releases: the card, the list, single lines. Pure: words and blocks only."""

from collections.abc import Sequence
from datetime import date, datetime

from bot import blocks, markup
from bot.blocks import Block, Message, Option
from bot.blocks.text import size
from bot.house import House, Panel, Section
from bot.releases.model import CANCELLED, LIVE, PLANNED, STOPPED, Release
from bot.releases.readiness import (
    CONDITIONS,
    DONE,
    GO,
    HOLD,
    IN_WORK,
    NOT_APPLICABLE,
    NOT_READY,
    NOT_STARTED,
    READY,
    READY_WITH_RISK,
    WAIVED,
)
from bot.releases.report import Report

CARD = "releases/card.txt.j2"
LIST = "releases/list.txt.j2"
THREAD = "releases/thread.txt.j2"
OUTSIDE = "releases/outside.txt.j2"
TOLD_IN_THREAD = ("moved", "tier", "called", "held", "live", "stopped", "cancelled")
"""What happens that a line of the thread tells; each is a block of that template."""

CONFIDENCE_NAMES = {"firm": "Firm", "likely": "Likely", "rough": "Rough guess"}
RECOMMENDATIONS = {HOLD: "🔴 Hold", CONDITIONS: "🟠 Go with conditions", GO: "🟢 Go"}
CALL_HEADLINES = {HOLD: "🔴 On hold", CONDITIONS: "🟠 Go with conditions, called", GO: "🟢 Go, called"}
STATE_HEADLINES = {LIVE: "🟢 Live", STOPPED: "🔴 Stopped", CANCELLED: "⚪ Cancelled"}
STATE_NAMES = {
    NOT_STARTED: "Not started",
    IN_WORK: "In work",
    DONE: "Done",
    NOT_APPLICABLE: "Not applicable",
    WAIVED: "Waived",
}
SAID_NAMES = {READY: "✅ ready", READY_WITH_RISK: "🟠 ready with risk", NOT_READY: "🔴 not ready", "": "⚪ not yet"}
QUESTION_NAMES = {
    "audience": "Who needs to know?",
    "changes": "What changes?",
    "monitoring": "How do we watch it?",
    "rollback": "How do we take it back?",
}
QUESTION_HINTS = {
    "audience": "Functions, groups of customers, single accounts.",
    "changes": "For those who use it, in their words.",
    "monitoring": "What we look at, from which value on we act, where, and who looks.",
    "rollback": "What triggers it, how, who can do it, and in how many minutes.",
}
DETAIL_NAMES = {
    "rollout": "How does it roll out?",
    "limits": "What does it not do?",
    "links": "Where is more written?",
}
DETAIL_HINTS = {
    "rollout": "To ourselves first, then to which share when, then to everybody.",
    "limits": "What people may expect of it and will not find.",
    "links": "Specification, flag, dashboard: a web address on each line.",
}
MOST_IN_THREAD = 10
MOST_CHARACTERS = 12_000
"""Of a card with all that belongs to it; above this Slack starts to refuse messages."""


# The card, and the same as an answer to the command.


def card(house: House, report: Report) -> Message:
    """A release's readiness; when very much is open, the first lines of each list and how many more there are."""
    for most in (40, 20, 10, 5, 2, 0):
        parts = _card(house, report, most)
        if size(str(parts)) <= MOST_CHARACTERS:
            break
    return blocks.message(*parts)


def as_it_was(house: House, report: Report) -> Message:
    """A release's readiness at one moment. Nothing can be done from it: the card alone is of now."""
    return blocks.message(*(block for block in card(house, report).blocks if block["type"] != "actions"))


def posted(house: House, report: Report, by: str) -> Message:
    """The same for a channel in which somebody wanted it."""
    by_whom = blocks.context(house.words.part(CARD, "posted", by=by))
    return blocks.message(*as_it_was(house, report).blocks, by_whom)


def on_its_way(house: House, channel: str) -> Message:
    """To whoever posted it; `channel` is empty when that is where they are."""
    return blocks.message(blocks.section(house.words.part(LIST, "on_its_way", channel=channel)))


def from_outside(house: House, release: Release, what: str, by: str, **facts: str) -> tuple[str, str]:
    """Title and text of what a program has done, for the owner's day message."""
    shown = {"name": release.name, "slug": release.slug, "days": span(release), "by": by, **facts}
    return house.words.part(OUTSIDE, "title", **shown), house.words.part(OUTSIDE, what, **shown)


def _card(house: House, report: Report, most: int) -> list[Block]:
    def part(block: str) -> str:
        return house.words.part(
            CARD,
            block,
            report=report,
            most=most,
            headline=headline(report),
            confidence=CONFIDENCE_NAMES,
            questions=QUESTION_NAMES,
            details=DETAIL_NAMES,
            said=SAID_NAMES,
            states=STATE_NAMES,
            day=_day,
            short_day=short_day,
            as_of=f"{datetime.fromisoformat(report.as_of):%a %-d %b %Y, %H:%M}",
            zone=house.definitions.organisation.zone.key,
        )

    return [
        blocks.header(part("title")),
        *([blocks.section(part("ended"))] if report.ended else []),
        *([blocks.section(part("call"))] if report.call and report.state != CANCELLED else []),
        *([blocks.section(part("advice"))] if report.state in (PLANNED, STOPPED) else []),
        blocks.section(part("facts")),
        blocks.section(report.summary),
        blocks.section(part("answers")),
        *([blocks.section(markup.with_links(part("details")))] if any(report.details.values()) else []),
        *(block for panel in report.panels for block in blocks.headed(_panel(house, panel, most))),
        *blocks.headed(part("gates")),
        *(blocks.headed(part("sign_offs")) if report.sign_offs else []),
        *(blocks.headed(part("advisory")) if report.advisory else []),
        *([blocks.section(part("set_aside"))] if report.set_aside else []),
        *([blocks.section(part("dropped"))] if report.dropped else []),
        *([blocks.actions(*buttons)] if (buttons := _buttons(report)) else []),
        blocks.context(part("footer")),
    ]


def _panel(house: House, panel: Panel, most: int) -> str:
    """What another room adds."""
    more = len(panel.lines) - most
    rest = [house.words.part(CARD, "more_lines", more=more)] if more > 0 else []
    return "\n".join([panel.title, *panel.lines[:most], *rest])


def _buttons(report: Report) -> list[Block]:
    """What can be done with a release now, in the order in which it is done."""
    value, buttons = str(report.release_id), []
    is_open = report.state in (PLANNED, STOPPED)
    if report.state == CANCELLED:
        return []
    if is_open and (report.tier != "low" or report.state == STOPPED):
        ripe = report.recommendation != HOLD and not report.lets_go
        buttons.append(blocks.button("Make the call", "releases.call", value, style="primary" if ripe else None))
    if report.state == PLANNED and (report.lets_go or (report.tier == "low" and not report.missing_answers)):
        buttons.append(blocks.button("It is live", "releases.live", value, style="primary"))
    buttons.append(
        blocks.button(
            "Answer the four questions" if report.missing_answers else "Edit the four answers",
            "releases.answer",
            value,
            style="primary" if report.missing_answers else None,
        )
    )
    if is_open:
        buttons.append(blocks.button("Update an item", "releases.item", value))
        if report.sign_offs:
            buttons.append(blocks.button("Sign off", "releases.sign_off", value))
    for panel in report.panels:
        if panel.label:
            buttons.append(blocks.button(panel.label, panel.action_id, value))
    # Another room answers to it, by its name: what is to be decided about a launch is raised in the decision log.
    buttons.append(blocks.button("Raise a decision", "decisions.raise", f"Launch of {report.name}: "))
    if more := _more(report):
        options = [Option(f"{verb}:{value}", label) for verb, label in more.items()]
        buttons.append(blocks.menu("More …", "releases.more", options))
    return buttons


def _more(report: Report) -> dict[str, str]:
    """What is done seldom: what it is called by, and its name."""
    asked = {"acknowledge": "Acknowledge the call"} if report.call and report.call.heads else {}
    if report.state in (PLANNED, STOPPED):
        stop = {"stop": "Stop the rollout"} if report.state == PLANNED and report.lets_go else {}
        return {
            **asked,
            **stop,
            "assign": "Assign items",
            "move": "Move the date",
            "tier": "Change the tier",
            "edit": "Edit",
            "cancel": "Cancel it",
        }
    return asked | {"stop": "Stop the rollout"} if report.state == LIVE else {}


def listing(house: House, reports: Sequence[Report], *, more: int) -> Message:
    """The coming releases at a glance; `more` come later."""
    if not reports:
        return blocks.message(blocks.section(house.words.part(LIST, "empty")))
    parts = [blocks.header(house.words.part(LIST, "title"))]
    for report in reports:
        details = blocks.button("Details", "releases.show", str(report.release_id))
        parts.append(blocks.section(_line(house, report), accessory=details))
    parts.append(blocks.context(house.words.part(LIST, "footer", more=more)))
    return blocks.message(*parts)


def digest_section(house: House, reports: Sequence[Report]) -> Section:
    return Section(
        title=house.words.part(LIST, "digest_title"),
        lines=tuple(house.words.part(LIST, "digest_line", report=report, **names(report)) for report in reports),
        empty=house.words.part(LIST, "digest_empty"),
    )


def gates_line(house: House, report: Report) -> str:
    """For the packet of a ritual: which gates are open, with their people and how long."""
    return house.words.part(LIST, "gates_line", report=report, short_day=short_day, **names(report))


def more_gates(house: House, count: int) -> str:
    return house.words.part(LIST, "more_gates", count=count)


def help_(house: House) -> Message:
    return blocks.message(*blocks.sections(house.words.part(LIST, "help")))


def headline(report: Report) -> str:
    """In two or three words how a release stands: how far it is, else the call that counts, else the advice."""
    if report.state != PLANNED:
        return STATE_HEADLINES[report.state]
    if report.call is not None and report.call.counts:
        return CALL_HEADLINES[report.call.said]
    return RECOMMENDATIONS[report.recommendation]


def advice_changed(house: House, report: Report, before: str) -> str:
    """To an owner whose form showed another advice, or something else that has changed since."""
    changed = {"before": RECOMMENDATIONS[before], "now": RECOMMENDATIONS[report.recommendation]}
    return house.words.part(CARD, "advice_changed", report=report, **changed)


def overruling(house: House, release: Release, said: str, *, today: date) -> tuple[str, str]:
    """Going against the advice, as a decision: what follows *We will*, and the options."""
    is_over = (release.until or release.target) < today
    facts = {"name": release.name, "target": "" if is_over else _day(release.target.isoformat()), "said": said}
    return house.words.part(CARD, "overruling", **facts), house.words.part(CARD, "overruling_options", **facts)


def source(house: House, release: Release, *, stopped: bool = False) -> str:
    """Where a decision about a release came from: its call, or that it was stopped."""
    return house.words.part(CARD, "source", name=release.name, stopped=stopped)


def stopping(house: House, release: Release) -> tuple[str, str]:
    """Stopping a rollout, as a decision: what follows *We will*, and the options."""
    return house.words.part(CARD, "stopping", name=release.name), house.words.part(CARD, "stopping_options")


def span(release: Release) -> str:
    """The day or days on which it goes out, and how sure that is: `Wed 9 Dec 2026 to Fri 11 Dec 2026 (likely)`."""
    last = f" to {_day(release.until.isoformat())}" if release.until else ""
    return f"{_day(release.target.isoformat())}{last} ({CONFIDENCE_NAMES[release.confidence].lower()})"


def in_thread(house: House, report: Report, what: str) -> Message | None:
    """What has happened to a release, for the thread of its card; nothing where the card itself says it."""
    if what not in TOLD_IN_THREAD:
        return None
    text = house.words.part(THREAD, what, report=report, day=_day, short_day=short_day)
    # Another room answers to it, as it does on the card.
    surprised = [blocks.actions(blocks.button("This surprised me", "lookback.surprised", str(report.release_id)))]
    return blocks.message(*blocks.sections(text), *(surprised if what == LIVE else []))


def check_line(house: House, report: Report, days: int) -> Message:
    """How ready a release is, so many working days before its date, for the thread of its card."""
    facts = {"advice": headline(report), "days": days, "short_day": short_day, "most": MOST_IN_THREAD}
    return blocks.message(*blocks.sections(house.words.part(THREAD, "check", report=report, **facts)))


def short_notice(house: House, report: Report) -> str:
    return house.words.part(CARD, "notice", report=report) if report.notice < report.lead_time else ""


def _line(house: House, report: Report) -> str:
    return house.words.part(LIST, "line", report=report, **names(report))


def names(report: Report) -> dict[str, str]:
    return {
        "advice": headline(report),
        "confidence": CONFIDENCE_NAMES[report.confidence].lower(),
        "target": _day(report.target),
    }


def _day(text: str) -> str:
    """`Thu 10 Dec 2026` from an ISO date."""
    return f"{date.fromisoformat(text):%a %-d %b %Y}"


def short_day(text: str) -> str:
    """`Thu 10 Dec` from an ISO date."""
    return f"{date.fromisoformat(text):%a %-d %b}"
