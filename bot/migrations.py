"""The schema's history, walked both ways. A database is moved in one transaction, so it is never half way."""

import importlib
import pkgutil
import sys
import tempfile
from enum import Enum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, text

import bot
from bot import shipped
from bot.db import BESIDE_MODELS, make_engine
from bot.errors import UserError

# Any number that nothing else locks: two nodes that migrate at once take turns.
_POSTGRES_LOCK = 7_365_207


class SchemaError(UserError):
    """The database does not have the schema this program knows."""


class State(Enum):
    CURRENT = "current"
    BEHIND = "behind"
    UNKNOWN = "unknown"


def state(engine: Engine) -> State:
    """How the database compares with the migrations of this program."""
    with engine.connect() as connection:
        held = set(MigrationContext.configure(connection).get_current_heads())
    script = ScriptDirectory.from_config(_config())
    if held == set(script.get_heads()):
        return State.CURRENT
    known = {revision.revision for revision in script.walk_revisions()}
    return State.BEHIND if held <= known else State.UNKNOWN


def require_current(engine: Engine) -> None:
    """Raises SchemaError, with what mends it, unless the database has this program's schema."""
    match state(engine):
        case State.BEHIND:
            raise SchemaError("The database is not up to date: run `drumbeat migrate`.")
        case State.UNKNOWN:
            raise SchemaError(
                "This database was made by a newer Drumbeat: install that version, or restore a backup from before it."
            )
        case State.CURRENT:
            return


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to `revision`. Raises SchemaError when a newer Drumbeat made it."""
    _move(url, command.upgrade, revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision`; `base` empties it."""
    _move(url, command.downgrade, revision)


def draft(message: str) -> None:
    """Write the migration that leads from the newest one to the models as they are now."""
    remember_models()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'draft.db'}"
        upgrade(url)
        _move(url, _revise, message)


def remember_models() -> None:
    """Import every module, so that `Base.metadata` knows every room's tables."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if module.name != "bot.__main__":
            importlib.import_module(module.name)


def is_modelled(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether a table of the database is one that models describe; for Alembic, when it compares."""
    return kind != "table" or name is None or not name.startswith(tuple(BESIDE_MODELS))


def _move(url: str, walk: Any, target: str) -> None:
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_foreign_keys)
    try:
        if state(engine) is State.UNKNOWN:
            require_current(engine)
        with engine.begin() as connection:
            _take_turns(connection)
            walk(_config(connection), target)
            _require_foreign_keys_kept(connection)
    finally:
        engine.dispose()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    # The percent sign is special to Alembic's configuration.
    config.set_main_option("script_location", str(shipped.folder("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _without_foreign_keys(connection: Any, _record: object) -> None:
    # SQLite changes a column by copying its table, and dropping the old copy would cascade.
    connection.execute("PRAGMA foreign_keys=OFF")


def _take_turns(connection: Connection) -> None:
    # On SQLite the transaction itself, which begins as a writer, is the lock.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})


def _require_foreign_keys_kept(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if lost:
            raise RuntimeError(f"the migration left {len(lost)} rows that refer to nothing, first {lost[0]}")


def _revise(config: Config, message: str) -> None:
    command.revision(config, message, autogenerate=True)


if __name__ == "__main__":
    draft(" ".join(sys.argv[1:]))
