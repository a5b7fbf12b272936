"""What the interview comes to: each value as answered, or the one that is used until somebody knows, and is assumed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot import presets
from bot.definitions import Assumptions, Definitions
from bot.definitions.measures import COMPUTED
from bot.definitions.organisation import Role
from bot.house import WithoutNumber
from bot.setup import areas, measuring
from bot.setup.catalogue import FRICTIONS, OUTCOMES, Outcome
from bot.setup.measuring import Wanted
from bot.setup.questions import (
    AREAS,
    MORE,
    MOST_TEXT,
    OUTCOME,
    QUESTIONS,
    Field,
    Question,
    Values,
    in_words,
    nothing_known,
    said_counted,
)
from bot.setup.standing import held_at, is_guessed, where, written

SMALL, LARGE = 5, 20
"""Up to so many product managers a company starts lean; with more than so many a hybrid model is proposed."""
REACHED_WITHIN = timedelta(days=90)
WHY = "Nobody knew at setup"


@dataclass(frozen=True)
class Given:
    """What somebody answered to one question."""

    values: Values
    by: str
    """Who: how the definitions refer to them."""


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
    preset: str
    """What to begin with: what somebody chose, or what mends what breaks most."""
    further: tuple[Wanted, ...]
    """What is to become easier beside the first of the outcomes."""

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
    def measures(self) -> list[str]:
        """What shows that it has become easier, the first outcome's first."""
        first = OUTCOMES[self.get("outcomes", "outcomes")[0]]
        return [first.measure, *(each.outcome.measure for each in self.further)]


def resolve(
    given: Mapping[str, Given], definitions: Definitions, today: date, by: str, *, chosen: str = ""
) -> Resolved:
    """`by` is who sets up, in whose name what nobody was asked is assumed; `chosen` the preset, if any."""
    values: dict[str, Values] = {}
    assumed: list[Assumed] = []
    for question in QUESTIONS.values():
        answer = given.get(question.id)
        found = dict(answer.values) if answer else nothing_known(question)
        values[question.id] = found
        owner = answer.by if answer else by
        for field in question.fields:
            if found.get(field.id) is not None:
                continue
            what = where(field, values)
            there = written(what, definitions)
            found[field.id] = there or _default(question, field, values, definitions, today, by, chosen, assumed)
            # What somebody wrote into the files is no guess, unless it is marked as one there.
            is_guess = not there or is_guessed(definitions, what)
            if is_guess and (answer is not None or _matters(question, values)):
                value = areas.fitting(in_words(field, found[field.id]), MOST_TEXT)
                assumed.append(_assumed(definitions, what, field.called, value, owner, today))
    answer = given.get(AREAS.id)
    if answer and answer.values.get("areas"):
        assumed += _assumed_of_areas(values, definitions, answer.by, today)
    preset = _preset(values, chosen)
    further = measuring.further(values, preset, definitions)
    owner = given[OUTCOME.id].by if OUTCOME.id in given else by
    assumed += [
        _assumed(definitions, each.what, measuring.asks(each.what), each.said, owner, today)
        for each in further
        if each.is_assumed
    ]
    return Resolved(values, tuple(assumed), preset, further)


def without_number(resolved: Resolved, today: date) -> list[WithoutNumber]:
    """What somebody chose without a number; that is to be said once where it stands has been counted."""
    guessed = {each.what for each in resolved.assumed}
    first = OUTCOMES[resolved.get("outcomes", "outcomes")[0]]
    is_open = guessed.issuperset(f"measures.{first.measure}.{each}" for each in ("target", "baseline"))
    found = [first] if is_open and "charter.measures" not in guessed else []
    found += [each.outcome for each in resolved.further if each.is_chosen and each.is_assumed]
    owner = str(resolved.get("outcomes", "owner"))
    return [
        WithoutNumber(each.name, COMPUTED[each.measure].name, owner, measuring.counted(each, today)[1])
        for each in found
    ]


def paths(values: Mapping[str, Values], definitions: Definitions) -> set[str]:
    """Where the values of the interview stand in the definitions: of measures the first one, of areas those named."""
    lines = areas.read(str(values["areas"]["areas"]))
    ids = areas.ids(lines, definitions.organisation).values()
    return {where(field, values) for question in QUESTIONS.values() for field in question.fields} | {
        f"organisation.areas.{id}.{role}" for id in ids for role in areas.ASKS
    }


def _assumed(definitions: Definitions, what: str, label: str, value: str, owner: str, today: date) -> Assumed:
    """With the person and the day that it has already, as long as the same is assumed."""
    if (held := held_at(definitions, what)) and held.value == value:
        return Assumed(what, label, value, held.owner, held.confirm_by)
    within = definitions.assumptions.confirm_within if definitions.assumptions else Assumptions().confirm_within
    return Assumed(what, label, value, owner, today + timedelta(days=within))


