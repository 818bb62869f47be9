"""The three exchanges of a simulated run: they outlive the bot, and their books are the truth."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

from tests.simulation.bot import CAPITAL
from tests.simulation.faults import Odds, Script, SeededFaults
from tests.simulation.prices import KEYS
from tests.simulation.witness import total
from trader.domain.events import Event
from trader.domain.instrument import VENUES, venue_of
from trader.domain.money import ZERO, exact
from trader.domain.order import Fill
from trader.domain.time import Millis
from trader.venues.faults import Fate, Request
from trader.venues.orders import VenueOrder
from trader.venues.profiles import PROFILES
from trader.venues.router import Router
from trader.venues.simulated import Opening, SimulatedVenue

# Coins that were there before the bot: they must be there afterwards.
KEPSAKES = {"upbit:BTC/KRW": Decimal("0.01"), "binance_spot:SOL/USDT": Decimal("3")}


class Counted(SeededFaults):
    """Seeded faults that count what they did: `fired` of them in all, and in `counts`, which is
    given to them, by what it was."""

    counts: Counter[str]
    fired = 0

    def _count(self, what: str, happened: bool) -> None:
        if happened:
            self.fired += 1
            self.counts[what] += 1

    def request(self, request: Request, at: Millis) -> Fate:
        """As planned."""
        fate = super().request(request, at)
        asking = request.what == "ask"
        self._count("lost question" if asking else "lost request", fate.lost)
        self._count("late request", fate.delay > 0)
        self._count("throttled", fate.throttled)
        self.counts["accepted after the time-out"] += fate.delay >= 10_000
        return fate

    def answer(self, event: Event, at: Millis) -> tuple[Millis, ...]:
        """As planned."""
        copies = super().answer(event, at)
        self._count("lost answer", not copies)
        self._count("repeated answer", len(copies) > 1)
        self._count("overtaken answer", bool(copies) and copies[0] > 0)
        return copies

    def share(self, order_id: str, at: Millis) -> float:
        """As planned."""
        share = super().share(order_id, at)
        self._count("partial fill", share < 1.0)
        return share

    def hidden(self, order_id: str) -> Millis:
        """As planned."""
        hidden = super().hidden(order_id)
        self._count("hidden order", hidden > 0)
        return hidden

    def skew(self, at: Millis) -> Millis:
        """As planned."""
        skew = super().skew(at)
        self._count("wrong clock", skew != 0)
        return skew


class Exchanges:
    """All three, each with faults of its own, and what can be read in their books."""

    def __init__(
        self, seed: int, span: tuple[Millis, Millis], emit: Callable[[Event], None],
        odds: Odds | None = None,
    ) -> None:  # fmt: skip
        self.faults: dict[str, Counted] = {}
        self._owned: dict[str, tuple[int, Decimal]] = {}  # by market: trades of the venue, coins
        self.venues: dict[str, SimulatedVenue] = {}
        for place, venue in enumerate(VENUES):
            faults = Counted(seed * 10 + place, *span, odds)
            opening = Opening(
                exact(CAPITAL[venue]),
                {key: coins for key, coins in KEPSAKES.items() if venue_of(key) == venue},
                faults=faults,
                seed=seed,
            )
            self.faults[venue] = faults
            self.venues[venue] = SimulatedVenue(PROFILES[venue], opening, emit)
        self.router = Router(self.venues)

    def count_in(self, counts: Counter[str]) -> None:
        """Where to count what went wrong."""
        for faults in self.faults.values():
            faults.counts = counts

    def open(self, at: Millis) -> None:
        """List all markets."""
        for venue, exchange in self.venues.items():
            exchange.list_markets([key for key in KEYS if venue_of(key) == venue], at)

    def hang_up(self) -> None:
        """The bot died."""
        for exchange in self.venues.values():
            exchange.hang_up()

    def disturb(self, at: Millis) -> None:
        """People do by hand what is due."""
        for venue, exchange in self.venues.items():
            for deed in self.faults[venue].disturb(exchange, at):
                self.faults[venue].counts[f"somebody {deed.what}"] += 1

    def scripts(self) -> dict[str, Script]:
        """What is bound to happen, per venue."""
        return {venue: faults.script for venue, faults in self.faults.items()}

    # ------------------------------------------------------------ their books

    def ours(self) -> list[VenueOrder]:
        """Every order with a client id, ended or not."""
        return [
            order
            for exchange in self.venues.values()
            for order in exchange.books.orders.everything()
            if order.request.id
        ]

    def live(self, key: str) -> list[VenueOrder]:
        """Live orders of ours in one market."""
        orders = self.venues[venue_of(key)].books.orders
        return [order for order in orders.live(key) if order.request.id]

    def fills(self, key: str, *, ours: bool = True) -> list[Fill]:
        """Everything that our orders (or other people's) traded in one market."""
        orders = self.venues[venue_of(key)].books.orders
        return [
            fill
            for order in orders.everything()
            if order.request.key == key and bool(order.request.id) is ours
            for fill in order.fills
        ]

    def foreign_hand(self, key: str) -> bool:
        """Whether somebody else ever traded in this market."""
        return bool(self.fills(key, ours=False))

    def owned(self, key: str) -> Decimal:
        """What the bot's orders amount to in one market, signed. Added up when something traded."""
        orders = self.venues[venue_of(key)].books.orders.everything()
        traded = sum([len(order.fills) for order in orders])
        before, owned = self._owned.get(key, (-1, ZERO))
        if traded != before:
            owned = total(self.fills(key))
            self._owned[key] = traded, owned
        return owned

    def holding(self, key: str) -> Decimal:
        """What the account holds, whoever bought it."""
        return self.venues[venue_of(key)].books.account.holding(key)

    def price(self, key: str) -> float:
        """The true price in force."""
        market = self.venues[venue_of(key)].books.markets.get(key)
        return market.price if market else 0.0

    def history(self) -> str:
        """Everything that the exchanges remember."""
        return "\n".join(
            repr((name, order))
            for name, exchange in self.venues.items()
            for order in exchange.books.orders.everything()
        )


def kept(key: str) -> Decimal:
    """What the user held before."""
    return KEPSAKES.get(key, ZERO)
