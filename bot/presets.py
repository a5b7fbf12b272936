"""Definitions to begin with: a part of the starter operating system, with one person who then names the others."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot import shipped
from bot.definitions import FILES
from bot.definitions.artifacts import ABOUT_RELEASES
from bot.definitions.schema import FOLDER, schema_as_text, schemas
from bot.errors import UserError
from bot.yamlfile import edited, nearest


@dataclass(frozen=True)
class Preset:
    """Which rituals of the starter it has, and which of its optional files."""

    says: str
    rituals: tuple[str, ...]
    files: frozenset[str]

    def has(self, part: str) -> bool:
        """Whether a file, or a ritual by its id, is part of it."""
        return part in self.files or part in self.rituals


WEEKLY, ROADMAP, INSIGHTS, HEALTH = "weekly-product-update", "roadmap-review", "insights-review", "system-health"
DIGEST, MONTH, QUARTER = "insights-digest", "insights-of-the-month", "quarter-plan"
PEOPLE_MEET = (WEEKLY, ROADMAP, INSIGHTS, HEALTH, QUARTER)
RELEASES = "releases.yaml"
_DECISIONS, _INSIGHTS, _PULSES, _PILOT = (f"{each}.yaml" for each in ("decisions", "insights", "pulses", "pilot"))
PRESETS: Mapping[str, Preset] = {
    "starter": Preset(
        "everything",
        (WEEKLY, ROADMAP, INSIGHTS, DIGEST, MONTH, HEALTH, QUARTER),
        frozenset((RELEASES, _DECISIONS, _INSIGHTS, _PULSES, _PILOT)),
    ),
    "small-start": Preset(
        "three rituals, decisions and a simple way for insights: for whoever knows little yet",
        (WEEKLY, ROADMAP, INSIGHTS, DIGEST),
        frozenset((_DECISIONS, _INSIGHTS, _PILOT)),
    ),
    "minimum": Preset("weekly update, roadmap review, releases", (WEEKLY, ROADMAP), frozenset((RELEASES,))),
    "define": Preset(
        "who decides what, and the weekly update: Product Ops says first what it is for",
        (WEEKLY,),
        frozenset((_DECISIONS,)),
    ),
    "visibility": Preset(
        "everybody sees what moves: weekly update, roadmap review, who decides what",
        (WEEKLY, ROADMAP),
        frozenset((_DECISIONS,)),
    ),
    "less-overhead": Preset(
        "status without meetings: weekly update, system health, and what it costs",
        (WEEKLY, HEALTH),
        frozenset((_PULSES,)),
    ),
    "no-surprise-launches": Preset("tiers, readiness and a weekly look ahead", (WEEKLY,), frozenset((RELEASES,))),
    "signal-to-decision": Preset(
        "what customers say is decided on: insights, their digest and review, who decides what",
        (INSIGHTS, DIGEST, MONTH),
        frozenset((_DECISIONS, _INSIGHTS)),
    ),
}


NOT_WHEN_SMALL = (HEALTH, MONTH, QUARTER)
"""What five product managers or fewer do without at first."""
NO_REASON_YET = "It is the area we have written down so far."
MOST_AT_ONCE = 4
"""So few rituals all begin in the first days of a pilot; more of them begin step by step."""


@dataclass(frozen=True)
class Lead:
    """The first person, who runs product operations, and where."""

    company: str
    name: str
    email: str
    zone: str


def name_of(preset: str) -> str:
    """What people read of an id."""
    return preset.replace("-", " ").capitalize()


def files(preset: str, lead: Lead, today: date, *, small: bool = False, also: Collection[str] = ()) -> dict[str, str]:
    """The files of a preset by their path, with `lead` as the owner of everything; a UserError for an unknown one.

    A pilot begins `today`. They are the shipped files with their comments, less what the preset does not have. `also`
    are files, and rituals by their ids, that come beside those of the preset.
    """
    if preset not in PRESETS:
        raise UserError(f"There is no preset `{preset}`: {nearest(preset, PRESETS)}.")
    chosen = _chosen(preset, small, also)
    starter = {name: (shipped.folder("cadences") / name).read_text(encoding="utf-8") for name, _model in FILES}
    found = {
        "organisation.yaml": _organisation(starter["organisation.yaml"], lead),
        "calendar.yaml": _calendar(starter["calendar.yaml"], chosen, lead),
    }
    if chosen.has(RELEASES):
        found[RELEASES] = starter[RELEASES]
    if chosen.has(_DECISIONS):
        found[_DECISIONS] = _of(starter[_DECISIONS], chosen)
    if chosen.has(_INSIGHTS):
        found[_INSIGHTS] = _owned(_of(starter[_INSIGHTS], chosen), lead)
    if chosen.has(_PILOT):
        found[_PILOT] = pilot(preset, lead, today, small=small, also=also)
    if chosen.has(_PULSES):
        found[_PULSES] = starter[_PULSES]
    found["artifacts.yaml"] = _artifacts(starter["artifacts.yaml"], chosen)
    found["measures.yaml"] = _measures(starter["measures.yaml"])
    found["charter.yaml"] = starter["charter.yaml"]
    found["assumptions.yaml"] = starter["assumptions.yaml"]
    return found | {f"{FOLDER}/{name}": schema_as_text(schema) for name, schema in schemas().items()}


def _organisation(text: str, lead: Lead) -> str:
    person = (
        f"  - {{name: {_quoted(lead.name)}, email: {_quoted(lead.email)}, function: product-ops,"
        " roles: [product_ops, product_manager, head_of_product]}"
    )
    area = f'  - {{id: first-area, name: First area, owner: {_quoted(lead.email)}, forum: "#product-updates"}}'
    text = re.sub(r"(?m)^name: .*$", lambda _: f"name: {_quoted(lead.company)}", text, count=1)
    text = re.sub(r"(?m)^zone: .*$", lambda _: f"zone: {lead.zone}", text, count=1)
    text = re.sub(r"(?m)^holidays: ", "# holidays: ", text, count=1)
    text = re.sub(r", lead: \S+@\S+\}", "}", text)
    return _with_entries(_with_entries(text, "people", person), "areas", area)


def _with_entries(text: str, key: str, entry: str) -> str:
    """The list below `key` with this one entry alone."""
    return re.sub(rf"(?m)^{key}:\n(?:  - .*\n|\n)*", lambda _: f"{key}:\n{entry}\n\n", text).rstrip() + "\n"


def _calendar(text: str, preset: Preset, lead: Lead) -> str:
    head, *rituals = re.split(r"(?m)^(?=  - id: )", text)
    chosen = [each for each in rituals if (found := re.match(r"  - id: (\S+)", each)) and found[1] in preset.rituals]
    return _owned(head + "".join(chosen).rstrip() + "\n", lead)


def _artifacts(text: str, preset: Preset) -> str:
    """Those that something of the preset makes; decisions are always recorded, and packs made."""
    head, *artifacts = re.split(r"(?m)^(?=  - id: )", text)
    makers = {f"ritual: {each}" for each in preset.rituals} | {"event: decision-recorded", "event: pack-made"}
    if preset.has(RELEASES):
        makers |= {f"event: {each}" for each in ABOUT_RELEASES}
    chosen = [each for each in artifacts if makers.intersection(map(str.strip, each.splitlines()))]
    return head + "".join(chosen).rstrip() + "\n"


def pilot(preset: str, lead: Lead, today: date, *, small: bool = False, also: Collection[str] = ()) -> str:
    """The shipped pilot of these rituals, before its start: no gate is passed, and its areas are the one there is."""
    text = (shipped.folder("cadences") / "pilot.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^begins: .*$", f"begins: {today}", text, count=1)
    text = re.sub(r"(?m)^owner: .*$", lambda _: f"owner: {_quoted(lead.email)}", text, count=1)
    text = re.sub(r"(?m)^areas: .*$", "areas: [first-area]", text, count=1)
    text = re.sub(r"(?m)^why: .*$", f"why: {NO_REASON_YET}", text, count=1)
    text = re.sub(r"(?m)^    passed: .*\n", "", text)
    return edited(text, lambda data: lay_out(data, preset, small=small, also=also))


def lay_out(data: Any, preset: str, *, small: bool = False, also: Collection[str] = ()) -> None:
    """The steps of the shipped pilot as these rituals need them: with few of them, all begin with the first step."""
    chosen = _chosen(preset, small, also)
    if len(chosen.rituals) <= MOST_AT_ONCE:
        _all_at_once(data, chosen)


def _all_at_once(data: Any, preset: Preset) -> None:
    """Every ritual begins with the first step; of what the preset does not have, nothing is to hold."""
    gone = {
        "updates-on-time": not preset.has(WEEKLY),
        "readiness-review": not preset.has(RELEASES),
        "triage-in-time": not preset.has(_INSIGHTS),
        "decision-classes": not preset.has(_DECISIONS),
        "overhead-not-up": not preset.has(_PULSES),
    }

    def holds(condition: Mapping[str, str]) -> bool:
        name, _, ritual = condition.get("test", "").partition(" ")
        return ritual in preset.rituals if name == "ritual-left" else not gone.get(name, False)

    _before, first, second, last = data["boxes"]
    first["rituals"][:] = preset.rituals
    for later in (second, last):
        del later["rituals"]
    for box in data["boxes"]:
        for key in ("deliverables", "gate"):
            for i in reversed(range(len(box[key]))):
                if not holds(box[key][i]):
                    del box[key][i]
    first["goal"] = "What breaks most is felt less in the pilot's areas"
    first["scope"] = f"One or two areas: {preset.says}"
    second["goal"] = "What the first step taught is mended, and people spend no more time than before"
    second["scope"] = "The same rituals, without the fields and steps that nobody needed"
    second["risk"] = "It grows before it works. Then add nothing."
    last["scope"] = "All areas"
    data["retro_of"] = WEEKLY if WEEKLY in preset.rituals else preset.rituals[0]


def _chosen(preset: str, small: bool, also: Collection[str]) -> Preset:
    chosen = PRESETS[preset]
    starter, gone = PRESETS["starter"], NOT_WHEN_SMALL if small else ()
    rituals = (each for each in starter.rituals if each in also or (each in chosen.rituals and each not in gone))
    return replace(chosen, rituals=tuple(rituals), files=chosen.files | starter.files.intersection(also))


def _measures(text: str) -> str:
    """Without baselines and targets: those of another company prove nothing in this one."""
    return re.sub(r"(?m)^    (?:baseline|target|by): .*\n", "", text)


def _owned(text: str, lead: Lead) -> str:
    """With `lead` as the owner of each ritual and each source, and as who comes to it."""
    text = re.sub(r"(?m)^    audience: \[[^\]]*\]$", lambda _: f"    audience: [{_quoted(lead.email)}]", text)
    return re.sub(r"(?m)^    owner: .*$", lambda _: f"    owner: {_quoted(lead.email)}", text)


def _of(text: str, preset: Preset) -> str:
    """Without the rituals in which people would meet, where the preset does not have them."""
    return without_rituals(text, [each for each in PEOPLE_MEET if each not in preset.rituals])


def without_rituals(text: str, gone: Collection[str]) -> str:
    """Decisions or insights of which none is decided in these rituals, or a pilot whose boxes do not have them."""
    for ritual in gone:
        text = re.sub(rf"(?m)^    forum: {{ritual: {re.escape(ritual)}}}\n", "", text)
        text = text.replace(f", ritual: {ritual}}}", "}")
        text = re.sub(rf"(?m)^ +- {{.*, test: ritual-left {re.escape(ritual)}}}\n", "", text)
    return re.sub(r"(?m)^    rituals: \[(.*)\]$", lambda found: _still(found[1], frozenset(gone)), text)


def _still(rituals: str, gone: Collection[str]) -> str:
    return f"    rituals: [{', '.join(each for each in rituals.split(', ') if each not in gone)}]"


def _quoted(text: str) -> str:
    """Text as YAML takes it anywhere, also within `{…}`."""
    if re.fullmatch(r"[\w@][\w@ .+-]*\w", text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
