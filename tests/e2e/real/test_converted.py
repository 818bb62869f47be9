"""Dust becomes BNB: asked for once, no coin of the user's, found again when nobody answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.hurried import HURRIED
from tests.e2e.real.sites import COINS, OWNED, SPOT, Site
from tests.exchanges.binance.listings import Listing
from tests.exchanges.binance.spot import SpotWords, market_of
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.server import Server

ALONE, SHARED, LOST = COINS[:3]
CONVERT, LOOK = ("POST", "/sapi/v1/asset/dust"), ("GET", "/sapi/v1/asset/dribblet")
BNB = SPOT.key("BNB")
SOON = 40.0  # seconds: reports come every ten, and not the first one after a sale is believed


def _with_bnb(site: Site, server: Server) -> None:
    """BNB has a market, and the user has some."""
    del site
    assert isinstance(server.words, SpotWords)
    listing = Listing("BNB", step=Decimal("0.001"), least=Decimal("0.001"))
    server.words.desk.listings[listing.symbol] = listing
    server.truth.add(market_of(listing, Decimal(600)))
    server.truth.accounts.give("BNB", OWNED)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Floor]:
    lines = "DUST_TO_BNB=yes", "STOP_LOSS_PERCENT=0.02"
    with floor(tmp_path, (SPOT,), COINS[:3], *lines, change=_with_bnb) as made:
        made.bot.program = HURRIED
        yield made.up()


def _leave_dust(there: Floor, coin: str, *, alone: bool) -> Decimal:
    """Buy and close: a fee in coins leaves less than a step. `alone`: the user has none of it."""
    if alone:
        there.user_sells(SPOT, coin, OWNED)
    there.hold(SPOT, coin, 290)
    there.close(SPOT, coin)
    there.flat(SPOT, coin)
    word = re.compile(rf"{SPOT.key(coin)}: ([\d.]+) is too little to be sold")
    there.until(lambda: word.search(there.bot.output()), "nothing is left of it")
    (found,) = word.findall(there.bot.output())
    return Decimal(found)


def _held(there: Floor, key: str) -> Decimal:
    return there.account(SPOT).held().get(key, Decimal(0))


def test_only_what_is_the_bots_alone_is_converted_once(there: Floor) -> None:
    server = there.server(SPOT)
    shared = _leave_dust(there, SHARED, alone=False)
    alone = _leave_dust(there, ALONE, alone=True)
    there.until(lambda: there.told("became"), "it was not converted", SOON)
    there.compare()
    (asked,) = server.asked(*CONVERT)
    assert ALONE in asked.body + asked.query
    assert SHARED not in asked.body + asked.query
    assert _held(there, SPOT.key(SHARED)) == shared, "the user's own, and the bot's with it"
    assert _held(there, SPOT.key(ALONE)) == -OWNED, "only what the user sold himself lacks"
    gross = alone * server.truth.markets[SPOT.market(ALONE)].price / 600
    assert abs(_held(there, BNB) - gross * Decimal("0.98")) < gross * Decimal("0.01")
    assert there.told(f"the account holds {SHARED} of your own too") == 1
    there.again()
    there.compare()
    assert len(server.asked(*CONVERT)) == 1


def test_a_conversion_that_nobody_answered_is_found_after_a_death(there: Floor) -> None:
    server = there.server(SPOT)
    fault = server.fault(Trouble.LOST_AFTER, *CONVERT)
    _leave_dust(there, LOST, alone=True)
    there.until(lambda: fault.fired, "it was not asked for", SOON)
    assert there.told("became") == 0
    there.bot.kill()
    there.up()
    there.until(lambda: there.told("became"), "it was not found", SOON)
    assert server.asked(*LOOK)
    there.compare()
    assert _held(there, BNB) > 0
    assert len(server.asked(*CONVERT)) == 1
