"""THE comparison: what the exchange knows beside what the journal says, to the last digit."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from decimal import Decimal
from pathlib import Path

from tests.e2e.books import NEARLY, Ledger, ledger, summed
from tests.e2e.bot import rows
from tests.e2e.real.sites import Site
from tests.e2e.real.truth import ZERO, Account, Sum
from tests.exchanges.core.orders import Trade
from tests.exchanges.core.server import Server

CASH = {"upbit": 1_000_000, "binance_spot": 10_000, "binance_futures": 10_000}
NOTHING: frozenset[str] = frozenset()
EXTERNAL = "external-"  # fills of a hand that is not ours begin so
DUST = "dust-"  # and so those of conversions, which are no orders


def account(data: Path, site: Site, server: Server) -> Account:
    """The exchange, seen by the bot whose journal lies in `data`."""
    namespace = rows(data / "trader.db", "SELECT value FROM meta WHERE key = 'namespace'")[0][0]
    return Account(site, server, namespace)


# ---------------------------------------------------------------- what holds at every moment


def always(data: Path, site: Site, server: Server, *, limits: bool = True) -> list[str]:
    """Breaches of what must hold whenever anybody looks (page 4.1, promises 1 to 4, 6, 7, 10)."""
    theirs, ours = account(data, site, server), ledger(data, site.venue)
    found = [
        *_of_orders(ours, theirs),
        *_of_intents(data, theirs),
        *_of_fills(ours, theirs),
        *_of_exits(theirs),
    ]
    if limits and (any(server.budgets.refused.values()) or server.budgets.bans):
        found.append(f"limits were exceeded: {dict(server.budgets.refused)}")
    return [f"{site.venue}: {text}" for text in found]


def _of_orders(ours: Ledger, theirs: Account) -> Iterator[str]:
    accepted = theirs.accepted()
    for name, times in Counter(accepted).items():
        if times > 1:
            yield f"order {name} was accepted {times} times"
    for order in theirs.ours():
        name = theirs.intent_of(order)
        if name not in ours.orders:
            yield f"order {order.client_id} was not journalled before"
    for algo in theirs.algos():
        if algo.client_id not in ours.orders:
            yield f"conditional order {algo.client_id} was not journalled before"


def _of_intents(data: Path, theirs: Account) -> Iterator[str]:
    """Entries that were accepted had passed every control before."""
    passed = {name for (name,) in rows(data / "trader.db", "SELECT order_id FROM intents")}
    for order in theirs.ours():
        name = theirs.intent_of(order)
        if name[3] == "E" and name not in passed:
            yield f"entry {name} passed no controls"


def _of_fills(ours: Ledger, theirs: Account) -> Iterator[str]:
    """What the journal has must be there, no digit more; and its own sums must agree."""
    there = theirs.fills()
    for name, known in _by_order(ours).items():
        told = there.get(name, Sum())
        if known.quantity > told.quantity:
            yield f"fills of {name} are {known}, the exchange's {told}"
    if summed(ours.fills.values()) != ours.held:
        yield f"fills add up to {summed(ours.fills.values())}, positions are {ours.held}"


def _by_order(ours: Ledger) -> dict[str, Sum]:
    found: dict[str, Sum] = defaultdict(Sum)
    for name, fill in ours.fills.items():
        if name.startswith((EXTERNAL, DUST)):
            continue
        known, cost = found[fill.order_id], fill.quantity * fill.price
        fee = fill.fee_base or fill.fee
        found[fill.order_id] = Sum(
            known.quantity + fill.quantity, known.cost + cost, known.fee + fee
        )
    return found


def _of_exits(theirs: Account) -> Iterator[str]:
    for market, orders in theirs.exits().items():
        if any(count > 1 for count in Counter(kind for _, kind in orders).values()):
            yield f"{market} has more than one of its exits: {orders}"
    for algo in theirs.algos():
        if not (algo.reduce_only or algo.close_position):
            yield f"{algo.client_id} could open a position"


# ---------------------------------------------------------------- what holds when all is settled


def differences(
    data: Path, site: Site, server: Server, *, limits: bool = True, doubted: Set[str] = NOTHING
) -> list[str]:
    """All of it, for a moment in which nothing is in flight but the orders that are `doubted`."""
    theirs, ours = account(data, site, server), ledger(data, site.venue)
    found = [*_of_trades(ours, theirs), *_of_holdings(ours, theirs), *_of_cash(ours, theirs)]
    if ours.live - doubted != theirs.live() - doubted:
        found.append(f"live orders differ: {sorted(ours.live)} and {sorted(theirs.live())}")
    held = {theirs.site.market(key.partition(":")[2].partition("/")[0]) for key in theirs.held()}
    orphans = theirs.exits().keys() - held
    found += [f"{market} has exits but nothing is held" for market in sorted(orphans)]
    texts = [f"{site.venue}: {text}" for text in found]
    return [*always(data, site, server, limits=limits), *texts]


def _of_trades(ours: Ledger, theirs: Account) -> Iterator[str]:
    known = _by_order(ours)
    for name, told in theirs.fills().items():
        if known.get(name) != told:
            yield f"fills of {name} are {known.get(name)}, the exchange's {told}"


def external(ours: Ledger) -> dict[str, Decimal]:
    """What another hand took of ours, by key, as the journal has it."""
    foreign = {name: fill for name, fill in ours.fills.items() if name.startswith(EXTERNAL)}
    return summed(foreign.values())


def _of_holdings(ours: Ledger, theirs: Account) -> Iterator[str]:
    """Our part and the user's own trades are all that moved; nothing else of his was touched."""
    expected: dict[str, Decimal] = defaultdict(Decimal, ours.held)
    for key, quantity in external(ours).items():
        expected[key] -= quantity
    for trade in theirs.by_hand():
        market = theirs.truth.markets[trade.symbol]
        key = f"{theirs.site.venue}:{market.base}/{market.quote}"
        expected[key] += trade.quantity if trade.side == "buy" else -trade.quantity
    expected = defaultdict(Decimal, {key: value for key, value in expected.items() if value})
    if expected != theirs.held():
        yield f"the journal explains {dict(expected)}, the account shows {theirs.held()}"


