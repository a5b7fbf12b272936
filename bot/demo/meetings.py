"""What the meetings of the demo's company left in these weeks: mostly something, and what was agreed. Data.

All of it happens by the verbs with which people close a review.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.actions import flow as actions
from bot.actions import model
from bot.demo import company
from bot.house import House
from bot.people.model import People
from bot.reviews import flow as reviews
from bot.reviews.flow import Said
from bot.reviews.model import KIND, card_of
from bot.rituals import model as occurrences


@dataclass(frozen=True)
class Agreed:
    """An action: who does it, by e-mail address, and its day, in days from the one on which the demo is looked at."""

    what: str
    of: str
    days: int
    is_done: bool = False


LEFT: Mapping[str, str] = {
    "roadmap-review": "The roadmap as it stands; no decisions needed",
    "insights-review": "An answer, an owner and a day for each of the five top themes",
    "system-health": "Health report, with one change: the weekly form has two questions fewer",
}
NOTHING: Mapping[str, tuple[timedelta, str]] = {
    "system-health": (timedelta(days=55), "Nobody had looked at the figures beforehand"),
}
"""What has left nothing of late, for how long (too short for three in a row), and why."""
AGREED: Mapping[str, Sequence[tuple[int, Agreed]]] = {
    "roadmap-review": (
        (5, Agreed("Count how many renewed cards fail at each bank", "yusuf@example.com", -16, is_done=True)),
        (3, Agreed("Write the macro for refused cards", "priya@example.com", -5, is_done=True)),
        (3, Agreed("Ask three partners whether the new limits hold", "frank@example.com", -4)),
        (3, Agreed("Say which clusters the index needs until January", "dev@example.com", 2)),
    ),
}
"""What was agreed in a review that was held less than so many weeks ago, and more than two weeks less than that."""


def close(session: Session, house: House, today: date) -> None:
    """Each review that is over is closed by its owner; `today` is the day on which the demo is looked at."""
    for ritual in house.definitions.calendar.rituals:
        occurrence = occurrences.running(session, house, ritual.id)
        owner = People(session, house).by_ref(ritual.owner)
        if (
            ritual.kind != KIND
            or owner is None
            or occurrence is None
            or occurrence.state != occurrences.AWAITING_OUTPUT
        ):
            continue
        ago = today - occurrence.day
        since, reason = NOTHING.get(ritual.id, (timedelta(0), ""))
        if ago < since:
            reviews.close(session, house, owner.slack_id, str(occurrence.id), "", reason)
            continue
        people = company.slack_ids(house.definitions)
        agreed = [
            Said(each.what, people[each.of], str(today + timedelta(days=each.days)))
            for weeks, each in AGREED.get(ritual.id, ())
            if timedelta(weeks=weeks - 2) <= ago < timedelta(weeks=weeks)
        ]
        left = LEFT.get(ritual.id, ritual.artifact)
        reviews.close(session, house, owner.slack_id, str(occurrence.id), left, "", agreed=agreed)


def follow_up(session: Session, house: House) -> None:
    """What is done by now, whoever does it says so."""
    people = company.slack_ids(house.definitions)
    for each in (each for agreed in AGREED.values() for _weeks, each in agreed if each.is_done):
        for action in model.open_of(session, house, people[each.of]):
            if action.what == each.what:
                actions.done(session, house, people[each.of], str(action.id))


def cards(session: Session, house: House) -> set[int]:
    """The messages that are the cards of reviews that are open, by id."""
    found = [occurrences.running(session, house, ritual.id) for ritual in house.definitions.calendar.rituals]
    posted = [card_of(session, house, occurrence.id) for occurrence in found if occurrence is not None]
    return {card.message_id for card in posted if card is not None}
