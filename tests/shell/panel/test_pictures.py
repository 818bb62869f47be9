"""Charts show what the strategy looked at, and where its filters allowed no entry."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.strategies.drawing import candle_at, first_rows, walk
from tests.strategies.test_live import CATALOGUE, KEY, terms
from trader.bridge.panel.schemas import ChartFile
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.signal import BIT
from trader.domain.time import MINUTE
from trader.shell.panel.pictures import BARS, picture
from trader.strategies.chart import Chart
from trader.strategies.live import ArraySignals, RollingSignals, Sitting

FRAME = 15 * MINUTE
CANDLES = walk(1_500, FRAME, swing=0.006)
HEAD = {
    "timestamp": 1.0, "venue": "binance_futures", "symbol": "XRP/USDT", "timeframe": "15m",
    "strategy": "x", "forming": None, "levels": [],
}  # fmt: skip


def sitting(name: str, **settings: Any) -> Sitting:
    parameters = replace(Parameters(strategies=(StrategyShare(name),), leverage=2.0), **settings)
    signals = RollingSignals(terms(parameters))
    signals.seed(KEY, first_rows(CANDLES, 1_400))
    for row in range(1_400, len(CANDLES)):
        signals.close(candle_at(CANDLES, row, KEY))
    found = signals.sitting(KEY)
    assert found is not None
    return found


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_every_strategy_has_a_picture_that_can_be_read(name: str) -> None:
    text = json.dumps(HEAD | picture(sitting(name)), allow_nan=False)
    chart = ChartFile.model_validate_json(text)
    assert len(chart.bars) == BARS
    assert chart.bars[-1][4] == CANDLES.close[-1]
    assert chart.overlays
    assert all(len(overlay.points) == BARS for overlay in chart.overlays)


def test_indicators_are_the_strategys_own() -> None:
    made = picture(sitting("trend_following"))
    found = {overlay["id"]: overlay for overlay in made["overlays"]}
    assert {"ema20", "ema50", "adx", "macd", "macd_signal", "macd_histogram"} <= set(found)
    assert found["adx"]["pane"] == "adx"
    shown = [point[1] for point in found["ema20"]["points"]]
    np.testing.assert_allclose(shown, Chart(CANDLES).ema(20)[-BARS:], rtol=1e-6)


def test_a_level_stands_over_the_candle_in_which_it_held() -> None:
    made = picture(sitting("breakout"))
    level = next(o for o in made["overlays"] if o["id"] == "long_level")
    rows = ArraySignals({KEY: CANDLES}, sitting("breakout").terms).rows(KEY, "breakout")
    assert level["points"][-1] == [int(CANDLES.time[-1]), pytest.approx(rows.long_level[-2])]


@pytest.mark.parametrize("shorts", [False, True])
def test_shade_lies_where_no_entry_was_possible(shorts: bool) -> None:
    made = picture(sitting("trend_following", allow_shorts=shorts))
    rows = ArraySignals({KEY: CANDLES}, sitting("trend_following", allow_shorts=shorts).terms).rows(
        KEY, "trend_following"
    )
    for place in range(len(CANDLES) - BARS + 1, len(CANDLES)):
        at = int(CANDLES.time[place])
        codes = [s["code"] for s in made["shade"] if s["from"] <= at < s["to"]]
        mask = int(rows.long_blocks[place - 1])
        free = not mask or (shorts and not rows.short_blocks[place - 1])
        assert codes == ([] if free else [_first(mask)])


def test_a_picture_keeps_still_while_candles_close() -> None:
    signals = RollingSignals(terms())
    signals.seed(KEY, first_rows(CANDLES, 1_400))
    taken = signals.sitting(KEY)
    assert taken is not None
    before = picture(taken)
    for row in range(1_400, len(CANDLES)):
        signals.close(candle_at(CANDLES, row, KEY))
    assert picture(taken) == before


def test_looking_changes_no_opinion() -> None:
    name = CATALOGUE.names[0]
    one, other = RollingSignals(terms()), RollingSignals(terms())
    for signals in (one, other):
        signals.seed(KEY, first_rows(CANDLES, 1_400))
    at, price = int(CANDLES.time[1_400]), float(CANDLES.open[1_400])
    one.opinion(KEY, name, at, price)
    one.sitting(KEY)
    for strategy in CATALOGUE.names:
        assert repr(one.opinion(KEY, strategy, at, price)) == repr(
            other.opinion(KEY, strategy, at, price)
        )


def test_a_symbol_without_candles_has_no_picture() -> None:
    assert RollingSignals(terms()).sitting(KEY) is None


def _first(mask: int) -> str:
    return next(code for code, bit in BIT.items() if mask & bit)
