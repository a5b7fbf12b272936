"""Logging: one line per event on standard error, plain for people or JSON for machines.

Everything passes through here, also what Slack's SDK, the scheduler and the web server log, and whatever
looks like a credential is blotted out of the finished line, so no field and no traceback can carry one.
"""

import logging
import re
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("plain", "json")

_CREDENTIALS = (
    # Every kind of Slack token, whole or as the start of a rotating one.
    (re.compile(r"\b(xox[a-z]|xapp|xwfp)(?:[-.][A-Za-z0-9%-]+)+", re.IGNORECASE), r"\1-[hidden]"),
    # A program's token.
    (re.compile(r"\bdrumbeat_[0-9a-f]{16,}"), "drumbeat_[hidden]"),
    # Whoever holds a response or webhook address may post with it.
    (re.compile(r"(https://hooks\.slack(?:-gov)?\.com/)[^\s\"'<>\\]+", re.IGNORECASE), r"\1[hidden]"),
    # The password in a database address, up to the last @ before the host.
    (re.compile(r"(\w://[^\s:/@\"']*:)[^\s/\"']+@"), r"\1[hidden]@"),
)


def set_up(level: str = "info", form: str = "plain", stream: TextIO | None = None) -> None:
    """Send all logging to `stream` (standard error), from `level` up, as one of FORMATS."""
    handler = _QuietHandler(stream or sys.stderr)
    handler.setFormatter(_RedactingFormatter(form))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose events carry fields: `log.info("posted", channel=..., marker=...)`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def redact(text: str) -> str:
    """`text` without tokens, response addresses and the passwords in database addresses."""
    for credential, blot in _CREDENTIALS:
        text = credential.sub(blot, text)
    return text


class _QuietHandler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:
        """Python would print the event as it stands, with its secrets."""
        self.stream.write(f"an event of {record.name} could not be logged: {sys.exc_info()[0]}\n")


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, form: str) -> None:
        super().__init__(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                *_renderers(form),
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def _renderers(form: str) -> list[Processor]:
    if form == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
    # The default would show the local variables of every frame: the words people typed, and secrets.
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    return [_on_one_line, plain]


def _on_one_line(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Text with line breaks is quoted, so that nobody's words can pass for a line of the log."""
    return {key: _quoted_if_broken(value) for key, value in event.items()}


def _quoted_if_broken(value: Any) -> Any:
    return repr(value) if isinstance(value, str) and not value.isprintable() else value
