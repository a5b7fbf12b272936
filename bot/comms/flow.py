"""What people do with a comms plan: look at all of it, and skip a line with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.audit import record
from bot.comms import audience, model, planning, proof
from bot.comms.audience import TOLD
from bot.comms.model import PLANNED, SENT, SKIPPED, Line
from bot.delivery.outbox import Fate, Posted
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People
from bot.releases import course, report, rights, standing
from bot.releases import flow as release_flow
from bot.releases import model as releases
from bot.releases.model import Release
from bot.releases.report import Report

REASON_LIMIT = 300


@dataclass(frozen=True)
class Row:
    """One line of the plan as people see it; moments are in the workspace's zone."""

    line_id: int
    audience: str
    group: str
    says: str
    state: str
    on: date
    """The day on which it is said, or was; as far as that is known."""
    when_live: bool
    """Whether it waits until the release is live."""
    at: datetime | None
    """When it was sent or skipped."""
    copies: int
    """How many were told, of whom so many are `confirmed` by Slack, and so many can never be."""
    confirmed: int
    lost: int
    posted: Posted | None
    """Where it stands in a channel."""
    by: str
    reason: str
    """Who skipped it, and why."""


@dataclass(frozen=True)
class Plan:
    release: Release
    report: Report
    rows: Sequence[Row]
    """By audience, each in the order of time."""
    untold: Sequence[str]
    can_skip: bool


def plan(session: Session, house: House, slack_id: str, release_id: str) -> Plan:
    """The whole comms plan of a release, for anybody of the organisation."""
    require_person(session, house, slack_id)
    release = releases.get(session, house, release_id)
    if not standing.rules_of(house).comms.timeline:
        raise UserError("No timeline says who hears what. Product ops can add `comms` to `releases.yaml`.")
    lines, people = model.lines(session, house, [release.id])[release.id], People(session, house)
    fates = proof.fates(session, house, release, lines)
    rows = [
        _row(house, people, release, line, fates.get(line.id, []))
        for line in lines
        if standing.rules_of(house).comms.step(line.step) is not None
    ]
    order = {each: n for n, each in enumerate(dict.fromkeys(row.audience for row in rows))}
    return Plan(
        release,
        report.compile(session, house, release),
        sorted(rows, key=lambda row: (order[row.audience], row.when_live, row.on)),
        proof.untold(session, house, release, lines),
        _can_skip(session, house, slack_id, release_id),
    )


def find(session: Session, house: House, slack_id: str, words: str) -> str:
    """The id of the release that people mean by these words."""
    require_person(session, house, slack_id)
    if not words.strip():
        raise UserError("Of which release? Write `/cadence comms` and its name.")
    return str(release_flow.find(session, house, words).id)


def skip(session: Session, house: House, slack_id: str, release_id: str, line_id: str, reason: str) -> Report:
    """One line is not said; product ops or the release's owner says why."""
    release = rights.kept_by(session, house, slack_id, release_id)
    waiting = [line for line in model.lines(session, house, [release.id])[release.id] if line.state == PLANNED]
    line = next((each for each in waiting if str(each.id) == line_id and each.group != TOLD), None)
    wrong = {}
    if line is None:
        wrong["line"] = "Pick what is not to be said; it may have been said meanwhile."
    if not reason.strip():
        wrong["reason"] = "Say why: it stands in the plan with your name."
    elif len(reason.strip()) > REASON_LIMIT:
        wrong["reason"] = f"Keep this under {REASON_LIMIT} characters."
    if wrong or line is None:
        raise FieldErrors(wrong)
    line.state, line.ended_at = SKIPPED, house.clock.now()
    line.skipped_by, line.reason = slack_id, reason.strip()
    record(
        session, house, "release.comms_skipped", f"release:{release.id}", actor=slack_id,
        step=line.step, audience=line.audience, reason=line.reason,
    )  # fmt: skip
    session.flush()
    planning.arm(session, house, release)
    return course.touched(session, house, release, slack_id)


def _can_skip(session: Session, house: House, slack_id: str, release_id: str) -> bool:
    try:
        rights.kept_by(session, house, slack_id, release_id)
    except UserError:
        return False
    return True


def _row(house: House, people: People, release: Release, line: Line, copies: Sequence[Fate | None]) -> Row:
    rules, zone = standing.rules_of(house), house.definitions.organisation.zone
    step = rules.comms.step(line.step)
    assert step is not None
    due = line.ended_at or line.due_at
    known = [copy for copy in copies if copy is not None]
    return Row(
        line_id=line.id,
        audience=audience.name(house, people, line.audience),
        group=line.group,
        says=step.says,
        state=line.state,
        on=due.astimezone(zone).date() if due else planning.day_of(house, step, release),
        when_live=line.state == PLANNED and line.due_at is None,
        at=line.ended_at.astimezone(zone) if line.ended_at else None,
        copies=len(copies) if line.state == SENT else 0,
        confirmed=sum(copy.posted is not None for copy in known),
        lost=sum(copy.is_lost for copy in known),
        posted=next((copy.posted for copy in known if copy.posted and not copy.posted.channel.startswith("D")), None),
        by=people.called(line.skipped_by) if line.skipped_by else "",
        reason=line.reason,
    )
