"""How Slack reaches us, over the wire: signed requests through uvicorn, and Socket Mode under load."""

import asyncio
import hashlib
import hmac
import io
import json
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import aiohttp
import pytest
from sqlalchemy.orm import Session
from starlette.routing import Route

from bot import blocks, doors, metrics
from bot.audit import record
from bot.clock import SystemClock
from bot.delivery.slack import make_client, make_session, open_connection
from bot.gesture import Gesture
from bot.house import House
from bot.tables import Command, Tables
from tests import people
from tests.fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack
from tests.test_node import SIGNING_SECRET, free_port, until

AT_ONCE = 50
SLACKS_PATIENCE = 3.0


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    fake = FakeSlack(SystemClock())
    fake.start()
    yield fake
    fake.stop()


async def remember(gesture: Gesture, house: House) -> None:
    """Keeps something, then answers."""
    await house.db.run(keep, house, gesture.user)
    await gesture.reply(blocks.message(blocks.section(f"Kept: {gesture.text}")))


async def remember_slowly(gesture: Gesture, house: House) -> None:
    await house.db.run(keep, house, gesture.user)
    await asyncio.sleep(0.5)
    await gesture.accept()


def keep(session: Session, house: House, user: str) -> None:
    record(session, house, "test.remembered", "test", actor=user)


TABLES = Tables(
    commands={
        "/remember": Command(remember, "Remember"),
        "/slow": Command(remember_slowly, "Remember slowly"),
    }
)


@asynccontextmanager
async def listening(house: House, slack: FakeSlack, secret: str | None = None) -> AsyncIterator[doors.Bolt]:
    async with make_session() as session:
        yield doors.make_bolt(
            lambda: house, make_client(BOT_TOKEN, slack.url, session), answers=TABLES, signing_secret=secret
        )


@asynccontextmanager
async def socket_mode(house: House, slack: FakeSlack) -> AsyncIterator[doors.Bolt]:
    async with listening(house, slack) as bolt:
        close = await doors.open_socket(bolt, APP_TOKEN, await open_connection(bolt.client, APP_TOKEN))
        try:
            yield bolt
        finally:
            await close()


# --- HTTP ---


@asynccontextmanager
async def http(
    house: House, slack: FakeSlack, found: Mapping[str, str | None] | None = None
) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    port = free_port()
    async with listening(house, slack, SIGNING_SECRET) as bolt, aiohttp.ClientSession() as browser:
        close = await doors.open_http(bolt, doors.make_web(bolt, *watched(found or {})), port)
        try:
            yield browser, f"http://127.0.0.1:{port}"
        finally:
            await close()


def watched(found: Mapping[str, str | None]) -> Sequence[Route]:
    async def ready() -> Mapping[str, str | None]:
        return found

    async def figures() -> bytes:
        return metrics.page()

    return doors.watching(ready, figures)


def signed(body: str, *, secret: str = SIGNING_SECRET, at: float = 0.0) -> dict[str, str]:
    timestamp = str(int(at or time.time()))
    signature = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={signature}",
    }


def command(name: str = "/remember", text: str = "") -> str:
    fields = {"command": name, "text": text, "user_id": people.ALICE, "team_id": people.WORKSPACE}
    return urlencode({**fields, "channel_id": people.UPDATES, "trigger_id": "1.2"})


async def status(house: House, slack: FakeSlack, body: str, headers: dict[str, str]) -> int:
    async with http(house, slack) as (browser, url):
        answer = await browser.post(f"{url}/slack/events", data=io.BytesIO(body.encode()), headers=headers)
        return answer.status


def test_a_signed_command_is_acknowledged_when_it_is_kept(house: House, slack: FakeSlack) -> None:
    body = command(text="the milk")

    assert asyncio.run(status(house, slack, body, signed(body))) == 200
    assert remembered(house) == 1


