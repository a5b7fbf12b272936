"""The measures of looking back, for a span of days: who was surprised, what nobody had registered, what came of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions import model as actions
from bot.definitions.lookback import TOO_LATE, UNAWARE
from bot.house import House
from bot.lookback import model, outcome
from bot.lookback.facts import Outcome
from bot.lookback.model import CONFIRMED, LookBack, Surprise
from bot.releases.model import Release
from bot.rituals.schedule import to_utc


@dataclass(frozen=True)
class Figures:
    """Of the releases that went live on some days, the actions due on them and the surprises reported on them."""

    polled: int
    """Medium and high releases of which somebody answered the poll."""
    surprised: tuple[str, ...]
    """The names of those that somebody heard of too late, or not at all."""
    asked: int
    answered: int
    """People who were asked in these polls, and who answered."""
    unregistered: int
    """Surprises that turned out to be releases which nobody had registered."""
    days_to_live: dict[str, float]
    """The median of the days from registering to being live, by tier."""
    outcomes: tuple[Outcome, ...]
    """What became of each release, the first live first."""
    actions_due: int
    actions_done_in_time: int


def between(session: Session, house: House, first: date, last: date) -> Figures:
    """From the first to the last day, both included, in the workspace's zone."""
    begun = session.execute(
        select(LookBack, Release)
        .join(Release, Release.id == LookBack.release_id)
        .where(LookBack.workspace_id == house.workspace_id, LookBack.live_on.between(first, last))
        .order_by(LookBack.live_on, LookBack.id)
    ).all()
    asked = [(release, model.awareness(session, house, release.id)) for back, release in begun if back.tier != "low"]
    polls = {release.name: rows for release, rows in asked if any(each.answer for each in rows)}
    taken: dict[str, list[int]] = {}
    for back, release in begun:
        taken.setdefault(back.tier, []).append((back.live_on - _day(house, release.registered_at)).days)
    due = actions.due_between(session, house, model.ACTIONS, first, last)
    return Figures(
        polled=len(polls),
        surprised=tuple(
            name for name, rows in polls.items() if any(each.answer in (TOO_LATE, UNAWARE) for each in rows)
        ),
        asked=sum(map(len, polls.values())),
        answered=sum(bool(each.answer) for rows in polls.values() for each in rows),
        unregistered=len(_unregistered(session, house, first, last)),
        days_to_live={tier: float(median(days)) for tier, days in sorted(taken.items())},
        outcomes=tuple(outcome.gather(session, house, release, back) for back, release in begun),
        actions_due=len(due),
        actions_done_in_time=actions.in_time(house, due),
    )


def _unregistered(session: Session, house: House, first: date, last: date) -> list[Surprise]:
    zone = house.definitions.organisation.zone
    query = select(Surprise).where(
        Surprise.workspace_id == house.workspace_id,
        Surprise.state == CONFIRMED,
        Surprise.reported_at >= to_utc(datetime.combine(first, datetime.min.time()), zone),
        Surprise.reported_at < to_utc(datetime.combine(last + timedelta(days=1), datetime.min.time()), zone),
    )
    return list(session.scalars(query))


def _day(house: House, moment: datetime) -> date:
    return moment.astimezone(house.definitions.organisation.zone).date()
