"""Contracts alone: leverage that is refused, and a liquidation that comes near."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import COINS, FUTURES
from tests.exchanges.binance.futures import FuturesWords
from tests.exchanges.core.faults import Trouble

REFUSED, NEAR, MARKED = COINS[:3]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("margin"), (FUTURES,), COINS[:3],
        "LEVERAGE=4", "STOP_LOSS_PERCENT=0", "EMERGENCY_STOP_PERCENT=0.5",
        "LIQUIDATION_MIN_DISTANCE=0.2",
    ) as made:  # fmt: skip
        yield made.up()


def test_an_entry_whose_leverage_is_refused_is_not_sent(there: Floor) -> None:
    server = there.server(FUTURES)
    fault = server.fault(Trouble.ERROR_JSON, "POST", "/fapi/v1/leverage", status=400)
    entry = there.buy(FUTURES, REFUSED)
    there.until(lambda: there.status_of(entry) == "rejected", "it was not refused")
    assert fault.fired == 1
    assert server.truth.by_client(entry) == []
    assert there.told("leverage") > 0
    there.compare()


def test_the_guard_sells_before_a_liquidation(there: Floor) -> None:
    """Bought with borrowed money; the price falls to a fifth above where it would be taken."""
    there.hold(FUTURES, NEAR)
    desk = there.account(FUTURES).desk
    assert desk is not None
    position = desk.position(FUTURES.market(NEAR))
    assert position.isolated
    assert position.leverage > 1
    end = position.liquidation(position.wallet) / position.entry
    there.go(FUTURES, NEAR, float(end) * 1.30)
    there.compare()
    assert there.position(FUTURES, NEAR), "too early"
    there.go(FUTURES, NEAR, 1.2 / 1.30)
    assert there.flat(FUTURES, NEAR) == "liquidation_guard"
    there.compare()
    assert [order for order in there.server(FUTURES).truth.orders if order.manual] == []
    assert there.told("was liquidated") == 0


def test_the_guard_follows_the_mark_price_while_trades_stay_where_they_are(there: Floor) -> None:
    """The exchange liquidates by its mark price, so a look at trades would see nothing coming."""
    there.hold(FUTURES, MARKED)
    account, market = there.account(FUTURES), FUTURES.market(MARKED)
    words, desk = there.server(FUTURES).words, account.desk
    assert desk is not None
    assert isinstance(words, FuturesWords)
    position = desk.position(market)
    end = position.liquidation(position.wallet)
    last = there.server(FUTURES).truth.markets[market].price
    words.watch.set_mark(market, (end * Decimal("1.2")).quantize(Decimal("0.01")))
    assert there.flat(FUTURES, MARKED) == "liquidation_guard"
    words.watch.set_mark(market, None)
    assert abs(there.server(FUTURES).truth.markets[market].price / last - 1) < Decimal("0.01")
    there.compare()
    assert [order for order in there.server(FUTURES).truth.orders if order.manual] == []
