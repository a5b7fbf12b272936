"""What people see of a review: its card in the channel, the question to its owner, the closing form."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot import blocks
from bot.actions.messages import short_day
from bot.actions.model import LIMIT, Action
from bot.blocks import Block, Message, Option, View
from bot.definitions import Ritual
from bot.house import House, Part
from bot.reviews.model import ASYNC, KEEP, PAUSE, REDESIGN, AuditedMeeting, Retro, RitualChoice
from bot.reviews.packet import Packet
from bot.reviews.yields import Yield
from bot.rituals.model import NEVER, RUNNING, SCHEDULED, SKIPPED, Occurrence

REVIEW = "reviews/review.txt.j2"
MINUTES = 2
"""How long it takes to say what a meeting left."""
OFFER_MINUTES = 1
MOST_LINES = 12
"""Of each list of the packet: more would not fit into one message."""
MOST_AGREED = 5
"""Actions of one occurrence."""
CHOICES, YIELDS = "reviews/choices.txt.j2", "reviews/yields.txt.j2"
RETRO, AUDIT = "reviews/retro.txt.j2", "reviews/audit.txt.j2"


def card(
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    *,
    owner: str,
    mentions: Sequence[str] = (),
    packet: Packet | None = None,
    agreed: Sequence[str] = (),
) -> Message:
    """The card in the channel: what it is for, its agenda, what it is to look at; once it is over what it left.

    `agreed` are the actions it left, a line each.
    """
    words = house.words
    parts = [
        blocks.header(words.part(REVIEW, "title", ritual=ritual, occurrence=occurrence)),
        *blocks.sections(words.part(REVIEW, "about", ritual=ritual, owner=owner)),
        *(_packet(house, packet) if packet else []),
        *blocks.sections(words.part(REVIEW, "state", **_state(house, ritual, occurrence))),
        *(blocks.headed(words.part(REVIEW, "agreed", lines=agreed)) if agreed else []),
    ]
    if mentions:
        parts.append(blocks.context(words.part("reviews/mentions.mrkdwn.j2", "card", mentions=mentions)))
    if occurrence.state in RUNNING:
        parts.append(blocks.actions(_close_button(occurrence)))
    if occurrence.state == SKIPPED and house.clock.now() < occurrence.opens_at:
        parts.append(blocks.actions(blocks.button("Hold it after all", "reviews.hold", str(occurrence.id))))
    return blocks.message(*parts)


def offer(house: House, ritual: Ritual, occurrence: Occurrence, *, is_empty: bool) -> Part:
    """Offers the owner to cancel what has nothing to look at."""
    waiting = is_empty and occurrence.state == SCHEDULED and house.clock.now() < occurrence.opens_at
    words = "offer" if waiting else "goes_on" if occurrence.state == SCHEDULED else "state"
    return Part(
        title=house.words.part(REVIEW, "title", ritual=ritual, occurrence=occurrence),
        text=house.words.part(REVIEW, words, **_state(house, ritual, occurrence)),
        buttons=(blocks.button("Cancel this one", "reviews.cancel", str(occurrence.id)),) if waiting else (),
        waiting=waiting,
        minutes=OFFER_MINUTES,
    )


def said(house: House, ritual: Ritual, occurrence: Occurrence) -> Message:
    """How it is now, to whoever cancelled it or took that back."""
    title = house.words.part(REVIEW, "title", ritual=ritual, occurrence=occurrence)
    state = house.words.part(REVIEW, "state", **_state(house, ritual, occurrence))
    return blocks.message(*blocks.sections(f"{title}\n{state}"))


def question(house: House, ritual: Ritual, occurrence: Occurrence, owner: str) -> Message:
    """Asks the owner, once, what the review left."""
    text = house.words.part(REVIEW, "question", ritual=ritual, occurrence=occurrence, owner=owner)
    return blocks.message(blocks.section(text), blocks.actions(_close_button(occurrence)))


def part(house: House, ritual: Ritual, occurrence: Occurrence, owner: str, zone: ZoneInfo) -> Part:
    """The same question as a part of the owner's day message, which may come before; once it is closed, that."""
    waiting = occurrence.state in RUNNING
    words = "state" if not waiting else "held" if house.clock.now() < occurrence.cutoff_at else "question"
    begins = f"{occurrence.opens_at.astimezone(zone):%a %-d %b, %H:%M}"
    return Part(
        title=house.words.part(REVIEW, "title", ritual=ritual, occurrence=occurrence),
        text=house.words.part(REVIEW, words, **_state(house, ritual, occurrence), owner=owner, begins=begins),
        buttons=(_close_button(occurrence),) if waiting else (),
        waiting=waiting,
        minutes=MINUTES,
    )


