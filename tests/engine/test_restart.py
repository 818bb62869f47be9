"""After a restart the engine is what it was: books, positions, orders on their way, cooldowns."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.bench import BUY, SHORT, Bench
from tests.engine.notebook import Journalled
from trader.domain import commands as cmd
from trader.domain import events as ev
from trader.domain.book import Halt, VenueBook
from trader.domain.order import Purpose, Status


def without_recovery(book: VenueBook) -> VenueBook:
    """A book but for the halts whose cause is looked at anew."""
    return replace(book, halts=tuple(h for h in book.halts if h.code != "recovering"))


OPINIONS = {"long": BUY, "short": SHORT, "level": BUY._replace(long_level=102.0)}
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("close"), st.integers(90, 110)),
        st.tuples(st.just("price"), st.integers(90, 110)),
        st.tuples(st.sampled_from(["long", "short", "level"]), st.integers(98, 102)),
        st.tuples(st.sampled_from(["opened", "fill", "part"]), st.integers(0, 9)),
        st.tuples(st.sampled_from(["ended", "unknown"]), st.integers(0, 9)),
        st.tuples(st.just("wait"), st.integers(1, 40)),
        st.tuples(st.sampled_from(["pause", "close all", "cycle"]), st.just(0)),
    ),
    max_size=25,
)  # fmt: skip


def do(bench: Bench, deed: str, number: int) -> None:
    """One thing happens."""
    if deed in OPINIONS:
        bench.ask_entry(OPINIONS[deed], float(number))
    elif deed in ("close", "price"):
        (bench.close if deed == "close" else bench.price)(float(number))
    elif deed == "wait":
        bench.wait(number)
    elif deed == "cycle":
        bench.wait(3, cycle=True)
    elif deed in ("pause", "close all"):
        bench.command(cmd.Pause() if deed == "pause" else cmd.CloseAll())
    else:
        answer(bench, deed, number)


def answer(bench: Bench, deed: str, number: int) -> None:
    """The exchange answers about one of the orders on their way."""
    live = list(bench.venue.orders.values())
    if not live:
        return
    order = live[number % len(live)]
    if deed == "fill":
        bench.fill(order, 100.0)
    elif deed == "part" and order.remaining > 1:
        bench.fill(order, 100.0, "1")
    elif deed in ("opened", "ended", "unknown"):
        getattr(bench, deed)(order)


def seen(bench: Bench) -> dict[str, Any]:
    """What must be the same after a restart."""
    held = {key: one.position for key, one in bench.venue.holding.items()}
    live = {
        o.id: replace(o, status=Status.UNKNOWN) if o.status is Status.SENDING else o
        for o in bench.venue.orders.values()
    }
    flags = {
        key: (sym.entry, sym.held and (sym.held.exit_order, sym.held.must_go))
        for key, sym in bench.venue.symbols.items()
    }
    results = {name: list(kept) for name, kept in bench.venue.results.items()}
    money = (bench.venue.account.cash, bench.venue.account.free)
    return {"held": held, "live": live, "flags": flags, "results": results, "money": money}


@given(DEEDS, st.sampled_from(["upbit", "binance_spot", "binance_futures"]))
def test_whatever_happened_a_restart_finds_it(deeds: list[tuple[str, int]], venue: str) -> None:
    settings = {"allow_shorts": venue == "binance_futures", "cooldown_candles": 1}
    bench = Journalled(venue, **settings)
    for deed, number in deeds:
        do(bench, deed, number)
    new = bench.restarted(**settings)
    assert seen(new) == seen(bench)
    if bench.notebook.books:
        books = without_recovery(new.venue.book()), bench.notebook.books[venue]
        assert replace(books[0], halts=()) == replace(books[1], halts=())
        assert {h.code for h in books[0].halts} == {h.code for h in books[1].halts}


def test_no_entries_until_the_books_were_compared() -> None:
    new = Journalled().restarted()
    assert "recovering" in new.halts()
    assert not new.ask_entry().submit
    out = new.report()
    assert [n.code for n in out.notices] == ["recovered"]
    new.close(100.0)
    assert new.ask_entry().submit


def test_what_people_halted_stays_halted() -> None:
    bench = Journalled()
    bench.command(cmd.Pause())
    new = bench.restarted()
    new.report()
    assert new.halts() == {"paused"}
    assert not new.ask_entry().submit


def test_halts_whose_cause_may_have_gone_are_told_anew() -> None:
    bench = Journalled()
    for code in ("halt_file", "journal", "link_lost", "stale_prices", "daily_loss"):
        bench.venue.halt(Halt(code))
    bench.wait(1)
    assert bench.restarted().halts() == {"recovering", "daily_loss"}


def test_an_order_that_was_being_sent_is_asked_for_and_never_resent() -> None:
    bench = Journalled()
    (order,) = bench.ask_entry().submit
    new = bench.restarted()
    assert new.order(order).status is Status.UNKNOWN
    new.wait(0.1)
    assert [q.subject for q in new.asked] == [order.id]
    assert not new.sent


def test_an_exit_on_its_way_is_not_sent_twice() -> None:
    bench = Journalled("upbit")
    bench.hold()
    bench.price(94.0)
    new = bench.restarted()
    new.price(93.0)
    new.wait(3)
    assert not new.sent
    new.report()
    assert not [order for order in new.sent if order.purpose is Purpose.EMERGENCY]


def test_protection_is_known_again() -> None:
    bench = Journalled("binance_futures")
    bench.hold()
    new = bench.restarted()
    protection = new.held().protection
    assert sorted(protection.orders.values()) == ["stop", "target"]
    assert (protection.covers, protection.target) == (95.0, 105.0)


def test_protection_stays_although_its_price_was_put_on_the_tick() -> None:
    bench = Journalled("binance_futures", stop_loss_percent=0.0333333)
    tenths = replace(bench.symbol().rules, ticks=((Decimal(0), Decimal("0.1")),))
    bench.tell(ev.MarketListed(bench.key, tenths, bench.now))
    bench.hold()
    pair = [order for order in bench.sent if order.guards]
    for order in pair:
        bench.opened(order)
    assert float(pair[0].stop_price or 0) != bench.held().protection.covers
    new = bench.restarted(stop_loss_percent=0.0333333)
    new.tell(ev.MarketListed(new.key, tenths, new.now))
    told = [ev.OrderState(order.id, "v", Status.OPEN, Decimal(0)) for order in pair]
    new.report(open_orders=told)
    new.wait(10)
    assert (new.canceled, new.sent) == ([], [])


def test_an_exit_that_had_been_decided_goes_on() -> None:
    bench = Journalled("upbit")
    bench.hold()
    bench.price(94.0)
    bench.rejected(bench.last())
    new = bench.restarted()
    new.price(104.0)
    new.report(holdings=[ev.Holding(bench.key, Decimal(10), Decimal(10))])
    new.wait(1)
    assert [order.reason for order in new.sent] == ["emergency_stop"]
