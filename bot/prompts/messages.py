"""What people see of prompts: the day message, and why they got it. Pure: words and blocks only."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import blocks
from bot.blocks import Block, Message, Option, fit
from bot.house import Ahead, House, Part
from bot.people.model import Person
from bot.prompts.model import NEWS, Prompt

WORDS = "prompts/day.txt.j2"
MOST_PARTS, MOST_NEWS = 10, 5
LONGEST_PART, LONGEST_NEWS = 700, 640
HALF_AN_HOUR, TWO_HOURS, TOMORROW = "30m", "2h", "tomorrow"
SNOOZES = {HALF_AN_HOUR: "In 30 minutes", TWO_HOURS: "In 2 hours", TOMORROW: "Tomorrow"}
PAUSES = {HALF_AN_HOUR: timedelta(minutes=30), TWO_HOURS: timedelta(hours=2)}


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A moment for one reader, in their zone: `Thu 26 Nov, 14:00`."""
    return f"{moment.astimezone(zone):%a %-d %b, %H:%M}"


def day_message(
    house: House, person: Person, said: Sequence[tuple[Prompt, Part]], ahead: Sequence[Ahead] = ()
) -> Message:
    """Everything a message asks a person for, most urgent first; what is done says so in its place.

    Then what they are told, and what the calendar will ask them for later that day.
    """
    if not said:
        return blocks.message(blocks.section(house.words.part(WORDS, "asked_elsewhere")))
    asked = [each for each in said if each[0].kind != NEWS]
    told = [each for each in said if each[0].kind == NEWS]
    waiting = [part for prompt, part in asked if _waits(prompt, part)]
    minutes = sum(part.minutes for part in waiting)
    ordered = sorted(asked, key=lambda each: _urgency(*each))
    shown, rest = ordered[:MOST_PARTS], ordered[MOST_PARTS:]
    title = house.words.part(WORDS, "title", count=len(waiting), minutes=minutes, asked=bool(asked))
    return blocks.message(
        blocks.header(title),
        *(block for prompt, part in shown for block in _part(house, person, prompt, part)),
        *([blocks.context(house.words.part(WORDS, "more", count=len(rest)))] if rest else []),
        *([blocks.context(house.words.part(WORDS, "told"))] if asked and told else []),
        *(block for _prompt, part in told for block in _news(part)),
        *([blocks.context(_later(house, person, ahead))] if ahead else []),
        *([blocks.actions(blocks.button("I am away", "people.away"))] if waiting else []),
    )


def why(house: House, person: Person, prompt: Prompt, part: Part) -> Message:
    """Why this person got a part of their day message, for their eyes only."""
    text = house.words.part(
        WORDS,
        "why",
        title=part.title,
        text=part.text,
        prompted=prompt.prompted_at and local(prompt.prompted_at, person.zone),
        reminded=prompt.reminded_at and local(prompt.reminded_at, person.zone),
        urgent=prompt.urgent,
    )
    return blocks.message(*blocks.sections(text))


def profile(house: House, profile: str, *, chosen: bool) -> Message:
    """How much a person is reminded, after they asked or have just chosen."""
    return blocks.message(blocks.section(house.words.part(WORDS, "profile", profile=profile, chosen=chosen)))


def on_home(house: House, profile: str) -> list[Block]:
    """For the Home tab: how much this person is reminded, and the menu that changes it."""
    choices = [
        Option(name, house.words.part(WORDS, "profile_name", profile=name)) for name in ("standard", "light", "none")
    ]
    text = house.words.part(WORDS, "profile", profile=profile, chosen=False)
    return [blocks.section(text, accessory=blocks.menu("Remind me", "prompts.profile", choices))]


def _waits(prompt: Prompt, part: Part) -> bool:
    return part.waiting and prompt.ended_at is None


def _urgency(prompt: Prompt, part: Part) -> tuple[bool, bool, bool, float, int]:
    deadline = prompt.deadline
    return (
        not _waits(prompt, part),
        not prompt.urgent,
        deadline is None,
        deadline.timestamp() if deadline else 0.0,
        prompt.id,
    )


def _part(house: House, person: Person, prompt: Prompt, part: Part) -> list[Block]:
    waits = _waits(prompt, part)
    text = house.words.part(
        WORDS,
        "part",
        text=fit(part.text, LONGEST_PART),
        reminder=waits and prompt.reminded_at is not None,
        due=local(prompt.deadline, person.zone) if waits and prompt.deadline else "",
        minutes=part.minutes,
        snoozed=local(prompt.snoozed_until, person.zone) if waits and prompt.snoozed_until else "",
    )
    elements = [*part.buttons, *(_menus(prompt) if waits else [])]
    return [*blocks.headed(f"{fit(part.title, 150)}\n{text}"), *([blocks.actions(*elements)] if elements else [])]


def _news(part: Part) -> list[Block]:
    text = blocks.headed(f"{fit(part.title, 150)}\n{fit(part.text, LONGEST_NEWS)}")
    return [*text, *([blocks.actions(*part.buttons)] if part.buttons else [])]


def _later(house: House, person: Person, ahead: Sequence[Ahead]) -> str:
    said = [f"{each.at.astimezone(person.zone):%H:%M} {each.title}" for each in ahead[:MOST_PARTS]]
    return house.words.part(WORDS, "later", said=said, more=len(ahead) - len(said))


def _menus(prompt: Prompt) -> list[Block]:
    later = [Option(f"{choice} {prompt.key}", label) for choice, label in SNOOZES.items()]
    return [
        *([] if prompt.snoozed_until else [blocks.menu("Snooze", "prompts.snooze", later)]),
        blocks.overflow("cadence.why", [Option(prompt.key, "Why did I get this?")]),
    ]
