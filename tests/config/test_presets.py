"""Presets: every strategy is within reach, and every preset fits together."""

import pytest

from config.presets import NAMED, PHASES, TRADING_MODES, Preset, presets, scaled
from config.reading import Context
from config.schema import BY_ATTRIBUTE
from config.setting import text_of
from config.values import Names, parse
from tests.config.builders import NAMES, loaded

ALL = presets(NAMES)
SECONDS = {"m": 60, "h": 3_600}


def test_every_strategy_has_a_preset_and_a_users_own_file_too() -> None:
    assert set(NAMES) <= {name for preset in ALL.values() for name in preset.strategies}
    assert "mine_1h" in presets([*NAMES, "mine"])
    own = loaded("STRATEGY_PRESET=mine_1h", Context({"mine": {}})).parameters["upbit"]
    assert own["strategies"] == (("mine", 1.0),)


def test_a_preset_whose_strategy_is_missing_is_not_offered() -> None:
    assert set(presets(["breakout"])) == {"day", "breakout_1h"}


@pytest.mark.parametrize("preset", ALL.values(), ids=lambda preset: preset.name)
def test_a_preset_is_made_of_allowed_values(preset: Preset) -> None:
    for name, value in preset.values.items():
        setting = BY_ATTRIBUTE[name]
        assert parse(setting, text_of(setting, value), Names(NAMES)) == value
    assert loaded(f"STRATEGY_PRESET={preset.name}\n").parameters["upbit"]["preset"] == preset.name


@pytest.mark.parametrize("preset", ALL.values(), ids=lambda preset: preset.name)
def test_a_presets_exits_fit_together(preset: Preset) -> None:
    values = preset.values
    target, trail = values["take_profit_percent"], values["trailing_stop_percent"]
    assert trail == 0 or target / 3 <= trail <= target / 2
    assert values["trailing_activation"] >= trail
    assert values.get("stop_loss_percent", 0) < 0.05


@pytest.mark.parametrize("preset", ALL.values(), ids=lambda preset: preset.name)
def test_a_preset_under_an_hour_pays_three_round_trips_on_every_venue(preset: Preset) -> None:
    timeframe = preset.values["timeframe"]
    if int(timeframe[:-1]) * SECONDS[timeframe[-1]] >= 3_600:
        return
    assert preset.values["min_edge_round_trips"] == 3
    dearest = 3 * 2 * (0.001 + 0.0002)
    assert preset.values["take_profit_percent"] > dearest


def test_phases_and_modes_point_at_what_there_is() -> None:
    assert {phase.preset for phase in PHASES.values()} <= {preset.name for preset in NAMED}
    assert all(set(factors) <= set(BY_ATTRIBUTE) for factors in TRADING_MODES.values())


def test_scaling_keeps_whole_numbers_whole_and_off_off() -> None:
    assert scaled("max_positions", 1, "conservative") == 1
    assert scaled("max_positions", 0, "aggressive") == 0
    assert scaled("max_position_size", 0.2, "aggressive") == 0.3
    assert scaled("k_value", 0.5, "aggressive") == 0.5
