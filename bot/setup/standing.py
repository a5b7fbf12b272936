"""What the definitions say by now of what the interview asks: what people wrote there, and what is only assumed."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from bot import presets, shipped
from bot.definitions import Assumption, Definitions
from bot.definitions.assumptions import is_within
from bot.definitions.measures import MeasureDefinition
from bot.definitions.organisation import Area
from bot.setup import areas
from bot.setup.catalogue import OUTCOMES
from bot.setup.questions import FRICTION, MOST_OUTCOMES, OUTCOME, Field, Question, Values, said_counted
from bot.yamlfile import sample_data

OWN_WORDS = "own-words"
"""The id of a friction that somebody said in their own words."""


def as_it_stands(question: Question, values: Values, definitions: Definitions) -> Values:
    """An answer that was applied once, as it counts now: what the definitions say since then is what is so."""
    if question is FRICTION and values["first"] and held_at(definitions, "calendar.frictions") is None:
        return _ranked(values, definitions)
    found = dict(values)
    for field in question.fields:
        is_known = values.get(field.id) and (question is not OUTCOME or values.get("outcomes"))
        if is_known and held_at(definitions, what := where(field, {question.id: found})) is None:
            found[field.id] = _in_force(what, values[field.id], definitions) or values[field.id]
    return found


def where(field: Field, values: Mapping[str, Values]) -> str:
    """Where a value stands in the definitions: that of the measure is known once it is said which one."""
    if field.what.startswith("measures."):
        return field.what.replace(".", f".{OUTCOMES[values['outcomes']['outcomes'][0]].measure}.", 1)
    return field.what


def held_at(definitions: Definitions, what: str) -> Assumption | None:
    return definitions.assumptions.of(what) if definitions.assumptions else None


def is_guessed(definitions: Definitions, what: str) -> bool:
    held = definitions.assumptions.assumptions if definitions.assumptions else ()
    return any(is_within(what, each.what) for each in held)


def _ranked(values: Values, definitions: Definitions) -> Values:
    """What breaks most in the order that the calendar has by now: as many as were said, of those that are asked for."""
    known = {OWN_WORDS if each == "own" else each: each for each in FRICTION.field("first").options or ()}
    ranks = ("first", "second", "third")
    said = [values[each] for each in ranks if values[each]]
    there = [each for each in definitions.calendar.frictions if each.id in known][: len(said)]
    now = [known[each.id] for each in there]
    if not there or now == said:
        return values
    own = next((each.name for each in there if each.id == OWN_WORDS), values["own"])
    examples = [each.example for each in there if each.example]
    said_of_each = "\n".join(examples) if len(examples) == len(there) else ""
    return values | dict(zip(ranks, [*now, "", ""], strict=False)) | {"own": own, "examples": said_of_each}


def _in_force(what: str, said: Any, definitions: Definitions) -> Any:
    """What the definitions say at `what`, where `said` was answered once; empty where they say nothing."""
    organisation, charter, key = definitions.organisation, definitions.charter, what.split(".")[-1]
    if what in ("organisation.people.head_of_product", "organisation.people.product_ops"):
        refs = [each.ref for each in organisation.people if key in each.roles]
        person = organisation.person(said)
        return said if person and person.ref in refs else next(iter(refs), "")
    if what.startswith("organisation.functions.") and (function := organisation.function(key)):
        return function.lead
    if what == "organisation.areas" and written(what, definitions):
        return "\n".join(str(_typed(definitions, each)) for each in organisation.areas)
    if what == "charter.sponsor" and charter and organisation.person(charter.sponsor):
        return charter.sponsor
    if what == "charter.model.kind" and charter and charter.model:
        return charter.model.kind
    if what == "charter.measures" and charter:
        # What nobody has chosen or confirmed is there only since fewer than three measures prove little.
        there = [
            id
            for id in dict.fromkeys((*said, *OUTCOMES))
            if (measure := OUTCOMES[id].measure) in charter.measures
            and (id in said or held_at(definitions, f"measures.{measure}") is None)
        ]
        return there[:MOST_OUTCOMES]
    return written(what, definitions)


def _typed(definitions: Definitions, area: Area) -> areas.Typed:
    """An area as somebody would type it, with nobody where whoever stands there is only assumed."""
    owner, deputy = (
        "" if held_at(definitions, f"organisation.areas.{area.id}.{role}") else getattr(area, role) or ""
        for role in (areas.OWNER, areas.DEPUTY)
    )
    return areas.Typed(area.name, owner, deputy, area.forum)


def written(what: str, definitions: Definitions) -> str:
    """What people wrote into the definitions at `what`; empty where nothing stands or only what came with them."""
    keys, organisation = what.split("."), definitions.organisation
    if what.startswith("organisation.profile."):
        value = getattr(organisation.profile, keys[-1], None)
        return "" if value is None else str(value)
    if what == "organisation.areas" and [(each.id, each.name) for each in organisation.areas] != [areas.PLACEHOLDER]:
        return areas.held(organisation)
    if what.startswith("measures.") and (measure := definitions.measures and definitions.measures.of(keys[1])):
        return _of_measure(measure, keys[2])
    if what.startswith("charter.problem.") and (charter := definitions.charter) and charter.problem:
        said = charter.problem.model_dump(by_alias=True)
        return "" if said == _shipped_problem() else str(said[keys[2]])
    if what.startswith("pilot.") and (pilot := definitions.pilot) and pilot.why != presets.NO_REASON_YET:
        names = [each.name for each in organisation.areas if each.id in pilot.areas]
        return {"areas": ", ".join(names), "why": pilot.why, "begins": str(pilot.begins)}[keys[1]]
    return ""


def _of_measure(measure: MeasureDefinition, key: str) -> str:
    if key == "baseline" and (baseline := measure.baseline):
        if baseline.first and baseline.last:
            return said_counted((baseline.first, baseline.last))
        return str(baseline.value)
    value = getattr(measure, key)
    # A role that answers for it came with Drumbeat; a person was named.
    is_role = key == "owner" and value is not None and "@" not in value and not value.isupper()
    return "" if value is None or is_role else str(value)


@cache
def _shipped_problem() -> Any:
    text = (shipped.folder("cadences") / "charter.yaml").read_text(encoding="utf-8")
    return sample_data(text)["problem"]
