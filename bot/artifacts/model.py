"""What was issued of each artifact, how it stood against its definition of done then, and how often it was opened."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_or_ignore, insert_or_overwrite
from bot.house import Checked, House

LAST = 6
"""Issues of an artifact that are shown."""


class ArtifactIssue(Base):
    """One artifact as it went out, such as the digest of one week."""

    __tablename__ = "artifact_issue"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # Without an index of its own: those below begin with it.
    workspace_id: Mapped[str] = mapped_column(String(32))
    artifact_id: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(String(120))
    """Which one: `occurrence:17`, `decision:D-42`, `release:12`."""
    at: Mapped[datetime]
    message_id: Mapped[int | None] = mapped_column(default=None)
    """The message of the outbox that it is; none when people made it elsewhere."""
    link: Mapped[str] = mapped_column(Text, default="")
    """Where people made it; empty when it is a message."""
    done: Mapped[dict[str, Any]]
    """By test, as artifacts.yaml had it, what failed it: a list of names, empty when it held."""
    told_at: Mapped[datetime | None] = mapped_column(default=None)
    """When its owner and product ops were promised a word on what failed."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "artifact_id", "ref"),
        Index("ix_artifact_issue_at", "workspace_id", "artifact_id", "at"),
    )

    @property
    def failed(self) -> dict[str, list[str]]:
        return {test: names for test, names in self.done.items() if names}


class ArtifactOpened(Base):
    """How often an artifact was opened on one day. By whom, nobody keeps."""

    __tablename__ = "artifact_opened"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    artifact_id: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    """In the workspace's zone."""
    count: Mapped[int]

    __table_args__ = (UniqueConstraint("workspace_id", "artifact_id", "day"),)


def keep(
    session: Session, house: House, artifact_id: str, checked: Checked, message_id: int | None, link: str
) -> tuple[ArtifactIssue, bool]:
    """The issue as it stands now, and whether it is new; where and when it first went out stays."""
    which = {"workspace_id": house.workspace_id, "artifact_id": artifact_id, "ref": checked.ref}
    done = {test: list(names) for test, names in checked.failed.items()}
    is_new = insert_or_ignore(
        session, ArtifactIssue, **which, at=house.clock.now(), message_id=message_id, link=link, done=done
    )
    issue = session.scalars(
        select(ArtifactIssue)
        .where(*(getattr(ArtifactIssue, name) == value for name, value in which.items()))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if issue.done != done:
        issue.done = done
    session.flush()
    return issue, is_new


def last_issues(session: Session, house: House, artifact_id: str, limit: int = LAST) -> Sequence[ArtifactIssue]:
    """The newest first."""
    query = select(ArtifactIssue).where(
        ArtifactIssue.workspace_id == house.workspace_id, ArtifactIssue.artifact_id == artifact_id
    )
    return session.scalars(query.order_by(ArtifactIssue.at.desc(), ArtifactIssue.id.desc()).limit(limit)).all()


def latest(session: Session, house: House, artifact_ids: Collection[str]) -> dict[str, ArtifactIssue]:
    """The newest of each."""
    found = (last_issues(session, house, id, limit=1) for id in artifact_ids)
    return {issues[0].artifact_id: issues[0] for issues in found if issues}


def issues_from(session: Session, house: House, artifact_id: str, issue_id: int) -> Sequence[ArtifactIssue]:
    """This one and those that were kept after it."""
    query = select(ArtifactIssue).where(
        ArtifactIssue.workspace_id == house.workspace_id,
        ArtifactIssue.artifact_id == artifact_id,
        ArtifactIssue.id >= issue_id,
    )
    return session.scalars(query.order_by(ArtifactIssue.id)).all()


def issued_since(session: Session, house: House, moment: datetime) -> Sequence[ArtifactIssue]:
    query = select(ArtifactIssue).where(ArtifactIssue.workspace_id == house.workspace_id, ArtifactIssue.at >= moment)
    return session.scalars(query).all()


def first_issued(session: Session, house: House) -> dict[str, datetime]:
    """When the first of each artifact went out."""
    query = (
        select(ArtifactIssue.artifact_id, func.min(ArtifactIssue.at))
        .where(ArtifactIssue.workspace_id == house.workspace_id)
        .group_by(ArtifactIssue.artifact_id)
    )
    return {id: at for id, at in session.execute(query)}


def opened(session: Session, house: House, artifact_id: str) -> None:
    """Somebody has opened it."""
    insert_or_overwrite(
        session, ArtifactOpened, unique=("workspace_id", "artifact_id", "day"), counts="count",
        workspace_id=house.workspace_id, artifact_id=artifact_id, day=today(house), count=1,
    )  # fmt: skip


def last_opened(session: Session, house: House) -> dict[str, date]:
    """The last day on which anybody opened each artifact."""
    query = (
        select(ArtifactOpened.artifact_id, func.max(ArtifactOpened.day))
        .where(ArtifactOpened.workspace_id == house.workspace_id)
        .group_by(ArtifactOpened.artifact_id)
    )
    return {id: day for id, day in session.execute(query)}


def today(house: House) -> date:
    """The day it is in the workspace's zone."""
    return house.clock.now().astimezone(house.definitions.organisation.zone).date()
