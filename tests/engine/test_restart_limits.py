"""What a restart remembers besides orders: cooldown, the day's breakout, unlisted markets."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.engine.bench import SETTINGS, Bench
from tests.engine.notebook import Journalled
from trader.domain import events as ev
from trader.domain.order import Status
from trader.domain.time import HOUR


@pytest.mark.parametrize(("hours", "rest"), [(0, 3), (1, 2), (2, 1), (3, 0), (9, 0)])
def test_cooldown_goes_on_over_a_restart(hours: int, rest: int) -> None:
    bench = Journalled("upbit", cooldown_candles=2)
    bench.hold()
    bench.price(94.0)
    bench.fill(bench.last(), 94.0)
    bench.now += hours * HOUR
    assert bench.restarted(cooldown_candles=2).symbol().rest == rest


def test_a_days_breakout_is_not_forgotten() -> None:
    from trader.domain.parameters import StrategyShare

    named = {"strategies": (StrategyShare("breakout"),)}
    bench = Journalled("upbit", **(SETTINGS | named))
    bench.hold()
    bench.price(94.0)
    bench.fill(bench.last(), 94.0)
    new = bench.restarted(**(SETTINGS | named))
    new.report()
    assert not new.ask_entry().submit
    assert "once_per_day" in _codes(new)


def _codes(bench: Bench) -> tuple[str, ...]:
    from trader.domain.signal import codes_of

    return codes_of(bench.symbol().mask)


def test_what_is_no_longer_listed_is_left_alone() -> None:
    bench = Journalled()
    (order,) = bench.ask_entry().submit
    elsewhere = replace(order, id="aaBE-77", key="binance_spot:XXX/USDT")
    abroad = replace(order, id="aaUE-77", key="upbit:BTC/KRW")
    bench.notebook.orders |= {elsewhere.id: elsewhere, abroad.id: abroad}
    bench.hold(key=bench.other)
    lost = replace(bench.held(bench.other).position, key="binance_spot:XXX/USDT")
    bench.notebook.positions[lost.key] = lost
    new = bench.restarted()
    assert set(new.venue.holding) == {bench.other}
    assert set(new.venue.orders) >= {order.id}
    assert not {"aaBE-77", "aaUE-77"} & set(new.venue.orders)


def test_a_guard_of_a_position_that_is_gone_is_cancelled_by_the_next_report() -> None:
    bench = Journalled()
    bench.hold()
    guard = bench.last()
    bench.opened(guard)
    bench.notebook.positions.clear()
    new = bench.restarted()
    new.report(open_orders=[ev.OrderState(guard.id, "v", Status.OPEN, Decimal(0))])
    assert new.canceled == [guard.id]


def test_a_funding_that_nobody_heard_is_booked_from_the_report_and_only_once() -> None:
    life = Journalled("binance_futures", can={"protection": "none"})
    life.hold()
    early = ev.FundingCharged(life.key, Decimal("1.5"), life.now)
    life.tell(early)
    again = life.restarted(can={"protection": "none"})
    late = ev.FundingCharged(life.key, Decimal("0.5"), life.now + 1_000)
    for _ in range(2):
        again.wait(10)
        again.report(fundings=[early, late])
        assert again.venue.account.cash == Decimal(9_998)
