"""The exchange itself: takes orders, lets prices act on them, answers. No wire and no disk."""

from decimal import Decimal

from trader.domain.events import (
    CancelFailed,
    Event,
    FundingCharged,
    OrderEnded,
    OrderFilled,
    OrderNotFound,
    OrderOpened,
    VenueReported,
)
from trader.domain.order import Kind, Order, Side, Status
from trader.domain.time import DAY, MINUTE, Millis
from trader.rules.exits import met
from trader.venues.admission import duplicate, objection, refused
from trader.venues.books import Books
from trader.venues.faults import FaultPlan
from trader.venues.floor import Floor, at_market
from trader.venues.orders import VenueOrder
from trader.venues.profiles import Profile
from trader.venues.protection import band, limit_met, stop_met
from trader.venues.refusals import Problem


class Exchange:
    """Every method acts at once and returns what is to be told about it.

    `bands` holds, per market where anything waits, the prices (at or below, at or above) at which
    something happens: whoever brings prices need not ask further for the others.
    """

    def __init__(self, profile: Profile, books: Books, faults: FaultPlan) -> None:
        self.bands: dict[str, tuple[float, float]] = {}
        self._profile = profile
        self._books = books
        self._faults = faults
        self._floor = Floor(profile, books, faults)
        self._reported_at: Millis | None = None
        for key in {o.request.key for o in books.orders.all_live()} | books.account.held_keys():
            self._watch(key)

    def place(self, request: Order, at: Millis) -> list[Event]:
        """Take or refuse an order, and trade what can be traded at once."""
        if duplicate(request.id, self._books.orders, self._profile):
            return [refused(request, Problem.DUPLICATE, self._profile, at)]
        order = self._paper(request, at)
        problem = objection(order, self._books, self._profile, self._faults.skew(at))
        if problem is not None:
            return [refused(request, problem, self._profile, at)]
        out: list[Event] = []
        if self._profile.acknowledges:
            out.append(OrderOpened(request.id, order.venue_id, at))
        if order.at_market or self._crosses(request):
            self._floor.take(order, at, out)
        else:
            self._books.put(order)
        self._watch(request.key)
        return out

    def cancel(self, client_id: str, at: Millis) -> list[Event]:
        """End a live order; a list ends whole. What it traded before stays traded."""
        order = self._books.orders.of_client(client_id)
        if order is None or not order.live:
            refusal = self._profile.refusals[Problem.ABSENT]
            return [CancelFailed(client_id, f"{refusal.code} {refusal.reason}", at)]
        out: list[Event] = []
        self._floor.end(order, Status.CANCELED, "canceled", at, out)
        self._watch(order.request.key)
        return out

    def meet(self, key: str, at: Millis) -> list[Event]:
        """Let waiting orders of a market act on its price in force; then look at the margin."""
        price = self._books.markets[key].price
        out: list[Event] = []
        for order in self._books.orders.live(key):
            if order.at_market:
                self._floor.take(order, at, out)
            elif stop_met(order, price):
                self._floor.trigger(order, at, out)
            elif limit_met(order, price):
                self._floor.rest(order, at, out)
        direction, level = self._liquidation(key)
        if level > 0.0 and met(direction, price, level):
            self._floor.liquidate(key, at, out)
        self._watch(key)
        return out

    def fund(self, key: str, rate: float, price: float, at: Millis) -> list[Event]:
        """Charge funding to a position, once a moment."""
        amount = self._books.account.charge(key, rate, price, at)
        if not amount:
            return []
        funding = FundingCharged(key, amount, at)
        self._books.charge(funding)
        return [funding]

    def trade_by_hand(self, key: str, side: Side, quantity: Decimal, at: Millis) -> None:
        """Somebody else with access to the account buys or sells at market."""
        self._floor.take(self._paper(at_market("", key, side, quantity, at), at), at, [])
        self._watch(key)

    def facts(self, client_id: str, at: Millis) -> list[Event]:
        """All that is known of an order, as the facts that happened; or that it is not found."""
        order = self._books.orders.of_client(client_id)
        if order is None or order.hidden(at):
            return [OrderNotFound(client_id, at)]
        facts: list[Event] = [OrderOpened(client_id, order.child_id or order.venue_id, at)]
        facts += (OrderFilled(fill) for fill in order.fills)
        if not order.live:
            end = OrderEnded(client_id, order.status, order.reason, order.ended_at, order.filled)
            facts.append(end)
        return facts

    def report(self, at: Millis) -> VenueReported:
        """The whole truth of this moment; ended orders and foreign sales since the last report.

        The first report after a start goes back one day, the others overlap by a minute.
        """
        since = at - DAY if self._reported_at is None else self._reported_at - MINUTE
        self._reported_at = at
        orders, account = self._books.orders, self._books.account
        ended = tuple(orders.ended_since(since))
        live = (o for o in orders.all_live() if o.request.id and not o.hidden(at))
        return VenueReported(
            self._profile.venue,
            tuple(order.state() for order in live),
            tuple(o.state() for o in ended if o.request.id and not o.hidden(at)),
            account.holdings(orders),
            account.cash,
            account.cash_free(orders),
            tuple(_sale(order) for order in ended if _is_foreign_sale(order)),
            at,
            tuple(funding for funding in self._books.fundings if funding.at >= since),
        )

    def forget_reports(self) -> None:
        """Whoever asks next has read none: the next report is a first one."""
        self._reported_at = None

    def _paper(self, request: Order, at: Millis) -> VenueOrder:
        lag = self._profile.visibility_lag + self._faults.hidden(request.id)
        letter = self._profile.id_letters.get(request.kind, "o")
        return VenueOrder(self._books.number(letter), request, at, at + lag)

    def _crosses(self, request: Order) -> bool:
        """Whether a limit order finds somebody to trade with at once."""
        if request.kind is not Kind.LIMIT or request.price is None:
            return False
        price, limit = self._books.markets[request.key].price, float(request.price)
        return price < limit if request.side is Side.BUY else price > limit

    def _liquidation(self, key: str) -> tuple[int, float]:
        if not self._profile.liquidates:
            return 1, 0.0
        account = self._books.account
        return (1 if account.holding(key) > 0 else -1), account.liquidation(key)

    def _watch(self, key: str) -> None:
        """Work out anew at which prices something happens in a market."""
        live = self._books.orders.live(key)
        direction, liquidation = self._liquidation(key)
        if live or liquidation > 0.0:
            self.bands[key] = band(live, liquidation, direction)
        else:
            self.bands.pop(key, None)


def _is_foreign_sale(order: VenueOrder) -> bool:
    return not order.request.id and order.request.side is Side.SELL and order.filled > 0


def _sale(order: VenueOrder) -> tuple[str, Decimal, Decimal]:
    return order.request.key, order.filled, order.spent / order.filled
