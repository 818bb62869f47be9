"""Every page tells the truth of its files, in every state of the bot, in both languages."""

from __future__ import annotations

import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.place import Place
from tests.dashboard import samples
from tests.dashboard.conftest import APP, texts
from tests.dashboard.daemon import FakeDaemon

PAGES = sorted(file.stem for file in (APP.parents[1] / "pages").glob("*.py"))


def opened(panel: AppTest, page: str) -> AppTest:
    panel.run()
    shown = panel.switch_page(f"../pages/{page}.py").run()
    assert not shown.exception
    return shown


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_page_opens(panel: AppTest, running: FakeDaemon, page: str, language: str) -> None:
    panel.query_params["lang"] = language
    shown = opened(panel, page)
    assert "DEMO" in texts(shown)
    assert {"pause_here", "emergency_here"} <= {button.key for button in shown.button}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_before_the_first_start(panel: AppTest, place: Place, page: str) -> None:
    shown = opened(panel, page)
    assert "has never run" in texts(shown)
    assert shown.button(key="emergency_here").disabled


def _states() -> list[Any]:
    old = time.time() - 60
    return [
        pytest.param({"status": "starting"}, "starting", id="starting"),
        pytest.param({"status": "warming_up", "warmup_current": 2}, "2 of 3", id="warming up"),
        pytest.param({"status": "paused"}, "positions stay guarded", id="paused"),
        pytest.param({"status": "safe_mode"}, "opens nothing", id="safe mode"),
        pytest.param({"status": "stopped", "timestamp": old}, "ended in order", id="stopped"),
        pytest.param({"status": "emergency"}, "locked until you resume", id="emergency"),
        pytest.param({"status": "error"}, "reports an error", id="error"),
        pytest.param({"status": "from the future"}, "older than the bot", id="unknown word"),
        pytest.param({"timestamp": old}, "does not answer", id="silent"),
        pytest.param({"settings_error": ".env:17 K=x: no number"}, ".env:17 K=x", id="settings"),
        pytest.param({"halts": [samples.halt("daily_loss")]}, "loss limit of the day", id="halt"),
    ]


@pytest.mark.parametrize(("changes", "said"), _states())
def test_every_state_is_said_in_plain_words(
    panel: AppTest, running: FakeDaemon, changes: dict[str, Any], said: str
) -> None:
    samples.write(running.data_dir, "bot_status.json", samples.status() | changes)
    assert said in texts(panel.run())


def test_one_halt_of_three_venues_is_one_line(panel: AppTest, running: FakeDaemon) -> None:
    halts = [samples.halt("paused", venue) for venue in ("upbit", "binance_spot")]
    halts.append(samples.halt("daily_loss", "upbit", time.time() + 60))
    samples.write(running.data_dir, "bot_status.json", samples.status(halts=halts))
    said = texts(panel.run())
    assert said.count("Upbit, Binance spot — paused") == 1
    assert said.count("Upbit — loss limit of the day") == 1


def test_a_bot_that_is_away_does_not_go_on_with_its_exits(
    panel: AppTest, running: FakeDaemon
) -> None:
    halts = [samples.halt("daily_loss")]
    samples.write(running.data_dir, "bot_status.json", samples.status(halts=halts))
    assert "Exits and stops go on working" in texts(panel.run())
    past = samples.status(halts=halts) | {"timestamp": time.time() - 600}
    samples.write(running.data_dir, "bot_status.json", past)
    said = texts(panel.run())
    assert "go on working" not in said
    assert "Entries were off" in said


def test_a_torn_status_is_an_error_to_read_not_to_crash_on(panel: AppTest, place: Place) -> None:
    (place.data_dir / "bot_status.json").write_text('{"status": "runn')
    shown = panel.run()
    assert not shown.exception
    assert "cannot be read" in texts(shown)


def test_figures_carry_sign_currency_and_a_dash_for_the_unknown(
    panel: AppTest, running: FakeDaemon
) -> None:
    samples.write(running.data_dir, "upbit_portfolio.json", samples.portfolio(daily_pnl=None))
    shown = {(m.label, m.value) for m in panel.run().metric}
    assert ("Equity", "1,126,200") in shown
    assert ("Today", "—") in shown
    assert ("Unrealised", "+1,200 KRW") in shown
    assert ("Unrealised", "-18.50 USDT") in shown
    assert ("Positions", "1 / 5") in shown


def test_positions_show_levels_and_who_guards_them(panel: AppTest, running: FakeDaemon) -> None:
    said = texts(panel.run())
    assert "Entry → now  50,000,000 → 50,800,000" in said
    assert "Stop  48,500,000  (-4.53 %)" in said
    assert "Liquidation  3,950  (+30.06 %)" in said
    assert "By the bot only" in said
    assert "At the exchange (stop)" in said


def test_a_silent_bot_leaves_positions_unguarded_and_says_which(
    panel: AppTest, running: FakeDaemon
) -> None:
    samples.write(running.data_dir, "bot_status.json", samples.status(time.time() - 60))
    shown = panel.run()
    assert "Positions without a stop at an exchange: 1" in texts(shown)
    assert "Upbit BTC/KRW" in texts(shown)
    assert shown.button(key="close_upbit_0").disabled
    assert not shown.button(key="pause_here").disabled


def test_why_not_names_gate_value_threshold_and_setting(
    panel: AppTest, running: FakeDaemon
) -> None:
    shown = opened(panel, "why")
    stages, counts, table = (frame.value for frame in shown.dataframe)
    row = table[table["Symbol"] == "ETH/KRW"].iloc[0]
    assert list(row[["Code", "Measured", "Limit", "Off by", "Setting"]]) == [
        "weak_trend", "adx 17.2", "min 20", "-14.00 %", "ADX_MIN",
    ]  # fmt: skip
    assert list(zip(counts["Code"], counts["Count"], strict=True)) == [
        ("weak_trend", 2), ("low_volatility", 1), ("below_ema50", 1),
    ]  # fmt: skip
    assert stages["Came through"].iloc[0] == stages["Came through"].iloc[-1] + 4


def test_trades_are_listed_newest_first(panel: AppTest, running: FakeDaemon) -> None:
    shown = opened(panel, "trades")
    table = shown.dataframe[0].value
    assert list(table["Net result"]) == [-1480.0, 3673.1]
    assert list(table["Closed by"]) == ["stop loss", "take profit"]
    assert ("Won", "50.00 %") in {(m.label, m.value) for m in shown.metric}
