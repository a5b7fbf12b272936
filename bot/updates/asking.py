"""Who is asked for which area, when, and the prompts that ask them: how the verbs of `flow` do it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot import timers
from bot.blocks import Message, fit
from bot.db import insert_or_ignore
from bot.definitions import Area, Ritual
from bot.delivery import outbox
from bot.errors import UserError
from bot.house import House
from bot.people.model import People, Person, channel_id
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.rituals.schedule import next_working_moment, reminder_at, times
from bot.updates import messages, model
from bot.updates.model import AWAY, LONGEST_REASON, WAITING, Ask, Update

LAST_CALL = timedelta(hours=1)
"""A prompt is not put off until working hours that leave less time than this before the cutoff."""


def takes_answers(occurrence: Occurrence, house: House) -> bool:
    """Whether people may still be asked: it is open, and its cutoff has not passed."""
    return occurrence.state in occurrences.RUNNING and house.clock.now() < occurrence.cutoff_at


def area_of(house: House, ask: Ask) -> Area:
    area = house.definitions.organisation.area(ask.area_id)
    if area is None:
        raise UserError(f"The area `{ask.area_id}` is no longer in `organisation.yaml`.")
    return area


def owner_id(session: Session, house: House, ritual: Ritual) -> str:
    """Whom to tell about the ritual: its owner's Slack id, or product ops' channel when Slack does not know them."""
    owner = People(session, house).by_ref(ritual.owner)
    return owner.slack_id if owner else channel_id(session, house, house.definitions.organisation.channels.product_ops)


def owners(session: Session, house: House, ritual: Ritual) -> list[Person]:
    people = People(session, house)
    found = (people.by_ref(area.owner) for area in house.definitions.areas_of(ritual))
    return [person for person in found if person is not None]


def add_ask(session: Session, house: House, occurrence: Occurrence, area: Area, **values: Any) -> None:
    insert_or_ignore(
        session,
        Ask,
        workspace_id=house.workspace_id,
        occurrence_id=occurrence.id,
        area_id=area.id,
        **values,
    )


def whom_to_ask(
    people: People, house: House, occurrence: Occurrence, area: Area
) -> tuple[Person | None, str | None, str | None]:
    """The owner, or the first who is there of those who stand in, or nobody; with whom they stand in for, and why."""
    owner, name, reason = people.by_ref(area.owner), people.named(area.owner), None
    if owner is None:
        reason = as_reason(None, f"{name}: not in this Slack workspace")
    for person in people.stand_ins(area):
        why_not = _away_for(people, house, occurrence, person)
        if why_not is None:
            return person, None if person == owner else name, reason
        reason = as_reason(reason, f"{person.name}: {why_not}")
    return None, None, reason


def as_reason(before: str | None, more: str) -> str:
    """Why somebody is not asked, after why somebody else was not; as long as a reason may be."""
    return str(fit(f"{before}; {more}" if before else more, LONGEST_REASON))


def arm_prompt(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person) -> None:
    ref = f"{occurrence.id}:{person.slack_id}"
    at = _prompt_time(house, ritual, occurrence, person)
    _arm(session, house, occurrence, "update.prompt", ref, at)


def arm_reminder(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person, prompted: datetime
) -> None:
    if ritual.schedule.reminder is None:
        return
    at = reminder_at(
        occurrence.day,
        ritual.schedule.reminder,
        prompted=prompted,
        cutoff=occurrence.cutoff_at,
        zone=person.zone if ritual.schedule.zone == "person" else ritual.zone_for(house.definitions.organisation),
        hours=house.definitions.organisation.working_hours,
        is_off=house.definitions.organisation.work_days(person.holidays).off,
    )
    if at is not None:
        _arm(session, house, occurrence, "update.remind", f"{occurrence.id}:{person.slack_id}", at)


def arm_snooze(session: Session, house: House, occurrence: Occurrence, slack_id: str, until: datetime) -> None:
    _arm(session, house, occurrence, "update.snooze", f"{occurrence.id}:{slack_id}", until)


def ask_at_new_times(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person) -> None:
    """The calendar has moved an open occurrence: ask and remind a person when it says now.

    A prompt that is still queued is taken back when its new time lies ahead. What has gone out is not said again.
    """
    asks = model.asks_of(session, house, occurrence.id, person.slack_id)
    if _prompt_time(house, ritual, occurrence, person) > house.clock.now():
        for message_id in {ask.message_id for ask in asks if ask.message_id is not None}:
            if outbox.cancel(session, house, message_id):
                for ask in asks:
                    if ask.message_id == message_id:
                        ask.message_id = ask.prompted_at = None
    waiting = [ask for ask in asks if ask.state == WAITING]
    if any(ask.message_id is None for ask in waiting):
        arm_prompt(session, house, ritual, occurrence, person)
    if prompted := [ask.prompted_at for ask in waiting if ask.prompted_at and not ask.reminded_at]:
        arm_reminder(session, house, ritual, occurrence, person, min(prompted))
    if snoozed := [ask.snoozed_until for ask in waiting if ask.snoozed_until]:
        arm_snooze(session, house, occurrence, person.slack_id, min(snoozed))


def disarm(session: Session, house: House, occurrence: Occurrence, slack_id: str) -> None:
    for step in ("prompt", "remind", "snooze"):
        timers.cancel(session, house, f"update.{step}:{occurrence.id}:{slack_id}")


def polite(house: House, person: Person, at: datetime) -> datetime:
    """`at`, or when the person's working hours next begin."""
    organisation = house.definitions.organisation
    return next_working_moment(at, person.zone, organisation.working_hours, organisation.work_days(person.holidays).off)


