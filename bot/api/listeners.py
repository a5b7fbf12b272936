"""How programs ask: each call is one transaction, and every answer is JSON, also when it is our fault."""

import json
from collections.abc import Mapping, Sequence

from bot.api import flow
from bot.api.endpoints import Endpoint, Problem
from bot.api.flow import Call
from bot.db import is_away
from bot.house import House
from bot.logs import get_logger

log = get_logger(__name__)

AWAY = Problem(503, "The database is away: try again in a minute.", headers={"Retry-After": "60"})
OURS = Problem(500, "Something went wrong here; it is in the log. Nothing was done: try again with the same key.")
ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


async def answer(
    house: House, endpoints: Sequence[Endpoint], method: str, path: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers and body of the answer to a call."""
    try:
        reply = await house.db.run(flow.answered, house, endpoints, Call(method, path, headers, body))
    except Exception as error:
        away = is_away(error)
        if away:
            log.warning("the database went away from a call of a program")
        else:
            log.exception("a call of a program failed", method=method, path=path)
        reply = flow.refused(AWAY if away else OURS)
    return reply.status, {**ALWAYS, **reply.headers}, json.dumps(reply.content, ensure_ascii=False).encode()
