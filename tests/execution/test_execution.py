"""From permission to orders, and what becomes of orders in flight: pure answers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trader.domain import events as ev
from trader.domain.instrument import MarketRules
from trader.domain.order import Fill, Kind, Order, Purpose, Side, Status
from trader.domain.position import Direction, Position
from trader.execution import planner, tracker
from trader.execution.reconcile import compare
from trader.risk.verdict import Approved, EntryRequest

KEY = "upbit:BTC/KRW"
TICKS = ((Decimal(0), Decimal("0.1")), (Decimal(100), Decimal(1)))
RULES = MarketRules(lot_step=Decimal("0.01"), ticks=TICKS)
SPOT = planner.Place("aaUE-1", RULES, 5, 0, margin=False, by_cost=True)
MARGIN = planner.Place("aaFE-1", RULES, 5, 0, margin=True, by_cost=False)
POSITION = Position(
    "p", KEY, "breakout", Direction.LONG, Decimal("1.239"), Decimal(100), Decimal("1.239"), 0, 0,
    leverage=2.5,
)  # fmt: skip
SHORTED = replace(POSITION, direction=Direction.SHORT)


def approved(d: int = 1, leverage: float = 1.0) -> Approved:
    """123 lots at 100.5."""
    request = EntryRequest(KEY, "breakout", d, 100.5, 1.0, 2.0, nan)
    return Approved(request, 123, leverage, 0, ())


def test_a_purchase_by_cost_gives_whole_money() -> None:
    order = planner.entry(approved(), SPOT)
    assert (order.quantity, order.cost) == (Decimal("1.23"), Decimal(123))  # 1.23 x 100.5 = 123.615
    assert (order.side, order.leverage, order.atr) == (Side.BUY, 1, 2.0)


def test_a_short_sells_and_gets_the_integer_above_its_leverage() -> None:
    order = planner.entry(approved(-1, 2.2), MARGIN)
    assert (order.side, order.leverage, order.exact_leverage) == (Side.SELL, 3, 2.2)
    assert order.cost is None
    assert planner.entry(approved(1, 3.0), MARGIN).leverage == 3


@pytest.mark.parametrize(
    ("reason", "purpose"),
    [("liquidation_guard", Purpose.GUARD), ("emergency_stop", Purpose.EMERGENCY),
     ("trailing_stop", Purpose.STOP), ("take_profit", Purpose.TAKE_PROFIT),
     ("signal", Purpose.EXIT), ("manual", Purpose.EXIT)],
)  # fmt: skip
def test_an_exits_letter_says_why(reason: str, purpose: Purpose) -> None:
    order = planner.exit_order(POSITION, Decimal(1), reason, 99.0, SPOT)
    assert (order.purpose, order.reason, order.side) == (purpose, reason, Side.SELL)
    assert not order.reduce_only


def test_a_margin_exit_can_only_reduce() -> None:
    order = planner.exit_order(SHORTED, Decimal(1), "signal", 99.0, MARGIN)
    assert order.reduce_only
    assert (order.side, order.leverage) == (Side.BUY, 3)


def test_guards_are_on_the_step_and_on_the_tick() -> None:
    (order,) = planner.guards(POSITION, (95.03, 105.4), ("oco", "stop_loss"), SPOT)
    assert (order.kind, order.quantity) == (Kind.OCO, Decimal("1.23"))
    assert (order.stop_price, order.price) == (Decimal("95.1"), Decimal(106))
    (lone,) = planner.guards(POSITION, (95.03, nan), ("oco", "stop_loss"), SPOT)
    assert lone.kind is Kind.STOP_MARKET


def test_conditional_guards_are_two() -> None:
    stop, target = planner.guards(SHORTED, (105.4, 95.03), ("conditional", "stop_loss"), MARGIN)
    assert (stop.stop_price, target.stop_price) == (Decimal(105), Decimal("95.0"))
    assert (stop.id, target.id) == ("aaFE-1", "aaFE-1t")
    (alone,) = planner.guards(SHORTED, (105.4, nan), ("conditional", "stop_loss"), MARGIN)
    assert alone.purpose is Purpose.STOP


def test_without_ticks_a_price_stays_what_it_is() -> None:
    assert planner.on_tick(95.03, MarketRules(), up=True) == Decimal("95.03")


# ------------------------------------------------------------------ in flight

ORDER = Order(
    "aaUE-1", KEY, Side.BUY, Kind.MARKET, Purpose.ENTRY, Decimal(2), "p", "s", "entry", 1_000,
    100.0, updated_at=1_000,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "at", "late"),
    [
        ({"status": Status.OPEN}, 30_999, False),
        ({"status": Status.OPEN}, 31_000, True),
        ({"status": Status.PARTIAL}, 31_000, True),
        ({"status": Status.UNKNOWN}, 99_000, False),  # its fate must be asked first
        ({"status": Status.OPEN, "purpose": Purpose.EXIT}, 10_999, False),
        ({"status": Status.OPEN, "purpose": Purpose.EXIT}, 11_000, True),
        ({"status": Status.OPEN, "kind": Kind.OCO}, 99_000, False),  # it is meant to wait
        ({"status": Status.OPEN, "kind": Kind.STOP_MARKET}, 99_000, False),
    ],
)
def test_what_works_too_long_is_late(changed: dict[str, Any], at: int, late: bool) -> None:
    assert tracker.timed_out(replace(ORDER, **changed), at, 30_000, 10_000) is late


def test_without_a_time_limit_nothing_is_late() -> None:
    assert not tracker.timed_out(replace(ORDER, status=Status.OPEN), 10**9, 0, 0)


@pytest.mark.parametrize("status", [Status.SENDING, Status.CANCELING, Status.OPEN])
def test_silence_is_noticed_after_ten_seconds(status: Status) -> None:
    order = replace(ORDER, status=status)
    assert not tracker.silent(order, 10_999)
    assert tracker.silent(order, 11_000) is (status is not Status.OPEN)


def test_questions_come_at_growing_pauses_then_every_five_seconds() -> None:
    doubt = tracker.Doubt(0, 0)
    times = []
    for asked in range(8):
        doubt.asked = asked
        times.append(tracker.next_ask(doubt))
    assert times == [500, 1_500, 3_500, 7_500, 12_500, 17_500, 22_500, 27_500]


@given(st.lists(st.integers(0, 200_000), max_size=40))
def test_absence_needs_age_and_three_misses_five_seconds_apart(times: list[int]) -> None:
    doubt = tracker.Doubt(0, 0)
    counted: list[int] = []
    for at in sorted(times):
        tracker.missed(doubt, at)
        if not counted or at - counted[-1] >= 5_000:
            counted.append(at)
        assert doubt.misses == len(counted)
        believed = tracker.never_placed(doubt, at, 60_000)
        assert believed == (at >= 60_000 and len(counted) >= 3)


# ------------------------------------------------------------------ reports


def told(status: Status = Status.OPEN, name: str = "aaUE-1", *fills: Fill) -> ev.OrderState:
    """An order as a report has it."""
    return ev.OrderState(name, "v", status, Decimal(0), fills)


def report(*orders: ev.OrderState, held: str = "0") -> ev.VenueReported:
    """Orders and coins on the account."""
    number = Decimal(held)
    return ev.VenueReported(
        "upbit", orders, (), (ev.Holding(KEY, number, number),), Decimal(0), Decimal(0), (), 0
    )


def test_our_orders_are_known_by_their_names() -> None:
    found = compare(
        report(told(), told(name="aaUE-9"), told(name="zz-1")), {ORDER.id: ORDER}, (), {}, "aa"
    )
    assert [s.order_id for s in found.states] == ["aaUE-1"]
    assert [s.order_id for s in found.strangers] == ["aaUE-9"]  # ours, but not in the journal


@pytest.mark.parametrize(
    ("status", "gone"),
    [(Status.OPEN, True), (Status.UNKNOWN, True), (Status.SENDING, False), (Status.FILLED, False)],
)
def test_what_lived_and_is_not_mentioned_has_vanished(status: Status, gone: bool) -> None:
    order = replace(ORDER, status=status)
    assert compare(report(), {order.id: order}, (), {}, "aa").vanished == (
        ("aaUE-1",) if gone else ()
    )


def test_fills_come_in_the_order_in_which_they_happened() -> None:
    late, early = (
        Fill(name, "aaUE-1", KEY, Side.BUY, Decimal(1), Decimal(1), Decimal(0), at)
        for name, at in (("a", 2), ("b", 1))
    )
    found = compare(
        report(told(Status.FILLED, "aaUE-1", late, early)), {ORDER.id: ORDER}, (), {}, "aa"
    )
    assert [fill.id for fill in found.fills] == ["b", "a"]


@pytest.mark.parametrize(
    ("held", "position", "missing"),
    [
        ("1.239", POSITION, None),
        ("9", POSITION, None),  # surplus is the user's
        ("1.229", POSITION, None),  # one lot step is nothing
        ("1.2", POSITION, "0.039"),
        ("0", POSITION, "1.239"),
        ("-5", SHORTED, None),
        ("-1", SHORTED, "0.239"),
        ("1", SHORTED, "1.239"),  # the other side is none of ours
    ],
)
def test_only_what_is_missing_is_named(held: str, position: Position, missing: str | None) -> None:
    found = compare(report(held=held), {}, (position,), {KEY: Decimal("0.01")}, "aa").missing
    assert found == ({} if missing is None else {KEY: Decimal(missing)})
