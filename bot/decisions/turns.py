"""Whose turn it is to decide: the decider's, that of whoever they delegate to, and, when nobody decides, the next.

Everybody is asked once, in their day message. When a decider's day has passed, the backup is asked; so many working
days later (`escalation` in decisions.yaml) the head of product; and when those have passed, too, the entry stands among
the exceptions. These are working days of whoever's turn it is. The decider and everybody who was asked may decide.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, bindparam, exists, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from bot import timers
from bot.audit import record
from bot.db import Base, BigId, insert_or_ignore, workspace_column
from bot.decisions.model import PROPOSED, Decision
from bot.decisions.rights import line
from bot.definitions.decisions import HEAD_OF_PRODUCT
from bot.house import House
from bot.people.deciding import deciders
from bot.people.model import People, Person
from bot.prompts import flow as prompts
from bot.rituals.schedule import to_utc

PROMPT = "decision"
"""The kind of prompt that asks for a decision."""
DUE = "decision.due"
"""The timer at which somebody's turn has passed; its ref is `decision:` with the entry's id."""
RAISED, AWAY, OVERDUE, DELEGATED = "raised", "away", "overdue", "delegated"
"""Why it is somebody's turn."""
ESCALATES_AFTER = 2
"""Working days, where the organisation has no decisions.yaml."""
FURTHEST = timedelta(days=60)
GONE = "no longer in this Slack workspace"


class Turn(Base):
    """Somebody was asked to decide: when, why, and until when."""

    __tablename__ = "decision_turn"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id", ondelete="CASCADE"), index=True)
    person: Mapped[str] = mapped_column(String(32))
    because: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    """In words: why whoever was asked before does not decide, or what somebody said when they delegated it."""
    given_by: Mapped[str | None] = mapped_column(String(32), default=None)
    """Who delegated it; none when the rules gave it to them."""
    since: Mapped[datetime]
    until: Mapped[datetime]

    __table_args__ = (UniqueConstraint("decision_id", "person"),)


def turns_of(session: Session, house: House, decision: Decision) -> list[Turn]:
    """Everybody who was asked, in the order of asking."""
    query = select(Turn).where(Turn.workspace_id == house.workspace_id, Turn.decision_id == decision.id)
    return list(session.scalars(query.order_by(Turn.id)))


_LATER = aliased(Turn)
# Built once: to build it takes longer than to ask it.
_OF_OTHERS = (
    select(Decision, Turn)
    .join(Turn, Turn.decision_id == Decision.id)
    .where(
        Decision.workspace_id == bindparam("workspace_id"),
        Decision.state == PROPOSED,
        Decision.decider != bindparam("slack_id"),
        Turn.person == bindparam("slack_id"),
        ~exists().where(_LATER.decision_id == Turn.decision_id, _LATER.id > Turn.id),
    )
    .order_by(Turn.id)
)


def of_others(session: Session, house: House, slack_id: str) -> list[tuple[Decision, Turn]]:
    """What this person is asked to decide now in the place of its decider, in the order of asking."""
    which = {"workspace_id": house.workspace_id, "slack_id": slack_id}
    return [(decision, turn) for decision, turn in session.execute(_OF_OTHERS, which)]


def begin(session: Session, house: House, decision: Decision) -> None:
    """Ask whoever is the first in line that is there in time; the decider, if nobody is."""
    assert decision.needed_by is not None
    people, waiting = People(session, house), line(session, house, decision)
    why_not: dict[str, str] = {}
    for person in waiting:
        away = _away_until_then(session, house, person, decision.needed_by)
        if away is None:
            break
        why_not[person.slack_id] = f"{person.name} is {away}"
    else:
        why_not, waiting = {}, waiting[:1]
    asked = next((person for person in waiting if person.slack_id not in why_not), None)
    if asked is None:
        # Slack knows nobody who could decide.
        _stand_among_exceptions(session, house, decision)
        return
    reasons = list(why_not.values())
    if people.by_slack(decision.decider) is None:
        reasons.insert(0, f"{people.called(decision.decider)} is {GONE}")
    because = RAISED if asked.slack_id == decision.decider else AWAY
    until = _end_still_to_come(house, asked, decision.needed_by)
    _give(session, house, decision, asked, because, until, reason="; ".join(reasons))


def delegate(session: Session, house: House, decision: Decision, by: Person, to: Person, day: date, note: str) -> None:
    """Somebody whose turn it is names who decides instead, until `day`."""
    decision.decider, decision.needed_by, decision.unheeded_at = to.slack_id, day, None
    until = _end_still_to_come(house, to, day)
    _give(session, house, decision, to, DELEGATED, until, reason=note, given_by=by.slack_id)
    show(session, house, decision)


def is_delegated(session: Session, house: House, decision: Decision, by: str, to: str) -> bool:
    """Whether it is somebody's turn because another one (Slack ids) has named them."""
    turns = turns_of(session, house, decision)
    return bool(turns) and (turns[-1].because, turns[-1].given_by, turns[-1].person) == (DELEGATED, by, to)


