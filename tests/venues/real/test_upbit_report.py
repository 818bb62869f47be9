"""Reports of Upbit: the whole truth, or none; what cannot be read hides nothing else."""

from decimal import Decimal
from typing import Any

import pytest

from tests.venues.real.bench import Bench
from tests.venues.real.stub import Said
from tests.venues.real.test_upbit_venue import (
    BOUGHT,
    KEY,
    LOOK,
    NAME,
    REST,
    SELL,
    answer,
    trade,
    upbit,
)
from trader.domain.events import Holding, VenueReported
from trader.domain.instrument import UPBIT
from trader.domain.order import Status

ACCOUNTS = [
    {"currency": "KRW", "balance": "900000.5", "locked": "1000"},
    {"currency": "BTC", "balance": "0.001", "locked": "0.0005"},
    {"currency": "ETH", "balance": "0.0", "locked": "0.0"},
]


def reporting(bench: Bench, **more: Any) -> None:
    """An account with one open order of ours, one that ended, and somebody else's sale."""
    foreign = answer("", "done", side="ask", executed_volume="0.5", executed_funds="45000000")
    ended = {"done": [foreign], "cancel": [BOUGHT | {"trades": None}]}
    resting = answer("k7UX-9", volume="0.001")
    bench.stub.answers |= {
        "GET /v1/orders/open": Said([resting, answer("not-ours")]),
        "GET /v1/orders/closed": lambda asked: Said(ended[asked.params["state"]]),
        "GET /v1/accounts": Said(ACCOUNTS),
        LOOK: Said(BOUGHT),
    } | more


async def test_a_report_is_the_whole_truth() -> None:
    async with upbit() as bench:
        reporting(bench)
        (report,) = await bench.ask("report", UPBIT)
    assert isinstance(report, VenueReported)
    assert [(s.order_id, s.status) for s in report.open_orders] == [("k7UX-9", Status.OPEN)]
    ((bought),) = report.recent
    assert (bought.order_id, bought.filled, len(bought.fills)) == (NAME, Decimal("0.001"), 2)
    assert report.foreign_sales == ((KEY, Decimal("0.5"), Decimal(90_000_000)),)
    assert (report.cash, report.cash_free) == (Decimal("901000.5"), Decimal("900000.5"))
    assert report.holdings == (Holding(KEY, Decimal("0.0015"), Decimal("0.001")),)


async def test_an_order_that_left_the_lists_is_asked_for_by_name() -> None:
    async with upbit(place=Said(answer(ord_type="limit", volume="0.001"))) as bench:
        await bench.send(REST)
        reporting(bench)
        bench.stub.answers["GET /v1/orders/closed"] = Said([])
        (report,) = await bench.ask("report", UPBIT)
        assert [state.order_id for state in report.recent] == [NAME]
        assert bench.own.live == {"k7UX-9"}


async def test_an_empty_account_is_looked_at_twice() -> None:
    async with upbit() as bench:
        reporting(bench)
        bench.stub.answers["GET /v1/accounts"] = [Said([]), Said(ACCOUNTS)]
        (report,) = await bench.ask("report", UPBIT)
        assert report.cash > 0
        assert bench.slept == [2.0]


@pytest.mark.parametrize(
    "broken",
    [
        Said("<html>"), Said({}), Said([{"currency": "KRW"}]), Said("", 500), Said(fault="cut"),
        Said([{"currency": "KRW", "balance": "NaN", "locked": "0"}]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["accounts", "orders/open", "orders/closed"])
async def test_a_report_that_cannot_be_read_is_no_report(where: str, broken: Said) -> None:
    async with upbit() as bench:
        reporting(bench, **{f"GET /v1/{where}": broken})
        assert not [e for e in await bench.ask("report", UPBIT) if isinstance(e, VenueReported)]
        assert len(bench.notices) == 1


async def test_lists_that_leave_our_names_out_are_no_lists_of_strangers() -> None:
    nameless = answer("", "done", uuid=f"uuid-{SELL.id}", side="ask", executed_volume="0.001")
    sold = answer(SELL.id, "done", side="ask", volume="0.001", executed_volume="0.001",
                  paid_fee="50", trades=[trade(1, "100000000", "0.001")])  # fmt: skip
    async with upbit(place=Said(sold)) as bench:
        await bench.send(SELL)
        reporting(bench)
        bench.stub.answers["GET /v1/orders/closed"] = Said([nameless])
        bench.stub.answers[LOOK] = Said(sold)
        (report,) = await bench.ask("report", UPBIT)
        assert report.foreign_sales == ()
        assert [state.order_id for state in report.recent] == [SELL.id]


async def test_an_order_in_a_state_nobody_knows_does_not_hide_the_others() -> None:
    async with upbit() as bench:
        reporting(bench)
        resting = answer("k7UX-9", volume="0.001")
        novel = answer("k7UX-10", "frozen", volume="0.001")
        bench.stub.answers["GET /v1/orders/open"] = Said([novel, resting])
        (report,) = await bench.ask("report", UPBIT)
        assert [state.order_id for state in report.open_orders] == ["k7UX-9"]
        ((code, text),) = bench.notices
        assert code == "strange_order"
        assert "k7UX-10" in text
        assert "frozen" in text


async def test_orders_of_the_journal_are_looked_for_after_a_start() -> None:
    async with upbit() as bench:
        bench.own.recall([REST])
        reporting(bench)
        bench.stub.answers["GET /v1/orders/closed"] = Said([])
        (report,) = await bench.ask("report", UPBIT)
        assert [state.order_id for state in report.recent] == [NAME]
