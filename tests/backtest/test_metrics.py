"""Every metric on numbers that can be checked in the head, and what holds for all numbers."""

from decimal import Decimal
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backtest.drawing import T0, plan, result, series, trade
from trader.backtest.ledger import ledger_of
from trader.backtest.metrics import (
    buy_and_hold,
    cagr,
    daily_returns,
    days_traded,
    drawdowns,
    final_equity,
    further_metrics,
    losing_streak,
    max_drawdown,
    metrics_of,
    sharpe,
    sortino,
    trade_metrics,
    underwater_days,
)
from trader.backtest.plan import BacktestPlan
from trader.domain.time import DAY, HOUR


def at(*days: float) -> np.ndarray:
    return np.array([T0 + round(day * DAY) for day in days], dtype=np.int64)


def test_daily_returns_compare_each_days_last_candle_with_the_day_before() -> None:
    #                day 0       | day 1      | day 2: none | day 3
    time = at(0, 0.5, 1, 1.9, 3)
    equity = np.array([90.0, 110.0, 120.0, 121.0, 242.0])
    returns = daily_returns(time, equity, 100.0)
    assert returns.tolist() == pytest.approx([0.10, 0.10, 0.0, 1.0])


def test_no_candles_give_no_returns() -> None:
    assert daily_returns(at(), np.empty(0), 100.0).tolist() == []


def test_sharpe_is_mean_over_sample_deviation_a_year() -> None:
    returns = np.array([0.01, 0.03])
    assert sharpe(returns) == pytest.approx(0.02 / sqrt(2 * 0.01**2) * sqrt(365))


def test_sortino_divides_by_the_root_of_the_mean_squared_losses() -> None:
    returns = np.array([0.04, -0.02, 0.0, 0.02])
    assert sortino(returns) == pytest.approx(0.01 / sqrt(0.0004 / 4) * sqrt(365))


@pytest.mark.parametrize("returns", [[], [0.01], [0.01, 0.01, 0.01], [0.0, 0.0]])
def test_sharpe_without_deviation_is_undefined(returns: list[float]) -> None:
    assert sharpe(np.array(returns)) is None


@pytest.mark.parametrize("returns", [[], [0.01, 0.02], [0.0]])
def test_sortino_without_losses_is_undefined(returns: list[float]) -> None:
    assert sortino(np.array(returns)) is None


def test_drawdown_starts_from_the_capital() -> None:
    equity = np.array([90.0, 120.0, 60.0, 150.0])
    assert drawdowns(equity, 100.0).tolist() == [0.1, 0.0, 0.5, 0.0]
    assert max_drawdown(equity, 100.0) == 0.5
    assert max_drawdown(np.array([110.0, 120.0]), 100.0) == 0.0


@pytest.mark.parametrize(
    ("final", "days", "expected"),
    [
        (200.0, 365.0, 1.0),
        (400.0, 730.0, 1.0),
        (110.0, 0.99, None),
        (0.0, 10.0, -1.0),
        (-5.0, 10.0, None),
    ],
)
def test_cagr_compounds_and_needs_a_day(final: float, days: float, expected: float | None) -> None:
    assert cagr(100.0, final, days) == expected


def test_days_run_from_the_first_traded_start_to_the_last_end() -> None:
    assert days_traded(plan(series([1.0] * 49, start=1))) == 2.0


def test_buy_and_hold_takes_equal_weights_from_the_first_traded_open() -> None:
    #         open of the traded span is 10 and 20; last close 15 (+50 %) and 18 (-10 %)
    doubles, falls = series([5.0, 10.0, 10.0, 15.0], start=2), series([20.0, 18.0], "upbit:ETH/KRW")
    assert buy_and_hold(plan(doubles, falls)) == pytest.approx(0.20)


def test_metrics_of_trades() -> None:
    trades = [
        trade(30, leverage=2.0, funding=Decimal("0.5")),
        trade(10, leverage=1.0),
        trade(-20, leverage=3.0),
        trade(0, leverage=2.0),
    ]
    assert trade_metrics(trades) == {
        "win_rate": 0.5,  # a trade that made nothing is no win
        "profit_factor": 2.0,
        "payoff_ratio": 1.0,
        "expectancy": 5.0,
        "trades": 4,
        "avg_leverage": 2.0,
        "fees": 0.4,
        "funding": 0.5,
    }


def test_what_is_undefined_is_none() -> None:
    nothing = trade_metrics([])
    assert [name for name, value in nothing.items() if value is None] == [
        "win_rate", "profit_factor", "payoff_ratio", "expectancy", "avg_leverage",
    ]  # fmt: skip
    only_wins = trade_metrics([trade(1)])
    assert only_wins["profit_factor"] is only_wins["payoff_ratio"] is None


