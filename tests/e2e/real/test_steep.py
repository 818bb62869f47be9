"""Shorts with borrowed money and no stop loss: emergency stop, liquidation guard, funding."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.prices import CALM
from tests.e2e.real.selling import BREAKOUT, sell_short
from tests.e2e.real.sites import COINS, FUTURES
from tests.exchanges.binance.futures import FuturesWords

EMERGENCY, NEAR, FUNDED = COINS[:3]
RATE = Decimal("0.0005")
INCOME = 60.0  # seconds: what else moved money is asked for twice a minute


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("steep"), (FUTURES,), COINS[:3], *BREAKOUT, "LEVERAGE=4",
        "STOP_LOSS_PERCENT=0", "ATR_MULTIPLIER=20", "TAKE_PROFIT_PERCENT=0.5",
        "EMERGENCY_STOP_PERCENT=0.5", "LIQUIDATION_MIN_DISTANCE=0.19",
        past=CALM,
    ) as made:  # fmt: skip
        yield made.up()


def _funding(there: Floor, coin: str) -> Decimal:
    """What the journal's open position of a coin has paid so far."""
    rows = there.bot.rows("SELECT funding FROM positions WHERE key = ?", FUTURES.key(coin))
    return Decimal(rows[0][0])


def _charge(there: Floor, coin: str) -> Decimal:
    """Funding is settled now; what the account received."""
    words = there.server(FUTURES).words
    assert isinstance(words, FuturesWords)
    return words.watch.charge_funding(FUTURES.market(coin), RATE)


def test_funding_is_booked_once_also_across_a_restart(there: Floor) -> None:
    """A short receives a positive rate; the next time nothing is booked twice."""
    sell_short(there, FUNDED)
    first = _charge(there, FUNDED)
    assert first > 0
    there.until(lambda: _funding(there, FUNDED) == -first, "not booked", INCOME)
    there.compare()
    there.server(FUTURES).budgets.forget()  # as if a minute had passed: a start asks for much
    assert there.bot.stop() == 0
    second = _charge(there, FUNDED)  # while nobody is there
    there.up()
    there.until(
        lambda: _funding(there, FUNDED) == -first - second, "not booked after a start", INCOME
    )
    there.compare()
    assert _funding(there, FUNDED) == -first - second
    there.close(FUTURES, FUNDED)
    there.flat(FUTURES, FUNDED)
    paid = there.bot.rows("SELECT funding FROM trades WHERE key = ?", FUTURES.key(FUNDED))
    assert [Decimal(value) for (value,) in paid] == [-first - second]


def test_the_guard_buys_back_before_a_short_is_liquidated(there: Floor) -> None:
    sell_short(there, NEAR)
    desk = there.account(FUTURES).desk
    assert desk is not None
    position = desk.position(FUTURES.market(NEAR))
    assert position.isolated
    end = position.liquidation(position.wallet) / position.entry
    assert end > 1
    there.go(FUTURES, NEAR, float(end) * 0.75)
    there.compare()
    assert there.position(FUTURES, NEAR), "too early"
    there.go(FUTURES, NEAR, 0.86 / 0.75)
    assert there.flat(FUTURES, NEAR) == "liquidation_guard"
    assert [order for order in there.server(FUTURES).truth.orders if order.manual] == []
    assert there.told("was liquidated") == 0
