"""Who is away when: said by themselves or by product ops, ended early, and who else has to know."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.errors import UserError
from bot.house import House
from bot.people.flow import require_person, require_product_ops
from bot.people.model import SAID, Absence, People, Person, away_until, hold_absences

LONGEST_ABSENCE = timedelta(days=366)
KINDS: Mapping[str, str] = {"leave": "Leave", "sick": "Sick", "conference": "Conference", "other": "Other"}
LONGEST_REASON = 300
LONGEST_ID = 18

# Built once, since Home is drawn after every press on it.
_NOT_OVER = select(Absence).where(
    Absence.workspace_id == bindparam("workspace_id"),
    Absence.last_day >= bindparam("yesterday"),
    or_(Absence.back_on.is_(None), Absence.back_on > Absence.first_day),
)
_NOT_OVER_OF = _NOT_OVER.where(Absence.slack_id == bindparam("slack_id"))


def set_away(
    session: Session,
    house: House,
    slack_id: str,
    first_day: date,
    last_day: date,
    *,
    kind: str = "other",
    reason: str = "",
    ritual_id: str | None = None,
    noted_by: str | None = None,
) -> Absence:
    """Note that someone is away on these days of their own calendar; replaces what was said of these days before.

    Only product ops may note it for somebody else. A `UserError` says what is wrong with the days.
    """
    noted_by = noted_by or slack_id
    if noted_by != slack_id:
        require_product_ops(session, house, noted_by, "note an absence for somebody else")
    person = require_person(session, house, slack_id)
    _check_days(first_day, last_day, person.today(house.clock.now()))
    _make_room(session, house, slack_id, first_day, last_day, ritual_id)
    absence = Absence(
        workspace_id=house.workspace_id,
        slack_id=slack_id,
        first_day=first_day,
        last_day=last_day,
        kind=kind if kind in KINDS else "other",
        reason=reason.strip()[:LONGEST_REASON] or None,
        ritual_id=ritual_id,
        source=SAID,
        noted_by=noted_by,
        noted_at=house.clock.now(),
    )
    session.add(absence)
    # Without the kind and the reason, which the audit trail would show to others and keep for good.
    record(
        session, house, "person.away", f"person:{slack_id}", actor=noted_by, first=str(first_day), last=str(last_day)
    )
    session.flush()
    return absence


def tell_away(session: Session, house: House, slack_id: str) -> None:
    """Let the rooms hand over what waits for someone who is away from today on."""
    for tell in house.links.on_away:
        tell(session, house, slack_id)


def back(session: Session, house: House, slack_id: str, day: date) -> bool:
    """From `day` on this person is here again; true when that ended an absence. Later ones stay as planned."""
    hold_absences(session, house, slack_id)
    absences = session.scalars(
        select(Absence)
        .where(
            Absence.workspace_id == house.workspace_id,
            Absence.slack_id == slack_id,
            Absence.first_day <= day,
            Absence.last_day >= day,
            or_(Absence.back_on.is_(None), Absence.back_on > day),
        )
        .with_for_update()
    ).all()
    for absence in absences:
        _end(session, absence, day)
    session.flush()
    return bool(absences)


def come_back(session: Session, house: House, slack_id: str, actor: str) -> bool:
    """Someone is here again, as they or product ops say; what went to their deputies is theirs again."""
    if actor != slack_id:
        require_product_ops(session, house, actor, "end somebody else's absence")
    person = require_person(session, house, slack_id)
    if not back(session, house, slack_id, person.today(house.clock.now())):
        return False
    record(session, house, "person.back", f"person:{slack_id}", actor=actor)
    tell_back(session, house, slack_id)
    return True


def end_absence(session: Session, house: House, actor: str, absence_id: str) -> Absence:
    """End one absence, or drop it when it has not begun; a `UserError` when it is not theirs to end, or is gone."""
    number = int(absence_id) if absence_id.isascii() and absence_id.isdecimal() and len(absence_id) <= LONGEST_ID else 0
    absence = session.scalar(
        select(Absence).where(Absence.id == number, Absence.workspace_id == house.workspace_id).with_for_update()
    )
    if absence is None:
        raise UserError("That absence is gone: it was ended or changed meanwhile.")
    if actor != absence.slack_id:
        require_product_ops(session, house, actor, "end somebody else's absence")
    today = require_person(session, house, absence.slack_id).today(house.clock.now())
    was_away = absence.covers(today)
    _end(session, absence, max(today, absence.first_day))
    session.flush()
    record(session, house, "person.back", f"person:{absence.slack_id}", actor=actor, first=str(absence.first_day))
    if was_away:
        tell_back(session, house, absence.slack_id)
    return absence


def tell_back(session: Session, house: House, slack_id: str) -> None:
    """Let the rooms hand back what waits elsewhere, unless something else keeps this person away today."""
    person = People(session, house).by_slack(slack_id)
    today = person.today(house.clock.now()) if person else None
    if person and today and away_until(session, house, slack_id, today) is None:
        for tell in house.links.on_back:
            tell(session, house, slack_id)


def coming(session: Session, house: House, slack_id: str | None = None) -> list[tuple[Person, Absence]]:
    """Absences of now and later, of one person or of everybody, the nearest first."""
    people, now = People(session, house), house.clock.now()
    which = {"workspace_id": house.workspace_id, "yesterday": (now - timedelta(days=1)).date()}
    if slack_id is None:
        absences = session.scalars(_NOT_OVER, which)
    else:
        absences = session.scalars(_NOT_OVER_OF, which | {"slack_id": slack_id})
    found = [(people.by_slack(each.slack_id), each) for each in absences]
    ahead = [(person, each) for person, each in found if person and last_day_of(each) >= person.today(now)]
    return sorted(ahead, key=lambda pair: (pair[1].first_day, pair[1].last_day, pair[0].name, pair[1].id))


def last_day_of(absence: Absence) -> date:
    """The last day that counts; `NO_END` while nobody has said."""
    return absence.last_day if absence.back_on is None else min(absence.last_day, absence.back_on - timedelta(days=1))


def _check_days(first_day: date, last_day: date, today: date) -> None:
    if last_day < first_day:
        raise UserError(f"{last_day:%-d %B %Y} is before {first_day:%-d %B %Y}. Give the last day you are away.")
    if last_day < today:
        raise UserError(f"{last_day:%-d %B %Y} is over. Give the last day you will be away.")
    if last_day - first_day > LONGEST_ABSENCE:
        raise UserError("That is over a year. Ask product ops to name another owner instead.")
    if first_day - today > LONGEST_ABSENCE:
        raise UserError(f"{first_day:%-d %B %Y} is over a year ahead. Say it when it is nearer.")


def _make_room(
    session: Session, house: House, slack_id: str, first_day: date, last_day: date, ritual_id: str | None
) -> None:
    """The newest word counts: what was said of the same days goes, what had begun before ends before."""
    hold_absences(session, house, slack_id)
    overlapping = session.scalars(
        select(Absence)
        .where(
            Absence.workspace_id == house.workspace_id,
            Absence.slack_id == slack_id,
            Absence.source == SAID,
            Absence.ritual_id.is_(None) if ritual_id is None else Absence.ritual_id == ritual_id,
            Absence.first_day <= last_day,
            Absence.last_day >= first_day,
        )
        .with_for_update()
    ).all()
    for absence in overlapping:
        _end(session, absence, first_day)


def _end(session: Session, absence: Absence, day: date) -> None:
    """From `day` on an absence counts no more. What a calendar or Slack says stays, to be known when read again."""
    if absence.source != SAID:
        absence.back_on = day
    elif absence.first_day >= day:
        session.delete(absence)
    else:
        absence.last_day = day - timedelta(days=1)
