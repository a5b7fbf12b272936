"""The records of the weekly update: who was asked, what they answered, and where the digest stands."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, String, Table, UniqueConstraint, and_, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.audit import Event
from bot.db import Base, BigId, workspace_column
from bot.errors import UserError
from bot.house import House
from bot.rituals.model import CLOSED, RUNNING, Occurrence, is_id
from bot.updates.answer import Answer

KIND = "weekly_update"
WAITING, ANSWERED, AWAY, NOT_MINE, LET_OFF = "waiting", "answered", "away", "not mine", "let off"
LONGEST_REASON = 200
STILL_CURRENT = timedelta(days=2)
"""How long after its digest an occurrence still takes late updates and edits from `/weekly-update`."""


class Ask(Base):
    """One area is asked for one occurrence's update: of whom, and how that stands."""

    __tablename__ = "update_ask"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"), index=True)
    area_id: Mapped[str] = mapped_column(String(80))
    asked: Mapped[str | None] = mapped_column(String(32))
    """Slack user id of whoever is asked; none when nobody can be."""
    stands_in_for: Mapped[str | None] = mapped_column(String(200), default=None)
    """The owner's name, when the deputy is asked instead."""
    state: Mapped[str] = mapped_column(String(12), default=WAITING)
    reason: Mapped[str | None] = mapped_column(String(LONGEST_REASON), default=None)
    """Why nobody is asked, or why it passed on."""

    __table_args__ = (
        UniqueConstraint("occurrence_id", "area_id"),
        Index(
            "ix_update_ask_waiting",
            "workspace_id",
            "asked",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class Update(Base):
    """One area's answer for one occurrence; a draft until it is submitted."""

    __tablename__ = "weekly_update"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"), index=True)
    area_id: Mapped[str] = mapped_column(String(80))
    author: Mapped[str] = mapped_column(String(32))
    content: Mapped[dict[str, Any]]
    """An `Answer`."""
    draft: Mapped[bool]
    no_change: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    late: Mapped[bool] = mapped_column(default=False)
    """First submitted after the cutoff."""
    edited_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it was last changed after the digest was posted."""

    __table_args__ = (UniqueConstraint("occurrence_id", "area_id"),)

    @property
    def answer(self) -> Answer:
        return Answer.from_json(self.content)

    @property
    def mark(self) -> str:
        """Changes whenever the answer or its author does."""
        said = json.dumps([self.author, self.content], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]


class DigestPost(Base):
    """Where a part of an occurrence's digest was posted: the digest itself, or one area in its thread."""

    __tablename__ = "digest_post"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(String(90))
    """`digest`, or the id of an area."""
    message_id: Mapped[int]

    __table_args__ = (UniqueConstraint("occurrence_id", "part"),)


# Built once, since every prompt that is sent, changed or answered asks it several times.
_ASKS = (
    select(Ask)
    .where(Ask.workspace_id == bindparam("workspace_id"), Ask.occurrence_id == bindparam("occurrence_id"))
    .order_by(Ask.id)
)
_ASKS_OF = _ASKS.where(Ask.asked == bindparam("slack_id"))
_ASK_FOR = _ASKS.where(Ask.area_id == bindparam("area_id"))


def asks(session: Session, house: House, occurrence_id: int) -> list[Ask]:
    """Who is asked for the areas that the organisation still has."""
    found = session.scalars(_ASKS, {"workspace_id": house.workspace_id, "occurrence_id": occurrence_id})
    return _of_areas_there_are(house, found)


@dataclass(frozen=True)
class Asked:
    """A request, to be read."""

    asked: str | None
    stands_in_for: str | None
    state: str
    reason: str | None


_TABLE = cast(Table, Ask.__table__)
_REQUESTS = select(_TABLE.c.area_id, _TABLE.c.asked, _TABLE.c.stands_in_for, _TABLE.c.state, _TABLE.c.reason).where(
    _TABLE.c.workspace_id == bindparam("workspace_id"), _TABLE.c.occurrence_id == bindparam("occurrence_id")
)


def requests(session: Session, house: House, occurrence_id: int) -> dict[str, Asked]:
    """The requests of an occurrence, by area id."""
    of = {"workspace_id": house.workspace_id, "occurrence_id": occurrence_id}
    return {area_id: Asked(*rest) for area_id, *rest in session.execute(_REQUESTS, of)}


def asks_of(session: Session, house: House, occurrence_id: int, slack_id: str) -> list[Ask]:
    of = {"workspace_id": house.workspace_id, "occurrence_id": occurrence_id, "slack_id": slack_id}
    return _of_areas_there_are(house, session.scalars(_ASKS_OF, of))


def ask_for(session: Session, house: House, occurrence_id: int, area_id: str) -> Ask | None:
    """The request for one area."""
    which = {"workspace_id": house.workspace_id, "occurrence_id": occurrence_id, "area_id": area_id}
    return session.scalar(_ASK_FOR, which)


# The state is a literal: a bound value would keep SQLite from using the partial index.
_WAITING_FOR = (
    select(Ask, Occurrence)
    .join(Occurrence, Occurrence.id == Ask.occurrence_id)
    .where(
        Ask.workspace_id == bindparam("workspace_id"),
        Ask.asked == bindparam("slack_id"),
        text("update_ask.state = 'waiting'"),
        Occurrence.state.in_(RUNNING),
    )
    .order_by(Occurrence.cutoff_at, Ask.id)
)


def waiting_for(session: Session, house: House, slack_id: str) -> list[tuple[Ask, Occurrence]]:
    """What waits for a person in the occurrences that are open, whose cutoff comes first first."""
    which = {"workspace_id": house.workspace_id, "slack_id": slack_id}
    rows = house.once(("updates that wait for", slack_id), lambda: session.execute(_WAITING_FOR, which).all())
    return [(ask, occurrence) for ask, occurrence in rows]


def is_asked(session: Session, house: House, occurrence_id: int, area_id: str, slack_id: str) -> bool:
    ask = ask_for(session, house, occurrence_id, area_id)
    return ask is not None and ask.asked == slack_id


def _of_areas_there_are(house: House, found: Iterable[Ask]) -> list[Ask]:
    return [ask for ask in found if house.definitions.organisation.area(ask.area_id)]


_ASK = select(Ask).where(Ask.id == bindparam("ask_id"), Ask.workspace_id == bindparam("workspace_id"))
_ASK_LOCKED = _ASK.with_for_update()


def find_ask(session: Session, house: House, ask_id: str, *, lock: bool = False) -> Ask | None:
    """The request of that id, if there is one; with `lock` as in `get_ask`."""
    if not is_id(ask_id):
        return None
    which = {"ask_id": int(ask_id), "workspace_id": house.workspace_id}
    return session.scalar(_ASK_LOCKED if lock else _ASK, which)


_STANDING = (
    select(Ask, Occurrence, Update)
    .join(Occurrence, Occurrence.id == Ask.occurrence_id)
    .outerjoin(Update, and_(Update.occurrence_id == Ask.occurrence_id, Update.area_id == Ask.area_id))
    .where(Ask.id == bindparam("ask_id"), Ask.workspace_id == bindparam("workspace_id"))
)


def standing(session: Session, house: House, ask_id: str) -> tuple[Ask, Occurrence, Update | None] | None:
    """The request of that id with its occurrence and its answer or draft, if there is such a request."""
    if not is_id(ask_id):
        return None
    found = session.execute(_STANDING, {"ask_id": int(ask_id), "workspace_id": house.workspace_id}).first()
    return None if found is None else (found[0], found[1], found[2])


def get_ask(session: Session, house: House, ask_id: str, *, lock: bool = False) -> Ask:
    """The request behind a button; with `lock` nobody else answers or passes it on until this transaction has ended."""
    ask = find_ask(session, house, ask_id, lock=lock)
    if ask is None:
        raise UserError("That request is gone. `/weekly-update` opens the form at any time.")
    return ask


_FIND = select(Update).where(
    Update.workspace_id == bindparam("workspace_id"),
    Update.occurrence_id == bindparam("occurrence_id"),
    Update.area_id == bindparam("area_id"),
)


def find(session: Session, house: House, occurrence_id: int, area_id: str) -> Update | None:
    key = {"workspace_id": house.workspace_id, "occurrence_id": occurrence_id, "area_id": area_id}
    return session.scalar(_FIND, key)


@dataclass(frozen=True)
class Submitted:
    """A submitted update, to be read. A digest reads hundreds, for which records would cost the most of it."""

    author: str
    answer: Answer
    no_change: bool
    late: bool
    edited_at: datetime | None


_UPDATE = cast(Table, Update.__table__)
_SUBMITTED = select(
    _UPDATE.c.area_id,
    _UPDATE.c.author,
    _UPDATE.c.content,
    _UPDATE.c.no_change,
    _UPDATE.c.late,
    _UPDATE.c.edited_at,
).where(
    _UPDATE.c.workspace_id == bindparam("workspace_id"),
    _UPDATE.c.occurrence_id == bindparam("occurrence_id"),
    ~_UPDATE.c.draft,
)


def submitted(session: Session, house: House, occurrence_id: int) -> dict[str, Submitted]:
    """The submitted updates of an occurrence, by area id."""
    of = {"workspace_id": house.workspace_id, "occurrence_id": occurrence_id}
    return {
        area_id: Submitted(author, Answer.from_json(content), no_change, late, edited_at)
        for area_id, author, content, no_change, late, edited_at in session.execute(_SUBMITTED, of)
    }


_PREVIOUS = (
    select(Occurrence.id)
    .where(
        Occurrence.workspace_id == bindparam("workspace_id"),
        Occurrence.ritual_id == bindparam("ritual_id"),
        Occurrence.slot < bindparam("slot"),
        Occurrence.state == CLOSED,
    )
    .order_by(Occurrence.slot.desc())
    .limit(1)
)
_PREVIOUS_COLOURS = select(Update.area_id, Update.content["status"].as_string()).where(
    Update.workspace_id == bindparam("workspace_id"), Update.occurrence_id == _PREVIOUS.scalar_subquery(), ~Update.draft
)


def before(session: Session, house: House, occurrence: Occurrence, area_id: str, limit: int = 1) -> list[Update]:
    """The area's last submitted updates from earlier occurrences of the same ritual, newest first."""
    query = (
        select(Update)
        .join(Occurrence, Occurrence.id == Update.occurrence_id)
        .where(
            Update.workspace_id == house.workspace_id,
            Update.area_id == area_id,
            ~Update.draft,
            Occurrence.ritual_id == occurrence.ritual_id,
            Occurrence.slot < occurrence.slot,
        )
        .order_by(Occurrence.slot.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def previous_colours(session: Session, house: House, occurrence: Occurrence) -> dict[str, str]:
    """The colours in the last published digest before this occurrence's, by area id."""
    which = {"workspace_id": house.workspace_id, "ritual_id": occurrence.ritual_id, "slot": occurrence.slot}
    return {area_id: colour for area_id, colour in session.execute(_PREVIOUS_COLOURS, which)}


_DIGEST_POSTS = select(DigestPost.part, DigestPost.message_id).where(
    DigestPost.workspace_id == bindparam("workspace_id"), DigestPost.occurrence_id == bindparam("occurrence_id")
)


def digest_posts(session: Session, house: House, occurrence_id: int) -> dict[str, int]:
    """The ids of the messages that carry an occurrence's digest, by part."""
    of = {"workspace_id": house.workspace_id, "occurrence_id": occurrence_id}
    return {part: message_id for part, message_id in session.execute(_DIGEST_POSTS, of)}


def digest_channel(session: Session, house: House, occurrence_id: int) -> str | None:
    """Where an occurrence's digest was posted, whatever the calendar says by now; late updates go to its thread."""
    detail = session.scalar(
        select(Event.detail).where(
            Event.workspace_id == house.workspace_id,
            Event.subject == f"occurrence:{occurrence_id}",
            Event.kind == "digest.posted",
        )
    )
    return detail["channel"] if detail else None
