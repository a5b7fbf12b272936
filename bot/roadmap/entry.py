"""What somebody types about an item of the roadmap, and the rules it keeps. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.roadmap import places
from bot.roadmap.model import CONFIDENCE, EARLIER, LATER, SCOPE, UNCHANGED, RoadmapItem
from bot.roadmap.places import DROPPED

NAME_LIMIT, PURPOSE_LIMIT, WHY_LIMIT, PEOPLE_LIMIT, EVIDENCE_LIMIT = 80, 200, 300, 500, 300
CONFIDENCES = {"firm": "Firm", "likely": "Likely", "rough": "Rough"}
SIGNS = {"firm": "●", "likely": "◐", "rough": "○"}
"""Beside the word, for whoever looks down a list."""
KINDS = {
    EARLIER: "Moved earlier",
    LATER: "Moved later",
    SCOPE: "Scope changed",
    CONFIDENCE: "Confidence changed",
    DROPPED: "Dropped",
    UNCHANGED: "No change",
}
"""What may have changed of an item that is there."""
NOBODY = "nobody"
"""Ticked in the place of a function: only the area itself has to know."""


@dataclass(frozen=True)
class Typed:
    """As typed. The block ids of the form are these names."""

    kind: str
    """One of `KINDS`, or `ADDED`."""
    area_id: str
    name: str
    purpose: str
    place: str
    """As `places` writes it; empty when the form says months and they are none."""
    confidence: str
    why: str
    functions: tuple[str, ...] = ()
    """Ids, or `NOBODY`."""
    people: str = ""
    depends_on: str = ""
    release_id: int | None = None
    evidence: str = ""


def wrong(typed: Typed, item: RoadmapItem | None) -> dict[str, str]:
    """What is wrong with it by itself, by form field; `item` is what it is about, as it stands, none for a new one."""
    return dict(_wrong_words(typed)) | dict(_wrong_change(typed, item))


def _wrong_words(typed: Typed) -> Iterator[tuple[str, str]]:
    texts = {
        "name": (NAME_LIMIT, "Give it a name."),
        "purpose": (PURPOSE_LIMIT, "Say in a line what it is for."),
        "why": (WHY_LIMIT, "Say why: whoever knew it otherwise reads this."),
        "people": (PEOPLE_LIMIT, ""),
        "evidence": (EVIDENCE_LIMIT, ""),
    }
    for name, (most, missing) in texts.items():
        text = getattr(typed, name).strip()
        if missing and not text:
            yield name, missing
        elif len(text) > most:
            yield name, f"Keep this within {most} characters."
    if typed.confidence not in CONFIDENCES:
        yield "confidence", "Pick how sure it is."
    if typed.kind != UNCHANGED and not typed.functions and not typed.people.strip():
        yield "functions", "Tick who must hear it, or that nobody outside the area must."
    if NOBODY in typed.functions and (len(typed.functions) > 1 or typed.people.strip()):
        yield "functions", "Either nobody outside the area must hear it, or those you name."
    if typed.depends_on and typed.depends_on == typed.area_id:
        yield "depends_on", "That is its own area. Pick another one, or none."


def _wrong_change(typed: Typed, item: RoadmapItem | None) -> Iterator[tuple[str, str]]:
    if not typed.place and typed.kind != DROPPED:
        yield "first_month", "Pick the first month, and a last one that does not come before it."
    if item is None:
        return
    if typed.kind not in KINDS:
        yield "kind", "Pick what changed."
    elif typed.place and typed.kind != DROPPED:
        yield from _wrong_move(typed, item)


def _wrong_move(typed: Typed, item: RoadmapItem) -> Iterator[tuple[str, str]]:
    stays, stands = typed.place == item.place, places.in_words(item.place)
    if typed.kind in (EARLIER, LATER):
        later = places.is_later(typed.place, item.place)
        if stays:
            yield "place", f"It stands there already: {stands}. Pick where it moves."
        elif later is not None and later != (typed.kind == LATER):
            yield "place", f"That is {'later' if later else 'earlier'} than {stands}."
    elif not stays:
        yield "kind", f"It leaves {stands}, so say whether it moves earlier or later; the reason says the rest."
    elif typed.kind == CONFIDENCE and typed.confidence == item.confidence:
        yield "confidence", f"It is {item.confidence} already. Pick how sure it is now."
    elif typed.kind == UNCHANGED and typed.confidence != item.confidence:
        yield "kind", "How sure it is has changed, so say so here."
