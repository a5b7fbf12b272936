"""What people see of the roadmap: the view, one item, what is said of a change. Words and blocks only."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from bot import blocks
from bot.blocks import Block, Message
from bot.definitions import Area, Ritual
from bot.house import House, Part, ReleaseFacts
from bot.roadmap import places
from bot.roadmap.entry import CONFIDENCES, SIGNS
from bot.roadmap.model import ADDED, UNCHANGED, RoadmapChange, RoadmapItem
from bot.roadmap.standing import AreaRoadmap, Move, Roadmap, Stands

ROADMAP, TOLD = "roadmap/roadmap.txt.j2", "roadmap/told.txt.j2"
ASKED_MINUTES = 2

Called = Callable[[str], str]
"""A name to show for a Slack user id."""


@dataclass(frozen=True)
class Heard:
    """What somebody who is told knew before, why they are told, and by whom it was changed."""

    before: str
    confidence_before: str
    because: str
    by: str


def view(house: House, found: Roadmap, called: Called) -> list[Message]:
    """The roadmap for one reader, over as many messages as it needs, but no more than Slack takes."""
    change = [blocks.actions(blocks.button("Change the roadmap", "roadmap.change"))] if found.writes else []
    return _that_fit(_parts(house, found, called), _part(house, "more"), change)


def artifact(house: House, found: Roadmap, called: Called) -> list[Message]:
    """The same for everybody, whole: the first to post, the others for its thread."""
    return blocks.pages(*_parts(house, found, called))


def packet(house: House, found: Roadmap) -> list[str]:
    """What has moved and why, a line each."""
    moved = [
        _part(house, "packet_line", item=move.item, area=_area(house, move.item), what=_what_moved(house, move),
              why=move.last.why, **_sure_of(move.item))
        for move in found.moved
    ]  # fmt: skip
    return [*moved, *(_released_line(house, each) for each in found.released)]


def asked(house: House, ritual: Ritual, value: str, areas: Sequence[Area], due: datetime, zone: ZoneInfo) -> Part:
    """To whoever writes these areas: has anything moved? No areas: that is said."""
    facts = {
        "ritual": ritual,
        "areas": [area.name for area in areas],
        "due": f"{due.astimezone(zone):%a %-d %b, %H:%M}",
    }
    title = _part(house, "asked_title", **facts)
    if not areas:
        return Part(title, _part(house, "answered"), waiting=False)
    buttons = (
        blocks.button("Change an item", "roadmap.change"),
        blocks.button("Nothing moved", "roadmap.unmoved", value),
    )
    return Part(title, _part(house, "asked", **facts), buttons, minutes=ASKED_MINUTES)


def obligation(house: House, areas: Sequence[Area]) -> str:
    return _part(house, "obligation", areas=[area.name for area in areas])


def unmoved(house: House, areas: Sequence[Area]) -> str:
    """To whoever said so."""
    return _part(house, "unmoved", areas=[area.name for area in areas])


def packet_unmoved(house: House, said: Sequence[tuple[Area, str]], silent: Sequence[Area]) -> list[str]:
    """Who says that nothing has moved in which areas; and of which areas nobody has said anything."""
    by: dict[str, list[str]] = {}
    for area, name in said:
        by.setdefault(name, []).append(area.name)
    lines = [_part(house, "unmoved_line", name=name, areas=areas) for name, areas in by.items()]
    return [*lines, *([_part(house, "silent_line", areas=[area.name for area in silent])] if silent else [])]


def item(
    house: House, stands: Stands, changes: Sequence[RoadmapChange], called: Called, *, writes: bool
) -> list[Message]:
    """One item with all that ever happened to it."""
    about = stands.item
    facts = {"area": _area(house, about), "place": places.in_words(about.place), **_sure(about.confidence)}
    history = [_history_line(house, change, called) for change in changes]
    change = [blocks.actions(blocks.button(f"Change {about.ref}", "roadmap.change", about.ref))]
    parts = [
        blocks.header(_part(house, "item_title", item=about)),
        *blocks.sections(
            _part(house, "item", item=about, **facts, functions=_functions(house, about.functions),
                  release=stands.release, released=_released(stands.release))
        ),
        *blocks.headed("\n".join([_part(house, "history_title"), *(f"• {line}" for line in history)])),
    ]  # fmt: skip
    return _that_fit(parts, _part(house, "more_changes"), change if writes and not about.is_dropped else [])


def news(house: House, about: RoadmapItem, change: RoadmapChange, heard: Heard) -> tuple[str, str]:
    """A change as somebody hears of it, from what they knew; as title and text."""
    facts = {
        "item": about, "area": _area(house, about), "kind": change.kind, "why": change.why, "by": heard.by or "A file",
        "because": heard.because, "before": heard.before and places.in_words(heard.before),
        "place": places.in_words(about.place), "dropped": about.is_dropped,
        "later": None if about.is_dropped or not heard.before else places.is_later(about.place, heard.before),
        "confidence_before": CONFIDENCES.get(heard.confidence_before, ""), **_sure(about.confidence),
    }  # fmt: skip
    return house.words.part(TOLD, "title", **facts), house.words.part(TOLD, "text", **facts)


def post(title: str, text: str) -> Message:
    """The same in a channel."""
    return blocks.message(blocks.header(title), *blocks.sections(text))


def because(house: House, how: str, name: str = "") -> str:
    return house.words.part(TOLD, "because", how=how, name=name)


def meanwhile(house: House, about: RoadmapItem, last: RoadmapChange, by: str) -> str:
    """To whoever comes second: what the first one did."""
    return house.words.part(TOLD, "meanwhile", item=about, by=by, what=what_changed(house, last), why=last.why)


def source(house: House, about: RoadmapItem) -> str:
    return house.words.part(TOLD, "source", item=about)


def as_decision(house: House, about: RoadmapItem, change: RoadmapChange, *, decided: bool) -> str:
    """A change as what follows *We will*, or as the question."""
    facts = {
        "item": about, "area": _area(house, about), "kind": change.kind, "after": places.in_words(change.after),
        "before": change.before and places.in_words(change.before), **_sure(change.confidence_after),
    }  # fmt: skip
    return house.words.part(TOLD, "decision" if decided else "question", **facts)


def what_changed(house: House, change: RoadmapChange) -> str:
    """`Now → Later`, `new, Next`: a change in a few words."""
    return _what(house, change, change.before, change.confidence_before)


# How.


def _part(house: House, block: str, **values: Any) -> str:
    return house.words.part(ROADMAP, block, **values)


def _that_fit(parts: Sequence[Block], more: str, ways: Sequence[Block]) -> list[Message]:
    """The parts over as many messages as Slack takes, `more` where that is not all; at last the ways to go on."""
    return blocks.answers(blocks.pages(*parts, *ways), blocks.section(more), *ways)


def _parts(house: House, found: Roadmap, called: Called) -> list[Block]:
    title = blocks.header(_part(house, "title", about=found.about))
    if not (found.moved or found.not_doing or any(area.items for area in found.areas)):
        return [title, blocks.section(_part(house, "empty"))]
    return [
        title,
        *_moved(house, found, called),
        *(block for area in found.areas for block in _area_blocks(house, area)),
        *_not_doing(house, found),
        blocks.context(_part(house, "footer")),
    ]


def _moved(house: House, found: Roadmap, called: Called) -> list[Block]:
    """First what has moved, and why."""
    zone = house.definitions.organisation.zone
    title = _part(house, "moved_title", since=found.since.at, reviewed=found.since.reviewed, zone=zone)
    lines = [
        *(_moved_line(house, move, called, with_area=not found.about) for move in found.moved),
        *(_released_line(house, each) for each in found.released),
    ]
    listed = "\n".join(f"• {line}" for line in lines) or _part(house, "moved_nothing")
    return blocks.headed(f"{title}\n{listed}")


def _moved_line(house: House, move: Move, called: Called, *, with_area: bool) -> str:
    return _part(
        house, "moved_line", item=move.item, area=_area(house, move.item) if with_area else "", count=move.count,
        what=_what_moved(house, move), why=move.last.why, by=called(move.last.by) if move.last.by else "",
        functions=_functions(house, move.item.functions), **_sure_of(move.item),
    )  # fmt: skip


def _released_line(house: House, stands: Stands) -> str:
    release, before = stands.release, stands.item.release_day
    assert release is not None and before is not None
    moved = _part(house, "release_moved", release=release, month=_month(release.day), month_before=_month(before))
    place = places.in_words(stands.item.place)
    return _part(house, "released_line", item=stands.item, release=release, release_moved=moved, place=place)


def _area_blocks(house: House, area: AreaRoadmap) -> list[Block]:
    lines = []
    for place, items in groupby(area.items, lambda each: each.item.place):
        lines.append(_part(house, "place_line", place=places.in_words(place)))
        lines += [f"   {_item_line(house, each)}" for each in items]
    if not area.items:
        lines.append(_part(house, "area_empty"))
    return [blocks.header(_part(house, "area_title", area=area)), blocks.section("\n".join(lines))]


def _item_line(house: House, stands: Stands) -> str:
    return _part(
        house, "item_line", item=stands.item, functions=_functions(house, stands.item.functions),
        release=stands.release, released=_released(stands.release), **_sure(stands.item.confidence),
    )  # fmt: skip


def _not_doing(house: House, found: Roadmap) -> list[Block]:
    if not found.not_doing:
        return []
    lines = [
        _part(house, "not_doing_line", item=move.item, area="" if found.about else _area(house, move.item),
              why=move.last.why)
        for move in found.not_doing
    ]  # fmt: skip
    return blocks.headed("\n".join([_part(house, "not_doing_title"), *(f"• {line}" for line in lines)]))


def _history_line(house: House, change: RoadmapChange, called: Called) -> str:
    organisation = house.definitions.organisation
    people = [person.name if (person := organisation.person(ref)) else ref for ref in change.people]
    depends = organisation.area(change.depends_on)
    return _part(
        house, "history_line", at=change.at, zone=organisation.zone, by=called(change.by) if change.by else "",
        what=what_changed(house, change), kind=change.kind, why=change.why, evidence=change.evidence,
        told=[*_functions(house, change.functions), *people], decision=change.decision,
        depends_on=depends.name if depends else change.depends_on, **_sure(change.confidence_after),
    )  # fmt: skip


def _what_moved(house: House, move: Move) -> str:
    return _what(house, move.last, move.first.before, move.first.confidence_before)


def _what(house: House, last: RoadmapChange, before: str, confidence_before: str) -> str:
    """What has become of an item that stood at `before`, since a `last` change."""
    after = places.in_words(last.after)
    if last.kind == UNCHANGED:
        return _part(house, "no_change", after=after)
    kind = last.kind
    if last.after != places.DROPPED and not before:
        kind = ADDED
    return _part(
        house, "what", kind=kind, before=before and places.in_words(before), after=after,
        confidence_before=CONFIDENCES.get(confidence_before, ""), confidence=CONFIDENCES[last.confidence_after],
    )  # fmt: skip


def _area(house: House, about: RoadmapItem) -> str:
    """The name of its area; its id when the definitions no longer have it."""
    area = house.definitions.organisation.area(about.area_id)
    return area.name if area else about.area_id


def _functions(house: House, ids: Iterable[str]) -> list[str]:
    organisation = house.definitions.organisation
    return [known.name if (known := organisation.function(id)) else id for id in ids]


def _sure(confidence: str) -> dict[str, str]:
    return {"sign": SIGNS[confidence], "confidence": CONFIDENCES[confidence]}


def _sure_of(about: RoadmapItem) -> dict[str, str]:
    """The same of an item; nothing of one that is dropped."""
    return {"sign": "", "confidence": ""} if about.is_dropped else _sure(about.confidence)


def _released(release: ReleaseFacts | None) -> str:
    """How far a release is, with its month while it is to come."""
    if release is None:
        return ""
    return f"in {_month(release.day)}" if release.state == "planned" else f"is {release.state}"


def _month(day: date) -> str:
    return places.month_in_words(f"{day:%Y-%m}")
