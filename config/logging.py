"""Log files for people and for programs, and a console; none of them ever shows a secret."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, TextIO

from config.redaction import Redactor

Wording = Callable[[str], str]  # a message as the console says it

LARGEST = 10_000_000  # bytes of one file
KEPT = 10  # older files of each kind
ONLY_IN_FILES = "decision"  # the code of messages that a console leaves out
# What a message may carry: log.info("...", extra={...}). Order and command: their ids.
EXTRA = ("code", "venue", "symbol", "order", "command")
TALKATIVE = ("ccxt", "httpx", "httpcore", "urllib3", "aiohttp", "telegram", "asyncio")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_COLOURS = {"WARNING": "\x1b[33m", "ERROR": "\x1b[31m", "CRITICAL": "\x1b[31;1m"}
_PLAIN = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class LogPlan:
    """Where to log, from which level, and what must never be shown. `console` None: no console.

    `wording`: how the console says a message; files are the same in every language.
    """

    folder: Path
    level: str = "info"
    redactor: Redactor = field(default_factory=Redactor)
    console: TextIO | None = None
    largest: int = LARGEST
    wording: Wording = str


class Logs:
    """Logging that is on, until `close`."""

    def __init__(self, handlers: list[logging.Handler]) -> None:
        """Attach the handlers to the root of all loggers."""
        self._handlers = handlers
        for handler in handlers:
            logging.getLogger().addHandler(handler)

    def close(self) -> None:
        """Write out what is left and let go of the files."""
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()


def start(plan: LogPlan) -> Logs:
    """Begin to log to `trading_bot.log`, `trading_bot.jsonl` and the console.

    Raises OSError when the folder cannot be written.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    level = logging.getLevelNamesMapping()[plan.level.upper()]
    logging.getLogger().setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    handlers: list[logging.Handler] = [
        _file(plan, "trading_bot.log", TextFormatter(plan.redactor)),
        _file(plan, "trading_bot.jsonl", JsonFormatter(plan.redactor)),
    ]
    if plan.console is not None:
        handlers.append(_console(plan.console, plan))
    return Logs(handlers)


def _file(plan: LogPlan, name: str, formatter: logging.Formatter) -> logging.Handler:
    handler = LogFile(
        plan.folder / name, maxBytes=plan.largest, backupCount=KEPT, encoding="utf-8",
        errors="backslashreplace",
    )  # fmt: skip
    handler.setFormatter(formatter)
    return handler


def _console(stream: TextIO, plan: LogPlan) -> logging.Handler:
    handler = Console(stream)
    handler.addFilter(_for_people)
    colour = wants_colour(stream)
    handler.setFormatter(TextFormatter(plan.redactor, colour=colour, wording=plan.wording))
    return handler


def _for_people(record: logging.LogRecord) -> bool:
    """Why each symbol is not bought stands in the files and in the panel: too much for a screen."""
    return getattr(record, "code", "") != ONLY_IN_FILES


def wants_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal and the user did not set NO_COLOR (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and stream.isatty()


class LogFile(RotatingFileHandler):
    """A rotating file that counts what it cannot write (full disk) instead of complaining."""

    lost = 0

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Trading goes on without a log; the journal reports a full disk."""
        self.lost += 1


class Console(logging.StreamHandler[TextIO]):
    """A terminal, whatever its encoding: what cp949 cannot show becomes a question mark."""

    def format(self, record: logging.LogRecord) -> str:
        """One line that this terminal can show."""
        return printable(super().format(record), self.stream)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """A closed terminal is no reason to stop."""


def printable(text: str, stream: TextIO) -> str:
    """The text as far as the stream's encoding can show it."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, errors="replace").decode(encoding)


class TextFormatter(logging.Formatter):
    """`2025-01-31T09:00:00.123Z INFO engine: message`, one line; a traceback below, indented."""

    def __init__(self, redactor: Redactor, *, colour: bool = False, wording: Wording = str) -> None:
        """Colour warnings and errors when asked; say messages as `wording` does."""
        super().__init__()
        self._redactor, self._colour, self._wording = redactor, colour, wording

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, secrets masked, control characters escaped."""
        head = f"{moment(record)} {record.levelname:<7} {component(record)}: "
        line = head + escaped(self._redactor.clean(self._wording(record.getMessage())))
        colour = _COLOURS.get(record.levelname, "") if self._colour else ""
        line = f"{colour}{line}{_PLAIN}" if colour else line
        trace = self._redactor.clean(traceback_of(self, record))
        return "\n    ".join([line, *(escaped(part) for part in trace.splitlines())])


class JsonFormatter(logging.Formatter):
    """One JSON object a line: at, level, component, message, and what the message carries."""

    def __init__(self, redactor: Redactor) -> None:
        """Mask what this redactor knows."""
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        row: dict[str, Any] = {
            "at": moment(record),
            "level": record.levelname.lower(),
            "component": component(record),
            "code": "",
            "message": self._redactor.clean(record.getMessage()),
        }
        row |= {n: self._redactor.clean(str(v)) for n, v in record.__dict__.items() if n in EXTRA}
        trace = traceback_of(self, record)
        if trace:
            row["traceback"] = self._redactor.clean(trace)
        line = json.dumps(row, ensure_ascii=False)
        return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def moment(record: logging.LogRecord) -> str:
    """When it was logged: ISO 8601, UTC, milliseconds."""
    at = datetime.fromtimestamp(record.created, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def component(record: logging.LogRecord) -> str:
    """The part of the program that speaks: `engine` for `trader.engine.entering`."""
    parts = record.name.split(".")
    return parts[1] if parts[0] == "trader" and len(parts) > 1 else parts[0]


def traceback_of(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """The exception of a record as text; empty without one."""
    parts = [record.stack_info or ""]
    if record.exc_info:
        parts.insert(0, formatter.formatException(record.exc_info))
    return "\n".join(part for part in parts if part)


def escaped(text: str) -> str:
    """Control characters made visible, so that no message can forge a second line."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def console_stream() -> TextIO:
    """Where messages for people go: standard error, so that standard output stays data."""
    return sys.stderr
