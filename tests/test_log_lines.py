"""One event, one line: nobody's words can pass for a line of the log."""

import io
import logging
from collections.abc import Iterator

import pytest

from bot import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is logged in plain; the process's own logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    logs.set_up("info", "plain", stream)
    yield stream
    root.handlers, root.level = handlers, level


def test_words_in_the_event_itself_stay_on_its_line(stream: io.StringIO) -> None:
    logging.getLogger("slack_bolt").warning("refused: %s", "fine\n2026-11-22 [error] all is lost\x1b[2K")

    (line,) = stream.getvalue().splitlines()
    assert r"fine\n2026-11-22 [error] all is lost" in line
    assert "\x1b" not in line
