"""Which symbols exist, under which market rules, with which past."""

from trader.domain import events as ev
from trader.domain.instrument import MarketRules, venue_of
from trader.domain.money import exact
from trader.domain.outcome import Outcome
from trader.engine.ports import Signals
from trader.engine.state import State, SymbolState, VenueState


class Listing:
    """Keeps the table of symbols. What is held stays, whatever the universe says."""

    def __init__(self, state: State, signals: Signals) -> None:
        self._state = state
        self._signals = signals

    def history(self, event: ev.HistoryLoaded, out: Outcome) -> None:
        """Past candles of a symbol."""
        del out
        self._signals.seed(event.key, event.candles)

    def market(self, event: ev.MarketListed, out: Outcome) -> None:
        """A market's rules: a new symbol, or new rules for a known one."""
        del out
        venue = self._state.venues.get(venue_of(event.key))
        if venue is not None:
            list_market(self._state, venue, event.key, event.rules)

    def universe(self, event: ev.UniverseChosen, out: Outcome) -> None:
        """Entries only in the symbols named, in their order."""
        del out
        venue = self._state.venues[event.venue]
        places = {key: place for place, key in enumerate(event.keys)}
        for key, sym in venue.symbols.items():
            sym.listed = key in places
            sym.place = places.get(key, len(places))


def list_market(state: State, venue: VenueState, key: str, rules: MarketRules) -> SymbolState:
    """Make or update the state of one symbol."""
    if venue.parameters.lot_step is not None:
        rules = _with_step(rules, venue.parameters.lot_step)
    known = state.symbols.get(key)
    if known is None:
        known = SymbolState(key, len(venue.symbols), rules, rules.lot_step, float(rules.lot_step))
        venue.symbols[key] = state.symbols[key] = known
        state.venue_by_key[key] = venue
    known.rules, known.step, known.lot = rules, rules.lot_step, float(rules.lot_step)
    return known


def _with_step(rules: MarketRules, step: float) -> MarketRules:
    return MarketRules(
        lot_step=exact(step),
        min_cost=rules.min_cost,
        min_quantity=rules.min_quantity,
        max_quantity=rules.max_quantity,
        ticks=rules.ticks,
        maintenance_rate=rules.maintenance_rate,
        max_leverage=rules.max_leverage,
        warned=rules.warned,
    )
