"""Dust: what is left of a position and too little to be sold stays in the books."""

from decimal import Decimal

from tests.engine.bench import Bench
from tests.engine.test_exit_orders import exits


def test_a_position_too_small_to_be_sold_becomes_dust() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    bench.fill(order, 100.0, "0.04")
    bench.ended(order)
    out = bench.price(94.0)
    assert not exits(bench)
    assert [n.code for n in out.notices] == ["dust"]
    assert bench.venue.dust == {bench.key: Decimal("0.04")}
    assert bench.symbol().held is None
    assert not out.trades  # nothing was sold


def test_dust_is_joined_again_when_more_is_bought() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    bench.fill(order, 100.0, "0.04")
    bench.ended(order)
    bench.price(94.0)
    bench.close(100.0)
    held = bench.hold(price=110.0)
    assert held.position.quantity == Decimal("0.04") + bench.sent[-1].quantity
    assert not bench.venue.dust
    # 4 for the dust at 100
    value = bench.sent[-1].quantity * 110 + 4
    assert abs(held.position.entry_price - value / held.position.quantity) < Decimal("1e-9")


def test_a_fee_taken_in_coins_leaves_dust_behind() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    (order,) = bench.ask_entry().submit
    bench.fill(order, 100.0, fee_base="0.0105")
    assert bench.held().position.quantity == Decimal("9.9895")
    bench.price(94.0)
    sold = bench.last()
    assert sold.quantity == Decimal("9.989")
    out = bench.fill(sold, 94.0)
    (trade,) = out.trades
    assert trade.quantity == Decimal("9.989")
    assert bench.venue.dust == {bench.key: Decimal("0.0005")}
