"""The forms of the roadmap, and what stands in their place once they are submitted. Words and blocks only."""

from collections.abc import Sequence
from datetime import date

from bot import blocks
from bot.blocks import Block, Option, View
from bot.definitions import Area
from bot.house import House, ReleaseFacts
from bot.roadmap import places
from bot.roadmap.entry import (
    CONFIDENCES,
    EVIDENCE_LIMIT,
    KINDS,
    NAME_LIMIT,
    NOBODY,
    PEOPLE_LIMIT,
    PURPOSE_LIMIT,
    SIGNS,
    WHY_LIMIT,
    Typed,
)
from bot.roadmap.messages import TOLD, what_changed
from bot.roadmap.model import RoadmapChange, RoadmapItem
from bot.roadmap.places import HORIZONS, MONTHS

NEW = "new"
NO_RELEASE = "none"
MOST_OPTIONS, MOST_BOXES = 100, 10
MONTHS_AHEAD = 24


def choose(items: Sequence[RoadmapItem]) -> View:
    """Which item somebody wants to change, or a new one."""
    options = [Option(item.ref, f"{item.ref} {item.name}") for item in items]
    return blocks.modal(
        "roadmap.choose",
        "Change the roadmap",
        blocks.select_input("item", "Which item?", [Option(NEW, "A new item"), *options[: MOST_OPTIONS - 1]]),
        submit="Go on",
    )


def change(
    house: House,
    item: RoadmapItem | None,
    areas: Sequence[Area],
    releases: Sequence[ReleaseFacts],
    today: date,
    metadata: str,
    *,
    typed: Typed | None = None,
    notes: Sequence[str] = (),
) -> View:
    """A change of an item, or a new one; it begins with how the item stands, or with what was `typed`.

    `areas` are those in which a new item may stand, or which may take over one that is in none.
    """
    so_far = typed or begin(item)
    first_month, last_month = places.months(so_far.place)
    return blocks.modal(
        "roadmap.changed",
        f"Change {item.ref}" if item else "A new item",
        *(blocks.section(note) for note in notes),
        *([blocks.section(_intro(house, item))] if item else []),
        *([_kind(so_far)] if item else [_name(so_far)]),
        *([_area(areas, so_far)] if areas else []),
        blocks.select_input(
            "place", "Where does it stand now?",
            [*(Option(id, name) for id, name in HORIZONS.items()), Option(MONTHS, "Months, which I pick below")],
            initial=MONTHS if first_month else so_far.place,
        ),
        _month("first_month", "From the month", first_month, today),
        _month("last_month", "To the month", last_month, today),
        blocks.select_input(
            "confidence", "How sure is it?", [Option(id, f"{SIGNS[id]} {name}") for id, name in CONFIDENCES.items()],
            initial=so_far.confidence,
        ),
        blocks.text_input(
            "purpose", "What is it for, in a line?", initial=so_far.purpose, max_length=PURPOSE_LIMIT
        ),
        blocks.text_input(
            "why", "What made it move?" if item else "Why is it on the roadmap?", multiline=True,
            initial=so_far.why, max_length=WHY_LIMIT, hint="Everybody who is told reads this.",
        ),
        *_functions(house, so_far),
        blocks.text_input(
            "people", "Who else must hear it?", multiline=True, initial=so_far.people, max_length=PEOPLE_LIMIT,
            hint="People by name, on a line each or with commas.", optional=True,
        ),
        *_depends_on(house, so_far),
        *_release(releases, so_far),
        blocks.text_input(
            "evidence", "Evidence", initial=so_far.evidence, max_length=EVIDENCE_LIMIT,
            hint="Insights such as I-12, or links.", optional=True,
        ),
        metadata=metadata,
    )  # fmt: skip


def begin(item: RoadmapItem | None, name: str = "") -> Typed:
    """What a form holds at first: the item as it stands, or nothing but a name."""
    if item is None:
        return Typed("", "", blocks.fit(name, NAME_LIMIT), "", "", "", "")
    return Typed(
        "", item.area_id, item.name, item.purpose, item.place, item.confidence, "", functions=tuple(item.functions),
        release_id=item.release_id,
    )  # fmt: skip


