"""The settings page: found, drafted, reviewed, applied as one command, refused, put back."""

from __future__ import annotations

import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.place import VIEWER, Place
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon
from tests.dashboard.settings.papers import ENV, HIDDEN, lay_out


@pytest.fixture
def laid_out(running: FakeDaemon) -> FakeDaemon:
    lay_out(running.data_dir)
    return running


def opened(panel: AppTest, key: str = "", **state: Any) -> AppTest:
    for name, value in state.items():
        panel.session_state[name] = value
    panel.run()
    if key:
        panel.query_params["key"] = key
    shown = panel.switch_page("../pages/settings.py").run()
    assert not shown.exception
    return shown


def typed(panel: AppTest, key: str, value: Any) -> None:
    """Type into the field of a key of `.env`."""
    fields = (*panel.number_input, *panel.text_input, *panel.selectbox, *panel.toggle)
    field = next(one for one in fields if str(one.key).startswith(f"edit_{key}_"))
    field.set_value(value).run()
    assert not panel.exception


def tables(panel: AppTest) -> list[Any]:
    return [frame.value.to_dict("list") for frame in panel.dataframe]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("view", ["list", "bundles", "history"])
def test_every_view_opens(panel: AppTest, laid_out: FakeDaemon, language: str, view: str) -> None:
    panel.query_params["lang"] = language
    shown = opened(panel, settings_view=view)
    wanted = {"list": "STRATEGY_PRESET", "bundles": "attack", "history": "CRYPTO_K_VALUE"}
    said = texts(shown) + str([box.options for box in shown.selectbox])
    assert wanted[view] in said


def test_every_group_opens(panel: AppTest, laid_out: FakeDaemon) -> None:
    opened(panel)
    for group in ("system", "exits", "size", "limits", "filters", "orders", "optimiser",
                  "secrets", "endpoints", "thresholds"):  # fmt: skip
        panel.selectbox(key="settings_group").set_value(group).run()
        assert not panel.exception
    assert "RSI_REVERSION_RSI_LOW" in texts(panel)


def test_the_address_names_a_key(panel: AppTest, laid_out: FakeDaemon) -> None:
    said = texts(opened(panel, "K_VALUE"))
    assert "**K_VALUE**" in said
    assert "**STRATEGY_PRESET**" not in said
    assert "Upbit: 0.4  (.env:2)" in said
    assert "Default: 0.5 · allowed: 0.1 to 1.5 · in force at once" in said


def test_a_search_reads_meanings_and_says_when_nothing_fits(
    panel: AppTest, laid_out: FakeDaemon
) -> None:
    opened(panel)
    panel.text_input(key="settings_sought").set_value("trailing").run()
    assert "**TRAILING_STOP_PERCENT**" in texts(panel)
    panel.text_input(key="settings_sought").set_value("qqq").run()
    assert "No setting fits this search" in texts(panel)


def test_a_secret_is_set_and_nothing_more(panel: AppTest, laid_out: FakeDaemon) -> None:
    lay_out(laid_out.data_dir, ENV + HIDDEN)
    assert "set (never shown)" in texts(opened(panel, "UPBIT_SECRET_KEY"))


def test_a_change_is_drafted_reviewed_and_sent_as_one_command(
    panel: AppTest, laid_out: FakeDaemon
) -> None:
    opened(panel, "K_VALUE")
    typed(panel, "CRYPTO_K_VALUE", 0.7)
    assert laid_out.waiting() is None
    assert "Changes not applied yet: 2" in texts(panel)
    panel.button(key="settings_review_button").click().run()
    assert "CRYPTO_K_VALUE: 0.5 → 0.7\nUPBIT_K_VALUE: 0.4 → taken out" in texts(panel)
    assert dict(zip(tables(panel)[0]["Now"], tables(panel)[0]["Then"], strict=True)) == {
        "0.4": "0.7",
        "0.5": "0.7",
    }
    panel.button(key="confirm_yes").click().run()
    assert laid_out.answer("done", "K_VALUE=0.7")["args"] == {
        "values": {"CRYPTO_K_VALUE": 0.7, "UPBIT_K_VALUE": None}
    }
    lay_out(laid_out.data_dir, ENV.replace("K_VALUE=0.5", "K_VALUE=0.7").replace(
        "UPBIT_K_VALUE=0.4\n", ""))  # fmt: skip
    said = texts(panel.run())
    assert "In force: 0.7  (.env:1)" in said
    assert "Changes not applied yet" not in said


