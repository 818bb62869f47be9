"""The table of settings: whole, and in agreement with engine, example and docs."""

from dataclasses import fields
from pathlib import Path

import pytest

from config.env_file import ABSENT
from config.example import example
from config.reading import Context
from config.reference import reference
from config.schema import BY_ATTRIBUTE, GLOBAL, GROUPS, SCOPES, TRADING, key_of, target_of
from config.setting import Kind, Setting, text_of
from config.settings import load
from config.system import System
from config.values import Names, parse
from tests.config.builders import BACKTEST, DAEMON, NAMES, loaded
from trader.domain.instrument import VENUES
from trader.domain.parameters import Parameters
from trader.shell.parameters import parameters_of

ROOT = Path(__file__).parents[2]
EVERY = [setting for group in GROUPS for setting in group.settings]


def test_every_parameter_of_the_engine_is_a_setting_and_the_other_way_round() -> None:
    engine = {field.name for field in fields(Parameters)} - {"thresholds"}
    assert engine == set(BY_ATTRIBUTE)
    assert all(s.name == s.attribute.upper() or s.attribute == "preset" for s in TRADING.values())


def test_a_backtest_has_the_defaults_of_the_engine() -> None:
    assert parameters_of(loaded(context=BACKTEST).parameters["binance_spot"]) == Parameters()


def test_every_global_setting_has_its_place() -> None:
    secrets = {name for name, setting in GLOBAL.items() if setting.secret}
    assert {field.name.upper() for field in fields(System)} == set(GLOBAL) - secrets
    assert set(SCOPES.values()) - {"crypto"} == set(VENUES)


@pytest.mark.parametrize("setting", EVERY, ids=lambda setting: setting.name)
def test_a_setting_is_explained_and_its_default_is_allowed(setting: Setting) -> None:
    assert setting.en
    assert setting.ko
    assert setting.allowed() or setting.kind in (Kind.TEXT, Kind.SECRET)
    names = Names(NAMES, Context({name: {} for name in NAMES}).presets)
    for value in (setting.default, *setting.cases.values()):
        text = text_of(setting, value)
        assert not text or parse(setting, text, names) == value


def test_a_key_and_its_target_are_inverse() -> None:
    for setting in TRADING.values():
        for scope in ("crypto", *VENUES):
            target = target_of(key_of(scope, setting.attribute), {})
            assert target
            assert (target.scope, target.setting) == (scope, setting)


def test_the_example_is_what_the_table_says() -> None:
    message = "run: python -m config.example > .env.example"
    assert (ROOT / ".env.example").read_text("utf-8") == example(), message


def test_the_docs_are_what_the_table_says() -> None:
    message = "run: python -m config.reference > docs/settings.md"
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == reference(), message


def test_a_copy_of_the_example_changes_nothing() -> None:
    copied = loaded(example())
    assert (copied.changed, copied.version) == (0, loaded().version)


def test_every_line_of_the_example_may_be_uncommented() -> None:
    """All at once they are what is in force without a preset."""
    lines = [line.removeprefix("# ") for line in example().splitlines() if _sets(line)]
    assert len(lines) > len(EVERY)
    uncommented = loaded("\n".join(lines), Context({"breakout": {}}))
    plain = load(ABSENT, {"STRATEGY_PRESET": "none"}, DAEMON)
    for venue in VENUES:
        ours = dict(uncommented.parameters[venue], preset="")
        assert ours == dict(plain.parameters[venue], preset="")


def _sets(line: str) -> bool:
    key = line.removeprefix("# ").partition("=")[0]
    return line.startswith("# ") and "=" in line and target_of(key, {}) is not None
