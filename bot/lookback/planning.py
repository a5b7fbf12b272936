"""When a release is looked back on: planned as it goes live, asked on its days, and chased once."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot import timers
from bot.definitions import ReleaseRules, Tier
from bot.definitions.lookback import Capture
from bot.house import House
from bot.lookback import asking, awareness, checklist, messages, model, reporting
from bot.lookback.model import Captured, LookBack
from bot.people.model import People
from bot.prompts import flow as prompts
from bot.releases import card, course, standing, thread
from bot.releases import model as releases
from bot.releases.model import CANCELLED, Release
from bot.rituals.schedule import to_utc
from bot.timers import Step

CAPTURE, LATE = "lookback.capture", "lookback.late"
"""The timers of a day of looking back. Their refs are `release:`, its id, the day after the release, and its date."""
AFTER_A_HOTFIX = (1,)
"""Days on which a hotfix is looked back on, whatever its tier."""


def follow(session: Session, house: House, release_id: int, what: str, by: str | None) -> None:
    """Something has happened to a release, which is held."""
    release = releases.seen(session, house, str(release_id))
    if what == course.WENT_LIVE and release is not None:
        _begin(session, house, release)


def on_capture(session: Session, house: House, ref: str) -> None:
    """A timer: a day on which a release is looked back on."""
    release, day = releases.held(session, house, ref), _day(ref)
    rules = house.definitions.releases
    if release is None or release.state == CANCELLED or rules is None:
        return
    due = [
        each
        for each in model.captures(session, house, release.id)
        if each.day == day and each.answered_at is None and rules.capture(each.capture_id)
    ]
    asked = {person for each in due for person in asking.in_charge(session, house, release, each.function)}
    polls = rules.awareness is not None and rules.awareness.day == day
    if polls:
        asked |= awareness.asked(session, house, release).keys()
    # In one order everywhere: else two releases would wait for each other's people.
    for slack_id in sorted(asked):
        prompts.hold(session, house, f"person:{slack_id}")
    for each in due:
        asking.ask(session, house, release, each)
    if polls:
        awareness.ask(session, house, release)
    card.show(session, house, release, None)


def on_late(session: Session, house: House, ref: str) -> None:
    """A timer: what nobody has answered by now is overdue. After the last day the report says that it is not known."""
    release, day = releases.held(session, house, ref), _day(ref)
    if release is None or release.state == CANCELLED or house.definitions.releases is None:
        return
    found = model.captures(session, house, release.id)
    waits = [each for each in found if each.day == day and each.answered_at is None]
    if waits:
        names = [messages.function_name(house, each.function) for each in waits]
        thread.say(session, house, release, messages.overdue(house, release, day, names), f"late-{day}")
        owner = People(session, house).by_ref(release.owner)
        if owner is not None:
            title, text = messages.overdue_news(house, release, day, names)
            prompts.tell(session, house, owner.slack_id, f"lookback-late:{release.id}:{day}", title, text)
    if day == max((each.day for each in found), default=day):
        reporting.post(session, house, release)


def _begin(session: Session, house: House, release: Release) -> None:
    """It is live, maybe once more after a stop: what was not asked yet moves with that."""
    rules, tier, today = standing.rules_of(house), standing.tier(house, release), standing.today(house)
    days = _days(rules, release, tier)
    if not days:
        return
    begun = model.look_back(session, house, release.id)
    if begun is None:
        session.add(
            LookBack(
                workspace_id=house.workspace_id,
                release_id=release.id,
                live_on=today,
                tier=tier,
                functions=awareness.affected(house, release),
                items=checklist.caught(session, house, release),
            )
        )
    else:
        begun.live_on = today
    known = {(each.capture_id, each.function): each for each in model.captures(session, house, release.id)}
    for capture in _asked_of(rules, release, tier, days):
        due = _due(house, today, capture.day)
        for function in capture.functions:
            captured = known.get((capture.id, function))
            if captured is None:
                session.add(_new(house, release, capture, function, due))
            elif not captured.asked and captured.answered_at is None:
                captured.due_on = due
    session.flush()
    asked_on = {(each.day, each.due_on) for each in model.captures(session, house, release.id)}
    if rules.awareness is not None and rules.awareness.day in days:
        asked_on.add((rules.awareness.day, _due(house, today, rules.awareness.day)))
    timers.replan(session, house, f"lookback:{release.id}", list(_steps(house, release, sorted(asked_on))))
    checklist.tell(session, house)


def _days(rules: ReleaseRules, release: Release, tier: Tier) -> Sequence[int]:
    return AFTER_A_HOTFIX if release.hotfix else rules.tiers.of(tier).look_back


def _asked_of(rules: ReleaseRules, release: Release, tier: Tier, days: Sequence[int]) -> list[Capture]:
    return [each for each in rules.captures if each.day in days and (release.hotfix or tier in each.tiers)]


def _new(house: House, release: Release, capture: Capture, function: str, due: date) -> Captured:
    return Captured(
        workspace_id=house.workspace_id,
        release_id=release.id,
        capture_id=capture.id,
        day=capture.day,
        function=function,
        due_on=due,
        asked=[],
        answers={},
    )


def _steps(house: House, release: Release, asked_on: Sequence[tuple[int, date]]) -> Iterator[Step]:
    organisation = house.definitions.organisation
    for day, due in asked_on:
        ref = f"release:{release.id}:{day}:{due}"
        yield Step(CAPTURE, ref, to_utc(datetime.combine(due, organisation.working_hours.start), organisation.zone))
        yield Step(LATE, ref, asking.late_at(house, due))


def _due(house: House, live_on: date, day: int) -> date:
    """So many days after it went live, or the first day after that on which people work."""
    work_days = house.definitions.organisation.work_days()
    due = live_on + timedelta(days=day)
    return work_days.nth(due, 1) if work_days.off(due) else due


def _day(ref: str) -> int:
    return int(ref.split(":")[2])
