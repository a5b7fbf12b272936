"""The versions of a workspace's definitions, each with its files, author and changes. The newest is in force.

Every process runs the version that the database holds, whatever its own folder says. Whoever makes a new one keeps
timers from firing until it is in, and whoever fires looks first which one that is: nothing fires under an old one.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import String, Text, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base
from bot.definitions import KINDS, Definitions, Organisation, load_texts
from bot.definitions.report import as_lines
from bot.errors import UserError
from bot.house import House
from bot.logs import get_logger

AT_FIRST_START = "the first start"
"""The author of a version that nobody applied."""
MOST_PARSED = 32
"""How many versions a process keeps ready to use."""

# Any number that nothing else locks; the second key is the workspace.
_POSTGRES_LOCK = 7_365_208

log = get_logger(__name__)


class Overtaken(UserError):
    """Somebody else has made a version meanwhile."""


class Unreadable(UserError):
    """This program cannot read a stored version; the message says why."""

    @property
    def short(self) -> str:
        return str(self).splitlines()[0].removesuffix(":")


class Version(Base):
    __tablename__ = "definition_version"

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    applied_at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(120))
    """Who made it: a Slack user id, or the name of whoever used the command line."""
    note: Mapped[str] = mapped_column(Text, default="")
    """Why, in their own words; may be empty."""
    files: Mapped[dict[str, Any]]
    """Each file's text by its name, comments and all."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """The same for the same files."""
    changes: Mapped[list[str]]
    """What it changed, in words, a line each."""
    restores: Mapped[int | None] = mapped_column(default=None)
    """The version whose files it took over again; none when its files are its own."""
    gates: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """The ids of the pilot's boxes whose gates people have passed by then: no file holds them."""


@dataclass(frozen=True)
class InForce:
    """The definitions to run by, and which version they are."""

    definitions: Definitions
    number: int
    newest: int
    """Higher than `number` when this program cannot read the newer ones; `unreadable` then says why."""
    unreadable: Unreadable | None = None


