"""Looks at everything Drumbeat needs, each thing on its own, and says how to mend what is wrong."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import app, connection, migrations, nodes, timers, versions
from bot.clock import Clock, to_millis
from bot.db import Database
from bot.definitions import Definitions, Loaded, load
from bot.delivery import refusal
from bot.delivery.model import DEAD, HELD, QUEUED, OutboxMessage
from bot.delivery.slack import Identity, identify, in_words, make_client, make_session, open_connection
from bot.errors import UserError
from bot.logs import redact
from bot.manifest import scopes
from bot.migrations import State
from bot.node import database_in_words
from bot.people.directory import Directory, read_directory
from bot.samples.checking import problems, templates
from bot.settings import Settings, SettingsError, SlackSettings, SocketMode
from bot.words import plural

OK = "ok"
WARNING = "warning"
PROBLEM = "problem"

RECENT = 7 * 24 * 60 * 60_000
LONG_WAIT = 15 * 60_000
"""Milliseconds."""
MIGRATE = "run `drumbeat migrate`"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: str
    """OK, WARNING or PROBLEM."""
    says: str
    mend: str = ""


async def examine(environ: Mapping[str, str], folder: Path, clock: Clock) -> list[Finding]:
    """Everything, in the order in which it is best mended; nothing that fails keeps the rest from being looked at."""
    settings, unreadable, findings = _settings(environ, folder)
    if settings is None:
        return findings
    loaded = load(settings.cadences, app.KINDS, settings.templates)
    findings.append(_definitions(settings, loaded))
    findings += _words(settings)
    identity, found = await _slack(settings, loaded.definitions, clock)
    findings += found
    if "DATABASE_URL" not in unreadable:
        findings += _database(settings, loaded, identity.team_id if identity else None, clock)
    return findings


def as_lines(findings: Sequence[Finding]) -> list[str]:
    lines = []
    for each in findings:
        lines.append(redact(f"{each.state:<8} {each.what}: {each.says}"))
        if each.mend:
            lines.append(redact(f"{'':<8} -> {each.mend}"))
    counts = {state: sum(each.state == state for each in findings) for state in (PROBLEM, WARNING)}
    lines.append(", ".join(f"{n} {state}{'' if n == 1 else 's'}" for state, n in counts.items()) + ".")
    return lines


def as_data(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Ready for JSON: what, state, says, mend."""
    return [{key: redact(value) for key, value in asdict(each).items()} for each in findings]


def _settings(environ: Mapping[str, str], folder: Path) -> tuple[Settings | None, set[str], list[Finding]]:
    """The settings without what is wrong in them, and the names of what was left out."""
    try:
        return Settings.read(environ, folder), set(), [Finding("Settings", OK, "readable")]
    except SettingsError as error:
        findings = [Finding("Settings", PROBLEM, problem) for problem in error.problems]
        wrong = {found.group() for problem in error.problems if (found := re.match("[A-Z_]+(?=[ :])", problem))}
    try:
        # An empty variable is an unset one.
        return Settings.read({**environ, **dict.fromkeys(wrong, "")}, folder), wrong, findings
    except SettingsError:
        return None, wrong, findings


def _definitions(settings: Settings, loaded: Loaded) -> Finding:
    if loaded.definitions is None:
        first = loaded.problems[0]
        says = f"{len(loaded.problems)} mistakes, first {first.file}:{first.line}: {first.message}"
        return Finding("Definitions", PROBLEM, says, "run `drumbeat check`, which shows them all")
    says = f"{plural(len(loaded.definitions.calendar.rituals), 'ritual')} in {settings.cadences}"
    return Finding("Definitions", OK, says)


def _words(settings: Settings) -> Iterator[Finding]:
    """The words a team has changed; the shipped ones are checked before they are shipped."""
    own, *rest = settings.templates
    if not rest:
        return
    if wrong := problems(settings.templates):
        says = f"{plural(len(wrong), 'mistake')}, first {wrong[0].file}:{wrong[0].line}: {wrong[0].message}"
        yield Finding("Words", PROBLEM, says, "run `drumbeat templates check`, which shows them all")
    else:
        yield Finding("Words", OK, f"{plural(len(templates(own)), 'template')} of your own in {own}")


