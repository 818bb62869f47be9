"""What is shown of venues and of the computer was observed; what was not is null."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bridge.samples import status
from tests.engine.bench import Bench
from trader.bridge.publisher import Publisher
from trader.domain.book import Halt
from trader.domain.events import LinkChanged
from trader.domain.finding import Finding, Mark
from trader.domain.outcome import Notice
from trader.domain.time import DAY, HOUR
from trader.shell.outside import EMBEDDED, Outside
from trader.shell.panel.agenda import Hands, agenda
from trader.shell.panel.inventory import inventory
from trader.shell.panel.machine import Machine, life_before, recording_row, versions
from trader.shell.panel.observations import WINDOW, Observations
from trader.storage.history import SettingChange

KEY = "upbit:BTC/KRW"


def test_an_embedded_venue_was_never_observed() -> None:
    seen = Observations(("upbit",), EMBEDDED)
    seen.look(1.0)
    assert set(seen.rows(1.0)["upbit"].values()) == {None}
    assert seen.preflight is None


def test_latencies_of_the_last_minutes() -> None:
    told: dict[str, tuple[str, float | None]] = {"upbit": ("websocket", None)}
    seen = Observations(("upbit",), Outside(sources=lambda: told))
    seen.look(0.0)
    for moment, latency in enumerate([900.0, 20.0, 30.0, 40.0]):
        told["upbit"] = ("websocket", latency)
        seen.look(float(moment))
        seen.look(moment + 0.5)  # the same question is counted once
    row = seen.rows(WINDOW + 0.5)["upbit"]
    assert (row["p50_ms"], row["p95_ms"]) == (30, 40)
    assert seen.rows(2 * WINDOW)["upbit"]["p50_ms"] is None


def test_links_notices_and_budgets() -> None:
    seen = Observations(("upbit",), Outside(budgets=lambda: {"upbit": (40.0, 600.0)}))
    seen.note_link(LinkChanged("upbit", True, "websocket", "", 0), 1.0)
    seen.note_link(LinkChanged("upbit", False, "websocket", "gone", 0), 2.0)
    seen.note_link(LinkChanged("elsewhere", False, "websocket", "gone", 0), 2.0)
    row = seen.rows(3.0)["upbit"]
    assert (row["reconnects"], row["error"], row["error_at"]) == (1, "link_lost", 2.0)
    assert (row["budget_used"], row["budget_limit"]) == (40.0, 600.0)
    seen.note_notice(Notice("info", "filled", "", 0, KEY), 4.0)
    seen.note_notice(Notice("error", "rejected", "", 0, KEY), 5.0)
    assert seen.rows(6.0)["upbit"]["error"] == "rejected"


@pytest.mark.parametrize(
    ("code", "clock"), [("clock_right", 300.0), ("clock_behind", 300.0), ("clock_ahead", -300.0)]
)
def test_a_preflight_tells_the_clocks(code: str, clock: float) -> None:
    seen = Observations(("upbit",), EMBEDDED)
    seen.note_findings([Finding(Mark.OK, "upbit", code, {"seconds": "0.3"})], 7.0)
    assert seen.rows(8.0)["upbit"]["clock_ms"] == clock
    assert seen.preflight == {
        "at": 7.0,
        "findings": [
            {"code": code, "level": "ok", "subject": "upbit", "facts": {"seconds": "0.3"}}
        ],
    }


def test_the_agenda_speaks_the_walls_time() -> None:
    bench = Bench("upbit")
    bench.venue.halt(Halt("daily_loss", until=DAY + 2 * HOUR))
    bench.venue.halt(Halt("market_shock", None, KEY))
    hands = Hands(wall=1_000.0, market=DAY + HOUR + HOUR // 2, speed=60.0)
    rows = agenda(bench.state, hands, [("grid", 1_100.0), ("k", 900.0)])["rows"]
    assert [(row["what"], row["at"]) for row in rows] == [
        ("candle_close", 1_030.0), ("halt_ends", 1_030.0), ("search_grid", 1_100.0),
        ("day_begins", 1_000.0 + 22.5 * 60),
    ]  # fmt: skip


def test_a_secret_is_set_and_never_shown(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("# hello\nUPBIT_SECRET_KEY=abcdefgh12\nMODE=demo\nPANEL_PASSWORD=\n")
    change = SettingChange(5_000, "panel", "MODE", "paper", "demo")
    found = inventory((env, tmp_path / "env_history"), (), [change], ("MODE",))
    assert found["rows"] == [
        {"key": "UPBIT_SECRET_KEY", "line": 2, "value": "set"},
        {"key": "MODE", "line": 3, "value": "demo"},
        {"key": "PANEL_PASSWORD", "line": 4, "value": ""},
    ]
    assert found["changes"][0]["at"] == 5.0
    assert "abcdefgh12" not in repr(found)


@pytest.mark.parametrize(
    ("word", "pid", "ended"),
    [("stopped", 1, "clean"), ("running", 1, "crash"), ("starting", 1, "crash"),
     ("starting", 4711, "restart")],
)  # fmt: skip
def test_how_the_life_before_ended(tmp_path: Path, word: str, pid: int, ended: str) -> None:
    assert life_before(tmp_path, 4711) == (None, None)
    Publisher(tmp_path).status(replace(status(at=50.0), status=word, pid=pid))
    assert life_before(tmp_path, 4711) == (ended, 50.0)


def test_the_computer_and_what_is_recorded(tmp_path: Path) -> None:
    row = Machine(os.getpid(), tmp_path).row(1.5)
    assert 0 < row["disk_free"] <= row["disk_total"]
    assert row["memory_mb"] > 1
    assert Machine(os.getpid(), tmp_path / "not" / "there").row(None)["disk_free"] is None
    assert versions().keys() >= {"trader", "python", "numpy"}
    (tmp_path / "part").write_bytes(b"123")
    assert recording_row(tmp_path) == {"on": True, "path": str(tmp_path), "bytes": 3}
    assert recording_row(None)["on"] is False
