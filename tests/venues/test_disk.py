"""The exchange's books survive: whenever the process dies, the next one finds them as they were."""

import shutil
import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.venues.desk import FUTURES_NEAR, SPOT_NEAR, UPBIT_NEAR, Desk
from trader.domain.errors import BadInput, JournalBroken
from trader.domain.events import LinkChanged, OrderEnded, OrderFilled, OrderOpened
from trader.domain.order import Kind, Side
from trader.domain.outcome import Question
from trader.venues.books import Books
from trader.venues.disk import SimulatedDisk
from trader.venues.orders import VenueOrder
from trader.venues.profiles import Profile

PROFILES = [UPBIT_NEAR, SPOT_NEAR, FUTURES_NEAR]
PRICE = {"upbit": 30_000_000.0, "binance_spot": 20_000.0, "binance_futures": 20_000.0}


def picture(books: Books) -> dict[str, Any]:
    """All that counts."""
    return {
        "cash": books.account.cash,
        "held": sorted((k, books.account.holding(k)) for k in books.account.held_keys()),
        "liquidation": [books.account.liquidation(k) for k in sorted(books.account.held_keys())],
        "orders": sorted(map(_of_the_venue, books.orders.everything()), key=lambda o: o.venue_id),
        "sequence": books.sequence,
    }


def _of_the_venue(order: VenueOrder) -> VenueOrder:
    """Without what was the bot's own business in the request."""
    request = replace(order.request, position_id="", strategy="", reason="")
    return replace(order, request=request)


def trade_a_while(desk: Desk) -> None:
    """Trades, a resting order, a canceled one, one that waits for its price, one by hand."""
    price = PRICE[desk.venue.profile.venue]
    cost: dict[str, Any] = {"cost": "60000"} if desk.venue.profile is UPBIT_NEAR else {}
    desk.buy("0.02", **cost)
    desk.buy("0.01", Kind.LIMIT, price=f"{price * 0.9:.0f}")
    desk.buy("0.01", Kind.LIMIT, price=f"{price * 0.8:.0f}")
    desk.cancel("b")
    if Kind.STOP_MARKET in desk.venue.profile.kinds:
        desk.sell("0.01", Kind.STOP_MARKET, stop_price=f"{price * 0.95:.0f}")
    desk.venue.trade_by_hand(desk.key, Side.SELL, Decimal("0.001"))
    desk.venue.on_funding(desk.key, 0.0001, price, desk.now)
    desk.price(price * 0.94)
    desk.heard()


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.venue)
def test_a_restarted_exchange_is_the_same_exchange(profile: Profile, tmp_path: Path) -> None:
    file = tmp_path / "simulated.db"
    before = Desk(profile, PRICE[profile.venue], disk=SimulatedDisk(file), cash="1000000")
    trade_a_while(before)
    after = Desk(profile, disk=SimulatedDisk(file), cash="5")  # no second deposit
    assert picture(after.venue.books) == picture(before.venue.books)
    assert after.ask("a") == before.ask("a")
    assert after.venue._exchange.bands == before.venue._exchange.bands


def test_waiting_orders_act_on_the_first_price_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "simulated.db"
    desk = Desk(SPOT_NEAR, 20_000, disk=SimulatedDisk(file), cash="10000")
    desk.buy("0.1", Kind.LIMIT, price="19000")
    again = Desk(SPOT_NEAR, disk=SimulatedDisk(file))
    assert again.price(18_000)[-1] == "a filled: filled"


def test_an_id_stays_used_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "simulated.db"
    Desk(UPBIT_NEAR, 30_000_000, disk=SimulatedDisk(file)).buy("1", cost="10", id="once")
    again = Desk(UPBIT_NEAR, 30_000_000, disk=SimulatedDisk(file))
    assert again.buy("1", cost="10000", id="once")[0].startswith("once unknown")


class Camera(SimulatedDisk):
    """Copies the file after every write: what a kill at that moment would leave."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.pictures: list[dict[str, Any]] = []
        self._file = path

    def write(self, books: Books) -> None:
        """Write, then take the picture of disk and memory."""
        super().write(books)
        copy = self._file.with_name(f"kill{len(self.pictures)}.db")
        for suffix in ("", "-wal"):
            shutil.copy(f"{self._file}{suffix}", f"{copy}{suffix}")
        self.pictures.append(picture(books))


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.venue)
def test_at_every_kill_point_the_file_holds_the_books(profile: Profile, tmp_path: Path) -> None:
    camera = Camera(tmp_path / "simulated.db")
    trade_a_while(Desk(profile, PRICE[profile.venue], disk=camera, cash="1000000"))
    assert len(camera.pictures) > 5
    for number, seen in enumerate(camera.pictures):
        found = Desk(profile, disk=SimulatedDisk(tmp_path / f"kill{number}.db"))
        assert picture(found.venue.books) == seen


def test_nothing_is_told_that_the_disk_does_not_hold(tmp_path: Path) -> None:
    class Full(SimulatedDisk):
        """Writes once (the deposit), then has no room."""

        full = False

        def _write_account(self, books: Books) -> None:
            if self.full:
                raise sqlite3.OperationalError("database or disk is full")
            super()._write_account(books)

    disk = Full(tmp_path / "simulated.db")
    desk = Desk(SPOT_NEAR, 20_000, disk=disk, cash="10000")
    disk.full = True
    desk.buy("0.1")
    assert desk.heard() == []
    found = Desk(SPOT_NEAR, disk=SimulatedDisk(tmp_path / "simulated.db"))
    assert (found.cash, found.held) == ("10000", "0")

    desk.venue.ask(Question("report", desk.venue.profile.venue))
    desk.venue.advance(desk.now)
    (lost,) = desk.venue.drain()  # the exchange does not answer, whatever it is asked
    assert isinstance(lost, LinkChanged)
    assert not lost.connected

    disk.full = False
    desk.venue.advance(desk.now)
    told = [type(event) for event in desk.venue.drain()]
    assert told == [OrderOpened, OrderFilled, OrderEnded, LinkChanged]
    found = Desk(SPOT_NEAR, disk=SimulatedDisk(tmp_path / "simulated.db"))
    assert found.cash == desk.cash


def test_a_disk_that_is_full_at_the_start_is_said(tmp_path: Path) -> None:
    class Full(SimulatedDisk):
        def _write_account(self, books: Books) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(JournalBroken, match="free some space"):
        Desk(SPOT_NEAR, 20_000, disk=Full(tmp_path / "simulated.db"))


def test_books_that_are_no_books_are_named(tmp_path: Path) -> None:
    file = tmp_path / "simulated.db"
    file.write_text("this is no database, however long one looks at it" * 100)
    with pytest.raises(BadInput, match=r"simulated\.db cannot be opened"):
        SimulatedDisk(file)


def test_a_funding_is_reported_also_by_the_next_process(tmp_path: Path) -> None:
    desk = Desk(FUTURES_NEAR, 20_000, disk=SimulatedDisk(tmp_path / "a.db"), cash="10000")
    desk.buy("1", leverage=5)
    desk.venue.on_funding(desk.key, 0.0001, 20_000.0, desk.now)
    (paid,) = desk.report().fundings if desk.heard() else ()
    assert (paid.key, paid.amount) == (desk.key, Decimal(2))
    found = Desk(FUTURES_NEAR, disk=SimulatedDisk(tmp_path / "a.db"))
    assert found.report().fundings == (paid,)
