"""418: the exchange shuts the address out. Nothing is sent before it is over, and it is told."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.hurried import BAN
from tests.e2e.real.sites import COINS, SITES, UPBIT, Site
from tests.exchanges.core.wire import Asked

HELD, REFUSED, AFTER = COINS[:3]
UNDER_WAY = 300  # ms; requests that had left before the first refusal was read


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("banned"), SITES, COINS[:3], "STOP_LOSS_PERCENT=0.02"
    ) as made:
        made.bot.program = Path(__file__).parent / "hurried.py"  # Upbit does not say how long
        yield made.up()


def _banned(there: Floor, site: Site) -> list[Asked]:
    log = tuple(there.server(site).log)
    return [asked for asked in log if asked.verdict == "banned" and not _streams(asked)]


def _streams(asked: Asked) -> bool:
    return "Upgrade" in asked.headers


def _private(asked: Asked) -> bool:
    return bool({"Authorization", "X-MBX-APIKEY"} & set(asked.headers))


def _is_refused(there: Floor, entry: str) -> bool:
    return there.status_of(entry) == "rejected"


def _is_after(there: Floor, site: Site, at: int) -> bool:
    return there.server(site).truth.clock.now() > at


def test_a_ban_is_obeyed_to_its_end_and_told(there: Floor) -> None:
    for site in SITES:
        there.hold(site, HELD)
    ends = {}
    for site in SITES:
        server = there.server(site)
        ends[site] = server.budgets.banned_until = server.truth.clock.now() + BAN
        entry = there.buy(site, REFUSED)
        there.until(partial(_is_refused, there, entry), "it was not refused")
        assert any(map(_private, _banned(there, site)))
    there.go(UPBIT, HELD, "0.97")  # the engine's own stop has to wait
    for site in SITES:
        there.until(partial(_is_after, there, site, ends[site]), "it lasts", 20)
    for site in SITES:
        banned = [asked for asked in _banned(there, site) if _private(asked)]
        assert banned[-1].at - banned[0].at <= UNDER_WAY, f"{site.venue} was asked on"
        assert there.told(f"{site.venue} has banned this address for") == 1
    assert there.flat(UPBIT, HELD) == "stop_loss"
    for site in SITES:
        if site is not UPBIT:
            there.close(site, HELD)
            there.flat(site, HELD)
        there.hold(site, AFTER)
        there.close(site, AFTER)
        there.flat(site, AFTER)