def _assumed_of_areas(values: Mapping[str, Values], definitions: Definitions, owner: str, today: date) -> list[Assumed]:
    """Of each area of which somebody is not known yet, who stands there meanwhile."""
    found, organisation, head = [], definitions.organisation, str(values["people"]["head_of_product"])
    lines = areas.read(str(values["areas"]["areas"]))
    ids = areas.ids(lines, organisation)
    for each in lines:
        for role, said in ((areas.OWNER, each.owner), (areas.DEPUTY, each.deputy)):
            # Whoever stands in for the owner does not stand in for themselves.
            if not said and (role == areas.OWNER or (each.owner and each.owner != head)):
                what = f"organisation.areas.{ids[each.name]}.{role}"
                asks = areas.ASKS[role].format(name=each.name)
                found.append(_assumed(definitions, what, asks, head, owner, today))
    return found


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


def _preset(values: Mapping[str, Values], chosen: str) -> str:
    worst = str(values["frictions"]["first"])
    return chosen or (FRICTIONS[worst].preset if worst in FRICTIONS else "small-start")


def _default(
    question: Question, field: Field, values: Mapping[str, Values], definitions: Definitions, today: date, by: str,
    chosen: str, assumed: Sequence[Assumed],
) -> Any:  # fmt: skip
    """The value that is used while nobody knows."""
    organisation = definitions.organisation

    def first_with(role: Role) -> str:
        return next((each.ref for each in organisation.with_role(role)), by)

    def lead_of(function: str) -> str:
        found = organisation.function(function)
        return (found.lead if found else None) or by

    def outcome() -> Outcome:
        return OUTCOMES[values["outcomes"]["outcomes"][0]]

    defaults: Mapping[str, Callable[[], Any]] = {
        "shape.model": lambda: "b2b",
        "shape.stage": lambda: "growing",
        "shape.product_managers": lambda: str(len(organisation.with_role("product_manager")) or 1),
        "shape.pods": lambda: str(len(organisation.areas)),
        "shape.teams": lambda: "central",
        "frictions.first": lambda: next(
            (each.id for each in definitions.calendar.frictions if each.id in FRICTIONS), "surprises"
        ),
        "outcomes.outcomes": lambda: [_outcome(str(values["frictions"]["first"]), _preset(values, chosen))],
        "outcomes.target": lambda: outcome().usual,
        "outcomes.baseline": lambda: said_counted(measuring.counted(outcome(), today)),
        "outcomes.by": lambda: (today + REACHED_WITHIN).isoformat(),
        "outcomes.owner": lambda: first_with("product_ops"),
        "areas.areas": lambda: areas.held(organisation),
        "areas.pilot": lambda: next(iter(areas.read(str(values["areas"]["areas"])))).name,
        "areas.why": lambda: f"What breaks most is felt there: {_friction(values)}",
        "areas.begins": today.isoformat,
        "people.sponsor": lambda: values["people"].get("head_of_product") or first_with("head_of_product"),
        "people.head_of_product": lambda: first_with("head_of_product"),
        "people.product_ops": lambda: first_with("product_ops"),
        "people.support": lambda: lead_of("support"),
        "people.sales": lambda: lead_of("sales"),
        "more.model": lambda: _model(values, assumed),
        "sentence.reduce": lambda: sentence(values)["reduce"],
        "sentence.improve": lambda: sentence(values)["improve"],
        "sentence.for": lambda: sentence(values)["for"],
    }
    return defaults[f"{question.id}.{field.id}"]()


def _model(values: Mapping[str, Values], assumed: Sequence[Assumed]) -> str:
    """Where Product Ops is to sit: with the one area that somebody named, if all the trouble is there."""
    count, names = (
        int(values["shape"]["product_managers"]),
        [each.name for each in areas.read(values["areas"]["areas"])],
    )
    is_named = "pilot.areas" not in [each.what for each in assumed]
    if count > LARGE:
        return "hybrid"
    is_one = len(names) > 1 and len(areas.chosen(values["areas"]["pilot"], names)) == 1
    return "embedded" if count > SMALL and is_named and is_one else "central"


def _outcome(worst: str, preset: str) -> str:
    """The first that the preset measures: what the worst friction asks for, what the preset is for, or any other."""
    asked_for = FRICTIONS[worst].outcome if worst in FRICTIONS else "rituals-leave-something"
    meant = [each.outcome for each in FRICTIONS.values() if each.preset == preset]
    every = (asked_for, *meant, "updates-on-time", *OUTCOMES)
    return next(each for each in every if OUTCOMES[each].is_measured_by(presets.PRESETS[preset]))


def _friction(values: Mapping[str, Values]) -> str:
    worst = str(values["frictions"]["first"])
    name = FRICTIONS[worst].name if worst in FRICTIONS else str(values["frictions"].get("own"))
    return name[:1].lower() + name[1:]


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
