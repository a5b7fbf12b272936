"""The definitions that come of the interview: what it sets is set, and everything else stays as people wrote it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from bot import presets, shipped
from bot.definitions import FILES, Definitions
from bot.definitions.artifacts import ABOUT_RELEASES
from bot.setup.catalogue import FRICTIONS, OUTCOMES
from bot.setup.questions import MORE, QUESTIONS
from bot.setup.resolving import COUNTED_FOR, LARGE, SMALL, WHY, Resolved
from bot.yamlfile import edited, sample_data

OWN = "own-words"
"""The id of a friction that somebody said in their own words."""
THEIR_OWN = ("owner", "audience", "channel")
"""Keys of a ritual that every company fills in by itself: one that differs in these alone is as it was shipped."""
KNOWN = frozenset(name for name, _model in FILES)
OPTIONAL = ("releases.yaml", "decisions.yaml", "insights.yaml")
PILOT = "pilot.yaml"
LEADS = {"support": "Support", "sales": "Sales"}


@dataclass(frozen=True)
class Composed:
    """What is proposed."""

    texts: Mapping[str, str]
    """All files of the definitions."""
    kept: Mapping[str, str]
    """Files that this program has no use for yet."""
    preset: str
    is_small: bool
    suggests_hybrid: bool


def preset_for(resolved: Resolved, chosen: str) -> str:
    """The one that somebody chose, or that mends what breaks most."""
    worst = resolved.frictions[0]
    return chosen or (FRICTIONS[worst].preset if worst in FRICTIONS else "small-start")


def compose(
    resolved: Resolved,
    texts: Mapping[str, str],
    definitions: Definitions,
    today: date,
    chosen: str,
    name_of: Callable[[str], str],
) -> Composed:
    """`texts` are the files in force, which hold `definitions`; `name_of` names somebody whom they do not."""
    preset = preset_for(resolved, chosen)
    small = resolved.product_managers <= SMALL
    ops = str(resolved.get("people", "product_ops"))
    organisation = definitions.organisation
    lead = presets.Lead(organisation.name, ops, ops, organisation.zone.key)
    proposed = presets.files(preset, lead, today, small=small)
    found = dict(texts)
    found["organisation.yaml"] = edited(
        texts["organisation.yaml"], lambda data: _organisation(data, resolved, name_of, functions=preset_functions())
    )
    # What came with Drumbeat and was never touched goes, where it is not proposed; what people wrote stays.
    untouched = {name for name in OPTIONAL if name in texts and _is_shipped(name, texts[name])}
    gone = [name for name in OPTIONAL if name in untouched and name not in proposed]
    theirs = [texts[name] for name in OPTIONAL if name in texts and name not in untouched]
    rituals = _Rituals.chosen(texts["calendar.yaml"], proposed["calendar.yaml"], theirs)
    found["calendar.yaml"] = edited(texts["calendar.yaml"], lambda data: _calendar(data, resolved, rituals))
    if PILOT in texts and sample_data(texts[PILOT])["retro_of"] in rituals.dropped:
        del found[PILOT]
    elif PILOT in texts:
        found[PILOT] = presets.without_rituals(texts[PILOT], rituals.dropped)
    for name in OPTIONAL:
        if name in gone:
            del found[name]
        elif name in texts:
            found[name] = presets.without_rituals(texts[name], rituals.dropped)
        elif name in proposed:
            found[name] = proposed[name]
    found["artifacts.yaml"] = _artifacts(texts.get("artifacts.yaml"), proposed["artifacts.yaml"], rituals, gone)
    found["assumptions.yaml"] = edited(
        texts.get("assumptions.yaml") or proposed["assumptions.yaml"], lambda data: _assumptions(data, resolved)
    )
    kept = {}
    for name, more in (("charter.yaml", _charter(resolved)), ("measures.yaml", _measures(resolved, today))):
        text = _with(texts.get(name) or _shipped(name), more)
        if name in KNOWN:
            found[name] = text
        else:
            kept[name] = text
    return Composed(found, kept, preset, small, resolved.product_managers > LARGE)


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
    def chosen(cls, text: str, proposed: str, theirs: Sequence[str]) -> "_Rituals":
        now, wanted = sample_data(text)["rituals"], sample_data(proposed)["rituals"]
        starter = {each["id"]: _bare(each) for each in sample_data(_shipped("calendar.yaml"))["rituals"]}
        ids, kinds = {each["id"] for each in now}, {each["kind"] for each in now}
        # A weekly update, or a plan of the quarter, goes to everybody: under another name it is the same.
        added = [each for each in wanted if each["id"] not in ids and not (_is_one(each) and each["kind"] in kinds)]
        keep = {each["id"] for each in wanted}
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


def _organisation(
    data: Any, resolved: Resolved, name_of: Callable[[str], str], functions: Sequence[Mapping[str, str]]
) -> None:
    profile = data.setdefault("profile", {})
    for field in ("model", "stage", "teams"):
        profile[field] = resolved.get("shape", field)
    for field in ("product_managers", "pods"):
        profile[field] = int(resolved.get("shape", field))
    for field in ("tools", "complaints"):
        if said := resolved.get("more", field):
            profile[field] = said
    _constraints(data, resolved)
    for line in str(resolved.get("more", "words") or "").splitlines():
        word, equals, own = line.partition("=")
        if equals and word.strip() and own.strip():
            data.setdefault("aliases", {})[word.strip()] = own.strip()
    there = {each["id"] for each in data["functions"]}
    data["functions"].extend(dict(each) for each in functions if each["id"] not in there)
    _people(data, resolved, name_of)


def _constraints(data: Any, resolved: Resolved) -> None:
    names = MORE.field("privacy").options or {}
    effects = {
        "no-customer-names": "Forms ask for no names of customers; texts that hold some are refused",
        "security-review": "Security must sign off releases of the high tier",
        "regulated": "What was decided and released is kept with who and when",
    }
    chosen = resolved.get("more", "privacy") or []
    if not chosen:
        return
    held = data.setdefault("constraints", [])
    there = {each["id"] for each in held}
    held.extend({"id": each, "name": names[each], "effect": effects[each]} for each in chosen if each not in there)


def _people(data: Any, resolved: Resolved, name_of: Callable[[str], str]) -> None:
    head, ops, sponsor = (str(resolved.get("people", each)) for each in ("head_of_product", "product_ops", "sponsor"))
    for ref in dict.fromkeys((sponsor, head, ops, *(str(resolved.get("people", each)) for each in LEADS))):
        _person(data, ref, name_of)
    for person in data["people"]:
        # There is one head of product; others may run product operations, too.
        if not _is(person, head) and "head_of_product" in person.get("roles", ()):
            person["roles"].remove("head_of_product")
    for ref, role in ((head, "head_of_product"), (ops, "product_ops")):
        roles = _person(data, ref, name_of).setdefault("roles", [])
        if role not in roles:
            roles.append(role)
    for function in data["functions"]:
        if function["id"] in LEADS:
            function["lead"] = str(resolved.get("people", function["id"]))


def _person(data: Any, ref: str, name_of: Callable[[str], str]) -> Any:
    """The entry of somebody, which is made if there is none."""
    found = next((each for each in data["people"] if _is(each, ref)), None)
    if found is None:
        found = {"name": name_of(ref), "email" if "@" in ref else "slack": ref, "function": data["functions"][0]["id"]}
        data["people"].append(found)
        # The list holds what it was given in its own way.
        found = data["people"][-1]
    return found


def _is(person: Mapping[str, Any], ref: str) -> bool:
    return ref.casefold() in (str(person.get(key, "")).casefold() for key in ("email", "slack"))


def _calendar(data: Any, resolved: Resolved, rituals: _Rituals) -> None:
    examples = [each.strip() for each in str(resolved.get("frictions", "examples") or "").splitlines() if each.strip()]
    held = {each["id"]: each for each in data.get("frictions") or ()}
    ranked: list[Any] = []
    for i, id in enumerate(resolved.frictions):
        key = OWN if id == "own" else id
        name = str(resolved.get("frictions", "own"))[:75] if id == "own" else FRICTIONS[id].name
        entry = held.pop(key, None) or {"id": key, "name": name}
        if id == "own":
            entry["name"] = name
        if i < len(examples):
            entry["example"] = examples[i]
        ranked.append(entry)
    kept = [entry for entry in held.values() if entry["id"] != OWN]
    serves = {each for ritual in (*data["rituals"], *rituals.added) for each in ritual.get("serves", ())}
    there = {each["id"] for each in (*ranked, *kept)}
    missing = [each for each in sample_data(_shipped("calendar.yaml"))["frictions"] if each["id"] in serves - there]
    _refill(data, "frictions", [*ranked, *kept, *missing])
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
        events = ABOUT_RELEASES if "releases.yaml" in gone else ()
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


def _assumptions(data: Any, resolved: Resolved) -> None:
    """Those of the interview, beside what somebody assumed about other things."""
    asked = {field.what for question in QUESTIONS.values() for field in question.fields if field.what}
    others = [each for each in data.get("assumptions") or () if each["what"] not in asked]
    data["assumptions"] = [
        *others,
        *(
            {"what": each.what, "value": each.value, "owner": each.owner, "confirm_by": each.confirm_by, "why": WHY}
            for each in resolved.assumed
        ),
    ]


def _charter(resolved: Resolved) -> dict[str, Any]:
    kind = str(resolved.get("more", "model"))
    return {
        "problem": {each: str(resolved.get("sentence", each)) for each in ("reduce", "improve", "for")},
        "sponsor": str(resolved.get("people", "sponsor")),
        "owner": str(resolved.get("people", "product_ops")),
        "model": {"kind": kind, "why": f"{resolved.product_managers} product managers"},
        "measures": [OUTCOMES[each].measure for each in resolved.outcomes],
    }


def _measures(resolved: Resolved, today: date) -> dict[str, Any]:
    first, *others = resolved.outcomes
    owner, said = str(resolved.get("outcomes", "owner")), str(resolved.get("outcomes", "baseline"))
    is_known = not said.startswith("counted")
    baseline: dict[str, Any] = (
        {"value": said, "source": "As answered at setup"} if is_known else {"from": today, "until": today + COUNTED_FOR}
    )
    entry = {
        "id": OUTCOMES[first].measure,
        "owner": owner,
        "baseline": baseline,
        "target": str(resolved.get("outcomes", "target")),
        "by": date.fromisoformat(str(resolved.get("outcomes", "by"))),
    }
    return {"measures": [entry, *({"id": OUTCOMES[each].measure, "owner": owner} for each in others)]}


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
