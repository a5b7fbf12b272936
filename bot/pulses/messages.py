"""What people see of a pulse: the part of their day, the form, what it says. Pure."""

from collections.abc import Mapping, Sequence

from bot import blocks
from bot.blocks import Block, Message, Option, View
from bot.definitions.pulses import AGREE, MINUTES, Pulse, PulseQuestion
from bot.house import House, Obligation, Part
from bot.pulses.model import ANSWERED, OPEN, Round
from bot.pulses.results import LEAST, Result

WORDS = "pulses/pulses.txt.j2"
LIMIT = 300
MINUTES_TO_ANSWER = 1
SCALE = {"1": "1: not at all", "2": "2", "3": "3", "4": "4", "5": "5: fully"}
BANDS = {
    "15": "0 to 30 minutes",
    "45": "30 to 60 minutes",
    "90": "1 to 2 hours",
    "150": "2 to 3 hours",
    "240": "3 to 5 hours",
    "300": "5 hours or more",
}
"""By the middle of each band, in minutes."""
QUOTE = "yes"


def part(house: House, pulse: Pulse, round_: Round, state: str, *, is_over: bool) -> Part:
    if state != OPEN or is_over:
        return Part(pulse.name, _words(house, "settled", state=state), waiting=False)
    value = str(round_.id)
    buttons = (
        blocks.button("Answer", "pulses.answer", value, style="primary"),
        blocks.button("Skip it, not mine", "pulses.skip", value),
    )
    text = _words(house, "ask", count=len(pulse.questions), least=LEAST, by=round_.closes_at, zone=_zone(house))
    return Part(pulse.name, text, buttons, minutes=MINUTES_TO_ANSWER)


def obligation(house: House, pulse: Pulse, round_: Round) -> Obligation:
    title = _words(house, "obligation", name=pulse.name)
    return Obligation(title, round_.closes_at, "pulses.answer", str(round_.id), "Answer")


def form(house: House, pulse: Pulse, round_: Round) -> View:
    inputs: list[Block] = [_input(question) for question in pulse.questions]
    if any(question.kind not in (AGREE, MINUTES) for question in pulse.questions):
        yes = [Option(QUOTE, "What I wrote may be shown to others, without my name")]
        inputs.append(blocks.checkbox_input("quote", "Your words", yes, optional=True))
    return blocks.modal(
        "pulses.answered",
        "A pulse",
        blocks.section(_words(house, "form", least=LEAST)),
        *inputs,
        submit="Send",
        metadata=str(round_.id),
    )


def thanks(house: House) -> View:
    """In place of a submitted form."""
    return blocks.modal("pulses.kept", "Thank you", blocks.section(_words(house, "thanks")), submit="", close="Close")


def skipped(house: House) -> Message:
    return blocks.message(blocks.section(_words(house, "skipped")))


def results(
    house: House, pulse: Pulse, round_: Round, found: Sequence[Result], counts: Mapping[str, int]
) -> list[Message]:
    """What a round says; `counts` are of who was asked, by how they stand."""
    asked = sum(counts.values())
    head = _words(house, "head", day=round_.day, answered=counts.get(ANSWERED, 0), asked=asked)
    parts: list[Block] = [blocks.header(pulse.name), blocks.section(head)]
    for result in found:
        parts += blocks.sections(_words(house, "result", result=result, least=LEAST))
    return blocks.pages(*parts)


def nothing_yet(house: House) -> Message:
    return blocks.message(blocks.section(_words(house, "nothing_yet")))


def _input(question: PulseQuestion) -> Block:
    if question.kind in (AGREE, MINUTES):
        choices = SCALE if question.kind == AGREE else BANDS
        options = [Option(value, label) for value, label in choices.items()]
        return blocks.radio_input(question.id, question.label, options)
    return blocks.text_input(question.id, question.label, multiline=True, optional=True, max_length=LIMIT)


def _zone(house: House) -> object:
    return house.definitions.organisation.zone


def _words(house: House, block: str, **facts: object) -> str:
    return house.words.part(WORDS, block, **facts)
