"""What the checks find in rituals that meet: those that leave nothing, and the meetings there were before."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from bot.findings import finding
from bot.house import Finding, House
from bot.people.model import People
from bot.reviews import model, yields
from bot.reviews.old_meetings import AFTER


def findings(session: Session, house: House) -> Iterator[Finding]:
    yield from _undecided(session, house)
    yield from _empty(session, house)


def _undecided(session: Session, house: House) -> Iterator[Finding]:
    """CA02"""
    now = house.clock.now()
    waits = [each for each in model.old_meetings(session, house) if not each.verdict and each.listed_at + AFTER <= now]
    if waits:
        judge = ("reviews.judge", str(waits[0].id), "Judge it" if len(waits) == 1 else "Judge the first")
        yield finding(house, "CA02", "meetings:undecided", button=judge, count=len(waits))


def _empty(session: Session, house: House) -> Iterator[Finding]:
    """CA04. What people chose to become of it meanwhile counts from then."""
    calendar, people = house.definitions.calendar, People(session, house)
    empty = yields.empty_in_a_row(session, house, [each.id for each in calendar.rituals])
    for ritual in calendar.rituals:
        count, most = empty[ritual.id], calendar.most_empty(ritual)
        if count >= most:
            person = people.by_ref(ritual.owner)
            owner, worse = person.slack_id if person else None, count > most
            yield finding(house, "CA04", f"ritual:{ritual.id}", owner, worse=worse, name=ritual.name, count=count)
