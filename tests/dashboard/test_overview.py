"""The overview's figures of risk, and what it shows before anything was traded."""

from __future__ import annotations

import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.holdings import holdings
from dashboard.overview.accounts import day_limit, exposure
from dashboard.overview.cards import PAGE
from dashboard.place import Place
from tests.dashboard import samples
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon
from trader.bridge.panel import names
from trader.bridge.panel.writer import PanelWriter
from trader.bridge.schemas import Portfolio


def book(**changes: Any) -> Portfolio:
    return Portfolio.model_validate(samples.portfolio(0.0, **changes))


def test_the_days_limit_is_a_share_of_the_days_start() -> None:
    losing = book(equity=990_000, daily_pnl=-10_000)
    limit, used = day_limit(losing, {"MAX_DAILY_LOSS_PCT": 0.03}) or (0.0, 0.0)
    assert limit == 30_000
    assert used == pytest.approx(1 / 3)
    assert day_limit(losing, {"MAX_DAILY_LOSS_PCT": 0.03, "MAX_DAILY_LOSS": 5_000}) == (5_000, 1.0)


def test_a_gain_uses_nothing_and_no_limit_is_none() -> None:
    winning = book(equity=1_010_000, daily_pnl=10_000)
    assert day_limit(winning, {"MAX_DAILY_LOSS_PCT": 0.05}) == (50_000, 0.0)
    assert day_limit(winning, {"MAX_DAILY_LOSS_PCT": 0}) is None
    assert day_limit(book(daily_pnl=None), {"MAX_DAILY_LOSS_PCT": 0.05}) is None


def test_exposure_is_what_positions_are_worth_by_equity() -> None:
    one = book(equity=1_000_000)
    assert exposure(one, holdings({"upbit": one})) == pytest.approx(0.0015 * 50_800_000 / 1e6)
    assert exposure(one, []) == 0.0
    unknown = book(details={"BTC/KRW": samples.details(0.0, unrealised_pnl=None)})
    assert exposure(unknown, holdings({"upbit": unknown})) is None


def test_the_limit_is_said_with_its_use(panel: AppTest, running: FakeDaemon) -> None:
    parameters = {"upbit": {"MAX_DAILY_LOSS_PCT": 0.03}}
    samples.write(running.data_dir, "bot_status.json", samples.status(parameters=parameters))
    losing = samples.portfolio(equity=990_000, daily_pnl=-10_000)
    samples.write(running.data_dir, "upbit_portfolio.json", losing)
    shown = panel.run()
    bars = [one.proto.text for one in shown.get("progress")]
    assert "Day's loss limit: 33.33 % of 30,000 KRW used" in bars
    assert "No loss limit for the day is set." in texts(shown)


def test_before_the_first_start_the_way_is_shown(panel: AppTest, place: Place) -> None:
    said = texts(panel.run())
    assert "The way to the first trade" in said
    assert "**The bot is started" in said


def test_the_list_goes_with_the_first_trade(panel: AppTest, running: FakeDaemon) -> None:
    assert "The way to the first trade" not in texts(panel.run())


def test_what_comes_on_three_venues_at_once_is_one_line(
    panel: AppTest, running: FakeDaemon
) -> None:
    at = time.time() + 600
    day = {"at": at, "what": "day_begins", "subject": ""}
    rows = [day | {"venue": venue} for venue in ("upbit", "binance_spot")]
    rows.append(day | {"at": at + 60, "venue": "upbit"})
    PanelWriter(running.data_dir).put(names.AGENDA, {"timestamp": time.time(), "rows": rows})
    said = texts(panel.run())
    assert said.count("new trading day · Upbit, Binance spot (") == 1
    assert said.count("new trading day · Upbit (") == 1


def test_many_positions_are_shown_page_by_page(panel: AppTest, running: FakeDaemon) -> None:
    symbols = [f"C{number:02}/KRW" for number in range(20)]
    many = samples.portfolio(
        positions=dict.fromkeys(symbols, 1.0), entry_prices=dict.fromkeys(symbols, 100.0),
        details={symbol: samples.details(time.time()) for symbol in symbols},
    )  # fmt: skip
    samples.write(running.data_dir, "upbit_portfolio.json", many)
    closing = [one for one in panel.run().button if str(one.key).startswith("close_")]
    assert len(closing) == PAGE
    panel.session_state["cards_page"] = 2
    closing = [one for one in panel.run().button if str(one.key).startswith("close_")]
    assert closing[0].key == f"close_upbit_{PAGE}"
    assert len(closing) == 20 + 1 - PAGE  # and one on futures
