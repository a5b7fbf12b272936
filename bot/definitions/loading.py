"""Loads the definitions of a folder: every file against its model, then all of them against each other."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.definitions.artifacts import ArtifactLibrary
from bot.definitions.assumptions import Assumptions, check_assumptions
from bot.definitions.calendar import DIGEST, Calendar, Ritual
from bot.definitions.charter import Charter
from bot.definitions.check import (
    check_calendar,
    check_organisation,
    check_references,
    check_release_references,
    check_releases,
)
from bot.definitions.check_artifacts import check_artifact_references, check_artifact_rituals, check_artifacts
from bot.definitions.check_bundle import check_bundle, check_bundle_references
from bot.definitions.check_charter import check_charter, check_charter_measures, check_charter_references
from bot.definitions.check_comms import check_comms, check_comms_references
from bot.definitions.check_decisions import check_decision_forums, check_decision_references, check_decisions
from bot.definitions.check_digests import check_digest_templates, check_digests
from bot.definitions.check_insights import (
    check_emoji,
    check_insight_references,
    check_insight_rituals,
    check_insights,
)
from bot.definitions.check_lookback import check_lookback, check_lookback_references
from bot.definitions.check_measures import check_measure_references, check_measures
from bot.definitions.check_personal import check_personal
from bot.definitions.check_pilot import check_pilot, check_pilot_references, check_pilot_rituals
from bot.definitions.check_rituals import check_people, check_rituals
from bot.definitions.check_routes import check_routes
from bot.definitions.check_stated import check_stated
from bot.definitions.decisions import DecisionClass, DecisionRules
from bot.definitions.insights import InsightRules
from bot.definitions.measures import MeasureRules
from bot.definitions.organisation import Area, Organisation
from bot.definitions.pilot import Box, Pilot
from bot.definitions.pulses import PulseRules, check_pulses
from bot.definitions.releases import ReleaseRules
from bot.folding import folded
from bot.yamlfile import Document, Problem, content_of, parse, shown, validate

KINDS = frozenset({"weekly_update", "review", "insights_digest", DIGEST, "quarter"})

ROADMAP_REVIEW = "roadmap-review"
"""The id of the ritual that looks at the roadmap, where no class of decision says which it is."""

FILES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("organisation.yaml", Organisation),
    ("calendar.yaml", Calendar),
    ("releases.yaml", ReleaseRules),
    ("decisions.yaml", DecisionRules),
    ("insights.yaml", InsightRules),
    ("artifacts.yaml", ArtifactLibrary),
    ("measures.yaml", MeasureRules),
    ("pilot.yaml", Pilot),
    ("assumptions.yaml", Assumptions),
    ("charter.yaml", Charter),
    ("pulses.yaml", PulseRules),
)
"""Each by its model; the field of `Definitions` is named as the file."""
OPTIONAL = frozenset(name for name, _model in FILES) - {"organisation.yaml", "calendar.yaml"}


@dataclass(frozen=True)
class Definitions:
    """One consistent version of everything a team decides.

    A ritual without a channel gets that for updates, except a digest, which goes to its subscribers alone.
    """

    organisation: Organisation
    calendar: Calendar
    releases: ReleaseRules | None = None
    """None when the team keeps no `releases.yaml`."""
    decisions: DecisionRules | None = None
    """None when the team keeps no `decisions.yaml`."""
    insights: InsightRules | None = None
    """None when the team keeps no `insights.yaml`."""
    artifacts: ArtifactLibrary | None = None
    """None when the team keeps no `artifacts.yaml`."""
    pilot: Pilot | None = None
    """None when the team keeps no `pilot.yaml`."""
    gates_passed: tuple[str, ...] = ()
    """The ids of the pilot's boxes whose gates people have passed in Slack; no file holds them."""
    measures: MeasureRules | None = None
    """None when the team keeps no `measures.yaml`."""
    pulses: PulseRules | None = None
    """None when the team keeps no `pulses.yaml`."""
    charter: Charter | None = None
    """None when the team keeps no `charter.yaml`."""
    assumptions: Assumptions | None = None
    """None when the team keeps no `assumptions.yaml`."""

    def __post_init__(self) -> None:
        rituals = [self._as_held(each) for each in self.calendar.rituals]
        object.__setattr__(self, "calendar", self.calendar.with_rituals(tuple(rituals)))

    def _as_held(self, ritual: Ritual) -> Ritual:
        """With its channel, and without those to whose areas the pilot has not widened; digests ask nobody."""
        changed: dict[str, Any] = {}
        if not ritual.channel and not ritual.is_digest:
            changed["channel"] = self.organisation.channels.updates
        if not ritual.is_digest and (audience := tuple(filter(self._comes, ritual.audience))) != ritual.audience:
            changed["audience"] = audience
        return ritual.model_copy(update=changed) if changed else ritual

    def _comes(self, ref: str) -> bool:
        owned = self.organisation.owned_by(ref) if self.pilot else ()
        return not owned or any(map(self.is_in_pilot, owned))

    @property
    def decision_classes(self) -> tuple[DecisionClass, ...]:
        return self.decisions.classes if self.decisions else ()

    def decision_class(self, id: str | None) -> DecisionClass | None:
        return self.decisions.of(id) if self.decisions and id else None

    def class_about(self, topic: str) -> DecisionClass | None:
        """The class of decision that people ask for by this word; else one with it in its id."""
        named = (each for each in self.decision_classes if topic in map(str.casefold, each.topics))
        return next(named, None) or next((each for each in self.decision_classes if topic in folded(each.id)), None)

    def forum_of(self, *topics: str) -> str:
        """The id of the ritual in which people decide on the first of these topics that has one.

        Where no class of decision says so, it is the roadmap review.
        """
        found = (self.class_about(topic) for topic in topics)
        return next((each.forum.ritual for each in found if each and each.forum.ritual), ROADMAP_REVIEW)

    def areas_of(self, ritual: Ritual) -> tuple[Area, ...]:
        """The areas that take part in a ritual: the named ones, else all; in a pilot, of these only its own."""
        if self.begins_with(ritual) is not None:
            return ()
        return tuple(area for area in self.organisation.areas if self._is_asked(ritual, area))

    def takes_part(self, ritual: Ritual, area: Area) -> bool:
        return self.begins_with(ritual) is None and self._is_asked(ritual, area)

    def _is_asked(self, ritual: Ritual, area: Area) -> bool:
        """Whether a ritual that has begun asks this area."""
        return self.is_named_by(ritual, area) and self.is_in_pilot(area)

    def not_yet(self, ritual: Ritual) -> tuple[Area, ...]:
        """The areas that a ritual asks nothing of until the pilot widens to them."""
        return tuple(
            area for area in self.organisation.areas if self.is_named_by(ritual, area) and not self.is_in_pilot(area)
        )

    def is_named_by(self, ritual: Ritual, area: Area) -> bool:
        """Whether a ritual is for this area, once there is no pilot."""
        return not ritual.areas or area.id in ritual.areas

    def is_in_pilot(self, area: Area) -> bool:
        """Whether rituals ask this area by now: without a pilot, and once it is for everybody, they ask all."""
        if self.pilot is None or self.pilot.is_for_everybody(self.gates_passed):
            return True
        return area.id in self.pilot.areas

    def begins_with(self, ritual: Ritual) -> Box | None:
        """The box of the pilot with which a ritual begins, while that is still to come."""
        return self.pilot.begins_with(ritual.id, self.gates_passed) if self.pilot else None


