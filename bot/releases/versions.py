"""Two people at once: a change is kept only if it was made to what is there now."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.db import insert_or_ignore, swap
from bot.releases.model import ItemState, SignOff


def put(
    session: Session,
    table: type[ItemState] | type[SignOff],
    before: ItemState | SignOff | None,
    version: int,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
) -> bool:
    """Write a row unless it is no longer the one of `version` (0: none yet); true when it was written."""
    if version == 0:
        return insert_or_ignore(session, table, **key, **values, version=1)
    if before is None or not swap(session, table, before.id, version, **values):
        return False
    session.refresh(before)
    return True