def test_percent_is_typed_and_a_fraction_is_sent(panel: AppTest, laid_out: FakeDaemon) -> None:
    opened(panel, "TAKE_PROFIT_PERCENT", settings_scope="upbit")
    typed(panel, "UPBIT_TAKE_PROFIT_PERCENT", 2.9)
    panel.button(key="settings_review_button").click().run()
    panel.button(key="confirm_yes").click().run()
    assert laid_out.answer()["args"] == {"values": {"UPBIT_TAKE_PROFIT_PERCENT": 0.029}}


def test_a_wrong_value_is_marked_with_its_range_and_cannot_be_reviewed(
    panel: AppTest, laid_out: FakeDaemon
) -> None:
    opened(panel, "K_VALUE")
    typed(panel, "CRYPTO_K_VALUE", 7.0)
    assert "out of range. Allowed: 0.1 to 1.5" in texts(panel)
    assert panel.button(key="settings_review_button").disabled


def test_what_dares_more_is_held_or_typed(panel: AppTest, laid_out: FakeDaemon) -> None:
    opened(panel, "MAX_POSITION_SIZE")
    typed(panel, "CRYPTO_MAX_POSITION_SIZE", 60.0)
    panel.button(key="settings_review_button").click().run()
    said = texts(panel)
    assert "Largest order: 337,860 KRW → 675,720 KRW (bound by MAX_POSITION_SIZE)" in said
    assert "dares more than now" in said
    assert "▲ more" in str(tables(panel))
    assert panel.button(key="confirm_yes").disabled


def test_what_does_not_fit_together_is_not_sent(panel: AppTest, laid_out: FakeDaemon) -> None:
    opened(panel, "STOP_LOSS_PERCENT")
    typed(panel, "CRYPTO_STOP_LOSS_PERCENT", 6.0)
    panel.button(key="settings_review_button").click().run()
    assert "must be below the emergency stop 0.05" in texts(panel)
    assert panel.button(key="confirm_yes").disabled


def test_a_line_goes_back_to_its_default(panel: AppTest, laid_out: FakeDaemon) -> None:
    opened(panel, "MAX_POSITION_SIZE")
    panel.button(key="reset_MAX_POSITION_SIZE").click().run()
    panel.button(key="settings_review_button").click().run()
    panel.button(key="confirm_yes").click().run()
    assert laid_out.answer()["args"] == {"values": {"MAX_POSITION_SIZE": None}}


def test_a_discarded_draft_is_gone(panel: AppTest, laid_out: FakeDaemon) -> None:
    opened(panel, "K_VALUE")
    typed(panel, "CRYPTO_K_VALUE", 0.7)
    panel.button(key="settings_discard").click().run()
    assert "Changes not applied yet" not in texts(panel)
    assert [f.value for f in panel.number_input if str(f.key).startswith("edit_CRYPTO_K")] == [0.5]


def test_a_draft_survives_another_page(panel: AppTest, laid_out: FakeDaemon) -> None:
    opened(panel, "K_VALUE")
    typed(panel, "CRYPTO_K_VALUE", 0.7)
    panel.switch_page("../pages/logs.py").run()
    panel.query_params["key"] = "K_VALUE"
    panel.switch_page("../pages/settings.py").run()
    assert "Changes not applied yet: 2" in texts(panel)
    assert 0.7 in [field.value for field in panel.number_input]