def form(house: House, ritual: Ritual, occurrence: Occurrence, *, is_generated: bool = False) -> View:
    """With what Drumbeat itself makes already named, if there is such a thing (`is_generated`)."""
    words = house.words
    return blocks.modal(
        "reviews.close",
        "Close a review",
        blocks.section(words.part(REVIEW, "form", ritual=ritual, occurrence=occurrence)),
        blocks.text_input(
            "artifact",
            "What exists now: a link, or its name",
            initial=ritual.artifact if is_generated else "",
            max_length=500,
            hint=ritual.artifact,
            optional=True,
        ),
        blocks.text_input("reason", "Nothing? Then why not", multiline=True, max_length=300, optional=True),
        blocks.select_input(
            "then",
            "If it left nothing: what becomes of it?",
            [Option(each, words.part(CHOICES, each)) for each in (KEEP, ASYNC, PAUSE)],
            optional=True,
        ),
        blocks.text_input(
            "decided",
            "Decided anything? We will …",
            max_length=200,
            hint="It goes to the decision log under your name.",
            optional=True,
        ),
        blocks.text_input("undecided", "Need a decision? Say what must be decided", max_length=150, optional=True),
        *(block for row in range(1, MOST_AGREED + 1) for block in _action(row)),
        submit="Close it",
        metadata=str(occurrence.id),
    )


def _packet(house: House, packet: Packet) -> list[Block]:
    words = house.words
    lists = {"to_decide": packet.to_decide, "moved": packet.moved, "unmoved": packet.unmoved, "gates": packet.gates}
    texts = [words.part(REVIEW, name, lines=lines, most=MOST_LINES) for name, lines in lists.items() if lines]
    if packet.open_actions or packet.ended_actions:
        texts.append(words.part(REVIEW, "actions", packet=packet))
    if packet.mode == ASYNC:
        texts.append(words.part(REVIEW, "async"))
    if packet.is_empty:
        texts.append(words.part(REVIEW, "nothing"))
    if packet.last.states:
        texts.append(words.part(REVIEW, "last", found=packet.last, legend=words.part(YIELDS, "legend")))
    return [block for text in texts for block in (blocks.headed(text) if "\n" in text else blocks.sections(text))]


def _state(house: House, ritual: Ritual, occurrence: Occurrence) -> dict[str, Any]:
    """What is said of how an occurrence stands."""
    zone = ritual.zone_for(house.definitions.organisation)
    opens = f"{occurrence.opens_at.astimezone(zone):%a %-d %b, %H:%M}" if occurrence.opens_at < NEVER else ""
    return {"ritual": ritual, "occurrence": occurrence, "opens": opens, "zone": zone.key}


def choice_part(house: House, ritual: Ritual, choice: RitualChoice, found: Yield, by: str) -> Part:
    """To whoever may choose; once somebody has, what and who (`by`, empty when nobody did in time)."""
    facts = {"ritual": ritual, "choice": choice, "found": found, "by": by}
    title = house.words.part(CHOICES, "title", **facts)
    if choice.choice:
        return Part(title, house.words.part(CHOICES, "chosen", **facts), waiting=False)
    until = choice.until.astimezone(house.definitions.organisation.zone)
    buttons = (
        blocks.button("Redesign it", f"reviews.{REDESIGN}", str(choice.id)),
        blocks.button("Go async", f"reviews.{ASYNC}", str(choice.id)),
        blocks.button("Pause it", f"reviews.{PAUSE}", str(choice.id)),
    )
    return Part(title, house.words.part(CHOICES, "ask", until=f"{until:%a %-d %b}", **facts), buttons, minutes=MINUTES)


