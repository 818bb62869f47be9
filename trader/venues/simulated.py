"""An exchange in a box: what demo, paper and backtest trade on, with books of its own.

The port `Venues` for one venue, besides it the market's side (called by the feed BEFORE the engine
sees the same fact), and the person beside the bot:

- `SimulatedVenue(profile, Opening(cash=..., disk=SimulatedDisk(path)), emit=queue.append)`;
  without `emit` answers wait for `drain()`. Profiles: `profiles.UPBIT`, `BINANCE_SPOT`,
  `BINANCE_FUTURES`, `ideal(profile, slippage_bps, fee, lot_step)` for a backtest.
- `submit(order)`, `cancel(order_id)`, `ask(Question("order" | "report" | "price", subject))`.
- `list_markets(keys, at)` at start: a `MarketListed` for each key.
- `on_price(key, price, at)`, `on_turnover(key, turnover, at)` (of the last minute, quote currency:
  depth of the book), `on_funding(key, rate, price, at)`, `advance(at)` (market time passes).
- `trade_by_hand(key, side, quantity)`, `cancel_by_hand(order_id)`; `hang_up()`: the bot died.
- The truth, for tests: `books.account.cash`, `.holding(key)`, `books.orders.everything()`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from trader.domain.dust import Conversion, DustConverted
from trader.domain.errors import BadInput, JournalBroken
from trader.domain.events import Event, LinkChanged, MarketListed, PriceSeen
from trader.domain.instrument import MarketRules
from trader.domain.money import exact
from trader.domain.order import Order, Side
from trader.domain.outcome import Question
from trader.domain.time import Millis
from trader.venues.account import Account, SpotAccount
from trader.venues.books import Books
from trader.venues.disk import Disk
from trader.venues.exchange import Exchange
from trader.venues.faults import FaultPlan, NoFaults, Request
from trader.venues.margin import MarginAccount
from trader.venues.matching import Market
from trader.venues.orders import Orders
from trader.venues.profiles import Profile, fee_rate
from trader.venues.protection import NEVER
from trader.venues.wire import DirectWire, Emit, SlowWire, Wire


@dataclass(frozen=True, slots=True)
class Opening:
    """How an exchange begins. `cash` (None: the profile's usual capital) and `coins` (by key) are
    the first deposit; what a disk kept outranks them. `disk` None: memory only. `remember`: how
    many ended orders can still be asked for. `seed` repeats latencies.
    """

    cash: Decimal | None = None
    coins: Mapping[str, Decimal] = field(default_factory=dict)
    disk: Disk | None = None
    faults: FaultPlan = field(default_factory=NoFaults)
    seed: int = 0
    remember: int = 2_000


class SimulatedVenue:
    """One venue: profile, books, wire. See the module's head for what may be called."""

    def __init__(
        self, profile: Profile, opening: Opening | None = None, emit: Emit | None = None
    ) -> None:
        opening = opening or Opening()
        self.profile = profile
        self._waiting: list[Event] = []
        self._emit = emit or self._waiting.append
        self._disk = opening.disk
        self._faults = opening.faults
        self._wire = _wire(profile, opening, self._emit)
        self._now: Millis = 0
        self._connected = True
        self._unsafe: list[Event] = []  # answers to what the disk does not hold yet
        self._full = False
        self.books = _opened(profile, opening)
        self._markets = self.books.markets
        self._exchange = Exchange(profile, self.books, opening.faults)
        self._bands = self._exchange.bands
        self._keep()

    # ------------------------------------------------------------ the port `Venues`

    def submit(self, order: Order) -> None:
        """Send an order; what becomes of it comes back as events."""

        def arrive(at: Millis) -> None:
            self._finish(self._exchange.place(order, at), at)

        self._wire.send(Request("submit", order.id), arrive, self._now)

    def cancel(self, order_id: str) -> None:
        """Ask for an order's end by its client id."""

        def arrive(at: Millis) -> None:
            self._finish(self._exchange.cancel(order_id, at), at)

        self._wire.send(Request("cancel", order_id), arrive, self._now)

    def ask(self, question: Question) -> None:
        """Ask for `order` (a client id), `report` (of everything) or `price` (of a key)."""

        def arrive(at: Millis) -> None:
            for event in () if self._full else self._facts(question, at):
                self._wire.answer(event, at)

        self._wire.send(Request("ask", question.subject), arrive, self._now)

    def convert(self, conversion: Conversion) -> None:
        """An exchange in a box converts nothing: dust stays dust here."""

        def arrive(at: Millis) -> None:
            over = DustConverted(
                conversion.venue, conversion.asked_at, (), "a simulated exchange keeps dust", at
            )
            self._wire.answer(over, at)

        self._wire.send(Request("convert", conversion.venue), arrive, self._now)

    # ------------------------------------------------------------ the market's side

    def list_markets(self, keys: Iterable[str], at: Millis) -> None:
        """Open these markets and tell their rules."""
        self.advance(at)
        for key in keys:
            rules = self.profile.rules(key)
            self._markets.setdefault(key, Market(rules))
            self._emit(MarketListed(key, rules, at))

    def open_market(self, key: str, rules: MarketRules, at: Millis) -> None:
        """Open a market under rules from elsewhere, or change its rules; nobody is told."""
        self.advance(at)
        self._markets.setdefault(key, Market(rules)).rules = rules

    def on_price(self, key: str, price: float, at: Millis) -> None:
        """A new price is in force; whatever waited for it happens."""
        if self._wire.pending:
            self._wire.run(at)
        self._now = at
        market = self._markets.get(key) or self._listed(key, at)
        market.price = price
        low, high = self._bands.get(key, NEVER)
        if price <= low or price >= high:
            self._finish(self._exchange.meet(key, at), at)

    def on_turnover(self, key: str, turnover: float, at: Millis) -> None:
        """Turnover of the last minute (quote currency): the book's depth follows it."""
        self.advance(at)
        market = self._markets.get(key) or self._listed(key, at)
        market.turnover = turnover

    def on_funding(self, key: str, rate: float, price: float, at: Millis) -> None:
        """A funding time: rate x quantity x price, a long pays a positive rate."""
        self.advance(at)
        self._finish(self._exchange.fund(key, rate, price, at), at)

    def advance(self, at: Millis) -> None:
        """Market time passes: what is on its way arrives."""
        if self._wire.pending:
            self._wire.run(at)
        self._now = max(self._now, at)
        if self._full:
            self._finish([], at)
        reachable = self._faults.reachable(self._now) and not self._full
        if reachable != self._connected:
            self._connected = reachable
            why = "the exchange answers again" if reachable else "the exchange does not answer"
            self._emit(LinkChanged(self.profile.venue, reachable, "embedded", why, self._now))

    def drain(self) -> list[Event]:
        """Answers since the last call, oldest first (when no `emit` was given)."""
        taken, self._waiting[:] = self._waiting[:], []
        return taken

    # ------------------------------------------------------------ the person beside the bot

    def trade_by_hand(self, key: str, side: Side, quantity: Decimal) -> None:
        """Somebody trades on the same account at market; the bot is not told."""
        self._exchange.trade_by_hand(key, side, quantity, self._now)
        self._finish([], self._now)

    def cancel_by_hand(self, order_id: str) -> None:
        """Somebody cancels an order of the bot."""
        self._finish(self._exchange.cancel(order_id, self._now), self._now)

    def hang_up(self) -> None:
        """The bot died: answers on their way are lost, requests on their way still arrive."""
        self._wire.hang_up()
        self._waiting.clear()
        self._unsafe.clear()
        self._exchange.forget_reports()

    # ------------------------------------------------------------

    def _listed(self, key: str, at: Millis) -> Market:
        self.list_markets([key], at)
        return self._markets[key]

    def _finish(self, answers: list[Event], at: Millis) -> None:
        """Safe on disk first, then told: at no moment does the bot know more than the books.

        With a full disk nothing is told; a bot that is killed then finds that nothing happened.
        """
        self._now = max(self._now, at)
        self._unsafe += answers
        try:
            self._keep()
        except JournalBroken:
            self._full = True  # tried again whenever time passes
            return
        self._full = False
        safe, self._unsafe = self._unsafe, []
        for event in safe:
            self._wire.answer(event, at)

    def _keep(self) -> None:
        if self._disk is not None:
            self._disk.write(self.books)
        self.books.written()

    def _facts(self, question: Question, at: Millis) -> list[Event]:
        match question.about:
            case "order":
                return self._exchange.facts(question.subject, at)
            case "report":
                return [self._exchange.report(at)]
            case "price":
                return self._price(question.subject, at)
            case other:
                raise BadInput(f"a venue cannot be asked about '{other}'; use order, report, price")

    def _price(self, key: str, at: Millis) -> list[Event]:
        market = self._markets.get(key)
        if market is None or market.price <= 0.0:
            return []
        return [PriceSeen(key, market.price, at, independent=True)]


def _wire(profile: Profile, opening: Opening, emit: Emit) -> Wire:
    if profile.latency == (0, 0) and isinstance(opening.faults, NoFaults):
        return DirectWire(emit)
    return SlowWire(profile, emit, opening.faults, opening.seed)


def _opened(profile: Profile, opening: Opening) -> Books:
    """Books as the disk kept them, or a fresh account with the first deposit."""
    abilities = profile.capabilities
    cash = exact(abilities.default_capital) if opening.cash is None else opening.cash
    books = Books(_account(profile, cash), Orders(opening.remember))
    if opening.disk is not None and opening.disk.load(books, opening.remember):
        return books
    if isinstance(books.account, SpotAccount):
        for key, quantity in opening.coins.items():
            books.account.deposit(key, quantity)
    return books


def _account(profile: Profile, cash: Decimal) -> Account:
    abilities = profile.capabilities
    if abilities.margin:
        return MarginAccount(cash, profile.rules)
    return SpotAccount(cash, fee_rate(profile, maker=False), fee_in_base=abilities.fee_in_base)
