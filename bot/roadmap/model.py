"""The roadmap's records: the items, every change of one, and who was told of it."""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_or_ignore, workspace_column
from bot.errors import UserError
from bot.folding import folded
from bot.house import House
from bot.roadmap.places import DROPPED

ADDED, EARLIER, LATER, SCOPE, CONFIDENCE, UNCHANGED = "added", "earlier", "later", "scope", "confidence", "unchanged"
"""What changed; what is dropped is called like the place it is given then."""

_REF = re.compile(r"r-?([1-9]\d{0,8})", re.IGNORECASE)


class RoadmapItem(Base):
    """Something an area means to do, as it stands now."""

    __tablename__ = "roadmap_item"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    number: Mapped[int]
    """Counts up in each workspace: 3 is shown as `R-3`."""
    area_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(Text)
    """What it is for, in a line."""
    place: Mapped[str] = mapped_column(String(20))
    """As `places` writes it, or `DROPPED`."""
    confidence: Mapped[str] = mapped_column(String(12))
    functions: Mapped[list[str]]
    """Ids of the functions it affects: those that were last said to have to hear of it."""
    release_id: Mapped[int | None] = mapped_column(default=None)
    """The release that brings it."""
    release_day: Mapped[date | None] = mapped_column(default=None)
    """When that was to go out as the item last changed."""
    version: Mapped[int] = mapped_column(default=1)
    """Goes up with each change, so that of two people at once the second sees the first."""
    form_key: Mapped[str | None] = mapped_column(String(40), default=None)
    """The form that added it, so that a submission that arrives twice counts once."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        UniqueConstraint("workspace_id", "form_key"),
        Index("ix_roadmap_item_area", "workspace_id", "area_id", "place"),
    )

    @property
    def ref(self) -> str:
        return f"R-{self.number}"

    @property
    def is_dropped(self) -> bool:
        return self.place == DROPPED


class RoadmapChange(Base):
    """One change of an item: who, when, from, to, why. Rows are only added."""

    __tablename__ = "roadmap_change"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    item_id: Mapped[int] = mapped_column(ForeignKey("roadmap_item.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str | None] = mapped_column(String(32))
    """Slack user id; none when it came from a file."""
    kind: Mapped[str] = mapped_column(String(12))
    before: Mapped[str] = mapped_column(String(20))
    """The place it had; empty for what is new."""
    after: Mapped[str] = mapped_column(String(20))
    confidence_before: Mapped[str] = mapped_column(String(12))
    confidence_after: Mapped[str] = mapped_column(String(12))
    purpose: Mapped[str] = mapped_column(Text)
    """What it was for from then on."""
    why: Mapped[str] = mapped_column(Text)
    functions: Mapped[list[str]]
    """Ids of the functions that must hear it."""
    people: Mapped[list[str]]
    """The same of people, as the definitions refer to them."""
    depends_on: Mapped[str] = mapped_column(String(40), default="")
    """The other area it depends on, by id."""
    evidence: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str | None] = mapped_column(String(20), default=None)
    """The entry of the decision log that was made of it, such as `D-42`."""
    form_key: Mapped[str | None] = mapped_column(String(40), default=None)

    __table_args__ = (
        UniqueConstraint("workspace_id", "form_key"),
        Index("ix_roadmap_change_at", "workspace_id", "at"),
    )


class RoadmapTold(Base):
    """That a person or a channel is told of a change; what is said before it was shown replaces the words."""

    __tablename__ = "roadmap_told"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    item_id: Mapped[int] = mapped_column(ForeignKey("roadmap_item.id", ondelete="CASCADE"), index=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("roadmap_change.id", ondelete="CASCADE"))
    recipient: Mapped[str] = mapped_column(String(32))
    """Slack id of a person or a channel."""
    because: Mapped[str] = mapped_column(Text, default="")
    """Why they hear it, in words; empty for a channel."""
    key: Mapped[str] = mapped_column(String(120), default="")
    """Under which their day message says it; empty for a channel."""
    message_id: Mapped[int | None] = mapped_column(default=None)
    """The post in a channel."""
    before: Mapped[str] = mapped_column(String(20))
    """The place they knew of."""
    confidence_before: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("workspace_id", "change_id", "recipient"),)


class RoadmapUnmoved(Base):
    """That somebody said before a review: nothing has moved in this area."""

    __tablename__ = "roadmap_unmoved"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"))
    area_id: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("occurrence_id", "area_id"),)


def add_item(session: Session, house: House, form_key: str | None, **values: Any) -> RoadmapItem | None:
    """A new item under the next number, even when others are added at the same time; none when its form made one."""
    while True:
        number = _latest_number(session, house) + 1
        key = {"workspace_id": house.workspace_id, "number": number, "form_key": form_key}
        if insert_or_ignore(session, RoadmapItem, version=1, **key, **values):
            return get(session, house, f"R-{number}")
        if by_form(session, house, form_key) is not None:
            return None


def add_change(session: Session, house: House, item: RoadmapItem, **values: Any) -> RoadmapChange:
    change = RoadmapChange(workspace_id=house.workspace_id, item_id=item.id, at=house.clock.now(), **values)
    session.add(change)
    session.flush()
    return change


def looks_like_a_ref(text: str) -> bool:
    return bool(_REF.fullmatch(text.strip()))


def get(session: Session, house: House, ref: str, *, hold: bool = False) -> RoadmapItem:
    """The item called `R-3`, in any spelling; a `UserError` when there is none.

    With `hold` nobody else changes it until the transaction ends.
    """
    number = _REF.fullmatch(ref.strip())
    found = None
    if number:
        query = select(RoadmapItem).where(
            RoadmapItem.workspace_id == house.workspace_id, RoadmapItem.number == int(number[1])
        )
        if hold:
            query = query.with_for_update().execution_options(populate_existing=True)
        found = session.scalar(query)
    if found is None:
        raise UserError(f"There is no item “{ref.strip()[:20]}”. `/cadence roadmap` shows all of them.")
    return found


def by_form(session: Session, house: House, form_key: str | None) -> RoadmapItem | None:
    """The item that a form has added."""
    if form_key is None:
        return None
    return session.scalar(
        select(RoadmapItem).where(RoadmapItem.workspace_id == house.workspace_id, RoadmapItem.form_key == form_key)
    )


def change_by_form(session: Session, house: House, form_key: str | None) -> RoadmapChange | None:
    """What a form has changed already."""
    if form_key is None:
        return None
    return session.scalar(
        select(RoadmapChange).where(
            RoadmapChange.workspace_id == house.workspace_id, RoadmapChange.form_key == form_key
        )
    )


def held_change(session: Session, house: House, change_id: int) -> RoadmapChange | None:
    """A change, which nobody else makes a decision of until the transaction ends."""
    query = select(RoadmapChange).where(RoadmapChange.workspace_id == house.workspace_id, RoadmapChange.id == change_id)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def items(session: Session, house: House, area_ids: Collection[str] | None = None) -> list[RoadmapItem]:
    """What stands on the roadmap, of all areas or of these, in the order of numbers."""
    query = select(RoadmapItem).where(RoadmapItem.workspace_id == house.workspace_id, RoadmapItem.place != DROPPED)
    if area_ids is not None:
        query = query.where(RoadmapItem.area_id.in_(area_ids))
    return list(session.scalars(query.order_by(RoadmapItem.number)))


def of_ids(session: Session, house: House, ids: Collection[int]) -> dict[int, RoadmapItem]:
    query = select(RoadmapItem).where(RoadmapItem.workspace_id == house.workspace_id, RoadmapItem.id.in_(ids))
    return {item.id: item for item in session.scalars(query)}


def called(session: Session, house: House, name: str, area_id: str | None = None) -> list[RoadmapItem]:
    """What stands on the roadmap under this name, whatever its case and signs; of one area when given."""
    wanted = folded(name)
    found = items(session, house, None if area_id is None else [area_id])
    return [item for item in found if folded(item.name) == wanted] if wanted else []


def changes_of(session: Session, house: House, item: RoadmapItem) -> list[RoadmapChange]:
    """All that ever happened to an item, the newest first."""
    query = select(RoadmapChange).where(
        RoadmapChange.workspace_id == house.workspace_id, RoadmapChange.item_id == item.id
    )
    return list(session.scalars(query.order_by(RoadmapChange.id.desc())))


def changes_since(session: Session, house: House, moment: datetime, *kinds: str) -> list[RoadmapChange]:
    """What was changed after a moment, the oldest first; without kinds all but what was said to stay."""
    query = select(RoadmapChange).where(RoadmapChange.workspace_id == house.workspace_id, RoadmapChange.at > moment)
    query = query.where(RoadmapChange.kind.in_(kinds) if kinds else RoadmapChange.kind != UNCHANGED)
    return list(session.scalars(query.order_by(RoadmapChange.id)))


def unmoved(session: Session, house: House, occurrence_id: int) -> dict[str, str]:
    """Who said before an occurrence that nothing has moved, by the area's id."""
    query = select(RoadmapUnmoved.area_id, RoadmapUnmoved.by).where(
        RoadmapUnmoved.workspace_id == house.workspace_id, RoadmapUnmoved.occurrence_id == occurrence_id
    )
    return {area_id: by for area_id, by in session.execute(query)}


def told_of(session: Session, house: House, item: RoadmapItem) -> Sequence[RoadmapTold]:
    """Everybody who was promised a word about an item, in the order of promising."""
    query = select(RoadmapTold).where(RoadmapTold.workspace_id == house.workspace_id, RoadmapTold.item_id == item.id)
    return session.scalars(query.order_by(RoadmapTold.id)).all()


def _latest_number(session: Session, house: House) -> int:
    query = select(func.max(RoadmapItem.number)).where(RoadmapItem.workspace_id == house.workspace_id)
    return session.scalar(query) or 0
