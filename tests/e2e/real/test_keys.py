"""Exchanges that refuse the key or ask for patience, and a clock that is off."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.hurried import HURRIED
from tests.e2e.real.sites import BINANCE, COINS, SITES, Site, revoke
from tests.exchanges.core.faults import Fault, Trouble

KEY, SKEWED, STORM = COINS[:3]
ANYTHING = r"/.*"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("keys"), SITES, COINS[:3],
        "STOP_LOSS_PERCENT=0.02", "EMERGENCY_STOP_PERCENT=0.1",
    ) as made:  # fmt: skip
        made.bot.program = HURRIED
        yield made.up()


@contextmanager
def _revoked(there: Floor) -> Iterator[None]:
    given_back = [revoke(there.server(site)) for site in SITES]
    try:
        yield
    finally:
        for give in given_back:
            give()


def test_a_storm_of_429_is_sat_out(there: Floor) -> None:
    for site in SITES:
        there.hold(site, STORM)
    faults = [there.server(site).fault(Trouble.LIMITED, "GET", ANYTHING, times=3) for site in SITES]
    for site, fault in zip(SITES, faults, strict=True):
        there.until(partial(_over, fault), "the storm did not come", 60)
        log = there.server(site).log
        limited = [asked.at for asked in log if asked.verdict == Trouble.LIMITED.value]
        assert limited[-1] - limited[0] >= 1_000, "it asked on without a pause"
        there.close(site, STORM)
    for site in SITES:
        there.flat(site, STORM, 60)
    there.compare()


def _over(fault: Fault) -> bool:
    return fault.fired == fault.times


def test_a_revoked_key_is_told_once_and_not_hammered(there: Floor) -> None:
    counts = {site.venue: len(there.server(site).log) for site in SITES}
    told = {site.venue: f"{site.venue} does not accept the API key" for site in SITES}
    with _revoked(there):
        there.until(lambda: all(there.told(text) for text in told.values()), "not told")
        there.mover.pause()
        for site in SITES:
            asked = [a for a in there.server(site).log[counts[site.venue] :] if a.status == 401]
            assert 0 < len(asked) < 20, f"{site.venue}: {len(asked)} requests with a dead key"
    refused = [line for line in there.bot.output().splitlines() if "(keys_refused)" in line]
    assert len(refused) == len(SITES)
    assert [there.told(text) for text in told.values()] == [1] * len(SITES)
    there.until(lambda: not _halted(there), "it does not recover", 90)
    for site in SITES:
        there.hold(site, KEY)
        there.close(site, KEY)
        there.flat(site, KEY)
    there.compare()


def _halted(there: Floor) -> bool:
    status = there.bot.status()
    assert status is not None
    return bool(status.halts)


def test_a_clock_that_is_off_is_set_anew(there: Floor) -> None:
    """The exchange's clock jumps by eight seconds: -1021, then the clock is read again."""
    before = {site.venue: len(there.server(site).log) for site in BINANCE}
    for site in BINANCE:
        there.server(site).truth.clock.skew = 8_000
    try:
        for site in BINANCE:
            # as late as a minute: the exchange may have asked for silence before
            there.until(partial(_refused, there, site, before), "nothing was refused", 90.0)
            there.hold(site, SKEWED)
            there.close(site, SKEWED)
            there.flat(site, SKEWED)
        there.compare(*BINANCE)
    finally:
        for site in BINANCE:
            there.server(site).truth.clock.skew = 0


def _refused(there: Floor, site: Site, before: dict[str, int]) -> bool:
    server = there.server(site)
    since = server.log[before[site.venue] :]
    if any(asked.status == 400 for asked in since):
        return True
    if any(asked.path.endswith("/time") for asked in since):  # the minute's own look was first
        before[site.venue] = len(server.log)
        server.truth.clock.skew += 8_000
    return False
