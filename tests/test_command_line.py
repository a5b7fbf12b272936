"""The command line: what it prints, what it refuses, and its exit codes."""

import importlib
import json
import logging
import pkgutil
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer.testing

from bot import __main__ as command_line
from bot import blocks, migrations, terminal, timers
from bot.clock import SystemClock
from bot.db import Database, make_engine
from bot.delivery import outbox
from bot.delivery.model import OutboxMessage
from bot.house import House
from bot.migrations import State
from bot.shipped import folder as shipped_folder
from bot.terminal import running
from bot.timers import Timer
from tests import people
from tests.fakes import make_house
from tests.test_node import CALENDAR, ORGANISATION


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


class Drumbeat:
    """`drumbeat …` in a folder of its own, with only the environment a test gives it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str) -> Ran:
        self._monkeypatch.setattr(sys, "argv", ["drumbeat", *arguments])
        code = 0
        try:
            command_line.main()
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        printed = self._capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    def write(self, **files: str) -> None:
        (self.folder / "cadences").mkdir(exist_ok=True)
        for name, text in files.items():
            (self.folder / "cadences" / f"{name}.yaml").write_text(text)


@pytest.fixture
def drumbeat(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Drumbeat]:
    for name in ("DATABASE_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("DRUMBEAT_CADENCES", raising=False)
    monkeypatch.chdir(tmp_path)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield Drumbeat(tmp_path, capsys, monkeypatch)
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_every_file_of_commands_is_offered() -> None:
    offered = [group.typer_instance for group in command_line.cli.registered_groups]

    files = [importlib.import_module(found.name) for found in pkgutil.iter_modules(terminal.__path__, "bot.terminal.")]
    assert [file.__name__ for file in files if getattr(file, "commands", None) not in [*offered, None]] == []


def test_alone_it_lists_its_commands(drumbeat: Drumbeat) -> None:
    ran = drumbeat()

    assert {"run", "migrate", "check", "preview", "doctor", "manifest", "outbox", "timers"} <= set(
        re.findall(r"\w+", ran.out + ran.err)
    )


def test_what_ships_has_no_mistakes(drumbeat: Drumbeat) -> None:
    ran = drumbeat("check", str(shipped_folder("cadences")))

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("no mistakes.\n")


def test_mistakes_are_shown_where_they_are_and_exit_1(drumbeat: Drumbeat) -> None:
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR.replace("weekly_update", "weekly"))

    plain, for_programs = drumbeat("check"), drumbeat("check", "--format", "json")

    assert (plain.code, for_programs.code) == (1, 1)
    assert "calendar.yaml:5:" in plain.out
    (problem,) = (each for each in json.loads(for_programs.out) if each["level"] == "error")
    assert (problem["line"], bool(problem["mend"])) == (5, True)


def test_a_pull_request_is_told_of_mistakes_beside_their_lines(drumbeat: Drumbeat) -> None:
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR.replace("weekly_update", "weekly"))

    scanned, annotated = drumbeat("check", "--format", "sarif"), drumbeat("check", "--format", "github")

    assert (scanned.code, annotated.code) == (1, 1)
    results = json.loads(scanned.out)["runs"][0]["results"]
    assert "error" in [each["level"] for each in results]
    assert "::error file=cadences/calendar.yaml,line=5,col=" in annotated.out


def test_a_check_is_explained_by_its_id(drumbeat: Drumbeat) -> None:
    assert drumbeat("check", "--explain", "ca03").out.startswith("CA03 (error)\nFinds: ")
    ran = drumbeat("check", "--explain", "CA99")
    assert (ran.code, ran.out) == (1, "")
    assert "No check is called CA99. Did you mean" in ran.err


def test_a_plan_says_also_what_may_be_meant_so(drumbeat: Drumbeat) -> None:
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR)
    assert "info: no frictions are listed, so nobody sees what each ritual is for [CA06]" in drumbeat("plan").err


def test_warnings_and_infos_are_said_and_are_no_mistakes(drumbeat: Drumbeat) -> None:
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR)

    plain, for_programs = drumbeat("check"), drumbeat("check", "--format", "json")

    assert (plain.code, for_programs.code) == (0, 0)
    assert "calendar.yaml:2:1 info: no frictions are listed" in plain.out
    assert plain.out.endswith("no mistakes.\n")
    assert {each["level"] for each in json.loads(for_programs.out)} == {"info", "warning"}


def test_definitions_of_a_folder_that_is_not_there_are_a_mistake(drumbeat: Drumbeat) -> None:
    assert drumbeat("check", "nowhere").code == 1


def test_without_mistakes_programs_get_an_empty_list(drumbeat: Drumbeat) -> None:
    assert json.loads(drumbeat("check", str(shipped_folder("cadences")), "--format", "json").out) == []


@pytest.mark.parametrize("command", ["check", "doctor", "manifest", "outbox list", "timers"])
def test_an_unknown_format_is_refused_with_those_that_are_known(drumbeat: Drumbeat, command: str) -> None:
    ran = drumbeat(*command.split(), "--format", "xml")

    assert (ran.code, ran.out) == (1, "")
    assert re.fullmatch(r"--format is (plain|yaml)( or \w+)+, not xml\.\n", ran.err)


def test_preview_shows_what_comes(drumbeat: Drumbeat) -> None:
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR)

    assert "Weekly product update" in drumbeat("preview", "--weeks", "2").out
    assert json.loads(drumbeat("preview", "--json").out)


def test_preview_of_bad_definitions_says_what_is_wrong_with_them(drumbeat: Drumbeat) -> None:
    drumbeat.write(organisation=ORGANISATION, calendar="rituals: 3\n")
    ran = drumbeat("preview")

    assert (ran.code, ran.out) == (1, "")
    assert "calendar.yaml:1" in ran.err


def test_migrate_makes_the_database_and_may_be_run_again(drumbeat: Drumbeat) -> None:
    for _ in range(2):
        assert drumbeat("migrate") == Ran(0, "The database is up to date.\n", "")

    engine = make_engine(f"sqlite:///{drumbeat.folder / 'drumbeat.db'}")
    assert migrations.state(engine) is State.CURRENT
    engine.dispose()


def test_migrate_says_in_one_line_that_the_database_cannot_be_used(drumbeat: Drumbeat) -> None:
    (drumbeat.folder / "drumbeat.db").write_text("a text, and no database " * 50)
    ran = drumbeat("migrate")

    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "cannot be used" in ran.err


def test_run_without_settings_lists_what_is_missing(drumbeat: Drumbeat) -> None:
    ran = drumbeat("run")

    assert (ran.code, ran.out) == (1, "")
    assert [line.split()[0] for line in ran.err.splitlines()] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]


@pytest.mark.parametrize("role", ["cook", "web,cook", " , "])
def test_a_role_that_nobody_plays_is_refused(drumbeat: Drumbeat, role: str) -> None:
    ran = drumbeat("run", "--role", role)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"--role is web, worker or web,worker, not {role!r}.\n"


def test_the_doctor_exits_1_on_a_problem_and_speaks_to_programs_too(drumbeat: Drumbeat) -> None:
    plain, for_programs = drumbeat("doctor"), drumbeat("doctor", "--format", "json")

    assert (plain.code, for_programs.code) == (1, 1)
    assert "problem  Database" in plain.out
    assert "-> run `drumbeat migrate`" in plain.out
    assert {finding["state"] for finding in json.loads(for_programs.out)} == {"ok", "problem"}


def test_the_manifest_can_be_piped_into_slacks_form(drumbeat: Drumbeat) -> None:
    url = "https://drumbeat.example.com/slack/events"

    assert json.loads(drumbeat("manifest", "--format", "json").out)["settings"]["socket_mode_enabled"] is True
    assert f'request_url: "{url}"' in drumbeat("manifest", "--request-url", url).out


def test_slack_cannot_call_an_address_without_encryption(drumbeat: Drumbeat) -> None:
    ran = drumbeat("manifest", "--request-url", "http://drumbeat.example.com")

    assert (ran.code, ran.out) == (1, "")
    assert "https://" in ran.err


def test_an_unknown_command_is_refused() -> None:
    ran = typer.testing.CliRunner().invoke(command_line.cli, ["dance"])

    assert ran.exit_code == 2
    assert "dance" in ran.output


@pytest.fixture
def kept(drumbeat: Drumbeat) -> Iterator[House]:
    """What `drumbeat` keeps in its database."""
    drumbeat("migrate")
    db = Database(f"sqlite:///{drumbeat.folder / 'drumbeat.db'}")
    yield make_house(db, clock=SystemClock())
    db.close()


def test_operators_find_retry_and_drop_messages(drumbeat: Drumbeat, kept: House) -> None:
    assert drumbeat("outbox", "list") == Ran(0, "No message waits, and none was given up.\n", "")
    assert drumbeat("outbox", "retry", "--all-dead") == Ran(0, "Nothing is dead.\n", "")
    first, second = (give_up(kept) for _ in range(2))

    assert "2 dead." in drumbeat("outbox", "list").out
    assert [each["id"] for each in json.loads(drumbeat("outbox", "list", "--format", "json").out)] == [first, second]
    assert json.loads(drumbeat("outbox", "list", "--state", "held", "--format", "json").out) == []

    assert drumbeat("outbox", "retry", str(first)) == Ran(0, f"{first}: queued again.\n", "")
    assert drumbeat("outbox", "retry", "--all-dead") == Ran(0, f"{second}: queued again.\n", "")
    assert drumbeat("outbox", "drop", str(first), "--reason", "said by hand") == Ran(0, f"{first}: dropped.\n", "")
    assert drumbeat("outbox", "drop", str(first), "--reason", "again") == Ran(1, "", f"{first}: was taken back.\n")


def give_up(house: House) -> int:
    with house.db.transaction() as session:
        say = blocks.message(blocks.section("Hello"))
        number = outbox.post(session, house, people.UPDATES, say, kind="test")
        session.get_one(OutboxMessage, number).state = "dead"
        return number


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["list", "--state", "sent"], "--state is dead, held, unsure, sending or queued."),
        (["retry"], "by their ids, or all that were given up"),
        (["retry", "3", "--all-dead"], "by their ids, or all that were given up"),
        (["retry", "3"], "3: there is no such message."),
        (["retry", str(10**30)], f"{10**30}: there is no such message."),
        (["drop", "3", "--reason", " "], "Say with --reason why"),
        (["drop", "3", "--reason", "gone"], "3: there is no such message."),
    ],
)
def test_what_cannot_be_done_to_messages_is_refused(
    drumbeat: Drumbeat, kept: House, arguments: list[str], says: str
) -> None:
    ran = drumbeat("outbox", *arguments)

    assert (ran.code, ran.out) == (1, "")
    assert says in ran.err


def test_operators_find_and_retry_timers(drumbeat: Drumbeat, kept: House) -> None:
    assert drumbeat("timers") == Ran(0, "No timer waits, and none was given up.\n", "")
    with kept.db.transaction() as session:
        timers.arm(session, kept, "broken", "test", "", kept.clock.now())
        session.query(Timer).one().state = "failed"

    assert "1 failed, 0 armed." in drumbeat("timers", "--failed").out
    (timer,) = json.loads(drumbeat("timers", "--format", "json").out)
    assert drumbeat("timers", "retry", str(timer["id"])) == Ran(0, f"{timer['id']}: broken fires again at once.\n", "")
    assert drumbeat("timers", "retry", str(timer["id"])).code == 1
    assert json.loads(drumbeat("timers", "--failed", "--format", "json").out) == []


@pytest.mark.parametrize("command", [("outbox", "list"), ("timers",), ("timers", "retry", "3")])
def test_operators_need_a_database_of_this_version(drumbeat: Drumbeat, command: tuple[str, ...]) -> None:
    ran = drumbeat(*command)

    assert (ran.code, ran.out) == (1, "")
    assert "run `drumbeat migrate`" in ran.err


@pytest.fixture
def library_log() -> Iterator[logging.Logger]:
    log = logging.getLogger("apscheduler")
    before = log.level
    yield log
    log.setLevel(before)


@pytest.mark.parametrize(("level", "shown"), [("info", logging.WARNING), ("debug", logging.NOTSET)])
def test_libraries_tell_their_small_talk_only_to_who_debugs(
    library_log: logging.Logger, level: str, shown: int
) -> None:
    library_log.setLevel(logging.NOTSET)
    running._hush(level)

    assert library_log.level == shown
