"""Structured logs, one JSON object a line, with nothing in them that could name a child.

Values under names that could carry personal data are replaced, whatever the caller passed.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

# Never logged, at any level: references, pseudonyms, names, secrets, and whole bodies or addresses that may hold them.
PRIVATE = frozenset(
    {
        "subject", "child", "fact", "id", "key", "value", "data", "body", "event", "statement", "placement_id",
        "postcode", "locality", "token", "password", "secret", "url", "path", "query", "reference", "name",
    }
)  # fmt: skip

_SELDOM_SECONDS = 10.0
_MESSAGES_IN_MIND = 1000


def configure_logs(service: str, level: str = "info") -> None:
    """Log to standard output as JSON, under the service's name."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            redact,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    # Libraries' own logs may quote what they were given: only their warnings are let through, to standard error.
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Seldom(_SELDOM_SECONDS))
    handler.setFormatter(WhereOnly("%(levelname)s:%(name)s:%(message)s"))
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.WARNING), force=True)


class Seldom(logging.Filter):
    """Lets a library's message through once in a while: a broker that is away makes a client repeat itself for ever."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._said_at: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the message, whatever its arguments, was not said lately. Keeps a thousand messages in mind."""
        said = (record.name, str(record.msg))
        if record.created - self._said_at.get(said, float("-inf")) < self._seconds:
            return False
        if len(self._said_at) >= _MESSAGES_IN_MIND:
            self._said_at.clear()
        self._said_at[said] = record.created
        return True


class WhereOnly(logging.Formatter):
    """Tracebacks of libraries without the exception's text, which may quote what it was given: kind and places only."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is the standard library's
        """Frames and the kind of the exception."""
        kind, _, trace = ei
        frames = "".join(traceback.format_tb(trace))
        return f"{frames}{getattr(kind, '__name__', kind)}: [withheld]"


def logger(module: str) -> structlog.stdlib.BoundLogger:
    """A logger; messages are constant sentences and values go into keywords."""
    log: structlog.stdlib.BoundLogger = structlog.get_logger(module=module)
    return log


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace every value under a private name, other than the message itself."""
    for field in PRIVATE & event.keys() - {"event"}:
        event[field] = "[withheld]"
    return event
