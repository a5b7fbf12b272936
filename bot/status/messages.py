"""What people see when they ask where something stands. Words and blocks only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import blocks, markup
from bot.asked import Week
from bot.blocks import Block, Message, Option
from bot.definitions import Area
from bot.errors import UserError
from bot.house import House
from bot.insights.digest_messages import spark
from bot.people.model import Person
from bot.pointing import Spot
from bot.rituals.model import is_id
from bot.status.records import AREA, Asked, Examples, Fact, Thing

STATUS = "status/status.txt.j2"
MOST_PICKS = 5
MOST_OPTIONS = 25
LONGEST_REPEATED = 80
"""Characters of what somebody asked, said back to them."""


def answer(house: House, asked: Asked, links: Mapping[Spot, str], zone: ZoneInfo, *, buttons: bool = True) -> Message:
    """What fits, for one reader: the answer, what to pick from, or that nothing is called so."""
    if asked.answer is not None:
        ways = _ways(house, asked) if buttons else []
        return blocks.message(*_answer(house, asked, links, zone), *ways)
    if asked.found.things:
        return _several(house, asked, buttons=buttons)
    return _nothing(house, asked, buttons=buttons)


def shown(house: House, asked: Asked, links: Mapping[Spot, str], by: str) -> Message:
    """The same for everybody in a channel; times in the workspace's zone."""
    zone = house.definitions.organisation.zone
    by_whom = blocks.context(_part(house, "shown_by", by=by, zone=zone.key))
    return blocks.message(*_answer(house, asked, links, zone), by_whom)


def on_its_way(house: House) -> Message:
    return blocks.message(blocks.section(_part(house, "on_its_way")))


def question(house: House, area: Area, by: Person, words: str) -> tuple[str, str]:
    """Title and text for the owner's day message."""
    facts = {"area": area, "by": by.name, "question": words}
    return _part(house, "question_title", **facts), _part(house, "question", **facts)


def handed_on(house: House, area: Area, to: Person, *, again: bool) -> Message:
    """To whoever asked, also when they have asked the same this week."""
    return blocks.message(blocks.section(_part(house, "handed_on", area=area, to=to.name, again=again)))


def help_(house: House, found: Examples) -> Message:
    """What one may ask, and for product ops how often that spared somebody a reply."""
    menu = [Option(_value(0, each), _label(house, each)) for each in _some(found)]
    ways = [blocks.actions(blocks.menu(_part(house, "pick_one"), "status.pick", menu))] if menu else []
    names = {"areas": [each.name for each in found.areas[:2]], "release": found.release.name if found.release else ""}
    return blocks.message(
        blocks.header(_part(house, "help_title")),
        *blocks.sections(_part(house, "help", **names)),
        *ways,
        *(_saved(house, found.weeks) if found.weeks else []),
    )


def picked(value: str) -> tuple[int, str, str, list[str]]:
    """What a button or an option is about: question, kind, id, and the words by which it was found."""
    parts = value.split(" ")
    if len(parts) < 3 or not is_id(parts[0]):
        raise UserError("This button is out of date. `/cadence status` and a name asks anew.")
    return int(parts[0]), parts[1], parts[2], [word for word in parts[3:] if word]


def value_of(asked: Asked) -> str:
    """What the button would be about that shows an answer to everybody."""
    assert asked.answer is not None
    return _value(asked.id, asked.answer.thing)


def to_ask(value: str) -> tuple[int, str, str]:
    """The same of the button that asks an owner: question, area, and what was asked."""
    ask_id, _, rest = value.partition(" ")
    area_id, _, words = rest.partition(" ")
    if not is_id(ask_id) or not area_id:
        raise UserError("This button is out of date. `/cadence status ask`, the area and your question asks its owner.")
    return int(ask_id), area_id, words


# How: in the order in which those above call them.


def _part(house: House, block: str, **values: Any) -> str:
    return house.words.part(STATUS, block, **values)


