"""The four files: columns, order, numbers, the same bytes again, never half of one."""

import csv
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backtest.drawing import T0, plan, result, series, trade
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting.report import Look
from trader.backtest.results import equity_csv, summary, trades_csv, write
from trader.domain.position import Direction, ExitReason
from trader.domain.time import HOUR

FILES = ("equity.csv", "report.html", "result.json", "trades.csv")
METRICS = {
    "total_return", "cagr", "sharpe", "sortino", "calmar", "max_drawdown", "win_rate",
    "profit_factor", "payoff_ratio", "expectancy", "trades", "avg_leverage", "exposure", "fees",
    "funding", "final_equity", "buy_and_hold_return", "stopped_in_entry_candle",
}  # fmt: skip


def run() -> tuple[BacktestPlan, BacktestResult]:
    drawn = plan(series([100.0, 110.0, 99.0]), series([5.0, 5.0, 6.0], "upbit:ETH/KRW"))
    trades = [trade(-0.1, 2), trade(7, 1, key="upbit:ETH/KRW"), trade(3, 1)]
    reasons = {"cooldown": 2, "no_signal": 7, "insufficient_data": 1, "adx_falling": 0}
    return drawn, result([1_000.0, 1_010.0, 1_009.9], trades, no_entry_reasons=reasons, exposed=2)


def test_the_same_run_leaves_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(*run(), tmp_path / name / "deep", Look())
    one, two = (sorted((tmp_path / name / "deep").iterdir()) for name in ("one", "two"))
    assert tuple(path.name for path in one) == FILES
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_what_was_there_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    write(*run(), tmp_path, Look())
    (tmp_path / "trades.csv").write_text("old", encoding="utf-8")
    write(*run(), tmp_path, Look())
    assert (tmp_path / "trades.csv").read_text("utf-8").startswith("venue,")
    assert tuple(sorted(path.name for path in tmp_path.iterdir())) == FILES


def test_trades_stand_in_the_order_of_their_exits_then_symbols() -> None:
    rows = list(csv.DictReader(trades_csv(run()[1]).splitlines()))
    assert [(row["symbol"], row["pnl"]) for row in rows] == [
        ("BTC/KRW", "3.0"),
        ("ETH/KRW", "7.0"),
        ("BTC/KRW", "-0.1"),
    ]


def test_a_short_with_funding_as_one_row() -> None:
    short = trade(
        Decimal("1.25"),
        key="binance_futures:BTC/USDT",
        direction=Direction.SHORT,
        exit_reason=ExitReason.LIQUIDATION_GUARD,
        funding=Decimal("-0.5"),
        leverage=2.5,
        quantity=Decimal("0.00000001"),
        entry_price=Decimal("100000000000000000"),
    )
    assert trades_csv(result([1.0], [short])) == (
        "venue,symbol,strategy,side,entry_time,entry_price,quantity,exit_time,exit_price,"
        "exit_reason,leverage,fees,funding,pnl,pnl_percent\n"
        f"binance_futures,BTC/USDT,breakout,short,{T0},1e+17,1e-08,{T0 + HOUR},100.0,"
        "liquidation_guard,2.5,0.1,-0.5,1.25,1.25\n"
    )


def test_equity_has_one_row_a_candle_with_its_drawdown() -> None:
    drawn, made = run()
    assert "".join(equity_csv(drawn, replace(made, cash=np.array([1_000.0, 900.5, 1_009.9])))) == (
        "timestamp,equity,cash,drawdown\n"
        f"{T0},1000.0,1000.0,0.0\n"
        f"{T0 + HOUR},1010.0,900.5,0.0\n"
        f"{T0 + 2 * HOUR},1009.9,1009.9,{(1010.0 - 1009.9) / 1010.0!r}\n"
    )


@given(st.lists(st.sampled_from([1.0, -0.0, 0.1, 1e22, 1 / 3]), max_size=30))
def test_repeated_values_are_written_like_single_ones(values: list[float]) -> None:
    lines = "".join(equity_csv(plan(series([1.0])), result(values))).splitlines()[1:]
    assert [float(line.split(",")[1]) for line in lines] == values
    assert all(line.split(",")[1] == repr(v + 0.0) for line, v in zip(lines, values, strict=True))


def test_the_summary_holds_what_the_contract_names() -> None:
    drawn, made = run()
    content = summary(drawn, made)
    assert set(content["metrics"]) >= METRICS
    assert list(content["no_entry_reasons"].items()) == [
        ("insufficient_data", 1), ("no_signal", 7), ("cooldown", 2),
    ]  # fmt: skip
    assert content["parameters"]["FEE"] == 0.0005
    assert content["parameters"]["TIMEFRAME"] == "1h"
    assert content["engine"] == "live"
    data = content["data"][1]
    assert data["symbol"] == "ETH/KRW"
    assert (data["rows"], data["gaps"], data["span"]) == (3, 0, [T0, T0 + 2 * HOUR])


def test_undefined_is_null_and_nan_cannot_slip_in(tmp_path: Path) -> None:
    drawn, _ = run()
    write(drawn, result([]), tmp_path, Look())
    content = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert content["metrics"]["sharpe"] is None
    assert content["metrics"]["exposure"] is None
    with pytest.raises(ValueError, match="not JSON compliant"):
        write(drawn, result([1.0], fee=float("nan")), tmp_path, Look())
