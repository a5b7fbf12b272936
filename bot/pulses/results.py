"""What a pulse says once enough have answered: shares, the median of the minutes, quotes that may be shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

from sqlalchemy.orm import Session

from bot.definitions.pulses import MINUTES, Pulse, PulseQuestion
from bot.definitions.pulses import WORDS as IN_WORDS
from bot.house import House, PulseAnswers
from bot.pulses import model
from bot.pulses.model import ANSWERED, PulseAnswer, Round

LEAST = 5
"""With fewer answers somebody could tell whose they are."""
FAVOURABLE = 4
LONGEST = {"month": timedelta(days=31), "quarter": timedelta(days=92)}
"""From one day on which a pulse is asked to the next, by how often it is."""


@dataclass(frozen=True)
class Result:
    """What was answered to one question of a round; nothing where too few answered."""

    label: str
    n: int
    text: str = ""
    """The share, or the minutes; empty for words, and where too few answered."""
    quotes: tuple[str, ...] = ()


def answers(session: Session, house: House, first: date, last: date) -> list[PulseAnswers]:
    """By question of the pulses opened on these days: of everybody, then of each function of which enough answered.

    A pulse of which none was opened on these days is as it was the last time, until the next one should have closed.
    What can still be answered tells nothing yet: whoever looked before and after an answer would know whose it is.
    """
    pulses = house.definitions.pulses.pulses if house.definitions.pulses else ()
    pulse_of = {each.id: pulse.id for pulse in pulses for each in _rounds(session, house, pulse, first, last)}
    said: dict[tuple[str, str], list[PulseAnswer]] = {}
    for answer in model.answers(session, house, pulse_of):
        said.setdefault((pulse_of[answer.round_id], answer.question_id), []).append(answer)
    return [
        found
        for pulse in pulses
        for question in pulse.questions
        if question.kind != IN_WORDS and (some := said.get((pulse.id, question.id)))
        for found in _answers(pulse, question, some)
    ]


def of_round(session: Session, house: House, pulse: Pulse, round_: Round) -> list[Result]:
    """By question, in their order."""
    said: dict[str, list[PulseAnswer]] = {}
    for answer in model.answers(session, house, [round_.id]):
        said.setdefault(answer.question_id, []).append(answer)
    people = model.counts(session, house, round_.id).get(ANSWERED, 0)
    return [_result(each, said.get(each.id, []), people) for each in pulse.questions]


def _rounds(session: Session, house: House, pulse: Pulse, first: date, last: date) -> list[Round]:
    """The closed ones asked on these days; without any, the newest before them that is not overdue to be asked anew."""
    oldest = last - LONGEST[pulse.every] - timedelta(days=pulse.open_days)
    found = [
        each
        for each in model.rounds(session, house, min(first, oldest), last)
        if each.pulse_id == pulse.id and each.closes_at <= house.clock.now()
    ]
    return [each for each in found if each.day >= first] or found[-1:]


def _result(question: PulseQuestion, some: Sequence[PulseAnswer], people: int) -> Result:
    if people < LEAST:
        return Result(question.label, people)
    if question.kind == IN_WORDS:
        return Result(question.label, people, quotes=tuple(each.words for each in some if each.may_quote))
    values = _values(some)
    if len(values) < LEAST:
        return Result(question.label, len(values))
    if question.kind == MINUTES:
        return Result(question.label, len(values), f"{median(values):.0f} minutes, the median")
    return Result(question.label, len(values), f"{100 * _favourable(values):.0f} % say 4 or 5 of 5")


def _answers(pulse: Pulse, question: PulseQuestion, some: Sequence[PulseAnswer]) -> Iterator[PulseAnswers]:
    """With numbers only where enough answered; how many did is said of everybody together."""
    groups = {"": _enough(some)}
    for round_ in _by_round(some).values():
        for function_id, found in _functions(round_).items():
            groups.setdefault(function_id, []).extend(found)
    for function_id, found in groups.items():
        values = sorted(_values(found))
        n = len(values) or (len(some) if not function_id else 0)
        answered = PulseAnswers(pulse.asks, question.label, function_id, n)
        if values and question.kind == MINUTES:
            yield replace(answered, minutes=tuple(values))
        elif values:
            yield replace(answered, favourable=sum(value >= FAVOURABLE for value in values))
        else:
            yield answered


def _enough(some: Sequence[PulseAnswer]) -> list[PulseAnswer]:
    """The answers of the rounds with enough of them: the same person may have answered in several."""
    return [answer for answers in _by_round(some).values() if len(answers) >= LEAST for answer in answers]


def _by_round(some: Sequence[PulseAnswer]) -> dict[int, list[PulseAnswer]]:
    found: dict[int, list[PulseAnswer]] = {}
    for answer in some:
        found.setdefault(answer.round_id, []).append(answer)
    return found


def _functions(some: Sequence[PulseAnswer]) -> dict[str, list[PulseAnswer]]:
    """One round's answers by function, where enough are of each; none at all where the others could be worked out."""
    found: dict[str, list[PulseAnswer]] = {}
    for answer in some:
        found.setdefault(answer.function_id, []).append(answer)
    enough = {function_id: answers for function_id, answers in sorted(found.items()) if len(answers) >= LEAST}
    others = len(some) - sum(map(len, enough.values()))
    return {} if 0 < others < LEAST else enough


def _values(some: Sequence[PulseAnswer]) -> list[int]:
    return [each.value for each in some if each.value is not None]


def _favourable(values: Sequence[int]) -> float:
    return sum(value >= FAVOURABLE for value in values) / len(values)
