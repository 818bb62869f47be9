"""What each exchange refuses, in its own words."""

from decimal import Decimal
from typing import Any

import pytest

from tests.venues.desk import FUTURES_NEAR, KEYS, SPOT_NEAR, UPBIT_NEAR, Desk
from trader.domain.order import Kind, Side
from trader.venues.faults import NoFaults
from trader.venues.profiles import Profile

BUY, SELL = Side.BUY, Side.SELL
LIMIT, STOP = Kind.LIMIT, Kind.STOP_MARKET
U, S, F = UPBIT_NEAR, SPOT_NEAR, FUTURES_NEAR
PRICES = {"upbit": 30_000_000.0, "binance_spot": 20_000.0, "binance_futures": 20_000.0}


@pytest.mark.parametrize(
    ("profile", "side", "quantity", "more", "code"),
    [
        # ------------------------------------------------------------ numbers
        (U, BUY, "1", {}, "validation_error"),  # a market buy without its cost
        (S, BUY, "0", {}, "-1013"),
        (S, BUY, "NaN", {}, "-1013"),
        (F, BUY, "-1", {}, "-4003"),
        (S, BUY, "1", {"kind": LIMIT}, "-1013"),  # a limit without a price
        (S, BUY, "0.01", {"price": "20000"}, "-1013"),  # a market order with one
        # ------------------------------------------------------------ steps and ticks
        (U, SELL, "0.000000001", {}, "invalid_volume_ask"),
        (S, BUY, "0.000015", {}, "-1013"),
        (F, BUY, "0.0015", {}, "-1111"),
        (U, BUY, "0.001", {"kind": LIMIT, "price": "29000500"}, "invalid_price_bid"),
        (S, BUY, "0.01", {"kind": LIMIT, "price": "19000.001"}, "-1013"),
        (F, SELL, "0.1", {"kind": STOP, "stop_price": "19000.05"}, "-4014"),
        # ------------------------------------------------------------ minimums
        (U, BUY, "1", {"cost": "4999"}, "under_min_total_bid"),
        (U, SELL, "0.0001", {}, "under_min_total_ask"),  # 3,000 won
        (S, BUY, "0.0002", {}, "-1013"),  # 4 USDT of 5
        (F, BUY, "0.004", {}, "-4164"),  # 80 USDT of 100
        # ------------------------------------------------------------ money
        (U, BUY, "1", {"cost": "1000000"}, "insufficient_funds_bid"),  # and 500 of fee
        (U, SELL, "2", {}, "insufficient_funds_ask"),
        (S, BUY, "50.1", {}, "-2010"),
        (S, SELL, "1.1", {}, "-2010"),
        (F, BUY, "50", {"leverage": 1}, "-2019"),
        # ------------------------------------------------------------ futures
        (F, SELL, "0.1", {"reduce_only": True}, "-2022"),
        (S, SELL, "0.1", {"reduce_only": True}, "-1104"),
        (F, BUY, "0.1", {"leverage": 126}, "-4028"),
        (F, SELL, "0.1", {"kind": STOP, "stop_price": "20500"}, "-2021"),
    ],
)
def test_refused(profile: Profile, side: Side, quantity: str, more: Any, code: str) -> None:
    key, price = KEYS[profile.venue], PRICES[profile.venue]
    desk = Desk(profile, price, cash="1000000", coins={key: Decimal(1)})
    before = desk.venue.books.account.cash, desk.held
    desk.send(side, quantity, **more)
    assert desk.heard() == [f"a rejected {code}"]
    assert (desk.venue.books.account.cash, desk.held) == before
    assert desk.ask("a") == ["a not found"]


def test_money_that_waits_in_an_order_cannot_be_spent_twice() -> None:
    desk = Desk(SPOT_NEAR, 20_000, cash="1000")
    desk.buy("0.04", LIMIT, price="19000")  # holds 760 back
    assert desk.report().cash_free == Decimal(240)
    assert desk.buy("0.02") == ["b rejected -2010"]
    desk.cancel("a")
    assert desk.buy("0.02")[-1] == "c filled: filled"


def test_margin_in_use_cannot_be_used_twice() -> None:
    desk = Desk(FUTURES_NEAR, 20_000, cash="1000")
    desk.buy("0.08", leverage=2)  # 800 of margin, 0.8 of fee
    assert desk.report().cash_free == Decimal("199.2")
    assert desk.buy("0.03", leverage=2) == ["b rejected -2019"]
    assert desk.buy("0.01", leverage=2)[-1] == "c filled: filled"


def test_reducing_is_allowed_whatever_the_minimum_and_the_money() -> None:
    desk = Desk(FUTURES_NEAR, 20_000, cash="101")
    desk.buy("0.005", leverage=1)
    assert desk.sell("0.001", reduce_only=True)[-1] == "b filled: filled"


def test_a_market_without_a_price_takes_no_orders() -> None:
    assert Desk(UPBIT_NEAR).buy("1", cost="10000") == ["a rejected market_offline"]


def test_a_market_that_was_never_listed_takes_no_orders() -> None:
    desk = Desk(SPOT_NEAR, 20_000)
    assert desk.buy("1", key="binance_spot:XYZ/USDT") == ["a rejected -1013"]


@pytest.mark.parametrize(
    ("price", "tick"),
    [
        ("0.5", "0.001"), ("7.77", "0.01"), ("45", "0.1"), ("999", "1"), ("4999", "1"),
        ("5000", "5"), ("12340", "10"), ("50000", "50"), ("123400", "100"), ("500000", "500"),
        ("1000000", "1000"), ("150000000", "1000"),
    ],
)  # fmt: skip
def test_the_won_has_ticks_in_bands(price: str, tick: str) -> None:
    assert UPBIT_NEAR.usual.tick_at(Decimal(price)) == Decimal(tick)


@pytest.mark.parametrize(("skew", "code"), [(5_000, "filled"), (-5_001, "-1021")])
def test_a_clock_that_is_wrong_by_more_than_the_window_is_refused(skew: int, code: str) -> None:
    class Skewed(NoFaults):
        def skew(self, at: int) -> int:
            return skew

    assert Desk(SPOT_NEAR, 20_000, faults=Skewed()).buy("0.1")[-1].endswith(code)
