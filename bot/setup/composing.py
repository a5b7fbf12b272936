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
from bot.setup import areas, measuring, trying
from bot.setup.catalogue import FRICTIONS, NEEDS
from bot.setup.questions import MORE, asked_for, days_counted, own_words
from bot.setup.resolving import OWN_WORDS, SMALL, WHY, Resolved, paths, written
from bot.yamlfile import edited, sample_data

THEIR_OWN = ("owner", "audience", "channel")
"""Keys of a ritual that every company fills in by itself: one that differs in these alone is as it was shipped."""
RELEASES = "releases.yaml"
OPTIONAL = (RELEASES, "decisions.yaml", "insights.yaml", "pulses.yaml")
LEADS = ("support", "sales")
EFFECTS = {
    "no-customer-names": "Texts with addresses, numbers or keys are refused. Names of customers people leave out",
    "security-review": "Security is asked about every high release, and can hold it",
    "regulated": "Who decided, called and signed is kept with its moment. What else is asked for, people see to",
}
"""What follows from what binds the company."""


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
        texts["organisation.yaml"], lambda data: _organisation(data, resolved, definitions, name_of)
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


def preset_functions() -> list[dict[str, str]]:
    """The functions that the shipped files speak of, without whoever leads them."""
    starter = sample_data(_shipped("organisation.yaml"))
    return [{"id": each["id"], "name": each["name"]} for each in starter["functions"]]


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


def _organisation(data: Any, resolved: Resolved, definitions: Definitions, name_of: Callable[[str], str]) -> None:
    profile = data.setdefault("profile", {})
    for field in ("model", "stage", "teams"):
        profile[field] = resolved.get("shape", field)
    for field in ("product_managers", "pods"):
        profile[field] = int(resolved.get("shape", field))
    for question, field in (("more", "tools"), ("more", "complaints"), ("rituals", "audience")):
        if said := resolved.get(question, field):
            profile[field] = said
    _constraints(data, resolved)
    if words := own_words(str(resolved.get("more", "words") or "")):
        data.setdefault("aliases", {}).update(words)
    there = {each["id"] for each in data["functions"]}
    data["functions"].extend(each for each in preset_functions() if each["id"] not in there)
    _people(data, resolved, name_of)
    _areas(data, resolved, definitions, name_of)


def _constraints(data: Any, resolved: Resolved) -> None:
    chosen = constraints(resolved)
    if not chosen:
        return
    held = data.setdefault("constraints", [])
    there = {each["id"] for each in held}
    held.extend({"id": each, "name": name, "effect": EFFECTS[each]} for each, name in chosen if each not in there)


def constraints(resolved: Resolved) -> list[tuple[str, str]]:
    """What binds the company: ids, with what each is in words."""
    names = MORE.field("privacy").options or {}
    return [(each, names[each]) for each in resolved.get("more", "privacy") or ()]


def _always_seen_by_security(data: Any) -> None:
    """Of every high release, whatever it is about."""
    for each in (*data.get("items", ()), *data.get("sign_offs", ())):
        if "security" in (each.get("function"), *each.get("owners", ())):
            each.pop("only_if", None)


def _people(data: Any, resolved: Resolved, name_of: Callable[[str], str]) -> None:
    head, ops, sponsor = (str(resolved.get("people", each)) for each in ("head_of_product", "product_ops", "sponsor"))
    for ref in dict.fromkeys((sponsor, head)):
        _person(data, ref, name_of, "product")
    _person(data, ops, name_of, "product-ops")
    for function in LEADS:
        _person(data, str(resolved.get("people", function)), name_of, function)
    _person(data, str(resolved.get("outcomes", "owner")), name_of, "product")
    for person in data["people"]:
        # There is one head of product; others may run product operations, too.
        if not _is(person, head) and "head_of_product" in person.get("roles", ()):
            person["roles"].remove("head_of_product")
    for ref, role in ((head, "head_of_product"), (ops, "product_ops")):
        roles = _person(data, ref, name_of, "product").setdefault("roles", [])
        if role not in roles:
            roles.append(role)
    for function in data["functions"]:
        if function["id"] in LEADS:
            function["lead"] = str(resolved.get("people", function["id"]))


def _areas(data: Any, resolved: Resolved, definitions: Definitions, name_of: Callable[[str], str]) -> None:
    """Those that were named, with whoever decides in them; others stay, but for the one that only stood in."""
    lines = areas.read(str(resolved.get("areas", "areas")))
    ids, head = areas.ids(lines, definitions.organisation), str(resolved.get("people", "head_of_product"))
    for line in lines:
        area = next((each for each in data["areas"] if each["id"] == ids[line.name]), None)
        if area is None:
            area = {"id": ids[line.name], "name": line.name, "forum": data["channels"]["updates"]}
            data["areas"].append(area)
            area = data["areas"][-1]
        owner = line.owner or head
        deputy = line.deputy or (head if head != owner else "")
        values = {"owner": owner, "deputy": deputy, "forum": line.channel}
        area.update({key: value for key, value in values.items() if value and area.get(key) != value})
        roles = _person(data, owner, name_of, "product").setdefault("roles", [])
        if line.owner and not roles:
            roles.append("product_manager")
        if deputy:
            _person(data, deputy, name_of, "product")
    stood_in = [i for i, each in enumerate(data["areas"]) if (each["id"], each["name"]) == areas.PLACEHOLDER]
    if stood_in and areas.PLACEHOLDER[1] not in ids:
        del data["areas"][stood_in[0]]


def _person(data: Any, ref: str, name_of: Callable[[str], str], function: str) -> Any:
    """The entry of somebody, which is made if there is none: then they work in `function`."""
    found = next((each for each in data["people"] if _is(each, ref)), None)
    if found is None:
        there = [each["id"] for each in data["functions"]]
        place = function if function in there else there[0]
        found = {"name": name_of(ref), "email" if "@" in ref else "slack": ref, "function": place}
        data["people"].append(found)
        # The list holds what it was given in its own way.
        found = data["people"][-1]
    return found


def _is(person: Mapping[str, Any], ref: str) -> bool:
    return ref.casefold() in (str(person.get(key, "")).casefold() for key in ("email", "slack"))


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