async def _slack(
    settings: Settings, definitions: Definitions | None, clock: Clock
) -> tuple[Identity | None, list[Finding]]:
    try:
        slack = settings.for_slack()
    except SettingsError as error:
        return None, [Finding("Slack settings", PROBLEM, problem) for problem in error.problems]
    async with make_session() as session:
        client = make_client(slack.bot_token.reveal(), slack.api_url, session)
        findings: list[Finding] = []
        identity = await _identity(client, findings)
        if identity is not None:
            with _noting("Clock", findings):
                findings += _clock("slack", await connection.slack_ahead(client, clock))
        with _noting("Slack's way to us", findings):
            findings.append(await _door(slack, client))
        if identity is None or definitions is None:
            return identity, findings
        with _noting("Slack's directory", findings):
            with in_words(client):
                directory = await read_directory(client)
            findings += _channels(definitions, directory)
            findings += _people(definitions, directory)
        return identity, findings


async def _identity(client: Any, findings: list[Finding]) -> Identity | None:
    try:
        identity = await identify(client)
    except UserError as error:
        findings.append(Finding("Slack token", PROBLEM, str(error)))
        return None
    findings += [Finding("Slack token", OK, f"{identity.team} (as {identity.user})"), _scopes(identity)]
    return identity


@contextmanager
def _noting(what: str, findings: list[Finding]) -> Iterator[None]:
    """A check that ends in words for people is a finding like any other."""
    try:
        yield
    except UserError as error:
        findings.append(Finding(what, PROBLEM, str(error)))


def _clock(whose: str, ahead: timedelta | None) -> list[Finding]:
    """That our clock agrees with another; nothing when that one cannot be read."""
    if ahead is None:
        return []
    if abs(ahead) <= connection.TOLERATED:
        return [Finding("Clock", OK, f"agrees with {connection.WHOSE[whose]}")]
    mend = "keep this machine's time with NTP (chrony, systemd-timesyncd)"
    return [Finding("Clock", WARNING, connection.in_words_of_clocks(whose, ahead), mend)]


def _scopes(identity: Identity) -> Finding:
    if identity.scopes is None:
        return Finding("Permissions", OK, "Slack did not say what the token may do")
    missing = [scope for scope in scopes(app.tables()) if scope not in identity.scopes]
    if not missing:
        return Finding("Permissions", OK, "all that is needed")
    mend = "give the app what `drumbeat manifest` lists, and install it to the workspace again"
    return Finding("Permissions", PROBLEM, f"missing {', '.join(missing)}", mend)


async def _door(slack: SlackSettings, client: Any) -> Finding:
    if isinstance(slack.door, SocketMode):
        await open_connection(client, slack.door.app_token.reveal())
        return Finding("Slack's way to us", OK, "Socket Mode, and its token is accepted")
    says = f"HTTP on port {slack.door.port}; whether the signing secret is right shows when Slack calls"
    return Finding("Slack's way to us", OK, says)


def _channels(definitions: Definitions, directory: Directory) -> list[Finding]:
    known = {f"#{channel['name']}": channel for channel in directory.channels if channel.get("name")}
    known |= {str(channel["id"]): channel for channel in directory.channels}
    rules = definitions.insights
    private = rules.restricted.channel if rules and rules.restricted else None
    watched = rules.watched if rules else ()
    findings = []
    for name, uses in sorted(_channels_used(definitions).items()):
        what = f"Channel {name} ({', '.join(uses)})"
        if name not in known:
            mend = f"create {name}, or write the right name; if it is private: invite @Drumbeat to {name}"
            findings.append(Finding(what, PROBLEM, "Slack shows no such channel", mend))
        elif name == private and not known[name].get("is_private"):
            mend = "make it private in Slack, or name another one under `restricted` in insights.yaml"
            findings.append(Finding(what, PROBLEM, "everybody can read it, and restricted insights go there", mend))
        elif name in watched and not known[name].get("is_member"):
            mend = f"invite @Drumbeat to {name}"
            findings.append(Finding(what, PROBLEM, "Drumbeat is not in it, and sees no emoji there", mend))
        elif not known[name].get("is_member"):
            # It is public, else Slack would not show it.
            findings.append(Finding(what, OK, "Drumbeat joins it with its first message there"))
        else:
            findings.append(Finding(what, OK, "Drumbeat is in it"))
    return findings


