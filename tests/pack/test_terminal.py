"""`drumbeat pack`: refused with its reasons until somebody has looked at every register, then written."""

import pytest

from bot import applying, migrations, presets
from bot.clock import SystemClock
from bot.db import Database
from bot.registers.model import SORTS, Look
from tests import people
from tests.people import BOB
from tests.test_command_line import Drumbeat, drumbeat

__all__ = ["drumbeat"]


@pytest.fixture
def db(drumbeat: Drumbeat) -> Database:
    """A company that `drumbeat init` began, and that was started once."""
    url = f"sqlite:///{drumbeat.folder / 'drumbeat.db'}"
    migrations.upgrade(url)
    found, now = Database(url), SystemClock().now()
    files = presets.files("starter", presets.Lead("Acme", "Bob", "bob@example.com", "Europe/Berlin"), now.date())
    texts = {name: text for name, text in files.items() if name.endswith(".yaml")}
    found.call(applying.begin, people.WORKSPACE, now, texts)
    return found


@pytest.mark.parametrize(("page", "file"), [([], "index.md"), (["--html"], "pack.html")])
def test_it_is_written_once_somebody_has_looked_at_each_register(
    drumbeat: Drumbeat, db: Database, page: list[str], file: str
) -> None:
    out = drumbeat.folder / "pack"

    refused = drumbeat("pack", *page)
    assert refused.code == 1
    assert "There are no risks, and nobody has said that there are none." in refused.err
    assert not out.exists()

    with db.transaction() as session:
        for sort in SORTS:
            session.add(Look(workspace_id=people.WORKSPACE, sort=sort, by=BOB, at=SystemClock().now()))
    written = drumbeat("pack", *page)
    assert written.code == 0, written.err
    assert (out / file).is_file()
