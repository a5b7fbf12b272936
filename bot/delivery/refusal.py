"""Slack takes nothing from an installation any more: its work stands still, without loss, until Slack does again.

That is noted once for the workspace, where every process sees it, and asked about once a minute.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from bot.clock import from_millis
from bot.db import wake
from bot.delivery.model import Pace
from bot.logs import get_logger

ASK_EVERY = 60_000
MEND = (
    "install the app again (api.slack.com/apps > your app > OAuth & Permissions), put its token into SLACK_BOT_TOKEN,"
    " and start Drumbeat again: everything then goes out in order"
)

log = get_logger(__name__)


@dataclass(frozen=True)
class Refusal:
    """Why, in Slack's word, and since when a workspace's installation is refused."""

    workspace_id: str
    reason: str
    since: datetime

    def __str__(self) -> str:
        return f"Slack refuses this installation since {self.since:%Y-%m-%d %H:%M} UTC ({self.reason})"


def note(session: Session, workspace_id: str, reason: str, now: int) -> None:
    """Let everything of a workspace stand still, and say so when it did not before."""
    if _change(session, workspace_id, Pace.refused.is_(None), refused=reason, refused_at=now, asked_at=now):
        log.error(
            "slack refuses this installation; its messages and timers wait", workspace=workspace_id, reason=reason
        )


def clear(session: Session, workspace_id: str) -> None:
    """Slack takes the installation: what stood still goes on."""
    if _change(session, workspace_id, Pace.refused.is_not(None), refused=None, refused_at=None):
        log.info("slack takes this installation again; its messages and timers go on", workspace=workspace_id)
        wake(session, "relay")
        wake(session, "timers")


def refusals(session: Session, workspace_id: str | None = None) -> list[Refusal]:
    """Every installation that is refused; only a workspace's own when one is named."""
    refused = select(Pace.workspace_id, Pace.refused, Pace.refused_at).where(Pace.refused.is_not(None))
    if workspace_id is not None:
        refused = refused.where(Pace.workspace_id == workspace_id)
    return [
        Refusal(each, str(reason), from_millis(since or 0))
        for each, reason, since in session.execute(refused.order_by(Pace.workspace_id))
    ]


def claim_questions(session: Session, now: int, only: str | None = None) -> list[str]:
    """The workspaces about which this process asks Slack now: each once a minute, whichever process does."""
    due = update(Pace).where(Pace.refused.is_not(None), Pace.asked_at <= now - ASK_EVERY)
    if only is not None:
        due = due.where(Pace.workspace_id == only)
    return list(
        session.scalars(
            due.values(asked_at=now).returning(Pace.workspace_id).execution_options(synchronize_session=False)
        )
    )


def _change(session: Session, workspace_id: str, condition: Any, **values: Any) -> bool:
    result = session.execute(
        update(Pace)
        .where(Pace.workspace_id == workspace_id, condition)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1
