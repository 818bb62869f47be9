"""The chart's data: what is drawn where, and nothing that the viewer switched off."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.chart.series import bars_of, decimals
from dashboard.place import Place
from tests.bridge.panel import samples as views
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon
from trader.bridge.panel.schemas import ChartFile

AT = 1_698_400_800.0


def chart(**other: Any) -> ChartFile:
    return ChartFile.model_validate(views.chart(AT) | other)


@pytest.mark.parametrize(
    ("prices", "digits"),
    [([173_000_000.0], 0), ([0.5, 0.25], 2), ([1e-9], 8), ([1_234.5, 0.0001], 4), ([], 2)],
)
def test_prices_are_written_with_the_digits_they_need(prices: list[float], digits: int) -> None:
    assert decimals(prices) == digits


def test_the_forming_candle_stands_last_and_only_once() -> None:
    whole = chart()
    assert bars_of(whole)[-1] == whole.forming
    assert len(bars_of(whole)) == len(whole.bars) + 1
    closed = chart(forming=list(whole.bars[-1]))
    assert bars_of(closed) == closed.bars


def test_a_chart_is_asked_for_and_its_trades_are_listed(
    panel: AppTest, running: FakeDaemon
) -> None:
    views.write_all(running.data_dir, AT)
    panel.run()
    panel.switch_page("../pages/chart.py").run()
    assert not panel.exception
    assert panel.selectbox(key="chart_symbol").value == views.KEY
    assert (running.data_dir / "panel" / "wanted.json").exists()
    assert len(panel.dataframe[0].value) == 8


def test_without_a_bot_the_page_says_what_to_do(panel: AppTest, place: Place) -> None:
    panel.run()
    panel.switch_page("../pages/chart.py").run()
    assert "No symbol is watched yet" in texts(panel)
