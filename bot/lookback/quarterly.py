"""What became of the releases of a quarter, for its plan: met or not, and what escaped."""

from datetime import date

from sqlalchemy.orm import Session

from bot.house import House, Section
from bot.lookback import figures

WORDS = "lookback/quarter.txt.j2"


def section(session: Session, house: House, first: date, last: date) -> Section:
    """The releases that went live on some days, both included, the first live first."""
    title, empty = (house.words.part(WORDS, part) for part in ("title", "empty"))
    if house.definitions.releases is None:
        return Section(title, (), empty)
    outcomes = figures.between(session, house, first, last).outcomes
    return Section(title, tuple(house.words.part(WORDS, "line", each=each) for each in outcomes), empty)
