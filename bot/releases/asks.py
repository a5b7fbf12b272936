"""What people are asked and told about releases, in their day message and on their Home tab. Words and blocks only."""

from collections.abc import Sequence
from datetime import datetime

from bot import blocks
from bot.blocks import Block
from bot.definitions import Tier
from bot.house import House, Obligation, Part
from bot.releases.messages import short_day
from bot.releases.model import Release
from bot.releases.owing import ACKNOWLEDGE, ADVISORY, ANSWERS, CALL, CONDITION, GATE, SIGN_OFF, WAIVER, Thing

WORDS = "releases/asks.txt.j2"
MOST_THINGS = 6
MINUTES = 3
BUTTONS = {
    CALL: ("Make the call", "releases.call"),
    ACKNOWLEDGE: ("Acknowledge", "releases.acknowledge"),
    ANSWERS: ("Answer the four questions", "releases.answer"),
    GATE: ("Update my items", "releases.item"),
    ADVISORY: ("Update my items", "releases.item"),
    WAIVER: ("Update my items", "releases.item"),
    SIGN_OFF: ("Sign off", "releases.sign_off"),
    CONDITION: ("It is met", "releases.condition"),
}
"""By the sort of thing: the button that does it, and what that is called on the Home tab."""
LABELS = {CALL: "Call", ANSWERS: "Answer", GATE: "Update", SIGN_OFF: "Sign off"}


def part(house: House, release: Release, things: Sequence[Thing], *, why: str, tier: Tier) -> Part:
    """To one person: what they owe a release, and the buttons for it. `why` names their function, if it is for that."""

    shown = [(_in_words(house, thing), short_day(thing.due.isoformat())) for thing in things[:MOST_THINGS]]

    def words(block: str) -> str:
        return house.words.part(
            WORDS,
            block,
            release=release,
            things=shown,
            more=max(0, len(things) - MOST_THINGS),
            count=len(things),
            target=short_day(release.target.isoformat()),
            why=why,
            tier=tier,
        )

    if not things:
        return Part(words("done_title"), words("done"), waiting=False)
    return Part(words("title"), words("things"), _buttons(release, things), minutes=MINUTES * min(len(things), 3))


def obligation(house: House, release_id: int, name: str, thing: Thing, due: datetime) -> Obligation:
    title = house.words.part(WORDS, "obligation", name=name, thing=_in_words(house, thing))
    label, action = BUTTONS[thing.kind]
    value = f"{release_id}:{thing.id}" if thing.kind in (GATE, CONDITION) else str(release_id)
    return Obligation(title, due, action, value, LABELS.get(thing.kind, label))


def held(house: House, release: Release, at: str) -> tuple[str, str]:
    """To its owner and the heads of product: nobody had said go in time, as title and text."""
    facts = {"name": release.name, "at": at, "slug": release.slug}
    return house.words.part(WORDS, "held_title", **facts), house.words.part(WORDS, "held", **facts)


def _in_words(house: House, thing: Thing) -> str:
    return house.words.part(WORDS, "thing", thing=thing)


def _buttons(release: Release, things: Sequence[Thing]) -> tuple[Block, ...]:
    kinds = {thing.kind for thing in things}
    named = dict.fromkeys(button for kind, button in BUTTONS.items() if kind in kinds)
    return tuple(blocks.button(label, action, str(release.id)) for label, action in named)
