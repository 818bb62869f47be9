"""The folder of a bot that has long been at work on many symbols: what a panel must carry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bridge.panel import samples as views
from tests.browser.stage import Stage
from tests.dashboard import samples
from trader.bridge.panel import names

VENUES = {"upbit": "KRW", "binance_spot": "USDT", "binance_futures": "USDT"}
REASONS = ("weak_trend adx=17.2 min=20", "low_volatility atr_pct=0.0052 min=0.008", "no_signal",
           "below_ema50 close=231400 ema50=235020")  # fmt: skip
LOG = "trading_bot.jsonl"
_SHOWN = 500  # trades in a portfolio: the contract's most
_HELD = 10  # positions a venue
Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How much there is."""

    symbols: int = 500
    trades: int = 10_000
    log_lines: int = 100_000


class Crowd(Stage):
    """A stage with that much on it."""

    def __init__(self, folder: Path, size: Size | None = None) -> None:
        super().__init__(folder)
        size = size or Size()
        venues = list(VENUES)
        named = [(venues[n % 3], f"C{n:03}/{VENUES[venues[n % 3]]}") for n in range(size.symbols)]
        self._listed = {v: [symbol for venue, symbol in named if venue == v] for v in venues}
        at = self._began - 20
        self.status["decisions"] = [_decision(at, n, *pair) for n, pair in enumerate(named)]
        self._history = [_shown(n) for n in range(min(_SHOWN, size.trades))]
        self.writer.put_lines(names.TRADES, _trades(named, size.trades, self._began))
        self.writer.put_lines(names.EQUITY, _equity(size.trades))
        self.writer.put(names.WHY, _why(self._began, named))
        _log(self.logs, size.log_lines)

    def portfolios(self, now: float) -> dict[str, Row]:
        """Three full accounts."""
        return {venue: self._portfolio(venue, now) for venue in VENUES}

    def log(self, entry: Row) -> None:
        """The bot says something more."""
        with (self.logs / LOG).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def closed(self, trade: Row) -> None:
        """A position is closed."""
        self.writer.append(names.TRADES, [trade])

    def _portfolio(self, venue: str, now: float) -> Row:
        symbols = self._listed[venue]
        held = symbols[:_HELD]
        return samples.portfolio(
            now,
            positions=dict.fromkeys(held, 0.0015),
            entry_prices=dict.fromkeys(held, 50_000_000.0),
            details={symbol: samples.details(now) for symbol in held},
            trade_history=self._history,
            metadata={"strategy": "day", "timeframe": "15m", "selected_symbols": symbols},
        )


def _decision(at: float, number: int, venue: str, symbol: str) -> Row:
    reasons = ["held"] if number < _HELD * len(VENUES) else [REASONS[number % len(REASONS)]]
    return {
        "venue": venue, "symbol": symbol, "action": "HOLD", "level": None,
        "reasons": reasons, "at": at,
    }  # fmt: skip


def _shown(number: int) -> Row:
    return samples.trade("2023-10-27 10:00:00", 3673.1 - number, 4.9, "take_profit")


def _trades(named: list[tuple[str, str]], count: int, now: float) -> Iterator[Row]:
    """The newest closed a minute ago, each a quarter of an hour after the one before."""
    for number in range(count):
        venue, symbol = named[number % len(named)]
        closed = now - 60.0 - 900.0 * (count - 1 - number)
        times = {"entry_time": round((closed - 3_600) * 1_000), "exit_time": round(closed * 1_000)}
        yield views.trade(
            number, venue=venue, symbol=symbol, opened_at=closed - 3_600, closed_at=closed, **times
        )


def _equity(count: int) -> list[Row]:
    rows = [row for venue in VENUES for row in views.equity(count, venue)]
    return sorted(rows, key=lambda row: row["at"])


def _why(at: float, named: list[tuple[str, str]]) -> Row:
    known = views.why(at)
    hours = [hour | {"venue": venue} for hour in known["hours"] for venue in VENUES]
    one = known["symbols"][views.KEY]
    return known | {"hours": hours, "symbols": {f"{v}:{symbol}": one for v, symbol in named}}


def _log(folder: Path, count: int) -> None:
    """Every hundredth line a warning, every thousandth an error with its code."""
    with (folder / LOG).open("w", encoding="utf-8") as file:
        for number in range(count):
            level = "error" if number % 1_000 == 0 else "warning" if number % 100 == 0 else "info"
            line = samples.entry(
                f"C{number % 500:03}/KRW: candle {number} was judged, nothing is bought", level,
                ("engine", "venues", "feeds")[number % 3], code="rate_limited",
            )  # fmt: skip
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
