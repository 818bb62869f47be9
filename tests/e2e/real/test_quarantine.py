"""Orders that never came to the exchange: believed to be absent late, and then only once more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.hurried import QUARANTINE
from tests.e2e.real.sites import COINS, SITES, UPBIT, Site
from tests.exchanges.core.faults import Trouble

NEVER, LATE, EXIT, STOP = COINS[:4]
OVER = 45.0  # seconds until a shortened doubt is over


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with floor(
        tmp_path_factory.mktemp("quarantine"), SITES, COINS[:4], "STOP_LOSS_PERCENT=0.02"
    ) as made:
        made.bot.program = Path(__file__).parent / "hurried.py"
        yield made.up()


def _doubt(there: Floor, site: Site, coin: str, trouble: Trouble) -> str:
    """Buy, and nobody knows what became of it; the client id."""
    fault = there.server(site).fault(trouble, *site.entries)
    entry = there.buy(site, coin)
    there.until(lambda: fault.fired, "the fault did not fire")
    there.until(lambda: there.status_of(entry) == "unknown", "nobody doubts it")
    return entry


def test_what_never_arrived_is_given_up_after_the_quarantine(there: Floor) -> None:
    """Entries are forgotten, exits are sent again under another name; each was sent once."""
    for site in SITES:
        there.hold(site, EXIT)
    there.hold(UPBIT, STOP)
    entries = {site: _doubt(there, site, NEVER, Trouble.LOST_BEFORE) for site in SITES}
    for site in SITES:
        args = {"venue": site.venue, "symbol": site.symbol(NEVER), "amount_quote": site.amount}
        assert "being bought" in there.bot.ask("buy", args).message, "it takes no entries"
        _lose_exit(there, site, EXIT)
    _lose_exit(there, UPBIT, STOP)
    for site, entry in entries.items():
        _given_up(there, site, entry)
        _sold_again(there, site, EXIT)
    _sold_again(there, UPBIT, STOP)


def _lose_exit(there: Floor, site: Site, coin: str) -> None:
    """The request to sell never arrives: by hand, or by the engine's own stop."""
    fault = there.server(site).fault(Trouble.LOST_BEFORE, *site.exits)
    if coin == STOP:
        there.go(site, coin, "0.97")
    else:
        there.close(site, coin)
    there.until(lambda: fault.fired, "the fault did not fire")


def _given_up(there: Floor, site: Site, entry: str) -> None:
    there.until(lambda: there.status_of(entry) == "not_placed", "in doubt", OVER)
    sent, ended = there.bot.rows(
        "SELECT created_at, updated_at FROM orders WHERE id = ?", entry
    )[0]  # fmt: skip
    assert ended - sent >= QUARANTINE
    assert there.server(site).truth.by_client(entry) == []
    posts = [asked for asked in there.server(site).log if asked.method == "POST"]
    assert sum(entry in asked.body + asked.query for asked in posts) == 1, "it was sent once"


def _sold_again(there: Floor, site: Site, coin: str) -> None:
    there.flat(site, coin, OVER)
    rows = there.bot.rows("SELECT id, status FROM orders WHERE key = ?", site.key(coin))
    lost = [name for name, status in rows if status == "not_placed"]
    sold = [order for order in there.orders(site, coin) if order.side == "sell" and order.trades]
    assert len(lost) == len(sold) == 1
    assert sold[0].client_id not in lost


def test_an_entry_that_arrives_late_is_found(there: Floor) -> None:
    """Upbit has no bound for that: after the connection broke, the order is there all the same."""
    server = there.server(UPBIT)
    server.truth.invisible_for = 6_000
    try:
        entry = _doubt(there, UPBIT, LATE, Trouble.LOST_AFTER)
        there.until(lambda: there.position(UPBIT, LATE), "it was not found")
    finally:
        server.truth.invisible_for = 0
    assert len(server.truth.by_client(entry)) == 1
    missed = [a for a in server.log if entry in a.query and a.status == 404]
    assert missed, "it was never looked for in vain"
    there.close(UPBIT, LATE)
    there.flat(UPBIT, LATE)
