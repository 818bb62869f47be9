"""The loopback Binance, USD-M futures: REST, market and user streams behind one address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tests.exchanges.binance.access import WEIGHT, Door
from tests.exchanges.binance.futures_desk import FuturesDesk, Margin
from tests.exchanges.binance.futures_routes import mark_event, private, public, trading
from tests.exchanges.binance.futures_user import ListenKeys
from tests.exchanges.binance.futures_watch import Watch
from tests.exchanges.binance.listings import FUTURES, Listing
from tests.exchanges.binance.positions import Wallet
from tests.exchanges.binance.sides import Spoken
from tests.exchanges.binance.signing import ApiKey, Signed
from tests.exchanges.binance.spot import PRICES, market_of
from tests.exchanges.binance.spot_routes import sapi
from tests.exchanges.binance.streams import Streams
from tests.exchanges.core.books import Change
from tests.exchanges.core.budgets import Budgets, Limit
from tests.exchanges.core.clock import Clock
from tests.exchanges.core.hub import Connection, Hub
from tests.exchanges.core.orders import State
from tests.exchanges.core.server import Server
from tests.exchanges.core.truth import Truth
from tests.exchanges.core.wire import Asked, Route

TEN_SECONDS, MINUTELY = "orders, 10 s", "orders, minute"
COUNTS = {WEIGHT: "X-MBX-USED-WEIGHT-1M", TEN_SECONDS: "X-MBX-ORDER-COUNT-10S",
          MINUTELY: "X-MBX-ORDER-COUNT-1M"}  # fmt: skip
LIMITS = {
    WEIGHT: Limit(2_400, 60_000, aligned=True), TEN_SECONDS: Limit(300, 10_000, aligned=True),
    MINUTELY: Limit(1_200, 60_000, aligned=True),
}  # fmt: skip


@dataclass
class FuturesWords(Spoken):
    """USD-M's side of the core's `Words`. `watch` is what a test drives beside the books."""

    desk: FuturesDesk
    door: Door
    watch: Watch
    market: Streams
    routes: Sequence[Route] = ()
    streams: Mapping[str, Callable[[Connection, str], None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.routes = [
            *public(self.desk, self.door), *trading(self.desk, self.door, self.watch),
            *private(self.desk, self.door, self.watch), *sapi(self.desk.truth, self.door),
        ]  # fmt: skip
        paths = [f"/{kind}/{end}" for kind in ("public", "market") for end in ("ws", "ws/{n}")]
        heard = dict.fromkeys([*paths, "/ws", "/ws/{n}", "/private/ws"], self.market.hear)
        self.streams = heard

    def on(self, change: Change) -> None:
        """One change of the books, to everything that lives by them."""
        if change.order is not None:
            words = {"type": change.order.kind.upper(), "tif": "GTC"}
            change.order.extra = words | change.order.extra  # of orders by hand
        self.watch.on(change)
        self.market.on(change)

    def beat(self) -> None:
        """Time went on."""
        self.watch.beat()
        self.market.beat()


class LoopbackFutures(Server):
    """A USD-M exchange that is not started yet, with one account; used like `LoopbackSpot`.

    `binance` holds what is Binance's own: `watch` (marks, funding, liquidation, margin calls,
    listen keys), `desk` (positions, conditional orders, income), `door`.
    """

    def __init__(
        self, usdt: str = "1000", keys: Sequence[ApiKey] = (ApiKey(),),
        clock: Clock | None = None, listings: Sequence[Listing] = FUTURES,
    ) -> None:  # fmt: skip
        margin = Margin()
        truth = Truth(clock or Clock(), margin, dry_ends=State.EXPIRED)
        for listing in listings:
            truth.add(market_of(listing, Decimal(PRICES.get(listing.base, "100"))))
        truth.accounts.give("USDT", Decimal(usdt))
        listed = {listing.symbol: listing for listing in listings}
        desk = margin.desk = FuturesDesk(truth, Wallet(truth.accounts.of("USDT")), listed)
        budgets, hub, known = Budgets(LIMITS), Hub(), Signed({key.key: key for key in keys})
        groups = (TEN_SECONDS, MINUTELY)
        door = Door(truth.clock, known, budgets, groups, COUNTS, _may, strict=False)
        streams = Streams(truth, hub, listed, lambda symbol: mark_event(desk, symbol))
        streams.patience = 10
        watch = Watch(desk, ListenKeys(hub, truth.clock))
        self.binance = FuturesWords(desk, door, watch, streams)
        self.key = keys[0]
        truth.listeners.append(self.binance.on)
        super().__init__(truth, self.binance, budgets, hub, beat=self.binance.beat)


def _may(key: ApiKey, asked: Asked) -> bool:
    """Without the right to futures a key may not even look there."""
    return key.futures or asked.path.startswith("/sapi")
