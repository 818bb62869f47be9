"""The first minute: what somebody sees who starts the bot on a fresh machine."""

import json
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.bot import VENUES, Bot

MakeBot = Callable[..., Bot]
FIRST_TRADE = 30.0  # seconds, page 2 and the issue
STATUS_KEYS = [
    "status", "timestamp", "cpu", "memory", "warmup_current", "warmup_total", "version", "mode",
    "pid", "started_at", "loop", "venues", "settings_error", "settings_version", "parameters",
    "halts", "decisions", "commands",
]  # fmt: skip
PORTFOLIO_KEYS = [
    "initial_capital", "current_capital", "positions", "entry_prices", "trade_history", "metadata",
    "details", "equity", "peak_equity", "drawdown", "daily_pnl", "timestamp",
]  # fmt: skip


def entries(bot: Bot) -> int:
    """Entry fills so far."""
    query = "SELECT count(*) FROM fills JOIN orders ON orders.id = fills.order_id"
    (row,) = bot.rows(f"{query} WHERE orders.purpose = 'E'")
    return int(row[0])


def check_the_end(bot: Bot) -> None:
    """The exit table, and the last word of the status file."""
    assert bot.code() == 0, bot.output()[-3_000:]
    text = bot.output()
    assert "DEMO · run of" in text
    assert all(text.rindex(venue) > text.rindex("DEMO · run of") for venue in VENUES)
    assert "trades closed" in text
    assert "Traceback" not in text
    status = bot.status()
    assert status is not None
    assert status.status == "stopped"


def test_without_settings_and_flags_it_shows_itself_and_trades_within_half_a_minute(
    a_bot: MakeBot,
) -> None:
    began = time.monotonic()
    bot = a_bot().start()
    first = bot.until(lambda status: True, 10)
    assert first.mode == "demo"
    bot.until(lambda status: status.status == "running")
    bot.until(lambda _: entries(bot), FIRST_TRADE - (time.monotonic() - began))
    check_files(bot)
    check_hot(bot)
    bot.signal(signal.SIGTERM)
    check_the_end(bot)
    head = bot.output()[:4_000]
    for words in ("DEMO", "no real money", "invented prices", "capital", "Ctrl-C", *VENUES):
        assert words in head, words
    check_logs(bot.logs)


def check_files(bot: Bot) -> None:
    """The published files have every field of page 2.3, and agree with one another."""
    status = json.loads((bot.data / "bot_status.json").read_text("utf-8"))
    assert [key for key in STATUS_KEYS if key not in status] == []
    assert set(status["venues"]) == set(status["parameters"]) == set(VENUES)
    assert all(decision["reasons"] or decision["level"] for decision in status["decisions"])
    for venue in VENUES:
        raw = json.loads((bot.data / f"{venue}_portfolio.json").read_text("utf-8"))
        assert [key for key in PORTFOLIO_KEYS if key not in raw] == []
        shown = bot.portfolio(venue)
        assert set(shown.positions) <= set(shown.metadata.selected_symbols)
        assert shown.positions.keys() == shown.details.keys() == shown.entry_prices.keys()
        assert all(detail.protection for detail in shown.details.values())
        assert shown.metadata.strategy == status["parameters"][venue]["STRATEGY_PRESET"]


def check_hot(bot: Bot) -> None:
    """A settings file that was not there before is in force within one loop of 3 s."""
    bot.write_env("CRYPTO_K_VALUE=0.61\n")
    bot.until(lambda s: s.parameters["upbit"]["K_VALUE"] == 0.61, 3.0 + 2.0)


def check_logs(folder: Path) -> None:
    """One line for people, one object for programs, each with UTC time, level and component."""
    for line in (folder / "trading_bot.log").read_text("utf-8").splitlines():
        assert re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z (DEBUG|INFO|WARNING|ERROR) +\w+: ", line), line
    for line in (folder / "trading_bot.jsonl").read_text("utf-8").splitlines():
        assert {"at", "level", "component", "message"} <= json.loads(line).keys()


def test_recorded_candles_are_played_and_traded(a_bot: MakeBot, recorded: Path) -> None:
    began = time.monotonic()
    bot = a_bot().start("--market", str(recorded))
    bot.until(lambda status: status.status == "running")
    bot.until(lambda _: entries(bot), FIRST_TRADE - (time.monotonic() - began))
    check_files(bot)
    bot.signal(signal.SIGTERM)
    check_the_end(bot)


def test_a_second_run_goes_on_with_the_books_of_the_first(a_bot: MakeBot) -> None:
    bot = a_bot()
    assert bot.start("--duration", "6", "--speed", "2000").code() == 0
    before = bot.rows("SELECT id, quantity FROM positions ORDER BY id")
    fills = bot.rows("SELECT count(*) FROM fills")
    cash = bot.portfolio("upbit").current_capital
    bot.start("--duration", "1", "--speed", "0.1")
    check_the_end(bot)
    assert bot.rows("SELECT id, quantity FROM positions ORDER BY id") == before
    assert bot.rows("SELECT count(*) FROM fills") == fills
    assert bot.portfolio("upbit").current_capital == pytest.approx(cash)


def test_deleted_or_damaged_views_are_written_again_from_the_journal(a_bot: MakeBot) -> None:
    bot = a_bot().start("--speed", "2000")
    # The first portfolios come a moment after the first status.
    bot.until(
        lambda _: any(
            (shown := bot.client.portfolio(venue).value) is not None
            and len(shown.trade_history) > 2
            for venue in VENUES
        )
    )
    assert bot.stop() == 0
    before = {venue: bot.portfolio(venue) for venue in VENUES}
    for path in bot.data.glob("*.json"):
        if path.name != "world.json":
            path.write_bytes(b'{"half') if "upbit" in path.name else path.unlink()
    bot.up("--speed", "0.1")
    assert bot.stop() == 0
    for venue, shown in before.items():
        assert bot.portfolio(venue).positions == shown.positions
        # two trades of the same moment have no order of their own
        again, first = bot.portfolio(venue).trade_history, shown.trade_history
        assert sorted(map(repr, again)) == sorted(map(repr, first))
