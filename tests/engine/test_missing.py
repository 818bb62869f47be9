"""Coins that lack are looked for soon; an order of ours that may have sold them is heard first."""

from __future__ import annotations

from decimal import Decimal

from tests.engine.bench import Bench
from trader.domain import events as ev
from trader.domain.order import Order, Status
from trader.domain.time import SECOND


def looks(bench: Bench, seconds: int, **told: object) -> list[int]:
    """After how many seconds reports were asked for, while coins lack."""
    found = []
    for second in range(1, seconds + 1):
        bench.asked.clear()
        bench.wait(1)
        if any(question.about == "report" for question in bench.asked):
            found.append(second)
            bench.report(**told)
    return found


def bench_of(**can: object) -> Bench:
    bench = Bench("binance_spot", can={"protection": "none", "report_every": 10 * SECOND, **can})
    bench.wait(0)  # the first report of all is asked for
    return bench


def test_what_lacks_is_believed_seconds_after_the_first_look() -> None:
    bench = bench_of()
    bench.hold()
    sold = {"foreign_sales": [(bench.key, Decimal(10), Decimal(90))]}
    bench.report(**sold)  # something of ours has just moved: not judged, but soon again
    assert looks(bench, 8, **sold) == [5, 7]
    assert bench.symbol().held is None


def test_nothing_is_hurried_while_nothing_lacks() -> None:
    bench = bench_of()
    bench.hold()
    holding = ev.Holding(bench.key, Decimal(10), Decimal(10))
    bench.report(holdings=[holding])
    assert looks(bench, 25, holdings=[holding]) == [10, 20]


def test_what_has_no_price_is_not_asked_about_again_and_again() -> None:
    bench = bench_of()
    bench.hold()
    bench.wait(9)
    bench.symbol().mark = float("nan")
    assert len(looks(bench, 60)) <= 12
    assert bench.held().position.quantity == 10


def selling(bench: Bench) -> Order:
    """An exit that the exchange took."""
    bench.wait(6)
    order = bench.price(90.0).submit[0]
    bench.opened(order)
    return order


def test_an_order_that_no_report_tells_of_may_have_sold_them() -> None:
    """Its row cannot be read: unknown stays unknown, and its coins are not another hand's."""
    bench = bench_of()
    bench.hold()
    order = selling(bench)
    bench.engine._clock._time_out = lambda venue, out: None  # type: ignore[method-assign]
    looks(bench, 45)
    assert bench.order(order).status is Status.OPEN
    assert bench.held().position.quantity == 10
    assert [q.subject for q in bench.report().ask if q.about == "order"] == [order.id]
    bench.fill(order, 90.0)
    assert bench.symbol().held is None
    assert "external" not in bench.halts()
