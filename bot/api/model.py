"""Which tokens there are, and what was answered to whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.audit import PROGRAM
from bot.db import Base, BigId, workspace_column
from bot.house import House

NAME_LIMIT = 24
KEY_LIMIT = 200


class Token(Base):
    """A secret by which a program is known, until it is revoked."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    """What people call the program, such as `deploy pipeline`."""
    may: Mapped[list[str]]
    """What it may ask for, such as `releases`."""
    secret_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the secret, which itself is kept nowhere."""
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    minute: Mapped[datetime | None] = mapped_column(default=None)
    """When the minute began in which its calls are counted."""
    calls: Mapped[int] = mapped_column(default=0)
    """How many it has made in that minute."""

    __table_args__ = (UniqueConstraint("secret_hash"),)

    @property
    def actor(self) -> str:
        """Who acts, where the records of people have a Slack id."""
        return f"{PROGRAM}{self.name}"


class KeptAnswer(Base):
    """What was answered under an Idempotency-Key, so that the same call gets the same answer and does nothing twice."""

    __tablename__ = "api_answer"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(KEY_LIMIT))
    asked: Mapped[str] = mapped_column(String(64))
    """The same for the same call."""
    status: Mapped[int]
    # Unlike the binary form that is usual here, this keeps the order of the names, and so the very same answer.
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("token_id", "key"),
        Index("ix_api_answer_made_at", "token_id", "made_at"),
    )


def by_hash(session: Session, house: House, secret_hash: str) -> Token | None:
    """The token that is good now, held until the transaction ends: its program's calls go one after the other."""
    query = select(Token).where(
        Token.workspace_id == house.workspace_id, Token.secret_hash == secret_hash, Token.revoked_at.is_(None)
    )
    return session.scalar(query.with_for_update())


def every(session: Session, house: House) -> list[Token]:
    """All tokens, also revoked ones, oldest first."""
    return list(session.scalars(select(Token).where(Token.workspace_id == house.workspace_id).order_by(Token.id)))


def kept(session: Session, house: House, token: Token, key: str) -> KeptAnswer | None:
    query = select(KeptAnswer).where(
        KeptAnswer.workspace_id == house.workspace_id, KeptAnswer.token_id == token.id, KeptAnswer.key == key
    )
    return session.scalar(query)
