"""The comms plan of a release: which line is said when. It is made anew whenever the release takes another course.

Every line with a time is a timer. What should have been said before it was planned is said at once, together with all
else that is: half an hour later, so that what is entered in that time is told in one message.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot import timers
from bot.clock import to_millis
from bot.comms import audience, model
from bot.comms.audience import TOLD
from bot.comms.model import PLANNED, SENT, Line
from bot.definitions import ReleaseRules
from bot.definitions.comms import Event, Step
from bot.definitions.working_time import next_working_moment, to_utc
from bot.house import House
from bot.releases import course, happenings, readiness, standing
from bot.releases import model as releases
from bot.releases.model import LIVE, Release

DUE = "comms.due"
"""The timer of a line; its ref begins `release:` and the release's id."""
SETTLES = timedelta(minutes=30)
"""How long what need not be known this minute waits for what else is entered."""
URGENT: tuple[Event, ...] = ("held", "stopped")
"""What people must hear within half an hour."""
EVENTS: dict[str, Event] = {
    course.MOVED: "changed",
    course.TIER: "changed",
    course.HELD: "held",
    course.STOPPED: "stopped",
    course.CALLED: "resumed",
    course.CANCELLED: "cancelled",
}
"""What those hear of it who were told before, by what happened."""


@dataclass(frozen=True)
class Wanted:
    """A line that the timeline wants for a release as it stands."""

    step: Step
    group: str
    audience: str
    due: datetime | None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.step.id, self.group, self.audience


def follow(session: Session, house: House, release_id: int, what: str, by: str | None) -> None:
    """Something has happened to a release, which is held: plan anew, and let those know who were told before."""
    release = releases.seen(session, house, str(release_id))
    if release is not None and house.definitions.releases is not None:
        if (event := EVENTS.get(what)) is not None:
            _tell_of(session, house, release, event)
        plan(session, house, release)


def keep_in_step(session: Session, house: House) -> None:
    """The definitions may have changed: the timeline, whoever leads a function, the days nobody works."""
    if house.definitions.releases is not None:
        for release in releases.not_over(session, house, standing.today(house), hold=True):
            # What is live was told as it went live.
            if release.state == releases.PLANNED:
                plan(session, house, release)


def plan(session: Session, house: House, release: Release) -> None:
    """Plan all that is still to be said of a release; what was said or skipped stays so."""
    known: dict[tuple[str, str, str], Line] = {}
    for line in model.lines(session, house, [release.id])[release.id]:
        if line.group != TOLD:
            known[line.step, line.group, line.audience] = line
    wanted = {each.key: each for each in _wanted(session, house, release)}
    for key, line in known.items():
        if line.state == PLANNED and key not in wanted:
            session.delete(line)
    for key, want in wanted.items():
        before = known.get(key)
        if before is not None and before.state == PLANNED:
            before.due_at, before.for_day = _due_now(house, before, want), release.target
        elif before is None or (before.state == SENT and want.step.again and before.for_day != release.target):
            _add(session, house, release, want.step.id, want.group, want.audience, want.due)
    session.flush()
    arm(session, house, release)


def arm(session: Session, house: House, release: Release) -> None:
    """Arm a timer for each line that has a time."""
    steps = [
        timers.Step(DUE, f"release:{release.id}:{line.id}:{to_millis(line.due_at)}", line.due_at)
        for line in model.lines(session, house, [release.id])[release.id]
        if line.state == PLANNED and line.due_at is not None
    ]
    timers.replan(session, house, f"comms:{release.id}", steps)


def day_of(house: House, step: Step, release: Release) -> date:
    """The day on which a step of the timeline falls, as far as that is known."""
    tier, off = standing.tier(house, release), house.definitions.organisation.work_days()
    if step.before is not None:
        return readiness.working_days_before(release.target, step.before.of(tier) or 0, off.off)
    return off.nth(release.target, step.after.of(tier) or 0) if step.after is not None else release.target


