"""How a call is answered: whose it is, whether it may be made, whether it was made before, and only then what it does.

A token's row is held for as long as its call takes. So of two calls with the same Idempotency-Key at once the one acts,
and the other waits for it and gets its answer.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.api import model, tokens
from bot.api.endpoints import Answer, Asked, Endpoint, Problem
from bot.api.model import KEY_LIMIT, KeptAnswer, Token
from bot.errors import FieldErrors, UserError
from bot.house import House

LARGEST = 64 * 1024
"""Bytes of a body."""
ANSWERS_ARE_KEPT = timedelta(days=3)


@dataclass(frozen=True)
class Call:
    """A request as it came."""

    method: str
    path: str
    """Below `/api/`."""
    headers: Mapping[str, str]
    """By names in small letters."""
    body: bytes
    """Up to a byte more than is taken."""


@dataclass(frozen=True)
class Reply:
    """What goes back: JSON, and headers beside it."""

    status: int
    content: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


def answered(session: Session, house: House, endpoints: Sequence[Endpoint], call: Call) -> Reply:
    """Do what a program asks for, or say why not. What is refused leaves no trace but when its token was used."""
    try:
        if len(call.body) > LARGEST:
            raise Problem(413, f"Send at most {LARGEST // 1024} KiB.")
        token = tokens.admitted(session, house, call.headers.get("authorization", ""))
        endpoint, ref = _endpoint(endpoints, call)
        if endpoint.may not in token.may:
            raise Problem(403, f"This token may not ask for {endpoint.may}: make another with --may {endpoint.may}.")
        if call.method == "GET":
            return _reply(_done(session, house, endpoint, Asked(token.actor, ref, None)))
        return _reply(_once(session, house, token, endpoint, ref, call))
    except Problem as problem:
        return refused(problem)


def refused(problem: Problem) -> Reply:
    """A problem as RFC 9457 has it."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.fields:
        errors = [{"pointer": f"#/{name}", "detail": says} for name, says in problem.fields.items()]
        content["errors"] = errors
    return Reply(problem.status, content, {"Content-Type": "application/problem+json", **problem.headers})


def _reply(answer: Answer) -> Reply:
    return Reply(answer.status, answer.content, {"Content-Type": "application/json"})


def _endpoint(endpoints: Sequence[Endpoint], call: Call) -> tuple[Endpoint, str]:
    """Whatever answers to the call, with its ref."""
    methods = []
    # No address holds a sign that cannot be printed, and the databases do not take all of them.
    path = call.path if call.path.isprintable() else ""
    for endpoint in endpoints:
        pattern = re.escape(endpoint.path).replace(re.escape("{ref}"), "(?P<ref>.+)")
        if found := re.fullmatch(pattern, path):
            if endpoint.method == call.method:
                return endpoint, found.groupdict().get("ref", "")
            methods.append(endpoint.method)
    if methods:
        allowed = ", ".join(sorted(set(methods)))
        raise Problem(405, f"This address takes {allowed}.", headers={"Allow": allowed})
    raise Problem(404, "Nothing answers to this address.")


def _once(session: Session, house: House, token: Token, endpoint: Endpoint, ref: str, call: Call) -> Answer:
    """Do what is asked unless it was done before under this key; then answer as then."""
    body, written = _json(call)
    key = _key(call)
    asked = hashlib.sha256(f"{call.method} {call.path}\n{written}".encode()).hexdigest()
    if (before := model.kept(session, house, token, key)) is not None:
        if before.asked != asked:
            raise Problem(422, "This Idempotency-Key came with another request before: send a new one with each.")
        return Answer(before.status, before.content)
    answer = _done(session, house, endpoint, Asked(token.actor, ref, body))
    now = house.clock.now()
    too_old = KeptAnswer.made_at < now - ANSWERS_ARE_KEPT
    session.execute(delete(KeptAnswer).where(KeptAnswer.token_id == token.id, too_old))
    session.add(
        KeptAnswer(
            workspace_id=house.workspace_id, token_id=token.id, key=key, asked=asked,
            status=answer.status, content=dict(answer.content), made_at=now,
        )
    )  # fmt: skip
    return answer


def _done(session: Session, house: House, endpoint: Endpoint, asked: Asked) -> Answer:
    """What the room answers. What it did before it refused is taken back, but not that the token was used."""
    try:
        with session.begin_nested():
            return endpoint.handle(session, house, asked)
    except FieldErrors as error:
        raise Problem(422, "Some fields do not fit.", error.fields) from error
    except UserError as error:
        raise Problem(409, str(error)) from error


def _json(call: Call) -> tuple[Any, str]:
    """What was sent, and the same text for all that says the same."""
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "Send JSON: Content-Type: application/json")
    try:
        text = call.body.decode()
        body = json.loads(text, parse_constant=_no_number)
        written = json.dumps(body, ensure_ascii=False, sort_keys=True)
        # A half of a pair of surrogates is no character, and nothing keeps it.
        written.encode()
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"This is not JSON that can be read: {_why(error)}.") from error
    # The databases keep no such character; as one by itself JSON does not take it either.
    if re.search(r"(?<!\\)(\\\\)*\\u0000", text):
        raise Problem(400, "This holds the character U+0000: leave it out.")
    if not isinstance(body, dict):
        raise Problem(400, "Send a JSON object: {…}.")
    return body, written


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number there")


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} in line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeError):
        return "it is not UTF-8, or holds half a character"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _key(call: Call) -> str:
    key = call.headers.get("idempotency-key", "")
    if not re.fullmatch(f"[!-~]{{1,{KEY_LIMIT}}}", key):
        raise Problem(
            400,
            f"Send an Idempotency-Key: up to {KEY_LIMIT} letters, digits and signs, the same when you try again"
            " and another for whatever else you ask, such as the number of the build.",
        )
    return key
