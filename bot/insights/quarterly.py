"""What customers told us in a quarter, for its plan: themes with counts, trend and answers. Nothing restricted."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.definitions.working_time import to_utc
from bot.house import House, Section
from bot.insights import digest
from bot.insights.digest_messages import spark

WORDS = "insights/quarter.txt.j2"


def section(session: Session, house: House, first: date, last: date) -> Section:
    """The largest themes of some days, both included, up to now."""
    title, empty = (house.words.part(WORDS, part) for part in ("title", "empty"))
    if house.definitions.insights is None:
        return Section(title, (), house.words.part(WORDS, "not_kept"))
    zone = house.definitions.organisation.zone
    since = to_utc(datetime.combine(first, time()), zone)
    until = min(to_utc(datetime.combine(last + timedelta(days=1), time()), zone), house.clock.now())
    if until <= since:
        return Section(title, (), empty)
    themes = digest.compile(session, house, since, until).themes
    lines = tuple(house.words.part(WORDS, "line", each=each, spark=spark(each.counts)) for each in themes)
    return Section(title, lines, empty)
