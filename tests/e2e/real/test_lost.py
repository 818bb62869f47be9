"""Answers that are lost or no answers at all: orders are found again, and none is sent twice."""

from collections.abc import Iterator

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.hurried import HURRIED
from tests.e2e.real.sites import BINANCE, COINS, SITES, Site
from tests.exchanges.core.faults import Trouble

ODD = (
    Trouble.LOST_AFTER, Trouble.TRUNCATED, Trouble.BROKEN_JSON, Trouble.HTML, Trouble.EMPTY,
)  # fmt: skip
EXIT, NEVER, *CANCELED = COINS[len(ODD) : len(ODD) + 5]
CANCELS = dict(zip((Trouble.LOST_BEFORE, Trouble.LOST_AFTER, Trouble.HTML), CANCELED, strict=True))
NOT_THERE = 90.0  # seconds until an exchange is believed that an order never came


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("lost"), SITES, COINS[: len(ODD) + 5], "STOP_LOSS_PERCENT=0.02"
    ) as made:
        made.bot.program = HURRIED
        yield made.up()


@pytest.fixture(scope="module")
def never(there: Floor) -> dict[str, str]:
    """Entries that never came to Binance: the doubt lasts a minute, while other tests run."""
    entries = {site.venue: _cut(there, site, NEVER, Trouble.LOST_BEFORE) for site in BINANCE}
    there.doubted |= set(entries.values())
    return entries


def _cut(there: Floor, site: Site, coin: str, trouble: Trouble) -> str:
    """Buy, and something happens to the order; its client id."""
    fault = there.server(site).fault(trouble, *site.entries)
    entry = there.buy(site, coin)
    there.until(lambda: fault.fired, "the fault did not fire")
    return entry


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.venue)
@pytest.mark.parametrize("trouble", ODD, ids=lambda trouble: trouble.name.lower())
def test_an_entry_without_a_readable_answer_is_found(
    there: Floor, never: dict[str, str], site: Site, trouble: Trouble
) -> None:
    coin = COINS[ODD.index(trouble)]
    entry = _cut(there, site, coin, trouble)
    there.until(lambda: there.position(site, coin), "the order was not found")
    if site.protections is not None:
        there.until(lambda: there.exits(site, coin), "it is not protected")
        there.naked_at_most(site, coin, 5.0 + 3.0)
    assert len(there.server(site).truth.by_client(entry)) == 1
    there.close(site, coin)
    there.flat(site, coin)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.venue)
def test_an_exit_whose_answer_is_lost_sells_once(
    there: Floor, never: dict[str, str], site: Site
) -> None:
    there.hold(site, EXIT)
    fault = there.server(site).fault(Trouble.LOST_AFTER, *site.exits)
    there.close(site, EXIT)
    there.flat(site, EXIT)
    assert fault.fired == 1
    assert len(there.orders(site, EXIT, "X")) == 1


@pytest.mark.parametrize("site", BINANCE, ids=lambda site: site.venue)
@pytest.mark.parametrize("trouble", CANCELS, ids=lambda trouble: trouble.name.lower())
def test_a_cancel_without_an_answer_does_not_hold_up_the_exit(
    there: Floor, never: dict[str, str], site: Site, trouble: Trouble
) -> None:
    """aiohttp repeats a DELETE once by itself: two are lost."""
    coin = CANCELS[trouble]
    there.hold(site, coin)
    fault = there.server(site).fault(trouble, *site.cancels, times=2)
    there.close(site, coin)
    there.flat(site, coin)
    assert fault.fired > 0
    assert len(there.orders(site, coin, "X")) == 1


@pytest.mark.parametrize("site", BINANCE, ids=lambda site: site.venue)
def test_all_agrees_after_all_that(there: Floor, never: dict[str, str], site: Site) -> None:
    """And what never came to the exchange is believed not to be there, and was sent once."""
    entry = never[site.venue]
    there.until(lambda: there.status_of(entry) == "not_placed", "still in doubt", NOT_THERE)
    there.doubted.discard(entry)
    assert there.server(site).truth.by_client(entry) == []
    posts = [a for a in there.server(site).log if a.method == "POST" and entry in a.body + a.query]
    assert len(posts) == 1
    there.compare(site)


def test_upbit_agrees_after_all_that(there: Floor) -> None:
    there.compare(SITES[0])
