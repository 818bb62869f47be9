"""An entry on its way: counted once, cancelled in time, asked for when nobody knows."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.bench import BUY, Bench
from trader.domain.order import Kind, Purpose, Status
from trader.domain.outcome import NOTHING
from trader.domain.signal import codes_of
from trader.domain.time import Timeframe


def test_an_entry_is_sent_with_its_reasons_and_its_name() -> None:
    bench = Bench()
    out = bench.ask_entry()
    (order,) = out.submit
    assert (order.kind, order.purpose, order.status) == (
        Kind.MARKET, Purpose.ENTRY, Status.SENDING,
    )  # fmt: skip
    assert order.id == "aaUE-1"
    assert order.cost == 1_000  # Upbit buys by cost
    assert out.intents[0].order_id == order.id
    assert bench.order(order) is order


def test_names_are_never_used_twice() -> None:
    bench = Bench(max_positions=0)
    for _ in range(40):
        (order,) = bench.ask_entry().submit
        bench.rejected(order)
        bench.venue.halts.clear()
        bench.symbol().rejects.clear()
        bench.close(100.0)
    names = [order.id for order in bench.sent]
    assert len(set(names)) == len(names) == 40
    assert names[35] == "aaUE-10"  # base 36
    assert all(len(name) <= 32 for name in names)


def test_a_fill_counts_once_however_often_it_is_told() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    first = bench.fill(order, 100.0, "4", trade="same")
    assert first.fills
    again = bench.fill(order, 100.0, "4", trade="same")
    assert again is NOTHING
    assert bench.held().position.quantity == 4
    assert bench.venue.account.cash == 10_000 - 400


def test_an_entry_that_is_partly_filled_is_held_for_what_it_is() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    bench.fill(order, 100.0, "4")
    assert bench.order(order).status is Status.PARTIAL
    bench.wait(29)
    assert bench.canceled == []
    bench.wait(1)
    assert bench.canceled == [order.id]
    bench.ended(order)
    assert bench.order(order).status is Status.CANCELED
    assert bench.held().position.quantity == 4
    assert bench.last().quantity == 4  # and protected for what it is


def test_a_fill_that_crosses_our_cancel_still_counts() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    bench.wait(30)
    bench.ended(order)
    assert bench.order(order).status is Status.CANCELED
    bench.fill(order, 100.0)
    assert bench.order(order).status is Status.FILLED
    assert bench.held().position.quantity == 10


def test_a_part_that_crosses_our_cancel_revives_nothing() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    bench.wait(30)
    bench.fill(order, 100.0, "1")
    assert bench.order(order).status is Status.CANCELING
    bench.ended(order)
    bench.fill(order, 100.0, "2")
    assert bench.order(order).status is Status.CANCELED
    assert bench.held().position.quantity == 3


def test_an_overfill_is_held_whole() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.fill(order, 100.0, "11")
    assert bench.held().position.quantity == 11
    assert bench.order(order).remaining == 0


def test_while_an_entry_is_unknown_its_symbol_takes_none_and_its_slot_is_taken() -> None:
    bench = Bench(max_positions=1)
    (order,) = bench.ask_entry().submit
    bench.unknown(order)
    assert bench.order(order).status is Status.UNKNOWN
    bench.close(100.0, (bench.key, bench.other))
    assert not bench.ask_entry().submit
    assert not bench.ask_entry(key=bench.other).submit
    assert bench.venue.free_cash() < 10_000


def asked_at(bench: Bench, order_id: str, until: float) -> list[float]:
    """Seconds after which the exchange was asked for an order, by ticks of 100 ms."""
    begun, asked = bench.now, []
    while bench.now - begun < until * 1_000:
        out = bench.wait(0.1)
        if any(q.subject == order_id for q in out.ask):
            asked.append((bench.now - begun) / 1_000)
    return asked


def test_unknown_is_asked_after_longer_and_longer_pauses() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    bench.unknown(order)
    asked = asked_at(bench, order.id, 30.0)
    assert asked[0] <= 0.5
    assert asked[-4:] == [12.5, 17.5, 22.5, 27.5]
    assert {1.5, 3.5, 7.5} <= set(asked)
    assert len(bench.sent) == 1  # never resent


def test_an_order_of_which_nothing_is_heard_becomes_unknown() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    bench.wait(9.9)
    assert bench.order(order).status is Status.SENDING
    bench.wait(0.1)
    assert bench.order(order).status is Status.UNKNOWN


def test_not_found_is_believed_only_after_the_quarantine_and_three_clean_misses() -> None:
    bench = Bench()  # Upbit: 120 s
    (order,) = bench.ask_entry().submit
    bench.unknown(order)
    for _ in range(11):
        bench.wait(10)
        bench.not_found(order)
        assert bench.order(order).status is Status.UNKNOWN
    bench.wait(9.9)
    bench.not_found(order)
    assert bench.order(order).status is Status.UNKNOWN
    bench.wait(5)
    bench.not_found(order)
    assert bench.order(order).status is Status.NOT_PLACED
    assert bench.symbol().idle


def test_misses_count_only_five_seconds_apart() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    bench.unknown(order)
    bench.wait(121)
    for _ in range(20):
        bench.not_found(order)
    assert bench.order(order).status is Status.UNKNOWN
    bench.wait(5)
    bench.not_found(order)
    bench.wait(5)
    bench.not_found(order)
    assert bench.order(order).status is Status.NOT_PLACED


def test_an_order_that_was_believed_absent_and_fills_after_all_is_held() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.unknown(order)
    for _ in range(16):
        bench.wait(5)
        bench.not_found(order)
    assert bench.order(order).status is Status.NOT_PLACED
    bench.fill(order, 100.0)
    assert bench.held().position.quantity == 10


def test_a_refused_entry_frees_its_symbol() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    out = bench.rejected(order)
    assert bench.order(order).status is Status.REJECTED
    assert [n.code for n in out.notices] == ["entry_rejected"]
    assert bench.symbol().idle
    assert bench.rejected(order) is NOTHING


def test_five_refusals_within_ten_minutes_rest_the_symbol() -> None:
    bench = Bench(timeframe=Timeframe.parse("1m"))
    for number in range(5):
        assert "rejects" not in bench.halts(), number
        (order,) = bench.ask_entry().submit
        bench.rejected(order)
        bench.close(100.0)
    assert "rejects" in bench.halts()
    assert not bench.ask_entry().submit
    bench.now += 11 * 60_000
    bench.close(100.0)
    assert bench.ask_entry().submit


def test_a_signal_is_sent_once_in_its_candle() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    bench.rejected(order)
    bench.symbol().fresh = True
    assert not bench.ask_entry().submit
    assert codes_of(bench.symbol().mask) == ("duplicate_order",)


def test_facts_about_orders_that_are_not_ours_change_nothing() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    stranger = type(order)(**{n: getattr(order, n) for n in order.__slots__} | {"id": "zz-1"})
    answers = (bench.opened, bench.ended, bench.rejected, bench.unknown, bench.not_found)
    for tell in answers:
        assert tell(stranger) is NOTHING
    bench.venue.orders[stranger.id] = stranger
    out = bench.fill(stranger, 100.0)
    assert [n.code for n in out.notices] == ["unknown_fill"]
    assert bench.symbol().held is None


def test_entries_of_one_moment_share_cash_and_slots_before_any_fill() -> None:
    bench = Bench("binance_spot", position_fraction=0.6, max_positions=2)
    bench.signals.says = {bench.key: BUY, bench.other: BUY}
    bench.price(100.0)
    bench.price(100.0, key=bench.other)
    first, second = bench.settle().submit
    assert (first.quantity, second.quantity) == (Decimal(60), Decimal(40))
    assert bench.venue.slots_used() == 2


def test_a_bad_fill_is_said_aloud() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    out = bench.fill(order, 100.51)
    assert "slippage" in [n.code for n in out.notices]


PARTS = st.lists(
    st.tuples(st.integers(1, 5_000), st.integers(1, 200_000), st.booleans()), max_size=20
)


@given(PARTS, st.sampled_from(["binance_spot", "binance_futures"]))
def test_money_is_conserved_exactly_whatever_is_filled_in_whatever_order(
    parts: list[tuple[int, int, bool]], venue: str
) -> None:
    """Cash = capital - bought + sold, to the last digit, with repeats and overfills."""
    bench = Bench(venue, emergency_stop_percent=0.0, take_profit_percent=0.0)
    (entry,) = bench.ask_entry().submit
    bought, spent = Decimal(0), Decimal(0)
    for number, (lots, cents, repeated) in enumerate(parts):
        quantity, price = Decimal(lots) / 1_000, Decimal(cents) / 100
        for _ in range(1 + repeated):
            bench.fill(entry, float(price), quantity, trade=f"f{number}")
        bought, spent = bought + quantity, spent + quantity * price
    account = bench.venue.account
    held = bench.symbol().held
    assert (held.position.quantity if held else 0) == bought
    if venue == "binance_spot":
        assert account.cash == 10_000 - spent
    else:
        assert account.cash == 10_000
        margin = held.position.margin if held else Decimal(0)
        assert account.free == 10_000 - margin
        assert abs(margin - spent / 2) <= Decimal("1e-9")


@pytest.mark.parametrize("venue", ["upbit", "binance_spot", "binance_futures"])
def test_a_round_trip_leaves_exactly_its_profit(venue: str) -> None:
    bench = Bench(venue, can={"protection": "none"}, leverage=1.0)
    bench.hold(price=100.0)
    bench.price(104.999)
    bench.price(105.0)
    exit_order = bench.last()
    out = bench.fill(exit_order, 105.0)
    (trade,) = out.trades
    assert trade.exit_reason == "take_profit"
    assert trade.pnl == 50
    assert bench.venue.account.cash == bench.venue.account.free == 10_050
    assert bench.venue.account.realised == 50
    assert bench.symbol().idle
