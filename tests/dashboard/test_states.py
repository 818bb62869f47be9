"""Every page in each of the states: a sentence, what to do next, and no exception."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.languages import words_in
from dashboard.password import hashed
from dashboard.place import Place
from tests.bridge.panel import samples as views
from tests.dashboard import samples
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon
from tests.dashboard.test_pages import PAGES

OLD = 60.0  # seconds


@dataclass(frozen=True)
class Case:
    """How the folder is left; the key of what must be said; whether the header's button is off."""

    said: str
    status: Callable[[float], dict[str, Any] | None]
    here: str = ""
    off: bool = False


def changed(**changes: Any) -> Callable[[float], dict[str, Any]]:
    return lambda now: samples.status(now) | changes


def aged(**changes: Any) -> Callable[[float], dict[str, Any]]:
    return lambda now: samples.status(now - OLD) | changes


def _prices_late(now: float) -> dict[str, Any]:
    link = {"status": "maintenance", "price_source": "rest", "last_price_at": now - OLD}
    return samples.status(now, venues={"upbit": link | {"latency_ms": None}})


CASES = {
    "first run": Case("state.never.title", lambda now: None, "never", off=True),
    "starting": Case("state.starting.title", changed(status="starting"), "starting"),
    "warming up": Case("state.warming_up.name", changed(status="warming_up"), "starting"),
    "stopped": Case("state.stopped.title", aged(status="stopped"), "away"),
    "process gone": Case("silent.gone", aged(pid=2**22 + 1), "away"),
    "process hangs": Case("silent.hangs", aged(pid=os.getpid(), started_at=time.time()), "away"),
    "exchange down": Case("late.title", _prices_late),
    "settings": Case("settings.title", changed(settings_error=".env:17: no number")),
    "partial": Case("partial.title", changed()),
    "loss limit": Case("halt.daily_loss", changed(halts=[samples.halt("daily_loss")])),
    "paused": Case("held.stop_file", changed(status="paused")),
    "emergency": Case("state.emergency.title", changed(status="emergency")),
    "newer version": Case("state.unreadable.title", lambda now: {"status": 7}, "away"),
    "running": Case("mode_demo", changed()),
}


def opened(panel: AppTest, page: str, language: str = "en") -> AppTest:
    panel.query_params["lang"] = language
    panel.switch_page(f"../pages/{page}.py")
    shown = panel.run()
    assert not shown.exception
    return shown


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_in_every_state(
    panel: AppTest, place: Place, page: str, name: str, language: str
) -> None:
    case, now, words = CASES[name], time.time(), words_in(language)
    status = case.status(now)
    if status is not None:
        samples.write(place.data_dir, "bot_status.json", status)
        samples.write(place.data_dir, "upbit_portfolio.json", samples.portfolio(now))
        views.write_all(place.data_dir, now)
        (place.data_dir / "STOP").touch()
    shown = opened(panel, page, language)
    said = texts(shown)
    text = words(case.said, pid=(status or {}).get("pid"))
    assert text.partition("{")[0] in said if case.said != "mode_demo" else "DEMO" in said
    if case.here:
        assert words(f"here.{page}.{case.here}") in said
    assert shown.button(key="emergency_here").disabled is case.off


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("page", PAGES)
def test_an_empty_page_says_what_comes_next(
    panel: AppTest, running: FakeDaemon, page: str, language: str
) -> None:
    empty = samples.portfolio(positions={}, entry_prices={}, details={}, trade_history=[])
    samples.write(running.data_dir, "upbit_portfolio.json", empty)
    (running.data_dir / "binance_futures_portfolio.json").unlink()
    status = samples.status(decisions=[], commands=[], venues={})
    samples.write(running.data_dir, "bot_status.json", status)
    shown = opened(panel, page, language)
    assert shown.caption or shown.code or shown.dataframe


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("page", PAGES)
def test_a_viewer_sees_no_button_that_asks_the_bot(
    panel: AppTest, running: FakeDaemon, monkeypatch: pytest.MonkeyPatch, page: str, language: str
) -> None:
    monkeypatch.setenv("TRADER_PANEL_PASSWORD_HASH", hashed("operator"))
    monkeypatch.setenv("TRADER_PANEL_VIEWER_HASH", hashed("viewer"))
    panel.session_state["role"] = "viewer"
    shown = opened(panel, page, language)
    assert words_in(language)("viewer") in texts(shown)
    asking = {"pause_here", "emergency_here", "resume_here", "stop", "pause", "close_upbit_0"}
    assert not asking & {button.key for button in shown.button}


def test_who_paused_and_since_when_is_said(panel: AppTest, running: FakeDaemon) -> None:
    now = time.time()
    writer = views.write_all(running.data_dir, now)
    row = views.commands(now)
    row["rows"][0] |= {"result": "done", "message": "", "by": "telegram", "answered_at": now}
    writer.put("commands.json", row)
    samples.write(running.data_dir, "bot_status.json", samples.status(status="paused"))
    assert "Pause, by Telegram, since " in texts(panel.run())


def test_a_process_that_took_the_number_later_is_not_the_bot() -> None:
    from trader.bridge.living import alive

    assert alive(os.getpid(), time.time())
    assert not alive(os.getpid(), 1.0)
    assert not alive(0, time.time())
    assert not alive(2**40, time.time())
