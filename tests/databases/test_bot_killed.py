"""The whole bot, killed without warning while it prompts fifty people, and started again."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import migrations
from tests.fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack, hang
from tests.processes import Process, drumbeat

PEOPLE = 50
ZONE = ZoneInfo("Europe/Berlin")
PATIENCE = 150.0
"""Seconds. Fifty messages take thirteen at the pace that Slack allows; looking for lost ones takes some more."""


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    fake = FakeSlack()
    fake.start()
    for number in range(PEOPLE):
        fake.add_user(user(number), f"Owner {number}")
    yield fake
    fake.stop()


def test_fifty_people_are_each_prompted_once_although_the_bot_is_killed_meanwhile(
    tmp_path: Path, any_db_url: str, slack: FakeSlack
) -> None:
    write_definitions(tmp_path / "cadences", opens=datetime.now(ZONE))
    migrations.upgrade(any_db_url)

    with running(tmp_path, any_db_url, slack) as first:
        until(lambda: len(prompts(slack)) >= 15, first)
        # At the moment of death Slack holds two prompts whose answer never came, and never got two others.
        slack.fail("chat.postMessage", hang(60, after=True), times=2)
        slack.fail("chat.postMessage", hang(60), times=2)
        time.sleep(0.5)
        first.end(signal.SIGKILL)
    slack.heal()
    assert len(prompts(slack)) < PEOPLE

    with running(tmp_path, any_db_url, slack) as second:
        until(lambda: len(prompts(slack)) >= PEOPLE, second)
        # Anything said twice would follow at once: everything else has been said.
        time.sleep(3)

    assert Counter(prompts(slack)) == {user(number): 1 for number in range(PEOPLE)}


def user(number: int) -> str:
    return f"U0OWNER{number:02}"


def prompts(slack: FakeSlack) -> list[str]:
    """Whom a prompt reached, once for each that did."""
    return [user(number) for number in range(PEOPLE) for said in slack.said(user(number)) if "thing today" in said]


def write_definitions(folder: Path, opens: datetime) -> None:
    """Fifty areas with an owner each, asked in the minute that runs, whatever day it is."""
    opens = opens.replace(second=0, microsecond=0)
    cutoff = opens + timedelta(minutes=40)
    days = (cutoff.date() - opens.date()).days
    folder.mkdir()
    people = [f"  - {{name: Owner {n}, slack: {user(n)}, function: product, roles: []}}" for n in range(PEOPLE)]
    areas = [f'  - {{id: a{n}, name: Area {n}, owner: {user(n)}, forum: "#launches"}}' for n in range(PEOPLE)]
    organisation = f"""
name: Fifty
zone: {ZONE.key}
working_hours: {{days: [mon, tue, wed, thu, fri, sat, sun], start: "00:00", end: "23:59"}}
channels: {{updates: "#launches", launches: "#launches", decisions: "#launches", product_ops: "#launches"}}
functions: [{{id: product, name: Product}}]
people:
{chr(10).join(people)}
areas:
{chr(10).join(areas)}
"""
    calendar = f"""
rituals:
  - id: weekly
    name: Weekly
    kind: weekly_update
    purpose: To see what moves.
    owner: {user(0)}
    artifact: A digest
    holidays: ignore
    schedule:
      repeats: FREQ=WEEKLY;BYDAY={f"{opens:%a}"[:2].upper()}
      prompt: {opens:%H:%M}
      cutoff: +{days} day {cutoff:%H:%M}
      publish: +{days} day {cutoff:%H:%M}
"""
    (folder / "organisation.yaml").write_text(organisation)
    (folder / "calendar.yaml").write_text(calendar)


def running(folder: Path, database: str, slack: FakeSlack) -> AbstractContextManager[Process]:
    environment = os.environ | {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.url,
        "DATABASE_URL": database,
        "DRUMBEAT_CADENCES": str(folder / "cadences"),
    }
    return drumbeat("run", folder=folder, environ=environment)


def until(happened: Callable[[], bool], process: Process) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert process.code is None, "the bot ended by itself"
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)
