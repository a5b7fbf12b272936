"""The pilot that comes of the interview: where all this is tried first. One in which a gate was passed goes on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from bot import presets
from bot.definitions import Definitions
from bot.setup import areas
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
    is_untouched = text is None or (
        not definitions.gates_passed and any(_steps(text) == _shipped(name, small) for name, small in _EVERY)
    )
    return edited(
        proposed if text is None or is_untouched else presets.without_rituals(text, dropped),
        lambda data: _filled_in(data, resolved, definitions, rituals),
    )


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


_EVERY = [(name, small) for name in presets.PRESETS for small in (False, True)]


@cache
def _shipped(preset: str, small: bool) -> Any:
    nobody = presets.Lead("", "nobody", "nobody@example.com", "UTC")
    return _steps(presets.pilot(preset, nobody, date(2026, 1, 1), small=small))


def _steps(text: str) -> Any:
    """What a pilot says beside when, where, why there, and who answers for it."""
    data = sample_data(text)
    return {key: data.get(key) for key in ("cycles", "retros", "boxes")}
