"""Contracts: margin, liquidation and funding, with numbers worked out by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.venues.desk import FUTURES_NEAR, Desk
from trader.domain.order import Kind, Side
from trader.venues.margin import Contract, closed
from trader.venues.profiles import ideal


@pytest.mark.parametrize(
    ("side", "leverage", "liquidation"),
    [
        (Side.BUY, 10, 18_072.28915662651),  # 20,000 x (1 - 1/10) / (1 - 0.004)
        (Side.BUY, 4, 15_060.24096385542),
        (Side.BUY, 1, 0.0),  # nothing is borrowed
        (Side.SELL, 10, 21_912.350597609562),  # 20,000 x (1 + 1/10) / (1 + 0.004)
        (Side.SELL, 1, 39_840.6374501992),
    ],
)
def test_liquidation_price(side: Side, leverage: int, liquidation: float) -> None:
    desk = Desk(FUTURES_NEAR, 20_000, cash="100000")
    desk.send(side, "1", leverage=leverage)
    desk.heard()
    (holding,) = desk.report().holdings
    assert holding.liquidation == pytest.approx(liquidation, rel=1e-12)
    assert (holding.entry_price, holding.leverage) == (20_000.0, leverage)


def test_a_position_is_closed_by_force_when_its_margin_is_used_up() -> None:
    #       entry 20,000 x 10: margin 2,000; liquidation at 18,072.29, ruin at 18,000
    desk = Desk(FUTURES_NEAR, 20_000, cash="5000")
    desk.buy("1", leverage=10)  # fee 10
    desk.sell("1", Kind.STOP_MARKET, stop_price="15000", reduce_only=True)
    assert desk.price(18_073) == []
    assert desk.price(18_072) == [
        "b canceled: liquidation",
        "liquidated sell 1 @ 18072 fee 9.036",
    ]
    assert (desk.held, desk.cash) == ("0", "3052.964")  # 5,000 - 10 - 1,928 - 9.036


def test_a_gap_beyond_ruin_costs_the_margin_and_no_more() -> None:
    desk = Desk(FUTURES_NEAR, 20_000, cash="5000")
    desk.buy("1", leverage=10)
    assert desk.price(10_000) == ["liquidated sell 1 @ 18000 fee 9"]
    assert desk.cash == "2981"


def test_shorts_are_liquidated_above() -> None:
    desk = Desk(FUTURES_NEAR, 20_000, cash="5000")
    desk.sell("1", leverage=10)
    assert desk.price(21_912.4) == ["liquidated buy 1 @ 21912.4 fee 10.9562"]


def test_an_ideal_exchange_leaves_liquidation_to_the_guard() -> None:
    desk = Desk(ideal(FUTURES_NEAR), 20_000, cash="5000")
    desk.buy("1", leverage=10)
    assert desk.price(10_000) == []


@pytest.mark.parametrize(
    ("side", "rate", "heard", "wallet"),
    [
        (Side.BUY, 0.0001, ["funding 2.1"], "9987.9"),  # 0.0001 x 1 x 21,000; entry fee 10
        (Side.BUY, -0.0001, ["funding -2.1"], "9992.1"),
        (Side.SELL, 0.0001, ["funding -2.1"], "9992.1"),
    ],
)
def test_funding_is_charged_once_a_moment(
    side: Side, rate: float, heard: list[str], wallet: str
) -> None:
    desk = Desk(FUTURES_NEAR, 20_000, cash="10000")
    desk.send(side, "1", leverage=5)
    desk.heard()
    desk.venue.on_funding(desk.key, rate, 21_000.0, 28_800_000)
    desk.venue.on_funding(desk.key, rate, 21_000.0, 28_800_000)  # repeated after a restart
    assert (desk.heard(), desk.cash) == (heard, wallet)


def test_without_a_position_there_is_no_funding() -> None:
    desk = Desk(FUTURES_NEAR, 20_000)
    desk.venue.on_funding(desk.key, 0.001, 20_000.0, 28_800_000)
    assert desk.heard() == []


def test_more_contracts_move_the_entry_and_an_opposite_order_flips_the_position() -> None:
    desk = Desk(FUTURES_NEAR, 20_000, cash="100000")
    desk.buy("1", leverage=2)
    desk.price(22_000)
    desk.buy("1", leverage=2)
    assert desk.report().holdings[0].entry_price == 21_000.0
    desk.sell("3", leverage=2)
    (holding,) = desk.report().holdings
    assert (holding.quantity, holding.entry_price) == (Decimal(-1), 22_000.0)
    assert desk.cash == "101946"  # earned 2,000; fees 10 + 11 + 33


@given(
    value=st.decimals("1", "100000", places=4),
    parts=st.lists(st.integers(1, 500), min_size=1, max_size=8),
    price=st.decimals("1", "100000", places=2),
)
def test_closing_in_parts_earns_what_closing_whole_earns(
    value: Decimal, parts: list[int], price: Decimal
) -> None:
    total = Decimal(sum(parts))
    whole = Contract(total, value, 3)
    _, at_once = closed(whole, total, price)
    left: Contract | None = whole
    earned = Decimal(0)
    for part in parts:
        assert left is not None
        left, profit = closed(left, Decimal(part), price)
        earned += profit
    assert left is None
    assert earned == at_once
