"""Eight coins at three exchanges whose address somebody else uses, too: limits by their count."""

from collections.abc import Iterator

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import BINANCE, COINS, SITES
from tests.exchanges.binance.access import WEIGHT
from trader.bridge.panel.client import PanelClient

OTHERS = 0.4  # of the weight is used by others in this minute; questions may use 0.56 altogether


@pytest.fixture
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(tmp_path_factory.mktemp("limits"), SITES, COINS[:8], "TIMEFRAME=1m") as made:
        for site in BINANCE:
            server = made.server(site)
            weight = round(server.budgets.limits[WEIGHT].most * OTHERS)
            assert not server.budgets.spend({WEIGHT: weight}, server.truth.clock.now())
        yield made


def test_all_who_ask_a_venue_stay_within_its_limits(there: Floor) -> None:
    there.bot.start(measured=False)
    there.until(lambda: there.told("history of 8 of 8 symbols") >= 2, "no histories", 60)
    panel = PanelClient(there.bot.data)
    there.until(lambda: panel.health().value, "nothing is shown")
    health = panel.health().value
    assert health is not None
    for site in SITES:
        budgets = there.server(site).budgets
        assert not any(budgets.refused.values())
        for group, limit in budgets.limits.items():
            assert budgets.highest[group] <= 0.8 * limit.most, (site.venue, group)
        assert health.venues[site.venue].budget_limit
    for site in BINANCE:
        used, most = health.venues[site.venue].budget_used, health.venues[site.venue].budget_limit
        assert used is not None
        assert most is not None
        assert OTHERS < used / most <= 0.8, "others are not counted"
    assert there.server(SITES[0]).budgets.highest["candles"] >= 6, "the limit never bit"
    assert there.bot.stop() == 0
