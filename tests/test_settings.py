"""What the environment and `.env` may say, and how we answer when it is wrong."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

from bot.settings import Http, Settings, SettingsError, SocketMode

BOT_TOKEN = "xoxb-1234-abcDEF"
APP_TOKEN = "xapp-1-A1-2-f00d"
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
SOCKET_MODE = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
HTTP = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET}


def test_nothing_need_be_set_to_check_definitions(tmp_path: Path) -> None:
    settings = Settings.read({}, tmp_path)

    assert settings.database_url.reveal() == f"sqlite:///{tmp_path}/drumbeat.db"
    assert (settings.cadences / "calendar.yaml").is_file()
    assert [folder.name for folder in settings.templates] == ["templates"]
    assert (settings.log_level, settings.log_format) == ("info", "plain")


def test_an_app_token_means_socket_mode(tmp_path: Path) -> None:
    slack = Settings.read(SOCKET_MODE, tmp_path).for_slack()

    assert slack.bot_token.reveal() == BOT_TOKEN
    assert slack.api_url == "https://slack.com/api/"
    assert isinstance(slack.door, SocketMode)
    assert slack.door.app_token.reveal() == APP_TOKEN


def test_a_signing_secret_means_http(tmp_path: Path) -> None:
    slack = Settings.read(HTTP, tmp_path).for_slack()

    assert isinstance(slack.door, Http)
    assert slack.door.signing_secret.reveal() == SIGNING_SECRET
    assert slack.door.port == 3000


def test_the_port_may_be_chosen(tmp_path: Path) -> None:
    slack = Settings.read(HTTP | {"PORT": "8080"}, tmp_path).for_slack()

    assert isinstance(slack.door, Http)
    assert slack.door.port == 8080


def test_slacks_address_ends_in_a_slash_however_it_is_written(tmp_path: Path) -> None:
    slack = Settings.read(SOCKET_MODE | {"SLACK_API_URL": "http://localhost:3000/api"}, tmp_path).for_slack()

    assert slack.api_url == "http://localhost:3000/api/"


def test_a_dotenv_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=debug\nLOG_FORMAT=json\n")

    settings = Settings.read({"LOG_LEVEL": "error"}, tmp_path)

    assert (settings.log_level, settings.log_format) == ("error", "json")


def test_a_dollar_sign_in_a_dotenv_password_stays_one(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://bot:a${HOME}b@db/drumbeat\n")

    # Written the way an address writes $, { and }.
    assert ":a%24%7BHOME%7Db@" in Settings.read({}, tmp_path).database_url.reveal()


def test_an_empty_variable_is_an_unset_one(tmp_path: Path) -> None:
    slack = Settings.read(HTTP | {"SLACK_APP_TOKEN": "", "LOG_LEVEL": "  "}, tmp_path).for_slack()

    assert isinstance(slack.door, Http)


def test_the_copied_example_file_is_a_good_start(tmp_path: Path) -> None:
    example = Path(__file__).parent.parent / ".env.example"
    untouched = Settings.read({}, tmp_path)

    (tmp_path / ".env").write_text(example.read_text())

    assert Settings.read({}, tmp_path) == untouched


def test_a_teams_own_folders_win_and_the_shipped_templates_fill_the_gaps(tmp_path: Path) -> None:
    (tmp_path / "cadences").mkdir()
    (tmp_path / "words").mkdir()

    settings = Settings.read({"DRUMBEAT_TEMPLATES": "words"}, tmp_path)

    assert settings.cadences == tmp_path / "cadences"
    assert settings.templates[0] == tmp_path / "words"
    assert settings.templates[1].name == "templates"


def test_every_way_to_write_a_postgresql_address_uses_the_one_driver(tmp_path: Path) -> None:
    for start in ("postgres", "postgresql", "postgresql+psycopg"):
        settings = Settings.read({"DATABASE_URL": f"{start}://bot:p%40ss@db:5432/drumbeat"}, tmp_path)

        assert settings.database_url.reveal() == "postgresql+psycopg://bot:p%40ss@db:5432/drumbeat"


def test_several_postgresql_servers_may_be_named(tmp_path: Path) -> None:
    written = "postgresql://bot:p%40ss@one,two:5433/drumbeat?target_session_attrs=read-write"
    url = make_url(Settings.read({"DATABASE_URL": written}, tmp_path).database_url.reveal())

    (_, options) = create_engine(url).dialect.create_connect_args(url)
    assert (options["host"], options["port"]) == ("one,two", ",5433")
    assert (options["user"], options["password"], options["dbname"]) == ("bot", "p@ss", "drumbeat")
    assert options["target_session_attrs"] == "read-write"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [("?target_session_attrs=any", "any"), ("?sslmode=require", "read-write"), ("", "read-write")],
)
def test_of_several_postgresql_servers_the_one_that_takes_writes_is_used(
    tmp_path: Path, query: str, wanted: str
) -> None:
    written = f"postgresql://bot@one,two/drumbeat{query}"
    url = make_url(Settings.read({"DATABASE_URL": written}, tmp_path).database_url.reveal())
    assert url.query["target_session_attrs"] == wanted


def test_processes_poll_unless_told_to_notify(tmp_path: Path) -> None:
    notifying = {"DATABASE_URL": "postgresql://db/drumbeat", "DRUMBEAT_WAKE": "notify"}

    assert Settings.read({}, tmp_path).wake == "poll"
    assert Settings.read(notifying, tmp_path).wake == "notify"


def test_figures_are_served_on_a_port_of_their_own_when_one_is_named(tmp_path: Path) -> None:
    assert Settings.read({}, tmp_path).metrics_port is None
    assert Settings.read({"METRICS_PORT": "9464"}, tmp_path).metrics_port == 9464


def test_feeds_are_served_where_their_address_is_known(tmp_path: Path) -> None:
    assert Settings.read({}, tmp_path).feed_url is None
    settings = Settings.read({"FEED_URL": "https://drumbeat.example.com/", "PORT": "8080"}, tmp_path)
    assert (settings.feed_url, settings.port) == ("https://drumbeat.example.com", 8080)


def test_programs_are_answered_where_that_is_switched_on(tmp_path: Path) -> None:
    assert not Settings.read({}, tmp_path).api
    assert Settings.read({"DRUMBEAT_API": "on"}, tmp_path).api


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is missing", "Bot User OAuth Token"),
    ({"SLACK_BOT_TOKEN": "xoxp-1-secret"}, "SLACK_BOT_TOKEN holds a user token", "Bot User OAuth Token"),
    ({"SLACK_BOT_TOKEN": "xapp-1-secret"}, "SLACK_BOT_TOKEN holds an app-level token", "OAuth & Permissions"),
    ({"SLACK_BOT_TOKEN": "xoxe.xoxb-1-secret"}, "SLACK_BOT_TOKEN is a rotating token", "token rotation off"),
    ({"SLACK_BOT_TOKEN": "secret"}, "SLACK_BOT_TOKEN does not begin with xoxb-", "OAuth & Permissions"),
    (
        {"SLACK_BOT_TOKEN": "xoxb-a secret"},
        "SLACK_BOT_TOKEN is not a whole token",
        "OAuth & Permissions",
    ),
    ({"SLACK_BOT_TOKEN": "xoxb-..."}, "SLACK_BOT_TOKEN is not a whole token", "OAuth & Permissions"),
    ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN is missing", "SLACK_SIGNING_SECRET"),
    ({"SLACK_APP_TOKEN": "xoxb-1-secret"}, "SLACK_APP_TOKEN holds a bot token", "connections:write"),
    ({"SLACK_SIGNING_SECRET": SIGNING_SECRET}, "both set", "remove the other"),
    ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "se-cret"}, "SLACK_SIGNING_SECRET", "Signing Secret"),
    (
        {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SIGNING_SECRET, "PORT": "http"},
        "PORT is 'http'",
        "3000",
    ),
    ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SIGNING_SECRET, "PORT": "0"}, "PORT is '0'", "65535"),
    ({"SLACK_API_URL": "slack.com"}, "SLACK_API_URL is not a web address", "https://slack.com/api/"),
    ({"DATABASE_URL": "drumbeat.db"}, "DATABASE_URL is not a database address", "sqlite:///drumbeat.db"),
    ({"DATABASE_URL": "postgresql://bot:secret@db:x/d"}, "DATABASE_URL is not a database address", "%40"),
    ({"DRUMBEAT_WAKE": "shout"}, "DRUMBEAT_WAKE is 'shout'", "poll, notify"),
    ({"DRUMBEAT_WAKE": "notify"}, "DRUMBEAT_WAKE is 'notify', which needs PostgreSQL", "DATABASE_URL"),
    ({"METRICS_PORT": "http"}, "METRICS_PORT is 'http'", "9464"),
    ({"DRUMBEAT_API": "yes"}, "DRUMBEAT_API is 'yes'", "on, off"),
    ({"DRUMBEAT_API": "on", "METRICS_PORT": "3000"}, "METRICS_PORT is 3000, as is PORT", "remove it"),
    ({"FEED_URL": "http://drumbeat.example.com"}, "FEED_URL is 'http://drumbeat.example.com'", "https://"),
    (
        {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SIGNING_SECRET, "METRICS_PORT": "3000"},
        "METRICS_PORT is 3000, as is PORT",
        "remove it",
    ),
    ({"DATABASE_URL": "mysql://bot:secret@db/d"}, "DATABASE_URL begins with mysql://", "postgresql://"),
    ({"DATABASE_URL": "postgresql+psycopg2://bot:secret@db/d"}, "postgresql+psycopg2://", "postgresql://"),
    ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL keeps everything in memory", "sqlite:///drumbeat.db"),
    ({"DATABASE_URL": "sqlite:///no/such/folder/x.db"}, "DATABASE_URL: the folder", "create it"),
    ({"DATABASE_URL": "sqlite:///."}, "DATABASE_URL", "name a file"),
    ({"DRUMBEAT_CADENCES": "nowhere"}, "DRUMBEAT_CADENCES: the folder", "mend the path"),
    ({"DRUMBEAT_TEMPLATES": "nowhere"}, "DRUMBEAT_TEMPLATES: the folder", "mend the path"),
    ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is 'loud'", "debug, info, warning, error"),
    ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is 'xml'", "plain, json"),
]


@pytest.mark.parametrize(("change", "wrong", "mend"), WRONG)
def test_a_wrong_value_is_named_explained_and_not_repeated(
    tmp_path: Path, change: dict[str, str], wrong: str, mend: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read(SOCKET_MODE | change, tmp_path, with_slack=True)

    (problem,) = caught.value.problems
    assert wrong in problem
    assert mend in problem
    assert "\n" not in problem
    for secret in ("secret", "se-cret", BOT_TOKEN, APP_TOKEN, SIGNING_SECRET):
        assert secret not in problem.replace("a signing secret", "")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    broken = {"SLACK_BOT_TOKEN": "xoxp-1", "LOG_LEVEL": "loud", "DATABASE_URL": "mysql://db/d"}

    with pytest.raises(SettingsError) as caught:
        Settings.read(broken, tmp_path, with_slack=True)

    named = [problem.split()[0] for problem in caught.value.problems]
    assert named == ["DATABASE_URL", "LOG_LEVEL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert str(caught.value) == "\n".join(caught.value.problems)


def test_a_missing_token_matters_only_to_who_talks_to_slack(tmp_path: Path) -> None:
    settings = Settings.read({}, tmp_path)

    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN is missing"):
        settings.for_slack()


def test_postgresql_without_its_driver_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec

    def find_spec_without_psycopg(name: str, *rest: Any) -> Any:
        return None if name == "psycopg" else real(name, *rest)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec_without_psycopg)

    with pytest.raises(SettingsError, match=r"\.\[postgres\]"):
        Settings.read({"DATABASE_URL": "postgresql://db/drumbeat"}, tmp_path)


def test_a_dotenv_file_in_another_encoding_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("LOG_LEVEL=info # für uns\n".encode("latin-1"))

    with pytest.raises(SettingsError, match="UTF-8"):
        Settings.read({}, tmp_path)


def test_a_line_of_a_dotenv_file_that_cannot_be_read_is_named_without_what_it_says(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('SLACK_BOT_TOKEN xoxb-1\n# fine\nLOG_FORMAT=json\nLOG_LEVEL="info\n')

    with pytest.raises(SettingsError) as error:
        Settings.read({}, tmp_path)

    assert error.value.problems == tuple(
        f".env, line {line}, cannot be read: write NAME=value, and close every quote." for line in (1, 4)
    )


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    settings = Settings.read(HTTP | {"DATABASE_URL": "postgresql://bot:hunter2@db/drumbeat"}, tmp_path)

    shown = f"{settings} {settings!r} {settings.for_slack()} {settings.database_url}"
    for secret in (BOT_TOKEN, SIGNING_SECRET, "hunter2"):
        assert secret not in shown
