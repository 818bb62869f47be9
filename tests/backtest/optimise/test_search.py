"""A search finds what pays, and says honestly when nothing can be said."""

from dataclasses import replace

import numpy as np
import pytest

from tests.backtest.optimise.markets import RUNNING, noise, plan, rallies
from trader.backtest.optimise.search import DAILY_GRID, K_SEARCH, Rules, searched
from trader.backtest.optimise.wording import finding
from trader.backtest.plan import BacktestPlan
from trader.domain.parameters import StrategyShare
from trader.domain.time import DAY, HOUR, MINUTE
from trader.indicators.longer import rows_of
from trader.shell.searching import Finding

FEW = replace(
    DAILY_GRID,
    axes={
        "k_value": (0.4, 0.5),
        "take_profit_percent": (0.03, 0.08),
        "stop_loss_percent": (0.02, 0.04),
    },
    folds=50,
    least_trades=2,
)


def found(made: BacktestPlan, rules: Rules = FEW) -> Finding:
    return finding(made, rules, searched(made, rules, lambda _: None))


def test_a_planted_edge_is_found_and_passes_the_gate() -> None:
    answer = found(plan(rallies(1)))
    assert answer.best["TAKE_PROFIT_PERCENT"] == 0.03
    assert answer.promoted
    assert answer.dsr >= 0.95
    assert answer.reasons == ()
    made = answer.out_of_sample
    assert made["challenger"]["trades"] >= 30
    assert made["challenger"]["total_return"] > made["running"]["total_return"]


def test_noise_is_chosen_from_but_not_adopted() -> None:
    answer = found(plan(noise(1)))
    assert answer.best  # something looked best in sample
    assert not answer.promoted
    assert answer.reasons
    assert answer.text.startswith("tried 8 combinations on 7 days of X/USDT: K 0.")


def test_too_little_history_is_no_evidence() -> None:
    short = rows_of(rallies(1), slice(0, (10 + 7 + 5) * 24))
    answer = found(plan(short))
    assert answer.best
    assert not answer.promoted
    assert answer.reasons == ("too_little_history measured=5 wanted=10",)
    assert "5 spans out of sample, 10 needed" in answer.why


def test_fewer_trades_than_needed_choose_nothing() -> None:
    answer = found(plan(noise(1)), replace(FEW, least_trades=50))
    assert answer.best == {}
    assert not answer.promoted
    assert answer.reasons == ("nothing_chosen",)


def test_the_k_search_without_a_strategy_that_reads_k_tries_nothing() -> None:
    running = replace(RUNNING, strategies=(StrategyShare("rsi_reversion"),))
    answer = found(plan(noise(1), running), K_SEARCH)
    assert (answer.tried, answer.best, answer.promoted) == (0, {}, False)
    assert "reads K" in answer.why


def test_the_k_search_takes_the_highest_return_of_the_last_200_candles() -> None:
    made = plan(rallies(2))
    answer = found(made, replace(K_SEARCH, folds=10))
    assert set(answer.best) == {"K_VALUE"}
    assert answer.tried == 11
    assert answer.in_sample["best"]["total_return"] >= answer.in_sample["running"]["total_return"]
    assert "on 200 candles of X/USDT" in answer.text


def test_loss_limits_end_no_search() -> None:
    strict = replace(RUNNING, max_daily_loss_pct=0.0001, max_monthly_loss_pct=0.0001)
    assert found(plan(rallies(1), strict)) == found(plan(rallies(1)))


def test_a_fold_in_which_a_symbol_has_no_candle_is_left_out() -> None:
    whole, holed = plan(rallies(1)), plan(noise(1), key="Y/USDT")
    candles = holed.series[0].candles
    hole = slice(60 * 24, 68 * 24)  # longer than a training span
    kept = np.setdiff1d(np.arange(len(candles)), np.arange(hole.start, hole.stop))
    gone = replace(holed.series[0], candles=rows_of(candles, kept))  # type: ignore[arg-type]
    both = replace(whole, series=(*whole.series, gone))
    less = searched(both, replace(FEW, axes={"k_value": (0.4, 0.5)}), lambda _: None)
    assert 10 < less.folds < 50


def test_the_share_of_the_work_that_is_done_rises_to_the_whole() -> None:
    told: list[float] = []
    searched(plan(rallies(1)), FEW, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 100


@pytest.mark.parametrize(
    ("rules", "timeframe", "train", "test"),
    [
        (DAILY_GRID, MINUTE, 7 * DAY, DAY),
        (DAILY_GRID, DAY, 7 * DAY, DAY),
        (K_SEARCH, 15 * MINUTE, 200 * 15 * MINUTE, 4 * HOUR),
        (K_SEARCH, 3 * HOUR, 600 * HOUR, 3 * HOUR),
        (K_SEARCH, DAY, 200 * DAY, DAY),
    ],
)
def test_spans_are_whole_candles(rules: Rules, timeframe: int, train: int, test: int) -> None:
    assert rules.lengths(timeframe) == (train, test)
