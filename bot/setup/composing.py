"""The definitions that come of the interview: what it sets is set, and everything else stays as people wrote it."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from bot import presets, shipped
from bot.definitions import Definitions
from bot.definitions.artifacts import ABOUT_RELEASES
from bot.presets import RELEASES
from bot.setup import measuring, trying
from bot.setup.catalogue import FRICTIONS, NEEDS
from bot.setup.organising import organise
from bot.setup.questions import asked_for, days_counted
from bot.setup.resolving import SMALL, WHY, Resolved, paths
from bot.setup.standing import OWN_WORDS, written
from bot.yamlfile import edited, sample_data

THEIR_OWN = ("owner", "audience", "channel")
"""Keys of a ritual that every company fills in by itself: one that differs in these alone is as it was shipped."""
OPTIONAL = (RELEASES, "decisions.yaml", "insights.yaml", "pulses.yaml")


@dataclass(frozen=True)
class Composed:
    """What is proposed."""

    texts: Mapping[str, str]
    """All files of the definitions."""
    preset: str
    is_small: bool


def compose(
    resolved: Resolved,
    texts: Mapping[str, str],
    definitions: Definitions,
    today: date,
    name_of: Callable[[str], str],
    *,
    has_begun: bool,
    keeps_all: bool = False,
) -> Composed:
    """`texts` are the files in force, which hold `definitions`; `name_of` names somebody whom they do not.

    Once a ritual was held (`has_begun`), no pilot comes that would hold it back again. With `keeps_all` nothing goes
    that there is, not even what is still as it came with Drumbeat.
    """
    preset, also = resolved.preset, _needed(resolved, definitions)
    small = resolved.product_managers <= SMALL
    ops = str(resolved.get("people", "product_ops"))
    organisation = definitions.organisation
    lead = presets.Lead(organisation.name, ops, ops, organisation.zone.key)
    proposed = presets.files(preset, lead, today, small=small, also=also)
    found = dict(texts)
    found["organisation.yaml"] = edited(
        texts["organisation.yaml"], lambda data: organise(data, resolved, definitions, name_of)
    )
    # What came with Drumbeat and was never touched goes, where it is not proposed; what people wrote stays.
    untouched = {name for name in OPTIONAL if name in texts and not keeps_all and _is_shipped(name, texts[name])}
    gone = [name for name in OPTIONAL if name in untouched and name not in proposed]
    touched = [texts[name] for name in OPTIONAL if name in texts and name not in untouched]
    rituals = _Rituals.chosen(texts["calendar.yaml"], proposed["calendar.yaml"], touched, keeps_all=keeps_all)
    found["calendar.yaml"] = edited(texts["calendar.yaml"], lambda data: _calendar(data, resolved, rituals))
    for name in OPTIONAL:
        if name in gone:
            del found[name]
        elif name in texts:
            found[name] = presets.without_rituals(texts[name], rituals.dropped)
        elif name in proposed:
            found[name] = proposed[name]
    found["artifacts.yaml"] = _artifacts(texts.get("artifacts.yaml"), proposed["artifacts.yaml"], rituals, gone)
    if RELEASES in found and "security-review" in (resolved.get("more", "privacy") or ()):
        found[RELEASES] = edited(found[RELEASES], _always_seen_by_security)
    if trying.FILE in texts or not has_begun:
        there = sample_data(found["calendar.yaml"])["rituals"]
        proposed_pilot = presets.pilot(preset, lead, today, small=small, also=also)
        found[trying.FILE] = trying.pilot(
            texts.get(trying.FILE), proposed_pilot, resolved, definitions, there, rituals.dropped
        )
    charter = _charter(resolved, definitions)
    found["charter.yaml"] = _with(texts.get("charter.yaml") or _shipped("charter.yaml"), charter)
    measures = _measures(resolved, definitions, today)
    found["measures.yaml"] = _with(texts.get("measures.yaml") or proposed["measures.yaml"], measures)
    known = {each.get("email") or each.get("slack") for each in sample_data(found["organisation.yaml"])["people"]}
    theirs = paths(resolved.values, definitions) | {each.what for each in resolved.assumed}
    found["assumptions.yaml"] = edited(
        texts.get("assumptions.yaml") or proposed["assumptions.yaml"],
        lambda data: _assumptions(data, resolved, theirs, lambda ref: ref if ref in known else ops),
    )
    return Composed(found, preset, small)


def _needed(resolved: Resolved, definitions: Definitions) -> set[str]:
    """What measures are computed from: of the outcomes, and of whatever else has a target."""
    held = definitions.measures.measures if definitions.measures else ()
    measured = [*resolved.measures, *(each.id for each in held if each.target)]
    return {part for each in measured for part in NEEDS.get(each, ())}


@dataclass(frozen=True)
class _Rituals:
    """What becomes of the calendar: what comes, and what goes since nobody has made it their own."""

    added: Sequence[Any]
    dropped: Sequence[str]

    @classmethod
    def chosen(cls, text: str, proposed: str, theirs: Sequence[str], *, keeps_all: bool) -> "_Rituals":
        now, wanted = sample_data(text)["rituals"], sample_data(proposed)["rituals"]
        starter = {each["id"]: _bare(each) for each in sample_data(_shipped("calendar.yaml"))["rituals"]}
        ids, kinds = {each["id"] for each in now}, {each["kind"] for each in now}
        # A weekly update, or a plan of the quarter, goes to everybody: under another name it is the same.
        added = [each for each in wanted if each["id"] not in ids and not (_is_one(each) and each["kind"] in kinds)]
        keep = {each["id"] for each in (*wanted, *(now if keeps_all else ()))}
        dropped = [each["id"] for each in now if each["id"] not in keep and _bare(each) == starter.get(each["id"])]
        # What people wrote may speak of them: of a ritual that others count from, or in which things are decided.
        stays = [str(each["schedule"]["repeats"]) for each in now if each["id"] not in dropped]
        dropped = [each for each in dropped if not any(_names(each, said) for said in (*theirs, *stays))]
        return cls([_strings(each) for each in added], dropped)


def _names(id: str, said: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(id)}(?![\w-])", said) is not None


def _is_shipped(name: str, text: str) -> bool:
    """Whether nobody has changed what a file says, but for who owns what in it."""
    return text == _shipped(name) or bool(_plain(sample_data(text)) == _plain_shipped(name))


@cache
def _plain_shipped(name: str) -> Any:
    """Kept, since to read a file takes long, and what ships does not change."""
    return _plain(sample_data(_shipped(name)))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if key not in (*THEIR_OWN, "forum", "ritual")}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _bare(ritual: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in ritual.items() if key not in THEIR_OWN}


def _is_one(ritual: Mapping[str, Any]) -> bool:
    return ritual["kind"] in ("weekly_update", "quarter")


def _strings(value: Any) -> Any:
    """Days stay days, and times text, as the shipped file has them."""
    if isinstance(value, dict):
        return {key: _strings(each) for key, each in value.items()}
    return [_strings(each) for each in value] if isinstance(value, list) else value


def _always_seen_by_security(data: Any) -> None:
    """Of every high release, whatever it is about."""
    for each in (*data.get("items", ()), *data.get("sign_offs", ())):
        if "security" in (each.get("function"), *each.get("owners", ())):
            each.pop("only_if", None)


def _calendar(data: Any, resolved: Resolved, rituals: _Rituals) -> None:
    examples = [each.strip() for each in str(resolved.get("frictions", "examples") or "").splitlines() if each.strip()]
    ranked: dict[str, Any] = {}
    held = {each["id"]: each for each in data.get("frictions") or ()}
    for i, id in enumerate(resolved.frictions):
        key = OWN_WORDS if id == "own" else id
        name = str(resolved.get("frictions", "own")) if id == "own" else FRICTIONS[id].name
        ranked[key] = held.get(key) or {"id": key, "name": name}
        if id == "own":
            ranked[key]["name"] = name
        if i < len(examples):
            ranked[key]["example"] = examples[i]
    theirs = [id for id in held if id in ranked or id != OWN_WORDS]
    # What people put before or between them stays there, as long as the order is the same.
    order = theirs if [id for id in theirs if id in ranked] == [*ranked] else [*dict.fromkeys((*ranked, *theirs))]
    frictions = [held.get(id) or ranked[id] for id in order]
    serves = {each for ritual in (*data["rituals"], *rituals.added) for each in ritual.get("serves", ())}
    shipped_ones = sample_data(_shipped("calendar.yaml"))["frictions"]
    missing = [each for each in shipped_ones if each["id"] in serves.difference(order)]
    _refill(data, "frictions", [*frictions, *missing])
    for i in reversed(range(len(data["rituals"]))):
        if data["rituals"][i]["id"] in rituals.dropped:
            del data["rituals"][i]
    data["rituals"].extend(rituals.added)


def _refill(data: Any, key: str, entries: Sequence[Any]) -> None:
    """A list with other entries in it, in which the comments around it stay."""
    if data.get(key):
        held = data[key]
        for i, entry in enumerate(entries[: len(held)]):
            held[i] = entry
        del held[len(entries) :]
        held.extend(entries[len(held) :])
    else:
        data[key] = list(entries)


def _artifacts(text: str | None, proposed: str, rituals: _Rituals, gone: Sequence[str]) -> str:
    """The library with what the new rituals leave, and without what the dropped ones left."""
    if text is None:
        return proposed
    wanted = sample_data(proposed)["artifacts"]

    def change(data: Any) -> None:
        events = ABOUT_RELEASES if RELEASES in gone else ()
        kept = [
            each
            for each in data["artifacts"]
            if each.get("ritual") not in rituals.dropped and each.get("event") not in events
        ]
        ids = {each["id"] for each in kept}
        makers = {each["id"] for each in rituals.added}
        there = {(each.get("ritual"), each.get("event")) for each in kept}
        for i in reversed(range(len(data["artifacts"]))):
            if data["artifacts"][i]["id"] not in ids:
                del data["artifacts"][i]
        for each in wanted:
            made_by = (each.get("ritual"), each.get("event"))
            if each["id"] not in ids and made_by not in there and (each.get("event") or each.get("ritual") in makers):
                data["artifacts"].append(each)

    return edited(text, change)


def _assumptions(data: Any, resolved: Resolved, theirs: Collection[str], owner_of: Callable[[str], str]) -> None:
    """Those of the interview, whose values stand at `theirs`, beside what somebody assumed about other things."""
    held = data.get("assumptions") or ()
    # One that an earlier interview left goes, too, when another measure comes first now.
    others = [
        each for each in held if each["what"] not in theirs and (each["why"] != WHY or asked_for(each["what"]) is None)
    ]
    data["assumptions"] = [
        *others,
        *(
            {
                "what": each.what,
                "value": each.value,
                "owner": owner_of(each.owner),
                "confirm_by": each.confirm_by,
                "why": WHY,
            }
            for each in resolved.assumed
        ),
    ]


def _charter(resolved: Resolved, definitions: Definitions) -> dict[str, Any]:
    kind = str(resolved.get("more", "model"))
    trouble = f"What breaks most is felt in {resolved.get('areas', 'pilot')}"
    return {
        "problem": {each: str(resolved.get("sentence", each)) for each in ("reduce", "improve", "for")},
        "sponsor": str(resolved.get("people", "sponsor")),
        "owner": str(resolved.get("people", "product_ops")),
        "model": {
            "kind": kind,
            "why": trouble if kind == "embedded" else f"{resolved.product_managers} product managers",
        },
        "measures": [*resolved.measures, *measuring.kept(definitions)],
    }


def _measures(resolved: Resolved, definitions: Definitions, today: date) -> dict[str, Any]:
    id, owner = resolved.measures[0], str(resolved.get("outcomes", "owner"))
    entry: dict[str, Any] = {
        "id": id,
        "owner": owner,
        "target": str(resolved.get("outcomes", "target")),
        "by": date.fromisoformat(str(resolved.get("outcomes", "by"))),
    }
    said = str(resolved.get("outcomes", "baseline"))
    if said != written(f"measures.{id}.baseline", definitions):
        days = days_counted(said)
        counted = {"from": days[0], "until": days[1]} if days else None
        entry["baseline"] = counted or {"value": said, "source": "As answered at setup"}
    return {"measures": [entry, *(measuring.entry(each, owner, definitions, today) for each in resolved.further)]}


def _with(text: str, more: Mapping[str, Any]) -> str:
    """A file with these keys set; of a list of things with ids, those of the same id."""

    def change(data: Any) -> None:
        for key, value in more.items():
            if isinstance(value, dict) and key in data:
                data[key].update(value)
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                _merge(data.setdefault(key, []), value)
            elif data.get(key) != value:
                data[key] = value

    return edited(text or "{}\n", change)


def _merge(held: Any, entries: Sequence[Mapping[str, Any]]) -> None:
    for entry in entries:
        found = next((each for each in held if each["id"] == entry["id"]), None)
        if found is None:
            held.append(dict(entry))
        else:
            found.update(entry)


def _shipped(name: str) -> str:
    """A file as it comes with Drumbeat; empty when there is none of that name."""
    path = shipped.folder("cadences") / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""
