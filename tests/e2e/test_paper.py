"""Mode paper, the real process: real minutes of a loopback Upbit, its trades, cuts and silence."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.bot import Bot
from tests.e2e.market import Market, trading
from tests.exchanges.core.faults import Trouble
from trader.bridge.panel.client import PanelClient

OPEN = (
    "VENUES=upbit", "LOOP_SECONDS=0.3", "WARMUP_CYCLES=2", "CRYPTO_TIMEFRAME=1m",
    "CRYPTO_STRATEGIES=bb_breakout", "CRYPTO_SYMBOLS=BTC/KRW", "CRYPTO_MIN_ATR_PCT=0",
    "CRYPTO_ADX_MIN=0", "CRYPTO_ADX_FALLING_FILTER=no", "CRYPTO_MTF_FILTER=no",
    "CRYPTO_EMA_FILTER=no", "CRYPTO_MIN_EDGE_ROUND_TRIPS=0", "CRYPTO_STOP_LOSS_PERCENT=0.02",
    "CRYPTO_TAKE_PROFIT_PERCENT=0.5", "CRYPTO_TRAILING_STOP_PERCENT=0",
    "CRYPTO_MARKET_SHOCK_PCT=0",
)  # fmt: skip


@pytest.fixture
def market(recorded: Path) -> Iterator[Market]:
    with trading(recorded) as made:
        yield made


def _env(market: Market, *more: str) -> str:
    return "\n".join((f"UPBIT_API_URL={market.server.url}", *OPEN, *more)) + "\n"


def _log(bot: Bot, words: str) -> list[str]:
    text = (bot.logs / "trading_bot.log").read_text("utf-8")
    return [line for line in text.splitlines() if words in line]


def _held(bot: Bot) -> bool:
    return "BTC/KRW" in bot.portfolio("upbit").positions


def _until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)


def _counted(bot: Bot) -> float | None:
    health = PanelClient(bot.data).health().value
    return None if health is None else health.venues["upbit"].budget_limit


def _source(bot: Bot, source: str) -> None:
    bot.until(lambda status: status.venues["upbit"].price_source == source)


def test_it_warms_up_enters_survives_silence_and_a_cut_exits_and_stops_in_order(
    a_bot: Callable[..., Bot], market: Market
) -> None:
    bot = a_bot(_env(market))
    bot.start("--mode", "paper")
    bot.until(lambda status: status.status == "running")
    assert _log(bot, "history of 1 of 1 symbols")
    market.jump("BTC", 1.03, 50)
    _until(lambda: _held(bot), 75.0)  # when this minute closes above its band
    entry = bot.portfolio("upbit").entry_prices["BTC/KRW"]
    assert entry == pytest.approx(float(market.price("BTC")), rel=0.002)

    market.server.hub.silent = True  # open, alive, and without a word
    market.jump("BTC", 0.96)
    _until(lambda: not _held(bot), 20.0)  # its stop is met all the same
    _source(bot, "rest")
    assert market.server.hub.connections[0].dropped
    market.server.hub.silent = False
    _source(bot, "websocket")

    assert market.server.hub.cut()
    _until(lambda: market.server.hub.connections and market.server.hub.opened > 1)
    status = bot.until(lambda s: s.venues["upbit"].status == "connected", fresh=True)
    assert status.venues["upbit"].latency_ms is not None
    assert _counted(bot), "nobody counts requests in mode paper"
    assert status.mode == "paper"

    assert bot.stop() == 0
    trades = bot.rows("select exit_reason from trades")
    assert trades == [("stop_loss",)]
    assert len(_log(bot, "the stream is silent")) == 1
    assert len(_log(bot, "prices come from the stream again")) >= 1
    assert "Traceback" not in bot.output()
    closed = json.loads((bot.data / "upbit_portfolio.json").read_text())["trade_history"]
    assert closed[0]["reason"] == "stop_loss"


def test_a_start_without_network_is_a_sentence_then_it_opens_by_itself(
    a_bot: Callable[..., Bot], market: Market
) -> None:
    market.server.hub.refuses = 503
    fault = market.server.fault(Trouble.LOST_BEFORE, "GET", "/v1/.*", times=3)
    bot = a_bot(_env(market))
    bot.start("--mode", "paper")
    status = bot.until(lambda s: s.venues["upbit"].status == "disconnected")
    assert status.status == "starting"
    bot.until(lambda s: s.status == "running", 40.0)
    said = _log(bot, "upbit cannot be reached")
    assert fault.fired == 3
    assert said[0].endswith("upbit cannot be reached: no connection; trying again in 1 s")
    assert bot.stop() == 0
    assert "Traceback" not in bot.output()


def test_a_position_lives_over_a_restart_and_is_guarded_before_histories_are_there(
    a_bot: Callable[..., Bot], market: Market
) -> None:
    bot = a_bot(_env(market))
    bot.start("--mode", "paper")
    bot.until(lambda status: status.status == "running")
    bot.buy({"venue": "upbit", "symbol": "BTC/KRW", "amount_quote": 100_000})
    _until(lambda: _held(bot))
    assert bot.stop() == 0
    market.server.fault(Trouble.LOST_BEFORE, "GET", "/v1/candles/.*", times=0)
    market.jump("BTC", 0.9)
    bot.start("--mode", "paper")
    _until(lambda: not _held(bot))
    assert bot.stop() == 0
    assert bot.rows("select exit_reason from trades") in ([("stop_loss",)], [("emergency_stop",)])


def test_the_check_tells_what_it_reaches(a_bot: Callable[..., Bot], market: Market) -> None:
    bot = a_bot(_env(market))
    bot.start("--mode", "paper", "--check")
    assert bot.code() == 0
    assert re.search(r"✔ upbit \w+: public data: 3 markets in", bot.output())
    market.server.fault(Trouble.LOST_BEFORE, "GET", "/v1/market/all", times=0)
    bot.start("--mode", "paper", "--check")
    assert bot.code() == 1
    refused = r"✖ upbit \w+: public data cannot be had .no connection.*check the network"
    assert re.search(refused, bot.output())


def test_a_timeframe_that_the_venue_cannot_make_is_refused(a_bot: Callable[..., Bot]) -> None:
    bot = a_bot("VENUES=upbit\nCRYPTO_TIMEFRAME=30s\n")
    bot.start("--mode", "paper")
    assert bot.code() == 2
    assert "TIMEFRAME" in bot.output()
    assert "Traceback" not in bot.output()