def test_an_app_credential_in_the_environment_that_nobody_needs_changes_nothing(
    house: House, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stand beside the signing secret on Slack's page."""
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        monkeypatch.setenv(name, "123.456")

    assert asyncio.run(status(house, slack, command(), signed(command()))) == 200
    assert remembered(house) == 1
    assert os.environ["SLACK_CLIENT_ID"] == "123.456"


@pytest.mark.parametrize(
    "headers",
    [
        signed(command(), secret="another app's secret"),
        signed(command("/slow")),
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
    ids=["another secret", "another body", "no signature"],
)
def test_what_slack_did_not_sign_is_refused(house: House, slack: FakeSlack, headers: dict[str, str]) -> None:
    assert asyncio.run(status(house, slack, command(), headers)) == 401
    assert remembered(house) == 0


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_request_of_another_time_is_refused(house: House, slack: FakeSlack, minutes: int) -> None:
    headers = signed(command(), at=time.time() + minutes * 60)

    assert asyncio.run(status(house, slack, command(), headers)) == 401
    assert remembered(house) == 0


def test_what_is_too_large_is_not_even_read(house: House, slack: FakeSlack) -> None:
    body = command(text="x" * 2**20)

    assert asyncio.run(status(house, slack, body, signed(body))) == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [("json", '{"type":'), ("json", "[1, 2]"), ("x-www-form-urlencoded", "payload={"), ("json", "\udcff")],
    ids=["half", "a list", "half a payload", "not text"],
)
def test_what_cannot_be_read_is_refused_without_a_fuss(
    house: House, slack: FakeSlack, caplog: pytest.LogCaptureFixture, kind: str, body: str
) -> None:
    """It is read before the signature is looked at, so anybody on the network may send it."""

    async def story() -> None:
        sent = body.encode(errors="surrogateescape")
        async with http(house, slack) as (browser, url):
            answer = await browser.post(
                f"{url}/slack/events", data=sent, headers={"Content-Type": f"application/{kind}"}
            )
            assert answer.status == 400

    asyncio.run(story())
    assert not [entry for entry in caplog.records if entry.exc_info]


def test_slacks_question_for_the_address_is_answered(house: House, slack: FakeSlack) -> None:
    async def story() -> None:
        body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"})
        headers = {**signed(body), "Content-Type": "application/json"}
        async with http(house, slack) as (browser, url):
            answer = await browser.post(f"{url}/slack/events", data=body, headers=headers)
            assert "3eZbrw1a" in await answer.text()

    asyncio.run(story())


@pytest.mark.parametrize(
    ("found", "code", "says"),
    [
        ({"database": None, "slack": None}, 200, "ok database\nok slack\n"),
        (
            {"database": None, "slack": "not reached for 61 s."},
            503,
            "ok database\nnot ok slack: not reached for 61 s.\n",
        ),
    ],
)
def test_whoever_watches_sees_what_is_ready(
    house: House, slack: FakeSlack, found: Mapping[str, str | None], code: int, says: str
) -> None:
    async def story() -> None:
        async with http(house, slack, found) as (browser, url):
            answer = await browser.get(f"{url}/readyz")
            assert (answer.status, await answer.text()) == (code, says)
            assert (await browser.get(f"{url}/healthz")).status == 200, "alive, whatever is not ready"
            assert (await browser.get(f"{url}/else")).status == 404

    asyncio.run(story())


def test_a_port_of_its_own_serves_whoever_watches_and_nobody_else(house: House) -> None:
    async def story() -> None:
        port = free_port()
        close = await doors.open_apart(watched({}), port)
        async with aiohttp.ClientSession() as browser:
            assert (await browser.get(f"http://127.0.0.1:{port}/readyz")).status == 200
            assert (await browser.post(f"http://127.0.0.1:{port}/slack/events")).status == 404
        await close()

    asyncio.run(story())


def test_a_feed_is_served_by_its_secret_address_alone(house: House) -> None:
    async def read(token: str) -> bytes | None:
        return b"BEGIN:VCALENDAR" if token == "secret" else None

    async def story() -> None:
        port = free_port()
        url = f"http://127.0.0.1:{port}/feeds"
        close = await doors.open_apart([doors.feeds(read)], port)
        async with aiohttp.ClientSession() as browser:
            answer = await browser.get(f"{url}/secret.ics")
            assert (answer.status, answer.content_type, await answer.read()) == (
                200,
                "text/calendar",
                b"BEGIN:VCALENDAR",
            )
            assert "noindex" in answer.headers["X-Robots-Tag"]
            unchanged = await browser.get(f"{url}/secret.ics", headers={"If-None-Match": answer.headers["ETag"]})
            assert (unchanged.status, await unchanged.read()) == (304, b"")
            changed = await browser.get(f"{url}/secret.ics", headers={"If-None-Match": '"another"'})
            assert changed.status == 200
            for path in ("guessed.ics", "secret", "", "secret.ics/more"):
                assert (await browser.get(f"{url}/{path}")).status == 404
            assert (await browser.post(f"{url}/secret.ics")).status == 405
        await close()

    asyncio.run(story())


def test_how_long_acknowledgements_took_stands_in_the_figures(house: House, slack: FakeSlack) -> None:
    async def story() -> None:
        async with http(house, slack) as (browser, url):
            before = acknowledged(await (await browser.get(f"{url}/metrics")).text())
            body = command(text="the milk")
            async with browser.post(f"{url}/slack/events", data=body, headers=signed(body)):
                pass
            answer = await browser.get(f"{url}/metrics")
            assert acknowledged(await answer.text()) == before + 1
            assert answer.content_type == "text/plain"

    asyncio.run(story())


def acknowledged(figures: str) -> float:
    found = re.search(r'drumbeat_ack_seconds_count\{kind="command"\} (\S+)', figures)
    return float(found[1]) if found else 0.0


def test_a_closed_http_door_answers_what_it_had_begun(house: House, slack: FakeSlack) -> None:
    async def story() -> None:
        async with aiohttp.ClientSession() as browser:
            async with http(house, slack) as (_, url):
                body = command("/slow")
                asking = asyncio.create_task(browser.post(f"{url}/slack/events", data=body, headers=signed(body)))
                await until(lambda: remembered(house) == 1)
            assert (await asking).status == 200

    asyncio.run(story())


# --- Socket Mode ---


def test_many_gestures_at_once_are_each_acknowledged_in_time(house: House, slack: FakeSlack) -> None:
    async def story() -> list[float]:
        async with socket_mode(house, slack):
            took = await asyncio.gather(*(timed(slack.command("/remember", text=str(n))) for n in range(AT_ONCE)))
            await until(lambda: len(slack.replies) == AT_ONCE)
            return took

    took = asyncio.run(story())

    assert max(took) < SLACKS_PATIENCE
    assert remembered(house) == AT_ONCE
    assert {reply["text"] for reply in slack.replies} == {f"Kept: {number}" for number in range(AT_ONCE)}


def test_an_acknowledgement_does_not_wait_for_what_is_said_afterwards(house: House, slack: FakeSlack) -> None:
    slack.answers_after = 1.5

    async def story() -> float:
        async with socket_mode(house, slack):
            return await timed(slack.command("/remember", text="the milk"))

    assert asyncio.run(story()) < slack.answers_after
    assert [reply["text"] for reply in slack.replies] == ["Kept: the milk"], "closing waits for what is under way"


def test_an_address_that_lapsed_is_asked_for_again(
    house: House, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "ADDRESS_LIVES", 0.2)
    monkeypatch.setattr(doors, "PING", 0.5)

    async def story() -> None:
        async with listening(house, slack) as bolt:
            lapsed = await open_connection(bolt.client, APP_TOKEN)
            slack.forget_addresses()
            close = await doors.open_socket(bolt, APP_TOKEN, lapsed)
            await until(slack.is_connected)
            await close()

    asyncio.run(story())

    assert slack.called("apps.connections.open") == 2


def test_a_connection_that_cannot_be_made_is_given_up(
    house: House, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "CONNECT", 0.3)

    async def story() -> None:
        async with listening(house, slack) as bolt:
            await doors.open_socket(bolt, APP_TOKEN, f"ws://127.0.0.1:{free_port()}/link")

    with pytest.raises(TimeoutError):
        asyncio.run(story())


async def timed(work: Awaitable[object]) -> float:
    begun = time.monotonic()
    await work
    return time.monotonic() - begun


def remembered(house: House) -> int:
    with house.db.transaction() as session:
        found = session.connection().exec_driver_sql("SELECT count(*) FROM event").scalar()
    return int(found or 0)
