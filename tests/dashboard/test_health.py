"""The health page: checks in words, exchanges, machine, and what stays when the bot is away."""

from __future__ import annotations

import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.bridge.panel import samples as views
from tests.dashboard import samples
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon
from trader.bridge.panel import names
from trader.bridge.panel.writer import PanelWriter


def finding(code: str, level: str, subject: str = "upbit", **facts: Any) -> dict[str, Any]:
    return {"code": code, "level": level, "subject": subject, "facts": facts}


def opened(panel: AppTest, daemon: FakeDaemon, *found: dict[str, Any]) -> AppTest:
    now = time.time()
    row = views.health(now)
    row["preflight"] = {"at": now - 300, "findings": found} if found else None
    PanelWriter(daemon.data_dir).put(names.HEALTH, row)
    panel.run()
    shown = panel.switch_page("../pages/health.py").run()
    assert not shown.exception
    return shown


@pytest.mark.parametrize(
    ("language", "cause", "remedy"),
    [
        ("en", "the API key ends in 3 days", "make a new key at Upbit"),
        ("ko", "3일", "업비트"),
    ],
)
def test_findings_are_told_with_their_remedy_worst_first(
    panel: AppTest, running: FakeDaemon, language: str, cause: str, remedy: str
) -> None:
    panel.query_params["lang"] = language
    found = (
        finding("python", "ok", "computer", version="3.11"),
        finding("key_ends_soon", "warn", days="3", venue="upbit"),
        finding("disk_low", "fail", "disk", free="0.1"),
    )
    table = opened(panel, running, *found).dataframe[0].value
    codes = list(table.iloc[:, -1])
    assert codes == ["disk_low", "key_ends_soon", "python"]
    assert cause in str(table.iloc[1, 2])
    assert remedy in str(table.iloc[1, 3])
    assert table.iloc[2, 3] == "—"


@pytest.mark.parametrize(
    "odd",
    [
        finding("brand_new", "fatal", "<b>", x=":red[no]"),
        finding("key_ends_soon", "warn"),
        finding("right_missing", "fail", right="fly"),
        finding("python", "ok", version={"a": 1}),
    ],
)
def test_findings_of_another_version_are_shown_as_they_are(
    panel: AppTest, running: FakeDaemon, odd: dict[str, Any]
) -> None:
    table = opened(panel, running, odd).dataframe[0].value
    assert table.iloc[0, -1] == odd["code"]
    assert table.iloc[0, 2]


def test_exchanges_machine_and_the_life_before(panel: AppTest, running: FakeDaemon) -> None:
    shown = opened(panel, running)
    said = texts(shown)
    assert "Answers in 23 ms, 95 % within 80 ms" in said
    assert "Exchange's clock less ours: -12 ms" in said
    assert "Answers in —, 95 % within —" in said, "never observed is a dash"
    assert "ended without a word" in said
    assert "positions 2, orders 1" in said
    assert "run_bot.py --check" in said
    figures = {metric.label: metric.value for metric in shown.metric}
    assert figures["Disk free"] == "50.0 GB (50 %)"
    assert figures["Behind time"] == "1.5 ms"


def test_before_the_first_start_the_check_is_named(panel: AppTest, running: FakeDaemon) -> None:
    panel.run()
    shown = panel.switch_page("../pages/health.py").run()
    assert "python run_bot.py --check" in [piece.value for piece in shown.code]


def test_an_embedded_market_has_no_answers_to_wait_for(panel: AppTest, running: FakeDaemon) -> None:
    status = samples.status()
    for link in status["venues"].values():
        link["price_source"] = "embedded"
    samples.write(running.data_dir, "bot_status.json", status)
    said = texts(opened(panel, running))
    assert "demo market" in said
    assert "Answers in" not in said


def test_while_the_bot_is_away_its_figures_are_a_memory(
    panel: AppTest, running: FakeDaemon
) -> None:
    samples.write(running.data_dir, "bot_status.json", samples.status(time.time() - 60))
    assert "this is how it was" in texts(opened(panel, running))
