"""Trades and performance: figures of the contract, cuts that add up, files to take away."""

from __future__ import annotations

import io
import math
import time
from typing import Any

import pandas as pd
import pyarrow
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.performance.curves import POINTS, thinned
from dashboard.performance.grouping import BY, calendar, grouped, totals
from dashboard.performance.ledger import COLUMNS, _framed, _of_line
from dashboard.performance.listing import as_json, csv
from dashboard.performance.selection import within
from tests.bridge.panel import samples as views
from tests.dashboard import samples
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon
from trader.bridge.panel import names
from trader.bridge.panel.schemas import EquityLine, TradeLine


def rows(*trades: dict[str, Any]) -> pd.DataFrame:
    return _framed(_of_line(TradeLine.model_validate(trade)) for trade in trades)


def test_figures_are_those_of_the_contract() -> None:
    found = totals(rows(*(views.trade(n, pnl=pnl) for n, pnl in enumerate((30.0, -10.0, 10.0)))))
    assert (found.trades, found.net) == (3, 30.0)
    assert found.won == pytest.approx(2 / 3)
    assert (found.profit_factor, found.expectancy) == (4.0, 10.0)
    assert (found.best, found.worst) == (30.0, -10.0)
    assert totals(rows(views.trade(0, pnl=1.0))).profit_factor == math.inf


@pytest.mark.parametrize("by", BY)
def test_every_cut_adds_up_to_the_whole(by: str) -> None:
    whole = rows(*views.trades(400))
    cut = grouped(whole, by, "Asia/Seoul")
    assert cut["trades"].sum() == 400
    assert cut["net"].sum() == pytest.approx(whole["pnl"].sum())


def test_a_day_is_a_utc_day_and_an_hour_the_viewers() -> None:
    late = rows(views.trade(0, closed_at=1_700_000_000.0))  # 2023-11-14 22:13:20 UTC
    assert grouped(late, "day", "Asia/Seoul")["group"].tolist() == ["2023-11-14"]
    assert grouped(late, "hour", "Asia/Seoul")["group"].tolist() == [7]
    table = calendar(late)
    assert table.loc["2023-11", 14] == views.trade(0)["pnl"]


def test_a_period_ends_now() -> None:
    whole = rows(*views.trades(400))
    newest = whole["closed"].iloc[-1].timestamp()
    assert 0 < len(within(whole, 1, newest)) < 400
    assert len(within(whole, 0, newest)) == 400


def test_the_files_read_back_with_the_columns_of_a_backtest() -> None:
    whole = rows(*views.trades(5))
    again = pd.read_csv(io.StringIO(csv(whole)))
    assert list(again.columns) == list(COLUMNS)
    assert again["pnl"].tolist() == whole["pnl"].tolist()
    assert len(pd.read_json(io.StringIO(as_json(whole)))) == 5


@pytest.mark.parametrize("count", [1, 2, POINTS, POINTS + 1, 10_001])
def test_a_thinned_curve_keeps_its_end_and_its_worst(count: int) -> None:
    lines = [EquityLine.model_validate(row) for row in views.equity(count)]
    drawn = thinned(lines)
    assert len(drawn) <= POINTS
    assert drawn["equity"].iloc[-1] == lines[-1].equity
    assert drawn.index.is_unique
    peak, worst = 0.0, 0.0
    for line in lines:
        peak = max(peak, line.equity)
        worst = min(worst, line.equity / peak - 1.0)
    assert drawn["drawdown"].min() == pytest.approx(worst)


@pytest.mark.parametrize("view", ["list", "breakdown", "calendar", "equity"])
def test_every_view_opens(panel: AppTest, running: FakeDaemon, view: str) -> None:
    views.write_all(running.data_dir, views.NOON / 1000, 250)
    panel.session_state["trades_view"] = view
    panel.run()
    panel.switch_page("../pages/trades.py").run()
    assert not panel.exception
    assert ("Trades", "250") in {(m.label, m.value) for m in panel.metric}


def test_a_curve_ends_where_the_account_stands_now(panel: AppTest, running: FakeDaemon) -> None:
    views.write_all(running.data_dir, views.NOON / 1000)
    samples.write(running.data_dir, "upbit_portfolio.json", samples.portfolio(equity=1_234_567))
    panel.session_state["trades_view"] = "equity"
    panel.run()
    panel.switch_page("../pages/trades.py").run()
    assert "→ 1,234,567 KRW" in texts(panel)


def test_the_last_day_of_a_demo_that_was_stopped_is_its_markets(
    panel: AppTest, running: FakeDaemon
) -> None:
    hour, market = time.time() - 3_600, views.NOON / 1000 + 12 * 3_600
    writer = views.write_all(running.data_dir, hour)
    clock = {"timestamp": hour, "market": market, "speed": 60.0}
    writer.put(names.ACCOUNT, views.account(hour) | clock)
    samples.write(running.data_dir, "bot_status.json", samples.status(hour, status="stopped"))
    panel.session_state["trades_period"] = "day"
    panel.run()
    panel.switch_page("../pages/trades.py").run()
    assert ("Trades", "30") in {(m.label, m.value) for m in panel.metric}


def test_a_filter_that_leaves_nothing_says_so(panel: AppTest, running: FakeDaemon) -> None:
    views.write_all(running.data_dir, views.NOON / 1000)
    panel.session_state["trades_period"] = "day"
    panel.run()
    panel.switch_page("../pages/trades.py").run()
    assert "No trade fits these filters" in texts(panel)


def test_a_cut_reads_as_money_with_arrow_and_sign(panel: AppTest, running: FakeDaemon) -> None:
    views.write_all(running.data_dir, views.NOON / 1000, 3)
    panel.session_state["trades_view"] = "breakdown"
    panel.run()
    panel.switch_page("../pages/trades.py").run()
    drawn = panel.dataframe[0].proto.arrow_data.styler.display_values
    cells = pyarrow.ipc.open_stream(drawn).read_pandas().iloc[0].tolist()
    assert cells[2:5] == ["66.67 %", "▲ +5,846", "▲ +2.60 %"]