def _wanted(session: Session, house: House, release: Release) -> Iterator[Wanted]:
    rules, tier = standing.rules_of(house), standing.tier(house, release)
    happened = happenings.latest(session, house, [release.id])[release.id]
    # What the definitions stated when it was over already has never gone live before our eyes.
    if release.state != releases.PLANNED and (release.state != LIVE or happenings.WENT_LIVE not in happened):
        return
    for step in rules.comms.timeline:
        if not step.is_for(tier) or (release.state == LIVE and (step.before or step.when == "registered")):
            continue
        due = _due(session, house, release, step)
        for group in step.to:
            if group != TOLD:
                for each in audience.of_group(rules, release, group):
                    yield Wanted(step, group, each, due)


def _due(session: Session, house: House, release: Release, step: Step) -> datetime | None:
    """When a step is said; in the past never: what is late is said soon."""
    soon = _soon(house)
    if step.when == "registered":
        return soon
    if step.before is not None:
        due = _morning(house, day_of(house, step, release))
        return due if due > house.clock.now() else soon
    if release.state != LIVE:
        return None
    went_live = happenings.latest(session, house, [release.id])[release.id][happenings.WENT_LIVE].at
    if step.after is None:
        # Whoever was there to be told hears it now; whoever is named later, with what else is told them.
        return max(house.clock.now(), went_live)
    zone, tier = house.definitions.organisation.zone, standing.tier(house, release)
    day = house.definitions.organisation.work_days().nth(went_live.astimezone(zone).date(), step.after.of(tier) or 0)
    return max(_morning(house, day), house.clock.now())


def _due_now(house: House, line: Line, want: Wanted) -> datetime | None:
    """What waits to be said soon goes on waiting for its own moment, whatever is entered meanwhile."""
    soon = _soon(house)
    if line.due_at is not None and want.due is not None and want.due <= soon:
        return min(line.due_at, want.due)
    return want.due


def _tell_of(session: Session, house: House, release: Release, event: Event) -> None:
    """A line for everybody who was told before, unless one waits that will say it, too."""
    rules, lines = standing.rules_of(house), model.lines(session, house, [release.id])[release.id]
    step = next((each for each in rules.comms.timeline if each.when == event), None)
    if step is None or not step.is_for(standing.tier(house, release)):
        return
    said = [line for line in lines if line.group == TOLD]
    last = rules.comms.step(said[-1].step) if said else None
    if event == "resumed" and not _is_at_rest(rules, release, said):
        return
    if event == "changed" and last is not None and last.when == event and said[-1].state == PLANNED:
        return
    if event == "cancelled":
        for line in said:
            if line.state == PLANNED:
                session.delete(line)
    if not any(line.state == SENT for line in lines):
        return
    settles = SETTLES if event == "changed" else timedelta()
    due = house.clock.now() if event in URGENT else _soon(house, settles)
    _add(session, house, release, step.id, TOLD, TOLD, due)


def _is_at_rest(rules: ReleaseRules, release: Release, said: Sequence[Line]) -> bool:
    """Whether those who were told believe that it is stopped, or on hold for the day of now.

    Another date says by itself that a hold is over; another tier does not.
    """
    others = [line for line in said if (step := rules.comms.step(line.step)) and step.when != "changed"]
    last = rules.comms.step(others[-1].step) if others else None
    if last is None or last.when not in ("held", "stopped"):
        return False
    return last.when == "stopped" or others[-1].for_day == release.target


def _add(
    session: Session, house: House, release: Release, step: str, group: str, audience: str, due: datetime | None
) -> None:
    session.add(
        Line(
            workspace_id=house.workspace_id, release_id=release.id, step=step, group=group, audience=audience,
            due_at=due, for_day=release.target, state=PLANNED,
        )
    )  # fmt: skip
    session.flush()


def _soon(house: House, settles: timedelta = SETTLES) -> datetime:
    """When what is not urgent is said at the earliest: once it has settled, and within working hours."""
    organisation = house.definitions.organisation
    at, off = house.clock.now() + settles, organisation.work_days().off
    return next_working_moment(at, organisation.zone, organisation.working_hours, off)


def _morning(house: House, day: date) -> datetime:
    organisation = house.definitions.organisation
    return to_utc(datetime.combine(day, organisation.working_hours.start), organisation.zone)