def pass_on(session: Session, house: House, decision: Decision) -> None:
    """Somebody's turn has passed: the next one is asked, or nobody is left."""
    turns = turns_of(session, house, decision)
    now, last = house.clock.now(), turns[-1] if turns else None
    if last is None or last.until > now:
        if last is not None:
            _passes_on_if_away(session, house, decision, last.person)
        return
    before = People(session, house).by_slack(last.person)
    following = _next(session, house, decision, turns)
    waits_until, comes_last = now, following is not None and _comes_last(session, house, decision, following)
    if comes_last and last.because != OVERDUE and before is not None:
        # Some days later, as after a backup, also where there is none.
        waits_until = _end_of(house, before, _working_days_after(house, before, last.until))
    if waits_until > now:
        _arm(session, house, decision, waits_until)
    elif following is not None:
        until = _end_of(house, following, _working_days_after(house, following, now))
        day = last.until.astimezone(following.zone)
        name = People(session, house).called(last.person)
        _give(session, house, decision, following, OVERDUE, until, reason=f"{name} did not decide by {day:%a %-d %b}")
    else:
        _stand_among_exceptions(session, house, decision)
    show(session, house, decision)


def on_away(session: Session, house: House, slack_id: str) -> list[Decision]:
    """Somebody is away, or has left Slack: what they can not decide in time goes to the next one who can.

    Returns what has gone to somebody else.
    """
    query = (
        select(Decision.id)
        .join(Turn, Turn.decision_id == Decision.id)
        .where(Decision.workspace_id == house.workspace_id, Decision.state == PROPOSED, Turn.person == slack_id)
    )
    ids = session.scalars(query.order_by(Decision.id)).all()
    # Held, since somebody may be deciding it at this moment.
    found = [decision for id in ids if (decision := held(session, house, f"decision:{id}")) is not None]
    return [decision for decision in found if _passes_on_if_away(session, house, decision, slack_id)]


def keep_in_step(session: Session, house: House) -> None:
    """Ask for what is open and was never asked for so, as before an upgrade."""
    asked = select(Turn.decision_id).where(Turn.workspace_id == house.workspace_id)
    query = select(Decision).where(
        Decision.workspace_id == house.workspace_id,
        Decision.state == PROPOSED,
        Decision.needed_by.is_not(None),
        Decision.unheeded_at.is_(None),
        Decision.id.not_in(asked),
    )
    for decision in session.scalars(query.order_by(Decision.id)).all():
        begin(session, house, decision)


def ended(session: Session, house: House, decision: Decision) -> None:
    """It is decided, or will not be: nobody waits for it any more."""
    timers.cancel(session, house, _timer(decision))
    show(session, house, decision)


def show(session: Session, house: House, decision: Decision) -> None:
    """Edit what everybody who was asked reads of it, so that it says how it stands now."""
    for turn in turns_of(session, house, decision):
        prompts.changed(session, house, key(decision, turn.person))


def key(decision: Decision, slack_id: str) -> str:
    """Under which somebody is prompted to decide."""
    return f"{PROMPT}:{decision.id}:{slack_id}"


def held(session: Session, house: House, ref: str) -> Decision | None:
    """The open entry that a timer is about, which nobody else changes until this transaction ends."""
    id = ref.removeprefix("decision:")
    query = select(Decision).where(Decision.id == int(id), Decision.workspace_id == house.workspace_id)
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    return found if found is not None and found.state == PROPOSED else None


# How: in the order in which the verbs above call them.


def _passes_on_if_away(session: Session, house: House, decision: Decision, slack_id: str) -> bool:
    """Hand on what is somebody's turn, if they are away until it has passed; else look again when they will be."""
    turns, person = turns_of(session, house, decision), People(session, house).by_slack(slack_id)
    until = turns[-1].until
    if turns[-1].person != slack_id:
        return False
    away = _away_until_then(session, house, person, until.astimezone(person.zone).date()) if person else GONE
    following = _next(session, house, decision, turns, in_time=True) if away else None
    if following is None:
        look = _last_look(session, house, person, until) if person and not away else until
        _arm(session, house, decision, look)
        return False
    name = People(session, house).called(slack_id)
    until = max(until, _end_still_to_come(house, following, following.today(house.clock.now())))
    _give(session, house, decision, following, AWAY, until, reason=f"{name} is {away}")
    show(session, house, decision)
    return True


def _give(
    session: Session,
    house: House,
    decision: Decision,
    person: Person,
    because: str,
    until: datetime,
    *,
    reason: str = "",
    given_by: str | None = None,
) -> None:
    """It is this person's turn: ask them, once, and look again when it has passed."""
    is_new = insert_or_ignore(
        session, Turn, workspace_id=house.workspace_id, decision_id=decision.id, person=person.slack_id,
        because=because, reason=reason, given_by=given_by, since=house.clock.now(), until=until,
    )  # fmt: skip
    record(
        session, house, f"decision.turn.{because}", f"decision:{decision.ref}",
        actor=given_by, person=person.slack_id, until=until.isoformat(), reason=reason,
    )  # fmt: skip
    session.flush()
    _arm(session, house, decision, _last_look(session, house, person, until))
    if is_new:
        is_own = because == RAISED and person.slack_id == decision.raised_by
        _ask(session, house, decision, person, until, is_own=is_own)