def send_prompt(
    session: Session,
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    person: Person,
    waiting: Sequence[Ask],
    dedupe: str,
) -> None:
    message_id = outbox.post(
        session,
        house,
        person.slack_id,
        _prompt_message(session, house, ritual, occurrence, person, waiting),
        kind="update.prompt",
        dedupe=dedupe,
        report_to=owner_id(session, house, ritual),
    )
    for ask in waiting:
        ask.message_id = message_id
        ask.prompted_at = ask.prompted_at or house.clock.now()


def refresh_prompts(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, only: Iterable[int] | None = None
) -> None:
    """Edit the prompts in place, so that each shows how its areas stand now."""
    session.flush()
    people = People(session, house)
    by_message: dict[int, list[Ask]] = {}
    for ask in model.asks(session, house, occurrence.id):
        if ask.message_id is not None and (only is None or ask.message_id in only):
            by_message.setdefault(ask.message_id, []).append(ask)
    for message_id, asks in by_message.items():
        person = people.by_slack(asks[0].asked)
        if person is not None:
            message = _prompt_message(session, house, ritual, occurrence, person, asks)
            outbox.update(session, house, message_id, message)


def show_instead(
    session: Session,
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    message_id: int,
    instead: Message,
) -> None:
    """An ask has left a prompt: show what is left of the prompt, or `instead` when nothing is."""
    session.flush()
    if any(ask.message_id == message_id for ask in model.asks(session, house, occurrence.id)):
        refresh_prompts(session, house, ritual, occurrence, only=[message_id])
    else:
        outbox.update(session, house, message_id, instead)


def pass_on(
    session: Session,
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    ask: Ask,
    reason: str,
    *,
    otherwise: str = AWAY,
) -> None:
    """Ask whoever stands in next for whoever was asked; when nobody is there, the ask ends in state `otherwise`."""
    people = People(session, house)
    area = area_of(house, ask)
    before, old_message = people.by_slack(ask.asked), ask.message_id
    name = before.name if before else people.named(area.owner)
    ask.reason = as_reason(ask.reason, reason if name in reason else f"{name}: {reason}")
    ask.message_id = ask.snoozed_until = ask.prompted_at = ask.reminded_at = None
    deputy = _next_in_line(people, house, occurrence, area, ask)
    if deputy is not None:
        ask.asked, ask.stands_in_for, ask.state = deputy.slack_id, ask.stands_in_for or name, WAITING
        arm_prompt(session, house, ritual, occurrence, deputy)
    else:
        ask.asked, ask.state = None, otherwise
    if old_message is not None:
        gone = messages.handed_over(house, area, deputy)
        show_instead(session, house, ritual, occurrence, old_message, gone)


