"""The plain loop that judges all engines obeys page 3.8, and departs from it only when told to."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.bars import invented
from benchmarks.peers.referee import Departure, equity_of, leave, signals
from tests.benchmarks.candles import CALM, Row, prices
from trader.indicators import averages

ENTRY: Row = (100.0, 100.5, 99.5, 100.0)
CASES = [
    # what happens             candles after CALM, entry in row 1              row  price
    ("trail on the way down", [ENTRY, (100.0, 100.0, 99.0, 99.2)], 2, 100.5 * 0.99),
    ("a gap below the stop", [ENTRY, (98.0, 98.5, 97.0, 98.0)], 2, 98.0),
    ("target at its level", [ENTRY, (100.0, 103.5, 100.0, 103.4)], 2, 103.0),
    ("a gap above the target", [ENTRY, (104.0, 105.0, 103.9, 105.0)], 2, 104.0),
    ("stop before target", [ENTRY, (100.0, 103.5, 98.0, 103.0)], 2, 100.5 * 0.99),
    ("in the entry's candle", [(100.0, 100.0, 98.9, 99.0), CALM], 1, 99.0),
    ("between high and close", [ENTRY, (100.0, 102.0, 100.0, 100.5)], 2, 102.0 * 0.99),
    ("an open lifts the trail", [ENTRY, (102.0, 102.0, 100.9, 101.9)], 2, 102.0 * 0.99),
    ("nothing: the last close", [ENTRY, (100.0, 100.6, 99.9, 100.3)], 2, 100.3),
]


@pytest.mark.parametrize(("candles", "row", "price"), [case[1:] for case in CASES])
def test_a_position_is_left_where_the_rules_say(candles: list[Row], row: int, price: float) -> None:
    left, got = leave(prices(CALM, *candles), 1)
    assert left == row
    assert got == pytest.approx(price, rel=1e-12)


DEPARTED = [
    (Departure.LATE_TRAIL, [ENTRY, (100.0, 102.0, 100.0, 100.5), (100.5, 100.6, 100.5, 100.5)]),
    (Departure.LATE_OPEN, [ENTRY, (102.0, 102.0, 100.9, 101.9), (101.9, 102.0, 101.9, 102.0)]),
    (Departure.NO_ENTRY_EXIT, [(100.0, 100.0, 98.9, 99.5), (99.5, 99.6, 99.4, 99.5)]),
    (Departure.SIGNAL_LEVELS, [(101.0, 101.0, 99.5, 100.5), (100.5, 100.9, 100.5, 100.9)]),
]


@pytest.mark.parametrize(("departure", "candles"), DEPARTED)
def test_a_departure_leads_elsewhere(departure: Departure, candles: list[Row]) -> None:
    found = prices(CALM, *candles)
    assert leave(found, 1, {departure}) != leave(found, 1)


def test_signals_are_those_of_our_indicators() -> None:
    """Ours are made by other code: TA-Lib's EMA, bands of merged windows."""
    close = invented(20_000).close
    upper, trend = averages.bollinger(close, 20, 2.0).upper, averages.ema(close, 50)
    above = close > upper
    expected = np.append(False, above[1:] & (close[:-1] <= upper[:-1])) & (close > trend)
    found = signals(close).buy
    assert found.sum() > 100
    assert found.tolist() == expected.tolist()


def test_a_close_at_the_band_is_a_close_call() -> None:
    """Twenty equal closes: band, average and close are one price, rounding decides."""
    assert signals(np.full(80, 100.0)).close_call[60]
    assert not signals(invented(80).close).close_call.any()


def test_equity_goes_all_in_and_pays_both_fees() -> None:
    made = equity_of([(1, 2, 100.0, 110.0)], 1_000.0, 0.01)
    assert made == pytest.approx(1_000.0 / 1.01 * 1.1 * 0.99)
    still = equity_of([], 1_000.0, 0.01, held=(100.0, 120.0))
    assert still == pytest.approx(1_000.0 / 1.01 * 1.2)
