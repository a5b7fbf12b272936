"""What the interview sets in organisation.yaml: what sort of company it is, its people, their roles, and the areas."""

from collections.abc import Callable, Mapping
from typing import Any

from bot import shipped
from bot.definitions import Definitions
from bot.setup import areas
from bot.setup.questions import MORE, own_words
from bot.setup.resolving import Resolved
from bot.yamlfile import sample_data

LEADS = ("support", "sales")
EFFECTS = {
    "no-customer-names": "Texts with addresses, numbers or keys are refused. Names of customers people leave out",
    "security-review": "Security is asked about every high release, and can hold it",
    "regulated": "Who decided, called and signed is kept with its moment. What else is asked for, people see to",
}
"""What follows from what binds the company."""


def organise(data: Any, resolved: Resolved, definitions: Definitions, name_of: Callable[[str], str]) -> None:
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
    data["functions"].extend(each for each in _shipped_functions() if each["id"] not in there)
    _people(data, resolved, name_of)
    _areas(data, resolved, definitions, name_of)


def constraints(resolved: Resolved) -> list[tuple[str, str]]:
    """What binds the company: ids, with what each is in words."""
    names = MORE.field("privacy").options or {}
    return [(each, names[each]) for each in resolved.get("more", "privacy") or ()]


def _constraints(data: Any, resolved: Resolved) -> None:
    chosen = constraints(resolved)
    if not chosen:
        return
    held = data.setdefault("constraints", [])
    there = {each["id"] for each in held}
    held.extend({"id": each, "name": name, "effect": EFFECTS[each]} for each, name in chosen if each not in there)


def _shipped_functions() -> list[dict[str, str]]:
    """The functions that the shipped files speak of, without whoever leads them."""
    starter = sample_data((shipped.folder("cadences") / "organisation.yaml").read_text(encoding="utf-8"))
    return [{"id": each["id"], "name": each["name"]} for each in starter["functions"]]


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
