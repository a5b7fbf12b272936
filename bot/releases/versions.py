"""Two people at once: a change is kept only if it was made to what is there now."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from bot.db import Base, insert_or_ignore
from bot.errors import UserError
from bot.releases.model import ItemState, SignOff


class Changed(UserError):
    """Somebody else changed the same thing after the form was opened."""


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


def swap(session: Session, table: type[Base], id: int, version: int, **values: Any) -> bool:
    """Change a row if it still has this version; true when it did."""
    columns = table.__table__.c
    result = session.execute(
        update(table)
        .where(columns.id == id, columns.version == version)
        .values(**values, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1
