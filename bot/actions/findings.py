"""What the checks find in actions: those that are long late, or nobody's any more."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.actions import model
from bot.findings import finding
from bot.house import Finding, House
from bot.people.model import People

LONG = timedelta(days=14)


def findings(session: Session, house: House) -> Iterator[Finding]:
    """RE12, one for each person."""
    people, by_owner = People(session, house), dict[str, int]()
    for action in model.open_until(session, house, model.today(house) - LONG - timedelta(days=1)):
        by_owner[action.owner] = by_owner.get(action.owner, 0) + 1
    for owner, count in by_owner.items():
        gone = people.by_slack(owner) is None
        yield finding(house, "RE12", f"person:{owner}", owner, count=count, gone=people.called(owner) if gone else "")
