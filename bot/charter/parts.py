"""The charter in words, part by part: what Slack shows, and what the operating system pack takes over. Pure."""

from collections.abc import Mapping

from bot.charter.model import CharterEdition
from bot.definitions import Charter
from bot.house import House
from bot.people.deciding import in_words

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


def texts(house: House, charter: Charter) -> dict[str, str]:
    """Each part by its name, the first line its title; a part that says nothing is left out."""
    model = charter.model
    facts = {
        "charter": charter,
        "sponsor": in_words(house, charter.sponsor),
        "owner": in_words(house, charter.owner),
        "reports_to": in_words(house, model.reports_to) if model else "",
    }
    found = {part: house.words.part(WORDS, part, **facts) for part, keys in PARTS.items() if _says(charter, keys)}
    if charter.interfaces:
        found["interfaces"] = house.words.part(WORDS, "interfaces", interfaces=_interfaces(house, charter))
    return found


def changed(house: House, charter: Charter, before: CharterEdition, after: CharterEdition) -> list[str]:
    """The titles of the parts that are not as they were."""
    differing = {key for key in {*before.content, *after.content} if before.content.get(key) != after.content.get(key)}
    now = texts(house, charter)
    names = [part for part, keys in PARTS.items() if differing.intersection(keys)]
    return [now[part].partition("\n")[0] if part in now else part.replace("_", " ") for part in names]


def _says(charter: Charter, keys: tuple[str, ...]) -> bool:
    return any(getattr(charter, key) for key in keys)


def _interfaces(house: House, charter: Charter) -> list[dict[str, object]]:
    organisation = house.definitions.organisation
    return [
        {
            "name": each.name,
            "about": each.about,
            "owners": [in_words(house, side.owner) for side in each.sides if side.owner],
            "unowned": [
                function.name
                for side in each.sides
                if side.owner is None and (function := organisation.function(side.function))
            ],
        }
        for each in charter.interfaces
    ]
