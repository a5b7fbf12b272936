"""Settings: what the environment and a `.env` file say, read once, checked, and kept from the logs.

Every problem is reported at once, each in one line that names the variable, says what is wrong without
repeating a secret, and where the right value is found.
"""

import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv.parser import parse_stream
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot import shipped
from bot.errors import UserError
from bot.logs import FORMATS, LEVELS

SLACK_API_URL = "https://slack.com/api/"
DATABASE_URL = "sqlite:///drumbeat.db"
PORT = 3000
WAKES = ("poll", "notify")
SWITCH = ("on", "off")

_BOT_TOKEN_PLACE = "api.slack.com/apps > your app > OAuth & Permissions > Bot User OAuth Token"
_APP_TOKEN_PLACE = "api.slack.com/apps > your app > Basic Information > App-Level Tokens"
_SIGNING_SECRET_PLACE = "api.slack.com/apps > your app > Basic Information > App Credentials > Signing Secret"


class SettingsError(UserError):
    """What is wrong with the settings, one line per problem."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Secret:
    """A value that does not show itself when printed, logged or compared in a failing test."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(hidden)"


@dataclass(frozen=True)
class SocketMode:
    """Slack is reached by a connection from here: no public address is needed."""

    app_token: Secret


@dataclass(frozen=True)
class Http:
    """Slack calls us on `port` and signs what it sends."""

    signing_secret: Secret
    port: int


@dataclass(frozen=True)
class SlackSettings:
    bot_token: Secret
    api_url: str
    """Ends in a slash."""
    door: SocketMode | Http


@dataclass(frozen=True)
class Settings:
    database_url: Secret
    """An SQLAlchemy address; it may hold a password. A SQLite file's path is absolute."""
    cadences: Path
    templates: tuple[Path, ...]
    """Folders to look for templates in; the first that has one wins."""
    log_level: str
    log_format: str
    wake: str
    """How processes hear of each other's work: `poll`, or `notify`, which PostgreSQL can."""
    metrics_port: int | None
    """Where health and figures are served apart from Slack's door."""
    feed_url: str | None
    """Where calendar feeds are reached from outside, without a slash at its end; none: they are not served."""
    port: int
    """Where whatever is called from outside is served: Slack's door over HTTP, feeds, and the API."""
    api: bool
    """Whether programs with a token are answered."""
    _slack: SlackSettings | None = None
    _slack_problems: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def read(cls, environ: Mapping[str, str], folder: Path, *, with_slack: bool = False) -> "Settings":
        """Read `environ`, and `.env` in the working `folder` for what it leaves out.

        Raises SettingsError with every problem; those of the Slack variables only `with_slack`, because
        checking definitions or the database needs no Slack app.
        """
        problems: list[str] = []
        values = _values(environ, folder / ".env", problems)
        database_url = _database_url(values, folder, problems)
        cadences = _cadences(values, folder, problems)
        templates = _templates(values, folder, problems)
        log_level = _one_of(values, "LOG_LEVEL", LEVELS, "info", problems)
        log_format = _one_of(values, "LOG_FORMAT", FORMATS, "plain", problems)
        wake = _wake(values, database_url, problems)
        metrics_port = _metrics_port(values, problems)
        feed_url = _feed_url(values, problems)
        # Over HTTP the door itself complains.
        port = _port(values, "PORT", PORT, problems if "SLACK_SIGNING_SECRET" not in values else [])
        api = _one_of(values, "DRUMBEAT_API", SWITCH, "off", problems) == "on"
        slack_problems: list[str] = []
        slack = _slack_settings(values, slack_problems)
        if with_slack:
            problems += slack_problems
        if problems:
            raise SettingsError(tuple(problems))
        return cls(
            Secret(database_url),
            cadences,
            templates,
            log_level,
            log_format,
            wake,
            metrics_port,
            feed_url,
            port,
            api,
            slack,
            tuple(slack_problems),
        )

    def for_slack(self) -> SlackSettings:
        """What is needed to talk to Slack. Raises SettingsError with everything that is missing or wrong."""
        if self._slack is None:
            raise SettingsError(self._slack_problems)
        return self._slack


