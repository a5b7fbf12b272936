"""Tokens: made, revoked, and looked at with every call."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.api import model
from bot.api.endpoints import Problem
from bot.api.model import NAME_LIMIT, Token
from bot.audit import record
from bot.errors import UserError
from bot.house import House

SECRET = re.compile(r"drumbeat_[0-9a-f]{64}")
CALLS_A_MINUTE = 60
MINUTE = timedelta(minutes=1)


def new(session: Session, house: House, name: str, may: Sequence[str], known: Collection[str], by: str) -> str:
    """Make a token that may ask for `may`, of all that is `known`; returns its secret, which is kept nowhere."""
    if not re.fullmatch(r"[\w.-]+( [\w.-]+)*", name) or len(name) > NAME_LIMIT:
        raise UserError(f"{name!r} is no name for a token: write up to {NAME_LIMIT} letters, digits, spaces, . - or _.")
    if not may or not set(may) <= set(known):
        raise UserError(f"Say with --may what it may ask for: {', '.join(sorted(known))}.")
    if _good(session, house, name):
        raise UserError(f"There is a token “{name}” already: revoke it first, or choose another name.")
    secret = f"drumbeat_{secrets.token_hex(32)}"
    token = Token(
        workspace_id=house.workspace_id, name=name, may=sorted(set(may)), secret_hash=_hash(secret),
        made_at=house.clock.now(), calls=0,
    )  # fmt: skip
    session.add(token)
    session.flush()
    record(session, house, "token.made", f"token:{token.id}", by=by, name=name, may=token.may)
    return secret


def revoke(session: Session, house: House, name: str, by: str) -> None:
    """Take no call by this token any more; a `UserError` when there is none of that name."""
    found = _good(session, house, name)
    if not found:
        raise UserError(f"There is no token “{name}” that is not revoked: `drumbeat tokens list` shows all.")
    for token in found:
        token.revoked_at = house.clock.now()
        record(session, house, "token.revoked", f"token:{token.id}", by=by, name=name)


def admitted(session: Session, house: House, authorization: str) -> Token:
    """Whose call it is, by the header of that name; a `Problem` when it is nobody's, or one too many."""
    token = _by_secret(session, house, authorization)
    if token is None:
        how = {"WWW-Authenticate": "Bearer"}
        raise Problem(401, "Send a token that is not revoked: Authorization: Bearer drumbeat_…", headers=how)
    now = house.clock.now()
    # A clock that was set back must not lock anybody out for longer.
    if token.minute is None or not token.minute <= now < token.minute + MINUTE:
        token.minute, token.calls = now, 0
    token.calls += 1
    token.used_at = now
    if token.calls > CALLS_A_MINUTE:
        seconds = -int((now - token.minute - MINUTE).total_seconds() // 1)
        raise Problem(
            429, f"More than {CALLS_A_MINUTE} calls in a minute: go on later.", headers={"Retry-After": str(seconds)}
        )
    return token


def _by_secret(session: Session, house: House, authorization: str) -> Token | None:
    scheme, _, secret = authorization.partition(" ")
    # What cannot be one costs no look at the database.
    if scheme.lower() != "bearer" or not SECRET.fullmatch(secret.strip()):
        return None
    wanted = _hash(secret.strip())
    token = model.by_hash(session, house, wanted)
    # What the index compares is a hash, so its time tells nothing of a token; this compares in constant time besides.
    return token if token is not None and hmac.compare_digest(token.secret_hash, wanted) else None


def _good(session: Session, house: House, name: str) -> list[Token]:
    return [each for each in model.every(session, house) if each.name == name and each.revoked_at is None]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
