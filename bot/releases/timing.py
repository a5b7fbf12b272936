"""What happens by the clock until a release goes out, and until a waiver is over. All of it moves with the date."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot import timers
from bot.house import House
from bot.releases import card, happenings, messages, model, owing, readiness, standing, thread
from bot.releases.happenings import MOVED, TIER
from bot.releases.model import LIVE, PLANNED, STOPPED, Release
from bot.releases.readiness import WAIVED
from bot.releases.report import Report
from bot.rituals.schedule import to_utc
from bot.timers import Step

CHECK, LAST_DAY, CALL_BY, WAIVER = "release.check", "release.last-day", "release.call-by", "release.waiver"
"""The timers of a release. Their refs begin with `release:`, its id, and the day they are about."""


def follow(session: Session, house: House, release: Release, what: str, found: Report) -> None:
    replan(session, house, release)


def replan(session: Session, house: House, release: Release) -> None:
    """Plan everything of a release anew, from its date and tier of now. The release is held."""
    timers.replan(session, house, f"release:{release.id}", list(_steps(session, house, release)))


def keep_in_step(session: Session, house: House) -> None:
    """The definitions may have changed: so may the checks, the hour of the call and the days nobody works."""
    if house.definitions.releases is not None:
        for release in model.not_over(session, house, standing.today(house), hold=True):
            replan(session, house, release)


def on_check(session: Session, house: House, ref: str) -> None:
    """A timer: how ready it is stands on the card and is written into its thread."""
    release = model.held(session, house, ref)
    if release is None or release.state != PLANNED:
        return
    found = card.show(session, house, release, None)
    days = int(ref.rpartition(":")[2])
    thread.say(session, house, release, messages.check_line(house, found, days), "check")


def hold(session: Session, house: House, ref: str) -> None:
    """Keep others from the release that a timer is about."""
    model.held(session, house, ref)


def _steps(session: Session, house: House, release: Release) -> Iterator[Step]:
    if release.state in (PLANNED, STOPPED, LIVE):
        yield from _waivers(session, house, release)
    tier = standing.tier(house, release)
    if release.state != PLANNED or release.hotfix:
        return
    rules, organisation = standing.rules_of(house), house.definitions.organisation
    about = f"release:{release.id}:{release.target}"
    begins = organisation.working_hours.start
    steps = [
        Step(CHECK, f"{about}:{days}", _at(house, _before(house, release.target, days), begins))
        for days in rules.checks.of(tier)
    ]
    if tier != "low":
        steps.append(Step(LAST_DAY, about, _at(house, owing.last_working_day(house, release), time())))
        steps.append(Step(CALL_BY, about, _at(house, release.target, rules.call.by)))
    since = _planned_since(session, house, release)
    yield from (step for step in steps if step.due > since)


def _waivers(session: Session, house: House, release: Release) -> Iterator[Step]:
    start = house.definitions.organisation.working_hours.start
    for item_id, state in model.items(session, house, [release.id])[release.id].items():
        if state.state == WAIVED and state.until is not None:
            ends = _at(house, state.until + timedelta(days=1), start)
            yield Step(WAIVER, f"release:{release.id}:{state.until}:{item_id}", ends)


def _planned_since(session: Session, house: House, release: Release) -> datetime:
    """Since when it has the date and the tier of now: what would have been due before was never to happen."""
    happened = happenings.latest(session, house, [release.id])[release.id]
    return max([release.registered_at, *(happened[kind].at for kind in (MOVED, TIER) if kind in happened)])


def _before(house: House, day: date, count: int) -> date:
    return readiness.working_days_before(day, count, house.definitions.organisation.work_days().off)


def _at(house: House, day: date, at: time) -> datetime:
    return to_utc(datetime.combine(day, at), house.definitions.organisation.zone)
