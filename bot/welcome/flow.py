"""What happens when Drumbeat is added to a channel, and when somebody writes to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.audit import record
from bot.blocks import Message
from bot.decisions import messages as decision_messages
from bot.decisions import rights as decision_rights
from bot.delivery import outbox
from bot.errors import UserError
from bot.house import House, Obligation
from bot.people import absence
from bot.people import messages as people_messages
from bot.people.model import People, Person, note_joined
from bot.people.named_channels import place
from bot.people.wishes import read_wish
from bot.prompts import flow as prompts
from bot.welcome import meant, messages, model
from bot.welcome.ways import ways

MOST_ON_YOU = 5
"""Of what waits for a person, in the answer to them."""
A_WHILE = timedelta(minutes=1)
MOST_ANSWERS = 6
"""To one person within a while; then nothing is said until it is over."""


@dataclass(frozen=True)
class Joined:
    """A channel that Drumbeat is in from now on."""

    id: str
    name: str
    is_shared: bool
    """Whether people of other companies read it, or may soon."""


@dataclass(frozen=True)
class Heard:
    """What somebody wrote to Drumbeat, and where."""

    slack_id: str
    channel: str
    ts: str
    thread: str
    """The `ts` of the thread's first message; empty outside of threads."""
    words: str


def introduce(session: Session, house: House, joined: Joined) -> None:
    """Say in a channel what Drumbeat does there: once, also when it is taken out and comes back."""
    note_joined(session, house, joined.id, joined.name)
    if not model.introduce(session, house, joined.id):
        return
    here, people = place(house, joined.id, joined.name), People(session, house)
    ops = people.with_role("product_ops")
    if joined.is_shared:
        message = messages.among_others(house)
        for person in ops if here.is_named else ():
            title, text = messages.is_shared(house, joined.name)
            prompts.tell(session, house, person.slack_id, f"welcome:shared:{joined.id}:{person.slack_id}", title, text)
    else:
        owners = [(people.named(area.owner), people.named(area.deputy) if area.deputy else "") for area in here.areas]
        message = messages.introduction(house, here, owners, [person.name for person in ops])
    dedupe = f"welcome:channel:{joined.id}"
    outbox.post(session, house, joined.id, message, kind="welcome.channel", dedupe=dedupe)
    record(session, house, "channel.joined", f"channel:{joined.id}", shared=joined.is_shared)


def answer(session: Session, house: House, heard: Heard) -> None:
    """Answer what somebody wrote, once, and not without end. What they wrote is neither kept nor repeated."""
    known = model.acquaintance(session, house, heard.slack_id)
    dedupe = f"welcome:answer:{heard.channel}:{heard.ts}"
    if outbox.find(session, house, dedupe) is not None or not _has_patience(house, known):
        return
    message = _answer(session, house, known, heard)
    if not heard.thread:
        outbox.post(session, house, heard.slack_id, message, kind="welcome.answer", dedupe=dedupe)
        return
    above = outbox.known(session, house, heard.channel, heard.thread)
    outbox.reply(session, house, above, message, kind="welcome.answer", dedupe=dedupe)


def note_away(session: Session, house: House, slack_id: str, value: str) -> Message:
    """The button that notes an absence somebody spoke of. A `UserError` when it cannot be noted (any more)."""
    first, last, kind, ritual_id = _away_value(value)
    noted = absence.set_away(session, house, slack_id, first, last, kind=kind, ritual_id=ritual_id or None)
    absence.tell_away(session, house, slack_id)
    person = People(session, house).by_slack(slack_id)
    assert person is not None
    return people_messages.away_noted(house, person, noted, own=True)


def _has_patience(house: House, known: model.Acquaintance) -> bool:
    """Whether this person is answered once more now; then that is counted."""
    now = house.clock.now()
    if known.answered_from is None or now - known.answered_from >= A_WHILE:
        known.answered_from, known.answers = now, 0
    known.answers += 1
    return known.answers <= MOST_ANSWERS


def _answer(session: Session, house: House, known: model.Acquaintance, heard: Heard) -> Message:
    what = meant.meant(heard.words)
    person = People(session, house).by_slack(heard.slack_id)
    if what == meant.THANKS:
        return messages.short(house, "thanks")
    if person is None:
        return _help(session, house, known, heard.slack_id)
    if what == meant.AWAY:
        return _offer_absence(session, house, person, meant.days_away(heard.words))
    if what == meant.DECIDE:
        # Without the words: the button would keep them.
        sort, who = decision_rights.whose(session, house, heard.words)
        if sort:
            return decision_messages.for_others(house, sort, who)
        return decision_messages.for_the_decider(house, decision_rights.decider(session, house, heard.words), "")
    if what == meant.QUESTION and house.links.answer_in_words is not None:
        found = house.links.answer_in_words(session, house, heard.slack_id, heard.words)
        if found is not None:
            return found
    return _help(session, house, known, heard.slack_id)


def _help(session: Session, house: House, known: model.Acquaintance, slack_id: str) -> Message:
    """All that Drumbeat does for this person; whoever has just been told is not told at length again."""
    now = house.clock.now()
    if known.helped_at is not None and now - known.helped_at < A_WHILE:
        return messages.short(house, "again")
    known.helped_at = now
    people = People(session, house)
    person = people.by_slack(slack_id)
    if person is None:
        return messages.stranger(house, [each.name for each in people.with_role("product_ops")])
    offered = ways(house.definitions, person.roles)
    return messages.help_(house, person.name, _on_you(session, house, person), offered)


def _on_you(session: Session, house: House, person: Person) -> str:
    """What waits for this person: the first few in words, the others counted."""
    now = house.clock.now()
    waiting = [each for room in house.links.obligations for each in room(session, house, person.slack_id)]
    waiting.sort(key=lambda each: (each.due is None, each.due or now))
    return messages.on_you(house, [_line(house, person, each) for each in waiting], MOST_ON_YOU)


def _line(house: House, person: Person, waiting: Obligation) -> str:
    due = f"{waiting.due.astimezone(person.zone):%a %-d %b, %H:%M}" if waiting.due else None
    overdue = waiting.due is not None and waiting.due < house.clock.now()
    return messages.obligation(house, waiting.title, due, overdue=overdue)


def _offer_absence(session: Session, house: House, person: Person, days: str) -> Message:
    """To note the absence, where it is understood; else the form that asks for it."""
    try:
        wish = read_wish(session, house, person.slack_id, days)
    except UserError:
        return messages.away_when(house)
    if wish.person != person or wish.last_day is None:
        return messages.away_when(house)
    value = f"{wish.first_day} {wish.last_day} {wish.kind} {wish.ritual_id or ''}"
    return messages.away_offer(house, wish.first_day, wish.last_day, value)


def _away_value(value: str) -> tuple[date, date, str, str]:
    """Back from a button's value; a `UserError` when it is none: it comes from outside."""
    parts: Mapping[int, str] = dict(enumerate(value.split()))
    try:
        first, last = date.fromisoformat(parts.get(0, "")), date.fromisoformat(parts.get(1, ""))
    except ValueError as error:
        raise UserError("This button is out of date. `/cadence away until friday` does the same.") from error
    return first, last, parts.get(2, "other"), parts.get(3, "")
