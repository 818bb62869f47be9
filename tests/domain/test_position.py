"""Positions as values: averages, partial exits, nothing sold twice, nothing lost on the way."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trader.domain.order import Fill, Side
from trader.domain.position import Direction, Position

BORN = Position(
    "p", "upbit:BTC/KRW", "breakout", Direction.LONG, Decimal(0), Decimal(0), Decimal(0), 0, 0
)


def fill(quantity: str | Decimal, price: str | Decimal, fee_base: str = "0") -> Fill:
    """A purchase."""
    return Fill(
        "t", "o", BORN.key, Side.BUY, Decimal(quantity), Decimal(price), Decimal("0.1"), 0,
        Decimal(fee_base),
    )  # fmt: skip


def test_the_entry_price_is_the_average_of_all_fills() -> None:
    position = BORN.enlarged(fill("1", "100")).enlarged(fill("3", "104"))
    assert (position.quantity, position.entry_price) == (Decimal(4), Decimal(103))
    assert position.fees == Decimal("0.2")


def test_coins_taken_as_fee_are_never_owned() -> None:
    position = BORN.enlarged(fill("1", "100", fee_base="0.001"))
    assert position.quantity == Decimal("0.999")
    assert position.entry_price == 100


def test_more_than_is_held_cannot_be_taken() -> None:
    left = BORN.enlarged(fill("1", "100")).reduced(fill("5", "110"))
    assert (left.quantity, left.exit_quantity, left.exit_value) == (
        Decimal(0),
        Decimal(1),
        Decimal(110),
    )


def test_margin_leaves_with_the_contracts() -> None:
    position = BORN.enlarged(fill("4", "100"), Decimal(200)).reduced(fill("1", "100"))
    assert position.margin == 150
    assert position.reduced(fill("3", "100")).margin == 0
    assert position.reduced(fill("3", "100")).reduced(fill("1", "100")).margin == 0


def test_open_profit_of_a_long_and_of_a_short() -> None:
    position = BORN.enlarged(fill("2", "100"))
    assert position.unrealised(110.0) == 20.0
    short = Position(
        **{n: getattr(position, n) for n in position.__slots__} | {"direction": Direction.SHORT}
    )
    assert short.unrealised(110.0) == -20.0
    assert [d.word for d in Direction] == ["long", "short"]


def test_funding_adds_up() -> None:
    assert BORN.charged(Decimal(2)).charged(Decimal(-3)).funding == -1


PARTS = st.lists(
    st.tuples(
        st.decimals("0.001", "1000", places=3), st.decimals("0.01", "100000", places=2)
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@given(bought=PARTS, sold=PARTS)
def test_nothing_is_lost_in_any_sequence_of_fills(
    bought: list[tuple[Decimal, Decimal]], sold: list[tuple[Decimal, Decimal]]
) -> None:
    position = BORN
    for quantity, price in bought:
        position = position.enlarged(fill(quantity, price))
    assert position.entry_value == sum(q * p for q, p in bought)
    for quantity, price in sold:
        position = position.reduced(fill(quantity, price))
    assert position.quantity + position.exit_quantity == position.entry_quantity
    assert position.quantity >= 0
    assert position.entry_quantity == sum(q for q, _ in bought)


def test_the_average_of_one_price_is_that_price() -> None:
    position = BORN
    for quantity in ("0.1", "0.2", "0.7"):
        position = position.enlarged(fill(quantity, "12345.67"))
    assert float(position.entry_price) == pytest.approx(12345.67, rel=1e-15)
