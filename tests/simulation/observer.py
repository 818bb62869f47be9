"""Watches a simulated world: keeps what the promises need to know, and what was broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation import at_rest, departures, promises
from tests.simulation.memory import durable
from tests.simulation.promises import Promise
from trader.domain import commands as cmd
from trader.domain import events as ev
from trader.domain.order import Order
from trader.domain.time import Millis

if TYPE_CHECKING:
    from tests.simulation.world import World


class Observer:
    """`violations`: the first of each promise, with its moment.

    `unprotected`: since when nobody looks after a position. `closing`: positions that people
    ordered to be closed. `requests`: orders that left in this second, by venue.
    """

    def __init__(self, start: Millis) -> None:
        self._start = start
        self.violations: dict[str, str] = {}
        self.unprotected: dict[str, Millis] = {}
        self.born_at: Millis = start
        self.closing: set[str] = set()
        self.sent: list[tuple[Millis, Order]] = []
        self.low: dict[str, list[float]] = {}
        self._remembered: dict[str, Any] | None = None

    # ------------------------------------------------------------ moments of a run

    def departing(self, world: World, order: Order) -> None:
        """An order is just leaving."""
        for check in departures.CHECKS:
            for violation in check(world, order):
                self._blame(world, check.__name__, violation)
        self.sent.append((world.now, order))

    def handled(self, world: World, event: ev.Event) -> None:
        """An event was handled, and its answers are on their way."""
        witness = world.witness
        if witness is None or not witness.moved:
            return
        witness.moved = False
        if isinstance(event, ev.Commanded):
            self._note_closing(world, event)
        for answer in witness.answers:
            world.people.answered(answer, written=not world.full())
        witness.answers.clear()
        self._judge(world, promises.AFTER_EVENTS)

    def second(self, world: World) -> None:
        """A second has passed."""
        for key, price in world.prices.now.items():
            seen = self.low.setdefault(key, [])
            seen.append(price)
            del seen[:-5]
        for _, sym in promises.symbols(world):
            if promises.protected(world, sym):
                self.unprotected.pop(sym.key, None)
            else:
                self.unprotected.setdefault(sym.key, world.now)
        self._judge(world, promises.AFTER_EVENTS)

    def died(self, world: World, point: str) -> None:
        """The bot was killed: what it knew, if the journal had heard of all of it."""
        assert world.bot is not None
        state = world.bot.engine.state
        orders = [order for venue in state.venues.values() for order in venue.orders.values()]
        world.counts["killed with orders in flight"] += any(order.live for order in orders)
        journal = world.ledger.journal
        knew_all = point != "before record" and journal is not None and not journal.behind
        self._remembered = durable(state) if knew_all else None
        self.unprotected.clear()

    def born(self, world: World) -> None:
        """The next life has read the journal, and nothing else yet."""
        assert world.bot is not None
        self.born_at = world.now
        if self._remembered is not None:
            world.counts["compared after a kill"] += 1
            after = durable(world.bot.engine.state)
            for name, value in self._remembered.items():
                if after[name] != value:
                    text = f"{name} was {value}, after the restart it is {after[name]}"
                    self._blame(world, "promise_11_a_kill_is_like_a_clean_stop", text)
        self._remembered = None

    def at_the_end(self, world: World) -> None:
        """Everything had time to come to rest."""
        self._judge(world, (*promises.AFTER_EVENTS, *at_rest.AT_THE_END))

    # ------------------------------------------------------------

    def _note_closing(self, world: World, event: ev.Commanded) -> None:
        """Which positions a command that was accepted is going to close."""
        assert world.witness is not None
        done = any(a.id == event.id and a.result == "done" for a in world.witness.answers)
        command = event.command
        for venue, sym in promises.symbols(world):
            meant = (
                (isinstance(command, cmd.ClosePosition) and command.key == sym.key)
                or (isinstance(command, cmd.CloseAll) and command.venue in (None, venue.name))
                or (isinstance(command, cmd.EmergencyStop) and command.close)
            )
            if done and meant and sym.held is not None and not world.full():
                self.closing.add(sym.held.position.id)

    def _judge(self, world: World, those: tuple[Promise, ...]) -> None:
        for promise in those:
            for violation in promise(world):
                self._blame(world, promise.__name__, violation)

    def _blame(self, world: World, promise: str, violation: str) -> None:
        second = (world.now - self._start) // 1_000
        self.violations.setdefault(promise, f"{second} s: {violation}")
