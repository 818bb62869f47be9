"""The trading floor: turns orders that may trade into trades, money moved, and what to tell."""

from dataclasses import replace
from decimal import Decimal

from trader.domain.events import Event, Liquidated, OrderEnded, OrderFilled
from trader.domain.money import ZERO, exact
from trader.domain.order import Fill, Kind, Order, Purpose, Side, Status
from trader.domain.time import Millis
from trader.venues.account import EXACT
from trader.venues.books import Books
from trader.venues.faults import FaultPlan
from trader.venues.matching import Piece, on_tick, rested, share_of, taken
from trader.venues.orders import VenueOrder
from trader.venues.profiles import Profile, fee_rate


class Floor:
    """Trades on the books. What the bot should hear is appended to `out`, in order."""

    def __init__(self, profile: Profile, books: Books, faults: FaultPlan) -> None:
        self._profile = profile
        self._books = books
        self._faults = faults
        self._maker = fee_rate(profile, maker=True)
        self._taker = fee_rate(profile, maker=False)

    def take(self, order: VenueOrder, at: Millis, out: list[Event]) -> None:
        """Let an order take what the book offers; whatever is left of it rests or ends."""
        market = self._books.markets[order.request.key]
        share = self._faults.share(order.request.id, at)
        most = share_of(self._allowed(order), share, market.rules.lot_step)
        by_cost = order.request.cost is not None
        able = share >= 1.0 if by_cost else most > 0
        pieces = taken(order, market, self._profile, most) if able else []
        order = self._trade(order, pieces, self._taker, at, out)
        if by_cost and able:
            self.end(order, self._profile.cost_buy_ends, "the rest buys nothing", at, out)
        elif order.at_market and share >= 1.0 and self._allowed(order) > 0:
            self.end(order, Status.CANCELED, "no more offers in the book", at, out)
        else:
            self._conclude(order, at, out)

    def rest(self, order: VenueOrder, at: Millis, out: list[Event]) -> None:
        """Let a resting limit trade at its own price."""
        market = self._books.markets[order.request.key]
        share = self._faults.share(order.request.id, at)
        most = share_of(self._allowed(order), share, market.rules.lot_step)
        pieces = rested(order, market, self._profile, most)
        self._conclude(self._trade(order, pieces, self._maker, at, out), at, out)

    def trigger(self, order: VenueOrder, at: Millis, out: list[Event]) -> None:
        """A stop met its price: it becomes a market order (of a list: its limit dies)."""
        conditional = self._profile.id_letters.get(order.request.kind) == "a"
        child = self._books.number("o") if conditional else ""
        self.take(replace(order, triggered=True, child_id=child), at, out)

    def end(
        self, order: VenueOrder, status: Status, why: str, at: Millis, out: list[Event]
    ) -> None:
        """An order's last moment."""
        self._books.put(order.ended(status, at, why))
        if order.request.id:
            out.append(OrderEnded(order.request.id, status, why, at, order.filled))

    def liquidate(self, key: str, at: Millis, out: list[Event]) -> None:
        """Close a position that its margin no longer carries; its orders go with it."""
        for order in self._books.orders.live(key):
            self.end(order, Status.CANCELED, "liquidation", at, out)
        held = self._books.account.holding(key)
        side = Side.SELL if held > 0 else Side.BUY
        piece = Piece(abs(held), self._forced_price(key, side))
        name = self._books.number("autoclose-")
        request = at_market(name, key, side, piece.quantity, at)
        fill = self._fill(request, piece, self._taker, at)
        self._books.account.settle(fill, 1)
        out.append(Liquidated(fill, at))

    def _forced_price(self, key: str, side: Side) -> Decimal:
        """The price in force, but not beyond ruin: the exchange's insurance bears the rest."""
        market = self._books.markets[key]
        ruin = self._books.account.ruin(key)
        price = max(market.price, ruin) if side is Side.SELL else min(market.price, ruin)
        tick = market.rules.tick_at(exact(price))
        return exact(price) if tick is None else on_tick(price, tick, up=side is Side.SELL)

    def _allowed(self, order: VenueOrder) -> Decimal:
        """What may still trade: never more than there is to reduce when it only reduces."""
        request = order.request
        if not request.reduce_only:
            return order.remaining
        return min(order.remaining, self._books.account.sellable(request.key, request.side, ()))

    def _trade(
        self, order: VenueOrder, pieces: list[Piece], rate: Decimal, at: Millis, out: list[Event]
    ) -> VenueOrder:
        fills = [self._fill(order.request, piece, rate, at) for piece in pieces]
        for fill in fills:
            self._books.account.settle(fill, order.request.leverage)
            if order.request.id:
                out.append(OrderFilled(fill))
        return order.traded(fills) if fills else order

    def _fill(self, request: Order, piece: Piece, rate: Decimal, at: Millis) -> Fill:
        quantity, price = piece
        fee = EXACT.multiply(EXACT.multiply(quantity, price), rate)
        in_base = self._profile.capabilities.fee_in_base and request.side is Side.BUY
        return Fill(
            self._books.number("t"), request.id, request.key, request.side, quantity, price, fee,
            at + self._faults.skew(at), quantity * rate if in_base else ZERO,
        )  # fmt: skip

    def _conclude(self, order: VenueOrder, at: Millis, out: list[Event]) -> None:
        if order.status is Status.FILLED:
            self.end(order, Status.FILLED, _leg(order), at, out)
        elif order.request.reduce_only and self._allowed(order) <= 0:
            self.end(order, Status.CANCELED, "nothing left to reduce", at, out)
        else:
            self._books.put(order)


def _leg(order: VenueOrder) -> str:
    """Which side of a list traded."""
    if order.request.kind is not Kind.OCO:
        return "filled"
    return "stop" if order.triggered else "take_profit"


def at_market(client_id: str, key: str, side: Side, quantity: Decimal, at: Millis) -> Order:
    """An order that no bot sent: a person's, or the exchange's own."""
    return Order(
        client_id, key, side, Kind.MARKET, Purpose.EXIT, quantity, "", "", "not ours", at, 0.0
    )
