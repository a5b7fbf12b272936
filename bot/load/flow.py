"""Once a week product ops hears who is asked too much, and what so many let pass that it is wrongly asked."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot import timers
from bot.blocks import Message
from bot.definitions.budget import Load
from bot.definitions.working_time import to_utc
from bot.house import House
from bot.load import figures, messages
from bot.load.figures import A_WEEK
from bot.people.flow import require_person
from bot.people.model import People, channel_name
from bot.prompts import flow as prompts

WEEKLY = "load.weekly"
"""The timer of it; its ref is `load:week`."""
REF = "load:week"


def show(session: Session, house: House, slack_id: str) -> Message:
    """To one person: their own numbers, and those of the team, in which nobody is named."""
    require_person(session, house, slack_id)
    found = figures.by_person(session, house)
    own = [week.get(slack_id, Load()) for week in found]
    busy = [(channel_name(session, house, each.channel), each) for each in figures.busy(session, house)]
    return messages.show(house, own, figures.team(session, house, found), busy)


def keep_in_step(session: Session, house: House) -> None:
    """See that the weekly look is planned."""
    if timers.due(session, house, WEEKLY) is None:
        _arm(session, house)


def on_weekly(session: Session, house: House, _ref: str) -> None:
    """A timer: product ops alone hears of last week, each person at most once."""
    people, monday = People(session, house), figures.weeks(house)[-1]
    much = {person: week for person, week in figures.by_person(session, house)[-1].items() if week.is_too_much}
    named = {people.called(person): much[person] for person in sorted(much, key=lambda each: -much[each].messages)}
    ignored = figures.ignored(session, house)
    for ops in people.with_role("product_ops"):
        if named:
            title, text = messages.over(house, named)
            prompts.tell(session, house, ops.slack_id, f"load.over:{monday}:{ops.slack_id}", title, text)
        for each in ignored:
            # What goes on being ignored is not said again each week.
            key = f"load.ignored:{each.kind}:{_quarter(monday)}:{ops.slack_id}"
            prompts.tell(session, house, ops.slack_id, key, *messages.ignored(house, each))
    _arm(session, house)


def _arm(session: Session, house: House) -> None:
    """On Monday, as the working day begins."""
    organisation = house.definitions.organisation
    monday = figures.weeks(house)[-1] + 2 * A_WEEK
    at = to_utc(datetime.combine(monday, organisation.working_hours.start), organisation.zone)
    timers.arm(session, house, WEEKLY, WEEKLY, REF, at)


def _quarter(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"
