"""Whoever is to answer an insight is asked in their day message: to acknowledge it, then to say what becomes of it.

Everybody is asked once for each, and reminded once, on the morning of the day it is due.
"""

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.definitions.working_time import to_utc
from bot.house import House, Obligation, Part
from bot.insights import messages, model, telling
from bot.insights.model import ACKNOWLEDGED, CLOSED, DECIDED, PARKED, RESEARCHING, ROUTED, Insight
from bot.insights.routing import stand_in
from bot.people.model import People, Person
from bot.prompts import flow as prompts

PROMPT = "insight"
"""The kind of prompt that asks for something about an insight."""
BEFORE_DUE = 2
"""Working days before its answer is due its owner is asked for it."""
OPEN = (ROUTED, ACKNOWLEDGED)


def ask(session: Session, house: House, insight: Insight, *, urgent: bool = False) -> None:
    """Ask for what its state waits for, and no more for what it waited for before."""
    person = People(session, house).by_slack(insight.asked_of)
    if insight.state not in OPEN or person is None:
        return
    now = house.clock.now()
    at = now if insight.state == ROUTED else max(now, _morning_before(house, person, insight.due_at or now))
    _ask(session, house, insight, person, f"{insight.state}:{insight.routed_at:%Y%m%d%H%M%S}", at, urgent=urgent)


def ask_again(session: Session, house: House, insight: Insight) -> None:
    """What is researched or parked comes back to whoever has it on the day that was said."""
    if insight.disposition not in (RESEARCHING, PARKED) or insight.answer_by is None:
        return
    person = People(session, house).by_slack(insight.asked_of or insight.decided_by)
    if person is None:
        return
    model.set_(session, insight, asked_of=person.slack_id)
    hours = house.definitions.organisation.working_hours
    at = to_utc(datetime.combine(insight.answer_by, hours.start), person.zone)
    _ask(session, house, insight, person, f"again:{insight.answers}", at)


def stop(session: Session, house: House, insight: Insight) -> None:
    """Ask nobody any more."""
    if insight.asked_key:
        prompts.withdraw(session, house, insight.asked_key)
        model.set_(session, insight, asked_key="")


def on_away(session: Session, house: House, slack_id: str) -> None:
    """Somebody is away, or has left: what they are asked goes to whoever stands in."""
    people = People(session, house)
    for insight in _held(session, house, model.waiting_for(session, house, slack_id, OPEN)):
        owner = people.by_slack(insight.owner)
        if owner is not None and (other := stand_in(session, house, insight, owner)).slack_id != insight.asked_of:
            _hand_to(session, house, insight, other)


def on_back(session: Session, house: House, slack_id: str) -> None:
    """Somebody is here again: what is theirs and was not answered yet is asked of them."""
    query = select(Insight).where(
        Insight.workspace_id == house.workspace_id,
        Insight.owner == slack_id,
        Insight.asked_of != slack_id,
        Insight.state.in_(OPEN),
    )
    person = People(session, house).by_slack(slack_id)
    for insight in _held(session, house, list(session.scalars(query.order_by(Insight.id)))):
        if person is not None and insight.state in OPEN and insight.asked_of != slack_id:
            _hand_to(session, house, insight, person)


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How what somebody is asked looks now; `ref` is the insight's id, `:`, and their Slack id."""
    id, _, slack_id = ref.partition(":")
    insight = model.by_id(session, house, int(id)) if id.isdecimal() else None
    person = People(session, house).by_slack(slack_id)
    if insight is None or person is None:
        return None
    looks = telling.looks_of(session, house, insight)
    mine = insight.asked_of == slack_id
    again = mine and _is_again(house, insight, person)
    part = messages.ask(house, insight, looks, stands_in=mine and insight.owner != slack_id, again=again)
    if not mine or not part.waiting:
        return Part(part.title, part.text, waiting=False)
    away = People(session, house).away_because(person, person.today(house.clock.now())) is not None
    return Part(part.title, part.text, part.buttons, minutes=part.minutes, away=away and insight.state in OPEN)


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """What this person is to acknowledge and to answer."""
    if house.definitions.insights is None:
        return []
    person = People(session, house).by_slack(slack_id)
    found = model.waiting_for(session, house, slack_id, (*OPEN, DECIDED, CLOSED))
    return [
        Obligation(
            messages.obligation(house, each),
            each.due_at,
            "insights.acknowledge" if each.state == ROUTED else "insights.dispose",
            each.ref,
            "Acknowledge" if each.state == ROUTED else "Answer",
        )
        for each in found
        if each.state in OPEN or (person is not None and _is_again(house, each, person))
    ]


# How: in the order in which the verbs above call them.


def _ask(
    session: Session, house: House, insight: Insight, person: Person, what: str, at: datetime, *, urgent: bool = False
) -> None:
    key = f"insight:{insight.id}:{what}:{person.slack_id}"
    if insight.asked_key and insight.asked_key != key:
        prompts.withdraw(session, house, insight.asked_key)
    model.set_(session, insight, asked_key=key)
    now, due = house.clock.now(), insight.due_at
    morning = _morning(house, person, due) if due else now
    prompts.ask(
        session,
        house,
        person.slack_id,
        key,
        PROMPT,
        f"{insight.id}:{person.slack_id}",
        at=at,
        deadline=due if due and due > now else None,
        remind_at=morning if morning > at and not urgent else None,
        urgent=urgent,
    )


def _hand_to(session: Session, house: House, insight: Insight, person: Person) -> None:
    model.set_(session, insight, asked_of=person.slack_id)
    ask(session, house, insight)


def _held(session: Session, house: House, insights: list[Insight]) -> list[Insight]:
    return model.held(session, house, *(each.id for each in insights)) if insights else []


def _is_again(house: House, insight: Insight, person: Person) -> bool:
    return (
        insight.state in (DECIDED, CLOSED)
        and insight.disposition in (RESEARCHING, PARKED)
        and insight.answer_by is not None
        and insight.answer_by <= person.today(house.clock.now())
    )


def _morning(house: House, person: Person, moment: datetime) -> datetime:
    hours = house.definitions.organisation.working_hours
    return to_utc(datetime.combine(person.today(moment), hours.start), person.zone)


def _morning_before(house: House, person: Person, due: datetime) -> datetime:
    """The morning of the person's working day so many before it is due."""
    off = house.definitions.organisation.work_days(person.holidays).off
    hours = house.definitions.organisation.working_hours
    day, left = person.today(due), BEFORE_DUE
    while left:
        day -= timedelta(days=1)
        left -= day.weekday() in hours.weekdays and not off(day)
    return to_utc(datetime.combine(day, time(hours.start.hour, hours.start.minute)), person.zone)
