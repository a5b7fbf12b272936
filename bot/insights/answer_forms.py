"""What whoever answers an insight fills in and reads. Words and blocks only.

Block ids are the names of the fields, as `answering` complains of them.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from bot import blocks
from bot.blocks import Block, Message, Option, View
from bot.house import House, Part, ReleaseFacts
from bot.insights import messages
from bot.insights.answering import FORWARD_LIMIT, LINK_LIMIT, REASON_LIMIT
from bot.insights.messages import Looks
from bot.insights.model import ACCEPTED, ADDRESSED, DECLINED, PARKED, RESEARCHING, Insight

WORDS = "insights/answer.txt.j2"
FIELDS = ("kind", "reason", "link", "release", "researcher", "answer_by", "forward")
KINDS = (
    Option(ACCEPTED, "Accepted", "We do it. Give the link to the item, or the release that brings it."),
    Option(RESEARCHING, "Researching", "We look into it. Name who, and the day by which they say more."),
    Option(ADDRESSED, "Addressed already", "It is there. Give a link, such as to a help page."),
    Option(DECLINED, "Declined", "We do not do it. Give the reason: whoever brought it reads it."),
    Option(PARKED, "Parked", "Not now. Say until what happens, or choose a day."),
)
MOST_RELEASES = 100


def before(insight: Insight) -> dict[str, str]:
    """What was answered before, by field."""
    return {
        "kind": insight.disposition,
        "reason": insight.reason,
        "link": insight.link,
        "release": str(insight.linked_release or ""),
        "researcher": insight.researcher or "",
        "answer_by": insight.answer_by.isoformat() if insight.answer_by else "",
        "forward": insight.forward,
    }


def decide_form(
    house: House,
    insight: Insight,
    looks: Looks,
    releases: Sequence[ReleaseFacts],
    metadata: str,
    typed: Mapping[str, str],
    note: str = "",
) -> View:
    """Filled in with what was `typed`, by field; `note` says why it is shown again."""
    offered = [Option(str(each.id), each.name, f"{each.day:%a %-d %b}") for each in releases[:MOST_RELEASES]]
    release = blocks.select_input(
        "release", "The release that brings it", offered, initial=typed["release"], optional=True,
        hint="When it is live, whoever brought this hears again.",
    )  # fmt: skip
    return blocks.modal(
        "insights.decided",
        f"What becomes of {insight.ref}?"[:24],
        *([blocks.section(note)] if note else []),
        *_about(house, insight, looks),
        blocks.radio_input("kind", "What becomes of it?", KINDS, initial=typed["kind"]),
        blocks.text_input(
            "reason", "Why, or until what happens", multiline=True, initial=typed["reason"], max_length=REASON_LIMIT,
            hint="Whoever brought it reads it as it stands here.", optional=True,
        ),
        blocks.text_input(
            "link", "A link to the item, or to where it is addressed", initial=typed["link"], max_length=LINK_LIMIT,
            placeholder="https://", optional=True,
        ),
        *([release] if offered else []),
        blocks.user_input("researcher", "Who looks into it", initial=typed["researcher"], optional=True),
        blocks.date_input(
            "answer_by", "More by, or parked until", initial=_day(typed["answer_by"]), optional=True,
            hint="I ask you again on this day.",
        ),
        blocks.text_input(
            "forward", "A sentence for the customer", multiline=True, initial=typed["forward"],
            max_length=FORWARD_LIMIT, hint="They can forward it. Leave it empty, and I write a polite one.",
            optional=True,
        ),
        submit="Answer",
        metadata=metadata,
    )  # fmt: skip


def decided(house: House, insight: Insight, looks: Looks) -> View:
    """In place of the form: who hears what, and what comes then."""
    release = looks.release
    text = house.words.part(
        WORDS, "decided", insight=insight, names=_distinct(looks),
        release=release.name if release else "", live=release is not None and release.state == "live",
    )  # fmt: skip
    # A decision stands where everybody reads it.
    may_raise = house.links.log_decision is not None and not insight.restricted
    more = [blocks.actions(blocks.button("Raise a decision about it", "insights.raise", insight.ref))]
    return _closing(f"{insight.ref} is answered", blocks.section(text), *(more if may_raise else []))


def hand_back_form(house: House, insight: Insight, looks: Looks, metadata: str) -> View:
    return blocks.modal(
        "insights.handed_back",
        f"{insight.ref} is not mine",
        *_about(house, insight, looks),
        blocks.text_input(
            "reason", "Whose may it be, or why is it not yours?", multiline=True, max_length=REASON_LIMIT,
            hint="Whoever triages reads it.",
        ),
        submit="Hand back",
        metadata=metadata,
    )  # fmt: skip


def handed_back(house: House, insight: Insight) -> View:
    return _closing("Handed back", blocks.section(house.words.part(WORDS, "handed_back", insight=insight)))


def raised(house: House, decision: str) -> View:
    """`decision` is its id, such as `D-42`."""
    return _closing(decision, blocks.section(house.words.part(WORDS, "raised", decision=decision)))


def acknowledged(house: House, insight: Insight, looks: Looks, *, decides: bool) -> Message:
    """At once: who sees it, and what comes next for somebody who `decides` on the product, or does not."""
    due = messages.due(house, insight)
    text = house.words.part(WORDS, "acknowledged", insight=insight, names=_distinct(looks), due=due)
    buttons = (
        messages.answer_button(insight, decides=decides),
        blocks.button("Not mine", "insights.hand_back", insight.ref),
    )
    return blocks.message(blocks.section(text), blocks.actions(*buttons))


def acknowledged_all(house: House, refs: Sequence[str]) -> Message:
    return blocks.message(blocks.section(house.words.part(WORDS, "acknowledged_all", refs=list(refs))))


def waiting(
    house: House, shown: Sequence[tuple[Insight, Part]], count: int, late: Sequence[Insight], *, several: bool
) -> Message:
    """What waits for somebody; `count` is how much that is, of which some is `shown`. `several` are to be
    acknowledged."""
    parts = blocks.headed(house.words.part(WORDS, "waiting", count=count, late=len(late)))
    if several:
        parts.append(blocks.actions(blocks.button("Acknowledge all", "insights.acknowledge_all", "all")))
    for insight, part in shown:
        parts += [*blocks.headed(part.title), *blocks.sections(part.text)]
        if insight.due_at is not None:
            due = messages.due(house, insight)
            parts.append(blocks.context(house.words.part(WORDS, "when", late=insight in late, due=due)))
        parts.append(blocks.actions(*part.buttons))
    if count > len(shown):
        parts.append(blocks.context(house.words.part(WORDS, "more", count=count - len(shown))))
    return blocks.message(*parts)


def _about(house: House, insight: Insight, looks: Looks) -> list[Block]:
    standing = messages.standing(house, insight, looks)
    text = house.words.part(WORDS, "about", insight=insight, looks=looks, standing=standing)
    return [*blocks.headed(messages.title(house, insight)), *blocks.sections(text)]


def _closing(title: str, *parts: Block) -> View:
    return blocks.modal("insights.saved", title, *parts, submit="", close="Close")


def _distinct(looks: Looks) -> list[str]:
    return list(dict.fromkeys(looks.names))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
