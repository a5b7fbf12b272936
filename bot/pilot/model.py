"""The record of change notices: who was told what changes for them, before a ritual first asked them for anything."""

from datetime import date, datetime

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.house import House


class ChangeNotice(Base):
    """People were told what a ritual changes for them. Rows are only added."""

    __tablename__ = "change_notice"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    ritual_id: Mapped[str] = mapped_column(String(80), index=True)
    what: Mapped[str] = mapped_column(Text)
    """Who does what differently."""
    why: Mapped[str] = mapped_column(Text)
    first_day: Mapped[date]
    """From when."""
    ask: Mapped[str] = mapped_column(String(32))
    """Slack user id of whom to ask about it."""
    people: Mapped[list[str]]
    """Slack user ids of those who were told."""
    by: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    at: Mapped[datetime]


def notices_of(session: Session, house: House, ritual_id: str) -> list[ChangeNotice]:
    query = select(ChangeNotice).where(
        ChangeNotice.workspace_id == house.workspace_id, ChangeNotice.ritual_id == ritual_id
    )
    return list(session.scalars(query.order_by(ChangeNotice.id)))
