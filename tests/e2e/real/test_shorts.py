"""Contracts sold short by a strategy: protected the other way round, closed in every way."""

from collections.abc import Iterator

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.prices import CALM
from tests.e2e.real.selling import BREAKOUT, sell_short
from tests.e2e.real.sites import COINS, FUTURES

STOP, TARGET, TRAIL, HAND, KEPT = COINS[:5]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("shorts"), (FUTURES,), COINS[:5], *BREAKOUT, "LEVERAGE=2",
        "STOP_LOSS_PERCENT=0.02", "TAKE_PROFIT_PERCENT=0.04",
        "TRAILING_STOP_PERCENT=0.01", "TRAILING_ACTIVATION=0.015",
        past=CALM,
    ) as made:  # fmt: skip
        yield made.up()


def test_shorts_are_protected_and_closed_in_every_way(there: Floor) -> None:
    sell_short(there, STOP, TARGET, TRAIL, HAND)
    there.compare()
    for algo in there.account(FUTURES).algos():
        assert (algo.side, algo.reduce_only) == ("BUY", True)
    there.go(FUTURES, STOP, "1.03")
    there.go(FUTURES, TARGET, "0.95")
    there.go(FUTURES, TRAIL, "0.978")
    there.close(FUTURES, HAND)
    there.mover.pause()
    there.go(FUTURES, TRAIL, "1.015")
    assert there.flat(FUTURES, STOP) == "stop_loss"
    assert there.flat(FUTURES, TARGET) == "take_profit"
    assert there.flat(FUTURES, TRAIL) == "trailing_stop"
    assert there.flat(FUTURES, HAND) == "manual"


def test_a_short_outlives_a_restart_with_its_protection(there: Floor) -> None:
    sell_short(there, KEPT)
    there.until(lambda: len(there.exits(FUTURES, KEPT)) == 2, "not protected")
    before = there.exits(FUTURES, KEPT)
    there.server(FUTURES).budgets.forget()  # as if a minute had passed: a start asks for much
    there.again()
    there.compare()
    assert there.exits(FUTURES, KEPT) == before, "adopted, not doubled"
    there.go(FUTURES, KEPT, "1.03")
    assert there.flat(FUTURES, KEPT) == "stop_loss"
