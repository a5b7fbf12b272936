"""What the interview comes to: each value as answered, or the one that is used until somebody knows, and is assumed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.definitions import Definitions
from bot.definitions.organisation import Role
from bot.setup.catalogue import FRICTIONS, OUTCOMES
from bot.setup.questions import MORE, QUESTIONS, Field, Question, Values, in_words, unknown_fields

SMALL, LARGE = 5, 20
"""Up to so many product managers a company starts lean; with more than so many a hybrid model is proposed."""
CONFIRM_WITHIN = timedelta(days=14)
COUNTED_FOR = timedelta(days=14)
"""How long a baseline is counted that nobody knows."""
REACHED_WITHIN = timedelta(days=90)
WHY = "Nobody knew at setup"


@dataclass(frozen=True)
class Given:
    """What somebody answered to one question."""

    values: Values
    by: str
    """Who: how the definitions refer to them."""
    day: date


@dataclass(frozen=True)
class Assumed:
    what: str
    label: str
    """What was asked, in words."""
    value: str
    """What is used, in words."""
    owner: str
    confirm_by: date


@dataclass(frozen=True)
class Resolved:
    """Every value, with what of it is assumed."""

    values: Mapping[str, Values]
    """By question and field."""
    assumed: tuple[Assumed, ...]

    def get(self, question: str, field: str) -> Any:
        return self.values[question][field]

    @property
    def product_managers(self) -> int:
        return int(self.get("shape", "product_managers"))

    @property
    def frictions(self) -> list[str]:
        """The worst first, each once; `own` for the one in their own words."""
        ranked = [self.get("frictions", each) for each in ("first", "second", "third")]
        return list(dict.fromkeys(each for each in ranked if each))

    @property
    def outcomes(self) -> list[str]:
        return list(self.get("outcomes", "outcomes"))


def resolve(given: Mapping[str, Given], definitions: Definitions, today: date, by: str) -> Resolved:
    """`by` is who sets up, in whose name the questions that nobody was asked are assumed."""
    values: dict[str, Values] = {}
    assumed: list[Assumed] = []
    for question in QUESTIONS.values():
        answer = given.get(question.id)
        found = dict(answer.values) if answer else _not_asked(question)
        values[question.id] = found
        for field in question.fields:
            if found.get(field.id) is not None:
                continue
            found[field.id] = _default(question, field, values, definitions, today, by)
            if answer is None and not _matters(question, values):
                continue
            if field in unknown_fields(question, answer.values if answer else _not_asked(question)):
                owner, day = (answer.by, answer.day) if answer else (by, today)
                said = in_words(field, found[field.id])
                assumed.append(Assumed(field.what, field.label, said, owner, day + CONFIRM_WITHIN))
    return Resolved(values, tuple(assumed))


def relevant_more(resolved: Resolved) -> tuple[str, ...]:
    """The fields of the last questions that somebody with these answers is asked."""
    frictions = set(resolved.frictions)
    about_customers = frictions & {"surprises", "feedback"} or resolved.get("shape", "model") != "b2c"
    asked = {
        "complaints": bool(frictions & {"overhead", "status", "visibility", "feedback"}),
        "tools": resolved.product_managers > SMALL,
        "model": resolved.product_managers > SMALL,
        "privacy": bool(about_customers),
        "words": True,
    }
    return tuple(id for id, is_asked in asked.items() if is_asked)


def _matters(question: Question, values: Mapping[str, Values]) -> bool:
    """Whether what nobody was asked is worth confirming: where Product Ops sits is not, in a small company."""
    return question is not MORE or int(values["shape"]["product_managers"]) > SMALL


def _not_asked(question: Question) -> Values:
    return {field.id: "" if field.may_be_empty else None for field in question.fields}


def _default(
    question: Question, field: Field, values: Mapping[str, Values], definitions: Definitions, today: date, by: str
) -> Any:
    """The value that is used while nobody knows."""
    organisation = definitions.organisation

    def first_with(role: Role) -> str:
        return next((each.ref for each in organisation.with_role(role)), by)

    def lead_of(function: str) -> str:
        found = organisation.function(function)
        return (found.lead if found else None) or by

    def outcome() -> str:
        return str(values["outcomes"]["outcomes"][0])

    def worst() -> str:
        return str(values["frictions"]["first"])

    defaults: Mapping[str, Callable[[], Any]] = {
        "shape.model": lambda: "b2b",
        "shape.stage": lambda: "growing",
        "shape.product_managers": lambda: str(len(organisation.with_role("product_manager")) or 1),
        "shape.pods": lambda: str(len(organisation.areas)),
        "shape.teams": lambda: "central",
        "frictions.first": lambda: next(
            (each.id for each in definitions.calendar.frictions if each.id in FRICTIONS), "surprises"
        ),
        "outcomes.outcomes": lambda: [
            FRICTIONS[worst()].outcome if worst() in FRICTIONS else "rituals-leave-something"
        ],
        "outcomes.target": lambda: OUTCOMES[outcome()].usual,
        "outcomes.baseline": lambda: f"counted from {today} to {today + COUNTED_FOR}",
        "outcomes.by": lambda: (today + REACHED_WITHIN).isoformat(),
        "outcomes.owner": lambda: first_with("product_ops"),
        "people.sponsor": lambda: values["people"].get("head_of_product") or first_with("head_of_product"),
        "people.head_of_product": lambda: first_with("head_of_product"),
        "people.product_ops": lambda: first_with("product_ops"),
        "people.support": lambda: lead_of("support"),
        "people.sales": lambda: lead_of("sales"),
        "more.model": lambda: "hybrid" if int(values["shape"]["product_managers"]) > LARGE else "central",
        "sentence.reduce": lambda: sentence(values)["reduce"],
        "sentence.improve": lambda: sentence(values)["improve"],
        "sentence.for": lambda: sentence(values)["for"],
    }
    return defaults[f"{question.id}.{field.id}"]()


def sentence(values: Mapping[str, Values]) -> dict[str, str]:
    """The problem sentence, composed from what breaks most and what should be easier."""
    frictions, outcomes = values["frictions"], values["outcomes"]
    ranked = [each for each in (frictions["first"], frictions.get("second"), frictions.get("third")) if each]
    own = str(frictions.get("own") or "")
    reduce = [own if each == "own" else FRICTIONS[each].reduce for each in dict.fromkeys(ranked)]
    improve = [OUTCOMES[each].improve for each in outcomes["outcomes"]]
    whom = FRICTIONS[ranked[0]].whom if ranked[0] in FRICTIONS else "product managers and the functions around them"
    return {"reduce": _listed(reduce), "improve": _listed(improve), "for": whom}


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
