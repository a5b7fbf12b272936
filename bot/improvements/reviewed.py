"""Rituals that were to be looked at by now, so that none goes on only because it once began."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from bot.house import Finding, House
from bot.people.model import People


def findings(session: Session, house: House) -> Iterator[Finding]:
    """The rituals whose day of review is over."""
    people = People(session, house)
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    for ritual in house.definitions.calendar.rituals:
        if ritual.review_on is None or ritual.review_on >= today:
            continue
        owner = people.by_ref(ritual.owner)
        yield Finding(
            rule="IM08",
            about=f"ritual:{ritual.id}:review",
            message=f"{ritual.name} was to be looked at by {ritual.review_on:%-d %b %Y}: is it still needed as it is?",
            owner=owner.slack_id if owner else None,
            mend="write a new `review_on` into `calendar.yaml`, or pause it with `/cadence pause`",
        )
