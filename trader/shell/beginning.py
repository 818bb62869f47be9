"""All that an engine begins with, as one value: a start makes it, a recording keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trader.domain.instrument import MarketRules, venue_of
from trader.domain.money import exact
from trader.domain.parameters import Parameters
from trader.domain.time import Millis
from trader.engine.account import Account
from trader.engine.engine import Engine, Habits
from trader.engine.listing import list_market
from trader.engine.ports import Capabilities, Restored
from trader.engine.state import State, VenueState
from trader.strategies.catalogue import Catalogue
from trader.strategies.live import RollingSignals, Terms


@dataclass(frozen=True, slots=True)
class Beginning:
    """Parameters, capabilities and taker fees (fractions) by venue; the markets in the order in
    which they are listed; habits; what the journal restored; the market's time `at`, ms."""

    parameters: Mapping[str, Parameters]
    capabilities: Mapping[str, Capabilities]
    taker_fees: Mapping[str, float]
    markets: tuple[tuple[str, MarketRules], ...]
    habits: Habits
    restored: Restored
    at: Millis

    def engine(self, catalogue: Catalogue) -> tuple[Engine, RollingSignals]:
        """A new engine as the journal left it, with every symbol listed, and its opinions."""
        parameters = dict(self.parameters)
        state = State({venue: self._venue(venue, p) for venue, p in parameters.items()})
        for key, rules in self.markets:
            list_market(state, state.venues[venue_of(key)], key, rules)
        signals = RollingSignals(Terms(parameters, self.taker_fees, catalogue))
        engine = Engine(state, signals, self.habits)
        engine.restore(self.restored, self.at)
        return engine, signals

    def _venue(self, venue: str, p: Parameters) -> VenueState:
        capabilities = self.capabilities[venue]
        capital = exact(p.initial_capital)
        account = Account(capital, capital, margined=capabilities.margin)
        state = VenueState(venue, capabilities, p, account)
        state.last_equity = state.peak_equity = float(capital)
        return state