def chosen(house: House, ritual: Ritual, choice: RitualChoice) -> Message:
    return blocks.message(*blocks.sections(house.words.part(CHOICES, "noted", ritual=ritual, choice=choice)))


def paused_by_itself(house: House, ritual: Ritual, choice: RitualChoice) -> tuple[str, str]:
    """Title and text of the news."""
    facts = {"ritual": ritual, "choice": choice}
    return house.words.part(CHOICES, "title", **facts), house.words.part(CHOICES, "by_itself", **facts)


def why_paused(house: House, choice: RitualChoice) -> str:
    return house.words.part(CHOICES, "why", choice=choice)


def to_redefine(house: House, ritual: Ritual, chosen: str, by: str, because: str) -> tuple[str, str]:
    """To product ops, as title and text: the definition says something else by now than was chosen."""
    facts = {"ritual": ritual, "chosen": chosen, "by": by, "because": because}
    return house.words.part(CHOICES, "redefine_title", **facts), house.words.part(CHOICES, "redefine", **facts)


def yields(house: House, found: Sequence[tuple[Ritual, Yield]]) -> Message:
    """What each ritual has left, in dots and in words."""
    held = [each for _ritual, each in found if each.held]
    lately = house.words.part(YIELDS, "lately", held=len(held), left=sum(each.left_something for each in held))
    lines = [lately, *(house.words.part(YIELDS, "line", ritual=ritual, found=each) for ritual, each in found)]
    text = "\n".join([house.words.part(YIELDS, "legend"), *lines])
    return blocks.message(blocks.header(house.words.part(YIELDS, "title")), *blocks.sections(text))


def retro_form(house: House, source: str, name: str) -> View:
    return blocks.modal(
        "reviews.retro",
        "A retro",
        blocks.section(house.words.part(RETRO, "form", name=name)),
        blocks.text_input("kept", "What is worth repeating?", multiline=True, max_length=LIMIT, optional=True),
        blocks.text_input("surprised", "What surprised you?", multiline=True, max_length=LIMIT),
        blocks.text_input("change", "One change", multiline=True, max_length=LIMIT, optional=True),
        blocks.user_input("owner", "Who makes it?", optional=True),
        blocks.date_input("due", "Until when?", optional=True),
        submit="Say so",
        metadata=source,
    )


def retro_line(house: House, retro: Retro, by: str, action: Action | None, owner: str) -> Message:
    """What somebody said, for the thread."""
    facts = {"retro": retro, "by": by, "action": action, "owner": owner, "day": short_day}
    return blocks.message(*blocks.sections(house.words.part(RETRO, "line", **facts)))


def retro_kept(house: House, name: str) -> View:
    """In place of the submitted form."""
    text = house.words.part(RETRO, "kept", name=name)
    return blocks.modal("reviews.retro_kept", "Kept", *blocks.sections(text), submit="", close="Close")


def undecided(house: House, meetings: Sequence[AuditedMeeting]) -> tuple[str, str]:
    """To product ops, as title and text."""
    words = house.words
    return words.part(AUDIT, "undecided_title", meetings=meetings), words.part(AUDIT, "undecided", meetings=meetings)


def _action(row: int) -> list[Block]:
    """The questions of one action: all three, or none."""
    return [
        blocks.text_input(f"what_{row}", f"Action {row}: what is done?", max_length=LIMIT, optional=True),
        blocks.user_input(f"owner_{row}", f"Action {row}: who does it?", optional=True),
        blocks.date_input(f"due_{row}", f"Action {row}: until when?", optional=True),
    ]


def _close_button(occurrence: Occurrence) -> blocks.Block:
    return blocks.button("Close with what it left", "reviews.close", str(occurrence.id), style="primary")
