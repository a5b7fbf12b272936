"""What people see of releases: the card, the list, single lines. Pure: words and blocks only."""

from collections.abc import Sequence
from datetime import date, datetime

from bot import blocks
from bot.blocks import Block, Message
from bot.blocks.text import size
from bot.definitions import ReadinessItem
from bot.house import House, Obligation, Section
from bot.releases.model import Release
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

CONFIDENCE_NAMES = {"firm": "Firm", "likely": "Likely", "rough": "Rough guess"}
RECOMMENDATIONS = {HOLD: "🔴 Hold", CONDITIONS: "🟠 Go with conditions", GO: "🟢 Go"}
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
MOST_IN_LIST = 20
MOST_CHARACTERS = 12_000
"""Of a card with all that belongs to it; above this Slack starts to refuse messages."""


# The card, and the same as an answer to the command.


def card(house: House, report: Report) -> Message:
    """A release's readiness; when very much is open, the first lines of each list and how many more there are."""
    for most in (40, 20, 10, 5):
        parts = _card(house, report, most)
        if size(str(parts)) <= MOST_CHARACTERS:
            break
    return blocks.message(*parts)


def _card(house: House, report: Report, most: int) -> list[Block]:
    def part(block: str) -> str:
        return house.words.part(
            CARD,
            block,
            report=report,
            most=most,
            recommendations=RECOMMENDATIONS,
            confidence=CONFIDENCE_NAMES,
            questions=QUESTION_NAMES,
            said=SAID_NAMES,
            states=STATE_NAMES,
            day=_day,
            short_day=_short_day,
            as_of=f"{datetime.fromisoformat(report.as_of):%a %-d %b %Y, %H:%M}",
            zone=house.definitions.organisation.zone.key,
        )

    value = str(report.release_id)
    buttons = [
        blocks.button(
            "Answer the four questions" if report.missing_answers else "Edit the four answers",
            "releases.answer",
            value,
            style="primary" if report.missing_answers else None,
        ),
        blocks.button("Update an item", "releases.item", value),
    ]
    if report.sign_offs:
        buttons.append(blocks.button("Sign off", "releases.sign_off", value))
    # Another room answers to it, by its name: what is to be decided about a launch is raised in the decision log.
    buttons.append(blocks.button("Raise a decision", "decisions.raise", f"Launch of {report.name}: "))
    return [
        blocks.header(part("title")),
        blocks.section(part("advice")),
        blocks.section(part("facts")),
        blocks.section(report.summary),
        blocks.section(part("answers")),
        *blocks.headed(part("gates")),
        *(blocks.headed(part("sign_offs")) if report.sign_offs else []),
        *(blocks.headed(part("advisory")) if report.advisory else []),
        *([blocks.section(part("set_aside"))] if report.set_aside else []),
        blocks.actions(*buttons),
        blocks.context(part("footer")),
    ]


def listing(house: House, reports: Sequence[Report]) -> Message:
    """The coming releases at a glance."""
    if not reports:
        return blocks.message(blocks.section(house.words.part(LIST, "empty")))
    parts = [blocks.header(house.words.part(LIST, "title"))]
    for report in reports[:MOST_IN_LIST]:
        details = blocks.button("Details", "releases.show", str(report.release_id))
        parts.append(blocks.section(_line(house, report), accessory=details))
    parts.append(blocks.context(house.words.part(LIST, "footer", more=max(0, len(reports) - MOST_IN_LIST))))
    return blocks.message(*parts)


def digest_section(house: House, reports: Sequence[Report]) -> Section:
    return Section(
        title=house.words.part(LIST, "digest_title"),
        lines=tuple(house.words.part(LIST, "digest_line", report=report, **names(report)) for report in reports),
        empty=house.words.part(LIST, "digest_empty"),
    )


def help_(house: House) -> Message:
    return blocks.message(*blocks.sections(house.words.part(LIST, "help")))


def short_notice(house: House, report: Report) -> str:
    return house.words.part(CARD, "notice", report=report) if report.notice < report.lead_time else ""


# What waits for a person.


def item_obligation(house: House, release: Release, item: ReadinessItem, due: datetime) -> Obligation:
    title = house.words.part(LIST, "obligation", name=release.name, item=item)
    if item.computed == "answers":
        return Obligation(title, due, "releases.answer", str(release.id), "Answer")
    return Obligation(title, due, "releases.item", f"{release.id}:{item.id}", "Update")


def sign_off_obligation(house: House, release: Release, due: datetime) -> Obligation:
    title = house.words.part(LIST, "sign_off_obligation", name=release.name)
    return Obligation(title, due, "releases.sign_off", str(release.id), "Sign off")


def _line(house: House, report: Report) -> str:
    return house.words.part(LIST, "line", report=report, **names(report))


def names(report: Report) -> dict[str, str]:
    return {
        "advice": RECOMMENDATIONS[report.recommendation],
        "confidence": CONFIDENCE_NAMES[report.confidence].lower(),
        "target": _day(report.target),
    }


def _day(text: str) -> str:
    """`Thu 10 Dec 2026` from an ISO date."""
    return f"{date.fromisoformat(text):%a %-d %b %Y}"


def _short_day(text: str) -> str:
    """`Thu 10 Dec` from an ISO date."""
    return f"{date.fromisoformat(text):%a %-d %b}"
