"""The doctor looks at each thing on its own and says what mends it."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot import __version__, app, blocks, doctor, migrations, nodes, timers, versions
from bot.clock import to_millis
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.model import DEAD, HELD, Node, OutboxMessage
from bot.doctor import OK, PROBLEM, WARNING, Finding
from bot.house import House
from bot.manifest import scopes
from bot.timers import Timer
from tests import people, postgres
from tests.conftest import sqlite_file, sqlite_url
from tests.fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack, refused
from tests.fakes import StoppedClock, make_house
from tests.test_node import CALENDAR, ORGANISATION

Environ = dict[str, str]


@pytest.fixture
def environ(tmp_path: Path, migrated: Path, slack: FakeSlack) -> Environ:
    """Everything in order: settings, a migrated database, definitions, channels with the bot in them."""
    cadences = tmp_path / "cadences"
    cadences.mkdir()
    (cadences / "organisation.yaml").write_text(ORGANISATION)
    (cadences / "calendar.yaml").write_text(CALENDAR)
    shutil.copy(migrated, sqlite_file(tmp_path))
    return {
        "DATABASE_URL": sqlite_url(tmp_path),
        "DRUMBEAT_CADENCES": str(cadences),
        "SLACK_API_URL": slack.url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
    }


@pytest.fixture
def house(environ: Environ, clock: StoppedClock) -> Iterator[House]:
    """A house on the database that the doctor looks at."""
    db = Database(environ["DATABASE_URL"])
    yield make_house(db, clock=clock)
    db.close()


def examine(environ: Environ, folder: Path) -> list[Finding]:
    return asyncio.run(doctor.examine(environ, folder, StoppedClock()))


def wrong(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.state != OK and finding.what != "Processes"]


def test_a_healthy_installation_has_nothing_to_mend(environ: Environ, tmp_path: Path) -> None:
    findings = examine(environ, tmp_path)

    assert wrong(findings) == []
    assert [finding.what for finding in findings if not finding.what.startswith("Channel")] == [
        "Settings",
        "Definitions",
        "Slack token",
        "Permissions",
        "Clock",
        "Slack's way to us",
        "People",
        "Database",
        "Processes",
        "Messages",
        "Timers",
    ]
    assert doctor.as_lines(findings)[-1] == "0 problems, 1 warning."


def test_the_version_in_force_is_named_and_compared_with_the_folder(environ: Environ, tmp_path: Path) -> None:
    db = Database(environ["DATABASE_URL"])
    files = {"organisation.yaml": ORGANISATION, "calendar.yaml": CALENDAR}

    def says() -> list[tuple[str, str]]:
        return [(each.state, each.says) for each in examine(environ, tmp_path) if each.what == "Version in force"]

    db.call(versions.store, people.WORKSPACE, StoppedClock().now(), files, after=0, author="Bob")
    assert says() == [(OK, "1, by Bob")]

    changed = {**files, "calendar.yaml": CALENDAR + "# more\n"}
    db.call(versions.store, people.WORKSPACE, StoppedClock().now(), changed, after=1, author="Alice")
    assert says() == [(WARNING, "2, by Alice; the folder differs from it")]

    newer = {**files, "calendar.yaml": CALENDAR.replace("weekly_update", "retro")}
    db.call(versions.store, people.WORKSPACE, StoppedClock().now(), newer, after=2, author="Alice")
    assert says() == [(PROBLEM, "2, by Alice. This program cannot read version 3 of the definitions")]
    db.close()


def test_a_rejected_token_leaves_everything_else_to_be_looked_at(environ: Environ, tmp_path: Path) -> None:
    findings = examine({**environ, "SLACK_BOT_TOKEN": "xoxb-of-another-app"}, tmp_path)

    (token,) = wrong(findings)
    assert (token.what, token.state) == ("Slack token", PROBLEM)
    assert "SLACK_BOT_TOKEN" in token.says
    assert {"Slack's way to us", "Database", "Timers"} <= {finding.what for finding in findings}


def test_a_rejected_app_token_is_told_apart_from_the_bots(environ: Environ, tmp_path: Path) -> None:
    (door,) = wrong(examine({**environ, "SLACK_APP_TOKEN": "xapp-of-another-app"}, tmp_path))

    assert door.what == "Slack's way to us"
    assert "connections:write" in door.says


def test_over_http_the_signing_secret_is_enough(environ: Environ, tmp_path: Path) -> None:
    del environ["SLACK_APP_TOKEN"]
    findings = examine({**environ, "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5"}, tmp_path)

    assert wrong(findings) == []
    assert any("HTTP on port 3000" in finding.says for finding in findings)


def test_without_slack_settings_the_rest_is_looked_at(environ: Environ, tmp_path: Path) -> None:
    del environ["SLACK_BOT_TOKEN"], environ["SLACK_APP_TOKEN"]
    findings = examine(environ, tmp_path)

    assert [finding.what for finding in wrong(findings)] == ["Slack settings", "Slack settings"]
    assert Finding("Timers", OK, "none was given up") in findings


def test_a_slack_that_is_not_there_is_a_finding(environ: Environ, tmp_path: Path) -> None:
    findings = wrong(examine({**environ, "SLACK_API_URL": "http://127.0.0.1:9/api/"}, tmp_path))

    assert {finding.what for finding in findings} == {"Slack token", "Slack's way to us"}
    assert all("cannot be reached at http://127.0.0.1:9/api/" in finding.says for finding in findings)


def test_a_public_channel_without_the_bot_is_one_that_it_will_join(
    environ: Environ, slack: FakeSlack, tmp_path: Path
) -> None:
    slack.channels[people.LAUNCHES].has_bot = False

    findings = examine(environ, tmp_path)

    assert wrong(findings) == []
    what = "Channel #launches (launches, forum of billing)"
    assert Finding(what, OK, "Drumbeat joins it with its first message there") in findings


def test_a_channel_that_is_not_there_is_to_be_made_or_renamed(
    environ: Environ, slack: FakeSlack, tmp_path: Path
) -> None:
    slack.channels[people.DECISIONS].name = "choices"

    (finding,) = wrong(examine(environ, tmp_path))

    assert finding.what == "Channel #decisions (decisions)"
    assert finding.mend.startswith("create #decisions")


INSIGHTS = f"""
channel: "#insights"
emoji: bulb
watched: ["#questions"]
triagers: [product_ops]
sources: [{{id: calls, name: Calls, owner: {people.BOB}, bias: Who calls}}]
themes: [{{id: trust, name: Trust}}]
segments: [{{id: small, name: Small}}]
evidence: [{{id: quote, name: A quote}}]
severities:
  low: &level {{means: Anything, triage: 1 working day, acknowledge: 1 working day, decide: 5 working days}}
  medium: *level
  high: *level
  critical: *level
