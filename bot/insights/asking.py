"""Whoever is to answer an insight is asked in their day message: to acknowledge it, then to say what becomes of it.

Everybody is asked once for each, and reminded once, on the morning of the day it is due. What is researched or parked
comes back on the day that was said, and what was accepted with a release when that is cancelled.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, select
from sqlalchemy.orm import Session

from bot.definitions.decisions import may_decide_on_product
from bot.definitions.working_time import to_utc
from bot.house import House, Obligation, Part
from bot.insights import clocks, messages, model, telling
from bot.insights.model import (
    ACCEPTED,
    ACKNOWLEDGED,
    CLOSED,
    DECIDED,
    PARKED,
    RESEARCHING,
    ROUTED,
    Insight,
)
from bot.insights.rights import may_see
from bot.insights.routing import stand_in
from bot.people.model import People, Person
from bot.prompts import flow as prompts

PROMPT = "insight"
"""The kind of prompt that asks for something about an insight."""
BEFORE_DUE = 2
"""Working days before its answer is due its owner is asked for it."""
OPEN = (ROUTED, ACKNOWLEDGED)
COMES_BACK = (RESEARCHING, PARKED, ACCEPTED)
"""What was said so, and a day with it, is asked for again on that day."""
REMIND_AFTER = 2
"""Working days after it came back, whoever has not answered anew is reminded."""


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
    if insight.disposition not in COMES_BACK or insight.answer_by is None:
        return
    people = People(session, house)
    person = people.by_slack(insight.asked_of) or people.by_slack(insight.owner) or people.by_slack(insight.decided_by)
    if person is None:
        return
    model.set_(session, insight, asked_of=person.slack_id)
    hours = house.definitions.organisation.working_hours
    at = max(to_utc(datetime.combine(insight.answer_by, hours.start), person.zone), house.clock.now())
    remind_at = clocks.after_days(house, at, REMIND_AFTER)
    key = f"again:{insight.answers}:{insight.answer_by}"
    _ask(session, house, insight, person, key, at, remind_at=remind_at)


def stop(session: Session, house: House, insight: Insight) -> None:
    """Ask nobody any more."""
    if insight.asked_key:
        prompts.withdraw(session, house, insight.asked_key)
        model.set_(session, insight, asked_key="")


def on_away(session: Session, house: House, slack_id: str) -> None:
    """Somebody is away: what they are asked goes to whoever stands in."""
    people = People(session, house)
    today = _today(house)
    for insight in _held(session, house, _asked(session, house, slack_id, today)):
        owner = people.by_slack(insight.owner)
        if owner is not None and (other := stand_in(session, house, insight, owner)).slack_id != insight.asked_of:
            _hand_to(session, house, insight, other)


def on_back(session: Session, house: House, slack_id: str) -> None:
    """Somebody is here again: what is theirs and was not answered yet is asked of them."""
    query = select(Insight).where(
        Insight.workspace_id == house.workspace_id,
        Insight.owner == slack_id,
        Insight.asked_of != slack_id,
        _waits(_today(house)),
    )
    person = People(session, house).by_slack(slack_id)
    for insight in _held(session, house, list(session.scalars(query.order_by(Insight.id)))):
        if person is not None and insight.owner == slack_id != insight.asked_of:
            _hand_to(session, house, insight, person)


def forsaken(session: Session, house: House) -> list[Insight]:
    """What is to come back some day, but to somebody who has left; held."""
    people = People(session, house)
    here = [person.slack_id for person in people.everybody()]
    query = select(Insight).where(
        Insight.workspace_id == house.workspace_id, _comes_back(), Insight.asked_of.not_in(here)
    )
    return _held(session, house, list(session.scalars(query.order_by(Insight.id))))


def came_back(today: date) -> tuple[ColumnElement[bool], ...]:
    """Its day is over, and it was not answered anew; as conditions."""
    return _comes_back(), Insight.answer_by < today


def waiting(session: Session, house: House, slack_id: str) -> list[Insight]:
    """What waits for this person now: what is late first, then what is due soonest."""
    person = People(session, house).by_slack(slack_id)
    if person is None:
        return []
    now = house.clock.now()
    found = _asked(session, house, slack_id, person.today(now))
    late = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(found, key=lambda each: (not clocks.late(house, each), each.due_at or late, each.id))


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How what somebody is asked looks now; `ref` is the insight's id, `:`, and their Slack id."""
    id, _, slack_id = ref.partition(":")
    insight = model.by_id(session, house, int(id)) if id.isdecimal() else None
    person = People(session, house).by_slack(slack_id)
    if insight is None or person is None or house.definitions.insights is None:
        return None
    if not may_see(session, house, insight, slack_id):
        return messages.seen_no_more(house, insight)
    looks = telling.looks_of(session, house, insight)
    if insight.asked_of != slack_id:
        return messages.asked_no_more(house, insight, looks)
    again = _is_again(house, insight, person)
    part = messages.ask(
        house, insight, looks, stands_in=insight.owner != slack_id, again=again,
        decides=may_decide_on_product(person.roles),
    )  # fmt: skip
    if not part.waiting:
        return part
    away = People(session, house).away_because(person, person.today(house.clock.now())) is not None
    return Part(part.title, part.text, part.buttons, minutes=part.minutes, away=away)


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """What this person is to acknowledge and to answer."""
    if house.definitions.insights is None:
        return []
    person = People(session, house).by_slack(slack_id)
    decides = person is not None and may_decide_on_product(person.roles)
    answer = ("insights.dispose", "Answer") if decides else ("insights.triage_one", "Sort anew")
    ways = {ROUTED: ("insights.acknowledge", "Acknowledge"), ACKNOWLEDGED: answer}
    found = []
    for each in waiting(session, house, slack_id):
        action_id, label = ways.get(each.state, ("insights.dispose", "Answer"))
        found.append(Obligation(messages.obligation(house, each), each.due_at, action_id, each.ref, label))
    return found


