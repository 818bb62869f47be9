"""All trades of a fixed set of runs have one fingerprint: a change of any of them is noticed.

When a rule is changed on purpose, look at what became of the trades first, then write the new
fingerprint here.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from tests.parity.comparing import plan
from tests.parity.test_oracle import STRATEGIES
from tests.parity.worlds import H1, World, series_of
from trader.backtest.run import run
from trader.domain.position import ClosedTrade
from trader.strategies.catalogue import discover

FINGERPRINT = "935b8deab43deb88ca12f9ed63746bf0fa3ffb4a5980b313c99a58c4e49d892b"
TRADES = 1505
CALM = World(1, 2_500, 100.0, 0.01, 0.02, 0.02, 0.05, 0.01, 1e8)
WILD = World(2, 2_500, 0.05, 0.02, 0.1, 0.1, 0.0, 0.0, 1e7)
LOOSE: dict[str, Any] = {"adx_min": 0.0, "adx_falling_filter": False, "initial_capital": 1e5}
SIZES = ("turtle", "stop_risk", "fixed_fraction", "kelly")


def trades() -> Iterator[ClosedTrade]:
    """Of every strategy alone, long and short with funding, then of all sizes on two symbols."""
    catalogue = discover()
    venue = "binance_futures"
    for name in STRATEGIES:
        settings = LOOSE | {"allow_shorts": True, "leverage": None, "trailing_stop_percent": 0.03}
        chosen = plan([series_of(f"{venue}:BTC/USDT", CALM)], H1, {name: None}, settings)
        yield from run(chosen, catalogue=catalogue).in_exit_order()
    both = [series_of("upbit:BTC/KRW", CALM), series_of("upbit:ETH/KRW", WILD)]
    for size in SIZES:
        names = {"breakout": 0.5, "rsi_reversion": 0.5}
        settings = LOOSE | {"sizing": size, "max_positions": 1, "on_loss_limit": "close"}
        chosen = plan(both, H1, names, settings | {"initial_capital": 1e6})
        yield from run(chosen, catalogue=catalogue).in_exit_order()


def line(t: ClosedTrade) -> str:
    """A trade to nine digits: another processor may differ in the last bits of a logarithm."""
    numbers = (t.quantity, t.entry_price, t.exit_price, t.fees, t.funding, t.pnl)
    words = (t.key, t.strategy, t.direction.word, t.entry_time, t.exit_time, t.exit_reason)
    return " ".join([*map(str, words), *(f"{float(n):.9g}" for n in numbers)])


def test_all_trades_have_the_fingerprint_that_they_always_had() -> None:
    lines = [line(trade) for trade in trades()]
    found = sha256("\n".join(lines).encode()).hexdigest()
    assert (len(lines), found) == (TRADES, FINGERPRINT)
