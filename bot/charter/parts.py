"""The charter in words, part by part: what Slack shows, and what the operating system pack takes over. Pure."""

from collections.abc import Mapping, Sequence

from bot.charter.model import CharterEdition
from bot.definitions import Charter, assumed, labelled, labelled_measure
from bot.definitions.measures import COMPUTED
from bot.house import House
from bot.people.deciding import in_words, labelled_words

WORDS = "charter/charter.txt.j2"
PARTS: Mapping[str, tuple[str, ...]] = {
    "problem": ("problem",),
    "customers": ("customers",),
    "owns": ("owns",),
    "does_not_own": ("does_not_own",),
    "decision_rights": ("decision_rights",),
    "asking": ("asking",),
    "ranking": ("ranking",),
    "model": ("model",),
    "measures": ("measures",),
    "people": ("sponsor", "owner"),
    "review": ("review_on", "rubric"),
}
"""Each part of the charter in its order, with the keys of charter.yaml that it says."""
AS_A_WHOLE = {"customers", "owns", "does_not_own", "decision_rights", "asking", "ranking", "review"}
"""What is labelled at its title where it is assumed; the other parts say of which value that is so."""


def texts(house: House, charter: Charter, risks: Sequence[str] = ()) -> dict[str, str]:
    """Each part by its name, the first line its title; a part that says nothing is left out.

    `risks` are the heaviest of the register, a line each: the only part that charter.yaml does not say.
    """
    model, definitions = charter.model, house.definitions
    facts = {
        "charter": charter,
        "problem_label": assumed(definitions, "charter.problem"),
        "kind": labelled(definitions, model.kind.capitalize(), "charter.model.kind") if model else "",
        "reports_to": labelled_words(house, model.reports_to) if model else "",
        "measures": [_measure(house, each) for each in charter.measures],
        "sponsor": labelled(definitions, in_words(house, charter.sponsor), "charter.sponsor"),
        "owner": labelled(definitions, in_words(house, charter.owner), "charter.owner"),
    }
    found = {part: house.words.part(WORDS, part, **facts) for part, keys in PARTS.items() if _says(charter, keys)}
    for part in AS_A_WHOLE & found.keys():
        title, _, rest = found[part].partition("\n")
        title = labelled(definitions, title, *(f"charter.{key}" for key in PARTS[part]))
        found[part] = f"{title}\n{rest}"
    if charter.interfaces:
        found["interfaces"] = house.words.part(WORDS, "interfaces", interfaces=_interfaces(house, charter))
    if risks:
        found["risks"] = house.words.part(WORDS, "risks", lines=risks)
    return found


def changed(house: House, charter: Charter, before: CharterEdition, after: CharterEdition) -> list[str]:
    """The titles of the parts that are not as they were."""
    differing = {key for key in {*before.content, *after.content} if before.content.get(key) != after.content.get(key)}
    now = texts(house, charter)
    names = [part for part, keys in PARTS.items() if differing.intersection(keys)]
    return [now[part].partition("\n")[0] if part in now else part.replace("_", " ") for part in names]


def _says(charter: Charter, keys: tuple[str, ...]) -> bool:
    return any(getattr(charter, key) for key in keys)


def _measure(house: House, id: str) -> dict[str, str]:
    """What a measure is called, and from where to where it is to go by when; empty what nobody has said."""
    definitions = house.definitions

    def named(title: str) -> str:
        return labelled(definitions, title, "charter.measures")

    found = definitions.measures.of(id) if definitions.measures else None
    if found is None:
        return {"name": named(COMPUTED[id].name if id in COMPUTED else id), "baseline": "", "target": ""}
    counted = str(found.baseline.value or "") if found.baseline else ""
    wanted = house.words.part(WORDS, "target", target=found.target, by=found.by)
    return {
        "name": named(found.title),
        "baseline": labelled_measure(definitions, counted, id, "baseline"),
        "target": labelled_measure(definitions, wanted, id, "target", "by"),
    }


def _interfaces(house: House, charter: Charter) -> list[dict[str, object]]:
    organisation = house.definitions.organisation
    return [
        {
            "name": each.name,
            "about": each.about,
            "within": each.reply_within,
            "channel": each.channel,
            "escalation": labelled_words(house, each.escalation) if each.escalation else "",
            "owners": [labelled_words(house, side.owner) for side in each.sides if side.owner],
            "unowned": [
                function.name
                for side in each.sides
                if side.owner is None and (function := organisation.function(side.function))
            ],
        }
        for each in charter.interfaces
    ]