def _channels_used(definitions: Definitions) -> dict[str, list[str]]:
    """Each channel of the definitions, with what it is for."""
    organisation = definitions.organisation
    uses = [(name, use) for use, name in organisation.channels.model_dump().items()]
    uses += [(ritual.channel, ritual.id) for ritual in definitions.calendar.rituals if ritual.channel]
    uses += [(area.forum, f"forum of {area.id}") for area in organisation.areas]
    if rules := definitions.insights:
        uses += [(rules.channel, "insights"), *((name, "watched for insights") for name in rules.watched)]
        uses += [(route.forum.channel, f"forum of {route.name}") for route in rules.routes if route.forum.channel]
        if rules.restricted and rules.restricted.channel:
            uses.append((rules.restricted.channel, "restricted insights"))
        if rules.incident and rules.incident.channel:
            uses.append((rules.incident.channel, "incidents"))
    used: dict[str, list[str]] = {}
    for name, use in uses:
        used.setdefault(name, []).append(use)
    return used


def _people(definitions: Definitions, directory: Directory) -> list[Finding]:
    active = [member for member in directory.members if not member.get("deleted")]
    known = {str((member.get("profile") or {}).get("email") or "").casefold() for member in active}
    known |= {str(member["id"]) for member in active}
    everyone = definitions.organisation.people
    unknown = [person for person in everyone if person.ref not in known and person.slack not in known]
    if not unknown:
        return [Finding("People", OK, f"Slack knows all {len(everyone)}")]
    mend = "write the e-mail address they use in Slack, or their member id, into organisation.yaml"
    return [
        Finding("People", PROBLEM, f"Slack knows no active {person.name} ({person.ref})", mend) for person in unknown
    ]


def _database(settings: Settings, loaded: Loaded, workspace_id: str | None, clock: Clock) -> list[Finding]:
    address = settings.database_url.reveal()
    db = Database(address)
    findings: list[Finding] = []
    try:
        with _noting("Database", findings), database_in_words(address):
            findings.append(_schema(db))
            if findings[-1].state == OK:
                ahead = db.call(connection.database_ahead, clock)
                findings += _clock("database", ahead)
                findings += db.call(_in_force, workspace_id, loaded)
                # What the processes wrote down goes by the database's clock.
                findings += db.call(_kept, workspace_id, to_millis(clock.now() + (ahead or timedelta())))
    finally:
        db.close()
    return findings


def _schema(db: Database) -> Finding:
    file = db.engine.url.database
    # Looking at an SQLite file that is not there would make one.
    if db.is_sqlite and not Path(str(file)).exists():
        return Finding("Database", PROBLEM, f"there is none at {file} yet", MIGRATE)
    match migrations.state(db.engine):
        case State.BEHIND:
            return Finding("Database", PROBLEM, "its schema is older than this program", MIGRATE)
        case State.UNKNOWN:
            return Finding("Database", PROBLEM, "a newer Drumbeat made its schema", "install that version")
        case State.CURRENT:
            return Finding("Database", OK, db.engine.url.render_as_string(hide_password=True))


