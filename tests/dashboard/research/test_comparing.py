"""What differs between runs, which figure is better, and whether the bot trades the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.figures import DASH
from dashboard.research import measures
from dashboard.research.comparing import differences
from dashboard.research.settings import plain, same, unlike
from dashboard.research.shelf import Shelf
from tests.dashboard.research import shelf_samples as samples
from trader.backtest.comparison.differences import BETTER
from trader.backtest.reporting.tiles import GROUPS


def test_figures_are_those_of_the_report() -> None:
    assert measures.GROUPS == GROUPS
    assert measures.BETTER == BETTER


def test_only_what_differs_is_told(tmp_path: Path) -> None:
    parameters = {"STRATEGIES": ["breakout:1"], "K_VALUE": 0.45, "ADX_MIN": 20.0}
    samples.run(tmp_path, "a")
    samples.run(tmp_path, "b", timeframe="15m", parameters=parameters)
    runs, _ = Shelf(tmp_path).look()
    found = dict(differences(sorted(runs, key=lambda run: run.name)))
    assert found == {
        "timeframe": ("1h", "15m"), "K_VALUE": (0.5, 0.45), "EMA_FILTER": (True, None),
        "ADX_MIN": (None, 20.0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "first", "other", "alike", "sign"),
    [
        ("sharpe", 1.0, 1.5, True, 1),
        ("max_drawdown", 0.1, 0.2, True, -1),
        ("trades", 10, 20, True, 0),
        ("fees", 5.0, 4.0, True, 1),
        ("fees", 5.0, 4.0, False, 0),
        ("sharpe", None, 1.5, True, 0),
        ("sharpe", 1.0, 1.0 + 1e-13, True, 0),
    ],
)
def test_better_and_worse(
    name: str, first: float | None, other: float, alike: bool, sign: int
) -> None:
    assert measures.verdict(name, first, other, alike=alike) == sign


def test_figures_read_as_people_write_them() -> None:
    assert measures.measured("total_return", 0.05, "KRW") == "+5.00 %"
    assert measures.measured("max_drawdown", 0.05, "KRW") == "5.00 %"
    assert measures.measured("break_even_fee", 0.000229, "KRW") == "0.0229 %"
    assert measures.measured("fees", 900.4, "KRW") == "900 KRW"
    assert measures.measured("trades", 1200, "KRW") == "1,200"
    assert measures.measured("calmar", None, "KRW") == DASH
    assert measures.in_order([{"new_one": 1.0, "trades": 2.0}]) == ["trades", "new_one"]


def test_settings_are_the_same_however_they_are_written() -> None:
    assert same(1, 1.0)
    assert same(["BTC", "ETH"], "BTC,ETH")
    assert not same(True, 1)
    assert not same(0.5, 0.45)
    assert plain([True, 86_400.0, None]) == f"true,86400,{DASH}"


def test_the_bot_is_compared_by_the_names_of_a_run() -> None:
    run = {"STRATEGY_PRESET": "day", "K_VALUE": 0.5, "FEE": 0.0005, "RSI_LOW": 30, "OLD": 1}
    own = {"rsi": {"low": 25.0}}
    bot = {"STRATEGY_PRESET": "day", "K_VALUE": 0.45, "FEE": None, "THRESHOLDS": own}
    assert unlike(run, bot) == [("K_VALUE", 0.5, 0.45), ("RSI_LOW", 30, 25.0)]
