"""Two versions of the definitions side by side: what was added, dropped and changed. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.definitions import (
    ArtifactLibrary,
    Assumptions,
    Charter,
    DecisionRules,
    Definitions,
    InsightRules,
    ReleaseRules,
)
from bot.definitions.insights import SEVERITIES
from bot.definitions.measures import MeasureRules
from bot.definitions.pilot import Pilot
from bot.definitions.pulses import PulseRules
from bot.definitions.values import Definition

D = TypeVar("D", bound=Definition)

ADDED, DROPPED, CHANGED = "added", "dropped", "changed"
LONGEST = 60
"""A longer text is said to be reworded, and not shown twice."""


@dataclass(frozen=True)
class Change:
    """One thing of the definitions that is not as it was."""

    what: str
    """Such as `ritual`, `area`, `person` or `setting`."""
    id: str
    name: str
    how: str
    """ADDED, DROPPED or CHANGED."""
    details: tuple[str, ...] = ()
    """Of something changed, what of it: `schedule.cutoff: +1 day 14:00 → +1 day 12:00`."""

    def __str__(self) -> str:
        called = f" ({self.name})" if self.name not in ("", self.id) else ""
        details = f": {'; '.join(self.details)}" if self.details else ""
        return f"{self.what} {self.id}{called} {self.how}{details}"


def compare(before: Definitions, after: Definitions) -> list[Change]:
    """Everything that differs: rituals, areas, people, functions and other settings, then the optional files."""
    then, now = before.organisation, after.organisation
    return [
        *_listed("ritual", before.calendar.rituals, after.calendar.rituals, "id"),
        *_listed("friction", before.calendar.frictions, after.calendar.frictions, "id"),
        *_frictions_order(before, after),
        *_listed("area", then.areas, now.areas, "id"),
        *_listed("person", then.people, now.people, "ref"),
        *_listed("function", then.functions, now.functions, "id"),
        *_settings(then, now),
        *_file("release rules", "releases.yaml", before.releases, after.releases, _release_rules),
        *_file("decision rules", "decisions.yaml", before.decisions, after.decisions, _decision_rules),
        *_file("insight rules", "insights.yaml", before.insights, after.insights, _insight_rules),
        *_file("artifacts", "artifacts.yaml", before.artifacts, after.artifacts, _artifacts),
        *_file("pilot", "pilot.yaml", before.pilot, after.pilot, _pilot),
        *_file("measures", "measures.yaml", before.measures, after.measures, _measures),
        *_file("pulses", "pulses.yaml", before.pulses, after.pulses, _pulses),
        *_file("charter", "charter.yaml", before.charter, after.charter, _charter),
        *_assumptions(before.assumptions, after.assumptions),
    ]


def as_texts(changes: Iterable[Change]) -> list[str]:
    return [str(each) for each in changes]


def _file(
    what: str, name: str, before: D | None, after: D | None, compare: Callable[[D, D], Iterable[Change]]
) -> Iterable[Change]:
    """An optional file: that it is new or gone, or what changed in it."""
    if before is not None and after is not None:
        return compare(before, after)
    if before is after:
        return ()
    return (Change(what, name, "", ADDED if before is None else DROPPED),)


def _listed(what: str, before: Sequence[Definition], after: Sequence[Definition], key: str) -> Iterator[Change]:
    """Things that have an id: the old order first, then what is new."""
    then = {str(getattr(each, key)): each for each in before}
    now = {str(getattr(each, key)): each for each in after}
    for id, old in then.items():
        if id not in now:
            yield Change(what, id, _name(old), DROPPED)
        elif details := _details(_flat(old), _flat(now[id])):
            yield Change(what, id, _name(now[id]), CHANGED, details)
    for id, new in now.items():
        if id not in then:
            yield Change(what, id, _name(new), ADDED)


def _settings(before: Definition, after: Definition) -> Iterator[Change]:
    lists = {"people", "areas", "functions"}
    yield from _by_key("setting", before, after, lists)


def _pilot(before: Pilot, after: Pilot) -> Iterator[Change]:
    then, now = (each.model_dump(mode="json", exclude={"boxes"}) for each in (before, after))
    for key in then:
        if details := _details(_flatten({key: then[key]}), _flatten({key: now[key]})):
            yield Change("pilot", key, "", CHANGED, details)
    yield from _listed("box", before.boxes, after.boxes, "id")


def _release_rules(before: ReleaseRules, after: ReleaseRules) -> Iterator[Change]:
    yield from _listed("fact", before.facts, after.facts, "id")
    for tier, old, new in ((name, before.tiers.of(name), after.tiers.of(name)) for name in ("low", "medium", "high")):
        if details := _details(_flat(old), _flat(new)):
            yield Change("tier", tier, "", CHANGED, details)
    yield from _listed("readiness item", before.items, after.items, "id")
    yield from _listed("sign-off", before.sign_offs, after.sign_offs, "function")
    yield from _listed("release", before.releases, after.releases, "name")


def _decision_rules(before: DecisionRules, after: DecisionRules) -> Iterator[Change]:
    if details := _details(_flat(before.escalation), _flat(after.escalation)):
        yield Change("decision rules", "escalation", "", CHANGED, details)
    if details := _details({"emoji": before.emoji}, {"emoji": after.emoji}):
        yield Change("decision rules", "emoji", "", CHANGED, details)
    yield from _listed("decision class", before.classes, after.classes, "id")


def _insight_rules(before: InsightRules, after: InsightRules) -> Iterator[Change]:
    for key in ("channel", "emoji", "watched", "triagers", "question_days", "spike", "restricted", "incident"):
        then, now = (rules.model_dump(mode="json", include={key}) for rules in (before, after))
        if details := _details(_flatten(then), _flatten(now)):
            yield Change("insight rules", key, "", CHANGED, details)
    for what, key in (("source", "sources"), ("theme", "themes"), ("segment", "segments"), ("evidence", "evidence")):
        yield from _listed(what, getattr(before, key), getattr(after, key), "id")
    yield from _listed("cause", before.causes, after.causes, "id")
    for severity in SEVERITIES:
        if details := _details(_flat(before.severities.of(severity)), _flat(after.severities.of(severity))):
            yield Change("severity", severity, "", CHANGED, details)
    yield from _listed("route", before.routes, after.routes, "name")
    kept = [{each.name for each in rules.routes} for rules in (before, after)]
    orders = [[each.name for each in rules.routes if each.name in kept[0] & kept[1]] for rules in (before, after)]
    if orders[0] != orders[1]:
        # The first that fits is taken.
        yield Change("insight rules", "routes", "", CHANGED, (f"in another order: {', '.join(orders[1])}",))


def _artifacts(before: ArtifactLibrary, after: ArtifactLibrary) -> Iterator[Change]:
    yield from _listed("artifact", before.artifacts, after.artifacts, "id")


def _measures(before: MeasureRules, after: MeasureRules) -> Iterator[Change]:
    yield from _listed("measure", before.measures, after.measures, "id")


def _pulses(before: PulseRules, after: PulseRules) -> Iterator[Change]:
    yield from _listed("pulse", before.pulses, after.pulses, "id")


def _charter(before: Charter, after: Charter) -> Iterator[Change]:
    yield from _by_key("charter", before, after, {"interfaces", "roadmaps"})
    yield from _listed("interface", before.interfaces, after.interfaces, "id")
    yield from _listed("roadmap", before.roadmaps, after.roadmaps, "where")


def _by_key(what: str, before: Definition, after: Definition, lists: set[str]) -> Iterator[Change]:
    """Each key that is not as it was, but for the lists that are compared one by one."""
    then, now = (each.model_dump(mode="json", exclude=lists) for each in (before, after))
    for key in dict.fromkeys([*then, *now]):
        if details := _details(_flatten({key: then.get(key)}), _flatten({key: now.get(key)})):
            yield Change(what, key, "", CHANGED, details)


def _frictions_order(before: Definitions, after: Definitions) -> Iterator[Change]:
    """The worst stands first, so that their order says something."""
    then, now = ([each.id for each in one.calendar.frictions] for one in (before, after))
    if [each for each in then if each in now] != [each for each in now if each in then]:
        yield Change("frictions", "calendar.yaml", "", CHANGED, (f"in another order: {', '.join(now)}",))


def _assumptions(before: Assumptions | None, after: Assumptions | None) -> Iterator[Change]:
    then, now = (each.assumptions if each else () for each in (before, after))
    yield from _listed("assumption", then, now, "what")
    days, other = (each.confirm_within if each else Assumptions().confirm_within for each in (before, after))
    if days != other:
        said = (f"to be confirmed within: {days} → {other} days",)
        yield Change("assumptions", "assumptions.yaml", "", CHANGED, said)


def _name(model: Definition) -> str:
    return str(getattr(model, "name", None) or getattr(model, "title", None) or "")


def _flat(model: Definition) -> dict[str, Any]:
    return _flatten(model.model_dump(mode="json"))


def _flatten(data: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """`{schedule: {cutoff: …}}` as `{schedule.cutoff: …}`; lists stay whole."""
    flat: dict[str, Any] = {}
    for key, value in data.items():
        path = f"{above}.{key}" if above else str(key)
        flat |= _flatten(value, path) if isinstance(value, Mapping) else {path: value}
    return flat


def _details(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    both = {key: (before.get(key), after.get(key)) for key in dict.fromkeys([*before, *after])}
    # An empty list and none at all read the same.
    return tuple(_detail(key, old, new) for key, (old, new) in both.items() if old != new and _text(old) != _text(new))


def _detail(key: str, before: Any, after: Any) -> str:
    if isinstance(before, list) and isinstance(after, list):
        return f"{key}: {_list_change(before, after)}"
    then, now = _text(before), _text(after)
    if max(len(then), len(now)) > LONGEST:
        return f"{key}: reworded"
    return f"{key}: {then} → {now}"


def _list_change(before: list[Any], after: list[Any]) -> str:
    more = [f"+ {_text(each)}" for each in after if each not in before]
    less = [f"- {_text(each)}" for each in before if each not in after]
    return ", ".join([*less, *more]) or "in another order"


def _text(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        # As people write it.
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_text(each)}" for key, each in value.items())
    return str(value)
