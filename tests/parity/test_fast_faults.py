"""Faults planted in the kernel, one at a time: the comparison with the live engine catches each.

The kernel runs uncompiled here (that it is the same then is shown first), so that a line of its
source can be changed and put back.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.parity.fast_comparing import met, plan_of, unlike
from tests.parity.kernel_faults import FAULTS
from tests.parity.test_worlds import CATALOGUE
from tests.parity.worlds import World, finer_of
from trader.backtest.fast import compiling, prepared
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.run import run
from trader.backtest.verify import Difference
from trader.domain.time import MINUTE, Timeframe

KERNEL = "trader.backtest.fast.kernel."
LOOSE: dict[str, Any] = {
    "adx_min": 0.0, "adx_falling_filter": False, "min_atr_pct": 0.0, "mtf_filter": False,
    "warmup": 20, "ema_filter": False, "initial_capital": 1e6,
}  # fmt: skip
CHOICES: dict[str, tuple[Any, ...]] = {
    "trailing_stop_percent": (0.0, 0.01, 0.03), "trailing_activation": (0.0, 0.0, 0.01),
    "stop_loss_percent": (0.0, 0.0, 0.02, 0.0001), "take_profit_percent": (0.0, 0.01, 0.05),
    "emergency_stop_percent": (0.0, 0.05), "atr_multiplier": (2.0, 2.0, 40.0),
    "max_holding": (0.0, 7_200.0, 36_000.0), "max_positions": (0, 1, 2, 5),
    "cooldown_candles": (0, 1, 3), "slippage_bps": (0.0, 2.0, 50.0), "fee": (None, 0.0, 0.002),
    "sizing": ("turtle", "stop_risk", "fixed_fraction", "kelly"),
    "max_position_size": (0.0, 0.05, 0.2), "position_fraction": (0.1, 1.0),
    "max_turnover_share": (0.0, 0.0, 0.01), "min_order": (None, None, 50_000.0),
    "lot_step": (None, 1e-8, 1.0), "on_loss_limit": ("pause", "close"),
    "max_daily_loss_pct": (0.0, 0.003, 0.03), "max_weekly_loss_pct": (0.0, 0.01),
    "max_monthly_loss_pct": (0.0, 0.02), "max_consecutive_losses": (0, 2, 5),
    "min_balance_pct": (0.1, 0.1, 0.99), "k_value": (0.1, 0.5), "exit_at_day_end": (False, True),
    "price_collar": (0.0, 0.0, 0.0, 0.005), "max_entries_per_minute": (0, 0, 1),
    "max_order_equity_share": (0.0, 0.0, 0.05),
}  # fmt: skip
NAMES = ("breakout", "rsi_reversion", "ma_cross", "bb_breakout", "mean_reversion")
MARKETS = 70
NO_LIMITS = {
    "max_daily_loss_pct": 0.0, "max_weekly_loss_pct": 0.0, "max_monthly_loss_pct": 0.0,
    "max_consecutive_losses": 0, "max_positions": 0, "min_balance_pct": 0.0,
}  # fmt: skip
WIDE = {
    "emergency_stop_percent": 0.0, "atr_multiplier": 0.0, "take_profit_percent": 0.0,
    "sizing": "turtle",
}  # fmt: skip
ALL_IN = {"sizing": "fixed_fraction", "position_fraction": 1.0, "max_position_size": 0.0}
FAR = {"atr_multiplier": 40.0, "emergency_stop_percent": 0.0, "take_profit_percent": 0.0}
MINUTES = {
    "swing": 0.0006, "gaps": 0.01, "spikes": 0.01, "rows": 3_000,
    "timeframe": Timeframe("1m", MINUTE),
}  # fmt: skip
POINTED: tuple[tuple[int, tuple[str, ...], dict[str, Any], dict[str, Any]], ...] = (
    # cash that another symbol's exit freed at the same first prices
    (3, ("ma_cross", "rsi_reversion"), {}, ALL_IN | {"cooldown_candles": 0}),
    # a leverage that losses in a row make smaller, and that nothing else caps
    (1, ("breakout",), {"swing": 0.001}, {"leverage": None, "liquidation_min_distance": 0.05}),
    # two levels in one candle
    (3, ("breakout",), {"spikes": 0.7, "rows": 1_200}, {"k_value": 0.02}),
    # finer candles that open beyond a stop
    (1, ("breakout", "ma_cross", "rsi_reversion"), {}, {"trailing_stop_percent": 0.004}),
    # a loss limit that an open position meets
    (1, ("ma_cross",), {}, ALL_IN | {"max_daily_loss_pct": 0.01, "on_loss_limit": "close"}),
    # whole blocks of candles in which nothing is met, a trail that follows, a limit in one of them
    (1, ("ma_cross",), MINUTES,
     {"trailing_stop_percent": 0.006, "take_profit_percent": 0.02, "emergency_stop_percent": 0.01}),
    (1, ("rsi_reversion",), MINUTES,
     ALL_IN | FAR | {"take_profit_percent": 0.006, "trailing_stop_percent": 0.004}),
    (1, ("rsi_reversion",), MINUTES,
     ALL_IN | FAR | {"on_loss_limit": "close", "max_daily_loss_pct": 0.01}),
    # nothing but the guard, a record, no stop, no range
    (1, ("rsi_reversion", "breakout"), {"swing": 0.03}, WIDE | {"atr_multiplier": 40.0}),
    (1, ("rsi_reversion", "breakout"), {"swing": 0.03, "rows": 2_000},
     WIDE | {"sizing": "kelly", "emergency_stop_percent": 0.01, "take_profit_percent": 0.002}),
    (1, ("rsi_reversion",), {}, WIDE | {"sizing": "stop_risk", "liquidation_min_distance": 0.0}),
    (1, ("rsi_reversion",), {}, WIDE),
    # trails that a gap at the open raises
    (1, ("ma_cross",), {"gaps": 0.5, "rows": 3_000, "swing": 0.004},
     {"trailing_stop_percent": 0.02, "take_profit_percent": 0.0}),
)  # fmt: skip


ALL_EXITS = (
    "stop_loss", "take_profit", "trailing_stop", "emergency_stop", "liquidation_guard",
    "time_exit", "signal", "loss_limit", "end_of_data",
)  # fmt: skip
ALL_CODES = (
    "daily_loss", "weekly_loss", "monthly_loss", "consecutive_losses", "max_positions",
    "minimum_balance", "no_atr", "no_stop", "kelly_zero", "max_position_size", "free_cash",
    "max_turnover_share", "min_order", "once_per_day", "no_yesterday", "cooldown",
    "level_not_reached", "beyond_level", "price_collar", "fat_finger",
    "message_throttle",
)  # fmt: skip


@cache
def battery() -> list[tuple[BacktestPlan, BacktestResult]]:
    """Small markets in which every rule bites somewhere, and what the live engine makes of them.

    The one that showed a fault last stands first: it shows the next one too, more often than not.
    """
    dice = Random(7)
    drawn = [*map(_pointed, POINTED), *map(_drawn, [dice] * MARKETS)]
    return [(made, run(made, catalogue=CATALOGUE)) for made in drawn]


def _pointed(wanted: tuple[int, tuple[str, ...], dict[str, Any], dict[str, Any]]) -> BacktestPlan:
    count, names, market, chosen = wanted
    usual = {"rows": 600, "scale": 100.0, "swing": 0.01, "gaps": 0.1, "spikes": 0.1, "still": 0.0}
    shape = usual | {"holes": 0.0, "turnover": 1e9} | market
    worlds = [World(seed=seed, **shape) for seed in range(40, 40 + count)]
    settings = LOOSE | NO_LIMITS | {"allow_shorts": True, "leverage": 3.0} | chosen
    made = plan_of(("binance_futures", worlds, dict.fromkeys(names), settings))
    return _detailed(made) if len(names) > 2 else made


def _drawn(dice: Random) -> BacktestPlan:
    venue = dice.choice(("binance_futures", "binance_futures", "upbit"))
    chosen = LOOSE | {name: dice.choice(values) for name, values in CHOICES.items()}
    if venue == "binance_futures":
        chosen |= {"allow_shorts": dice.random() < 0.7, "leverage": dice.choice((None, 3.0, 8.0))}
    alone = dice.random() < 0.5
    worlds = [
        World(
            seed=dice.randrange(10**6), rows=dice.choice((150, 150, 500)), scale=100.0,
            swing=dice.choice((0.01, 0.03)), gaps=0.1, spikes=0.1, still=0.1, holes=0.03,
            turnover=dice.choice((1e9, 1e6)), tick=dice.choice((0.0, 0.01)),
        )
        for _ in range(1 if alone else dice.choice((1, 2, 3)))
    ]  # fmt: skip
    names = dice.sample(NAMES, 1 if alone else dice.choice((1, 2)))
    made = plan_of((venue, worlds, dict.fromkeys(names), chosen))
    return _detailed(made) if dice.random() < 0.2 else made


def _detailed(made: BacktestPlan) -> BacktestPlan:
    series = (replace(one, detail=finer_of(one.candles, 5, 0.1)) for one in made.series)
    return replace(made, series=tuple(series))


@contextmanager
def as_python() -> Iterator[None]:
    """The kernel uncompiled."""
    with pytest.MonkeyPatch.context() as patch, np.errstate(all="ignore"):
        patch.setenv(compiling.AS_PYTHON, "python")
        patch.setattr(prepared, "compiled", _on_plain_objects)
        compiling.compiled.cache_clear()
        yield
    compiling.compiled.cache_clear()


def _on_plain_objects(module: str, name: str) -> Callable[..., None]:
    """`simulate` over plain objects: the attributes of numpy's records take five times as long."""
    simulate = compiling.compiled(module, name)

    def run_it(terms: Any, account: Any, symbols: Any, *others: Any) -> None:
        records = (terms, account, symbols)
        made = [[SimpleNamespace(**_fields(row)) for row in record] for record in records]
        simulate(*made, *others)
        for record, objects in zip(records, made, strict=True):
            for row, one in zip(record, objects, strict=True):
                for field in record.dtype.names:
                    row[field] = getattr(one, field)

    return run_it