@dataclass(frozen=True)
class Loaded:
    """Definitions, or, when anything is wrong, every error and no definitions."""

    definitions: Definitions | None
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()
    """Warnings and infos: what may be meant so."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """What the definitions were read from: each file's text by its name, byte for byte once encoded again."""


def load(folder: Path, kinds: Collection[str] = KINDS, templates: Sequence[Path] = ()) -> Loaded:
    """Everything in `folder`. `kinds` are the ritual kinds that exist.

    `templates` are the folders with templates; without them, nobody looks whether each digest has its own.
    """
    opened: dict[str, tuple[Document | None, list[Problem]]] = {}
    texts: dict[str, str] = {}
    for name, _model in FILES:
        path = folder / name
        if name in OPTIONAL and not path.exists():
            continue
        content, problems = content_of(path)
        opened[name] = (None, problems) if content is None else parse(content, shown(path))
        with suppress(UnicodeDecodeError):
            texts[name] = (content or b"").decode("utf-8")
    return _load(opened, texts, kinds, templates)


def load_texts(texts: Mapping[str, str], where: str, kinds: Collection[str] = KINDS) -> Loaded:
    """The same from the files' texts, by file name; complaints name each file as `where/name`."""
    opened: dict[str, tuple[Document | None, list[Problem]]] = {}
    for name, _model in FILES:
        if name in texts:
            opened[name] = parse(texts[name].encode(), f"{where}/{name}")
        elif name not in OPTIONAL:
            opened[name] = None, [Problem(f"{where}/{name}", 1, 1, "there is no such file")]
    return _load(opened, texts, kinds)


