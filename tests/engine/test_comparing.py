"""The exchange's reports against the books: fills decide, surplus is the user's, once is enough."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.bench import Bench
from trader.domain import events as ev
from trader.domain.instrument import MarketRules
from trader.domain.order import Fill, Order, Status
from trader.domain.outcome import NOTHING, Outcome


def holding(bench: Bench, quantity: str | Decimal, **more: float) -> ev.Holding:
    """So many coins of BTC on the account."""
    number = Decimal(quantity)
    return ev.Holding(bench.key, number, number, **more)  # type: ignore[arg-type]


def trade(order: Order, name: str, quantity: str, price: str = "100", at: int = 0) -> Fill:
    """One trade of an order."""
    return Fill(
        name, order.id, order.key, order.side, Decimal(quantity), Decimal(price), Decimal(0), at
    )


def codes(out: Outcome) -> list[str]:
    """Codes of the notices."""
    return [notice.code for notice in out.notices]


def test_surplus_coins_are_the_users() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    bench.hold()
    bench.wait(10)
    bench.report(holdings=[holding(bench, "999")])
    bench.wait(10)
    bench.report(holdings=[holding(bench, "999")])
    assert bench.held().position.quantity == 10
    assert not bench.halts()
    bench.price(94.0)
    assert bench.last().quantity == 10  # what is not the bot's is never sold


def test_a_half_sold_by_another_hand_leaves_half_of_the_books() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    bench.hold()
    told = {
        "holdings": [holding(bench, "5")],
        "foreign_sales": [(bench.key, Decimal(5), Decimal(110))],
    }
    bench.wait(10)
    bench.report(**told)
    bench.wait(10)
    out = bench.report(**told)
    assert "external_reduce" in codes(out)
    assert bench.held().position.quantity == 5
    assert "external" not in bench.halts()
    assert bench.venue.account.cash == 10_000 - 1_000 + 5 * 110


def test_all_sold_by_another_hand_is_a_trade() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    bench.hold()
    bench.wait(10)
    told = {"foreign_sales": [(bench.key, Decimal(10), Decimal(90))]}
    assert not bench.report(**told).trades  # one look is no evidence, not even the first one
    bench.wait(10)
    (closed,) = bench.report(**told).trades
    assert (str(closed.exit_reason), closed.exit_price) == ("external_reduce", Decimal(90))
    assert bench.symbol().idle


def test_what_nobody_sold_halts_the_symbol() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    bench.hold()
    bench.report(holdings=[holding(bench, "10")])
    bench.wait(10)
    bench.report(holdings=[holding(bench, "4")])
    assert bench.held().position.quantity == 10  # one report alone is no proof
    bench.wait(10)
    bench.report(holdings=[holding(bench, "4")])
    assert bench.held().position.quantity == 4
    assert "external" in bench.halts()
    bench.price(94.0)
    bench.fill(bench.last(), 94.0)
    bench.close(94.0)
    assert not bench.ask_entry().submit


def test_nothing_is_judged_while_something_of_ours_has_just_moved() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    bench.hold()
    for _ in range(4):
        bench.report()
        assert bench.held().position.quantity == 10
        bench.now += 1_000


def test_a_coin_without_price_is_not_judged() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    bench.hold()
    bench.symbol().mark = float("nan")
    bench.wait(10)
    bench.report()
    bench.wait(10)
    bench.report()
    assert bench.held().position.quantity == 10


def test_a_fill_that_was_never_told_is_applied_from_the_report() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.unknown(order)
    state = ev.OrderState(
        order.id, "v1", Status.FILLED, Decimal(10),
        (trade(order, "b", "6", at=2), trade(order, "a", "4", at=1)),
    )  # fmt: skip
    out = bench.report(recent=[state], holdings=[holding(bench, "10")])
    assert [fill.id for fill in out.fills] == ["a", "b"]
    assert bench.held().position.quantity == 10
    assert bench.order(order).status is Status.FILLED


def test_an_unknown_order_that_is_open_is_open() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.unknown(order)
    bench.report(open_orders=[ev.OrderState(order.id, "v1", Status.OPEN, Decimal(0))])
    assert bench.order(order).status is Status.OPEN
    assert bench.order(order).venue_id == "v1"


def test_an_end_without_its_fills_is_no_end() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    bench.report(recent=[ev.OrderState(order.id, "v1", Status.FILLED, Decimal(10))])
    assert bench.order(order).status is Status.UNKNOWN
    bench.fill(order, 100.0)
    assert bench.order(order).status is Status.FILLED


def test_a_live_order_that_the_report_does_not_know_is_asked_for_by_name() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    bench.wait(4)
    assert not [q for q in bench.report().ask if q.subject == order.id]
    bench.wait(2)
    assert [q.subject for q in bench.report().ask if q.about == "order"] == [order.id]
    assert bench.order(order).status is Status.OPEN  # no verdict before the answer


def test_an_order_with_our_name_that_the_journal_never_saw_stops_entries() -> None:
    bench = Bench("binance_spot")
    stranger = ev.OrderState("aaBE-99", "v9", Status.OPEN, Decimal(0))
    assert "foreign_journal" in codes(bench.report(open_orders=[stranger]))
    assert not codes(bench.report(open_orders=[stranger]))  # said once
    assert not bench.ask_entry().submit
    bench.report(recent=[ev.OrderState("aaBE-98", "v8", Status.CANCELED, Decimal(0))])
    assert bench.state.namespace == "aa"


def test_the_exchanges_own_liquidation_price_outranks_our_formula() -> None:
    bench = Bench("binance_futures", can={"protection": "none"}, liquidation_min_distance=0.2)
    bench.hold()
    out = bench.report(holdings=[holding(bench, "20", liquidation=64.0)])
    assert bench.held().guard == pytest.approx(80.0)
    assert out.positions[0].liquidation == 64.0
    assert not bench.report(holdings=[holding(bench, "20", liquidation=64.0)]).positions


def test_contracts_of_another_hand_keep_our_entries_out() -> None:
    bench = Bench("binance_futures", can={"protection": "none"})
    bench.report(holdings=[holding(bench, "-3")])
    assert not bench.ask_entry().submit
    bench.report()
    bench.close(100.0)
    assert bench.ask_entry().submit


def test_money_taken_out_of_the_account_makes_sizes_smaller() -> None:
    bench = Bench("binance_spot")
    bench.report(cash=Decimal(2_000), cash_free=Decimal(500))
    (order,) = bench.ask_entry().submit
    assert order.quantity == 2  # a tenth of 2,000


def test_locked_money_cannot_be_spent() -> None:
    bench = Bench("binance_spot")
    bench.report(cash_free=Decimal(500))
    (order,) = bench.ask_entry().submit
    assert order.quantity == 5


def test_protection_whose_cancellation_was_lost_is_cancelled_again() -> None:
    bench = Bench("binance_spot")
    bench.hold()
    guard = bench.last()
    bench.opened(guard)
    bench.held().protection.orders.clear()
    state = ev.OrderState(guard.id, "v", Status.OPEN, Decimal(0))
    bench.report(open_orders=[state], holdings=[holding(bench, "10")])
    assert guard.id in bench.canceled


def test_protection_that_does_not_fit_the_position_is_placed_anew() -> None:
    bench = Bench("binance_spot")
    bench.hold()
    guard = bench.last()
    bench.opened(guard)
    entry = bench.sent[0]
    bench.fill(entry, 100.0, "2")  # an overfill: twelve are held, ten are protected
    told = {
        "open_orders": [ev.OrderState(guard.id, "v", Status.OPEN, Decimal(0))],
        "holdings": [holding(bench, "12")],
    }
    bench.wait(10)
    bench.report(**told)
    assert guard.id in bench.canceled
    bench.ended(guard)
    assert bench.last().quantity == 12


@st.composite
def truths(draw: st.DrawFn) -> tuple[list[int], int, int]:
    """Trades of an entry (lots), coins on the account (lots), how it ended."""
    parts = draw(st.lists(st.integers(1, 3_000), max_size=4))
    return parts, draw(st.integers(0, 15_000)), draw(st.integers(0, 2))


@given(truths())
def test_it_converges_in_one_pass_and_a_second_pass_does_nothing(
    truth: tuple[list[int], int, int],
) -> None:
    parts, coins, end = truth
    rules = MarketRules(lot_step=Decimal("0.001"))
    bench = Bench("binance_spot", can={"protection": "none"}, rules=rules)
    (order,) = bench.ask_entry().submit
    bench.unknown(order)
    bench.wait(10)
    fills = tuple(
        trade(order, f"t{number}", str(Decimal(lots) / 1_000)) for number, lots in enumerate(parts)
    )
    filled = sum((fill.quantity for fill in fills), Decimal(0))
    status = (Status.CANCELED, Status.OPEN if not parts else Status.PARTIAL, Status.CANCELED)[end]
    state = ev.OrderState(order.id, "v", status, filled, fills)
    told = {
        "recent" if status is Status.CANCELED else "open_orders": [state],
        "holdings": [holding(bench, Decimal(coins) / 1_000)],
        "foreign_sales": [(bench.key, Decimal(1), Decimal(100))],
    }
    bench.report(**told)
    first = bench.symbol().held
    before = first.position if first else None
    bench.now += 1_000
    assert bench.report(**told) is NOTHING
    after = bench.symbol().held
    assert (after.position if after else None) == before
