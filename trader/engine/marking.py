"""Mark prices of contracts: the exchange liquidates by them, so they are watched for themselves."""

from trader.domain.events import MarkSeen
from trader.domain.outcome import Outcome
from trader.engine.leaving import Leaving
from trader.engine.state import State
from trader.rules import exits


class Marking:
    """Handles `MarkSeen`."""

    def __init__(self, state: State, leaving: Leaving) -> None:
        self._state = state
        self._leaving = leaving

    def seen(self, event: MarkSeen, out: Outcome) -> None:
        """Judge what is held. A second one in a row beyond the guard is no bad tick."""
        key, price, at = event
        sym = self._state.symbols.get(key)
        if sym is None or not price > 0.0:
            return
        sym.fair, sym.fair_at = price, at
        held = sym.held
        if held is None:
            return
        near = exits.met(held.d, price, held.guard)
        if near or held.breach_at >= 0:
            sure = near and held.breach_at >= 0
            self._leaving.watch(self._state.venue_by_key[key], sym, out, sure=sure)
