"""The first day of mode live: one entry and all together stay small, and the code says why not."""

from __future__ import annotations

import math

import pytest

from tests.engine.bench import MONDAY, Bench
from tests.risk.builders import means, parameters, request
from trader.domain.commands import TradeByHand
from trader.domain.signal import BIT
from trader.engine import first_day
from trader.engine.engine import Habits
from trader.risk.sizing import Size, size

DAY = 86_400_000


@pytest.mark.parametrize(
    ("room", "lots", "caps"),
    [
        (math.inf, 50_000, 0),  # 10,000 x 1 % / (2 x 2 ATR) = 25 coins of 0.0005
        (2_500.0, 50_000, 0),  # just enough
        (500.0, 10_000, BIT["first_day"]),  # 5 coins
    ],
)
def test_the_room_caps_the_size_and_is_named(room: float, lots: int, caps: int) -> None:
    found = size(request(), parameters(), means(room=room, step=0.0005), 1.0)
    assert found == Size(lots, caps)


def test_without_room_nothing_is_bought_and_the_code_says_so() -> None:
    found = size(request(), parameters(), means(room=4.0), 1.0)
    assert found == Size(0, BIT["first_day"] | BIT["min_order"])
    assert size(request(fixed_quantity=1.0), parameters(), means(room=0.0), 1.0).lots == 0


def venue(order: float, total: float) -> Bench:
    """A venue with 10,000 that it holds nothing of."""
    return Bench(live_first_day_max_order=order, live_first_day_max_total=total)


@pytest.mark.parametrize(
    ("order", "total", "room"),
    [(0.0, 0.0, math.inf), (0.05, 0.0, 500.0), (0.0, 0.2, 2_000.0), (0.05, 0.02, 200.0)],
)
def test_each_cap_is_a_part_of_the_capital(order: float, total: float, room: float) -> None:
    bench = venue(order, total)
    assert bench.venue.account.start == 10_000.0
    assert first_day.room(bench.venue, DAY, DAY - 1) == pytest.approx(room)
    assert first_day.room(bench.venue, DAY, DAY) == math.inf
    assert first_day.room(bench.venue, 0, 1) == math.inf  # no other mode has a first day


def test_what_is_held_and_what_is_being_bought_count_together() -> None:
    bench = Bench(
        habits=Habits(first_day_until=MONDAY + DAY), sizing="fixed_fraction", position_fraction=0.2,
        live_first_day_max_order=0.05, live_first_day_max_total=0.08,
    )  # fmt: skip
    (first,) = bench.ask_entry().submit
    assert first.quantity * 100 == 500  # 5 % of 10,000, where 20 % were wanted
    (second,) = bench.ask_entry(key=bench.other).submit
    assert second.quantity * 100 == 300  # what is left of 8 %, the first not being filled yet
    bench.fill(first, 100.0)
    bench.ended(first)
    assert first_day.room(bench.venue, MONDAY + DAY, bench.now) == pytest.approx(0.0)


def test_the_decision_names_the_code_and_a_day_later_the_cap_is_gone() -> None:
    bench = Bench(
        habits=Habits(first_day_until=MONDAY + DAY, explain=True), sizing="fixed_fraction",
        position_fraction=0.2, live_first_day_max_order=0.0004,
    )  # fmt: skip
    assert not bench.ask_entry().submit  # 4, where the smallest order is 5
    assert bench.symbol().mask & BIT["first_day"]
    bench.wait(86_400)
    bench.close(100.0)
    (order,) = bench.ask_entry().submit
    assert order.quantity * 100 == 2_000


def test_a_purchase_by_hand_is_capped_too_and_says_so() -> None:
    bench = Bench(habits=Habits(first_day_until=MONDAY + DAY), live_first_day_max_order=0.01)
    bench.price(100.0)
    (answer,) = bench.command(TradeByHand(bench.key, buy=True, amount_quote=1_000.0), "buy").answers
    assert answer.result == "done"
    assert "limited by first_day" in answer.message
    assert bench.last().quantity * 100 == 100


def test_margin_counts_with_its_leverage() -> None:
    bench = Bench(
        "binance_futures", Habits(first_day_until=MONDAY + DAY), sizing="fixed_fraction",
        position_fraction=0.2, live_first_day_max_order=0.05,
    )  # fmt: skip
    (order,) = bench.ask_entry().submit
    assert order.leverage == 2
    assert order.quantity * 100 == 500
