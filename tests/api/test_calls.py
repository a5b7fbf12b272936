"""How the API answers programs: by token, once for each key, in problems they can read, and not too often."""

import asyncio
import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.api import listeners, tokens
from bot.api.endpoints import Answer, Asked, Endpoint, Problem
from bot.api.flow import LARGEST
from bot.api.model import KeptAnswer, Token
from bot.api.tokens import CALLS_A_MINUTE
from bot.audit import Event, record
from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from tests.api.caller import Program, calling, new_token
from tests.fakes import StoppedClock, make_house


def ring(session: Session, house: House, asked: Asked) -> Answer:
    """Rings once, and refuses afterwards what it is asked to."""
    record(session, house, "bell.rung", "bell:1", actor=asked.actor, times=1)
    match asked.body:
        case {"refuse": "field"}:
            raise FieldErrors({"refuse": "Not this."})
        case {"refuse": "state"}:
            raise UserError("It rings already.")
        case {"refuse": "break"}:
            raise ValueError("a secret of the house")
    return Answer(201, {"heard": asked.body, "ref": asked.ref})


def silent(session: Session, house: House, asked: Asked) -> Answer:
    raise Problem(404, "There is no such bell.")


BELLS = (
    Endpoint("POST", "bells", "bells", ring),
    Endpoint("GET", "bells/{ref}", "bells", silent),
    Endpoint("PATCH", "bells/{ref}", "bells", ring),
    Endpoint("POST", "guns", "guns", ring),
)


def rung(house: House) -> int:
    with house.db.transaction() as session:
        return session.scalar(select(func.count()).where(Event.kind == "bell.rung")) or 0


def test_what_is_asked_is_done_in_the_programs_name(house: House) -> None:
    async def story(program: Program) -> None:
        answer = await program.post("bells", {"tone": "Ünïcode ♫"})
        assert (answer.status, answer.content) == (201, {"heard": {"tone": "Ünïcode ♫"}, "ref": ""})
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
        assert (await program.patch("bells/PROJ-1%2Fx", {}, key="2")).content["ref"] == "PROJ-1/x"

    calling(house, BELLS, story)
    with house.db.transaction() as session:
        assert session.scalars(select(Event.actor).where(Event.kind == "bell.rung").distinct()).all() == [
            "program:deploy pipeline"
        ]


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer drumbeat_", f"Bearer drumbeat_{'0' * 64}", "Basic b2xnYTpvbGdh"]
)
def test_without_a_good_token_nothing_is_answered(house: House, authorization: str) -> None:
    async def story(program: Program) -> None:
        for path in ("bells", "nothing"):
            answer = await program.post(path, {}, Authorization=authorization)
            assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
            assert answer.headers["Content-Type"] == "application/problem+json"

    calling(house, BELLS, story)
    assert rung(house) == 0


def test_a_revoked_token_is_good_no_more(house: House) -> None:
    async def story(program: Program) -> None:
        assert (await program.post("bells", {})).status == 201
        await house.db.run(tokens.revoke, house, "deploy pipeline", "olga")
        assert (await program.post("bells", {})).status == 401, "nor does it hear again what was kept"

    calling(house, BELLS, story)


def test_a_token_of_another_workspace_is_nobodys_here(db: Database, house: House) -> None:
    foreign = db.call(new_token, make_house(db, workspace_id="T0ELSE"), BELLS)

    async def story(program: Program) -> None:
        program.token = foreign
        assert (await program.post("bells", {})).status == 401

    calling(house, BELLS, story)


def test_a_token_may_only_ask_for_what_it_was_made_for(db: Database, house: House) -> None:
    only_bells = db.call(tokens.new, house, "ringer", ["bells"], {"bells", "guns"}, "olga")

    async def story(program: Program) -> None:
        program.token = only_bells
        assert (await program.post("bells", {})).status == 201
        answer = await program.post("guns", {}, key="2")
        assert answer.status == 403
        assert "--may guns" in answer.content["detail"]

    calling(house, BELLS, story)


