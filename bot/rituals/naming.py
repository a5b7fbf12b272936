"""Which ritual somebody means."""

from bot.definitions import Ritual
from bot.errors import UserError
from bot.house import House
from bot.people.flow import nearest


def named_ritual(house: House, words: str, verb: str) -> tuple[Ritual, str]:
    """The ritual that the first words name, by id or name, and what follows."""
    rituals = house.definitions.calendar.rituals
    if not words.strip():
        known = ", ".join(f"`{ritual.id}`" for ritual in rituals) or "none yet"
        raise UserError(f"Which ritual? `/cadence {verb} <ritual>`, with one of: {known}.")
    for count in range(len(words.split()), 0, -1):
        *spoken, rest = [*words.split(maxsplit=count), ""][: count + 1]
        start = " ".join(spoken).lower()
        meant = [ritual for ritual in rituals if start in (ritual.id, ritual.name.lower())]
        if count > 1:
            meant = meant or [ritual for ritual in rituals if ritual.name.lower().startswith(start)]
        if len(meant) == 1:
            return meant[0], rest
    first, _, rest = words.partition(" ")
    found = nearest(
        first, {ritual.id: ritual.name for ritual in rituals}, "ritual", "`/cadence calendar` lists them all."
    )
    ritual_found = house.definitions.calendar.ritual(found)
    assert ritual_found is not None
    return ritual_found, rest.strip()
