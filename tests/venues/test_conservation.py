"""No money and no coin is made or lost, whatever is ordered: books balance to the last digit."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.venues.desk import FUTURES_NEAR, SPOT_NEAR, UPBIT_NEAR, Desk, near
from trader.domain.order import Kind, Side
from trader.venues.margin import MarginAccount
from trader.venues.profiles import BINANCE_SPOT, Profile, ideal

START = Decimal(1_000_000)
THIN_SPOT = near(BINANCE_SPOT, least=3_000.0, gap=0.001, half_spread=0.0005)

kinds = st.sampled_from([Kind.MARKET, Kind.LIMIT, Kind.STOP_MARKET, Kind.OCO])
acts = st.tuples(
    st.sampled_from(Side),
    kinds,
    st.integers(1, 300),  # thousandths of a coin
    st.integers(-20, 20),  # the price moves by so many 1/1000 afterwards
    st.booleans(),
)
stories = st.lists(acts, max_size=25)


def live(desk: Desk, story: list[tuple[Side, Kind, int, int, bool]]) -> None:
    """Send orders of all kinds around a moving price."""
    price = 20_000.0
    for side, kind, lots, move, reduce in story:
        near_price, far = (1, -1) if side is Side.SELL else (-1, 1)
        levels = {
            Kind.MARKET: {},
            Kind.LIMIT: {"price": f"{price * (1 + 0.004 * near_price):.0f}"},
            Kind.STOP_MARKET: {"stop_price": f"{price * (1 + 0.004 * far):.0f}"},
            Kind.OCO: {
                "price": f"{price * (1 + 0.004 * near_price):.0f}",
                "stop_price": f"{price * (1 + 0.004 * far):.0f}",
            },
        }[kind]
        reduce_only = reduce and desk.venue.profile.capabilities.margin
        desk.send(side, str(Decimal(lots) / 1000), kind, reduce_only=reduce_only, **levels)
        price = round(price * (1 + move / 1000), 2)
        desk.price(price)


def traded(desk: Desk, amount: Callable[[Decimal, Decimal, Decimal, Decimal], Decimal]) -> Decimal:
    """Sum over all trades of (signed quantity, price, fee, fee in coins)."""
    total = Decimal(0)
    for order in desk.venue.books.orders.everything():
        for fill in order.fills:
            signed = fill.quantity if fill.side is Side.BUY else -fill.quantity
            total += amount(signed, fill.price, fill.fee, fill.fee_base)
    return total


@pytest.mark.parametrize(
    "profile", [UPBIT_NEAR, SPOT_NEAR, THIN_SPOT, ideal(BINANCE_SPOT)], ids=lambda p: str(p.depth)
)
@settings(max_examples=60, deadline=None)
@given(story=stories)
def test_cash_and_coins_are_what_the_trades_say(
    profile: Profile, story: list[tuple[Side, Kind, int, int, bool]]
) -> None:
    desk = Desk(profile, 20_000.0, cash=START)
    live(desk, story)
    account = desk.venue.books.account
    base = profile.capabilities.fee_in_base
    spent = traded(desk, lambda q, p, fee, in_coins: q * p + (fee if not in_coins else 0))
    assert abs(account.cash - (START - spent)) < Decimal("1e-18")
    assert account.holding(desk.key) == traded(desk, lambda q, _p, _f, coins: q - coins)
    assert account.holding(desk.key) >= 0
    assert base or account.cash_free(desk.venue.books.orders) > -Decimal("0.001")


@settings(max_examples=60, deadline=None)
@given(story=stories)
def test_a_wallet_and_its_open_contracts_are_what_the_trades_say(
    story: list[tuple[Side, Kind, int, int, bool]],
) -> None:
    desk = Desk(FUTURES_NEAR, 20_000.0, cash=START)
    live(desk, story)
    account = desk.venue.books.account
    assert isinstance(account, MarginAccount)
    held = account.contracts.get(desk.key)
    invested = held.value * held.direction if held else Decimal(0)
    assert account.cash - invested == START - traded(desk, lambda q, p, fee, _: q * p + fee)
    assert account.holding(desk.key) == traded(desk, lambda q, _p, _f, _b: q)


@settings(max_examples=60, deadline=None)
@given(story=stories)
def test_orders_end_once_and_never_trade_more_than_was_asked(
    story: list[tuple[Side, Kind, int, int, bool]],
) -> None:
    desk = Desk(THIN_SPOT, 20_000.0, cash=START)
    live(desk, story)
    orders = desk.venue.books.orders.everything()
    assert len({fill.id for o in orders for fill in o.fills}) == sum(len(o.fills) for o in orders)
    for order in orders:
        assert sum(f.quantity for f in order.fills) == order.filled <= order.request.quantity
        assert order.live == (order.ended_at == 0)
