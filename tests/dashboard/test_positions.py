"""Positions and orders: what is held and how safe it is, what waits, what is not the bot's."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.holdings import Holding, holdings
from dashboard.positions.orders import orders_of
from dashboard.positions.rows import opened_at, price_age, stop_bar
from tests.bridge.panel import samples as views
from tests.dashboard import samples
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon
from trader.bridge.panel import names
from trader.bridge.panel.account import AccountFile
from trader.bridge.panel.writer import PanelWriter
from trader.bridge.schemas import Portfolio

AT = 1_700_000_000.0


def position(document: dict[str, Any] | None = None) -> Holding:
    portfolio = Portfolio.model_validate(document or samples.portfolio(AT))
    return holdings({"upbit": portfolio})[0]


def account(**changes: Any) -> AccountFile:
    return AccountFile.model_validate(views.account(AT) | changes)


def opened(panel: AppTest) -> AppTest:
    panel.run()
    shown = panel.switch_page("../pages/positions.py").run()
    assert not shown.exception
    return shown


def tell(running: FakeDaemon, **changes: Any) -> None:
    row = views.account(time.time()) | changes
    PanelWriter(running.data_dir).put(names.ACCOUNT, row)


def test_the_bar_is_the_distance_to_the_nearest_stop() -> None:
    assert stop_bar(position()) == pytest.approx(100 * (1 - 48_500_000 / 50_800_000))
    trailed = samples.details(AT, trailing=50_000_000)
    nearer = position(samples.portfolio(AT, details={"BTC/KRW": trailed}))
    assert stop_bar(nearer) == pytest.approx(100 * (1 - 50_000_000 / 50_800_000))
    bare = samples.details(AT, stop=None)
    assert stop_bar(position(samples.portfolio(AT, details={"BTC/KRW": bare}))) is None


def test_a_demos_position_is_dated_by_peoples_clocks() -> None:
    one = position()
    assert opened_at(one, None) == AT - 8_000
    assert opened_at(one, account()) == AT - 8_000
    assert opened_at(one, account(market=AT, speed=100.0)) == AT - 80
    assert opened_at(one, account(market=AT + 500, speed=1.0)) == AT - 8_500


def test_a_price_is_as_old_as_the_bot_noticed_it() -> None:
    one = position(samples.portfolio(AT, details={"BTC/KRW": samples.details(AT, price_at=AT - 9)}))
    pane: Any = SimpleNamespace(now=AT + 1, price_age=lambda venue: 0.3)
    assert price_age(pane, one) == 10
    assert price_age(pane, position()) == 0.3, "an older bot told of the venue only"


def test_orders_belong_to_symbol_and_venue() -> None:
    short = holdings({"binance_futures": Portfolio.model_validate(samples.futures(AT))})[0]
    assert [order.id for order in orders_of(account(), short)] == ["fa1"]
    assert orders_of(account(), position()) == []
    assert orders_of(None, short) == []


def test_the_table_tells_of_each_position(panel: AppTest, running: FakeDaemon) -> None:
    tell(running)
    table = opened(panel).dataframe[0].value
    assert list(table["Symbol"]) == ["BTC/KRW", "ETH/USDT"]
    assert list(table["Guarded by"]) == ["bot only", "exchange"]
    assert list(table["To liquidation"]) == ["—", "+30.06 %"]
    assert list(table["Unrealised"]) == [1_200.0, -18.5]
    assert table["Held for"][0].startswith("2 h 13 min")


def test_a_symbol_whose_price_stands_still_is_a_memory_beside_fresh_ones(
    panel: AppTest, running: FakeDaemon
) -> None:
    now = time.time()
    for name, old in (("upbit", 90), ("binance_futures", 0)):
        document = samples.futures(now) if old == 0 else samples.portfolio(now)
        for details in document["details"].values():
            details["price_at"] = now - old
        samples.write(running.data_dir, f"{name}_portfolio.json", document)
    shown = opened(panel)
    ages = shown.dataframe[0].value["Price age"]
    assert (ages[0].startswith("1 min 3"), ages[1].endswith("s")) == (True, True)
    css = shown.dataframe[0].proto.arrow_data.styler.styles
    assert ("_row0_" in css, css.count("_row1_")) == (False, 2), "profit and percent of the second"
    assert "(last price 1 min 3" in texts(panel.switch_page("../pages/overview.py").run())


def test_columns_that_say_nothing_here_are_left_out(panel: AppTest, running: FakeDaemon) -> None:
    (running.data_dir / "binance_futures_portfolio.json").unlink()
    table = opened(panel).dataframe[0].value
    assert not {"To liquidation", "Margin"} & set(table.columns)


def test_orders_protection_first_and_strange_coins(panel: AppTest, running: FakeDaemon) -> None:
    tell(running)
    shown = opened(panel)
    _, orders, strange = (frame.value for frame in shown.dataframe)
    assert list(orders["For"]) == ["protection", "entry"]
    assert list(orders["Status"]) == ["open", "being sent"]
    assert list(orders["Reason"]) == ["stop loss", "—"]
    assert list(strange.iloc[0]) == ["DOGE/KRW", "Upbit", "1,250", "250"]
    assert "never sells these" in texts(shown)


def test_what_is_not_known_is_said_in_a_sentence(panel: AppTest, running: FakeDaemon) -> None:
    assert "has not told of its orders" in texts(opened(panel))
    tell(running, orders=[], external=[])
    said = texts(opened(panel))
    assert "No open orders" in said
    assert "Nothing in the accounts but what the bot bought" in said


def test_without_positions_the_page_points_to_why_not(panel: AppTest, running: FakeDaemon) -> None:
    for name in ("upbit", "binance_futures"):
        empty = samples.portfolio(positions={}, details={}, entry_prices={})
        samples.write(running.data_dir, f"{name}_portfolio.json", empty)
    assert "Why not?" in texts(opened(panel))


def test_a_chosen_row_tells_everything(panel: AppTest, running: FakeDaemon) -> None:
    tell(running)
    panel.session_state["held_choice"] = "binance_futures:ETH/USDT"
    said = texts(opened(panel))
    assert "Funding so far: +0.21 USDT" in said
    assert "Stop by volatility (ATR): 3,210" in said
    assert "stop · 3,200 · open" in said


def test_a_choice_stays_with_its_position_when_rows_move(
    panel: AppTest, running: FakeDaemon
) -> None:
    panel.session_state["held_choice"] = "binance_futures:ETH/USDT"
    assert not opened(panel).button(key="close_chosen").disabled
    empty = samples.portfolio(positions={}, details={}, entry_prices={})
    samples.write(running.data_dir, "binance_futures_portfolio.json", empty)
    assert "close_chosen" not in {button.key for button in opened(panel).button}
