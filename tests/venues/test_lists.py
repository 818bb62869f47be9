"""Every way through a list of two orders (OCO) on Binance spot: one leg trades, the other dies."""

from decimal import Decimal

import pytest

from tests.venues.desk import KEYS, SPOT_NEAR, Desk, near
from trader.domain.order import Kind, Side
from trader.venues.profiles import BINANCE_SPOT

KEY = KEYS["binance_spot"]
OCO = Kind.OCO


def armed(least: float = 1e12) -> Desk:
    """0.1 coins, target at 21,000, stop at 19,000."""
    desk = Desk(near(BINANCE_SPOT, least=least), 20_000, cash="0", coins={KEY: Decimal("0.1")})
    assert desk.sell("0.1", OCO, price="21000", stop_price="19000") == ["a open l1"]
    return desk


@pytest.mark.parametrize(
    ("path", "heard"),
    [
        ([20_999, 19_001], []),
        ([21_000], ["a sell 0.1 @ 21000 fee 2.1", "a filled: take_profit"]),
        ([22_000], ["a sell 0.1 @ 21000 fee 2.1", "a filled: take_profit"]),
        ([19_000], ["a sell 0.1 @ 19000 fee 1.9", "a filled: stop"]),
        ([18_500], ["a sell 0.1 @ 18500 fee 1.85", "a filled: stop"]),
        ([21_000, 19_000], ["a sell 0.1 @ 21000 fee 2.1", "a filled: take_profit"]),
        ([19_000, 21_000], ["a sell 0.1 @ 19000 fee 1.9", "a filled: stop"]),
    ],
)
def test_the_leg_that_is_met_first_fills_and_the_other_dies(
    path: list[float], heard: list[str]
) -> None:
    desk = armed()
    assert [text for price in path for text in desk.price(price)] == heard


def test_a_partly_filled_target_has_killed_the_stop_so_the_rest_is_unprotected() -> None:
    desk = armed(least=1_050.0)  # 0.05 coins at 21,000
    assert desk.price(21_000) == ["a sell 0.05 @ 21000 fee 1.05"]
    assert desk.price(18_000) == []  # no stop any more
    assert desk.cancel("a") == ["a canceled: canceled"]
    assert desk.sell("0.05")[-1] == "b filled: filled"


def test_a_triggered_stop_leaves_no_target_behind() -> None:
    desk = armed(least=500.0)  # three levels of at most 500: the stop cannot sell all
    told = desk.price(19_000)
    assert told[-1] == "a canceled: no more offers in the book"
    assert desk.price(21_000) == []
    assert desk.report().open_orders == ()


def test_canceling_the_list_frees_the_coins() -> None:
    desk = armed()
    assert desk.sell("0.1") == ["b rejected -2010"]
    assert desk.report().holdings[0].free == 0
    assert desk.cancel("a") == ["a canceled: canceled"]
    assert desk.report().holdings[0].free == Decimal("0.1")
    assert desk.price(19_000) == []
    assert desk.sell("0.1")[-1] == "c filled: filled"


def test_the_user_cancels_our_list_by_hand_and_the_report_no_longer_shows_it() -> None:
    desk = armed()
    assert [o.order_id for o in desk.report().open_orders] == ["a"]
    desk.venue.cancel_by_hand("a")
    desk.heard()
    report = desk.report()
    assert (report.open_orders, [o.status.value for o in report.recent]) == ((), ["canceled"])


@pytest.mark.parametrize(
    ("side", "price", "stop", "taken"),
    [
        (Side.SELL, "21000", "19000", True),
        (Side.SELL, "19000", "21000", False),
        (Side.SELL, "20000", "19000", False),  # the target must be above, not at
        (Side.SELL, "21000", "20000", False),
        (Side.BUY, "19000", "21000", True),
        (Side.BUY, "21000", "19000", False),
    ],
)
def test_the_prices_of_a_list_lie_on_both_sides_of_the_market(
    side: Side, price: str, stop: str, taken: bool
) -> None:
    desk = Desk(SPOT_NEAR, 20_000, cash="10000", coins={KEY: Decimal("0.1")})
    desk.send(side, "0.1", OCO, price=price, stop_price=stop)
    assert desk.heard() == (["a open l1"] if taken else ["a rejected -2010"])


def test_a_list_to_buy_is_the_mirror() -> None:
    desk = Desk(SPOT_NEAR, 20_000, cash="10000")
    desk.buy("0.1", OCO, price="19000", stop_price="21000")
    assert desk.price(21_500) == ["a buy 0.1 @ 21500 fee 2.15", "a filled: stop"]
