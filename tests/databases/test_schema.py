"""The migrations and the models tell the same story, on both databases, in both directions."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select

from bot import migrations
from bot.db import Base, Database
from bot.migrations import is_modelled, remember_models
from bot.people.model import Channel
from tests.people import WORKSPACE


def test_the_migrations_lead_to_what_the_models_say(any_db_url: str) -> None:
    migrations.upgrade(any_db_url)

    db = Database(any_db_url)
    remember_models()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_modelled})
        assert compare_metadata(context, Base.metadata) == []
    db.close()


def test_a_database_with_records_in_it_goes_all_the_way_down_and_up_again(any_db_url: str) -> None:
    migrations.upgrade(any_db_url)
    db = Database(any_db_url)
    with db.engine.begin() as connection:
        values = {"workspace_id": WORKSPACE, "name": "launches", "slack_id": "C1", "joined": True}
        connection.execute(insert(Channel).values(**values))
        assert connection.scalar(select(Channel.name)) == "launches"

    migrations.downgrade(any_db_url, "base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}

    migrations.upgrade(any_db_url)
    assert migrations.state(db.engine) is migrations.State.CURRENT
    db.close()
