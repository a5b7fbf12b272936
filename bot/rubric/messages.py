"""What people see of the rubric: the form, the scorecard. Pure."""

from collections.abc import Mapping, Sequence

from bot import blocks
from bot.blocks import Block, Message, Option, View
from bot.house import House, Obligation, Part
from bot.metadata import dump
from bot.rubric.caps import Cap
from bot.rubric.model import HEAD, LIMIT, MANAGER, Scores
from bot.rubric.scales import DIMENSIONS, Scale
from bot.rubric.scorecard import Scorecard

WORDS = "rubric/rubric.txt.j2"
MINUTES = 5
"""About how long scoring takes."""
SEATS: Mapping[str, str] = {HEAD: "the head of product", MANAGER: "one product manager"}


def form(
    house: House, number: int, scale: Scale, caps: Sequence[Cap], before: Mapping[str, Mapping[str, object]]
) -> View:
    """Filled with what somebody gave already (`before`, by dimension), else with what the facts allow."""
    held = {each.dimension: each for each in caps}
    inputs: list[Block] = [blocks.section(_words(house, "form", scale=scale))]
    for dimension, name in DIMENSIONS.items():
        most, said = allowed(scale, held.get(dimension)), before.get(dimension, {})
        options = [Option(str(each), label) for each, label in scale.says.items()]
        hint = _words(house, "cap", most=most, reason=held[dimension].reason if dimension in held else "")
        initial = str(said.get("score", most))
        inputs.append(blocks.select_input(f"score_{dimension}", name, options, initial=initial, hint=hint))
        typed = str(said.get("comment", ""))
        inputs.append(
            blocks.text_input(
                f"comment_{dimension}", "Why?", multiline=True, optional=True, max_length=LIMIT, initial=typed
            )
        )
    return blocks.modal("rubric.scored", "Score it", *inputs, metadata=dump(number, 0))


def kept(house: House, *, is_done: bool) -> View:
    text = _words(house, "kept", is_done=is_done)
    return blocks.modal("rubric.kept", "Kept", blocks.section(text), submit="", close="Close")


def scorecard(house: House, cards: Sequence[Scorecard]) -> list[Message]:
    """The first of these (the newest first) in full, and the trend of all."""
    return blocks.pages(*_card(house, cards))


def now(
    house: House, cards: Sequence[Scorecard], scale: Scale, caps: Sequence[Cap], missing: Sequence[str], *, may: bool
) -> list[Message]:
    """The last scorecard, what the facts allow now, and who is still to score."""
    held = {each.dimension: each for each in caps}
    lines = [
        _words(
            house,
            "allows",
            name=name,
            most=allowed(scale, held.get(each)),
            reason=held[each].reason if each in held else "",
        )
        for each, name in DIMENSIONS.items()
    ]
    text = _words(house, "now", lines=lines, missing=[SEATS[each] for each in missing], scale=scale)
    parts: list[Block] = blocks.sections(text)
    if may:
        parts.append(blocks.actions(blocks.button("Score it", "rubric.score", "now", style="primary")))
    last = _card(house, cards) if cards else [blocks.section(_words(house, "never"))]
    return blocks.pages(*last, *parts)


def obligation(house: House) -> Obligation:
    return Obligation(_words(house, "obligation"), None, "rubric.score", "now", "Score it")


def part(house: House, given: Mapping[str, Scores], *, is_waiting: bool) -> Part:
    """In the day message of whoever is asked for the second scores."""
    missing = [SEATS[each] for each in SEATS if each not in given]
    title, text = _words(house, "obligation"), _words(house, "asked", missing=missing if is_waiting else [])
    button = blocks.button("Score it", "rubric.score", "now", style="primary")
    return Part(title, text, (button,) if is_waiting else (), waiting=is_waiting, minutes=MINUTES)


def unscored(house: House, days: int | None) -> str:
    return _words(house, "unscored", days=days)


def below(house: House, total: int, scale: Scale, weakest: str, lowest: int) -> str:
    return _words(house, "below", total=total, most=scale.most, weakest=weakest, lowest=lowest)


def allowed(scale: Scale, cap: Cap | None) -> int:
    """What a cap comes to on a scale."""
    return scale.allowed[cap.most] if cap else scale.highest


def _card(house: House, cards: Sequence[Scorecard]) -> list[Block]:
    card, held = cards[0], house.definitions.organisation.zone
    parts: list[Block] = [
        blocks.header(_words(house, "title")),
        *blocks.sections(_words(house, "verdict", card=card, zone=held)),
    ]
    for dimension, name in DIMENSIONS.items():
        given = [(card.by[seat], card.given[seat][dimension]) for seat in (HEAD, MANAGER)]
        parts += blocks.sections(
            _words(house, "dimension", name=name, score=card.scores[dimension], highest=card.scale.highest, given=given)
        )
    if len(cards) > 1:
        parts += blocks.sections(_words(house, "trend", cards=list(reversed(cards)), zone=held))
    return parts


def _words(house: House, block: str, **facts: object) -> str:
    return house.words.part(WORDS, block, **facts)
