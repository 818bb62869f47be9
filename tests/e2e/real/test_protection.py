"""Requests for protection itself that get lost: it is found again, or armed anew, never twice."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import BINANCE, COINS, FUTURES, Site
from tests.exchanges.core.faults import Trouble

FOUND = (Trouble.LOST_AFTER, Trouble.TRUNCATED, Trouble.HTML)
GONE, FALLEN, SECOND, *ODD = COINS[: 3 + len(FOUND)]
ANEW = 40.0  # seconds until a shortened doubt is over


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("protection"), BINANCE, COINS[: 3 + len(FOUND)],
        "STOP_LOSS_PERCENT=0.02", "TAKE_PROFIT_PERCENT=0.05",
    ) as made:  # fmt: skip
        made.bot.program = Path(__file__).parent / "hurried.py"
        yield made.up()


def _requests(there: Floor, site: Site, coin: str) -> list[str]:
    """Client ids of all requests for protection of a coin."""
    market = site.market(coin)
    assert site.protections is not None
    asked = there.server(site).asked(*site.protections)
    name = "clientAlgoId" if site.margined else "listClientOrderId"
    return [a.fields[name] for a in asked if a.fields["symbol"] == market]


def _armed_whole(there: Floor, site: Site, coin: str) -> bool:
    """Whether all exits are there: a list is one, contracts have a stop and a target."""
    return len(there.exits(site, coin)) == (2 if site.margined else 1)


@pytest.mark.parametrize("site", BINANCE, ids=lambda site: site.venue)
@pytest.mark.parametrize("trouble", FOUND, ids=lambda trouble: trouble.name.lower())
def test_protection_without_a_readable_answer_is_found(
    there: Floor, site: Site, trouble: Trouble
) -> None:
    coin = ODD[FOUND.index(trouble)]
    assert site.protections is not None
    fault = there.server(site).fault(trouble, *site.protections)
    there.hold(site, coin)
    there.until(lambda: fault.fired, "the fault did not fire")
    there.until(lambda: _armed_whole(there, site, coin), "not protected")
    first = there.exits(site, coin)[0][0]
    there.until(lambda: there.status_of(first) == "open", "it was not found")
    requests = _requests(there, site, coin)
    assert len(requests) == len(set(requests)) == len(there.exits(site, coin)), "sent once"
    there.go(site, coin, "0.97")
    assert there.flat(site, coin) == "stop_loss"


def _lose(there: Floor, site: Site, coin: str, nth: int = 1) -> None:
    """Buy, and a request for its protection never arrives."""
    assert site.protections is not None
    fault = there.server(site).fault(Trouble.LOST_BEFORE, *site.protections, nth=nth)
    there.buy(site, coin)
    there.until(lambda: fault.fired, "the fault did not fire")
    there.until(lambda: there.position(site, coin), "it is not held")


def test_protection_that_never_arrived(there: Floor) -> None:
    """Armed anew under another name after the doubt; until then the engine obeys the stop."""
    for site in BINANCE:
        _lose(there, site, GONE)
        _lose(there, site, FALLEN)
        there.go(site, FALLEN, "0.97")
    _lose(there, FUTURES, SECOND, nth=2)
    assert [kind for _, kind in there.exits(FUTURES, SECOND)] == ["STOP_MARKET"]
    there.go(FUTURES, SECOND, "0.97")
    assert there.flat(FUTURES, SECOND) == "stop_loss"
    for site in BINANCE:
        assert there.flat(site, FALLEN) == "stop_loss"
        assert len(there.orders(site, FALLEN, "S")) == 1, "sold once"
        there.until(partial(_armed_whole, there, site, GONE), "it is not armed anew", ANEW)
        lost = _requests(there, site, GONE)[0]
        assert there.status_of(lost) == "not_placed"
        assert lost not in {name for name, _ in there.exits(site, GONE)}
        there.close(site, GONE)
        there.flat(site, GONE)
    lost = _requests(there, FUTURES, SECOND)[1]
    there.until(lambda: there.status_of(lost) == "not_placed", "still in doubt", ANEW)