def _in_force(session: Session, workspace_id: str | None, loaded: Loaded) -> list[Finding]:
    """Which version is in force, and whether the folder holds another; nothing before the first start."""
    if workspace_id is None or not versions.newest(session, workspace_id):
        return []
    what = "Version in force"
    mend = "run the Drumbeat that applied it, or `drumbeat rollback` to one that this program reads"
    try:
        found = versions.in_force(session, workspace_id, app.KINDS)
    except versions.Unreadable as unreadable:
        return [Finding(what, PROBLEM, unreadable.short, mend)]
    stored = versions.get(session, workspace_id, found.number)
    says = f"{found.number}, by {stored.author}"
    if found.unreadable:
        return [Finding(what, PROBLEM, f"{says}. {found.unreadable.short}", mend)]
    if loaded.definitions and versions.fingerprint(loaded.texts) != stored.fingerprint:
        mend = "`drumbeat plan` shows how, `drumbeat apply` applies it"
        return [Finding(what, WARNING, f"{says}; the folder differs from it", mend)]
    return [Finding(what, OK, says)]


def _kept(session: Session, workspace_id: str | None, now: int) -> list[Finding]:
    """What the database says of a workspace; of all in it when Slack did not say which one is ours."""
    return [
        *_refusals(session, workspace_id),
        _nodes(session, now),
        *_messages(session, workspace_id, now),
        *_timers(session, workspace_id),
    ]


def _refusals(session: Session, workspace_id: str | None) -> list[Finding]:
    return [
        Finding("Installation", PROBLEM, f"{each}: nothing is sent, and no timer fires", refusal.MEND)
        for each in refusal.refusals(session, workspace_id)
    ]


def _nodes(session: Session, now: int) -> Finding:
    alive = nodes.alive(session, now)
    if not alive:
        return Finding("Processes", WARNING, "none is running", "start one: `drumbeat run`")
    says = "; ".join(
        f"{each.role} {each.version} on {each.host}"
        + (f" since {each.started:%Y-%m-%d %H:%M} UTC" if each.started else "")
        for each in alive
    )
    if len({each.version for each in alive}) > 1:
        return Finding("Processes", WARNING, f"{says}: versions differ", "bring all to one version")
    missing = [role for role in nodes.ROLES if not any(role in each.role.split(",") for each in alive)]
    if missing:
        mend = f"start one: `drumbeat run --role {missing[0]}`"
        return Finding("Processes", WARNING, f"{says}; none is a {missing[0]}", mend)
    return Finding("Processes", OK, says)


def _messages(session: Session, workspace_id: str | None, now: int) -> list[Finding]:
    def count(*conditions: Any) -> int:
        ours = () if workspace_id is None else (OutboxMessage.workspace_id == workspace_id,)
        return session.scalar(select(func.count()).select_from(OutboxMessage).where(*ours, *conditions)) or 0

    dead = count(OutboxMessage.state == DEAD, OutboxMessage.created_at > now - RECENT)
    # These wait for a person, however old they are.
    held = count(OutboxMessage.state == HELD)
    long_ago = now - LONG_WAIT
    waiting = count(
        OutboxMessage.state == QUEUED, OutboxMessage.created_at < long_ago, OutboxMessage.not_before < long_ago
    )
    findings = []
    if dead:
        mend = "see `drumbeat outbox list --state dead`: each says why, and what to do; then retry or drop it"
        findings.append(Finding("Messages", WARNING, f"{dead} of the last week could not be delivered", mend))
    if held:
        mend = "see `drumbeat outbox list --state held`; invite @Drumbeat there, so that it can look itself"
        findings.append(Finding("Messages", WARNING, f"{held} may or may not have arrived", mend))
    if waiting:
        mend = "see whether `drumbeat run` is running and reaches Slack"
        findings.append(Finding("Messages", WARNING, f"{waiting} wait longer than a quarter of an hour", mend))
    return findings or [Finding("Messages", OK, "none is stuck")]


def _timers(session: Session, workspace_id: str | None) -> list[Finding]:
    mend = "mend what the error says; then `drumbeat timers retry {}`, or start Drumbeat again: it then tries once more"
    found = [
        Finding(
            "Timers", PROBLEM, f"{timer.key} was given up: {timer.error or 'no reason was kept'}", mend.format(timer.id)
        )
        for timer in timers.failed(session, workspace_id)
    ]
    return found or [Finding("Timers", OK, "none was given up")]
