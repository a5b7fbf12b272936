"""Who was named for what, and whether they take it on."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigId, workspace_column

OPEN, ACCEPTED, DECLINED, PASSED_ON, ENDED = "open", "accepted", "declined", "passed on", "ended"
"""How being named stands: not answered yet, answered, or named no more before there was an answer."""


class Naming(Base):
    """Somebody was named owner, deputy or lead of something: whether they take it on."""

    __tablename__ = "naming"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    post: Mapped[str] = mapped_column(String(120))
    """What for: `area:billing:owner`, `ritual:weekly-update:owner`, `function:support:lead`."""
    ref: Mapped[str] = mapped_column(String(200))
    """Who: how the definitions name them."""
    state: Mapped[str] = mapped_column(String(12), default=OPEN)
    named_at: Mapped[datetime]
    passed_by: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack id of the colleague who passed it on to them; none when the definitions name them."""
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(Text, default=None)
    passed_to: Mapped[str | None] = mapped_column(String(200), default=None)
    """The colleague, as the definitions name them."""

    __table_args__ = (UniqueConstraint("workspace_id", "post", "ref"),)