def fingerprint(files: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        for part in (name, content):
            encoded = part.encode()
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def newest(session: Session, workspace_id: str) -> int:
    """The number of the version in force; 0 before the first."""
    return session.scalar(select(func.max(Version.number)).where(Version.workspace_id == workspace_id)) or 0


def settled(session: Session, workspace_id: str) -> int:
    """The same, and no newer one comes before this transaction has ended."""
    _lock(session, workspace_id, "pg_advisory_xact_lock_shared")
    return newest(session, workspace_id)


def workspace(session: Session, wanted: str | None = None) -> str:
    """The workspace that has versions here, or of several the one that is wanted; a `UserError` when there is none."""
    found = sorted(session.scalars(select(Version.workspace_id).distinct()))
    if not found:
        raise UserError("No version is in force yet: start Drumbeat once, and your folder becomes version 1.")
    if wanted is not None:
        if wanted not in found:
            raise UserError(f"No version is in force in workspace {wanted}. Known here: {', '.join(found)}.")
        return wanted
    if len(found) > 1:
        raise UserError(f"There are several workspaces. Say which with --workspace: {', '.join(found)}.")
    return found[0]


def get(session: Session, workspace_id: str, number: int) -> Version:
    """A stored version; a `UserError` when there is none of that number."""
    found = session.get(Version, (workspace_id, number))
    if found is None:
        last = newest(session, workspace_id)
        have = f"there are 1 to {last}" if last > 1 else "there is only version 1" if last else "there is none yet"
        raise UserError(f"There is no version {number}: {have}. `drumbeat versions` lists them.")
    return found


def every(session: Session, workspace_id: str) -> list[Version]:
    """All versions, newest first."""
    query = select(Version).where(Version.workspace_id == workspace_id).order_by(Version.number.desc())
    return list(session.scalars(query))


def store(
    session: Session,
    workspace_id: str,
    now: datetime,
    files: Mapping[str, str],
    *,
    after: int,
    author: str,
    note: str = "",
    changes: Collection[str] = (),
    restores: int | None = None,
    gates: Collection[str] | None = None,
) -> int:
    """Make `files` the version after number `after`; raises Overtaken when that is not the newest any more.

    The `gates` of the pilot that are passed stay those of the version before, unless they are given. The caller
    has checked the files. No timer fires until this transaction has ended.
    """
    _lock(session, workspace_id, "pg_advisory_xact_lock")
    last, number = newest(session, workspace_id), after + 1
    if last != after:
        raise Overtaken(
            f"Version {last} has come meanwhile, so nothing was applied:"
            " `drumbeat versions` shows it, `drumbeat plan` compares with it."
        )
    if gates is None:
        gates = get(session, workspace_id, after).gates if after else ()
    session.add(
        Version(
            workspace_id=workspace_id,
            number=number,
            applied_at=now,
            author=author,
            note=note,
            files=dict(files),
            fingerprint=fingerprint(files),
            changes=list(changes),
            restores=restores,
            gates=list(gates),
        )
    )
    session.flush()
    return number


def definitions(session: Session, workspace_id: str, number: int, kinds: Collection[str] = KINDS) -> Definitions:
    """A stored version, ready to use; raises Unreadable when this program does not understand it."""
    known = session.execute(
        select(Version.fingerprint, Version.gates).where(Version.workspace_id == workspace_id, Version.number == number)
    ).first()
    key = f"{known.fingerprint} {' '.join(known.gates)}" if known else ""
    if (parsed := _parsed.get(key)) is not None:
        return parsed
    version = get(session, workspace_id, number)
    loaded = load_texts(version.files, f"version {number}", kinds)
    if loaded.definitions is None:
        raise Unreadable(
            f"This program cannot read version {number} of the definitions:\n" + "\n".join(as_lines(loaded.problems))
        )
    found = replace(loaded.definitions, gates_passed=tuple(version.gates))
    _parsed.keep(key, found)
    return found


def in_force(session: Session, workspace_id: str, kinds: Collection[str] = KINDS) -> InForce:
    """What to run by: the newest version that this program can read. Raises Unreadable when it can read none."""
    last = newest(session, workspace_id)
    unreadable: Unreadable | None = None
    for number in range(last, 0, -1):
        try:
            return InForce(definitions(session, workspace_id, number, kinds), number, last, unreadable)
        except Unreadable as error:
            unreadable = unreadable or error
    raise unreadable or Unreadable("No version of the definitions is stored yet.")


def as_of(session: Session, house: House, number: int | None) -> House:
    """The house for what began under an earlier version: its rituals, areas and hours, and today's people and channels.

    Whom the organisation has dropped since is still known by name, without any role. The same house when `number`
    is the version in force, none, or one that this program cannot read any more.
    """
    if not number or number == house.version:
        return house
    try:
        then = definitions(session, house.workspace_id, number)
    except UserError as error:
        log.warning("an old version cannot be read; what began under it follows the one in force", reason=str(error))
        return house
    return house.reading(_then_with_people_of_now(then, house.definitions), number)


def _then_with_people_of_now(then: Definitions, now: Definitions) -> Definitions:
    here = {person.ref for person in now.organisation.people}
    gone = [each.model_copy(update={"roles": ()}) for each in then.organisation.people if each.ref not in here]
    ours = {
        "people": (*now.organisation.people, *gone),
        "functions": now.organisation.functions,
        "channels": now.organisation.channels,
    }
    fields = {name: getattr(then.organisation, name) for name in Organisation.model_fields}
    # Built anew: a copy would keep the look-up tables of the one it was made from.
    organisation = Organisation.model_construct(**fields | ours)
    return replace(
        now, organisation=organisation, calendar=then.calendar, pilot=then.pilot, gates_passed=then.gates_passed
    )


class _Parsed:
    """The versions that were used last, by what is in them and which gates are passed: of whichever database."""

    def __init__(self) -> None:
        self._held: dict[str, Definitions] = {}
        self._lock = Lock()

    def get(self, key: str) -> Definitions | None:
        with self._lock:
            found = self._held.pop(key, None)
            if found is not None:
                self._held[key] = found
            return found

    def keep(self, key: str, parsed: Definitions) -> None:
        with self._lock:
            self._held[key] = parsed
            while len(self._held) > MOST_PARSED:
                del self._held[next(iter(self._held))]


_parsed = _Parsed()


def _lock(session: Session, workspace_id: str, function: str) -> None:
    """On SQLite a transaction is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text(f"SELECT {function}(:lock, hashtext(:workspace))"),
            {"lock": _POSTGRES_LOCK, "workspace": workspace_id},
        )
