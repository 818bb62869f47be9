"""A short without a stop loss: the emergency stop on the exchange buys it back."""

from collections.abc import Iterator

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.prices import CALM
from tests.e2e.real.selling import BREAKOUT, sell_short
from tests.e2e.real.sites import COINS, FUTURES

HELD, BARE = COINS[:2]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("emergency"), (FUTURES,), COINS[:2], *BREAKOUT, "LEVERAGE=2",
        "STOP_LOSS_PERCENT=0", "ATR_MULTIPLIER=20", "TAKE_PROFIT_PERCENT=0.5",
        "EMERGENCY_STOP_PERCENT=0.04",
        past=CALM,
    ) as made:  # fmt: skip
        yield made.up()


def test_the_emergency_stop_ends_a_short(there: Floor) -> None:
    sell_short(there, HELD, BARE)
    assert ("STOP_MARKET") in {kind for _, kind in there.exits(FUTURES, HELD)}
    there.go(FUTURES, HELD, "1.07")
    assert there.flat(FUTURES, HELD) == "emergency_stop"


def test_the_engine_does_it_when_the_exchange_does_not(there: Floor) -> None:
    """Its order was triggered and rejected: two prices say the same, and the engine buys back."""
    desk = there.account(FUTURES).desk
    assert desk is not None
    stop = next(a for a in desk.algos if a.is_open and a.symbol == FUTURES.market(BARE)
                and a.kind == "STOP_MARKET")  # fmt: skip
    with there.server(FUTURES).truth.lock:
        stop.status, stop.reason = "REJECTED", "rejected by the exchange"
        there.go(FUTURES, BARE, "1.07")
    assert there.flat(FUTURES, BARE) == "emergency_stop"
    orders = [order for order in there.orders(FUTURES, BARE, "M") if order.trades]
    assert len(orders) == 1