def test_a_secret_is_kept_nowhere_and_never_logged(
    db: Database, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    secret = db.call(new_token, house, BELLS, "another")

    async def story(program: Program) -> None:
        program.token = secret
        await program.post("bells", {"refuse": "break"})
        await program.post("bells", {}, key=None)

    with caplog.at_level(logging.DEBUG):
        calling(house, BELLS, story)
    assert secret not in caplog.text
    with db.transaction() as session:
        kept = [vars(each) for table in (Token, Event) for each in session.scalars(select(table))]
    assert secret not in str(kept)


# Once.


def test_the_same_key_acts_once_and_answers_the_same(house: House, clock: StoppedClock) -> None:
    async def story(program: Program) -> None:
        first = await program.post("bells", b'{"a": 1, "b": [2]}')
        clock.turn(timedelta(hours=47))
        again = await program.post("bells", b'{ "b": [2],\n"a": 1 }')
        assert (first.status, first.content) == (again.status, again.content)

    calling(house, BELLS, story)
    assert rung(house) == 1


def test_the_same_key_with_another_request_is_refused(house: House) -> None:
    async def story(program: Program) -> None:
        await program.post("bells", {"a": 1})
        assert (await program.post("bells", {"a": 2})).status == 422
        assert (await program.patch("bells/1", {"a": 1})).status == 422
        assert (await program.post("bells", {"a": 2}, key="another")).status == 201

    calling(house, BELLS, story)
    assert rung(house) == 2


def test_two_programs_may_use_the_same_key(db: Database, house: House) -> None:
    other = db.call(new_token, house, BELLS, "tracker")

    async def story(program: Program) -> None:
        await program.post("bells", {"a": 1})
        program.token = other
        assert (await program.post("bells", {"a": 2})).content["heard"] == {"a": 2}

    calling(house, BELLS, story)


def test_of_many_at_once_with_one_key_one_acts_and_all_get_its_answer(any_db: Database) -> None:
    house = make_house(any_db)

    async def story(program: Program) -> None:
        answers = await asyncio.gather(*(program.post("bells", {"a": 1}) for _ in range(12)))
        assert {(each.status, str(each.content)) for each in answers} == {(201, "{'heard': {'a': 1}, 'ref': ''}")}

    calling(house, BELLS, story)
    assert rung(house) == 1


def test_what_was_refused_may_be_mended_and_sent_again_under_its_key(any_db: Database) -> None:
    house = make_house(any_db)

    async def story(program: Program) -> None:
        assert (await program.post("bells", {"refuse": "state"})).status == 409
        assert (await program.post("bells", {"refuse": "field"})).status == 422
        assert rung(house) == 0, "what it did before it refused is taken back"
        assert (await program.post("bells", {})).status == 201

    calling(house, BELLS, story)
    assert rung(house) == 1


def test_what_breaks_here_does_nothing_and_says_nothing_of_the_house(house: House) -> None:
    async def story(program: Program) -> None:
        answer = await program.post("bells", {"refuse": "break"})
        assert answer.status == 500
        assert "secret" not in str(answer.content)
        assert (await program.post("bells", {})).status == 201

    calling(house, BELLS, story)
    assert rung(house) == 1


def test_kept_answers_are_let_go_of_after_days(house: House, clock: StoppedClock) -> None:
    async def story(program: Program) -> None:
        await program.post("bells", {}, key="old")
        clock.turn(timedelta(days=3, seconds=1))
        await program.post("bells", {}, key="new")

    calling(house, BELLS, story)
    with house.db.transaction() as session:
        assert session.scalars(select(KeptAnswer.key)).all() == ["new"]


# Problems.


def test_a_problem_names_the_fields(house: House) -> None:
    async def story(program: Program) -> None:
        answer = await program.post("bells", {"refuse": "field"})
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.content == {
            "type": "about:blank",
            "title": "Unprocessable Entity",
            "status": 422,
            "detail": "Some fields do not fit.",
            "errors": [{"pointer": "#/refuse", "detail": "Not this."}],
        }

    calling(house, BELLS, story)


HOSTILE = [
    (b"", 400, "not JSON"),
    (b"[]", 400, "object"),
    (b'"text"', 400, "object"),
    (b"{", 400, "line 1, column 2"),
    (b'{"a": "\xff"}', 400, "UTF-8"),
    (b'{"a": "\\ud800"}', 400, "half a character"),
    (b'{"a": "\\u0000"}', 400, "U+0000"),
    (b'{"a\\\\\\u0000": 1}', 400, "U+0000"),
    (b'{"a": NaN}', 400, "NaN"),
    (b'{"a": ' + b"9" * 5000 + b"}", 400, "digits"),
    (b"[" * 30_000 + b"]" * 30_000, 400, "nested"),
    (b'{"a": "' + b"a" * (LARGEST - 8) + b'"}', 413, "64 KiB"),
]


@pytest.mark.parametrize(("body", "status", "says"), HOSTILE)
def test_what_cannot_be_read_is_refused_with_the_reason(house: House, body: bytes, status: int, says: str) -> None:
    async def story(program: Program) -> None:
        answer = await program.post("bells", body)
        assert answer.status == status
        assert says in answer.content["detail"]

    calling(house, BELLS, story)
    assert rung(house) == 0


def test_a_body_may_be_as_large_as_is_said_and_hold_a_backslash(any_db: Database) -> None:
    house = make_house(any_db)

    async def story(program: Program) -> None:
        assert (await program.post("bells", b'{"a": "' + b"a" * (LARGEST - 9) + b'"}')).status == 201
        assert (await program.post("bells", b'{"a": "\\\\u0000"}', key="2")).content["heard"] == {"a": "\\u0000"}

    calling(house, BELLS, story)


def test_a_body_without_a_length_is_read_no_further_than_is_taken(house: House) -> None:
    async def endless(sent: list[int]) -> Any:
        for _ in range(2000):
            sent.append(1)
            yield b"a" * 16_384

    async def story(program: Program) -> None:
        sent: list[int] = []
        headers = {"Authorization": f"Bearer {program.token}", "Content-Type": "application/json"}
        url = f"{program._url}bells"
        try:
            async with program._browser.post(url, data=endless(sent), headers=headers) as answer:
                assert answer.status == 413
        except ConnectionError:
            pass
        assert len(sent) < 2000

    calling(house, BELLS, story)


@pytest.mark.parametrize("key", [None, "", " ", "a" * 201, "with space", "schlüssel"])
def test_without_a_key_nothing_is_done(house: House, key: str | None) -> None:
    async def story(program: Program) -> None:
        answer = await program.post("bells", {}, key=key)
        assert answer.status == 400
        assert "Idempotency-Key" in answer.content["detail"]

    calling(house, BELLS, story)
    assert rung(house) == 0


def test_another_kind_of_body_is_refused(house: House) -> None:
    async def story(program: Program) -> None:
        answer = await program.post("bells", b"a=1", Content_Type="application/x-www-form-urlencoded")
        assert answer.status == 415
        assert (await program.post("bells", {}, Content_Type="Application/JSON; charset=utf-8")).status == 201

    calling(house, BELLS, story)


def test_unknown_addresses_and_other_methods_say_what_there_is(any_db: Database) -> None:
    async def story(program: Program) -> None:
        assert (await program.post("whistles", {})).status == 404
        assert (await program.post("bells/%00", {})).status == 404
        assert (await program.patch("bells/%0a", {})).status == 404
        refused = await program.call("DELETE", "bells/1")
        assert (refused.status, refused.headers["Allow"]) == (405, "GET, PATCH")
        answer = await program.call("GET", "bells/1", key=None)
        assert (answer.status, answer.content["detail"]) == (404, "There is no such bell.")

    calling(make_house(any_db), BELLS, story)


# Not too often.


def test_more_calls_than_are_taken_in_a_minute_wait_for_the_next(house: House, clock: StoppedClock) -> None:
    async def story(program: Program) -> None:
        for number in range(CALLS_A_MINUTE):
            assert (await program.post("bells", {}, key=str(number))).status == 201
        clock.turn(timedelta(seconds=20.5))
        answer = await program.post("bells", {}, key="more")
        assert (answer.status, answer.headers["Retry-After"]) == (429, "40")
        clock.turn(timedelta(seconds=39.5))
        assert (await program.post("bells", {}, key="more")).status == 201

    calling(house, BELLS, story)
    assert rung(house) == CALLS_A_MINUTE + 1


def test_of_calls_at_once_each_counts(any_db: Database) -> None:
    async def story(program: Program) -> None:
        at_once = (program.call("GET", "bells/1", key=None) for _ in range(CALLS_A_MINUTE + 5))
        answers = await asyncio.gather(*at_once)
        assert [each.status for each in answers].count(429) == 5

    calling(make_house(any_db), BELLS, story)


def test_one_programs_calls_do_not_count_for_another(db: Database, house: House) -> None:
    other = db.call(new_token, house, BELLS, "tracker")

    async def story(program: Program) -> None:
        for _ in range(CALLS_A_MINUTE + 1):
            answer = await program.call("GET", "bells/1", key=None)
        assert answer.status == 429
        program.token = other
        assert (await program.call("GET", "bells/1", key=None)).status == 404

    calling(house, BELLS, story)


class Away:
    """A database that cannot be reached."""

    async def run(self, *_: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("connection refused"))


def test_a_database_that_is_away_is_said_to_be(house: House) -> None:
    away: Any = Away()
    house = replace(house, db=away)
    status, headers, body = asyncio.run(listeners.answer(house, BELLS, "POST", "bells", {}, b"{}"))
    assert (status, headers["Retry-After"]) == (503, "60")
    assert "away" in json.loads(body)["detail"]