def saved(
    house: House, item: RoadmapItem, change: RoadmapChange, told: Sequence[str], *, to_log: str, decider: str
) -> View:
    """What has become of a change; `to_log` whether it may go to the decision log: `raise`, `record`, or not."""
    area = _area_name(house, item)
    facts = {"item": item, "kind": change.kind, "what": what_changed(house, change), "told": told}
    parts = [blocks.section(house.words.part(TOLD, "saved", **facts))]
    if to_log:
        label = "Record the decision" if to_log == "record" else "Raise a decision"
        words = house.words.part(TOLD, "to_log", area=area, record=to_log == "record", decider=decider)
        parts += [
            blocks.section(words),
            blocks.actions(blocks.button(label, "roadmap.decide", str(change.id), style="primary")),
        ]
    return blocks.modal("roadmap.saved", item.ref, *parts, submit="", close="Close")


def logged(house: House, item: RoadmapItem, decision: str) -> View:
    text = house.words.part(TOLD, "logged", decision=decision)
    return blocks.modal("roadmap.saved", item.ref, blocks.section(text), submit="", close="Close")


def unknown(house: House, words: str) -> str:
    """Above a form that adds what somebody named and nobody knows."""
    return house.words.part(TOLD, "unknown", words=blocks.fit(words, NAME_LIMIT))


def _intro(house: House, item: RoadmapItem) -> str:
    facts = {
        "area": _area_name(house, item),
        "place": places.in_words(item.place),
        "sign": SIGNS[item.confidence],
        "confidence": CONFIDENCES[item.confidence],
    }
    return house.words.part(TOLD, "intro", item=item, **facts)


def _name(so_far: Typed) -> Block:
    return blocks.text_input("name", "What is it called?", initial=so_far.name, max_length=NAME_LIMIT)


def _kind(so_far: Typed) -> Block:
    kinds = [Option(id, name) for id, name in KINDS.items()]
    return blocks.select_input("kind", "What changed?", kinds, initial=so_far.kind)


def _area(areas: Sequence[Area], so_far: Typed) -> Block:
    options = [Option(area.id, area.name) for area in areas[:MOST_OPTIONS]]
    initial = options[0].value if len(options) == 1 else so_far.area_id
    return blocks.select_input("area_id", "Which area?", options, initial=initial)


def _month(name: str, label: str, initial: str, today: date) -> Block:
    """The coming months, and the one it has."""
    offered = sorted({*places.from_month(today, MONTHS_AHEAD), *([initial] if initial else [])})
    options = [Option(month, places.month_in_words(month)) for month in offered]
    hint = "Only for months." if name == "first_month" else "Left out, it is that month alone."
    return blocks.select_input(name, label, options, initial=initial, hint=hint, optional=True)


def _functions(house: House, so_far: Typed) -> list[Block]:
    """Boxes to tick. Slack shows at most ten together; the blocks that follow are called `functions-1`, and so on."""
    options = [
        Option(NOBODY, "Nobody outside the area"),
        *(Option(each.id, each.name) for each in house.definitions.organisation.functions),
    ]
    return [
        blocks.checkbox_input(
            f"functions-{n // MOST_BOXES}" if n else "functions", "More" if n else "Who must hear it?",
            options[n : n + MOST_BOXES], initial=so_far.functions, optional=True,
            hint="" if n else "Whoever leads it, in their day message; its channel, if it has one.",
        )
        for n in range(0, len(options), MOST_BOXES)
    ]  # fmt: skip


def _depends_on(house: House, so_far: Typed) -> list[Block]:
    others = [area for area in house.definitions.organisation.areas if area.id != so_far.area_id]
    options = [Option(area.id, area.name) for area in others[:MOST_OPTIONS]]
    if not options:
        return []
    return [
        blocks.select_input(
            "depends_on", "Does it depend on another area?", options, initial=so_far.depends_on,
            hint="Its owner is told.", optional=True,
        )
    ]  # fmt: skip


def _release(releases: Sequence[ReleaseFacts], so_far: Typed) -> list[Block]:
    if not releases:
        return []
    options = [Option(str(each.id), each.name) for each in releases[: MOST_OPTIONS - 1]]
    return [
        blocks.select_input(
            "release", "Which release brings it?", [Option(NO_RELEASE, "None yet"), *options],
            initial=str(so_far.release_id or NO_RELEASE), optional=True,
        )
    ]  # fmt: skip


def _area_name(house: House, item: RoadmapItem) -> str:
    area = house.definitions.organisation.area(item.area_id)
    return area.name if area else item.area_id
