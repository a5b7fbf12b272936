"""Alembic's way in: it runs the steps in `versions/` on the connection that `bot.migrations` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON
from sqlalchemy.types import TypeDecorator

from bot.db import Base
from bot.migrations import is_modelled


def render_type(kind: str, item: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """How a column's type is written into a new step; false leaves it to Alembic."""
    if kind == "type" and isinstance(item, TypeDecorator):
        # As the plain type below ours: a step must not change when our code does.
        return f"sa.{item.impl_instance!r}"
    if kind == "type" and type(item) is JSON:
        # Alembic would name the type inside JSONB without importing it.
        autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite cannot alter a column in place; batches copy the table there and alter it elsewhere.
    render_as_batch=True,
    render_item=render_type,
    include_name=is_modelled,
)
with context.begin_transaction():
    context.run_migrations()
