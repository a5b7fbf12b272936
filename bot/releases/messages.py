"""What people see of releases: the card, the list, the forms. Pure: words and blocks only."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot import blocks
from bot.blocks import Block, Message, Option, View
from bot.blocks.text import size
from bot.definitions import ReadinessItem, ReleaseRules, Tier
from bot.definitions.releases import ANSWER_LIMIT, NAME_LIMIT, SUMMARY_LIMIT
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
    QUESTIONS,
    READY,
    READY_WITH_RISK,
    SHORTEST_ANSWER,
    WAIVED,
)
from bot.releases.report import Report

CARD = "releases/card.txt.j2"
LIST = "releases/list.txt.j2"
FORMS = "releases/forms.txt.j2"

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
        lines=tuple(house.words.part(LIST, "digest_line", report=report, **_names(report)) for report in reports),
        empty=house.words.part(LIST, "digest_empty"),
    )


def help_(house: House) -> Message:
    return blocks.message(*blocks.sections(house.words.part(LIST, "help")))


# The forms.


def registration(house: House, rules: ReleaseRules, name: str, owner: str) -> View:
    return blocks.modal(
        "releases.register",
        "Register a release",
        blocks.section(house.words.part(FORMS, "register")),
        blocks.text_input("name", "Name", initial=name, max_length=NAME_LIMIT),
        blocks.user_input(
            "owner", "Who owns it?", initial=owner, hint="One product manager, who makes the call in the end."
        ),
        blocks.date_input("target", "Target date"),
        blocks.radio_input(
            "confidence",
            "How sure is the date?",
            [
                Option("firm", CONFIDENCE_NAMES["firm"], "It may be told outside"),
                Option("likely", CONFIDENCE_NAMES["likely"], "Plan with it, do not promise it"),
                Option("rough", CONFIDENCE_NAMES["rough"], "It may still move by weeks"),
            ],
            initial="likely",
        ),
        blocks.text_input("summary", "What changes, in plain words?", multiline=True, max_length=SUMMARY_LIMIT),
        blocks.checkbox_input(
            "facts",
            "Tick what is true",
            [Option(fact.id, fact.question, fact.help) for fact in rules.facts],
            hint="From these follows the tier: how much a release needs before it goes out.",
            optional=True,
        ),
        submit="Register",
    )


def answers(
    house: House,
    release: Release,
    tier: Tier,
    because: Sequence[str],
    metadata: str,
    *,
    typed: Mapping[str, str] | None = None,
    gates: int = 0,
    short_notice: str = "",
    registered: bool = False,
    note: str = "",
) -> View:
    """The four questions; right after registering, with the tier that came out and what it means."""
    so_far = typed or {**release.answers, "changes": release.changes or release.summary}
    intro = house.words.part(
        FORMS,
        "registered" if registered else "answers",
        name=release.name,
        slug=release.slug,
        tier=tier,
        because=because,
        gates=gates,
        short_notice=short_notice,
        shortest=SHORTEST_ANSWER[tier],
    )
    return blocks.modal(
        "releases.answered",
        "Registered" if registered else "The four questions",
        *([blocks.section(note)] if note else []),
        blocks.section(intro),
        *(
            blocks.text_input(
                question,
                QUESTION_NAMES[question],
                multiline=True,
                initial=blocks.fit(so_far.get(question, ""), ANSWER_LIMIT),
                hint=QUESTION_HINTS[question],
                max_length=ANSWER_LIMIT,
            )
            for question in QUESTIONS
        ),
        submit="Save answers",
        close="Later" if registered else "Cancel",
        metadata=metadata,
    )


def item_form(
    house: House,
    release: Release,
    offered: Sequence[tuple[ReadinessItem, str]],
    metadata: str,
    *,
    chosen: str = "",
    state: str = "",
    evidence: str = "",
    reason: str = "",
    note: str = "",
) -> View:
    """One item of those offered, each with its present state."""
    options = [
        Option(str(item.id), f"{item.id} {item.title}", f"{STATE_NAMES[stands]} · {item.evidence}")
        for item, stands in offered
    ]
    states = [Option(key, name) for key, name in STATE_NAMES.items()]
    return blocks.modal(
        "releases.item_updated",
        "Update an item",
        *([blocks.section(note)] if note else []),
        blocks.section(house.words.part(FORMS, "item", name=release.name)),
        blocks.select_input("item", "Item", options, initial=chosen),
        blocks.radio_input("state", "How does it stand?", states, initial=state),
        blocks.text_input(
            "evidence", "What shows that it is done?", multiline=True, initial=evidence, max_length=500,
            hint="Needed for done: a link, or a statement of at least 20 characters.", optional=True,
        ),
        blocks.text_input(
            "reason", "Why not applicable, or waived?", multiline=True, initial=reason, max_length=300,
            hint="Needed for these two. It is shown on the card with your name.", optional=True,
        ),
        metadata=metadata,
    )  # fmt: skip


def sign_off_form(
    house: House,
    release: Release,
    function: Option,
    metadata: str,
    *,
    said: str = "",
    risk: str = "",
    note: str = "",
) -> View:
    return blocks.modal(
        "releases.signed_off",
        "Sign off",
        *([blocks.section(note)] if note else []),
        blocks.section(house.words.part(FORMS, "sign_off", name=release.name)),
        blocks.select_input("function", "For", [function], initial=function.value),
        blocks.radio_input(
            "said",
            "Your answer",
            [
                Option(READY, "Ready"),
                Option(READY_WITH_RISK, "Ready with risk", "It becomes a condition on the card"),
                Option(NOT_READY, "Not ready", "The advice is then to hold"),
            ],
            initial=said,
        ),
        blocks.text_input(
            "risk", "What is the risk?", multiline=True, initial=risk, max_length=400,
            hint="Needed unless ready: what it is, what eases it, who looks after it, until when.", optional=True,
        ),
        submit="Sign off",
        metadata=metadata,
    )  # fmt: skip


def saved(house: House, report: Report) -> View:
    """After a form: how the release stands now."""
    text = house.words.part(FORMS, "saved", report=report, **_names(report))
    return blocks.modal("releases.saved", "Saved", blocks.section(text), submit="", close="Close")


def meanwhile(house: House, item: ReadinessItem, state: str, words: str, by: str) -> str:
    return house.words.part(FORMS, "meanwhile", item=item, state=STATE_NAMES[state], words=words, by=by)


def signed_meanwhile(house: House, said: str, risk: str, by: str) -> str:
    return house.words.part(FORMS, "signed_meanwhile", said=SAID_NAMES[said], risk=risk, by=by)


def answered_meanwhile(house: House, release: Release, typed: Mapping[str, str]) -> str:
    """What the answers say now, where that is not what was typed."""
    other = {QUESTION_NAMES[name]: text for name, text in release.answers.items() if text != typed.get(name)}
    return house.words.part(FORMS, "answered_meanwhile", name=release.name, other=other)


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
    return house.words.part(LIST, "line", report=report, **_names(report))


def _names(report: Report) -> dict[str, str]:
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
