"""Funding is paid once, whether it was told at its time, by a report, or again after a restart."""

from decimal import Decimal

from tests.engine.bench import Bench
from tests.engine.notebook import Journalled
from trader.domain import events as ev

WATCHED = {"protection": "none"}


def charge(bench: Bench, hours: int = 8, amount: str = "1.5") -> ev.FundingCharged:
    """So much for holding at this hour."""
    return ev.FundingCharged(bench.key, Decimal(amount), bench.now + hours * 3_600_000)


def test_funding_is_booked_once() -> None:
    bench = Bench("binance_futures", can=WATCHED)
    bench.hold()
    event = charge(bench)
    bench.tell(event)
    bench.tell(event)
    bench.report(fundings=(event,))
    assert bench.held().position.funding == Decimal("1.5")
    assert bench.venue.account.cash == Decimal("9998.5")


def test_funding_that_nobody_heard_of_is_booked_from_a_report() -> None:
    bench = Bench("binance_futures", can=WATCHED)
    bench.hold()
    strange = ev.FundingCharged("binance_futures:XXX/USDT", Decimal(9), bench.now)
    bench.report(fundings=(charge(bench), strange))
    assert bench.venue.account.cash == Decimal("9998.5")


def test_funding_is_not_paid_again_after_a_restart() -> None:
    bench = Journalled("binance_futures", can=WATCHED)
    bench.hold()
    event = charge(bench)
    bench.tell(event)
    new = bench.restarted(can=WATCHED)
    new.tell(event)
    assert new.venue.account.cash == Decimal("9998.5")
    assert new.held().position.funding == Decimal("1.5")


def test_a_wallet_pays_also_when_the_position_is_gone() -> None:
    bench = Bench("binance_futures", can=WATCHED)
    bench.tell(charge(bench))
    assert bench.venue.account.cash == Decimal("9998.5")
