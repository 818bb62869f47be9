"""Rows: contradictions, shorts, and the facts that sizing and leverage ask for."""

from __future__ import annotations

import numpy as np
import pytest

from tests.strategies.drawing import candles_of, walk
from trader.domain.parameters import Parameters
from trader.domain.signal import codes_of
from trader.domain.time import HOUR, MINUTE
from trader.indicators.longer import longer
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart
from trader.strategies.rows import evaluate


class Says(Strategy):
    """Wishes exactly what it is told."""

    name = "says"

    def __init__(self, words: str) -> None:
        self._words = words.split()

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        said = (
            np.full(len(chart), wish in self._words) for wish in ("buy", "sell", "short", "cover")
        )
        return Raw(*said)


@pytest.mark.parametrize(
    ("raw", "shorts", "answer", "hold"),
    [
        ("buy", False, "long", ""),
        ("buy cover", False, "long cover", ""),  # covering is no business of a long
        ("buy sell", False, "sell", "conflicting_signals"),
        ("buy short", False, "", "conflicting_signals"),  # also when shorts are not allowed
        ("buy sell short cover", True, "sell cover", "conflicting_signals"),
        ("sell short", False, "sell", "no_signal"),
        ("sell short", True, "short sell", ""),
        ("short cover", True, "cover", "conflicting_signals"),
        ("sell", False, "sell", "no_signal"),
        ("", True, "", "no_signal"),
    ],
)
def test_contradictions_are_no_entry(raw: str, shorts: bool, answer: str, hold: str) -> None:
    candles = candles_of([100.0] * 3)
    row = evaluate(Says(raw), candles, Parameters(allow_shorts=shorts)).opinion(2)
    given = [word for word in ("long", "short", "sell", "cover") if getattr(row, word)]
    assert " ".join(given) == answer
    assert " ".join(codes_of(row.hold)) == hold
    assert np.isnan(row.long_level)


def test_leverage_facts_are_those_of_the_last_closed_hour_and_only_for_the_formula() -> None:
    candles = candles_of(100.0 * np.exp(1e-5 * np.arange(230 * 60)), MINUTE)
    hours = Chart(longer(candles, HOUR))
    rows = evaluate(Says(""), candles, Parameters(leverage=None))
    last = rows.opinion(len(candles) - 1)
    assert last.hour_atr == hours.atr_share()[-1]
    assert last.regime == hours.regime()[-1] == 1
    assert rows.volatility[-1] == hours.volatility()[-1]
    early = rows.opinion(59 - 1)
    assert np.isnan(early.hour_atr)
    assert (early.regime, early.volatility) == (0, 0)
    zero = evaluate(Says(""), candles, Parameters(leverage=0.0)).opinion(len(candles) - 1)
    assert repr(zero) == repr(last)
    fixed = evaluate(Says(""), candles, Parameters(leverage=1.0)).opinion(len(candles) - 1)
    assert np.isnan(fixed.hour_atr)


def test_above_one_hour_the_own_candles_tell_the_leverage_facts() -> None:
    candles = walk(300, 4 * HOUR)
    row = evaluate(Says(""), candles, Parameters(leverage=None)).opinion(299)
    assert row.hour_atr == Chart(candles).atr_share()[-1]


def test_leverage_facts_of_one_row_are_those_among_all() -> None:
    candles = walk(60 * 60, MINUTE, swing=0.001)
    formula = Parameters(leverage=None)
    end = len(candles) - 1
    alone = evaluate(Says("buy"), candles, formula, since=end).opinion(end)
    assert repr(alone) == repr(evaluate(Says("buy"), candles, formula).opinion(end))


def test_turnover_is_the_median_of_the_last_twenty() -> None:
    candles = candles_of([1.0] * 30, volume=np.arange(30.0))
    row = evaluate(Says(""), candles, Parameters()).opinion(29)
    assert row.turnover == 19.5


@pytest.mark.parametrize("asked", [[0, 1, 2], [1_999, 0], [5, 5], [3, 700, 699], [400, 1_300]])
def test_a_row_is_the_same_in_whatever_order_rows_are_asked(asked: list[int]) -> None:
    candles = walk(2_000, MINUTE)
    rows = evaluate(Says("buy"), candles, Parameters())
    for row in asked:
        assert rows.opinion(row).turnover == pytest.approx(rows.turnover[row], nan_ok=True)


@pytest.mark.parametrize("beyond", [49, 100, 700])
def test_a_row_that_does_not_exist_is_an_error_and_the_others_stay(beyond: int) -> None:
    rows = evaluate(Says("buy"), candles_of([1.0] * 100), Parameters(), since=50)
    before = rows.opinion(99)
    with pytest.raises(IndexError, match=f"row {beyond} is not among the rows from 50 on"):
        rows.opinion(beyond)
    assert repr(rows.opinion(99)) == repr(before)


def test_rows_of_no_candles_are_none() -> None:
    empty = evaluate(Says("buy"), candles_of([]), Parameters(leverage=None))
    assert len(empty.long) == 0
