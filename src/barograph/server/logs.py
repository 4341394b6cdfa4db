"""How the server logs: JSON lines, or lines for a person where stderr is a terminal. Nothing secret is in either."""

import logging
import sys
from collections.abc import Collection, Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from barograph.secrets import redact

_SECRET_KEYS = frozenset({"authorization", "cookie", "set-cookie", "set_cookie", "token", "password", "headers"})
# On a terminal, such characters in what a client sent would act on it.
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


def configure_logs(secrets: Collection[str] = (), stream: TextIO | None = None, *, quiet: bool = False) -> None:
    """Send what structlog and the standard library's logging are told to ``stream``, for the whole process.

    Of Barograph and uvicorn that is everything but what is for debugging, of other libraries it is warnings: some tell
    the addresses that they ask, with their queries. uvicorn must be run with ``log_config=None``.

    Args:
        secrets: values that are replaced wherever they appear, such as the server's token.
        stream: where to; stderr if none is given.
        quiet: whether only what went wrong is told, of Barograph and uvicorn too.
    """
    target = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _Redaction(secrets),
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if target.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared[:1], structlog.stdlib.add_logger_name, *shared[1:]],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING)
    for name in ("barograph", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING if quiet else logging.INFO)
    # It has queries in it, and Barograph has a log of requests of its own.
    logging.getLogger("uvicorn.access").disabled = True
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


class _Redaction:
    """Drops what is under a secret's name and puts ``***`` in the place of secret values, however deep they are."""

    def __init__(self, secrets: Collection[str]) -> None:
        self._secrets = secrets

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return self._mapping(event)

    def _mapping(self, values: Mapping[Any, Any]) -> dict[str, Any]:
        named = ((str(key), value) for key, value in values.items())
        return {self._text(key): self._clean(value) for key, value in named if key.lower() not in _SECRET_KEYS}

    def _clean(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float | logging.LogRecord):
            return value
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean(item) for item in value]
        return self._text(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))

    def _text(self, text: str) -> str:
        return redact(text, self._secrets).translate(_CONTROL)