routes:
  - {{name: No area, when: {{no_area: true}}, to: product_ops, forum: {{channel: "#sorting"}}}}
  - {{name: All else, to: area_owner}}
restricted: {{readers: [product_ops], channel: "#private"}}
incident: {{tell: [product_ops], channel: "#incidents", process: Call}}
"""


def channels(findings: list[Finding]) -> dict[str, tuple[str, str]]:
    return {each.what: (each.state, each.says) for each in findings if each.what.startswith("Channel")}


def test_the_channels_of_insights_are_looked_at_like_others(environ: Environ, slack: FakeSlack, tmp_path: Path) -> None:
    (Path(environ["DRUMBEAT_CADENCES"]) / "insights.yaml").write_text(INSIGHTS)
    for name in ("insights", "questions", "sorting", "incidents"):
        slack.add_channel(f"C0{name.upper()}", name, has_bot=name == "questions")
    private = slack.add_channel("C0PRIVATE", "private", is_private=True)

    found = examine(environ, tmp_path)

    assert wrong(found) == []
    said = channels(found)
    assert said["Channel #insights (insights)"] == (OK, "Drumbeat joins it with its first message there")
    assert said["Channel #questions (watched for insights)"] == (OK, "Drumbeat is in it")
    assert {"Channel #sorting (forum of No area)", "Channel #incidents (incidents)"} <= said.keys()
    assert said["Channel #private (restricted insights)"] == (OK, "Drumbeat is in it")

    slack.channels["C0QUESTIONS"].has_bot = private.is_private = False
    found = wrong(examine(environ, tmp_path))

    assert [(each.what, each.state, each.says) for each in found] == [
        (
            "Channel #private (restricted insights)",
            PROBLEM,
            "everybody can read it, and restricted insights go there",
        ),
        ("Channel #questions (watched for insights)", PROBLEM, "Drumbeat is not in it, and sees no emoji there"),
    ]
    assert found[1].mend == "invite @Drumbeat to #questions"


@pytest.mark.parametrize("gone", [True, False], ids=["deactivated", "unknown"])
def test_someone_slack_does_not_know_is_named(environ: Environ, slack: FakeSlack, tmp_path: Path, gone: bool) -> None:
    if gone:
        slack.users[people.ALICE]["deleted"] = True
    else:
        del slack.users[people.ALICE]

    (finding,) = wrong(examine(environ, tmp_path))

    assert finding.says == f"Slack knows no active Alice ({people.ALICE})"


def test_people_are_known_by_their_address_too(environ: Environ, tmp_path: Path) -> None:
    file = Path(environ["DRUMBEAT_CADENCES"]) / "organisation.yaml"
    text = ORGANISATION.replace(f"slack: {people.ALICE}", "email: Alice@Example.com")
    file.write_text(text.replace(f"owner: {people.ALICE}", "owner: alice@example.com"))

    assert wrong(examine(environ, tmp_path)) == []


def test_a_directory_slack_will_not_show_is_one_finding(environ: Environ, slack: FakeSlack, tmp_path: Path) -> None:
    slack.fail("users.list", refused("missing_scope"))

    (finding,) = wrong(examine(environ, tmp_path))

    assert finding.what == "Slack's directory"
    assert "drumbeat manifest" in finding.says


def test_bad_definitions_say_where_the_first_mistake_is(environ: Environ, tmp_path: Path) -> None:
    file = Path(environ["DRUMBEAT_CADENCES"]) / "calendar.yaml"
    file.write_text(CALENDAR.replace("kind: weekly_update", "kind: weekly"))
    findings = examine(environ, tmp_path)

    (finding,) = wrong(findings)
    assert "calendar.yaml:5" in finding.says
    assert "drumbeat check" in finding.mend
    assert any(finding.what == "Slack token" and finding.state == OK for finding in findings)


def test_a_database_that_is_not_there_is_not_made_by_looking(environ: Environ, tmp_path: Path) -> None:
    file = tmp_path / "nowhere.db"

    (finding,) = wrong(examine({**environ, "DATABASE_URL": f"sqlite:///{file}"}, tmp_path))

    assert finding.mend == "run `drumbeat migrate`"
    assert not file.exists()


def test_a_schema_that_is_behind_says_which_command_mends_it(environ: Environ, tmp_path: Path) -> None:
    migrations.downgrade(environ["DATABASE_URL"], "base")

    (finding,) = wrong(examine(environ, tmp_path))

    assert (finding.what, finding.mend) == ("Database", "run `drumbeat migrate`")


def test_a_database_that_does_not_answer_is_named_without_its_password(environ: Environ, tmp_path: Path) -> None:
    address = "postgresql://bot:hunter2@127.0.0.1:9/drumbeat"
    findings = wrong(examine({**environ, "DATABASE_URL": address}, tmp_path))

    (finding,) = findings
    assert finding.what == "Database"
    assert "hunter2" not in str(findings)


def test_a_setting_that_cannot_be_read_leaves_the_rest_to_be_looked_at(environ: Environ, tmp_path: Path) -> None:
    findings = examine({**environ, "DATABASE_URL": "mysql://nope", "LOG_LEVEL": "loud"}, tmp_path)

    assert [finding.what for finding in wrong(findings)] == ["Settings", "Settings"]
    assert any(finding.what == "Slack token" for finding in findings)
    assert not any(finding.what == "Database" for finding in findings)


def test_messages_that_did_not_get_through_are_counted(environ: Environ, house: House, tmp_path: Path) -> None:
    for state in (DEAD, HELD):
        promise(house, state)
    promise(house, "queued", ago=timedelta(minutes=20))
    # Longer than a week ago: what is dead is history then, and what is held still waits for somebody.
    for state in (DEAD, HELD):
        promise(house, state, ago=timedelta(days=8))

    findings = wrong(examine(environ, tmp_path))

    assert {finding.what for finding in findings} == {"Messages"}
    assert {finding.state for finding in findings} == {WARNING}
    assert [finding.says.split()[0] for finding in findings] == ["1", "2", "1"]


def test_a_message_waits_long_only_a_quarter_of_an_hour_after_it_could_have_gone_out(
    environ: Environ, house: House, tmp_path: Path
) -> None:
    promise(house, "queued")
    promise(house, "queued", ago=timedelta(hours=1), not_before=house.clock.now())

    assert [finding.says for finding in examine(environ, tmp_path) if finding.what == "Messages"] == ["none is stuck"]


def test_the_processes_that_run_are_named_with_what_they_do(environ: Environ, house: House, tmp_path: Path) -> None:
    for name in ("a", "b"):
        house.db.call(nodes.register, name, nodes.ROLES, to_millis(house.clock.now()))

    (processes,) = [finding for finding in examine(environ, tmp_path) if finding.what == "Processes"]

    one = f"web,worker {__version__} on {nodes.this_host()} since 2026-11-25 09:00 UTC"
    assert processes == Finding("Processes", OK, f"{one}; {one}")


def test_processes_that_leave_a_role_to_nobody_are_a_warning(environ: Environ, house: House, tmp_path: Path) -> None:
    house.db.call(nodes.register, "a", [nodes.WEB], to_millis(house.clock.now()))

    (processes,) = [finding for finding in examine(environ, tmp_path) if finding.what == "Processes"]

    assert (processes.state, processes.mend) == (WARNING, "start one: `drumbeat run --role worker`")


def test_processes_of_two_versions_are_a_warning(environ: Environ, house: House, tmp_path: Path) -> None:
    for name in ("a", "b"):
        house.db.call(nodes.register, name, nodes.ROLES, to_millis(house.clock.now()))
    with house.db.transaction() as session:
        session.get_one(Node, "b").version = "0.0.1"

    (processes,) = [finding for finding in examine(environ, tmp_path) if finding.what == "Processes"]

    assert (processes.state, "versions differ" in processes.says) == (WARNING, True)


def test_a_timer_that_was_given_up_is_shown_with_its_reason(environ: Environ, house: House, tmp_path: Path) -> None:
    with house.db.transaction() as session:
        timers.arm(session, house, "ritual.open:17", "ritual.open", "17", house.clock.now())
        timer = session.query(Timer).one()
        timer.state, timer.error = "failed", "KeyError: 'xoxb-1234-5678-secret'"

    findings = wrong(examine(environ, tmp_path))

    (finding,) = findings
    assert (finding.state, finding.what) == (PROBLEM, "Timers")
    assert "ritual.open:17 was given up" in finding.says
    assert "secret" not in "\n".join(doctor.as_lines(findings)) + str(doctor.as_data(findings))


def test_another_workspaces_troubles_are_not_ours(environ: Environ, house: House, tmp_path: Path) -> None:
    promise(house, DEAD)
    with house.db.transaction() as session:
        session.query(OutboxMessage).one().workspace_id = "T0OTHER"

    assert wrong(examine(environ, tmp_path)) == []


@pytest.mark.parametrize(
    ("off", "says"), [(40, "this machine's clock is 40 s behind Slack's"), (-90, "is 90 s ahead of Slack's")]
)
def test_a_clock_that_differs_from_slacks_is_a_warning(
    environ: Environ, slack: FakeSlack, clock: StoppedClock, tmp_path: Path, off: int, says: str
) -> None:
    clock.turn(timedelta(seconds=off))

    (finding,) = wrong(examine(environ, tmp_path))

    assert (finding.what, finding.state) == ("Clock", WARNING)
    assert says in finding.says
    assert "NTP" in finding.mend


def test_a_clock_that_differs_by_less_than_half_a_minute_is_well(
    environ: Environ, slack: FakeSlack, clock: StoppedClock, tmp_path: Path
) -> None:
    clock.turn(timedelta(seconds=29))

    assert Finding("Clock", OK, "agrees with Slack") in examine(environ, tmp_path)


def test_the_databases_clock_is_compared_too(environ: Environ, tmp_path: Path) -> None:
    environ["DATABASE_URL"] = postgres.empty_database()
    migrations.upgrade(environ["DATABASE_URL"])

    (_, of_database) = [finding for finding in examine(environ, tmp_path) if finding.what == "Clock"]

    # The doctor of these tests has a stopped clock, the database has not.
    assert of_database.state == WARNING
    assert of_database.says.endswith("the database's")


def test_missing_permissions_are_listed(environ: Environ, tmp_path: Path) -> None:
    granted = [scope for scope in scopes(app.tables()) if scope not in ("im:write", "users:read.email")]

    findings = asyncio.run(examine_where_slack_says(",".join(granted), environ, tmp_path))

    (finding,) = [finding for finding in findings if finding.what == "Permissions"]
    assert (finding.state, finding.says) == (PROBLEM, "missing im:write, users:read.email")


async def examine_where_slack_says(granted: str, environ: Environ, folder: Path) -> list[Finding]:
    """Examine with a Slack that says what the token may do, and nothing else."""

    async def auth_test(_: web.Request) -> web.Response:
        who = {"ok": True, "team": "Acme", "team_id": people.WORKSPACE, "user": "drumbeat"}
        return web.json_response(who, headers={"X-OAuth-Scopes": granted})

    site = web.Application()
    site.add_routes([web.post("/api/auth.test", auth_test)])
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        return await doctor.examine({**environ, "SLACK_API_URL": url}, folder, StoppedClock())
    finally:
        await runner.cleanup()


def promise(house: House, state: str, *, ago: timedelta = timedelta(), not_before: datetime | None = None) -> None:
    def verb(session: Any) -> None:
        said = blocks.message(blocks.section("Hi"))
        number = outbox.post(session, house, people.UPDATES, said, kind="test", not_before=not_before)
        message = session.get(OutboxMessage, number)
        message.state = state
        message.created_at -= int(ago.total_seconds()) * 1_000

    house.db.call(verb)


def test_a_teams_own_words_are_looked_at(environ: Environ, tmp_path: Path) -> None:
    words = tmp_path / "words"
    (words / "people").mkdir(parents=True)
    (words / "people" / "back.txt.j2").write_text("{{ nam }}")
    environ = environ | {"DRUMBEAT_TEMPLATES": str(words)}

    (found,) = [finding for finding in examine(environ, tmp_path) if finding.what == "Words"]
    assert (found.state, found.mend) == (PROBLEM, "run `drumbeat templates check`, which shows them all")
    assert "1: the block `whole` is given no value `nam`" in found.says

    (words / "people" / "back.txt.j2").write_text("Hello.")
    (found,) = [finding for finding in examine(environ, tmp_path) if finding.what == "Words"]
    assert (found.state, found.says) == (OK, f"1 template of your own in {words}")
