"""The forms about releases, and what stands in their place once they are submitted. Words and blocks only."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot import blocks
from bot.blocks import Block, Option, View
from bot.definitions import ReadinessItem, ReleaseRules, Tier
from bot.definitions.releases import (
    ANSWER_LIMIT,
    DETAIL_LIMIT,
    LINKS_LIMIT,
    NAME_LIMIT,
    QUESTIONS,
    SHORTEST_ANSWER,
    SUMMARY_LIMIT,
    TIERS,
)
from bot.house import House
from bot.releases.audience import Audience
from bot.releases.audience import of as audience_of
from bot.releases.calls import Condition
from bot.releases.messages import (
    CONFIDENCE_NAMES,
    DETAIL_HINTS,
    DETAIL_NAMES,
    QUESTION_HINTS,
    QUESTION_NAMES,
    SAID_NAMES,
    STATE_NAMES,
    names,
    short_day,
    span,
)
from bot.releases.model import DETAILS, Release
from bot.releases.readiness import CONDITIONS, GO, HOLD, NOT_READY, READY, READY_WITH_RISK
from bot.releases.report import Report
from bot.releases.rule import REASON_LIMIT

WORDS = "releases/forms.txt.j2"
MOST_BOXES = 10


def registration(house: House, rules: ReleaseRules, name: str, owner: str) -> View:
    return blocks.modal(
        "releases.register",
        "Register a release",
        blocks.section(house.words.part(WORDS, "register")),
        *_whose(name, owner),
        *_days(),
        *_what(rules),
        submit="Register",
    )


def hotfix(house: House, rules: ReleaseRules, name: str, owner: str) -> View:
    """For what is out already: the least that makes it known."""
    return blocks.modal(
        "releases.hotfix",
        "Register a hotfix",
        blocks.section(house.words.part(WORDS, "hotfix")),
        *_whose(name, owner),
        *_what(rules),
        submit="It is live",
    )


def edit_form(
    house: House, rules: ReleaseRules, release: Release, owner: str, metadata: str, *, note: str = ""
) -> View:
    """`owner` is a Slack id."""
    return blocks.modal(
        "releases.edited",
        "Edit a release",
        *([blocks.section(note)] if note else []),
        *_whose(release.name, owner),
        *_what(rules, release.summary, release.facts),
        blocks.text_input(
            "because", "Why is less at stake?", multiline=True, max_length=300, optional=True,
            hint="Needed where other ticks make a lower tier.",
        ),
        metadata=metadata,
    )  # fmt: skip


def move_form(house: House, release: Release, metadata: str, *, note: str = "") -> View:
    return blocks.modal(
        "releases.moved",
        "Move the date",
        *([blocks.section(note)] if note else []),
        blocks.section(house.words.part(WORDS, "move", name=release.name, now=span(release))),
        *_days(release.target, release.until, release.confidence),
        blocks.text_input(
            "because", "Why does it move?", multiline=True, max_length=300,
            hint="It stands on the card, and in its thread.",
        ),
        submit="Move",
        metadata=metadata,
    )  # fmt: skip


def tier_form(house: House, report: Report, metadata: str, *, note: str = "") -> View:
    options = [Option(tier, tier.capitalize(), house.words.part(WORDS, "tier_option", tier=tier)) for tier in TIERS]
    return blocks.modal(
        "releases.tier_set",
        "Change the tier",
        *([blocks.section(note)] if note else []),
        blocks.section(house.words.part(WORDS, "tier", report=report)),
        blocks.radio_input("tier", "Tier", options, initial=report.tier),
        blocks.text_input(
            "because", "Why?", multiline=True, max_length=300, optional=True,
            hint="Needed to lower it. It stands on the card with your name.",
        ),
        metadata=metadata,
    )  # fmt: skip


def reason_form(house: House, release: Release, what: str, metadata: str) -> View:
    """Something that needs nothing but a reason: `what` is `stop` or `cancel`."""
    titles = {"stop": "Stop the rollout", "cancel": "Cancel a release"}
    return blocks.modal(
        f"releases.{what}",
        titles[what],
        blocks.section(house.words.part(WORDS, what, name=release.name)),
        blocks.text_input("because", "Why?", multiline=True, max_length=300, hint="It stands on the card."),
        submit="Stop it" if what == "stop" else "Cancel it",
        close="Close",
        metadata=metadata,
    )


def _whose(name: str, owner: str) -> list[Block]:
    return [
        blocks.text_input("name", "Name", initial=name, max_length=NAME_LIMIT),
        blocks.user_input(
            "owner", "Who owns it?", initial=owner, hint="One product manager, who makes the call in the end."
        ),
    ]


def _days(target: date | None = None, until: date | None = None, confidence: str = "likely") -> list[Block]:
    return [
        blocks.date_input("target", "Target date", initial=target),
        blocks.date_input("until", "Or the last of several days", initial=until, optional=True),
        blocks.radio_input(
            "confidence",
            "How sure is the date?",
            [
                Option("firm", CONFIDENCE_NAMES["firm"], "It may be told outside"),
                Option("likely", CONFIDENCE_NAMES["likely"], "Plan with it, do not promise it"),
                Option("rough", CONFIDENCE_NAMES["rough"], "It may still move by weeks"),
            ],
            initial=confidence,
        ),
    ]


def _what(rules: ReleaseRules, summary: str = "", facts: Sequence[str] = ()) -> list[Block]:
    return [
        blocks.text_input(
            "summary", "What changes, in plain words?", multiline=True, initial=summary, max_length=SUMMARY_LIMIT
        ),
        blocks.checkbox_input(
            "facts",
            "Tick what is true",
            [Option(fact.id, fact.question, fact.help) for fact in rules.facts],
            initial=facts,
            hint="From these follows the tier: how much a release needs before it goes out.",
            optional=True,
        ),
    ]


def answers(
    house: House,
    release: Release,
    tier: Tier,
    because: Sequence[str],
    metadata: str,
    *,
    typed: Mapping[str, str] | None = None,
    audience: Audience | None = None,
    gates: int = 0,
    advisory: int = 0,
    short_notice: str = "",
    registered: bool = False,
    note: str = "",
) -> View:
    """The four questions; right after registering, with the tier that came out and what it means."""
    who = audience or audience_of(house, release)
    so_far = typed or {**release.answers, "changes": release.changes or release.summary}
    intro = house.words.part(
        WORDS,
        "registered" if registered else "answers",
        name=release.name,
        slug=release.slug,
        tier=tier,
        because=because,
        gates=gates,
        advisory=advisory,
        short_notice=short_notice,
        shortest=SHORTEST_ANSWER[tier],
        hotfix=release.hotfix,
    )
    return blocks.modal(
        "releases.answered",
        "Registered" if registered else "The four questions",
        *([blocks.section(note)] if note else []),
        blocks.section(intro),
        *(
            block
            for question in QUESTIONS
            for block in (
                blocks.text_input(
                    question,
                    QUESTION_NAMES[question],
                    multiline=True,
                    initial=blocks.fit(so_far.get(question, ""), ANSWER_LIMIT),
                    hint=QUESTION_HINTS[question],
                    max_length=ANSWER_LIMIT,
                ),
                *(_who_is_told(house, tier, who) if question == "audience" else []),
            )
        ),
        *_details(tier, {name: getattr(release, name) for name in DETAILS} | dict(typed or {})),
        submit="Save answers",
        close="Later" if registered else "Cancel",
        metadata=metadata,
    )


def _details(tier: Tier, so_far: Mapping[str, str]) -> list[Block]:
    """What else a brief may say, where more is at stake."""
    if tier == "low" and not any(so_far.get(name) for name in DETAILS):
        return []
    return [
        blocks.text_input(
            name, DETAIL_NAMES[name], multiline=True, initial=so_far.get(name, ""), hint=DETAIL_HINTS[name],
            max_length=LINKS_LIMIT if name == "links" else DETAIL_LIMIT, optional=True,
        )
        for name in DETAILS
    ]  # fmt: skip


def _who_is_told(house: House, tier: Tier, who: Audience) -> list[Block]:
    """The functions to tick, and, where more is at stake, who else."""
    options = [Option(function.id, function.name) for function in house.definitions.organisation.functions]
    ticks = _boxes("functions", "Which functions are told?", options, who.functions)
    if tier == "low" and not who.accounts and not who.beyond:
        return ticks
    return [
        *ticks,
        blocks.text_input(
            "accounts", "Strategic accounts it touches", initial=who.accounts, max_length=ANSWER_LIMIT, optional=True,
        ),
        blocks.text_input(
            "beyond", "People and channels besides", multiline=True, initial=who.beyond, max_length=600,
            hint="Names or e-mail addresses, and #channels, by commas.", optional=True,
        ),
    ]  # fmt: skip


def _boxes(name: str, label: str, options: Sequence[Option], ticked: Sequence[str] = ()) -> list[Block]:
    """Boxes to tick. Slack shows at most ten together; the blocks that follow are called `name-1`, and so on."""
    return [
        blocks.checkbox_input(
            name if n == 0 else f"{name}-{n // MOST_BOXES}", label if n == 0 else "More", options[n : n + MOST_BOXES],
            initial=ticked, optional=True,
        )
        for n in range(0, len(options), MOST_BOXES)
    ]  # fmt: skip


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
    until: str = "",
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
        blocks.section(house.words.part(WORDS, "item", name=release.name)),
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
        blocks.date_input(
            "until", "Waived until and with", initial=day_of(until) or release.target,
            hint="Needed for a waiver. The day after, the item opens again.", optional=True,
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
    risk_owner: str = "",
    risk_until: str = "",
    note: str = "",
) -> View:
    return blocks.modal(
        "releases.signed_off",
        "Sign off",
        *([blocks.section(note)] if note else []),
        blocks.section(house.words.part(WORDS, "sign_off", name=release.name)),
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
            hint="Needed unless ready: what it is, and what eases it.", optional=True,
        ),
        blocks.user_input(
            "risk_owner", "Who eases it?", initial=risk_owner, optional=True, hint="Needed when ready with risk.",
        ),
        blocks.date_input(
            "risk_until", "Until when?", initial=day_of(risk_until), optional=True,
            hint="Needed when ready with risk.",
        ),
        submit="Sign off",
        metadata=metadata,
    )  # fmt: skip


def call_form(
    house: House, report: Report, metadata: str, *, note: str = "", typed: Mapping[str, str] | None = None
) -> View:
    """The call: the advice and what it comes from, and what the owner says."""
    rules = house.definitions.releases
    assert rules is not None
    said = typed or {}
    overruled = report.recommendation == HOLD
    late = any(item.overdue for item in report.advisory)
    until = said.get("until", "")
    options = [
        *([Option(GO, "Go")] if report.recommendation != CONDITIONS else []),
        Option(CONDITIONS, "Go with conditions", "Each has somebody who sees to it, until a day"),
        Option(HOLD, "Hold", "It does not go out on this day"),
    ]
    return blocks.modal(
        "releases.called",
        "Make the call",
        *([blocks.section(note)] if note else []),
        *blocks.sections(house.words.part(WORDS, "call", report=report, short_day=short_day, **names(report))),
        blocks.radio_input("said", "You say", options, initial=said.get("said", "")),
        blocks.text_input(
            "reason",
            "Why, against the advice?" if overruled else "Anything to add",
            multiline=True,
            initial=said.get("reason", ""),
            hint=f"Needed for a go: at least {rules.call.reason} characters. It becomes an entry of the decision log."
            if overruled
            else "If you add a condition of your own: which?",
            max_length=REASON_LIMIT,
            optional=True,
        ),
        blocks.user_input(
            "risk_owner",
            "Who answers for the risk?" if overruled else "Who sees to your own condition?",
            initial=said.get("risk_owner", ""),
            optional=True,
        ),
        blocks.date_input(
            "until",
            "Until when is it done?" if not late else "By when is what is late done?",
            initial=day_of(until),
            optional=True,
        ),
        submit="Make the call",
        metadata=metadata,
    )


def assign_form(
    house: House, release: Release, offered: Sequence[tuple[ReadinessItem, str]], metadata: str, *, person: str = ""
) -> View:
    """Give open items to somebody; `offered` are items with the names of who has each now."""
    options = [
        Option(str(item.id), f"{item.id} {item.title}", house.words.part(WORDS, "has", names=who))
        for item, who in offered
    ]
    return blocks.modal(
        "releases.assigned",
        "Assign items",
        blocks.section(house.words.part(WORDS, "assign", name=release.name)),
        blocks.user_input("person", "To whom?", initial=person),
        *_boxes("items", "Open items", options),
        submit="Assign",
        metadata=metadata,
    )


def condition_form(house: House, release: Release, conditions: Sequence[Condition], metadata: str) -> View:
    """Which condition of the go is met, and how."""
    options = [
        Option(str(each.id), each.text, house.words.part(WORDS, "until", day=short_day(each.until.isoformat())))
        for each in conditions
    ]
    return blocks.modal(
        "releases.met",
        "A condition is met",
        blocks.section(house.words.part(WORDS, "condition", name=release.name)),
        blocks.select_input("condition", "Condition", options, initial=options[0].value),
        blocks.text_input("how", "What was done?", multiline=True, max_length=300),
        metadata=metadata,
    )


def saved(house: House, report: Report) -> View:
    """After a form: how the release stands now."""
    text = house.words.part(WORDS, "saved", report=report, **names(report))
    return blocks.modal("releases.saved", "Saved", blocks.section(text), submit="", close="Close")


def meanwhile(house: House, item: ReadinessItem, state: str, words: str, by: str) -> str:
    return house.words.part(WORDS, "meanwhile", item=item, state=STATE_NAMES[state], words=words, by=by)


def signed_meanwhile(house: House, said: str, risk: str, by: str) -> str:
    return house.words.part(WORDS, "signed_meanwhile", said=SAID_NAMES[said], risk=risk, by=by)


def day_of(text: str) -> date | None:
    """The day an ISO date names; none for anything else that stands in a form."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def changed_meanwhile(house: House, release: Release) -> str:
    return house.words.part(WORDS, "changed_meanwhile", name=release.name)


def answered_meanwhile(house: House, release: Release, typed: Mapping[str, str]) -> str:
    """What the answers say now, where that is not what was typed."""
    known = {name: getattr(release, name) for name in typed}
    other = {(QUESTION_NAMES | DETAIL_NAMES)[name]: text for name, text in known.items() if text != typed[name]}
    return house.words.part(WORDS, "answered_meanwhile", name=release.name, other=other)
