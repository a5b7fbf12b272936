"""What changed between the pack of an earlier version of the definitions and now, section by section."""

import re
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from bot.edits.changes import Change
from bot.house import House
from bot.pack.contents import (
    ARTIFACTS,
    CADENCE,
    CHARTER,
    CONTEXT,
    INSIGHTS,
    MEASURES,
    MODEL,
    PLAN,
    RELEASES,
    SECTIONS,
    section_of,
)
from bot.pack.sections import WORDS
from bot.pack_words import Say
from bot.setup import assuming

ASSUMPTION = "assumption"
SECTION_OF: Mapping[str, str] = {
    "setting": CONTEXT,
    "friction": CONTEXT,
    "frictions": CONTEXT,
    "assumptions": CONTEXT,
    "area": CONTEXT,
    "person": CONTEXT,
    "function": CONTEXT,
    "charter": CHARTER,
    "interface": CHARTER,
    "roadmap": CHARTER,
    "measures": MEASURES,
    "measure": MEASURES,
    "pulses": MEASURES,
    "pulse": MEASURES,
    "pilot": PLAN,
    "box": PLAN,
    "ritual": CADENCE,
    "decision class": MODEL,
    "decision rules": MODEL,
    "artifact": ARTIFACTS,
    "artifacts": ARTIFACTS,
    "release rules": RELEASES,
    "fact": RELEASES,
    "tier": RELEASES,
    "readiness item": RELEASES,
    "sign-off": RELEASES,
    "release": RELEASES,
    "insight rules": INSIGHTS,
    "source": INSIGHTS,
    "theme": INSIGHTS,
    "segment": INSIGHTS,
    "evidence": INSIGHTS,
    "cause": INSIGHTS,
    "severity": INSIGHTS,
    "route": INSIGHTS,
}
"""By what a change is about, the section in which that stands; an assumption stands where what is assumed does."""


def in_words(session: Session, house: House, number: int, changes: Iterable[Change]) -> str:
    """Each section that differs from version `number`, with a line for each change."""
    say, names, found = Say(house, WORDS), _names(house), dict[str, list[str]]()
    for each in changes:
        section = section_of(each.id) if each.what == ASSUMPTION else SECTION_OF.get(each.what, CONTEXT)
        found.setdefault(section, []).append(_line(session, house, names, each))
    named = [
        (say.text("section_headline", number=SECTIONS.index(id), title=say.text(f"section_{id}")), found[id])
        for id in SECTIONS
        if id in found
    ]
    return say.text("changed", title=say.text("title", name=house.definitions.organisation.name), before=number,
                    sections=named)  # fmt: skip


def _line(session: Session, house: House, names: Mapping[str, str], each: Change) -> str:
    say, details = Say(house, WORDS), [_detail(names, each, detail) for detail in each.details]
    if each.what == ASSUMPTION:
        held = next((assumption for assumption in assuming.held(house) if assumption.what == each.id), None)
        value = assuming.value_of(session, house, held) if held else ""
        return say.text("assumption", label=assuming.label_of(house, each.id), value=value, details=details)
    name = "" if each.id.endswith(".yaml") else each.name or names.get(each.id, _in_words(each.id))
    return say.text("change", what=each.what, name=name, how=each.how, details=details)


def _detail(names: Mapping[str, str], change: Change, detail: str) -> str:
    """`schedule cutoff: +1 day 14:00 → +1 day 12:00`: by name whatever has one."""
    key, _, said = detail.partition(": ")
    key = "" if key == change.id else _in_words(key.removeprefix(f"{change.id}."))
    values = [_called(names, each) for each in re.split(r"(, | → )", said)]
    return ": ".join(filter(None, (key, "".join(values))))


def _called(names: Mapping[str, str], value: str) -> str:
    sign, word = (value[:2], value[2:]) if value[:2] in ("+ ", "- ") else ("", value)
    return sign + names.get(word, _in_words(word) if re.fullmatch("[a-z]+(_[a-z]+)+", word) else word)


def _in_words(id: str) -> str:
    """`does not own` of `does_not_own`; what is no id stays as it is."""
    return re.sub("[._-]", " ", id) if re.fullmatch("[a-z0-9._-]+", id) else id


def _names(house: House) -> Mapping[str, str]:
    """By id or address: what people call everything that the definitions name."""
    now = house.definitions
    return {
        **{each.id: each.name for each in now.organisation.functions},
        **{each.id: each.name for each in now.organisation.areas},
        **{each.id: each.name for each in now.calendar.frictions},
        **{each.id: each.name for each in now.calendar.rituals},
        **{each.id: each.name for each in now.decision_classes},
        **{each.ref: each.name for each in now.organisation.people},
    }
