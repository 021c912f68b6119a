"""What the process says of itself: one JSON object a line, or for people at a terminal readable.

Nothing secret belongs in a log: no key, no token, no text of a message. Fields of those names are
blanked here, whoever wrote them.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

BLANK = "…"
SECRET_WORDS = ("token", "secret", "api_key", "visitor_key", "authorization", "cookie", "password")
SECRET_NAMES = frozenset({"key", "text", "content", "message_text", "question", "answer_text"})


def configure(level: str) -> None:
    """For structlog and for libraries that use ``logging`` alike. Harmless twice."""
    structlog.configure(
        processors=[*_processors(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_processors(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(is_terminal=sys.stderr.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # httpx tells every address it asks, in which a platform may put what is secret.
    for noisy in ("httpx", "httpcore", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def blank_secrets(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Blanks what must not be logged, by its name."""
    for field in event:
        if field in SECRET_NAMES or any(word in field for word in SECRET_WORDS):
            event[field] = BLANK
    return event


def _processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        blank_secrets,
    ]


def _rendering(*, is_terminal: bool) -> list[Processor]:
    if is_terminal:
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