def _fields(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in row.dtype.names}


@contextmanager
def planted(module: str, before: str, after: str) -> Iterator[None]:
    """One line of the kernel changed, then put back."""
    found = importlib.import_module(KERNEL + module)
    path = Path(str(found.__file__))
    source = path.read_text(encoding="utf-8")
    assert source.count(before) == 1, (module, before, source.count(before))
    exec(compile(source.replace(before, after), str(path), "exec"), found.__dict__)  # noqa: S102
    compiling.compiled.cache_clear()
    try:
        yield
    finally:
        exec(compile(source, str(path), "exec"), found.__dict__)  # noqa: S102


def first_difference() -> list[Difference]:
    """Of the first market in which the kernel does not do what the live engine does."""
    markets = battery()
    for place, (made, live) in enumerate(markets):
        found = unlike(made, live, CATALOGUE)
        if found:
            markets.insert(0, markets.pop(place))
            return found
    return []


def test_the_battery_meets_every_exit_and_every_limit() -> None:
    """What was never met would never be compared."""
    seen: Counter[str] = Counter()
    for _, live in battery():
        seen.update(met(live))
    sides = {f"{side} {exit_}" for side in ("long", "short") for exit_ in ALL_EXITS}
    assert (sides | set(ALL_CODES)) - set(seen) == set()


def test_uncompiled_the_kernel_does_the_same() -> None:
    with as_python():
        assert first_difference() == []


@pytest.mark.parametrize(("module", "before", "after"), FAULTS)
def test_a_planted_fault_is_caught(module: str, before: str, after: str) -> None:
    with as_python(), planted(module, before, after):
        try:
            found = bool(first_difference())
        except (IndexError, ZeroDivisionError, UnboundLocalError):
            found = True
    assert found