def test_a_preset_shows_what_it_changes(panel: AppTest, laid_out: FakeDaemon) -> None:
    opened(panel, settings_view="bundles")
    panel.selectbox(key="preset_name").set_value("swing").run()
    table = tables(panel)[0]
    assert dict(zip(table["Setting"], table["Then"], strict=True))["TIMEFRAME"] == "4h"
    panel.selectbox(key="bundles_scope").set_value("upbit").run()
    panel.button(key="preset_review").click().run()
    assert "UPBIT_STRATEGY_PRESET: (not there) → swing" in texts(panel)


def test_a_preset_that_dares_less_is_one_click(panel: AppTest, laid_out: FakeDaemon) -> None:
    lay_out(laid_out.data_dir, "STRATEGY_PRESET=swing\n")
    opened(panel, settings_view="bundles", preset_name="momentum_1h")
    panel.button(key="preset_review").click().run()
    panel.button(key="confirm_yes").click().run()
    assert laid_out.answer()["args"] == {"preset": "momentum_1h"}


def test_a_phase_is_explained_and_reviewed(panel: AppTest, laid_out: FakeDaemon) -> None:
    said = texts(opened(panel, settings_view="bundles", bundle_PHASE="2"))
    assert "2 defence: large coins. Leverage from 1.5×, 1× to 5×" in said
    assert "Changed only in a terminal" in said
    panel.button(key="review_PHASE").click().run()
    panel.button(key="confirm_yes").click().run()
    assert laid_out.answer()["args"] == {"values": {"CRYPTO_PHASE": 2}}


def test_the_way_back_is_one_review(panel: AppTest, laid_out: FakeDaemon) -> None:
    said = texts(opened(panel, settings_view="history"))
    assert "MAX_POSITION_SIZE: 0.3 → taken out" in said
    assert "These differ too" in said
    assert tables(panel)[-1]["By"] == ["panel"]
    assert tables(panel)[-1]["Change"] == ["0.6 → 0.5"]
    panel.button(key="settings_back").click().run()
    assert "CRYPTO_K_VALUE: 0.5 → 0.6" in texts(panel)


def test_a_viewer_sees_everything_and_edits_nothing(
    panel: AppTest, place: Place, laid_out: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADER_PANEL_PASSWORD_HASH", "x")
    monkeypatch.setenv("TRADER_PANEL_VIEWER_HASH", "y")
    for view in ("list", "bundles", "history"):
        shown = opened(panel, "K_VALUE", role=VIEWER, settings_view=view)
        keys = [str(one.key) for one in (*shown.button, *shown.number_input, *shown.text_input)]
        assert not [key for key in keys if key.startswith(("edit_", "reset_", "review_"))]
        assert not {"preset_review", "settings_back"} & set(keys)
        assert "You are watching" in texts(shown)


def test_a_refused_line_is_marked_where_it_stands(panel: AppTest, laid_out: FakeDaemon) -> None:
    error = ".env:2 UPBIT_K_VALUE=9: is out of range, allowed: 0.1 to 1.5"
    lay_out(laid_out.data_dir, settings_error=error)
    said = texts(opened(panel, "K_VALUE"))
    assert error in said
    assert "the bot refuses this line of .env" in said


def test_a_refusal_keeps_the_draft(panel: AppTest, laid_out: FakeDaemon) -> None:
    opened(panel, "K_VALUE")
    typed(panel, "CRYPTO_K_VALUE", 0.7)
    panel.button(key="settings_review_button").click().run()
    panel.button(key="confirm_yes").click().run()
    laid_out.answer("refused", "bad_settings <b>no</b>")
    said = texts(panel.run())
    assert "✖ refused" in said
    assert "bad_settings <b>no</b>" in [piece.value for piece in panel.text]
    assert "Changes not applied yet: 2" in said


def test_before_the_first_start_there_is_a_sentence(panel: AppTest, place: Place) -> None:
    assert "has not published its settings yet" in texts(opened(panel))


def test_a_silent_bot_is_asked_nothing(panel: AppTest, laid_out: FakeDaemon) -> None:
    lay_out(laid_out.data_dir, timestamp=time.time() - 60)
    opened(panel, settings_view="history")
    assert panel.button(key="settings_back").disabled
