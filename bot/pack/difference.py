"""What changed between the pack of an earlier version of the definitions and now, section by section. Pure."""

from collections.abc import Iterable, Mapping

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


def in_words(house: House, number: int, changes: Iterable[tuple[str, str, str]]) -> str:
    """Each section that differs, with a line for each change: of what sort it is, the id of that, and what changed."""
    say, found = Say(house, WORDS), dict[str, list[str]]()
    for what, id, says in changes:
        section = section_of(id) if what == ASSUMPTION else SECTION_OF.get(what, CONTEXT)
        found.setdefault(section, []).append(says)
    named = [
        (say.text("section_headline", number=SECTIONS.index(id), title=say.text(f"section_{id}")), found[id])
        for id in SECTIONS
        if id in found
    ]
    return say.text("changed", title=say.text("title", name=house.definitions.organisation.name), before=number,
                    sections=named)  # fmt: skip