def _of_cash(ours: Ledger, theirs: Account) -> Iterator[str]:
    if ours.cash is None:
        return
    change, there = ours.cash - CASH[theirs.site.venue], theirs.earned()
    for name, fill in ours.fills.items():
        if name.startswith(EXTERNAL) and not theirs.site.margined:
            change -= fill.price * fill.quantity
    for trade in theirs.by_hand():
        there -= _moved(trade, theirs)
    if abs(change - there) > NEARLY:
        yield f"the journal's cash changed by {change}, the account's by {there}"


def _moved(trade: Trade, theirs: Account) -> Decimal:
    """Cash that a trade of the user's own hand brought, and the journal need not know.

    Of contracts that were the bot's the journal books the profit, but not the user's fee.
    """
    if theirs.site.margined:
        return -trade.fee
    fee = trade.fee if trade.fee_asset == theirs.site.quote else ZERO
    return (trade.cost if trade.side == "sell" else -trade.cost) - fee


def unguarded(data: Path, site: Site) -> list[str]:
    """Positions without any stop in the books. `data`: of a bot that runs or has run."""
    found = json.loads((data / f"{site.venue}_portfolio.json").read_text())
    return [
        f"{site.venue}: {symbol} has no stop: {detail}"
        for symbol, detail in found["details"].items()
        if detail["stop"] is None
    ]


def dangers(data: Path, site: Site, server: Server) -> Counter[str]:
    """What was in flight when the process died."""
    theirs, ours = account(data, site, server), ledger(data, site.venue)
    there = {theirs.intent_of(order) for order in theirs.ours()}
    there |= {algo.client_id for algo in theirs.algos()}
    sending = {name for name, status in ours.orders.items() if status in ("sending", "unknown")}
    known = _by_order(ours)
    lacking = [n for n, told in theirs.fills().items() if known.get(n, Sum()) != told]
    return Counter({
        "sent, not heard": len(sending & there), "never arrived": len(sending - there),
        "fill not heard": len(lacking), "held": len(ours.held),
        "at rest there": len(theirs.live()),
    })  # fmt: skip
