"""The records of releases: what was registered, how each item stands, who signed off, what was reported when."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, Text, UniqueConstraint, bindparam, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.definitions.releases import QUESTIONS, SLUG_LIMIT
from bot.errors import UserError
from bot.house import House
from bot.releases.readiness import NOT_STARTED

LATELY = timedelta(days=60)
"""How long something is still wanted of a release after its date."""
DETAILS = ("rollout", "limits", "links")
"""Columns of a release that say more than its four answers, and that may be empty."""
PLANNED, LIVE, STOPPED, CANCELLED = "planned", "live", "stopped", "cancelled"
"""How far a release is. What is stopped goes on with a new call; what is cancelled never comes."""


class Release(Base):
    """A change made available to customers on a day."""

    __tablename__ = "release"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(SLUG_LIMIT))
    """The name in small letters and digits, which commands use and which nobody else may have."""
    owner: Mapped[str] = mapped_column(String(200))
    """How the definitions refer to the person: e-mail address or Slack id."""
    target: Mapped[date]
    until: Mapped[date | None] = mapped_column(default=None)
    """The last of the days on which it may go out; none when it is one day."""
    confidence: Mapped[str] = mapped_column(String(12))
    summary: Mapped[str] = mapped_column(Text)
    facts: Mapped[list[str]]
    """Ids of the tier facts that are true."""
    tier_set: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """The tier that somebody gave it; empty while the facts alone do."""
    hotfix: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it went out first and answered its questions afterwards."""
    state: Mapped[str] = mapped_column(String(12), default=PLANNED, server_default=PLANNED)
    audience: Mapped[str] = mapped_column(Text, default="")
    functions: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Ids of the functions that need to know."""
    accounts: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The strategic accounts that need to know, in words."""
    beyond: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """People and channels that need to know as well, as the definitions write them."""
    changes: Mapped[str] = mapped_column(Text, default="")
    monitoring: Mapped[str] = mapped_column(Text, default="")
    rollback: Mapped[str] = mapped_column(Text, default="")
    rollout: Mapped[str] = mapped_column(Text, default="", server_default="")
    """From whom to whom it goes, in which steps and when."""
    limits: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What it does not do."""
    links: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Where more is written of it, such as its specification: a web address on each line, with a word before it."""
    ref: Mapped[str | None] = mapped_column(String(120), default=None)
    """What another system calls it, such as `PROJ-12`; none when it came from nowhere else."""
    link: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Where it stands there."""
    registered_by: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack user id or program; none when it came from the definitions or from a file."""
    registered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    """Goes up with every change, so that two people at once do not overwrite each other unseen."""
    card_id: Mapped[int | None] = mapped_column(default=None)
    """The message that is its card, once it is posted."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "slug"),
        Index("ix_release_ref", "workspace_id", "ref", unique=True),
        Index("ix_release_target", "workspace_id", "target"),
    )

    @property
    def last_day(self) -> date:
        """The last of the days on which it may go out."""
        return self.until or self.target

    @property
    def answers(self) -> dict[str, str]:
        return {question: getattr(self, question) for question in QUESTIONS}


class ItemState(Base):
    """How one readiness item stands for one release; without a row it is not started."""

    __tablename__ = "release_item"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    item_id: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default=NOT_STARTED)
    evidence: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    until: Mapped[date | None] = mapped_column(default=None)
    """The last day of its waiver; stays when that has ended, until somebody says how the item stands."""
    changed_by: Mapped[str] = mapped_column(String(32))
    changed_at: Mapped[datetime]
    reopened_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it was last opened again after it had been settled."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("release_id", "item_id"),)


class SignOff(Base):
    """One function's own answer whether it is ready for one release."""

    __tablename__ = "release_sign_off"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    function: Mapped[str] = mapped_column(String(40))
    said: Mapped[str] = mapped_column(String(20))
    risk: Mapped[str] = mapped_column(Text, default="")
    risk_owner: Mapped[str] = mapped_column(String(32), default="", server_default="")
    """Slack id of who eases the risk; empty when nobody was named."""
    risk_until: Mapped[date | None] = mapped_column(default=None)
    changed_by: Mapped[str] = mapped_column(String(32))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("release_id", "function"),)


class Snapshot(Base):
    """A readiness report exactly as it was shown."""

    __tablename__ = "release_snapshot"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), index=True)
    as_of: Mapped[datetime]
    asked_by: Mapped[str | None] = mapped_column(String(32))
    """Slack user id; none when a change of the definitions caused it."""
    content: Mapped[dict[str, Any]]
    """A `Report`."""


def of_releases(record: Any) -> Select[Any]:
    """What a table has of some releases (`those`). To be built once, since building it takes longer than asking it."""
    return select(record).where(
        record.workspace_id == bindparam("workspace_id"),
        record.release_id.in_(bindparam("release_ids", expanding=True)),
    )