# How: in the order in which the verbs above call them.


def _ask(
    session: Session, house: House, insight: Insight, person: Person, what: str, at: datetime,
    *, urgent: bool = False, remind_at: datetime | None = None,
) -> None:  # fmt: skip
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
        remind_at=remind_at or (morning if morning > at and not urgent else None),
        urgent=urgent,
    )


def _hand_to(session: Session, house: House, insight: Insight, person: Person) -> None:
    model.set_(session, insight, asked_of=person.slack_id)
    if insight.state in OPEN:
        ask(session, house, insight)
    else:
        ask_again(session, house, insight)


def _asked(session: Session, house: House, slack_id: str, today: date) -> list[Insight]:
    which = {"workspace_id": house.workspace_id, "slack_id": slack_id, "today": today}
    return list(session.scalars(_ASKED, which))


def _waits(today: date | BindParameter[date]) -> ColumnElement[bool]:
    return Insight.state.in_(OPEN) | and_(_comes_back(), Insight.answer_by <= today)


def _comes_back() -> ColumnElement[bool]:
    return and_(
        Insight.state.in_((DECIDED, CLOSED)), Insight.disposition.in_(COMES_BACK), Insight.answer_by.is_not(None)
    )


# Built once, since Home is drawn after every press on it.
_ASKED = (
    select(Insight)
    .where(
        Insight.workspace_id == bindparam("workspace_id"),
        Insight.asked_of == bindparam("slack_id"),
        _waits(bindparam("today")),
    )
    .order_by(Insight.id)
)


def _today(house: House) -> date:
    return house.clock.now().astimezone(house.definitions.organisation.zone).date()


def _held(session: Session, house: House, insights: list[Insight]) -> list[Insight]:
    return model.held(session, house, *(each.id for each in insights)) if insights else []


def _is_again(house: House, insight: Insight, person: Person) -> bool:
    return (
        insight.state in (DECIDED, CLOSED)
        and insight.disposition in COMES_BACK
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