def _answer(house: House, asked: Asked, links: Mapping[Spot, str], zone: ZoneInfo) -> list[Block]:
    assert asked.answer is not None
    found, thing = asked.found, asked.answer.thing
    notes = [_part(house, "for_a_date")] if found.for_a_date else []
    if found.unknown:
        notes.append(_part(house, "unknown", words=found.unknown))
    return [
        blocks.header(_label(house, thing)),
        *(blocks.section(note) for note in notes),
        *(block for fact in asked.answer.facts for block in _fact(house, fact, asked.spots, links, zone)),
        blocks.context(_part(house, "footer")),
    ]


def _fact(
    house: House, fact: Fact, spots: Mapping[int, Spot], links: Mapping[Spot, str], zone: ZoneInfo
) -> list[Block]:
    urls = [(each.label, links.get(spot, "")) for each in fact.sources if (spot := spots.get(each.message_id))]
    note = _part(house, "as_of", at=_moment(fact.at, zone), stale=fact.stale, see=fact.see)
    text = _part(house, fact.part, **fact.values, zone=zone)
    return [
        *blocks.sections(text),
        blocks.context(note, *(markup.link(url, label) for label, url in urls if url)),
    ]


def _ways(house: House, asked: Asked) -> list[Block]:
    """What may be done with an answer."""
    assert asked.answer is not None
    thing, buttons = asked.answer.thing, []
    if asked.answer.may_show:
        buttons.append(blocks.button("Show it here", "status.show", value_of(asked)))
    if asked.answer.ask_owner:
        buttons.append(blocks.button("Ask its owner", "status.ask", f"{asked.id} {thing.id} {asked.words}"))
    return [blocks.actions(*buttons)] if buttons else []


def _several(house: House, asked: Asked, *, buttons: bool) -> Message:
    things = asked.found.things[:MOST_PICKS]
    more = len(asked.found.things) - len(things)
    rows = [
        blocks.section(
            _label(house, each),
            accessory=blocks.button("This one", "status.pick", _value(asked.id, each)) if buttons else None,
        )
        for each in things
    ]
    title = _part(house, "several", words=_repeated(asked.words), count=len(asked.found.things))
    return blocks.message(
        blocks.section(title), *rows, *([blocks.context(_part(house, "more", more=more))] if more else [])
    )


def _nothing(house: House, asked: Asked, *, buttons: bool) -> Message:
    found = asked.found
    text = _part(
        house, "nothing_fits",
        words=_repeated(asked.words), near=bool(found.near), for_a_date=found.for_a_date,
        # Plain text in Slack leaves these marks standing.
        why=found.why.replace("`", ""),
    )  # fmt: skip
    rows = [
        block
        for each in found.near
        for block in (blocks.section(_label(house, each)), *([_near_ways(asked, each)] if buttons else []))
    ]
    return blocks.message(blocks.section(text), *rows, blocks.context(_part(house, "ask_how")))


def _near_ways(asked: Asked, thing: Thing) -> Block:
    """What may be done with a name that is near: it is meant, or its owner is asked."""
    owner = [blocks.button("Ask its owner", "status.ask", f"{asked.id} {thing.id} {asked.words}")]
    this = blocks.button("This one", "status.pick", _value(asked.id, thing))
    return blocks.actions(this, *(owner if thing.kind == AREA else []))


def _saved(house: House, weeks: Sequence[Week]) -> list[Block]:
    asked, answered = sum(each.asked for each in weeks), sum(each.answered for each in weeks)
    facts = {
        "asked": asked, "answered": answered, "percent": round(100 * answered / asked) if asked else 0,
        "spark": spark([each.answered for each in weeks]), "first": weeks[0], "last": weeks[-1], "weeks": len(weeks),
    }  # fmt: skip
    return [
        blocks.divider(),
        *blocks.headed(f"{_part(house, 'saved_title')}\n{_part(house, 'saved', **facts)}"),
        blocks.context(_part(house, "saved_how")),
    ]


def _some(found: Examples) -> list[Thing]:
    """What the menu offers."""
    return [*([found.release] if found.release else []), *found.areas][:MOST_OPTIONS]


def _label(house: House, thing: Thing) -> str:
    return _part(house, "label", thing=thing)


def _value(ask_id: int, thing: Thing) -> str:
    return " ".join([str(ask_id), thing.kind, thing.id, *thing.said])


def _repeated(words: str) -> str:
    return blocks.fit(" ".join(words.split()), LONGEST_REPEATED)


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %-d %b %Y, %H:%M}"
