"""Ranges, units and zeros of the schema have words in both languages."""

import pytest

from config.schema import GROUPS
from config.setting import Setting
from dashboard.languages import catalogue, words_in
from dashboard.settings import wording
from dashboard.settings.schema import found, meaning, sections
from tests.dashboard.settings.papers import STRATEGIES

ALL = [setting for group in GROUPS for setting in group.settings]


@pytest.mark.parametrize("setting", ALL, ids=lambda one: one.name)
def test_the_schema_speaks_both_languages(setting: Setting) -> None:
    for language in ("en", "ko"):
        texts = catalogue(language)
        if setting.zero:
            assert f"zero.{wording.slug(setting.zero)}" in texts
        if setting.unit:
            assert f"unit_of.{wording.slug(setting.unit)}" in texts
        assert meaning(setting, language)


def test_values_read_as_people_read_them() -> None:
    words, by_name = words_in("en"), {one.name: one for one in ALL}
    told = {
        "STOP_LOSS_PERCENT": ("0.025", "2.5 %"), "TAKE_PROFIT_PERCENT": ("0", "0 (off)"),
        "INITIAL_CAPITAL": ("1000000", "1,000,000"), "EMA_FILTER": ("yes", "on"),
        "SYMBOLS": ("", "(empty)"), "MAX_HOLDING": ("86400", "86,400 s"), "FEE": ("venue", "venue"),
    }  # fmt: skip
    assert {n: wording.value(words, by_name[n], text) for n, (text, _) in told.items()} == {
        name: said for name, (_, said) in told.items()
    }
    assert wording.value(words, by_name["K_VALUE"], None) == "—"
    assert wording.allowed(words, by_name["K_VALUE"]) == "0.1 to 1.5"
    assert wording.allowed(words, by_name["TAKE_PROFIT_PERCENT"]) == "0 % to below 100 %, 0 = off"
    assert wording.allowed(words_in("ko"), by_name["FEE"]) == "0 % ~ 10 %, 또는 venue"


def test_an_exact_name_is_found_alone_and_meanings_in_the_viewers_language() -> None:
    parts = sections(STRATEGIES)
    assert [one.name for _, one in found(parts, "adx_min", "en")] == ["ADX_MIN"]
    assert "STOP_LOSS_PERCENT" in [one.name for _, one in found(parts, "손절", "ko")]
    assert [one.name for _, one in found(parts, "rsi_low", "en")] == ["RSI_REVERSION_RSI_LOW"]
    assert found(parts, "  ", "en") == []
