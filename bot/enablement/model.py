"""The records of bundles: what was written, what was published, who was asked, who has confirmed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.house import House
from bot.releases.model import of_releases, those

READ, ATTENDED, NOT_FOR_ME = "read", "attended", "not for me"
WRITE, CONFIRM = "write", "confirm"
"""What somebody may be asked for."""


class Written(Base):
    """What somebody wrote in one section of one release's bundle; without a row the release's own words stand."""

    __tablename__ = "bundle_section"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    section_id: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(32))
    changed_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("release_id", "section_id"),)


class Edition(Base):
    """A bundle as it was published. Rows are only added: the last one is what people read."""

    __tablename__ = "bundle_edition"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    """Under `sections`: id, title and text of each."""
    change: Mapped[str] = mapped_column(Text, default="")
    """What is other than in the one before, in a line; empty in the first."""
    again: Mapped[bool] = mapped_column(default=False)
    """Whether who had confirmed an earlier one is to confirm this one, too."""
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    message_id: Mapped[int]
    """The message that shows it, the same for all editions of a bundle."""

    __table_args__ = (UniqueConstraint("release_id", "number"),)


class Confirmation(Base):
    """What one person said of one bundle, last."""

    __tablename__ = "bundle_confirmation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    function: Mapped[str] = mapped_column(String(40))
    """To which they belonged then."""
    how: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it is not for them."""
    edition: Mapped[int]
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("release_id", "person"),)


class Asked(Base):
    """What somebody was asked for about one bundle, last."""

    __tablename__ = "bundle_asked"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(12))
    number: Mapped[int] = mapped_column(default=1)
    """How often they were asked anew."""
    things: Mapped[dict[str, Any]]
    """What their part of the day message says; nothing: it waits for nothing."""

    __table_args__ = (UniqueConstraint("release_id", "person", "what"),)


class Nudge(Base):
    """Whoever leads a function had the rest of it asked once more."""

    __tablename__ = "bundle_nudge"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    function: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("release_id", "function"),)


class Question(Base):
    """A question by which somebody sees whether they know what a bundle says."""

    __tablename__ = "bundle_question"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str]]
    right: Mapped[int]
    """Which of the options, counted from 0."""
    section_id: Mapped[str] = mapped_column(String(40))
    """Where the answer stands; empty when nobody said."""


class Result(Base):
    """How often somebody was right, for their own eyes; others see only how many had everything right."""

    __tablename__ = "bundle_result"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(32))
    right: Mapped[int]
    of: Mapped[int]
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("release_id", "person"),)


def questions(session: Session, house: House, release_id: int) -> list[Question]:
    """The questions about a release's bundle, in order."""
    query = select(Question).where(Question.workspace_id == house.workspace_id, Question.release_id == release_id)
    return list(session.scalars(query.order_by(Question.id)))


def results(session: Session, house: House, release_id: int) -> dict[str, Result]:
    """How people answered them, by Slack id."""
    query = select(Result).where(Result.workspace_id == house.workspace_id, Result.release_id == release_id)
    return {result.person: result for result in session.scalars(query)}


_WRITTEN, _EDITIONS = of_releases(Written), of_releases(Edition).order_by(Edition.number)
_CONFIRMATIONS, _NUDGES = of_releases(Confirmation), of_releases(Nudge)


def written(session: Session, house: House, release_ids: Collection[int]) -> dict[int, dict[str, Written]]:
    """What was written for these releases, by release id and section."""
    found: dict[int, dict[str, Written]] = {release_id: {} for release_id in release_ids}
    for row in session.scalars(_WRITTEN, those(house, release_ids)):
        found[row.release_id][row.section_id] = row
    return found


def editions(session: Session, house: House, release_ids: Collection[int]) -> dict[int, list[Edition]]:
    """The published editions of these releases' bundles, the last one last."""
    which = those(house, release_ids)
    rows = house.once(("editions", *release_ids), lambda: session.scalars(_EDITIONS, which).all())
    found: dict[int, list[Edition]] = {release_id: [] for release_id in release_ids}
    for edition in rows:
        found[edition.release_id].append(edition)
    return found


def confirmations(session: Session, house: House, release_ids: Collection[int]) -> dict[int, dict[str, Confirmation]]:
    """What people said of these releases' bundles, by release id and Slack id."""
    if not release_ids:
        return {}
    which = those(house, release_ids)
    rows = house.once(("confirmations", *release_ids), lambda: session.scalars(_CONFIRMATIONS, which).all())
    found: dict[int, dict[str, Confirmation]] = {release_id: {} for release_id in release_ids}
    for confirmation in rows:
        found[confirmation.release_id][confirmation.person] = confirmation
    return found


def nudges(session: Session, house: House, release_ids: Collection[int]) -> dict[int, dict[str, Nudge]]:
    """Which functions were nudged for these releases, by release id and function."""
    found: dict[int, dict[str, Nudge]] = {release_id: {} for release_id in release_ids}
    for nudge in session.scalars(_NUDGES, those(house, release_ids)):
        found[nudge.release_id][nudge.function] = nudge
    return found


def asked(session: Session, house: House, release_id: int) -> dict[tuple[str, str], Asked]:
    """Who was asked for what about a release's bundle, by Slack id and what."""
    query = select(Asked).where(Asked.workspace_id == house.workspace_id, Asked.release_id == release_id)
    return {(row.person, row.what): row for row in session.scalars(query)}
