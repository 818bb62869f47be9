"""Accounts at the real exchanges out of settings: keys, limits, and what is ours there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

from config.settings import Settings
from trader.domain.errors import BadInput, VenueError
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT, MarketRules, venue_of
from trader.domain.time import MINUTE, SECOND, Millis
from trader.engine.ports import Restored
from trader.feeds.live.ports import Wall
from trader.shell.inbox import Inbox
from trader.shell.real_markets import Budgets, addresses_of
from trader.venues.real.addresses import WIRINGS
from trader.venues.real.connection import Keys, another, connected
from trader.venues.real.desks.ports import Own
from trader.venues.real.line import Ears
from trader.venues.real.private import PrivateStream
from trader.venues.real.venue import RealVenue
from trader.venues.real.witness import Witness

log = logging.getLogger("trader.venues")
OPENS_WITHIN = 3.0  # seconds
Close = Callable[[], Awaitable[object]]
_BINANCE = ("BINANCE_API_KEY", "BINANCE_API_SECRET")
KEYS: Mapping[str, tuple[str, str]] = {
    UPBIT: ("UPBIT_ACCESS_KEY", "UPBIT_SECRET_KEY"),
    BINANCE_SPOT: _BINANCE,
    BINANCE_FUTURES: _BINANCE,
}


class MarketSide:
    """What the live feed tells an exchange: a real one knows its market; only what we trade there
    is noted, for its reports."""

    def __init__(self, own: Own) -> None:
        self._own = own

    def open_market(self, key: str, rules: MarketRules, at: Millis) -> None:
        """One more market that is ours to trade."""
        del rules, at
        if key not in self._own.keys:
            self._own.keys += (key,)

    def on_price(self, key: str, price: float, at: Millis) -> None:
        """It knows."""

    def on_turnover(self, key: str, turnover: float, at: Millis) -> None:
        """It knows."""

    def on_funding(self, key: str, rate: float, price: float, at: Millis) -> None:
        """It charges funding itself, and its reports tell."""

    def advance(self, at: Millis) -> None:
        """It has a clock of its own."""


class RealAccounts:
    """All venues of a run. `venues` by name; `sides` is what the feed knows of them."""

    def __init__(
        self,
        settings: Settings,
        restored: Restored,
        inbox: Inbox,
        wall: Wall,
        budgets: Budgets,
    ) -> None:
        refuse_without_keys(settings)
        self._closing: dict[str, tuple[Close, ...]] = {}
        self.venues: dict[str, RealVenue] = {}
        self.sides: dict[str, MarketSide] = {}
        self.streams: dict[str, PrivateStream] = {}
        ears = Ears(inbox.put, wall.now, wall.sleep, Notices(wall.now).tell)
        for venue in settings.venues:
            own = own_of(venue, restored)
            reach = addresses_of(settings, venue), keys_of(settings, venue)
            exchange = connected(venue, *reach)
            gate = budgets[venue]
            gate.banned = partial(tell_of_ban, venue, ears.notice)
            exchange.gate = gate
            witness = Witness(inbox.put, wall.now)
            heard = replace(ears, put=witness.put)
            self.venues[venue] = found = RealVenue(exchange, own, heard)
            make = partial(another, exchange, venue, *reach)
            self.streams[venue] = stream = PrivateStream(found, own, heard, witness, make)
            self._closing[venue] = stream.close, found.close, exchange.close
            self.sides[venue] = MarketSide(own)

    async def open(self) -> None:
        """Follow the exchanges' clocks, and listen to their news of orders. Who is out of reach
        must not keep the others waiting: its first report looks at its clock again."""
        await asyncio.gather(*(_opened(name, venue) for name, venue in self.venues.items()))
        for stream in self.streams.values():
            stream.open()

    async def rest(self) -> None:
        """Wait until everything under way was answered or given up."""
        for venue in self.venues.values():
            await venue.rest()

    async def close(self) -> None:
        """Nothing is asked any more."""
        await asyncio.gather(*(_closed(steps) for steps in self._closing.values()))


async def _closed(steps: tuple[Close, ...]) -> None:
    for close in steps:
        await close()


async def _opened(name: str, venue: RealVenue) -> None:
    try:
        async with asyncio.timeout(OPENS_WITHIN):
            await venue.open()
    except (VenueError, TimeoutError) as error:  # without network too: questions are asked again
        log.warning("%s: %s", name, str(error) or "its clock could not be read in time")


def own_of(venue: str, restored: Restored) -> Own:
    """What the journal remembers of ours on a venue."""
    orders = [order for order in restored.orders if venue_of(order.key) == venue]
    held = [position.key for position in restored.positions if venue_of(position.key) == venue]
    live = [order.key for order in orders if order.live]
    own = Own(venue, restored.namespace, tuple(dict.fromkeys([*held, *live])))
    own.recall(orders)
    return own


def keys_of(settings: Settings, venue: str) -> Keys:
    """The keys of a venue's account; empty where they are not set."""
    key, secret = (settings.secrets[name].reveal() for name in KEYS[venue])
    return Keys(key, secret)


def refuse_without_keys(settings: Settings) -> None:
    """Raises `BadInput` where an order could never be sent: no keys, no test network."""
    for venue in settings.venues:
        addresses = addresses_of(settings, venue)
        if addresses.sandbox and not addresses.rest and not WIRINGS[venue].sandbox:
            raise BadInput(
                f"{venue} has no test network: take it out of VENUES, or try it with --mode paper"
            )
        missing = [name for name in KEYS[venue] if not settings.secrets[name]]
        if missing:
            raise BadInput(
                f"mode {settings.mode} needs {' and '.join(missing)} in .env for {venue}; "
                "--mode paper needs no keys"
            )


def tell_of_ban(venue: str, notice: Callable[[str, str], None], pause: Millis) -> None:
    """An exchange that shuts this address out: what that means, and for how long (ms)."""
    notice(
        "banned",
        f"{venue} has banned this address for {-(-pause // SECOND)} s (HTTP 418). Nothing is sent "
        "before that is over, exits neither: protection on the exchange goes on, stops of the "
        "engine wait. Look for another program that uses the same address",
    )


class Notices:
    """What the adapters say, into the log: the same of one venue once a minute."""

    def __init__(self, now: Callable[[], Millis]) -> None:
        self._now = now
        self._told: dict[tuple[str, str], Millis] = {}

    def tell(self, code: str, text: str) -> None:
        """`text` begins with the venue's name."""
        about = code, text.partition(" ")[0]
        if self._now() - self._told.get(about, -MINUTE) >= MINUTE:
            self._told[about] = self._now()
            log.warning("%s (%s)", text, code)
