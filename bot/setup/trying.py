"""The pilot that comes of the interview: where all this is tried first. One in which a gate was passed goes on."""

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from datetime import date
from functools import cache
from itertools import combinations
from typing import Any

from bot import presets, shipped
from bot.definitions import Definitions
from bot.setup import areas
from bot.setup.catalogue import NEEDS
from bot.setup.resolving import Resolved
from bot.yamlfile import edited, sample_data

FILE = "pilot.yaml"


def pilot(
    text: str | None,
    proposed: str,
    resolved: Resolved,
    definitions: Definitions,
    rituals: Sequence[Mapping[str, Any]],
    dropped: Collection[str],
) -> str:
    """The pilot's file: as it was made up here it gives way to the proposed one; what people wrote stays.

    `rituals` are those there will be, `dropped` those that go.
    """
    if text is None or (not definitions.gates_passed and _steps(sample_data(text)) in _made_up()):
        begun = proposed
    else:
        begun = presets.without_rituals(text, dropped)
    return edited(begun, lambda data: _filled_in(data, resolved, definitions, rituals))


def _filled_in(data: Any, resolved: Resolved, definitions: Definitions, rituals: Sequence[Mapping[str, Any]]) -> None:
    lines = areas.read(str(resolved.get("areas", "areas")))
    ids = {each.name: each.id for each in definitions.organisation.areas} | areas.ids(lines, definitions.organisation)
    chosen = [ids[each] for each in areas.chosen(str(resolved.get("areas", "pilot")), list(ids))]
    if list(data.get("areas") or ()) != chosen:
        data["areas"] = chosen
    data["why"] = str(resolved.get("areas", "why"))
    data["begins"] = date.fromisoformat(str(resolved.get("areas", "begins")))
    there = {each["id"] for each in rituals}
    if data["retro_of"] not in there:
        # People look back where they meet, or else where they write.
        data["retro_of"] = next((each["id"] for each in rituals if each["kind"] == "review"), rituals[0]["id"])
    for box in data["boxes"]:
        for i in reversed(range(len(box.get("rituals") or ()))):
            if box["rituals"][i] not in there:
                del box["rituals"][i]


@cache
def _made_up() -> Sequence[Any]:
    """The steps of every pilot that is ever proposed."""
    shipped_one = sample_data((shipped.folder("cadences") / FILE).read_text(encoding="utf-8"))
    for box in shipped_one["boxes"]:
        del box["passed"]
    needs, found = set(NEEDS.values()), []
    for also in (sum(some, ()) for count in range(len(needs) + 1) for some in combinations(needs, count)):
        for preset in presets.PRESETS:
            for small in (False, True):
                data = deepcopy(shipped_one)
                presets.lay_out(data, preset, small=small, also=also)
                if (steps := _steps(data)) not in found:
                    found.append(steps)
    return found


def _steps(data: Mapping[str, Any]) -> Any:
    """What a pilot says beside when, where, why there, and who answers for it."""
    return {key: data.get(key) for key in ("cycles", "retros", "boxes")}
