"""What people see of a ritual's own ways: answers to commands, the forms, its line on the Home tab."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Block, Message, Option, View
from bot.definitions import Ritual
from bot.errors import UserError
from bot.house import House
from bot.rituals import model
from bot.rituals.model import NEVER, Current, Occurrence, RitualPause
from bot.rituals.rights import is_in_charge
from bot.rituals.standing import in_words, local_today, pause_today, who

ANSWERS = "rituals/answers.txt.j2"
MANAGE = "rituals/manage.txt.j2"
LONGEST_REASON = 300
MOST_MANAGED = 15
"""So many rituals have a menu on Home; the commands reach all."""


def answer(house: House, verb: str, ritual: Ritual, facts: Mapping[str, Any]) -> Message:
    """What `/cadence run`, `close`, `skip`, `pause`, `resume` or `move` has done."""
    return blocks.message(blocks.section(house.words.part(ANSWERS, verb, ritual=ritual, **facts)))


def standing(session: Session, house: House, ritual: Ritual) -> dict[str, Any]:
    """How a ritual is paused, when it opens next, and of which day an occurrence is open."""
    current = model.current(session, house, [ritual.id])[ritual.id]
    return _standing(house, ritual, current, paused_in_words(session, house, ritual))


def moved(house: House, ritual: Ritual, occurrence: Occurrence) -> dict[str, Any]:
    """Where an occurrence is now and was before, and what kind of day off that is."""
    off = ritual.work_days(house.definitions.organisation).why_off(occurrence.day)
    return {
        "moved": occurrence.moved_at is not None,
        "usual": model.slot_day(occurrence),
        "begins": begins(house, ritual, occurrence),
        "day_off": f"{occurrence.day:%a %-d %B} is a day off, {off.because}" if off else None,
    }


def begins(house: House, ritual: Ritual, occurrence: Occurrence) -> str:
    """`Fri 27 Nov, 10:00 (Europe/Berlin)`"""
    zone = ritual.zone_for(house.definitions.organisation)
    return f"{occurrence.opens_at.astimezone(zone):%a %-d %b, %H:%M} ({zone.key})"


def paused_in_words(session: Session, house: House, ritual: Ritual) -> str | None:
    """How a ritual is paused today, by people or by the calendar."""
    return _paused(session, house, ritual, pause_today(session, house, ritual))


def all_paused_in_words(session: Session, house: House, by_hand: Mapping[str, RitualPause]) -> dict[str, str]:
    """The same of each ritual that is, by its id; `by_hand` as `paused_now` found it."""
    rituals = house.definitions.calendar.rituals
    said = {ritual.id: _paused(session, house, ritual, by_hand.get(ritual.id)) for ritual in rituals}
    return {id: words for id, words in said.items() if words}


def _paused(session: Session, house: House, ritual: Ritual, by_hand: RitualPause | None) -> str | None:
    if by_hand is not None:
        return in_words(session, house, by_hand)
    today = local_today(house, ritual)
    written = next((each for each in ritual.schedule.pauses if today in each), None)
    return f"paused by calendar.yaml until {written.last:%a %Y-%m-%d}: {written.reason}" if written else None


def moved_in_words(session: Session, house: House, occurrence: Occurrence) -> str | None:
    """`moved from Wed 25 Nov by Bob: conference`"""
    if occurrence.moved_at is None:
        return None
    day = model.slot_day(occurrence)
    since = f" from {day:%a %-d %b}" if day != occurrence.day else ""
    reason = f": {occurrence.moved_because}" if occurrence.moved_because else ""
    return f"moved{since} by {who(session, house, occurrence.moved_by)}{reason}"


def form(session: Session, house: House, ritual: Ritual, verb: str) -> View:
    """Asks for what pausing, moving or skipping a ritual needs to know."""
    reason = blocks.text_input("reason", "Why?", max_length=LONGEST_REASON, optional=verb == "move")
    if verb == "pause":
        until = blocks.date_input(
            "until",
            "Until which day?",
            hint="The last day without it. Empty: until somebody resumes it.",
            optional=True,
        )
        return _modal(house, ritual, verb, "Pause a ritual", until, reason, day=None)
    upcoming = model.upcoming(session, house, ritual.id)
    if verb == "move":
        if upcoming is None or upcoming.opens_at == NEVER:
            raise UserError(f"{ritual.name} has no occurrence planned that could be moved.")
        at = blocks.text_input(
            "time",
            "At another time?",
            placeholder="15:00",
            hint="Empty: at its usual times.",
            max_length=5,
            optional=True,
        )
        day = blocks.date_input("day", "To which day?", initial=upcoming.day)
        return _modal(house, ritual, verb, "Move a ritual", day, at, reason, day=upcoming.day)
    if verb == "skip":
        occurrence = model.running(session, house, ritual.id) or upcoming
        return _modal(house, ritual, verb, "Skip a ritual", reason, day=occurrence and occurrence.day)
    raise UserError("I do not know that one any more. `/cadence calendar` shows all rituals.")


def on_home(session: Session, house: House, slack_id: str, by_hand: Mapping[str, RitualPause]) -> list[Block]:
    """The rituals that this person is in charge of, each with a menu of what they may do with it.

    `by_hand` are the pauses that rituals are in, as `paused_now` found them.
    """
    rituals = [
        ritual for ritual in house.definitions.calendar.rituals if is_in_charge(session, house, ritual, slack_id)
    ]
    if not rituals:
        return []
    parts = [blocks.header(house.words.part(MANAGE, "title"))]
    shown = rituals[:MOST_MANAGED]
    current = model.current(session, house, [ritual.id for ritual in shown])
    for ritual in shown:
        now, pause = current[ritual.id], by_hand.get(ritual.id)
        facts = _standing(house, ritual, now, _paused(session, house, ritual, pause))
        moved = now.upcoming and moved_in_words(session, house, now.upcoming)
        text = house.words.part(MANAGE, "ritual", ritual=ritual, moved=moved, **facts)
        menu = blocks.overflow("rituals.manage", _options(ritual, now, is_paused=pause is not None))
        parts.append(blocks.section(text, accessory=menu))
    if len(rituals) > MOST_MANAGED:
        parts.append(blocks.context(house.words.part(MANAGE, "more", count=len(rituals) - MOST_MANAGED)))
    return parts


def _standing(house: House, ritual: Ritual, current: Current, paused: str | None) -> dict[str, Any]:
    upcoming, running = current.upcoming, current.running
    return {
        "paused": paused,
        "next": begins(house, ritual, upcoming) if upcoming and upcoming.opens_at != NEVER else None,
        "open": running and running.day,
    }


def _options(ritual: Ritual, current: Current, *, is_paused: bool) -> list[Option]:
    is_open = current.running is not None
    chosen = {
        "resume": ("Resume", is_paused),
        "pause": ("Pause …", not is_paused),
        "move": ("Move the next one …", not is_paused),
        "skip": ("Skip this one …" if is_open else "Skip the next one …", is_open or not is_paused),
        "run": ("Run now", not is_open and not is_paused),
        "close": ("End it now", is_open),
    }
    return [Option(f"{verb}:{ritual.id}", label) for verb, (label, offered) in chosen.items() if offered]


def _modal(house: House, ritual: Ritual, verb: str, title: str, *inputs: Block, day: Any) -> View:
    about = blocks.section(house.words.part(MANAGE, verb, ritual=ritual, day=day))
    return blocks.modal(f"rituals.{verb}", title, about, *inputs, metadata=ritual.id)