def test_all_metrics_of_a_small_run() -> None:
    made = metrics_of(
        two_days(), result([1_000.0] * 24 + [1_100.0] * 24, [trade(100, 30)], exposed=12)
    )
    assert made["total_return"] == pytest.approx(0.1)
    assert made["final_equity"] == 1_100.0
    assert made["cagr"] == pytest.approx(1.1 ** (365 / 2) - 1)
    assert made["sharpe"] == pytest.approx(0.05 / sqrt(0.005) * sqrt(365))
    assert made["exposure"] == 0.25
    assert made["max_drawdown"] == 0.0
    assert made["calmar"] is made["sortino"] is None
    assert made["stopped_in_entry_candle"] == 0


def two_days() -> BacktestPlan:
    return plan(series([50.0] * 48))


MONEY = st.decimals(-500, 500, places=8)
PROFITS = st.lists(MONEY, max_size=20)


@given(PROFITS)
def test_final_equity_is_capital_and_all_profits_exactly(profits: list[Decimal]) -> None:
    trades = [trade(profit) for profit in profits]
    assert final_equity(1_000.0, trades) == float(Decimal(1_000) + sum(profits, Decimal(0)))


@given(PROFITS)
def test_rates_and_ratios_stay_where_they_belong(profits: list[Decimal]) -> None:
    made = trade_metrics([trade(profit) for profit in profits])
    assert made["win_rate"] is None or 0 <= made["win_rate"] <= 1
    assert made["profit_factor"] is None or made["profit_factor"] >= 0
    assert made["payoff_ratio"] is None or made["payoff_ratio"] > 0


EQUITY = st.lists(st.floats(1.0, 1e6), min_size=1, max_size=200)


@given(EQUITY, st.floats(1.0, 1e6))
def test_daily_returns_compound_to_the_whole(equity: list[float], capital: float) -> None:
    time = T0 + 5 * HOUR * np.arange(len(equity), dtype=np.int64)
    returns = daily_returns(time, np.array(equity), capital)
    assert len(returns) == (len(equity) - 1) * 5 // 24 + 1
    assert np.prod(1 + returns) == pytest.approx(equity[-1] / capital)


@given(EQUITY, st.floats(1.0, 1e6))
def test_a_drawdown_lies_between_nothing_and_all(equity: list[float], capital: float) -> None:
    falls = drawdowns(np.array(equity), capital)
    assert np.all((falls >= 0) & (falls < 1))
    assert (max_drawdown(np.array(equity), capital) == 0) == (
        np.all(np.diff([capital, *equity]) >= 0)
    )


def test_what_people_ask_besides() -> None:
    hours = (0, 3, 6, 8)
    pnl = (4.0, -2.0, -2.0, 1.0)
    trades = [trade(p, h) for p, h in zip(pnl, hours, strict=True)]
    drawn, made = plan(series([1.0, 2.0])), result([1_000.0], trades)
    found = further_metrics(drawn, made, ledger_of(made))
    assert found == {
        "best_trade": 4.0,
        "worst_trade": -2.0,
        "longest_losing_streak": 2,
        "median_holding_hours": 4.5,
        "underwater_days": 0.0,
        "turnover": pytest.approx(0.8),  # four times 200 of 1,000
        "fee_share": pytest.approx(0.4 / 1.4),
        "break_even_fee": pytest.approx(1.4 / 800),
    }
    nothing = further_metrics(drawn, result([]), ledger_of(result([])))
    assert [name for name, value in nothing.items() if value is not None] == [
        "longest_losing_streak", "underwater_days", "turnover",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("equity", "hours"),
    [
        ([110, 105, 110, 120], 2),  # reached again two hours after the peak
        ([110, 105, 104, 103], 3),  # never: counts to the end
        ([90, 95, 100, 90, 99, 100], 3),  # the first peak is the capital
        ([99, 98, 97], 2),
        ([100, 100], 1),
        ([], 0),
    ],
)
def test_the_longest_wait_for_a_new_high(equity: list[float], hours: int) -> None:
    time = T0 + HOUR * np.arange(len(equity), dtype=np.int64)
    days = underwater_days(time, np.array(equity, dtype=np.float64), 100.0)
    assert days == pytest.approx(hours / 24)


@pytest.mark.parametrize(
    ("pnl", "longest"), [([], 0), ([1], 0), ([-1], 1), ([-1, -1, 1, -1], 2), ([-1, 0, -1, -1], 2)]
)
def test_losses_in_a_row(pnl: list[float], longest: int) -> None:
    assert losing_streak(np.array(pnl, dtype=np.float64)) == longest
