"""What a pulse says once enough have answered: shares, the median of the minutes, quotes that may be shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlalchemy.orm import Session

from bot.definitions.pulses import AGREE, MINUTES, Pulse, PulseQuestion
from bot.definitions.pulses import WORDS as IN_WORDS
from bot.house import House, PulseShare
from bot.pulses import model
from bot.pulses.model import ANSWERED, PulseAnswer, Round

LEAST = 5
"""With fewer answers somebody could tell whose they are."""
FAVOURABLE = 4


@dataclass(frozen=True)
class Result:
    """What was answered to one question of a round; nothing where too few answered."""

    label: str
    n: int
    text: str = ""
    """The share, or the minutes; empty for words, and where too few answered."""
    quotes: tuple[str, ...] = ()


def minutes(session: Session, house: House, first: date, last: date) -> tuple[float | None, int]:
    """The median of the minutes a week that people say coordination takes, and of how many answers."""
    found = _of_kind(session, house, MINUTES, first, last)
    values = _values(_enough(found))
    return (float(median(values)), len(values)) if values else (None, len(found))


def shares(session: Session, house: House, first: date, last: date) -> list[PulseShare]:
    """Who agrees with what: of everybody, then of each function of which enough have answered."""
    grouped: dict[tuple[str, str], list[PulseAnswer]] = {}
    pulse_of = {each.id: each.pulse_id for each in model.rounds(session, house, first, last)}
    for answer in _of_kind(session, house, AGREE, first, last):
        grouped.setdefault((pulse_of[answer.round_id], answer.question_id), []).append(answer)
    return [share for key, some in grouped.items() for share in _shares(house, key, some)]


def of_round(session: Session, house: House, pulse: Pulse, round_: Round) -> list[Result]:
    """By question, in their order."""
    said: dict[str, list[PulseAnswer]] = {}
    for answer in model.answers(session, house, [round_.id]):
        said.setdefault(answer.question_id, []).append(answer)
    people = model.counts(session, house, round_.id).get(ANSWERED, 0)
    return [_result(each, said.get(each.id, []), people) for each in pulse.questions]


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
    return Result(question.label, len(values), f"{_favourable(values):.0%} say 4 or 5 of 5")


def _shares(house: House, key: tuple[str, str], some: Sequence[PulseAnswer]) -> Iterator[PulseShare]:
    label = _questions(house).get(key, ("", ""))[1]
    groups = {"": _enough(some)}
    for round_ in _by_round(some).values():
        for function_id, answers in _functions(round_).items():
            groups.setdefault(function_id, []).extend(answers)
    for function_id, answers in groups.items():
        values = _values(answers)
        n = len(values) or (len(some) if not function_id else 0)
        yield PulseShare(*key, label, function_id, _favourable(values) if values else None, n)


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


def _of_kind(session: Session, house: House, kind: str, first: date, last: date) -> list[PulseAnswer]:
    """The answers to the questions of one kind, in the rounds of these days."""
    questions = _questions(house)
    pulse_of = {each.id: each.pulse_id for each in model.rounds(session, house, first, last)}
    return [
        answer
        for answer in model.answers(session, house, pulse_of)
        if questions.get((pulse_of[answer.round_id], answer.question_id), ("", ""))[0] == kind
    ]


def _questions(house: House) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Kind and label, by the pulse's id and the question's."""
    rules = house.definitions.pulses
    pulses = rules.pulses if rules else ()
    return {(pulse.id, each.id): (each.kind, each.label) for pulse in pulses for each in pulse.questions}
