"""What the log shows, and what it never shows."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot import logs

SECRETS = [
    "xoxb-1234-5678-abcDEF",
    "xoxp-1234-5678-abcDEF",
    "xoxe.xoxb-1-abcDEF",
    "xapp-1-A1-2-f00d",
    "https://hooks.slack.com/commands/T1/2/f00dcafe",
    "postgresql+psycopg://bot:hunter2@db/drumbeat",
    "postgresql://bot:p@ss:w0rd@db/drumbeat",
]
TELLING = ["abcDEF", "f00d", "hunter2", "p@ss", "w0rd"]


@pytest.fixture
def log_to() -> Iterator[Callable[[str], io.StringIO]]:
    """Sets logging up in the named form, and puts the process's own logging back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level

    def set_up(form: str) -> io.StringIO:
        stream = io.StringIO()
        logs.set_up("info", form, stream)
        return stream

    yield set_up
    root.handlers, root.level = handlers, level


def written_by_every_road(secret: str) -> None:
    log = logs.get_logger("tests")
    log.info("said " + secret)
    log.info("in a field", token=secret, nested={"list": [secret], secret: 1}, raw=secret.encode())
    logging.getLogger("slack_bolt").warning("from a library: %s", secret)
    logging.getLogger("slack_bolt").warning("with extras", extra={"payload": {"token": secret}})
    try:
        explode(secret)
    except ValueError:
        log.exception("went wrong")
        logging.getLogger("apscheduler").exception("went wrong there")


def explode(secret: str) -> None:
    raise ValueError(f"could not use {secret}") from KeyError(secret)


@pytest.mark.parametrize("form", logs.FORMATS)
@pytest.mark.parametrize("secret", SECRETS)
def test_no_credential_reaches_the_log_by_any_road(
    log_to: Callable[[str], io.StringIO], form: str, secret: str
) -> None:
    stream = log_to(form)

    written_by_every_road(secret)

    text = stream.getvalue()
    assert "went wrong there" in text
    assert "[hidden]" in text
    assert not [part for part in TELLING if part in text]


def test_json_is_one_object_a_line_with_when_where_and_how_bad(log_to: Callable[[str], io.StringIO]) -> None:
    stream = log_to("json")

    logs.get_logger("delivery").warning("held", channel="C1", text="two\nlines")
    logging.getLogger("uvicorn").error("from a library %d", 7)

    ours, theirs = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert without_time(ours) == {
        "event": "held",
        "channel": "C1",
        "text": "two\nlines",
        "level": "warning",
        "logger": "delivery",
    }
    assert without_time(theirs) == {"event": "from a library 7", "level": "error", "logger": "uvicorn"}


def without_time(line: dict[str, Any]) -> dict[str, Any]:
    assert line.pop("timestamp").endswith("Z")
    return line


def test_plain_text_keeps_what_a_person_typed_on_one_line(log_to: Callable[[str], io.StringIO]) -> None:
    stream = log_to("plain")

    logs.get_logger("updates").info("kept", text="fine\n2026-11-22 [error] all is lost \x1b[31m")

    (line,) = stream.getvalue().splitlines()
    assert "kept" in line
    assert "\x1b" not in line


def test_an_event_that_cannot_be_written_is_reported_without_its_secrets(
    log_to: Callable[[str], io.StringIO], capsys: pytest.CaptureFixture[str]
) -> None:
    stream = log_to("plain")

    logging.getLogger("slack_bolt").warning("%d", SECRETS[0])

    assert "an event of slack_bolt could not be logged" in stream.getvalue()
    assert "abcDEF" not in stream.getvalue() + capsys.readouterr().err


def test_what_is_below_the_level_is_not_written(log_to: Callable[[str], io.StringIO]) -> None:
    stream = log_to("plain")

    logs.get_logger("updates").debug("a detail")

    assert stream.getvalue() == ""


def test_ordinary_words_are_left_alone() -> None:
    words = "The xox team: see https://example.com/a:b@c and mail bob@example.com about 10:00"

    assert logs.redact(words) == words
