"""Every preset there is buys on real candles, with its own filters and its strategies' own."""

import pytest

from config.env_file import ABSENT
from config.presets import Preset
from config.reading import Context
from config.settings import load
from tests.strategies.drawing import real
from trader.domain.candles import Candles
from trader.domain.time import Timeframe
from trader.indicators.longer import longer
from trader.shell.parameters import parameters_of
from trader.strategies.catalogue import discover
from trader.strategies.filters import Market
from trader.strategies.rows import evaluate

CATALOGUE = discover()
CONTEXT = Context(CATALOGUE.thresholds(), "backtest")
BITCOIN = Market("BTC", 0.0005)
FILES = {
    "1m": "upbit__BTC-KRW__1m",
    "15m": "binance__BTC-USDT__15m",
    "1h": "upbit__BTC-KRW__1h",
    "4h": "upbit__BTC-KRW__1h",
}


def candles_for(timeframe: str) -> Candles:
    candles = real(FILES[timeframe], slice(-40_000, None))
    return longer(candles, Timeframe.parse(timeframe).ms) if timeframe == "4h" else candles


@pytest.mark.parametrize("preset", CONTEXT.presets.values(), ids=lambda preset: preset.name)
def test_a_preset_buys_on_real_candles(preset: Preset) -> None:
    settings = load(ABSENT, {"STRATEGY_PRESET": preset.name}, CONTEXT)
    parameters = parameters_of(settings.by_venue["upbit"].values)
    candles = candles_for(preset.values["timeframe"])
    for strategy in preset.strategies:
        rows = evaluate(CATALOGUE.get(strategy), candles, parameters, BITCOIN, 0)
        assert (rows.long & (rows.long_blocks == 0)).sum() > 5