def _values(environ: Mapping[str, str], file: Path, problems: list[str]) -> dict[str, str]:
    written: dict[str, str | None] = {}
    try:
        if file.is_file():
            # Nothing is put in for $NAME: a password may hold a dollar sign.
            with file.open(encoding="utf-8") as stream:
                for line in parse_stream(stream):
                    if line.error:
                        where = f".env, line {line.original.line}"
                        problems.append(f"{where}, cannot be read: write NAME=value, and close every quote.")
                    elif line.key is not None:
                        written[line.key] = line.value
    except UnicodeDecodeError:
        problems.append(".env is not written in UTF-8: save it as UTF-8 text.")
    except OSError as error:
        problems.append(f".env cannot be read ({error.strerror}): mend its permissions.")
    together = {**written, **environ}
    # An empty variable is an unset one: that is how compose files and CI systems leave things out.
    return {name: value.strip() for name, value in together.items() if value and value.strip()}


def _database_url(values: Mapping[str, str], folder: Path, problems: list[str]) -> str:
    written = values.get("DATABASE_URL", DATABASE_URL)
    try:
        url = make_url(_one_host_at_a_time(written))
    except (ArgumentError, ValueError):
        problems.append(
            "DATABASE_URL is not a database address: write sqlite:///drumbeat.db or"
            " postgresql://user:password@host/database (with : / @ in a password written as %3A %2F %40)."
        )
        return written
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return _sqlite_url(url, folder, problems)
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        if importlib.util.find_spec("psycopg") is None:
            problems.append(
                "DATABASE_URL names PostgreSQL, but its driver is not installed:"
                " install Drumbeat with it, in its folder: pip install '.[postgres]'."
            )
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    problems.append(
        f"DATABASE_URL begins with {url.drivername}://, which Drumbeat does not use:"
        " write sqlite:///drumbeat.db or postgresql://user:password@host/database."
    )
    return written


def _one_host_at_a_time(written: str) -> str:
    """`postgresql://a:5432,b/name`, which PostgreSQL's own tools take, as SQLAlchemy takes it."""
    several = re.fullmatch(r"(postgres[^:/]*://(?:[^@/]*@)?)([^/?@]*,[^/?@]*)(/[^?]*)?(?:\?(.*))?", written)
    if several is None:
        return written
    start, hosts, name, query = several.groups()
    wanted = [f"host={host}" for host in hosts.split(",") if host]
    if "target_session_attrs=" not in (query or ""):
        # Else a server that only follows the other would be kept for as long as it is there.
        wanted.append("target_session_attrs=read-write")
    return f"{start}{name or '/'}?{'&'.join([*wanted, *([query] if query else [])])}"


def _sqlite_url(url: URL, folder: Path, problems: list[str]) -> str:
    if url.database in (None, "", ":memory:"):
        problems.append(
            "DATABASE_URL keeps everything in memory, so a restart would forget it:"
            " name a file, such as sqlite:///drumbeat.db."
        )
        return str(url)
    file = (folder / str(url.database)).resolve()
    if not file.parent.is_dir():
        problems.append(f"DATABASE_URL: the folder {file.parent} does not exist: create it or name another.")
    elif file.is_dir():
        problems.append(f"DATABASE_URL: {file} is a folder: name a file in it, such as drumbeat.db.")
    return url.set(database=str(file)).render_as_string(hide_password=False)


def _cadences(values: Mapping[str, str], folder: Path, problems: list[str]) -> Path:
    named = _named_folder("DRUMBEAT_CADENCES", values, folder, problems)
    return named or shipped.folder("cadences", working=folder)


def _templates(values: Mapping[str, str], folder: Path, problems: list[str]) -> tuple[Path, ...]:
    named = _named_folder("DRUMBEAT_TEMPLATES", values, folder, problems)
    # A team's folder may hold only the words it changes: the rest comes from the shipped one.
    return (named, shipped.folder("templates")) if named else shipped.folders("templates", working=folder)


def _named_folder(name: str, values: Mapping[str, str], folder: Path, problems: list[str]) -> Path | None:
    if name not in values:
        return None
    named = (folder / Path(values[name]).expanduser()).resolve()
    if not named.is_dir():
        problems.append(f"{name}: the folder {named} does not exist: mend the path or remove the variable.")
    return named


def _one_of(values: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str, problems: list[str]) -> str:
    value = values.get(name, default).lower()
    if value not in allowed:
        problems.append(f"{name} is {values[name]!r}: write one of {', '.join(allowed)}.")
    return value


def _wake(values: Mapping[str, str], database_url: str, problems: list[str]) -> str:
    wake = _one_of(values, "DRUMBEAT_WAKE", WAKES, "poll", problems)
    if wake == "notify" and not database_url.startswith("postgres"):
        problems.append("DRUMBEAT_WAKE is 'notify', which needs PostgreSQL: remove it, or set DATABASE_URL to one.")
    return wake


