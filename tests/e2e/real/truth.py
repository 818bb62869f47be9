"""What a loopback exchange knows of us, gathered for the comparison with the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from tests.e2e.real.sites import OWNED, Site
from tests.exchanges.binance.futures import FuturesWords
from tests.exchanges.binance.futures_desk import Algo, FuturesDesk
from tests.exchanges.core.orders import Order, Trade
from tests.exchanges.core.server import Server

ZERO = Decimal(0)
_DAY = 86_400_000
LEGS = "ab"  # what the legs of a list add to its client id


@dataclass(frozen=True, slots=True)
class Sum:
    """What the trades of one order, or of one coin, add up to. `fee` as the exchange took it."""

    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    fee: Decimal = ZERO

    def plus(self, trade: Trade) -> Sum:
        """With one more trade."""
        return Sum(self.quantity + trade.quantity, self.cost + trade.cost, self.fee + trade.fee)


class Account:
    """One exchange through our eyes. `namespace`: what our client ids begin with."""

    def __init__(self, site: Site, server: Server, namespace: str) -> None:
        self.site, self.server, self.truth = site, server, server.truth
        self._prefix = namespace + _LETTERS[site.venue]

    # ------------------------------------------------------------ orders

    def is_ours(self, client_id: str) -> bool:
        """Whether a client id is of our namespace."""
        return client_id.startswith(self._prefix)

    def ours(self) -> list[Order]:
        """Our orders, legs of lists and children of conditional orders among them."""
        with self.truth.lock:
            return [order for order in self.truth.orders if self.is_ours(order.client_id)]

    def algos(self) -> list[Algo]:
        """Our conditional orders."""
        desk = self.desk
        if desk is None:
            return []
        with self.truth.lock:
            return [algo for algo in desk.algos if self.is_ours(algo.client_id)]

    @property
    def desk(self) -> FuturesDesk | None:
        """The futures side's own state."""
        words = self.server.words
        return words.desk if isinstance(words, FuturesWords) else None

    def intent_of(self, order: Order) -> str:
        """Client id of the request behind an order: of a leg, its list's."""
        is_leg = order.extra.get("list", -1) != -1
        return order.client_id[:-1] if is_leg else order.client_id

    def accepted(self) -> list[str]:
        """Client ids as often as they were accepted; a conditional order and its child are one."""
        children = {id(algo.child) for algo in self.algos() if algo.child is not None}
        plain = [order.client_id for order in self.ours() if id(order) not in children]
        return plain + [algo.client_id for algo in self.algos()]

    def live(self) -> set[str]:
        """Requests that may still trade."""
        plain = {self.intent_of(order) for order in self.ours() if order.is_open}
        return plain | {algo.client_id for algo in self.algos() if algo.is_open}

    def exits(self) -> dict[str, list[tuple[str, str]]]:
        """By market: live orders that could sell what is held; (client id, kind)."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for order in self.ours():
            if order.is_open and order.client_id[3] != "E":
                kind = "list" if order.extra.get("list", -1) != -1 else order.kind
                entry = (self.intent_of(order), kind)
                if entry not in found[order.symbol]:
                    found[order.symbol].append(entry)
        for algo in self.algos():
            if algo.is_open:
                found[algo.symbol].append((algo.client_id, algo.kind))
        return found

    def age(self, names: Collection[str]) -> None:
        """These requests, if their orders have ended, are of the day before yesterday now."""
        ended: list[Order | Algo] = [of for of in self.ours() if self.intent_of(of) in names]
        ended += [of for of in self.algos() if of.client_id in names]
        yesterday = self.truth.clock.now() - _DAY
        with self.truth.lock:
            for of in ended:
                if not of.is_open and of.updated > yesterday:
                    of.created -= 2 * _DAY
                    of.updated -= 2 * _DAY

    # ------------------------------------------------------------ money

    def fills(self) -> dict[str, Sum]:
        """By request: what its orders traded."""
        found: dict[str, Sum] = defaultdict(Sum)
        for order in self.ours():
            for trade in order.trades:
                name = self.intent_of(order)
                found[name] = found[name].plus(trade)
        return found

    def held(self) -> dict[str, Decimal]:
        """By key, what the account holds beyond what was the user's, in coins or contracts."""
        found = {}
        with self.truth.lock:
            for name, market in self.truth.markets.items():
                key = f"{self.site.venue}:{market.base}/{market.quote}"
                desk = self.desk
                if desk is not None:
                    found[key] = desk.position(name).amount
                else:
                    found[key] = self.truth.accounts.of(market.base).total - OWNED
        return {key: quantity for key, quantity in found.items() if quantity}

    def earned(self) -> Decimal:
        """What the cash of the account changed by."""
        return self.truth.accounts.of(self.site.quote).total - Decimal(self.site.cash)

    def by_hand(self) -> list[Trade]:
        """Trades of the user's own hand."""
        with self.truth.lock:
            manual = {order.number for order in self.truth.orders if order.manual}
            return [trade for trade in self.truth.trades if trade.order in manual]

    # ------------------------------------------------------------ time

    def naked(self, market: str) -> int:
        """The longest stretch, ms, in which something was held and no order of ours covered it."""
        longest, since = 0, None
        for at, held, covered in self.moments(market):
            if since is not None:
                longest = max(longest, at - since)
            since = at if held and not covered else None
        return longest

    def moments(self, market: str) -> Iterable[tuple[int, bool, bool]]:
        """Whenever something changed: is anything held, is it covered by an exit of ours?"""
        ours = {order.number for order in self.ours()}
        with self.truth.lock:
            trades = [trade for trade in self.truth.trades if trade.symbol == market]
        covers = [*self._covers(market)]
        now = self.truth.clock.now()
        times = {trade.at for trade in trades} | {t for pair in covers for t in pair if t}
        users = ZERO if self.site.margined else OWNED
        for at in sorted({*times, now}):
            until = [trade for trade in trades if trade.at <= at]
            bought = sum((_signed(trade) for trade in until if trade.order in ours), ZERO)
            there = users + sum((_signed(trade) for trade in until), ZERO)
            held = min(abs(bought), abs(there)) if bought * there > 0 else ZERO
            dust = held * self.truth.markets[market].price < Decimal(5)
            covered = any(since <= at and (not until or at < until) for since, until in covers)
            yield at, not dust, covered

    def _covers(self, market: str) -> Iterable[tuple[int, int]]:
        """From when to when (0: still) exits of ours were alive."""
        for order in self.ours():
            if order.symbol == market and order.client_id[3] != "E":
                yield order.created, 0 if order.is_open else order.updated
        for algo in self.algos():
            if algo.symbol == market:
                yield algo.created, 0 if algo.is_open else algo.updated


_LETTERS = {"upbit": "U", "binance_spot": "B", "binance_futures": "F"}


def _signed(trade: Trade) -> Decimal:
    return trade.quantity if trade.side == "buy" else -trade.quantity
