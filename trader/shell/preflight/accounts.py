"""The accounts at the exchanges, asked before they are trusted with orders."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import ceil

from config.settings import Settings
from trader.domain.finding import Finding, Mark
from trader.domain.instrument import Instrument, MarketRules
from trader.domain.money import exact
from trader.domain.parameters import Parameters
from trader.feeds.live.ports import Wall
from trader.shell.parameters import parameters_of
from trader.shell.preflight.sizes import least_entry
from trader.shell.real_accounts import KEYS, keys_of
from trader.shell.real_markets import Budgets, addresses_of
from trader.venues.profiles import profile_of
from trader.venues.real.addresses import WIRINGS
from trader.venues.real.connection import connected
from trader.venues.real.line import Ears, Line
from trader.venues.real.preflight.inquiry import Inquiry, Needs
from trader.venues.real.preflight.inspection import inspected

ByKey = Mapping[str, MarketRules]


@dataclass(frozen=True, slots=True)
class Examiner:
    """Asks the accounts of these settings, within `budgets`. `holding`: venues on which the bot has
    positions; `patience`: seconds for each check."""

    settings: Settings
    wall: Wall
    holding: Collection[str]
    patience: float
    budgets: Budgets

    async def of_all(self, venues: Collection[str]) -> list[Finding]:
        """Several venues at the same time."""
        parts = await asyncio.gather(*(self.of(venue) for venue in venues))
        return [finding for part in parts for finding in part]

    async def of(self, venue: str, rules: ByKey | None = None) -> list[Finding]:
        """One venue. `rules` of its markets, by default what is known without asking."""
        missing = lacking(self.settings, venue)
        if missing:
            return missing
        needs = self._needs(venue, rules)
        keys = keys_of(self.settings, venue)
        exchange = connected(venue, addresses_of(self.settings, venue), keys, self.patience)
        exchange.gate = self.budgets[venue]
        line = Line(venue, exchange, Ears(_unheard, self.wall.now, self.wall.sleep, _untold))
        inquiry = Inquiry(line, needs, keys.key, self.wall.now, self.wall.sleep)
        try:
            return await inspected(inquiry, self.patience)
        finally:
            await line.close()
            await exchange.close()

    def _needs(self, venue: str, rules: ByKey | None) -> Needs:
        p = parameters_of(self.settings.parameters[venue])
        abilities = profile_of(venue).capabilities
        known = rules or usual_rules(venue, p)
        addresses = addresses_of(self.settings, venue)
        return Needs(
            venue,
            abilities.quote,
            tuple(known),
            exact(p.initial_capital),
            min(least_entry(p, market) for market in known.values()),
            ceil(p.leverage or p.max_leverage),
            live=self.settings.mode == "live",
            wallet=bool(addresses.rest) or not addresses.sandbox,
            holds=venue in self.holding,
        )


def usual_rules(venue: str, p: Parameters) -> dict[str, MarketRules]:
    """Rules of the markets that the settings name, else of the largest one, as far as is known
    without asking."""
    profile = profile_of(venue)
    names = p.symbols or (f"{p.majors[0] if p.majors else 'BTC'}/{profile.capabilities.quote}",)
    keys = [Instrument(venue, *name.split("/")).key for name in names]
    return {key: profile.rules(key) for key in keys}


def lacking(settings: Settings, venue: str) -> list[Finding]:
    """What is missing before anything can be asked: keys, a test network."""
    addresses = addresses_of(settings, venue)
    if addresses.sandbox and not addresses.rest and not WIRINGS[venue].sandbox:
        return [Finding(Mark.FAIL, venue, "no_test_network")]
    names = [name for name in KEYS[venue] if not settings.secrets[name]]
    if names:
        values = {"names": ", ".join(names), "mode": settings.mode}
        return [Finding(Mark.FAIL, venue, "keys_missing", values)]
    return []


def _unheard(_: object) -> None:
    """A check changes nothing in the engine."""


def _untold(_: str, __: str) -> None:
    """What a person should know is told as a finding."""