def _ask(session: Session, house: House, decision: Decision, person: Person, until: datetime, *, is_own: bool) -> None:
    """One prompt now, and one reminder in the morning of their last day; whoever asks themselves needs only that."""
    now, hours = house.clock.now(), house.definitions.organisation.working_hours
    morning = to_utc(datetime.combine(until.astimezone(person.zone).date(), hours.start), person.zone)
    if is_own and morning <= now:
        return
    prompts.ask(
        session,
        house,
        person.slack_id,
        key(decision, person.slack_id),
        PROMPT,
        f"{decision.ref}:{person.slack_id}",
        at=morning if is_own else now,
        deadline=until,
        remind_at=morning if morning > now and not is_own else None,
        report_to=decision.raised_by,
    )


def _next(
    session: Session, house: House, decision: Decision, turns: list[Turn], *, in_time: bool = False
) -> Person | None:
    """The first in line who was not asked yet; with `in_time` one who is there before the day it is needed by."""
    asked = {turn.person for turn in turns}
    day = decision.needed_by
    for person in line(session, house, decision):
        if person.slack_id in asked:
            continue
        if not in_time or day is None or _away_until_then(session, house, person, day) is None:
            return person
    return None


def _comes_last(session: Session, house: House, decision: Decision, person: Person) -> bool:
    """Whether it comes to somebody as the head of product, and not as the backup whom the class names."""
    known = house.definitions
    found, area = known.decision_class(decision.class_id), known.organisation.area(decision.area_id)
    is_backup = found is not None and deciders(session, house, found, area).backup == person
    return HEAD_OF_PRODUCT in person.roles and not is_backup


def _stand_among_exceptions(session: Session, house: House, decision: Decision) -> None:
    """Everybody has been asked: from now on product ops sees it among the exceptions, and nobody is asked again."""
    if decision.unheeded_at is None:
        decision.unheeded_at = house.clock.now()
        record(session, house, "decision.unheeded", f"decision:{decision.ref}")
        session.flush()


def _arm(session: Session, house: House, decision: Decision, at: datetime) -> None:
    timers.arm(session, house, _timer(decision), DUE, f"decision:{decision.id}", at)


def _timer(decision: Decision) -> str:
    return f"{DUE}:{decision.id}"


def _away_until_then(session: Session, house: House, person: Person, day: date) -> str | None:
    """Why a person has no day left to decide on, from today to `day` or the working day after; none when they have."""
    people, work_days = People(session, house), house.definitions.organisation.work_days(person.holidays)
    today = person.today(house.clock.now())
    last = min(_working_day(house, person, day), today + FURTHEST)
    away = None
    while today <= last:
        if not work_days.off(today):
            if (reason := people.away_because(person, today)) is None:
                return None
            away = away or reason
        today += timedelta(days=1)
    return away


def _last_look(session: Session, house: House, person: Person, until: datetime) -> datetime:
    """When to see whether somebody has decided: as `until` comes, or as an absence begins that lasts until then."""
    people, organisation = People(session, house), house.definitions.organisation
    work_days = organisation.work_days(person.holidays)
    day, today = until.astimezone(person.zone).date(), person.today(house.clock.now())
    look = until
    while day > today and (work_days.off(day) or people.away_because(person, day)):
        if not work_days.off(day):
            look = to_utc(datetime.combine(day, organisation.working_hours.start), person.zone)
        day -= timedelta(days=1)
    return look


def _working_day(house: House, person: Person, day: date) -> date:
    """`day`, or the person's next working day: a clock does not run on days that they have off."""
    work_days = house.definitions.organisation.work_days(person.holidays)
    return (work_days.nearest(day, 1) or day) if work_days.off(day) else day


def _end_of(house: House, person: Person, day: date) -> datetime:
    """When the person's working hours of `day` end, or those of their next working day."""
    end = house.definitions.organisation.working_hours.end
    return to_utc(datetime.combine(_working_day(house, person, day), end), person.zone)


def _end_still_to_come(house: House, person: Person, day: date) -> datetime:
    """As `_end_of`; a working day later when that is over, so that nobody is late before they were asked."""
    now = house.clock.now()
    end = _end_of(house, person, day)
    return end if end > now else _end_of(house, person, person.today(now) + timedelta(days=1))


def _working_days_after(house: House, person: Person, moment: datetime) -> date:
    """So many of the person's working days later as the next one is asked after."""
    rules = house.definitions.decisions
    count = rules.escalation.after if rules else ESCALATES_AFTER
    work_days = house.definitions.organisation.work_days(person.holidays)
    return work_days.nth(moment.astimezone(person.zone).date(), count)
