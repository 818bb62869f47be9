"""What people ask of the engine: pause, stop, emergency, closing, trades by hand."""

import math
from typing import assert_never

from trader.domain import commands as cmd
from trader.domain import events as ev
from trader.domain.book import Halt
from trader.domain.commands import CommandAnswer
from trader.domain.instrument import symbol_of, venue_of
from trader.domain.money import ZERO, exact, plain
from trader.domain.outcome import Notice, Outcome
from trader.domain.signal import codes_of
from trader.engine.entering import Entering
from trader.engine.leaving import Leaving
from trader.engine.orders import Orders
from trader.engine.state import State, SymbolState, VenueState
from trader.risk.verdict import EntryRequest, Refused
from trader.rules import exits

MANUAL = "manual"
_LIFTED = ("paused", "stopped", "emergency")


class Operating:
    """Carries out one command at a time; the answer says what was done or why not."""

    def __init__(self, state: State, orders: Orders, entering: Entering, leaving: Leaving) -> None:
        self._state = state
        self._orders = orders
        self._entering = entering
        self._leaving = leaving

    def obey(self, event: ev.Commanded, out: Outcome) -> None:
        """Act, and answer exactly once."""
        result, message = self._act(event.command, out)
        out.answers.append(CommandAnswer(event.id, event.name, result, message, event.wall))
        level = "info" if result == "done" else "warning"
        text = f"{event.name} by {event.by}: {message}"
        out.notices.append(Notice(level, "command", text, self._state.now))

    def _act(self, command: cmd.Command, out: Outcome) -> tuple[str, str]:
        match command:
            case cmd.Pause(venue):
                return self._halt(venue, "paused", out)
            case cmd.Resume(venue):
                return self._resume(venue)
            case cmd.CloseAll(venue):
                answer = self._halt(venue, "stopped", out)
                return self._close_all(venue, out) if answer[0] == "done" else answer
            case cmd.EmergencyStop(close):
                answer = self._halt(None, "emergency", out, "close" if close else "")
                return self._close_all(None, out) if close else answer
            case cmd.ClosePosition(key):
                return self._close_one(key, out)
            case cmd.TradeByHand():
                return self._by_hand(command, out)
            case _:
                assert_never(command)

    def _chosen(self, venue: str | None) -> list[VenueState]:
        return [v for v in self._state.venues.values() if venue in (None, v.name)]

    def _halt(
        self, venue: str | None, code: str, out: Outcome, detail: str = ""
    ) -> tuple[str, str]:
        chosen = self._chosen(venue)
        if not chosen:
            return "refused", f"unknown_venue {venue} is not traded here"
        cancelled = 0
        for one in chosen:
            one.halt(Halt(code, detail=detail))
            cancelled += self.cancel_entries(one, out)
        names = ", ".join(one.name for one in chosen)
        return "done", f"{code} on {names}; {cancelled} entry orders cancelled"

    def cancel_entries(self, venue: VenueState, out: Outcome) -> int:
        """Cancel all entry orders of a venue and forget armed levels; how many orders it were."""
        entries = [order for order in venue.orders.values() if order.is_entry and order.live]
        for order in entries:
            self._orders.cancel(venue, order, out)
        for sym in venue.symbols.values():
            sym.armed = sym.wants = ()
        return len(entries)

    def _resume(self, venue: str | None) -> tuple[str, str]:
        chosen = self._chosen(venue)
        if not chosen:
            return "refused", f"unknown_venue {venue} is not traded here"
        lifted = [one.name for one in chosen if self._lift(one)]
        return "done", f"resumed {', '.join(lifted)}" if lifted else "nothing was paused"

    @staticmethod
    def _lift(venue: VenueState) -> bool:
        """End what people halted, and the symbols that were halted until a person looked."""
        keys = [key for code, key in venue.halts if code == "external"]
        return any([venue.lift(_LIFTED), *(venue.lift(("external",), key) for key in keys)])

    def _close_all(self, venue: str | None, out: Outcome) -> tuple[str, str]:
        count = 0
        for one in self._chosen(venue):
            for key in list(one.holding):
                self._leaving.leave(one, one.symbols[key], exits.MANUAL, out)
                count += 1
        return "done", f"closing {count} positions; no entries until resume"

    def _close_one(self, key: str, out: Outcome) -> tuple[str, str]:
        sym = self._state.symbols.get(key)
        if sym is None or sym.held is None:
            return "refused", f"no_position the bot holds no {symbol_of(key)} on {venue_of(key)}"
        self._leaving.leave(self._state.venue_by_key[key], sym, exits.MANUAL, out)
        return "done", f"closing {symbol_of(key)}"

    def _by_hand(self, command: cmd.TradeByHand, out: Outcome) -> tuple[str, str]:
        sym = self._state.symbols.get(command.key)
        if sym is None:
            return "refused", f"unknown_symbol {command.key} is not traded here"
        if math.isnan(sym.mark):
            return "refused", f"no_price {symbol_of(sym.key)} has no price yet; try again"
        if not command.buy:
            return self._sell_by_hand(command, sym, out)
        if not sym.idle:
            return "refused", f"already_held {symbol_of(sym.key)} is held or being bought"
        venue = self._state.venue_by_key[sym.key]
        quantity = command.quantity or (command.amount_quote or 0.0) / sym.mark
        request = EntryRequest(
            sym.key, MANUAL, 1, sym.mark, 1.0, math.nan, math.nan, fixed_quantity=quantity
        )
        verdict = self._entering.ask(venue, sym, request)
        if isinstance(verdict, Refused):
            return "refused", " ".join(codes_of(verdict.reasons))
        order = venue.orders[self._entering.send(venue, sym, verdict, out)]
        caps = f", limited by {' '.join(codes_of(verdict.caps))}" if verdict.caps else ""
        return "done", f"buying {plain(order.quantity)} {symbol_of(sym.key)} as {order.id}{caps}"

    def _sell_by_hand(
        self, command: cmd.TradeByHand, sym: SymbolState, out: Outcome
    ) -> tuple[str, str]:
        """A person sells of the bot's own position: all of it, or a part that both sides can be."""
        held, venue = sym.held, self._state.venue_by_key[sym.key]
        if held is None:
            return "refused", f"no_position the bot holds no {symbol_of(sym.key)}"
        asked = exact(command.quantity or (command.amount_quote or 0.0) / sym.mark)
        part = asked // sym.step * sym.step
        rest = held.position.quantity - part
        least = float(sym.rules.min_cost)
        if rest < sym.step or float(rest) * sym.mark < least:
            return self._close_one(sym.key, out)
        if part <= ZERO or float(part) * sym.mark < least:
            return "refused", f"min_order the smallest sale here is worth {least:g}"
        if held.must_go:
            return "refused", f"already_closing {symbol_of(sym.key)} is being closed"
        self._leaving.leave_part(venue, sym, part, out)
        return "done", f"selling {plain(part)} {symbol_of(sym.key)}"
