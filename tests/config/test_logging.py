"""Logs: for people, for programs, never with a secret."""

import base64
import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from config import logging as logs
from config.redaction import Redactor
from config.secret import Secret

MARKER = "s3cr/t+K&y=12"
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+ +\w+: .*")


class Terminal(io.StringIO):
    """A terminal of a Korean Windows."""

    encoding = "cp949"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def console() -> Terminal:
    return Terminal()


@pytest.fixture
def started(tmp_path: Path, console: Terminal) -> Iterator[logging.Logger]:
    root = logging.getLogger()
    level = root.level
    secrets = [Secret(MARKER), Secret("1234"), Secret("postgresql://bot:pass-word@host/x")]
    running = logs.start(logs.LogPlan(tmp_path, "info", Redactor(secrets), console, 20_000))
    yield logging.getLogger("trader.engine.entering")
    running.close()
    root.setLevel(level)


def text_of(folder: Path) -> str:
    return (folder / "trading_bot.log").read_text("utf-8")


def rows_of(folder: Path) -> list[dict[str, str]]:
    lines = (folder / "trading_bot.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_a_message_is_one_line_for_people_and_one_object_for_programs(
    tmp_path: Path, started: logging.Logger
) -> None:
    started.info("bought %s", "비트코인", extra={"code": "entry", "venue": "upbit"})
    started.debug("too small to be kept")
    (line,) = text_of(tmp_path).splitlines()
    assert LINE.fullmatch(line)
    assert line.endswith("INFO    engine: bought 비트코인")
    (row,) = rows_of(tmp_path)
    assert row.pop("at").endswith("Z")
    assert row == {"level": "info", "component": "engine", "code": "entry",
                   "message": "bought 비트코인", "venue": "upbit"}  # fmt: skip


def test_why_nothing_is_bought_goes_to_the_files_and_not_to_the_screen(
    tmp_path: Path, started: logging.Logger, console: Terminal
) -> None:
    started.info("[HOLD] upbit BTC/KRW below_ema50", extra={"code": "decision"})
    started.info("bought", extra={"code": "entry"})
    assert "[HOLD]" in text_of(tmp_path)
    assert "[HOLD]" not in console.getvalue()
    assert "bought" in console.getvalue()


FORMS = [
    MARKER,
    quote(MARKER, safe=""),
    json.dumps(MARKER),
    MARKER.encode().hex(),
    base64.b64encode(MARKER.encode()).decode(),
    base64.b64encode(b"user:" + MARKER.encode() + b"!").decode(),
    "pin 1234.",
    "pass-word",
    "https://api.telegram.org/bot123456:AAxx-yy/send",
    "Authorization: Bearer eyJhbGciOi.eyJhY2Nlc3M.c2lnbmF0dXJl",
    "X-MBX-APIKEY: abcdefgh",
    "GET /order?x=1&signature=" + "ab" * 32,
    "listenKey=abcdefgh",
    "https://discord.com/api/webhooks/1/abc",
    "redis://me:pass@host",
    "BINANCE_API_SECRET = abc",
]
LEAKS = re.compile(
    r"s3cr|K&y|s3cr%2F|7333637|czNjc|MzY3|1234|pass-word|AAxx|c2lnb|abcdefgh|abab"
    r"|/1/abc|:pass@|= abc"
)


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_masked_in_every_form(
    form: str, tmp_path: Path, started: logging.Logger, console: Terminal
) -> None:
    started.error("said %s", form, extra={"symbol": form})
    started.error("while talking", exc_info=ValueError(form))
    jsonl = (tmp_path / "trading_bot.jsonl").read_text("utf-8")
    for text in (text_of(tmp_path), jsonl, console.getvalue()):
        assert "***" in text
        assert not LEAKS.search(text), text


def test_what_only_looks_like_a_short_secret_stays(tmp_path: Path, started: logging.Logger) -> None:
    started.info("order 812345 at sqlite:///data/trader.db")
    assert "order 812345 at sqlite:///data/trader.db" in text_of(tmp_path)
    assert (
        Redactor([Secret("sqlite:///a.db"), Secret()]).clean("sqlite:///a.db") == "sqlite:///a.db"
    )


def test_no_message_forges_a_second_line(tmp_path: Path, started: logging.Logger) -> None:
    started.warning("coin\n2030-01-01T00:00:00.000Z INFO engine: forged\x1b[31m\u2028x")
    assert len(text_of(tmp_path).splitlines()) == 1
    assert "\\x0a" in text_of(tmp_path)
    assert len(rows_of(tmp_path)) == 1


def test_a_traceback_stands_indented_below_its_message(
    tmp_path: Path, started: logging.Logger
) -> None:
    started.error("failed", exc_info=KeyError("x\ny"), stack_info=True)
    first, *rest = text_of(tmp_path).splitlines()
    assert LINE.fullmatch(first)
    assert rest
    assert all(line.startswith("    ") for line in rest)
    assert "KeyError" in rows_of(tmp_path)[0]["traceback"]


def test_a_korean_windows_console_survives_every_character(
    started: logging.Logger, console: Terminal
) -> None:
    started.info("수익 ▲ 🚀")
    assert "수익 ▲ ?" in console.getvalue()


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_no_color_is_honoured(
    no_color: str, coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    assert logs.wants_colour(Terminal()) is coloured
    assert not logs.wants_colour(io.StringIO())
    record = logging.LogRecord("ccxt.base", logging.ERROR, "", 0, "x", None, None)
    assert ("\x1b" in logs.TextFormatter(Redactor(), colour=coloured).format(record)) is coloured
    assert " ccxt: x" in logs.TextFormatter(Redactor()).format(record)


def test_talkative_libraries_are_kept_quiet(tmp_path: Path, started: logging.Logger) -> None:
    logging.getLogger("ccxt").info("full request")
    assert text_of(tmp_path) == ""


def test_files_rotate(tmp_path: Path, started: logging.Logger) -> None:
    for _ in range(100):
        started.info("x" * 1_000)
    assert (tmp_path / "trading_bot.log.1").exists()
    assert (tmp_path / "trading_bot.log").stat().st_size <= 20_000


def test_a_full_disk_and_a_closed_terminal_do_not_stop_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = logs.LogFile(tmp_path / "x.log", delay=True)
    record = logging.LogRecord("a", logging.INFO, "", 0, "x", None, None)
    terminal = Terminal()
    terminal.close()
    file.stream = terminal  # type: ignore[assignment]
    file.emit(record)
    assert file.lost == 1
    file.stream = None
    logs.Console(terminal).emit(record)
    assert capsys.readouterr().err == ""


def test_messages_for_people_leave_standard_output_to_data() -> None:
    assert logs.console_stream() is sys.stderr


def test_a_secret_that_only_begins_like_an_address_is_masked_too() -> None:
    assert Redactor([Secret("x://[@password")]).clean("is x://[@password") == "is ***"
