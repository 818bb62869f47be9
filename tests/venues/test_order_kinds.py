"""Pictures of every order type at every exchange: prices on the left, what is heard beside them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.venues.desk import FUTURES_NEAR, KEYS, SPOT_NEAR, UPBIT_NEAR, Desk, near
from trader.domain.order import Kind, Side
from trader.venues.profiles import BINANCE_SPOT, UPBIT, ideal

UPBIT_KEY, SPOT_KEY = KEYS["upbit"], KEYS["binance_spot"]
LIMIT, STOP, TARGET = Kind.LIMIT, Kind.STOP_MARKET, Kind.TAKE_PROFIT_MARKET


def test_upbit_buys_by_cost_and_the_order_ends_canceled_with_a_residue() -> None:
    desk = Desk(UPBIT_NEAR, price=30_000_000, cash="1000000")
    assert desk.buy("0.0034", cost="100000") == [
        "a open o1",
        "a buy 0.00333333 @ 30000000 fee 49.99995",  # 99,999.9 won: 0.1 won buy no 1e-8 coin
        "a canceled: the rest buys nothing",
    ]
    assert (desk.cash, desk.held) == ("899950.10005", "0.00333333")


def test_upbit_sells_by_quantity_and_takes_the_fee_in_won() -> None:
    desk = Desk(UPBIT_NEAR, price=30_000_000, cash="0", coins={UPBIT_KEY: Decimal("0.01")})
    assert desk.sell("0.01") == [
        "a open o1",
        "a sell 0.01 @ 30000000 fee 150",
        "a filled: filled",
    ]
    assert (desk.cash, desk.held) == ("299850", "0")


def test_binance_spot_takes_the_fee_out_of_the_coins_bought() -> None:
    desk = Desk(SPOT_NEAR, price=20_000, cash="1000")
    desk.buy("0.01")
    assert (desk.cash, desk.held) == ("800", "0.00999")
    (fill,) = desk.venue.books.orders.everything()[0].fills
    assert (fill.fee_base, fill.fee) == (Decimal("0.00001"), Decimal("0.2"))


def test_binance_spot_can_buy_by_cost_and_ends_filled() -> None:
    desk = Desk(SPOT_NEAR, price=20_000, cash="1000")
    assert desk.buy("0.01", cost="200")[-1] == "a filled: the rest buys nothing"


def test_futures_open_and_close_contracts_out_of_one_wallet() -> None:
    desk = Desk(FUTURES_NEAR, price=20_000, cash="1000")
    desk.sell("0.1", leverage=4)  # 2,000 of value, 500 of margin, 1 of fee
    assert (desk.cash, desk.held) == ("999", "-0.1")
    desk.price(19_000)
    desk.buy("0.1", reduce_only=True)  # earns 100, costs 0.95
    assert (desk.cash, desk.held) == ("1098.05", "0")


def test_a_large_order_eats_level_after_level_and_what_finds_no_offer_is_canceled() -> None:
    # levels: 2,000 USDT each at 20,000 / 20,010 / 20,020
    thin = near(BINANCE_SPOT, gap=0.0005, least=2_000.0)
    desk = Desk(thin, price=20_000, cash="100000")
    assert desk.buy("0.5") == [
        "a open o1",
        "a buy 0.1 @ 20000 fee 2",
        "a buy 0.09995 @ 20010 fee 1.9999995",
        "a buy 0.0999 @ 20020 fee 1.999998",
        "a canceled: no more offers in the book",
    ]


def test_the_book_is_deeper_when_more_was_traded() -> None:
    thin = near(BINANCE_SPOT, gap=0.0005, least=2_000.0, share=0.05)
    desk = Desk(thin, price=20_000, cash="100000")
    desk.venue.on_turnover(desk.key, 200_000.0, desk.now)  # 5 %: 10,000 on each level
    assert desk.buy("0.5")[1:] == ["a buy 0.5 @ 20000 fee 10", "a filled: filled"]


def test_market_prices_lie_half_a_spread_away_and_on_the_tick_against_the_trader() -> None:
    wide = near(UPBIT, half_spread=0.0003)
    desk = Desk(wide, price=30_000_000, cash="1000000")
    assert "@ 30009000 " in desk.buy("1", cost="30009")[1]
    assert "@ 29991000 " in desk.sell("0.001")[1]


@pytest.mark.parametrize(
    ("price", "heard"),
    [
        (20_000.0, ["a open o1"]),
        (19_500.0, ["a open o1"]),  # its own price: somebody must come to it
        (19_400.0, ["a open o1", "a buy 0.1 @ 19400 fee 1.94", "a filled: filled"]),
    ],
)
def test_a_limit_rests_unless_the_market_is_better(price: float, heard: list[str]) -> None:
    assert Desk(SPOT_NEAR, price, cash="10000").buy("0.1", LIMIT, price="19500") == heard


def test_a_resting_limit_trades_at_its_price_as_maker() -> None:
    #       20,000 -> 19,600 -> 19,400 through the limit at 19,500
    desk = Desk(FUTURES_NEAR, price=20_000, cash="10000")
    desk.buy("0.1", LIMIT, price="19500")
    assert desk.price(19_600) == []
    assert desk.price(19_400) == ["a buy 0.1 @ 19500 fee 0.39", "a filled: filled"]  # 0.02 %


def test_a_mere_touch_fills_as_much_as_one_level_holds() -> None:
    desk = Desk(near(BINANCE_SPOT, least=975.0), price=20_000, cash="10000")
    desk.buy("0.1", LIMIT, price="19500")
    assert desk.price(19_500) == ["a buy 0.05 @ 19500 fee 0.975"]
    assert desk.price(19_501) == []
    assert desk.price(19_500) == ["a buy 0.05 @ 19500 fee 0.975", "a filled: filled"]


@pytest.mark.parametrize(
    ("kind", "side", "level", "path", "filled_at"),
    [
        (STOP, Side.SELL, "19000", [19_500, 19_000], "19000"),
        (STOP, Side.SELL, "19000", [19_500, 18_000], "18000"),  # a gap: the price there is
        (STOP, Side.BUY, "21000", [20_500, 21_000], "21000"),
        (TARGET, Side.SELL, "21000", [20_500, 21_500], "21500"),
        (TARGET, Side.BUY, "19000", [19_500, 18_900], "18900"),
    ],
)
def test_futures_stops_and_targets_wait_for_their_price_under_an_id_of_their_own(
    kind: Kind, side: Side, level: str, path: list[float], filled_at: str
) -> None:
    desk = Desk(FUTURES_NEAR, price=20_000, cash="10000")
    desk.send(Side.BUY if side is Side.SELL else Side.SELL, "0.1")
    desk.heard()
    desk.send(side, "0.1", kind, stop_price=level, reduce_only=True)
    assert desk.heard() == ["b open a3"]  # o1 and t2 were the entry
    assert desk.price(path[0]) == []
    assert f"@ {filled_at} " in desk.price(path[1])[0]
    assert desk.held == "0"
    assert desk.report().recent[0].venue_id == "o4"  # the child order that it became


def test_a_conditional_order_that_finds_no_position_dies() -> None:
    desk = Desk(FUTURES_NEAR, price=20_000, cash="10000")
    desk.buy("0.1")
    desk.sell("0.1", STOP, stop_price="19000", reduce_only=True)
    desk.sell("0.1", TARGET, stop_price="21000", reduce_only=True)
    assert desk.price(21_000) == [
        "c sell 0.1 @ 21000 fee 1.05",
        "c filled: filled",
    ]
    assert len(desk.report().open_orders) == 1  # the sibling is ours to cancel
    assert desk.price(19_000) == ["b canceled: nothing left to reduce"]
    assert desk.held == "0"


def test_an_exit_larger_than_the_position_closes_it_and_never_flips_it() -> None:
    desk = Desk(FUTURES_NEAR, price=20_000, cash="10000")
    desk.buy("0.1")
    assert desk.sell("0.3", reduce_only=True)[1:] == [
        "b sell 0.1 @ 20000 fee 1",
        "b canceled: nothing left to reduce",
    ]
    assert desk.held == "0"


def test_spot_stops_exist_on_binance_and_hold_the_coins() -> None:
    desk = Desk(SPOT_NEAR, 20_000, cash="0", coins={SPOT_KEY: Decimal("0.1")})
    desk.sell("0.1", STOP, stop_price="19000")
    assert desk.sell("0.1") == ["b rejected -2010"]
    assert desk.price(18_990) == ["a sell 0.1 @ 18990 fee 1.899", "a filled: filled"]


@pytest.mark.parametrize("kind", [STOP, TARGET, Kind.OCO])
def test_upbit_has_no_stops(kind: Kind) -> None:
    desk = Desk(UPBIT_NEAR, price=30_000_000, coins={UPBIT_KEY: Decimal(1)})
    assert desk.sell("1", kind, stop_price="29000000") == ["a rejected validation_error"]


def test_an_ideal_exchange_fills_whole_at_the_price_moved_by_the_slippage() -> None:
    desk = Desk(ideal(UPBIT, slippage_bps=2.0, fee=0.0005), price=100.0, cash="1000")
    assert desk.buy("1.5") == ["a buy 1.5 @ 100.02 fee 0.075015", "a filled: filled"]
    assert desk.price(120.0) == []
    assert desk.sell("1.5") == ["b sell 1.5 @ 119.976 fee 0.089982", "b filled: filled"]
    assert desk.cash == "1029.769003"


def test_an_ideal_exchange_fills_exits_whatever_the_minimum() -> None:
    desk = Desk(ideal(BINANCE_SPOT), price=100.0, coins={SPOT_KEY: Decimal("1e-8")})
    assert desk.sell("0.00000001")[-1] == "a filled: filled"


def test_ideal_prices_are_plain_float_arithmetic() -> None:
    desk = Desk(ideal(BINANCE_SPOT, slippage_bps=3.0), price=0.1)
    desk.buy("7")
    (order,) = desk.venue.books.orders.everything()
    assert order.fills[0].price == Decimal(repr(0.1 * (1.0 + 3.0 / 10_000.0)))


def test_a_limit_that_was_partly_filled_can_be_canceled() -> None:
    desk = Desk(near(BINANCE_SPOT, least=975.0), price=20_000, cash="10000")
    desk.buy("0.1", LIMIT, price="19500")
    desk.price(19_500)
    assert desk.cancel("a") == ["a canceled: canceled"]
    assert desk.cancel("a") == ["a still there? -2011 Unknown order sent."]
    assert desk.held == "0.04995"  # 0.1 % of the coins are the fee


def test_market_time_passes_between_asking_and_hearing() -> None:
    far = replace(UPBIT_NEAR, latency=(100, 100))
    desk = Desk(far, price=30_000_000, cash="1000000")
    desk.send(Side.BUY, "1", cost="30000")
    seen = []
    for at in (2_099, 2_100, 2_199, 2_200):
        desk.venue.advance(at)
        seen.append((len(desk.heard()), desk.held))
    assert seen == [(0, "0"), (0, "0.001"), (0, "0.001"), (3, "0.001")]


def test_an_order_under_way_meets_the_price_in_force_when_it_arrives() -> None:
    desk = Desk(replace(UPBIT_NEAR, latency=(100, 100)), price=30_000_000, cash="1000000")
    desk.send(Side.BUY, "1", cost="31000")
    desk.venue.on_price(desk.key, 31_000_000.0, desk.now + 50)
    desk.venue.on_price(desk.key, 32_000_000.0, desk.now + 150)
    desk.venue.advance(desk.now + 300)
    assert "@ 31000000 " in desk.heard()[1]
