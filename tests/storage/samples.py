"""Values to write down: one of each kind, and strategies that make any of a kind."""

import types
import typing
from decimal import Decimal
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from trader.domain.book import VenueBook
from trader.domain.events import TimePassed
from trader.domain.order import Fill, Kind, Order, Purpose, Side, Status
from trader.domain.position import ClosedTrade, Direction, ExitReason, Position

KEY = "upbit:BTC/KRW"
TICK = TimePassed(1_700_000_000_000)

_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
_BY_KIND: dict[Any, st.SearchStrategy[Any]] = {
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    float: st.floats().map(lambda number: number + 0.0),  # SQLite knows no negative zero
    int: st.integers(-(2**62), 2**62),
    bool: st.booleans(),
    str: _TEXT,
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type of the domain."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType:
        return st.one_of([st.none() if k is types.NoneType else any_of(k) for k in inner])
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(any_of(inner[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(any_of, inner))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{name: any_of(hint) for name, hint in hints.items()})


def order(order_id: str = "aaE-1", status: Status = Status.SENDING, at: int = 1) -> Order:
    """A market buy of 0.1 BTC."""
    return Order(
        order_id, KEY, Side.BUY, Kind.MARKET, Purpose.ENTRY, Decimal("0.1"), "p1", "breakout",
        "signal", at, 50_000_000.0, status=status, updated_at=at,
    )  # fmt: skip


def fill(fill_id: str = "f1", order_id: str = "aaE-1") -> Fill:
    """All of that order."""
    quantity, price = Decimal("0.1"), Decimal("50000000.00000001")
    return Fill(fill_id, order_id, KEY, Side.BUY, quantity, price, Decimal("2500.5"), 2)


def position(quantity: str = "0.1") -> Position:
    """What that fill opened."""
    amount = Decimal(quantity)
    return Position(
        "p1", KEY, "breakout", Direction.LONG, amount, Decimal(50_000_000), Decimal("0.1"), 0, 2
    )


def book(cash: str = "5000000.000000000001") -> VenueBook:
    """The venue's books after it."""
    return VenueBook("upbit", Decimal(10_000_000), Decimal(cash), exits=((KEY, 5),), sequence=7)


def trade(trade_id: str = "p1", key: str = KEY, closed_at: int = 9) -> ClosedTrade:
    """The whole life of a position."""
    one = Decimal(1)
    return ClosedTrade(
        trade_id, key, "breakout", Direction.LONG, 0, one, one, 0, one, ExitReason.TAKE_PROFIT,
        1.0, one, Decimal(0), Decimal("3673.1"), Decimal("4.9"), 2, closed_at,
    )  # fmt: skip
