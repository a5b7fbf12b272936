"""What stands above everything else on Home: the first steps for whoever sets up, a hello for everybody else."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.blocks import Block
from bot.house import House
from bot.people.model import People, Person
from bot.updates.model import KIND as WEEKLY_UPDATE
from bot.welcome import first_steps, messages, model

OFTEN_ENOUGH = 2
A_LOOK = timedelta(minutes=5)
"""Home is drawn anew while somebody looks at it; that is one look."""


def on_home(session: Session, house: House, slack_id: str) -> list[Block]:
    """For this person's Home tab; nothing once it has served."""
    person = People(session, house).by_slack(slack_id)
    if person is None:
        return []
    if not first_steps.sets_up(session, house, slack_id):
        return _hello(session, house, person)
    if model.have_ended(session, house):
        return []
    found = first_steps.steps(session, house)
    if first_steps.all_done(found):
        model.end(session, house, None)
        return []
    return messages.first_steps(house, found, may_hide=person.is_product_ops)


def got_it(session: Session, house: House, slack_id: str) -> None:
    """This person needs the hello no more."""
    known = model.acquaintance(session, house, slack_id)
    known.dismissed_at = known.dismissed_at or house.clock.now()
    session.flush()


def _hello(session: Session, house: House, person: Person) -> list[Block]:
    known, now = model.greeted(session, house, person.slack_id), house.clock.now()
    looks_on = known.seen_at is not None and now - known.seen_at < A_LOOK
    if known.dismissed_at is not None or (known.seen >= OFTEN_ENOUGH and not looks_on):
        return []
    if not looks_on:
        _count(session, house, person, now)
    owned = [area.name for area in People(session, house).areas_of(person)]
    weekly = next((each for each in house.definitions.calendar.rituals if each.kind == WEEKLY_UPDATE), None)
    return messages.hello(house, person, owned, weekly)


def _count(session: Session, house: House, person: Person, now: datetime) -> None:
    known = model.acquaintance(session, house, person.slack_id)
    if known.seen_at is None or now - known.seen_at >= A_LOOK:
        known.seen += 1
        known.seen_at = now
        session.flush()
