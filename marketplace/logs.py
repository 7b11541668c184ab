"""One way of logging for all processes: lines for people in development, JSON in production; never personal data."""

import logging
import sys

import asyncpg
import structlog
from structlog.typing import EventDict, WrappedLogger


def forget_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take the values of rows out of PostgreSQL's errors before they are written: names, notes and the like."""
    found = event.get("exc_info")
    error = found if isinstance(found, BaseException) else sys.exc_info()[1] if found else None
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, asyncpg.PostgresError):
            error.detail = None
        error = error.__cause__ or error.__context__
    return event


def set_up_logs(*, is_development: bool) -> None:
    """Configure structlog and the standard library's logging of this process, to stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        forget_values,
    ]
    last: list[structlog.typing.Processor] = (
        # Plain: the rich traceback, where that package is installed, shows the values of local variables.
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]
        if is_development
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
