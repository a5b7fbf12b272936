"""What the checks find in actions: those that are long late, or nobody's any more."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.actions import model
from bot.actions.model import Action
from bot.findings import NONE, Button, finding
from bot.house import Finding, House
from bot.people.model import People

LONG = timedelta(days=14)


def findings(session: Session, house: House) -> Iterator[Finding]:
    """RE12, one for each person."""
    people, by_owner = People(session, house), dict[str, list[Action]]()
    for action in model.open_until(session, house, model.today(house) - LONG - timedelta(days=1)):
        by_owner.setdefault(action.owner, []).append(action)
    for owner, late in by_owner.items():
        gone = people.called(owner) if people.by_slack(owner) is None else ""
        button: Button = ("actions.done", str(late[0].id), "It is done") if len(late) == 1 and not gone else NONE
        yield finding(house, "RE12", f"person:{owner}", owner, button=button, count=len(late), gone=gone)
