"""Puts decisions into words: what was decided for a symbol, and what was measured for it."""

from trader.domain.outcome import Outcome
from trader.domain.signal import Action, Decision, Reason, codes_of
from trader.engine.ports import Signals
from trader.engine.state import State, SymbolState, VenueState


class Explaining:
    """Words each decision once: it is asked for again and again, for every symbol."""

    def __init__(self, state: State, signals: Signals) -> None:
        self._state = state
        self._signals = signals
        self.untold: list[SymbolState] = []
        self._worded: dict[str, tuple[tuple[object, ...], Decision]] = {}

    def note(self, sym: SymbolState) -> None:
        """Something was decided for a symbol: to be told with all others of the moment."""
        self.untold.append(sym)

    def tell(self, out: Outcome) -> None:
        """Decisions that differ from the candle before; at once, for one entry in the journal."""
        for sym in self.untold:
            if sym.mask != sym.shown:
                sym.shown = sym.mask
                # who looked in the meantime must not change what is told: no worded one is used
                self._worded.pop(sym.key, None)
                out.decisions.append(self.decision(self._state.venue_by_key[sym.key], sym))
        self.untold.clear()

    def decision(self, venue: VenueState, sym: SymbolState) -> Decision:
        """What was decided for a symbol in the current candle, with what was measured."""
        strategy = venue.parameters.strategies[0].name
        decided = (sym.candle, sym.mask, sym.held, sym.entry, sym.armed, strategy)
        known = self._worded.get(sym.key)
        if known is None or known[0] != decided:
            known = self._worded[sym.key] = (decided, self._words(sym, strategy))
        return known[1]

    def _words(self, sym: SymbolState, strategy: str) -> Decision:
        reasons: tuple[Reason, ...] = ()
        action, level = Action.HOLD, None
        if sym.held is not None or sym.entry:
            strategy = sym.held.position.strategy if sym.held is not None else strategy
            reasons = (Reason("held"),)
        elif sym.mask:
            reasons = self._signals.reasons(sym.key, strategy, sym.mask) or tuple(
                Reason(code) for code in codes_of(sym.mask)
            )
        if sym.armed:
            action = Action.BUY if sym.armed[0].d > 0 else Action.SHORT
            level = sym.armed[0].level
        return Decision(sym.key, action, level, reasons, self._state.now, strategy)