def ask_instead(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, ask: Ask, person: Person
) -> None:
    """Nobody could be asked until now, and somebody who stands in is here again: ask them."""
    ask.asked, ask.state = person.slack_id, WAITING
    ask.stands_in_for = People(session, house).named(area_of(house, ask).owner)
    ask.message_id = ask.snoozed_until = ask.prompted_at = ask.reminded_at = None
    arm_prompt(session, house, ritual, occurrence, person)


def hand_back(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, ask: Ask, owner: Person) -> None:
    """Ask the owner again, in place of whoever stood in or of nobody."""
    old_message = ask.message_id
    ask.asked, ask.state = owner.slack_id, WAITING
    ask.stands_in_for = ask.reason = ask.message_id = ask.snoozed_until = ask.prompted_at = ask.reminded_at = None
    arm_prompt(session, house, ritual, occurrence, owner)
    if old_message is not None:
        gone = messages.handed_over(house, area_of(house, ask), owner)
        show_instead(session, house, ritual, occurrence, old_message, gone)


def own_draft(session: Session, house: House, occurrence: Occurrence, area_id: str, slack_id: str) -> bool:
    """Whether this person keeps a draft for the area; other people's are nobody else's business."""
    update = model.find(session, house, occurrence.id, area_id)
    return update is not None and update.draft and update.author == slack_id


def _arm(session: Session, house: House, occurrence: Occurrence, kind: str, ref: str, at: datetime) -> None:
    timers.arm(session, house, f"{kind}:{ref}", kind, ref, at, plan=occurrences.plan_of(occurrence))


def _next_in_line(people: People, house: House, occurrence: Occurrence, area: Area, ask: Ask) -> Person | None:
    """Who stands in after whoever is asked now, and is there today; why others are not is kept with the request."""
    line, now = people.stand_ins(area), house.clock.now()
    asked = next((n for n, person in enumerate(line) if person.slack_id == ask.asked), -1)
    for person in line[asked + 1 :]:
        why_not = people.away_because(person, person.today(now), occurrence.ritual_id)
        if why_not is None:
            return person
        ask.reason = as_reason(ask.reason, f"{person.name}: {why_not}")
    return None


def _away_for(people: People, house: House, occurrence: Occurrence, person: Person) -> str | None:
    day = max(occurrence.day, person.today(house.clock.now()))
    return people.away_because(person, day, occurrence.ritual_id)


def _prompt_time(house: House, ritual: Ritual, occurrence: Occurrence, person: Person) -> datetime:
    """The ritual's time in the person's zone, at once when that has passed or somebody runs the ritual out of turn.

    In working hours, unless the cutoff would pass meanwhile.
    """
    now = house.clock.now()
    organisation = house.definitions.organisation
    slot = None if occurrence.run_by else occurrences.slot_of(house, ritual, occurrence)
    planned = now
    if slot:
        planned = times(slot, ritual, organisation, person.zone, person.holidays).prompt
    if planned < now or planned >= occurrence.cutoff_at:
        planned = now
    moment = polite(house, person, planned)
    return moment if moment < occurrence.cutoff_at - LAST_CALL else planned


def _prompt_message(
    session: Session,
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    person: Person,
    asks: Sequence[Ask],
) -> Message:
    lines: list[tuple[Area, Ask, Update | None]] = []
    for ask in asks:
        update = model.find(session, house, occurrence.id, ask.area_id)
        hidden = update is not None and update.draft and update.author != person.slack_id
        lines.append((area_of(house, ask), ask, None if hidden else update))
    return messages.prompt(house, ritual, occurrence, person, lines)
