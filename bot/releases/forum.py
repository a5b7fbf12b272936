"""What the ritual that looks at releases sees of them: those near whose gates are open."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.house import House
from bot.releases import messages, model, report
from bot.releases.model import PLANNED, STOPPED
from bot.releases.standing import today

TOPICS = ("releases", "roadmap")
"""Of the first of these whose decisions are made in a ritual, that one looks at releases."""
NEAR = timedelta(days=14)
MOST_SHOWN = 10


def ritual_id(house: House) -> str:
    return house.definitions.forum_of(*TOPICS)


def gates(session: Session, house: House, in_ritual: str) -> list[str]:
    """The releases of the next two weeks with open gates, a line each; nothing for other rituals."""
    if house.definitions.releases is None or in_ritual != ritual_id(house):
        return []
    first = today(house)
    near = [each for each in model.planned(session, house, first, first + NEAR) if each.state in (PLANNED, STOPPED)]
    found = [each for each in report.compile_all(session, house, near) if each.gates]
    lines = [messages.gates_line(house, each) for each in found[:MOST_SHOWN]]
    more = [messages.more_gates(house, len(found) - MOST_SHOWN)] if len(found) > MOST_SHOWN else []
    return [*lines, *more]
