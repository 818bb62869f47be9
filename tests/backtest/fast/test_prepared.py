"""The fast engine's own promises: the same digits, signals never stale, parts of one plan."""

from __future__ import annotations

import importlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parity.fast_comparing import plan_of
from tests.parity.worlds import World
from trader.backtest import fast
from trader.backtest.fast import compiling
from trader.backtest.fast.wishes import quick_moments
from trader.backtest.plan import BacktestPlan
from trader.backtest.verify import differences
from trader.domain.errors import BadInput
from trader.domain.parameters import Parameters
from trader.domain.time import DAY
from trader.indicators import windows
from trader.strategies.base import Raw, Strategy
from trader.strategies.catalogue import Catalogue, discover
from trader.strategies.chart import Chart

CALM = World(5, 900, 100.0, 0.01, 0.05, 0.02, 0.02, 0.02, 1e8)
LOOSE = {"adx_min": 0.0, "adx_falling_filter": False, "min_atr_pct": 0.0, "initial_capital": 1e6}


def made(**more: object) -> BacktestPlan:
    return plan_of(("upbit", [CALM], {"breakout": None}, LOOSE | more))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 5_000))
def test_compiled_moments_are_those_of_numpy_to_the_last_bit(
    seed: int, period: int, rows: int
) -> None:
    rng = np.random.default_rng(seed)
    values = 10.0 ** rng.integers(-6, 9) * np.exp(np.cumsum(rng.normal(0, 0.01, rows)))
    for quick, plain in zip(
        quick_moments(values, period), windows.moments(values, period), strict=True
    ):
        assert np.array_equal(quick, plain, equal_nan=True)


class Reader(Strategy):
    """Reads a parameter that is none of its business."""

    name = "reader"
    warmup = 20

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        rows = np.arange(len(chart))
        every = round(1 / parameters.take_profit_percent)
        never = np.zeros(len(chart), dtype=bool)
        return Raw(buy=rows % every == 0, sell=rows % every == 5, short=never, cover=never)


def test_signals_are_never_older_than_what_a_strategy_reads() -> None:
    catalogue = Catalogue({"reader": Reader()})
    plan = plan_of(("upbit", [CALM], {"reader": None}, LOOSE))
    prepared = fast.Prepared(plan, catalogue)
    for target in (0.05, 0.02, 0.05, 0.1):
        wanted = replace(plan.parameters, take_profit_percent=target)
        alone = fast.Prepared(replace(plan, parameters=wanted), catalogue).result(wanted)
        assert differences(prepared.result(wanted), alone) == []
        assert len(alone.trades) > 5
    assert "take_profit_percent" in prepared.read


def test_what_a_strategy_does_not_read_computes_no_signals_again() -> None:
    plan = made()
    prepared = fast.Prepared(plan)
    prepared.brief(plan.parameters)
    before = prepared._wishes.computed
    for target in (0.02, 0.03, 0.04):
        prepared.brief(replace(plan.parameters, take_profit_percent=target))
    assert prepared._wishes.computed == before
    prepared.brief(replace(plan.parameters, k_value=0.3))
    assert prepared._wishes.computed > before
    assert "take_profit_percent" not in prepared.read


def test_a_part_of_the_span_is_a_backtest_of_that_part() -> None:
    plan = made()
    times = plan.series[0].candles.time
    start, end = int(times[300]), int(times[700])
    part = fast.Prepared(plan).between(start, end)
    one = plan.series[0]
    cut = replace(plan, series=(replace(one, start_index=300),))
    whole = fast.run(cut)
    inside = [t for t in whole.in_exit_order() if t.exit_time < end - DAY]
    ours = part.result(plan.parameters).in_exit_order()
    assert [t.entry_time for t in inside] == [t.entry_time for t in ours][: len(inside)]
    assert len(inside) > 5
    assert part.plan.series[0].start_index == 300
    with pytest.raises(BadInput, match="no candle in a part of the span"):
        part.between(0, 1)


def test_what_only_the_live_engine_judges_is_refused() -> None:
    with pytest.raises(BadInput, match="add --engine live"):
        fast.run(made(market_shock_pct=0.1))


def test_a_trade_is_counted_again_exactly() -> None:
    result = fast.run(made())
    trade = result.trades[0]
    assert trade is result.trades[0]
    cost, left = trade.entry_price * trade.quantity, trade.exit_price * trade.quantity
    assert float(trade.pnl) == pytest.approx(float(left - cost - trade.fees), abs=1e-9)
    assert [*result.trades][:2] == [*result.trades[:2]]


def test_another_rule_is_another_folder_of_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = [importlib.import_module(name) for name in compiling.MODULES]
    before = compiling.cache_folder(modules)
    assert compiling.cache_folder(modules) == before
    assert compiling.cache_folder(modules[:-1]) != before
    monkeypatch.setenv("NUMBA_CACHE_DIR", "elsewhere")
    assert compiling.cache_folder(modules).parent.name == "elsewhere"


def test_every_rule_that_the_kernel_calls_is_part_of_the_fingerprint() -> None:
    known = set(compiling.MODULES)
    for name in compiling.MODULES:
        module = importlib.import_module(name)
        ours = {
            getattr(value, "__module__", None) or getattr(value, "__name__", "")
            for value in vars(module).values()
            if callable(value) and getattr(value, "__module__", "").startswith("trader.")
        }
        assert ours <= known | {
            "trader.domain.errors",
            "trader.domain.book",
            "trader.domain.parameters",
        }, name


def test_the_catalogue_is_found_when_none_is_given() -> None:
    plan = made()
    given_one = fast.Prepared(plan, discover()).brief(plan.parameters)
    assert fast.Prepared(plan).brief(plan.parameters).metrics == given_one.metrics
