"""The target leg of a list trades a part and takes the stop leg along; then the bot dies."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import COINS, SPOT
from tests.exchanges.core.orders import Order

FALLS, RISES, UNSEEN = COINS[:3]
PART = Decimal(1)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("leg"), (SPOT,), COINS[:3],
        "STOP_LOSS_PERCENT=0.02", "TAKE_PROFIT_PERCENT=0.04",
    ) as made:  # fmt: skip
        yield made.up()


def _target(there: Floor, coin: str) -> Order:
    """The limit leg of the list."""
    return next(
        order for order in there.orders(SPOT, coin, "O")
        if order.kind == "limit" and order.is_open
    )  # fmt: skip


def _fill_a_part(there: Floor, coin: str) -> None:
    """Buyers for one coin at the target, and no more; the stop leg expires."""
    truth = there.server(SPOT).truth
    leg = _target(there, coin)
    assert leg.price is not None
    with truth.lock:
        truth.fill(leg, leg.price, PART, maker=True)
    assert leg.is_open
    assert [order for order in there.orders(SPOT, coin, "O") if order.is_open] == [leg]


def _again(there: Floor) -> None:
    """`kill -9` and a new start, a minute later for who counts requests."""
    if there.bot.alive:
        there.bot.kill()
    there.server(SPOT).budgets.forget()
    there.up()


@pytest.mark.parametrize("coin", [FALLS, RISES], ids=("the_price_falls", "the_price_rises"))
def test_a_part_of_the_target_and_a_death(there: Floor, coin: str) -> None:
    """What is left has no stop on the exchange: the engine obeys it, the rest is sold once."""
    there.engine_watches.add((SPOT.venue, coin))
    there.hold(SPOT, coin)
    _fill_a_part(there, coin)
    there.bot.kill()
    _again(there)
    there.until(lambda: Decimal(there.position(SPOT, coin)[0]) < Decimal("2.1"), "not booked")
    there.compare()
    there.go(SPOT, coin, "0.97" if coin == FALLS else "1.05")
    assert there.flat(SPOT, coin) == ("stop_loss" if coin == FALLS else "take_profit")


def test_a_part_that_trades_while_nobody_is_there(there: Floor) -> None:
    """And the price is below the stop when the bot comes back."""
    there.engine_watches.add((SPOT.venue, UNSEEN))
    there.hold(SPOT, UNSEEN)
    there.bot.kill()
    _fill_a_part(there, UNSEEN)
    there.go(SPOT, UNSEEN, "0.97")
    _again(there)
    assert there.flat(SPOT, UNSEEN) == "stop_loss"
    sold = sum(order.filled for order in there.orders(SPOT, UNSEEN) if order.side == "sell")
    assert sold == Decimal(there.orders(SPOT, UNSEEN, "E")[0].filled) - Decimal("0.003")
