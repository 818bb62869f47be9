"""The engine trades through the adapters: its books are the loopback exchange's, whatever fails."""

import random
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.contracts.benches import real_futures, real_spot, real_upbit
from tests.engine.bench import KINDS, Bench
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.orders import Order as Foreign
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT, MarketRules
from trader.domain.order import Kind, Status
from trader.domain.outcome import Outcome, Question
from trader.engine.account import Account
from trader.venues.real.asking import market_of

REAL: dict[str, Callable[[], Any]] = {
    UPBIT: real_upbit, BINANCE_SPOT: real_spot, BINANCE_FUTURES: real_futures,
}  # fmt: skip
RULES = {
    UPBIT: MarketRules(min_cost=Decimal(5_000), ticks=((Decimal(0), Decimal(1_000)),)),
    BINANCE_SPOT: MarketRules(
        Decimal("0.00001"), Decimal(5), ticks=((Decimal(0), Decimal("0.01")),)
    ),
    BINANCE_FUTURES: MarketRules(
        Decimal("0.001"), Decimal(100), ticks=((Decimal(0), Decimal("0.1")),)
    ),
}  # fmt: skip
PLACES = {UPBIT: "/v1/orders", BINANCE_SPOT: "/api/v3/order", BINANCE_FUTURES: "/fapi/v1/order"}
MONEY = Decimal(5_000_000)


class Trader:
    """An engine with hands at a loopback exchange. Its clock runs ahead when it waits."""

    def __init__(self, venue: str) -> None:
        self.real = REAL[venue]()
        self.real.exchange.timeout = 500
        self.engine = Bench(venue, rules=RULES[venue])
        money = MONEY if venue == UPBIT else Decimal(20_000)
        margined = bool(KINDS[venue].get("margin"))
        self.engine.venue.account = Account(money, money, margined=margined)
        self.engine.venue.last_equity = self.engine.venue.peak_equity = float(money)
        self.engine.state.namespace = "k7"
        self.engine.now = time.time_ns() // 1_000_000
        self.real.exchange.milliseconds = lambda: time.time_ns() // 1_000_000 + self.real.ahead
        self.engine.wait(0)
        self.before, self.money_before = self.there(), self.money()
        self.cash_before = self.engine.venue.account.cash

    def money(self) -> Decimal:
        """Quote currency by the exchange's own books; of contracts the wallet."""
        account = self.real.server.truth.accounts.of(self.engine.venue.capabilities.quote)
        return Decimal(account.free + account.locked)

    def earned(self) -> tuple[Decimal, Decimal]:
        """What the money changed by: at the exchange, in the engine's books."""
        return self.money() - self.money_before, self.engine.venue.account.cash - self.cash_before

    def there(self) -> Decimal:
        """Coins or contracts by the exchange's own books."""
        truth = self.real.server.truth
        if self.engine.venue.capabilities.margin:
            amount: Decimal = self.real.server.words.desk.position("BTCUSDT").amount
            return amount
        account = truth.accounts.of(truth.markets[market_of(self.real.key)].base)
        return Decimal(account.free + account.locked)

    def holds(self) -> Decimal:
        """Coins or contracts by the engine's books."""
        held = self.engine.symbol().held
        return Decimal(0) if held is None else held.position.quantity

    def act(self, out: Outcome) -> None:
        """Hand everything over, and everything that follows from the answers."""
        todo = [out]
        while todo:
            out = todo.pop(0)
            for order in out.submit:
                self.real.venue.submit(order)
            for order_id in out.cancel:
                self.real.venue.cancel(order_id)
            for question in out.ask:
                self.real.venue.ask(question)
            if out.submit or out.cancel or out.ask:
                self.real.moved = False
                todo += [self.engine.tell(event) for event in self.real.heard()]

    def enter(self) -> None:
        """The strategy wants in."""
        self.act(self.engine.ask_entry(price=self.real.price))

    def wait(self, seconds: float) -> None:
        """Time passes in steps of the daemon's clock."""
        for _ in range(round(seconds / 0.5)):
            self._pass(500)
            self.act(self.engine.wait(0.5))

    def candle(self) -> None:
        """A new candle begins: entries may be decided again."""
        before = self.engine.now
        out = self.engine.close(self.real.price)
        self._pass(self.engine.now - before)
        self.act(out)

    def _pass(self, millis: int) -> None:
        """Every clock there is."""
        self.real.ahead += millis
        self.real.server.truth.clock.advance(millis)

    def report(self) -> None:
        """The comparison of every ten seconds."""
        self.act(_asking(Question("report", self.engine.venue.name)))

    def move(self, factor: float) -> None:
        """The market moves; the engine sees it."""
        self.real.move(factor)
        self.real.moved = False
        self.act(self.engine.price(self.real.price * factor))


def _asking(question: Question) -> Outcome:
    out = Outcome()
    out.ask.append(question)
    return out


@pytest.fixture(params=list(REAL))
def trader(request: pytest.FixtureRequest) -> Iterator[Trader]:
    """At each exchange."""
    trader = Trader(request.param)
    yield trader
    trader.real.close()


def agree(trader: Trader) -> bool:
    """Whether both books hold the same."""
    return trader.there() - trader.before == trader.holds()