def those(house: House, release_ids: Collection[int]) -> dict[str, Any]:
    return {"workspace_id": house.workspace_id, "release_ids": list(release_ids)}


_ITEMS, _SIGN_OFFS = of_releases(ItemState), of_releases(SignOff)
_BY_IDS = (
    select(Release)
    .where(Release.workspace_id == bindparam("workspace_id"), Release.id.in_(bindparam("release_ids", expanding=True)))
    .order_by(Release.target, Release.id)
)
_PLANNED = (
    select(Release)
    .where(
        Release.workspace_id == bindparam("workspace_id"),
        Release.target >= bindparam("first"),
        Release.target <= bindparam("last"),
        Release.state != CANCELLED,
    )
    .order_by(Release.target, Release.id)
)


def get(session: Session, house: House, release_id: str) -> Release:
    """The release with this id, held until the transaction ends; a `UserError` for anything else Slack sends back."""
    release = None
    if release_id.isascii() and release_id.isdecimal() and len(release_id) <= 15:
        release = session.scalar(_by_id(house, release_id).with_for_update())
    if release is None:
        raise UserError("I do not know that release. `/launch-ready` lists those that are planned.")
    return release


def held(session: Session, house: House, ref: str) -> Release | None:
    """The release that a timer is about, as it stands, held until the transaction ends; `ref` begins `release:17:`."""
    query = _by_id(house, ref.split(":")[1]).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def seen(session: Session, house: House, release_id: str) -> Release | None:
    """The release with this id, for whoever only shows it: not held, since they may hold what its changes need."""
    return session.scalar(_by_id(house, release_id))


def by_slug(session: Session, house: House, slug: str) -> Release | None:
    """The release of this name, held until the transaction ends: its card must show all that happens to it."""
    query = select(Release).where(Release.workspace_id == house.workspace_id, Release.slug == slug)
    return session.scalar(query.with_for_update())


def by_ref(session: Session, house: House, ref: str) -> Release | None:
    """The same of what another system calls so."""
    query = select(Release).where(Release.workspace_id == house.workspace_id, Release.ref == ref)
    return session.scalar(query.with_for_update())


def names(session: Session, house: House) -> dict[str, str]:
    """Every release's name by its slug, the nearest in time last."""
    query = select(Release.slug, Release.name).where(Release.workspace_id == house.workspace_id)
    return {slug: name for slug, name in session.execute(query.order_by(Release.target, Release.id))}


def planned(session: Session, house: House, first: date, last: date) -> list[Release]:
    """Releases with a target date from `first` to `last`, both included, by date; without what was cancelled."""
    return list(session.scalars(_PLANNED, {"workspace_id": house.workspace_id, "first": first, "last": last}))


def not_over(session: Session, house: House, today: date, *, hold: bool = False) -> list[Release]:
    """The releases of which something may still be wanted, by date; with `hold` nobody else changes them meanwhile."""
    query = select(Release).where(
        Release.workspace_id == house.workspace_id,
        Release.target >= today - LATELY,
        Release.state != CANCELLED,
    )
    return list(session.scalars((query.with_for_update() if hold else query).order_by(Release.target, Release.id)))


def by_ids(session: Session, house: House, ids: Collection[int]) -> list[Release]:
    return list(session.scalars(_BY_IDS, those(house, ids)))


def items(session: Session, house: House, release_ids: Collection[int]) -> dict[int, dict[int, ItemState]]:
    """How the items of these releases stand, by release id and item id."""
    found: dict[int, dict[int, ItemState]] = {release_id: {} for release_id in release_ids}
    for state in session.scalars(_ITEMS, those(house, release_ids)):
        found[state.release_id][state.item_id] = state
    return found


def sign_offs(session: Session, house: House, release_ids: Collection[int]) -> dict[int, dict[str, SignOff]]:
    """The sign-offs of these releases, by release id and function."""
    found: dict[int, dict[str, SignOff]] = {release_id: {} for release_id in release_ids}
    for sign_off in session.scalars(_SIGN_OFFS, those(house, release_ids)):
        found[sign_off.release_id][sign_off.function] = sign_off
    return found


def snapshots(session: Session, house: House, release_id: int) -> list[Snapshot]:
    """What was reported of a release, oldest first."""
    query = select(Snapshot).where(Snapshot.workspace_id == house.workspace_id, Snapshot.release_id == release_id)
    return list(session.scalars(query.order_by(Snapshot.id)))


def snapshot_until(session: Session, house: House, release_id: int, moment: datetime) -> Snapshot | None:
    """What was last reported of a release until a moment."""
    query = select(Snapshot).where(
        Snapshot.workspace_id == house.workspace_id, Snapshot.release_id == release_id, Snapshot.as_of <= moment
    )
    return session.scalar(query.order_by(Snapshot.id.desc()).limit(1))


def _by_id(house: House, release_id: str) -> Select[Release]:
    return select(Release).where(Release.id == int(release_id), Release.workspace_id == house.workspace_id)
