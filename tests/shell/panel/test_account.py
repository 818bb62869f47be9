"""What the account holds beside the bot's: ours is told apart, changes only are written."""

from decimal import Decimal
from typing import Any

import pytest

from tests.engine.bench import Bench
from trader.bridge.panel.account import AccountFile
from trader.domain.events import Holding, VenueReported
from trader.shell.panel.account import AccountNotes
from trader.shell.panel.agenda import Hands


class Page:
    """A bench with notes of its account."""

    def __init__(self, venue: str = "upbit", **how: Any) -> None:
        self.bench = Bench(venue, **how)
        self.notes = AccountNotes(self.bench.state)

    def report(self, *holdings: Holding) -> None:
        """The exchange tells what is held, when nothing moves any more."""
        self.bench.wait(10)
        venue, now = self.bench.venue.name, self.bench.now
        nothing = Decimal(0)
        told = VenueReported(venue, (), (), holdings, nothing, nothing, (), now)
        self.notes.note_report(told, 5.0)

    @property
    def file(self) -> AccountFile:
        """As the panel reads it."""
        _, row = self.notes.look(Hands(100.0, self.bench.now))
        return AccountFile.model_validate(row)


def coins(key: str, quantity: str, free: str = "") -> Holding:
    return Holding(key, Decimal(quantity), Decimal(free or quantity))


def test_coins_of_the_bot_are_not_strange_those_beside_them_are() -> None:
    page = Page()
    held = page.bench.hold().position.quantity
    page.report(coins(page.bench.key, str(held)), coins("upbit:DOGE/KRW", "12.5", "10"))
    assert [(one.symbol, one.quantity, one.locked) for one in page.file.external] == [
        ("DOGE/KRW", 12.5, 2.5)
    ]
    page.report(coins(page.bench.key, str(held + 3)))
    assert [(one.symbol, one.quantity) for one in page.file.external] == [("BTC/KRW", 3.0)]
    page.report(coins(page.bench.key, str(held)))
    assert page.file.external == ()


def test_coins_that_cannot_be_traded_are_nobodys() -> None:
    page = Page()
    page.report(coins(page.bench.key, "0.0004"))
    assert page.file.external == ()


def test_dust_is_the_bots() -> None:
    page = Page()
    page.bench.venue.dust[page.bench.key] = Decimal("0.4")
    page.report(coins(page.bench.key, "0.4"))
    assert page.file.external == ()


def test_while_an_order_moves_nothing_is_judged() -> None:
    page = Page()
    page.bench.ask_entry()
    page.report(coins(page.bench.key, "5"))
    assert page.file.external == ()


def test_contracts_of_another_hand_keep_their_sign() -> None:
    page = Page("binance_futures")
    page.report(coins(page.bench.key, "-2"))
    assert [one.quantity for one in page.file.external] == [-2.0]


def test_orders_in_flight_are_told_with_their_purpose_and_progress() -> None:
    page = Page()
    (order,) = page.bench.ask_entry().submit
    page.bench.opened(order)
    page.bench.fill(order, 100.0, "1")
    (shown,) = page.file.orders
    assert (shown.id, shown.purpose, shown.status, shown.filled) == (
        order.id, "entry", "partial", 1.0,
    )  # fmt: skip


@pytest.mark.parametrize("venue", ["binance_spot", "binance_futures"])
def test_protection_is_told_with_its_trigger(venue: str) -> None:
    page = Page(venue)
    page.bench.hold()
    guards = [one for one in page.file.orders if one.purpose == "protection"]
    assert 95.0 in [one.trigger for one in guards]
    assert all(one.side == "sell" for one in guards)


def test_how_a_position_was_entered_and_what_it_cost_so_far() -> None:
    page = Page("binance_futures")
    page.bench.hold(price=100.0)
    (one,) = page.file.positions
    assert (one.symbol, one.decided_price, one.fees, one.funding) == ("BTC/USDT", 100.0, 0.0, 0.0)
    assert Page("upbit").file.positions == ()


def test_the_markets_clock_is_told_beside_peoples() -> None:
    page = Page()
    _, row = page.notes.look(Hands(100.0, page.bench.now, speed=60.0))
    file = AccountFile.model_validate(row)
    assert file.wall(page.bench.now / 1_000) == 100.0
    assert file.wall(page.bench.now / 1_000 - 120.0) == pytest.approx(98.0)
    assert file.model_copy(update={"market": None}).wall(7.0) == 7.0


def test_a_version_changes_with_what_is_told_and_with_nothing_else() -> None:
    page = Page()
    first, _ = page.notes.look(Hands(1.0, page.bench.now))
    page.bench.price(101.0)
    page.bench.wait(1)
    assert page.notes.look(Hands(2.0, page.bench.now))[0] == first
    page.report(coins("upbit:DOGE/KRW", "12.5"))
    second, _ = page.notes.look(Hands(3.0, page.bench.now))
    assert second != first
    page.report(coins("upbit:DOGE/KRW", "12.5"))
    assert page.notes.look(Hands(4.0, page.bench.now))[0] == second
