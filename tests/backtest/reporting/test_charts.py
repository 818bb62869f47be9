"""Drawings: thinned without loss, on round ticks, every trade accounted for."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backtest.drawing import T0, plan, result, series, trade
from tests.backtest.reporting.pages import futures, subject, words
from trader.backtest.ledger import ledger_of
from trader.backtest.reporting.charts import MOST_POINTS, Frame, chart, heat_map, thinned
from trader.backtest.reporting.curves import equity_chart, held_equity, is_logarithmic
from trader.backtest.reporting.excursions import excursions, excursions_chart
from trader.backtest.reporting.lines import Area, Curve
from trader.backtest.reporting.price_charts import (
    FEW_CANDLES,
    MOST_MARKS,
    MOST_SYMBOLS,
    price_section,
)
from trader.backtest.reporting.scales import number_axis, scale_of, time_axis
from trader.domain.position import Direction
from trader.domain.time import HOUR


def test_buy_and_hold_waits_for_a_symbol_that_begins_later() -> None:
    early = series([100.0, 110.0, 120.0, 120.0])
    late = series([1.0, 50.0, 50.0, 100.0], "upbit:ETH/KRW", start=2)
    drawn = plan(early, late)
    held = held_equity(drawn, result([0.0] * 4).time)
    assert held.tolist() == pytest.approx([1_000.0, 1_050.0, 1_100.0, 1_600.0])


VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400)


@given(VALUES, st.integers(10, 60))
def test_a_thinned_curve_keeps_ends_and_extremes(values: list[float], most: int) -> None:
    array = np.array(values)
    rows = thinned(array, most)
    assert len(rows) <= max(most, 4)
    assert rows[0] == 0
    assert rows[-1] == len(values) - 1
    assert array[rows].max() == array.max()
    assert array[rows].min() == array.min()


def test_a_year_of_minutes_is_drawn_with_few_points() -> None:
    assert len(thinned(np.sin(np.arange(525_600)))) <= MOST_POINTS


POSITIVE = st.lists(st.floats(0.001, 1e7), min_size=1, max_size=50)


@given(POSITIVE, st.booleans())
def test_ticks_are_few_and_on_the_scale(values: list[float], logarithmic: bool) -> None:
    scale = scale_of([np.array(values)], logarithmic=logarithmic, zero=False)
    ticks = scale.ticks()
    assert 1 <= len(ticks) <= 12
    assert all(-1e-6 <= scale.share(tick) <= 100 + 1e-6 for tick in ticks)


def test_a_wide_range_is_drawn_in_ratios() -> None:
    wide, narrow = plan(series([100.0, 500.0])), plan(series([100.0, 300.0]))
    made = result([1_000.0, 1_000.0])
    assert is_logarithmic(wide, made)
    assert not is_logarithmic(narrow, made)
    assert not is_logarithmic(wide, result([1_000.0, -5.0]))
    assert "<svg" in equity_chart(wide, result([1_000.0, -5.0]), "a", "b", "c")


def test_a_chart_without_values_is_nothing() -> None:
    nothing = np.empty(0)
    drawn = chart(
        number_axis(0, 1, str), Frame("", str), (Area("", "", nothing, nothing, nothing),)
    )
    assert drawn == ""


def test_names_of_a_chart_are_escaped() -> None:
    at = np.array([T0, T0 + HOUR])
    line = Curve("ours", "<b>", at, np.array([1.0, 2.0]))
    drawn = chart(time_axis(at), Frame('"<i>', lambda _: "<u>", along="<s>"), (line,))
    assert not re.search(r"<[bisu]>", drawn)


def test_a_heat_map_colours_by_sign_and_says_its_numbers() -> None:
    drawn = heat_map(
        ["<r>"], ["a", "b", "c", "d"], [[2.0, -1.0, 0.0, None]], lambda v: f"{v:+.1f}", corner="k"
    )
    assert words(drawn) == "k a b c d <r> +2.0 -1.0 +0.0"
    assert re.findall(r'<td class="(..) ', drawn) == ["u8", "d5"]
    assert drawn.endswith("<td></td></tr></tbody></table></div>")
    above = heat_map(["r"], ["a", "b"], [[2.0, 1.5]], str, centre=1.75)
    assert re.findall(r'<td class="(..) ', above) == ["u8", "d8"]


def marks_of(drawn: str) -> int:
    return drawn.count("<use ")


def test_every_trade_is_marked_at_its_entry_and_exit() -> None:
    drawn = price_section(subject(*futures(60)))
    assert marks_of(drawn) == 120
    assert "drawn once" not in drawn
    assert drawn.count("<title>") == 120


def test_many_trades_are_thinned_and_say_so() -> None:
    drawn = price_section(subject(*futures(4_000)))
    assert 0 < marks_of(drawn) <= MOST_MARKS
    assert f"{marks_of(drawn):,} marks stand for 8,000 entries and exits" in drawn


def test_only_so_many_symbols_are_drawn_and_said() -> None:
    keys = [f"upbit:C{n}/KRW" for n in range(MOST_SYMBOLS + 2)]
    drawn = plan(*(series([100.0, 101.0, 102.0], key) for key in keys))
    made = result([1.0], [trade(1, key=key) for key in keys])
    text = price_section(subject(drawn, made))
    assert text.count("<h3>") == MOST_SYMBOLS
    assert f"the {MOST_SYMBOLS} symbols with the most trades, of {MOST_SYMBOLS + 2}" in text


@pytest.mark.parametrize("count", [FEW_CANDLES, FEW_CANDLES + 1])
def test_few_candles_are_drawn_as_candles(count: int) -> None:
    text = price_section(subject(plan(series([100.0] * count)), result([1.0], [trade(1)])))
    assert ("wicks" in text) is (count <= FEW_CANDLES)


def test_excursions_look_at_every_candle_that_a_trade_lived_in() -> None:
    drawn = plan(series([100.0, 104.0, 90.0, 101.0, 150.0], start=0))
    long = trade(1, 3, entry_time=T0 + HOUR)  # candles 1 to 3: from 90 to 104
    short = trade(1, 3, entry_time=T0 + HOUR, direction=Direction.SHORT)
    last = trade(1, 4, entry_time=T0 + 4 * HOUR)  # the last candle only: from 101 to 150
    ledger = ledger_of(result([1.0], [long, short, last]))
    worst, best = excursions(drawn, ledger)
    assert worst.tolist() == pytest.approx([10.0, 4.0, 0.0])
    assert best.tolist() == pytest.approx([4.0, 10.0, 50.0])


TRADES = st.lists(
    st.tuples(st.integers(0, 59), st.integers(0, 20), st.booleans(), st.booleans()), max_size=40
)


@given(TRADES)
def test_excursions_are_those_of_a_loop(shapes: list[tuple[int, int, bool, bool]]) -> None:
    closes = [100.0 + (n * 37 % 23) for n in range(60)]
    both = [series(closes), series(closes[::-1], "upbit:ETH/KRW")]
    trades = [
        trade(1, min(59, start + length), id=str(n), entry_time=T0 + start * HOUR,
              key=both[other].key, direction=Direction.SHORT if short else Direction.LONG)
        for n, (start, length, other, short) in enumerate(shapes)
    ]  # fmt: skip
    made = result([1.0], trades)
    worst, best = excursions(plan(*both), ledger_of(made))
    for n, one in enumerate(made.in_exit_order()):
        candles = next(s.candles for s in both if s.key == one.key)
        rows = slice((one.entry_time - T0) // HOUR, (one.exit_time - T0) // HOUR + 1)
        down, up = 100 - candles.low[rows].min(), candles.high[rows].max() - 100
        bad, good = (up, down) if one.direction is Direction.SHORT else (down, up)
        assert (worst[n], best[n]) == pytest.approx((max(0, bad), max(0, good)))


def test_dots_on_the_same_spot_are_drawn_once_and_said() -> None:
    about = subject(*futures(50))
    same = excursions_chart(about, np.ones(50), np.ones(50))
    assert marks_of(same) == 2
    assert "2 of 50 trades are drawn" in same
    apart = excursions_chart(about, np.arange(50.0), np.arange(50.0))
    assert marks_of(apart) == 50
