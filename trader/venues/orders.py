"""Orders as the exchange knows them: what was asked, what became of it, who asked."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from trader.domain.events import OrderState
from trader.domain.money import ZERO
from trader.domain.order import Fill, Kind, Order, Side, Status
from trader.domain.time import Millis


@dataclass(frozen=True, slots=True)
class VenueOrder:
    """One order in the exchange's books.

    `request` is what was asked; its client id is empty for orders of other people. `triggered`: a
    stop that became a market order (of a list: its limit leg is dead). `stop_dead`: a list whose
    limit leg traded. `child_id` is the order that a triggered conditional order became.
    """

    venue_id: str
    request: Order
    accepted_at: Millis
    visible_at: Millis
    status: Status = Status.OPEN
    filled: Decimal = ZERO
    spent: Decimal = ZERO
    fills: tuple[Fill, ...] = ()
    triggered: bool = False
    stop_dead: bool = False
    child_id: str = ""
    ended_at: Millis = 0
    reason: str = ""

    @property
    def remaining(self) -> Decimal:
        """Base units that may still trade (of a buy by cost: unknown, hence 0)."""
        return ZERO if self.request.cost is not None else self.request.quantity - self.filled

    @property
    def at_market(self) -> bool:
        """Whether it takes any price now."""
        return self.request.kind is Kind.MARKET or self.triggered

    @property
    def live(self) -> bool:
        """Whether it may still trade."""
        return self.status in {Status.OPEN, Status.PARTIAL}

    def hidden(self, at: Millis) -> bool:
        """Whether questions do not see it yet (a clock that went back hides nothing)."""
        return self.accepted_at <= at < self.visible_at

    def traded(self, fills: Iterable[Fill]) -> "VenueOrder":
        """After more fills; FILLED when nothing remains."""
        order, done, spent = self.request, self.filled, self.spent
        more = tuple(fills)
        for fill in more:
            done += fill.quantity
            spent += fill.quantity * fill.price
        whole = order.cost is None and done >= order.quantity
        return replace(
            self,
            filled=done,
            spent=spent,
            fills=self.fills + more,
            status=Status.FILLED if whole else Status.PARTIAL if done else self.status,
            stop_dead=order.kind is Kind.OCO and not self.triggered,
        )

    def ended(self, status: Status, at: Millis, reason: str) -> "VenueOrder":
        """After its last moment."""
        return replace(self, status=status, ended_at=at, reason=reason)

    def state(self) -> OrderState:
        """As told in reports. A triggered conditional order is known by its child's id."""
        venue_id = self.child_id or self.venue_id
        return OrderState(self.request.id, venue_id, self.status, self.filled, self.fills)


class Orders:
    """All orders that the exchange remembers: every live one, and the last ones that ended."""

    def __init__(self, remember: int = 2_000) -> None:
        self._remember = remember
        self._live: dict[str, dict[str, VenueOrder]] = {}
        self._ended: OrderedDict[str, VenueOrder] = OrderedDict()
        self._latest: dict[str, VenueOrder] = {}
        self._used: set[str] = set()
        self.new_ids: list[str] = []  # used since the disk last looked

    def put(self, order: VenueOrder) -> None:
        """Write down an order's newest state."""
        request = order.request
        live = self._live.setdefault(request.key, {})
        if order.live:
            live[order.venue_id] = order
        else:
            live.pop(order.venue_id, None)
            self._ended[order.venue_id] = order
            self._forget()
        if request.id:
            self._latest[request.id] = order

    def _forget(self) -> None:
        while len(self._ended) > self._remember:
            _, old = self._ended.popitem(last=False)
            if self._latest.get(old.request.id) is old:
                del self._latest[old.request.id]

    def use(self, client_id: str) -> None:
        """Remember that an id was used, whatever became of it (only some venues do)."""
        if client_id not in self._used:
            self._used.add(client_id)
            self.new_ids.append(client_id)

    def was_used(self, client_id: str) -> bool:
        """Whether an id was ever used."""
        return client_id in self._used

    def of_client(self, client_id: str) -> VenueOrder | None:
        """The newest order with this client id."""
        return self._latest.get(client_id) if client_id else None

    def live(self, key: str) -> tuple[VenueOrder, ...]:
        """Live orders of one market, oldest first."""
        return tuple(self._live.get(key, {}).values())

    def all_live(self) -> Iterator[VenueOrder]:
        """Live orders of all markets."""
        for orders in self._live.values():
            yield from orders.values()

    def ended_since(self, at: Millis) -> Iterator[VenueOrder]:
        """Orders that ended at or after a moment, newest first."""
        for order in reversed(self._ended.values()):
            if order.ended_at < at:
                return
            yield order

    def everything(self) -> tuple[VenueOrder, ...]:
        """All remembered orders: ended ones, then live ones."""
        return (*self._ended.values(), *self.all_live())


def coins_locked(orders: Iterable[VenueOrder]) -> Decimal:
    """Coins that live sales hold back (spot)."""
    return sum((o.remaining for o in orders if o.request.side is Side.SELL), ZERO)


def cash_locked(orders: Iterable[VenueOrder], fee: Decimal) -> Decimal:
    """Quote currency that live purchases hold back, fee included (spot)."""
    return sum((_worth(o) for o in orders if o.request.side is Side.BUY), ZERO) * (1 + fee)


def margin_locked(orders: Iterable[VenueOrder]) -> Decimal:
    """Margin that live orders hold back which may open positions (futures)."""
    opening = (o for o in orders if not o.request.reduce_only)
    return sum((_worth(o) / o.request.leverage for o in opening), ZERO)


def _worth(order: VenueOrder) -> Decimal:
    request = order.request
    if request.cost is not None:
        return request.cost - order.spent
    dearest = max(request.price or ZERO, request.stop_price or ZERO)
    return order.remaining * dearest
