"""A start that would be refused goes on without entries when there is something to guard."""

from collections.abc import Iterator

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import COINS, FUTURES, SPOT

HELD, WANTED = COINS[:2]
SITES = (SPOT, FUTURES)
BEHIND = 2_500  # ms


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("guarding"), SITES, COINS[:2], "STOP_LOSS_PERCENT=0.02"
    ) as made:
        yield made.up()


def test_a_position_is_guarded_though_the_clock_is_off(there: Floor) -> None:
    for site in SITES:
        there.hold(site, HELD)
    assert there.bot.stop() == 0
    there.server(SPOT).truth.clock.skew = BEHIND
    there.bot.start(measured=False)
    status = there.bot.until(
        lambda s: s.status == "safe_mode" and len(s.halts) == 2, 60, fresh=True
    )
    assert {(halt.scope, halt.code) for halt in status.halts} == {
        ("binance_spot", "unfit"), ("binance_spot", "clock_behind"),
    }  # fmt: skip
    assert there.told("GUARDING ONLY binance_spot") >= 2, "the log and the banner say so"
    wish = {"venue": SPOT.venue, "symbol": SPOT.symbol(WANTED), "amount_quote": SPOT.amount}
    there.until(lambda: "safe_mode" in there.bot.ask("buy", wish).message, "it would buy")
    there.go(SPOT, HELD, "0.97")
    assert there.flat(SPOT, HELD) == "stop_loss"
    there.hold(FUTURES, WANTED)  # the other venue is fit
    for coin in (HELD, WANTED):
        there.close(FUTURES, coin)
        there.flat(FUTURES, coin)
    there.compare()
    assert there.orders(SPOT, WANTED) == []


def test_with_nothing_to_guard_it_is_refused(there: Floor) -> None:
    assert there.bot.stop() == 0
    assert there.bot.start(measured=False).code(30.0) == 1
    assert "(clock_behind)" in there.bot.output()
