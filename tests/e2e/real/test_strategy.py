"""Warm-up, an entry by signal at a first price, and the exit that the strategy itself wants."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.prices import on_tick
from tests.e2e.real.sites import COINS, SITES, Site
from tests.exchanges.core.market import MINUTE, Bar, Market

OVERSOLD, FLAT = COINS[:2]
MINUTES = 120
CYCLES = 3


def falling(back: int) -> float:
    """What a close is of the price of now, so many minutes ago."""
    return float(0.9995**-back)


def rising(back: int) -> float:
    """The other way."""
    return float(1.0005**-back)


def swaying(back: int) -> float:
    """Nowhere. A price that never moved would be oversold by its first tick down."""
    return 1.0 + back % 2 / 100


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("strategy"), SITES, COINS[:2],
        "STRATEGIES=rsi_reversion", "TIMEFRAME=1m", "WARMUP=30",
        "SIZING=fixed_fraction", "POSITION_FRACTION=0.05", "MIN_ATR_PCT=0", "LEVERAGE=2",
        "MIN_EDGE_ROUND_TRIPS=0", "STOP_LOSS_PERCENT=0.03", "TAKE_PROFIT_PERCENT=0.2",
        "MAX_POSITION_SIZE=0", "MAX_TURNOVER_SHARE=0",
    ) as made:  # fmt: skip
        for site in SITES:
            _lead(made, site, OVERSOLD, falling)
            _lead(made, site, FLAT, swaying)
        env = made.bot.env_file.read_text()
        made.bot.write_env(env.replace("WARMUP_CYCLES=0", f"WARMUP_CYCLES={CYCLES}"))
        made.bot.start()
        yield made


def _lead(there: Floor, site: Site, coin: str, share: Callable[[int], float]) -> None:
    """Two hours up to now; so many minutes ago the close was this share of the price of now."""
    truth = there.server(site).truth
    market = truth.markets[site.market(coin)]
    now = truth.clock.now() // MINUTE * MINUTE
    with truth.lock:
        for back in range(1, MINUTES + 1):
            _put(market, now - back * MINUTE, share(back))


def _put(market: Market, at: int, factor: float) -> None:
    price = on_tick(market, market.price * type(market.price)(repr(factor)))
    market.minutes.pop(at, None)
    market.put_bar(at, Bar(price, price, price, price, price, price * price))


def test_nothing_is_bought_while_it_warms_up(there: Floor) -> None:
    """Nor by hand; afterwards the signal of the last minute counts."""
    seen = there.bot.until(lambda status: 0 < status.warmup_current < CYCLES, 40)
    assert seen.warmup_total == CYCLES
    assert there.bot.rows("SELECT id FROM orders") == []
    for site in SITES:
        there.until(partial(there.position, site, OVERSOLD), f"{site.venue}: not bought", 100)
    assert there.bot.rows("SELECT DISTINCT strategy FROM positions") == [("rsi_reversion",)]
    assert not any(there.position(site, FLAT) for site in SITES)
    for site in SITES:
        if site.protections is not None:
            there.until(partial(there.exits, site, OVERSOLD), "not protected")


def test_the_strategy_sells_after_a_restart(there: Floor) -> None:
    """While the bot is away the coin becomes overbought: the first price after that is the exit."""
    before = {site: there.position(site, OVERSOLD) for site in SITES}
    assert all(before.values())
    assert there.bot.stop() == 0
    for site in SITES:
        there.server(site).budgets.forget()  # as if a minute had passed
        _lead(there, site, OVERSOLD, rising)
    there.bot.start()
    for site in SITES:
        assert there.flat(site, OVERSOLD, 100) == "signal"
