"""Walking the schema's history: where a database stands, and that it is never left half way."""

from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from bot import migrations, shipped
from bot.db import make_engine
from bot.migrations import SchemaError, State

HEAD = """
import sqlalchemy as sa
from alembic import op

revision = {name!r}
down_revision = {after!r}
"""

PEOPLE = """
def upgrade():
    op.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)")
    op.execute("CREATE TABLE answer (person INTEGER REFERENCES person (id) ON DELETE CASCADE)")
    op.execute("INSERT INTO person VALUES (1, 'Alice')")
    op.execute("INSERT INTO answer VALUES (1)")

def downgrade():
    op.drop_table("answer")
    op.drop_table("person")
"""

NAMES = """
def upgrade():
    with op.batch_alter_table("person") as table:
        table.alter_column("name", existing_type=sa.Text, nullable=False)

def downgrade():
    with op.batch_alter_table("person") as table:
        table.alter_column("name", existing_type=sa.Text, nullable=True)
"""

BROKEN = """
def upgrade():
    op.execute("CREATE TABLE half (id INTEGER)")
    op.execute("SELECT * FROM nowhere")
"""

CARELESS = """
def upgrade():
    op.execute("DELETE FROM person")
"""

FUTURE = """
def upgrade():
    pass
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'drumbeat.db'}"


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A history of two steps of its own, beside the project's `env.py`."""
    folder = tmp_path / "100% ours"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text((shipped.folder("migrations") / "env.py").read_text())
    add_step(folder, "people", None, PEOPLE)
    add_step(folder, "names", "people", NAMES)
    monkeypatch.setattr(shipped, "folder", lambda name: folder)
    return folder


def add_step(folder: Path, name: str, after: str | None, body: str) -> None:
    (folder / "versions" / f"{name}.py").write_text(HEAD.format(name=name, after=after) + body)


def state(url: str) -> State:
    engine = make_engine(url)
    try:
        return migrations.state(engine)
    finally:
        engine.dispose()


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(query)]
    engine.dispose()
    return found


@pytest.mark.usefixtures("steps")
def test_a_new_database_is_behind_until_it_is_upgraded(url: str) -> None:
    assert state(url) is State.BEHIND

    migrations.upgrade(url)

    assert state(url) is State.CURRENT


@pytest.mark.usefixtures("steps")
def test_a_database_goes_back_one_step_and_forward_again_with_its_rows(url: str) -> None:
    migrations.upgrade(url)
    migrations.downgrade(url, "people")

    assert state(url) is State.BEHIND

    migrations.upgrade(url)

    assert rows(url, "SELECT name FROM person JOIN answer ON person = id") == [("Alice",)]


@pytest.mark.usefixtures("steps")
def test_base_leaves_no_table_behind(url: str) -> None:
    migrations.upgrade(url)
    migrations.downgrade(url, "base")

    engine = make_engine(url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_a_step_that_fails_leaves_the_database_as_it_was(url: str, steps: Path) -> None:
    migrations.upgrade(url)
    add_step(steps, "broken", "names", BROKEN)

    with pytest.raises(OperationalError):
        migrations.upgrade(url)

    assert rows(url, "SELECT name FROM sqlite_master WHERE name = 'half'") == []
    assert rows(url, "SELECT version_num FROM alembic_version") == [("names",)]


def test_a_step_that_orphans_rows_is_refused(url: str, steps: Path) -> None:
    add_step(steps, "careless", "names", CARELESS)

    with pytest.raises(RuntimeError, match="1 rows that refer to nothing"):
        migrations.upgrade(url)

    assert state(url) is State.BEHIND


@pytest.mark.usefixtures("steps")
def test_a_database_that_is_behind_says_which_command_mends_it(url: str) -> None:
    engine = make_engine(url)
    with pytest.raises(SchemaError, match="run `drumbeat migrate`"):
        migrations.require_current(engine)
    engine.dispose()


def test_a_database_of_a_newer_drumbeat_is_refused_and_left_alone(url: str, steps: Path) -> None:
    add_step(steps, "future", "names", FUTURE)
    migrations.upgrade(url)
    (steps / "versions" / "future.py").unlink()

    assert state(url) is State.UNKNOWN
    with pytest.raises(SchemaError, match="newer Drumbeat"):
        migrations.upgrade(url)
    with pytest.raises(SchemaError, match="newer Drumbeat"):
        migrations.downgrade(url, "base")
    assert rows(url, "SELECT version_num FROM alembic_version") == [("future",)]