def _metrics_port(values: Mapping[str, str], problems: list[str]) -> int | None:
    if "METRICS_PORT" not in values:
        return None
    port = _port(values, "METRICS_PORT", 9464, problems)
    is_served = not values.keys().isdisjoint({"SLACK_SIGNING_SECRET", "FEED_URL", "DRUMBEAT_API"})
    if is_served and str(port) == values.get("PORT", str(PORT)):
        problems.append(f"METRICS_PORT is {port}, as is PORT: choose another, or remove it to use the same server.")
    return port


def _feed_url(values: Mapping[str, str], problems: list[str]) -> str | None:
    url = values.get("FEED_URL")
    if url is None:
        return None
    if not re.fullmatch(r"https://[^/\s?#]+(/[^\s?#]*)?|http://(localhost|127\.0\.0\.1)(:\d+)?/?", url):
        problems.append(
            f"FEED_URL is {url!r}: write the https:// address under which this server is reached from outside,"
            " or remove it to serve no calendar feeds."
        )
        return None
    return url.rstrip("/")


def _slack_settings(values: Mapping[str, str], problems: list[str]) -> SlackSettings | None:
    bot_token = _bot_token(values, problems)
    api_url = _api_url(values, problems)
    door = _door(values, problems)
    if problems or door is None:
        return None
    return SlackSettings(Secret(bot_token), api_url, door)


def _bot_token(values: Mapping[str, str], problems: list[str]) -> str:
    token = values.get("SLACK_BOT_TOKEN", "")
    wrong = _what_is_wrong(token, "xoxb-")
    if wrong:
        problems.append(f"SLACK_BOT_TOKEN {wrong}: copy the xoxb- token from {_BOT_TOKEN_PLACE}.")
    return token


def _api_url(values: Mapping[str, str], problems: list[str]) -> str:
    url = values.get("SLACK_API_URL", SLACK_API_URL)
    if not re.fullmatch(r"https?://[^/\s]+(/\S*)?", url):
        problems.append(
            f"SLACK_API_URL is not a web address: remove it to use {SLACK_API_URL}"
            " or write one such as http://localhost:3000/api/."
        )
    return url.rstrip("/") + "/"


def _door(values: Mapping[str, str], problems: list[str]) -> SocketMode | Http | None:
    app_token, signing_secret = values.get("SLACK_APP_TOKEN"), values.get("SLACK_SIGNING_SECRET")
    if app_token and signing_secret:
        problems.append(
            "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set: keep the first for Socket Mode"
            " or the second for HTTP, and remove the other."
        )
        return None
    if app_token:
        return _socket_mode(app_token, problems)
    if signing_secret:
        return _http(signing_secret, values, problems)
    problems.append(
        "SLACK_APP_TOKEN is missing: for Socket Mode create a token with the scope connections:write under"
        f" {_APP_TOKEN_PLACE}; or for HTTP set SLACK_SIGNING_SECRET from {_SIGNING_SECRET_PLACE}."
    )
    return None


def _socket_mode(token: str, problems: list[str]) -> SocketMode:
    wrong = _what_is_wrong(token, "xapp-")
    if wrong:
        problems.append(
            f"SLACK_APP_TOKEN {wrong}: copy an xapp- token with the scope connections:write from {_APP_TOKEN_PLACE}."
        )
    return SocketMode(Secret(token))


def _http(signing_secret: str, values: Mapping[str, str], problems: list[str]) -> Http:
    if not re.fullmatch(r"[0-9A-Za-z]{8,}", signing_secret):
        problems.append(
            f"SLACK_SIGNING_SECRET does not look like a signing secret: copy it from {_SIGNING_SECRET_PLACE}."
        )
    return Http(Secret(signing_secret), _port(values, "PORT", PORT, problems))


def _port(values: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    port = values.get(name, str(default))
    if not re.fullmatch("[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        problems.append(f"{name} is {port!r}: write a number from 1 to 65535, such as {default}.")
        return default
    return int(port)


def _what_is_wrong(token: str, prefix: str) -> str | None:
    """What is wrong with a Slack token that should begin with `prefix`, in words that do not repeat it."""
    if not token:
        return "is missing"
    if token.startswith("xoxe."):
        return "is a rotating token, which lapses in twelve hours; switch token rotation off"
    if not token.startswith(prefix):
        known = {"xoxb-": "a bot token", "xoxp-": "a user token", "xapp-": "an app-level token"}
        kind = next((words for start, words in known.items() if token.startswith(start)), None)
        return f"holds {kind}" if kind else f"does not begin with {prefix}"
    if not re.fullmatch(r"[A-Za-z0-9-]+", token.removeprefix(prefix)):
        return "is not a whole token"
    return None
