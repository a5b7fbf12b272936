"""Two whole bots on one database while somebody applies another version of the definitions."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import migrations
from bot.db import Database
from bot.rituals.model import Occurrence
from tests import people
from tests.fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack
from tests.processes import Process, drumbeat
from tests.test_node import ORGANISATION

PATIENCE = 60.0
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    fake = FakeSlack()
    fake.start()
    yield fake
    fake.stop()


def test_both_take_over_what_is_applied_and_act_by_it_at_once(
    tmp_path: Path, any_db_url: str, slack: FakeSlack
) -> None:
    """The new version opens a ritual in the minute that runs, which the old one does not know."""
    migrations.upgrade(any_db_url)
    environ = os.environ | {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.url,
        "DATABASE_URL": any_db_url,
        "DRUMBEAT_CADENCES": str(tmp_path / "cadences"),
    }
    now = datetime.now(ZONE)
    write(tmp_path / "cadences", calendar("Some day", now + timedelta(days=200)))
    with ExitStack() as nodes:
        both = [
            nodes.enter_context(drumbeat("run", folder=tmp_path, environ=environ, name=name)) for name in ("one", "two")
        ]
        for each in both:
            each.said("Ready.")

        write(tmp_path / "cadences", calendar("Today", now).replace("artifact", "artefact"))
        broken = ran("apply", "--yes", folder=tmp_path, environ=environ)
        assert (broken.code, "calendar.yaml:" in broken.errors) == (1, True)

        write(tmp_path / "cadences", calendar("Today", now))
        applied = ran("apply", "--yes", "--note", "At last.", folder=tmp_path, environ=environ)
        assert "Version 2 is in force." in applied.out

        db = Database(any_db_url)
        until(lambda: db.call(opened) == [("weekly-today", 2)])
        db.close()
        until(lambda: any("Version 2" in text for text in slack.said(people.PRODUCT_OPS)))
        until(lambda: all("the definitions changed" in each.out + each.errors for each in both))
    assert [text for text in slack.said(people.PRODUCT_OPS) if "Version 2" in text and "At last." in text] != []
    assert sum("Version 2" in text for text in slack.said(people.PRODUCT_OPS)) == 1


def opened(session: Session) -> list[tuple[str, int | None]]:
    """Which rituals have opened, and under which version."""
    rows = session.execute(select(Occurrence.ritual_id, Occurrence.version).where(Occurrence.opened_at.is_not(None)))
    return [(ritual, version) for ritual, version in rows]


def calendar(name: str, day: datetime) -> str:
    """A weekly update that is held once, on `day`, in the minute of that moment."""
    cutoff = day + timedelta(minutes=40)
    days = (cutoff.date() - day.date()).days
    return f"""
rituals:
  - id: weekly-{name.partition(" ")[0].lower()}
    name: {name}
    kind: weekly_update
    purpose: To see what moves.
    owner: {people.BOB}
    channel: "#{name.split()[0].lower()}"
    artifact: A digest
    holidays: ignore
    schedule:
      repeats: every day
      starts: {day:%Y-%m-%d}
      prompt: {day:%H:%M}
      cutoff: +{days} days {cutoff:%H:%M}
      publish: +{days} days {cutoff:%H:%M}
"""


def write(folder: Path, calendar: str) -> None:
    folder.mkdir(exist_ok=True)
    always = "working_hours: {days: [mon, tue, wed, thu, fri, sat, sun], start: 00:00, end: 23:59}"
    (folder / "organisation.yaml").write_text(
        "\n".join(always if line.startswith("working_hours") else line for line in ORGANISATION.splitlines())
    )
    (folder / "calendar.yaml").write_text(calendar)


def ran(*arguments: str, folder: Path, environ: dict[str, str]) -> Process:
    with drumbeat(*arguments, folder=folder, environ=environ, name=" ".join(arguments)) as process:
        process.wait()
    return process


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)
