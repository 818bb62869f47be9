"""Eight coins at three exchanges whose address somebody else uses, too: limits by their count."""

from collections.abc import Iterator

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import BINANCE, COINS, SITES, Site
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
    there.until(lambda: all(_used(panel, site) > OTHERS for site in BINANCE), "not shown")
    for site in SITES:
        budgets = there.server(site).budgets
        assert not any(budgets.refused.values())
        for group, limit in budgets.limits.items():
            assert budgets.highest[group] <= 0.8 * limit.most, (site.venue, group)
    assert there.server(SITES[0]).budgets.highest["candles"] >= 6, "the limit never bit"
    assert there.bot.stop() == 0


def _used(panel: PanelClient, site: Site) -> float:
    health = panel.health().value
    row = health.venues[site.venue] if health else None
    return row.budget_used / row.budget_limit if row and row.budget_used and row.budget_limit else 0