def guarded(trader: Trader) -> list[Kind]:
    """Kinds of the live orders that protect."""
    orders = trader.engine.venue.orders.values()
    return sorted(o.kind for o in orders if o.guards and o.status is Status.OPEN)


GUARDS: dict[str, list[Kind]] = {
    UPBIT: [], BINANCE_SPOT: [Kind.OCO],
    BINANCE_FUTURES: [Kind.STOP_MARKET, Kind.TAKE_PROFIT_MARKET],
}  # fmt: skip


def test_in_protected_and_out_again(trader: Trader) -> None:
    trader.enter()
    assert trader.holds() > 0
    assert agree(trader)
    assert guarded(trader) == GUARDS[trader.engine.venue.name]
    trader.report()
    assert agree(trader)
    assert guarded(trader) == GUARDS[trader.engine.venue.name]
    trader.move(0.9)
    trader.report()
    trader.wait(15)
    trader.report()
    assert trader.holds() == 0
    assert abs(trader.there() - trader.before) <= Decimal("0.00001")  # dust of the fee in coins
    assert guarded(trader) == []
    assert trader.real.server.truth.open_orders() == []
    there, here = trader.earned()
    assert there < 0
    assert abs(there - here) < abs(there) / 10_000
    (trade,) = trader.engine.venue.results["scripted"]
    assert trade < 0
    assert trader.engine.halts() <= {"recovering"}


@pytest.mark.parametrize("trouble", [Trouble.LOST_AFTER, Trouble.HTML, Trouble.ANSWERS_LATE])
def test_an_entry_whose_answer_is_lost_is_found_by_asking(trader: Trader, trouble: Trouble) -> None:
    path = PLACES[trader.engine.venue.name]
    fault = trader.real.server.fault(trouble, "POST", path, seconds=0.7)
    trader.enter()
    assert fault.fired == 1
    (order,) = [o for o in trader.engine.sent if o.is_entry]
    assert trader.engine.order(order).status is Status.UNKNOWN
    assert trader.holds() == 0
    trader.wait(3)
    assert trader.holds() > 0
    assert agree(trader)
    assert guarded(trader) == GUARDS[trader.engine.venue.name]
    entries = [a for a in trader.real.server.log if a.method == "POST" and a.path == path]
    assert len(entries) == 1


def test_an_entry_that_was_lost_is_believed_so_after_the_quarantine_only(trader: Trader) -> None:
    path = PLACES[trader.engine.venue.name]
    fault = trader.real.server.fault(Trouble.LOST_BEFORE, "POST", path)
    trader.enter()
    assert fault.fired == 1
    (order,) = trader.engine.sent
    quarantine = trader.engine.venue.capabilities.quarantine / 1_000
    trader.wait(quarantine - 10)
    assert trader.engine.order(order).status is Status.UNKNOWN
    trader.wait(25)
    assert trader.engine.order(order).status is Status.NOT_PLACED
    assert trader.there() == trader.before
    assert trader.real.requests("POST", path) == 1


def test_what_a_person_sold_is_gone_from_the_books(trader: Trader) -> None:
    trader.enter()
    held = trader.holds()
    for order in list(trader.engine.venue.orders.values()):
        trader.real.venue.cancel(order.id)
    trader.real.heard()
    by_hand = Foreign(
        market_of(trader.real.key), "sell", "market", quantity=trader.there(), manual=True,
        client_id="web_1",
        extra={"type": "MARKET", "tif": "GTC", "list": -1, "reduce": True},
    )  # fmt: skip
    trader.real.server.truth.by_hand(by_hand)
    for _ in range(3):
        trader.wait(6)
        trader.report()
    assert held > 0
    assert trader.holds() == 0


TROUBLES = (
    Trouble.LOST_AFTER, Trouble.LOST_BEFORE, Trouble.HTML, Trouble.TRUNCATED, Trouble.ERROR_JSON,
    Trouble.EMPTY, Trouble.LIMITED,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_whatever_fails_both_books_agree_in_the_end(trader: Trader, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(12):
        trader.real.server.fault(
            dice.choice(TROUBLES), dice.choice(("POST", "POST", "GET", "DELETE")), ".*",
            nth=dice.randint(1, 3), status=dice.choice((500, 502, 503)),
        )  # fmt: skip
        trader.candle()
        if trader.holds() == 0:
            trader.enter()
        trader.move(dice.choice((0.9, 0.97, 1.0, 1.03, 1.1)))
        trader.report()
        trader.wait(dice.choice((1, 5, 15)))
    assert sum(fault.fired for fault in trader.real.server.plan.faults) >= 3
    trader.real.server.plan.clear()
    trader.wait(150)
    for _ in range(3):
        trader.report()
        trader.wait(6)
    dust = sum(trader.engine.venue.dust.values(), Decimal(0))
    assert abs(trader.there() - trader.before - trader.holds() - dust) <= Decimal("0.00001")
    there, here = trader.earned()
    assert abs(there - here) <= abs(there) / 1_000 + 1
    ours = [a.client_id for a in trader.real.server.truth.open_orders()]
    assert bool(ours) <= bool(trader.holds())
