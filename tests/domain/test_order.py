"""How an order may move: every legal move, every illegal one, and what a late fill may still do."""

from decimal import Decimal

import pytest

from trader.domain.errors import IllegalMove
from trader.domain.order import LIVE, MOVES, RESTING, Kind, Order, Purpose, Side, Status

ORDER = Order(
    "aaUE-1", "upbit:BTC/KRW", Side.BUY, Kind.MARKET, Purpose.ENTRY, Decimal(2), "aaUE-1",
    "breakout", "entry", 0, 100.0,
)  # fmt: skip
EVERY_PAIR = [(a, b) for a in Status for b in Status]
# Page 4.2, and what crosses on the wire: a fill after our cancel, a refusal or a "not found".
TABLE = """
intent      denied sending
denied
sending     open partial filled canceled rejected unknown canceling
unknown     open partial filled canceled rejected not_placed canceling
open        partial filled canceled canceling unknown
partial     partial filled canceled canceling unknown
canceling   canceled filled open partial rejected unknown
canceled    filled partial
rejected    filled partial
not_placed  filled partial open
filled
"""


def drawn() -> dict[str, set[str]]:
    """The table of this test, by state."""
    rows = (line.split() for line in TABLE.strip().splitlines())
    return {state: set(targets) for state, *targets in rows}


def in_state(status: Status) -> Order:
    """An order that is in this state already."""
    order = Order(**{n: getattr(ORDER, n) for n in ORDER.__slots__} | {"status": status})
    assert order.status is status
    return order


@pytest.mark.parametrize(("before", "after"), EVERY_PAIR)
def test_an_order_moves_along_its_table_and_no_other_way(before: Status, after: Status) -> None:
    order = in_state(before)
    if after.value in drawn()[before.value]:
        moved = order.moved_to(after, 7, "why")
        assert (moved.status, moved.updated_at, moved.note) == (after, 7, "why")
    else:
        with pytest.raises(IllegalMove, match=f"from {before} to {after}"):
            order.moved_to(after, 7)


def test_every_state_has_a_row() -> None:
    assert set(MOVES) == set(Status)


def test_nothing_leaves_a_filled_or_a_denied_order() -> None:
    assert not MOVES[Status.FILLED]
    assert not MOVES[Status.DENIED]


@pytest.mark.parametrize("ended", [Status.CANCELED, Status.REJECTED, Status.NOT_PLACED])
def test_a_late_fill_always_wins(ended: Status) -> None:
    assert in_state(ended).moved_to(Status.FILLED, 1).status is Status.FILLED


def test_a_move_without_a_note_keeps_the_old_one() -> None:
    noted = ORDER.moved_to(Status.OPEN, 1, "first")
    assert noted.moved_to(Status.PARTIAL, 2).note == "first"


@pytest.mark.parametrize("status", Status)
def test_live_is_what_may_still_trade(status: Status) -> None:
    order = in_state(status)
    assert order.live == (status in LIVE)
    assert (status in RESTING) <= order.live


def test_remaining_is_never_below_zero() -> None:
    filled = {n: getattr(ORDER, n) for n in ORDER.__slots__}
    assert Order(**filled | {"filled": Decimal("1.5")}).remaining == Decimal("0.5")
    assert Order(**filled | {"filled": Decimal(3)}).remaining == 0


def test_only_entries_are_entries() -> None:
    values = {n: getattr(ORDER, n) for n in ORDER.__slots__}
    entries = [p for p in Purpose if Order(**values | {"purpose": p}).is_entry]
    assert entries == [Purpose.ENTRY]
