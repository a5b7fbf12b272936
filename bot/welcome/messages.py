"""What Drumbeat says of itself in channels, and what it answers to whoever writes to it."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot import blocks
from bot.blocks import Block, Message
from bot.definitions import Ritual
from bot.house import House
from bot.people.model import Person
from bot.people.named_channels import Place
from bot.welcome.step import Step
from bot.welcome.ways import BUTTONS, COMMANDS, is_there

CHANNEL = "welcome/channel.txt.j2"
DIRECT = "welcome/direct.txt.j2"
HOME = "welcome/home.txt.j2"
MOST_RITUALS, MOST_CLASSES = 6, 4
MOST_COMMANDS = 3
MOST_MISSING = 5
"""Names of what a step still lacks; the others are counted."""

STEP_WAYS: Mapping[str, str] = {"insight": "insight"}
"""What one press can begin, by step."""


def introduction(house: House, place: Place, owners: Sequence[tuple[str, str]], ask: Sequence[str]) -> Message:
    """To a channel: what it is for here, with `owners` (owner and deputy, by name) of its areas, and whom to `ask`."""

    def part(block: str, **values: object) -> str:
        return house.words.part(CHANNEL, block, **values)

    hello = part("hello", organisation=house.definitions.organisation.name)
    never = "\n".join([part("never"), part("type", commands=_commands(house, place)), part("ask", names=ask)])
    if not place.is_named:
        return blocks.message(blocks.section(hello), *blocks.sections(part("unnamed")), *blocks.sections(never))
    rules = house.definitions.insights
    lines = [
        *(part("area", area=area, owner=by, deputy=to) for area, (by, to) in zip(place.areas, owners, strict=True)),
        *(part("function", function=each) for each in place.functions),
        *(part("use", use=use, emoji=rules.emoji if rules else None) for use in place.uses),
        *(part("ritual", ritual=each, when=each.schedule.rhythm()) for each in place.rituals[:MOST_RITUALS]),
    ]
    if len(place.rituals) > MOST_RITUALS:
        lines.append(part("more_rituals", count=len(place.rituals) - MOST_RITUALS))
    if place.classes:
        lines.append(part("classes", names=place.classes[:MOST_CLASSES], more=len(place.classes[MOST_CLASSES:])))
    if place.sources:
        lines.append(part("sources", names=place.sources))
    here = "\n".join([part("here"), *lines])
    return blocks.message(blocks.section(hello), *blocks.sections(here), *blocks.sections(never))


def among_others(house: House) -> Message:
    """To a channel that other companies read: nothing that is only ours to know."""
    text = house.words.part(CHANNEL, "shared", organisation=house.definitions.organisation.name)
    return blocks.message(blocks.section(text))


def is_shared(house: House, name: str) -> tuple[str, str]:
    """To product ops: that a channel with a part in the definitions is read by others. Title and text."""
    return house.words.part(CHANNEL, "is_shared", name=name), house.words.part(CHANNEL, "is_shared_text", name=name)


def stranger(house: House, ask: Sequence[str]) -> Message:
    """To somebody whom the definitions do not name."""
    return blocks.message(blocks.section(house.words.part(DIRECT, "stranger", names=ask)))


def help_(house: House, name: str, on_you: str, ways: Sequence[str]) -> Message:
    """What waits for this person, and what they may want to do, with buttons for what one press can begin."""
    shown = [{"words": house.words.part(DIRECT, "way", way=way), "command": COMMANDS[way]} for way in ways]
    buttons = [_button(way) for way in ways if way in BUTTONS]
    return blocks.message(
        *blocks.sections(house.words.part(DIRECT, "help", name=name)),
        *blocks.sections(on_you),
        *blocks.sections(house.words.part(DIRECT, "ways", ways=shown)),
        *([blocks.actions(*buttons)] if buttons else []),
        blocks.context(house.words.part(DIRECT, "all")),
    )


def on_you(house: House, lines: Sequence[str], most: int) -> str:
    """What waits for somebody, a line each."""
    return house.words.part(DIRECT, "on_you", lines=lines[:most], more=len(lines[most:]))


def obligation(house: House, title: str, due: str | None, *, overdue: bool) -> str:
    return house.words.part(DIRECT, "obligation", title=title, due=due, overdue=overdue)


def short(house: House, part: str) -> Message:
    """`thanks`, or `again` for who was told all just now."""
    return blocks.message(blocks.section(house.words.part(DIRECT, part)))


def away_offer(house: House, first: date, last: date, value: str) -> Message:
    """Whether an absence is to be noted that somebody spoke of; `value` says it to whoever notes it."""
    return blocks.message(
        blocks.section(house.words.part(DIRECT, "away", first=first, last=last)),
        blocks.actions(
            blocks.button("Note it", "welcome.away", value, style="primary"),
            blocks.button("Choose other days", "people.away"),
        ),
    )


def away_when(house: House) -> Message:
    return blocks.message(
        blocks.section(house.words.part(DIRECT, "away_when")), blocks.actions(blocks.button("I am away", "people.away"))
    )


def hello(house: House, person: Person, owned: Sequence[str], weekly: Ritual | None) -> list[Block]:
    """For the first looks at Home: what this person will be asked for, when, and how they say no."""
    hours = house.definitions.organisation.working_hours
    asked = house.words.part(
        HOME, "asked", roles=person.roles, owned=owned, weekly=weekly, insights=house.definitions.insights is not None
    )
    when = house.words.part(HOME, "when", start=hours.start, end=hours.end, zone=person.zone.key)
    lines = [asked, when, house.words.part(HOME, "no")]
    return [
        blocks.header(house.words.part(HOME, "hello", name=person.name)),
        *blocks.sections("\n".join(lines)),
        blocks.actions(blocks.button("Got it", "welcome.got_it")),
        blocks.divider(),
    ]


def first_steps(house: House, steps: Sequence[Step], *, may_hide: bool) -> list[Block]:
    """The first steps on Home, with buttons for what one press can do."""
    buttons = [
        *(_button(STEP_WAYS[step.name]) for step in steps if not step.done and step.name in STEP_WAYS),
        *([blocks.button("Hide it", "welcome.hide")] if may_hide else []),
    ]
    return [*_listed(house, steps), *([blocks.actions(*buttons)] if buttons else []), blocks.divider()]


def all_steps(house: House, steps: Sequence[Step]) -> Message:
    """The same in answer to `/cadence first-steps`, also when they are off Home."""
    return blocks.message(*_listed(house, steps))


def hidden(house: House) -> Message:
    return blocks.message(blocks.section(house.words.part(HOME, "hidden")))


def arrived(house: House, steps: Sequence[Step]) -> tuple[str, str]:
    """To product ops, once: title and text."""
    left = [step_line(house, step) for step in steps if not step.done]
    return house.words.part(HOME, "arrived"), house.words.part(HOME, "left", lines=left, done=len(steps) - len(left))


def step_line(house: House, step: Step) -> str:
    ritual = house.definitions.calendar.rituals[0]
    facts = {"count": step.count, "of": step.of, "ritual": ritual.id}
    missing = {"missing": step.missing[:MOST_MISSING], "more": len(step.missing[MOST_MISSING:])}
    return house.words.part(HOME, step.name, done=step.done, **facts, **missing)


def _listed(house: House, steps: Sequence[Step]) -> list[Block]:
    lines = [house.words.part(HOME, "step", done=step.done, line=step_line(house, step)) for step in steps]
    title = house.words.part(HOME, "steps", done=sum(step.done for step in steps), of=len(steps))
    return [blocks.header(title), *blocks.sections("\n".join(lines))]


def _button(way: str) -> Block:
    label, action_id = BUTTONS[way]
    return blocks.button(label, action_id)


def _commands(house: House, place: Place) -> list[str]:
    """What is most likely typed there."""
    about_releases = {"launches", "told"} & set(place.uses) or place.functions
    about_decisions = "decisions" in place.uses or place.classes or place.areas
    likely = [
        *(["launch"] if about_releases else []),
        *(["decision"] if about_decisions else []),
        *("insight", "decision"),
    ]
    offered = dict.fromkeys(way for way in likely if is_there(house.definitions, way))
    return [*[COMMANDS[way] for way in offered][: MOST_COMMANDS - 1], "/cadence help"]
