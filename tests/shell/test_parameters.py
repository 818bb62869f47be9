"""Settings become the engine's parameters."""

import pytest

from trader.domain.errors import BadInput
from trader.domain.parameters import Parameters, StrategyShare
from trader.shell.parameters import parameters_of


def test_plain_values_become_the_engines_types() -> None:
    made = parameters_of(
        {
            "strategies": (("breakout", 0.6), ("pullback", 0.4)),
            "timeframe": "4h",
            "symbols": ["BTC/KRW"],
            "k_value": 0.4,
            "thresholds": {"rsi_reversion": {"buy_below": 25.0}},
        }
    )
    assert made.strategies == (StrategyShare("breakout", 0.6), StrategyShare("pullback", 0.4))
    assert (made.timeframe.ms, made.symbols, made.k_value) == (14_400_000, ("BTC/KRW",), 0.4)
    assert made.threshold("rsi_reversion", "buy_below", 30.0) == 25.0
    assert made.threshold("rsi_reversion", "sell_above", 70.0) == 70.0


def test_nothing_means_the_defaults_and_a_stranger_is_refused() -> None:
    assert parameters_of({}) == Parameters()
    with pytest.raises(BadInput, match="'k' is no trading parameter"):
        parameters_of({"k": 1})