def _load(
    opened: Mapping[str, tuple[Document | None, list[Problem]]],
    texts: Mapping[str, str],
    kinds: Collection[str],
    templates: Sequence[Path] = (),
) -> Loaded:
    problems: list[Problem] = []
    documents: dict[type[BaseModel], Document] = {}
    models: dict[type[BaseModel], Any] = {}
    for name, model in FILES:
        if name not in opened:
            continue
        document, found = opened[name]
        problems += found
        if document is not None:
            documents[model] = document
            models[model], found = validate(document, model)
            problems += found
    problems += _checked(models, documents, kinds)
    if organisation := models.get(Organisation):
        known = {each.email.casefold() for each in organisation.people if each.email}
        problems += [each for document in documents.values() for each in check_personal(document, known)]
    if templates and (calendar := models.get(Calendar)):
        problems += check_digest_templates(calendar, documents[Calendar], templates)
    found = sorted(set(problems))
    errors = tuple(each for each in found if each.level == "error")
    notes = tuple(each for each in found if each.level != "error")
    if errors:
        return Loaded(None, errors, notes)
    found_in: dict[str, Any] = {name.removesuffix(".yaml"): models.get(model) for name, model in FILES}
    return Loaded(Definitions(**found_in), (), notes, texts)


def _checked(
    models: dict[type[BaseModel], Any], documents: dict[type[BaseModel], Document], kinds: Collection[str]
) -> list[Problem]:
    problems: list[Problem] = []
    organisation: Organisation | None = models.get(Organisation)
    calendar: Calendar | None = models.get(Calendar)
    rules: ReleaseRules | None = models.get(ReleaseRules)
    decisions: DecisionRules | None = models.get(DecisionRules)
    insights: InsightRules | None = models.get(InsightRules)
    library: ArtifactLibrary | None = models.get(ArtifactLibrary)
    pilot: Pilot | None = models.get(Pilot)
    measures: MeasureRules | None = models.get(MeasureRules)
    charter: Charter | None = models.get(Charter)
    if organisation:
        problems += check_organisation(organisation, documents[Organisation])
    if calendar:
        problems += check_calendar(calendar, documents[Calendar], kinds)
        problems += check_rituals(calendar, documents[Calendar])
        problems += check_digests(calendar, documents[Calendar])
    if organisation and calendar:
        problems += check_references(calendar, documents[Calendar], organisation)
        problems += check_people(calendar, documents[Calendar], organisation)
    if rules:
        problems += check_releases(rules, documents[ReleaseRules])
        problems += check_bundle(rules, documents[ReleaseRules])
        problems += check_comms(rules, documents[ReleaseRules])
        problems += check_lookback(rules, documents[ReleaseRules])
    if rules and organisation:
        problems += check_release_references(rules, documents[ReleaseRules], organisation)
        problems += check_stated(rules, documents[ReleaseRules], organisation)
        problems += check_bundle_references(rules, documents[ReleaseRules], organisation)
        problems += check_comms_references(rules, documents[ReleaseRules], organisation)
        problems += check_lookback_references(rules, documents[ReleaseRules], organisation)
    if decisions:
        problems += check_decisions(decisions, documents[DecisionRules])
    if decisions and organisation:
        problems += check_decision_references(decisions, documents[DecisionRules], organisation)
    if decisions and calendar:
        problems += check_decision_forums(decisions, documents[DecisionRules], calendar)
    if insights:
        problems += check_insights(insights, documents[InsightRules])
    if insights and organisation:
        problems += check_insight_references(insights, documents[InsightRules], organisation)
        problems += check_routes(insights, documents[InsightRules], organisation)
    if insights and calendar:
        problems += check_insight_rituals(insights, documents[InsightRules], calendar)
    if insights and decisions:
        problems += check_emoji(insights, documents[InsightRules], decisions)
    if library:
        problems += check_artifacts(library, documents[ArtifactLibrary])
    if library and organisation:
        problems += check_artifact_references(library, documents[ArtifactLibrary], organisation)
    if library and calendar:
        problems += check_artifact_rituals(library, documents[ArtifactLibrary], calendar)
    if pilot:
        problems += check_pilot(pilot, documents[Pilot])
    if pilot and organisation:
        problems += check_pilot_references(pilot, documents[Pilot], organisation)
    if pilot and calendar:
        problems += check_pilot_rituals(pilot, documents[Pilot], calendar)
    if measures:
        problems += check_measures(measures, documents[MeasureRules])
    if measures and organisation:
        problems += check_measure_references(measures, documents[MeasureRules], organisation)
    if pulses := models.get(PulseRules):
        problems += check_pulses(pulses, documents[PulseRules])
    if charter:
        problems += check_charter(charter, documents[Charter])
        problems += check_charter_measures(charter, documents[Charter], measures)
    if charter and organisation:
        problems += check_charter_references(charter, documents[Charter], organisation)
    if assumptions := models.get(Assumptions):
        problems += check_assumptions(assumptions, documents[Assumptions], organisation)
    return problems
