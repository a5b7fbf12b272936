"""How long people take to fill in each form, and how often they give one up: times only, nobody's name, no answers."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_or_ignore, workspace_column
from bot.house import House

LONGEST = timedelta(minutes=30)
"""Whoever takes longer did something else meanwhile."""
GIVEN_UP = timedelta(hours=1)
"""A form that was not submitted in this time never will be."""
SHOWN, KEPT = timedelta(days=90), timedelta(days=180)
GROUPS = 16
"""Into which people fall when it is counted how many of them filled in forms."""
MANY_MINUTES, MANY_GIVEN_UP, FEWEST = 15.0, 0.25, 5
"""More of either is too much for a form that was opened at least so often."""


class FormFill(Base):
    """One form that was opened."""

    __tablename__ = "form_fill"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    form: Mapped[str] = mapped_column(String(60))
    """Its callback id."""
    title: Mapped[str] = mapped_column(String(60))
    view_id: Mapped[str] = mapped_column(String(60), unique=True)
    """Slack's, by which it is known again when it is submitted."""
    opened_at: Mapped[datetime]
    seconds: Mapped[int | None] = mapped_column(default=None)
    """Until it was submitted; none while it was not."""
    people_group: Mapped[int | None] = mapped_column(default=None)
    """Of whoever opened it, from 0 to 15: of few people, one may be alone in theirs. None of older ones."""


@dataclass(frozen=True)
class Took:
    """The forms that were opened in some days and submitted."""

    minutes: Sequence[float]
    """Of each."""
    people: int
    """At least so many filled them in: different groups are different people."""


@dataclass(frozen=True)
class Measured:
    """One form, as it was filled in lately."""

    form: str
    title: str
    opened: int
    """Without those that may still be submitted."""
    minutes: float | None
    """The median; none when nobody submitted it."""
    given_up: float
    """The share that was never submitted."""

    @property
    def is_slow(self) -> bool:
        enough = self.opened >= FEWEST
        return enough and ((self.minutes or 0) > MANY_MINUTES or self.given_up > MANY_GIVEN_UP)


def opened(session: Session, house: House, view: Mapping[str, Any], view_id: str, slack_id: str, at: datetime) -> None:
    """Somebody has this form before them."""
    values = {
        "form": view["callback_id"],
        "title": view["title"]["text"],
        "view_id": view_id,
        "people_group": _group(house, slack_id),
    }
    insert_or_ignore(session, FormFill, workspace_id=house.workspace_id, opened_at=at, seconds=None, **values)


def submitted(session: Session, house: House, view_id: str, at: datetime) -> None:
    """They have submitted it, and it was kept; only the first time counts."""
    found = session.scalar(
        select(FormFill).where(FormFill.workspace_id == house.workspace_id, FormFill.view_id == view_id)
    )
    if found is not None and found.seconds is None:
        took = min(at - found.opened_at, LONGEST)
        session.execute(
            update(FormFill)
            .where(FormFill.id == found.id, FormFill.seconds.is_(None))
            .values(seconds=int(took.total_seconds()))
        )


def measured(session: Session, house: House) -> list[Measured]:
    """Every form of the last 90 days, what takes long first."""
    now = house.clock.now()
    rows = session.scalars(
        select(FormFill)
        .where(FormFill.workspace_id == house.workspace_id, FormFill.opened_at > now - SHOWN)
        .order_by(FormFill.id)
    ).all()
    by_form: dict[str, list[FormFill]] = {}
    for row in rows:
        if row.seconds is not None or row.opened_at <= now - GIVEN_UP:
            by_form.setdefault(row.form, []).append(row)
    found = [_measure(form, fills) for form, fills in by_form.items()]
    return sorted(found, key=lambda each: (not each.is_slow, -(each.minutes or 0), each.title))


def took(session: Session, house: House, begin: datetime, end: datetime) -> Took:
    """What was opened from `begin` to `end`."""
    query = select(FormFill.seconds, FormFill.people_group).where(
        FormFill.workspace_id == house.workspace_id,
        FormFill.opened_at.between(begin, end),
        FormFill.seconds.is_not(None),
    )
    found = session.execute(query).all()
    minutes = [seconds / 60 for seconds, _group in found if seconds is not None]
    return Took(minutes, len({group for _seconds, group in found} - {None}))


def forget(session: Session, before: datetime) -> None:
    """Delete what was opened before."""
    session.execute(delete(FormFill).where(FormFill.opened_at < before).execution_options(synchronize_session=False))


def _group(house: House, slack_id: str) -> int:
    return hashlib.sha256(f"{house.workspace_id}:{slack_id}".encode()).digest()[0] % GROUPS


def _measure(form: str, fills: list[FormFill]) -> Measured:
    took = [each.seconds for each in fills if each.seconds is not None]
    minutes = median(took) / 60 if took else None
    return Measured(form, fills[-1].title, len(fills), minutes, 1 - len(took) / len(fills))
