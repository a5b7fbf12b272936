"""Slack statuses that mean away: who shows one is away until it expires, or until they take it down."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.house import House
from bot.people.absence import tell_away, tell_back
from bot.people.covering import covers_day
from bot.people.model import FROM_STATUS, NO_END, Absence, Person, hold_absences


def follow(session: Session, house: House, person: Person, member: Mapping[str, Any]) -> None:
    """Note what a member's status says now, and end what an earlier one said."""
    profile = member.get("profile") or {}
    emoji, expires = str(profile.get("status_emoji") or ""), int(profile.get("status_expiration") or 0)
    now = house.clock.now()
    today = person.today(now)
    over = expires and expires <= now.timestamp()
    shown = emoji if emoji in house.definitions.organisation.away_statuses and not over else ""
    hold_absences(session, house, person.slack_id)
    standing = session.scalars(
        select(Absence)
        .where(
            Absence.workspace_id == house.workspace_id,
            Absence.slack_id == person.slack_id,
            Absence.source == FROM_STATUS,
            Absence.last_day >= today,
        )
        .with_for_update()
    ).all()
    ref = f"{shown}:{expires}"
    ended = False
    for absence in standing:
        if not shown or absence.source_ref != ref:
            ended = ended or absence.covers(today)
            _end(session, absence, today)
    session.flush()
    if shown and all(absence.source_ref != ref for absence in standing):
        session.add(
            Absence(
                workspace_id=house.workspace_id,
                slack_id=person.slack_id,
                first_day=today,
                last_day=_last_day(house, person, today, expires),
                kind="other",
                source=FROM_STATUS,
                source_ref=ref,
                noted_by=person.slack_id,
                noted_at=now,
            )
        )
        session.flush()
        tell_away(session, house, person.slack_id)
    elif ended:
        tell_back(session, house, person.slack_id)


def _end(session: Session, absence: Absence, today: date) -> None:
    if absence.first_day >= today:
        session.delete(absence)
    else:
        absence.last_day = today - timedelta(days=1)


def _last_day(house: House, person: Person, today: date, expires: int) -> date:
    """The last day of which the status takes half the working hours or more; today in any case."""
    if not expires:
        return NO_END
    end = datetime.fromtimestamp(expires, UTC).astimezone(person.zone)
    hours = house.definitions.organisation.working_hours
    last = end.date() if covers_day(end.date(), None, end, hours, person.zone) else end.date() - timedelta(days=1)
    return max(last, today)
