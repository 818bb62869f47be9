"""Sensitivity: one parameter at a time, through the settings' own ranges, and a plain verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import isnan
from types import MappingProxyType

import pytest

from tests.backtest.honesty.drawing import Drawn, outcome
from trader.backtest.honesty.sensitivity import CHANGES, Sensitivity, sensitivity
from trader.backtest.honesty.sensitivity_report import as_content, section, sentence
from trader.backtest.honesty.wording import wording
from trader.domain.parameters import Parameters, StrategyShare

BASE = Parameters(k_value=0.5, take_profit_percent=0.05, emergency_stop_percent=0.05)
OWN = {"momentum": {"roc": 0.02, "volume": 1.5}}


@dataclass
class Formula:
    """Trials whose return follows from the parameters; keeps what was tried."""

    gain: Callable[[Parameters], float]
    tried: list[Parameters] = field(default_factory=list)

    def brief(self, parameters: Parameters) -> Drawn:
        self.tried.append(parameters)
        gain = self.gain(parameters)
        return outcome([gain, gain / 2, -gain / 3], total_return=gain)


def found(gain: Callable[[Parameters], float], *names: str, base: Parameters = BASE) -> Sensitivity:
    return sensitivity(Formula(gain), base, names, "total_return", OWN)


def test_each_parameter_is_moved_alone_by_ten_and_twenty_percent() -> None:
    trials = Formula(lambda p: p.k_value + p.take_profit_percent)
    result = sensitivity(trials, BASE, ("K_VALUE", "take_profit_percent"), "total_return")
    assert [line.name for line in result.lines] == ["K_VALUE", "TAKE_PROFIT_PERCENT"]
    assert [moved.change for moved in result.lines[0].moved] == list(CHANGES)
    assert [moved.value for moved in result.lines[0].moved] == [0.4, 0.45, 0.55, 0.6]
    assert [moved.value for moved in result.lines[1].moved] == [0.04, 0.045, 0.055, 0.06]
    for tried in trials.tried[1:5]:
        assert replace(tried, k_value=0.5) == BASE


def test_a_result_on_one_value_is_called_so_in_both_languages() -> None:
    result = found(lambda p: 0.08 if p.k_value == 0.5 else -0.03, "K_VALUE")
    assert result.fragile
    english = "A small change (K_VALUE -10 %) turns +8.00 % into -3.00 %: the result hangs on one"
    assert sentence(result, wording("en")).startswith(english)
    assert "K_VALUE -10 %" in sentence(result, wording("ko"))
    assert "box amber" in section(result, wording("en"))


def test_a_plateau_is_stable() -> None:
    result = found(lambda p: 0.08 - 0.02 * abs(p.k_value - 0.5), "K_VALUE")
    assert not result.fragile
    assert sentence(result, wording("en")) == (
        "Changes of 10 % move +8.00 % to between +7.90 % and +7.90 %: "
        "it does not hang on one value."
    )
    assert "box amber" not in section(result, wording("ko"))


def test_a_loss_is_no_plateau() -> None:
    result = found(lambda p: -0.08 + p.k_value / 100, "K_VALUE")
    assert not result.fragile
    assert sentence(result, wording("en")).endswith("-7.45 %.")


def test_what_makes_no_difference_is_named_apart() -> None:
    result = found(lambda p: p.k_value, "K_VALUE", "ADX_MIN")
    assert [line.name for line in result.lines] == ["K_VALUE"]
    assert result.without == ("ADX_MIN",)
    nothing = found(lambda p: 0.1, "ADX_MIN")
    assert sentence(nothing, wording("en")).startswith("No change of up to 20 %")


def test_what_is_off_or_no_number_is_left_out() -> None:
    result = found(lambda p: p.k_value, "STOP_LOSS_PERCENT", "SIZING", "NO_SUCH_THING")
    assert result.lines == ()
    assert sentence(result, wording("en")).startswith("There is no parameter to change")


def test_values_that_settings_refuse_are_not_tried() -> None:
    """A stop at 4.5 % may become 4.95 %, not 5.4 %: the emergency stop is at 5 %."""
    base = replace(BASE, stop_loss_percent=0.045)
    moved = found(lambda p: p.stop_loss_percent, "STOP_LOSS_PERCENT", base=base).lines[0].moved
    assert [isnan(one.total_return) for one in moved] == [False, False, False, True]
    text = as_content(found(lambda p: p.stop_loss_percent, "STOP_LOSS_PERCENT", base=base))
    assert text["parameters"][0]["changes"][3]["total_return"] is None


def test_without_names_the_strategies_own_thresholds_are_moved() -> None:
    def gain(p: Parameters) -> float:
        return p.threshold("momentum", "roc", 0.02) * 3 + p.take_profit_percent

    base = replace(BASE, strategies=(StrategyShare("momentum"),))
    result = found(gain, base=base)
    assert {line.name for line in result.lines} == {"TAKE_PROFIT_PERCENT", "MOMENTUM_ROC"}
    assert "MOMENTUM_VOLUME" in result.without
    own = replace(base, thresholds=MappingProxyType({"momentum": MappingProxyType({"roc": 0.04})}))
    values = {line.name: line.value for line in found(gain, base=own).lines}
    assert values["MOMENTUM_ROC"] == 0.04


def test_whole_numbers_stay_whole() -> None:
    trials = Formula(lambda p: p.max_positions / 100)
    sensitivity(trials, BASE, ("MAX_POSITIONS",), "total_return")
    assert [p.max_positions for p in trials.tried] == [5, 4, 4, 6, 6]
    assert all(isinstance(p.max_positions, int) for p in trials.tried)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_section_shows_every_value(language: str) -> None:
    text = section(found(lambda p: p.k_value, "K_VALUE"), wording(language))
    for shown in ("+40.00 %", "+45.00 %", "+50.00 %", "+55.00 %", "+60.00 %", "K_VALUE"):
        assert shown in text
