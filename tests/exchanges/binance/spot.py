"""The loopback Binance, spot: REST, market streams and WebSocket API behind one address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tests.exchanges.binance import spot_events as events
from tests.exchanges.binance.access import WEIGHT, Door
from tests.exchanges.binance.listings import SPOT, Listing
from tests.exchanges.binance.sides import Spoken
from tests.exchanges.binance.signing import ApiKey, Signed
from tests.exchanges.binance.spot_desk import Coins, SpotDesk
from tests.exchanges.binance.spot_routes import public, sapi, trading
from tests.exchanges.binance.streams import Streams
from tests.exchanges.binance.wsapi import UserStream
from tests.exchanges.core.books import Change
from tests.exchanges.core.budgets import Budgets, Limit
from tests.exchanges.core.clock import Clock
from tests.exchanges.core.hub import Connection, Hub
from tests.exchanges.core.market import Market
from tests.exchanges.core.orders import State
from tests.exchanges.core.server import Server
from tests.exchanges.core.truth import Truth
from tests.exchanges.core.wire import Asked, Route

TEN_SECONDS, DAILY = "orders, 10 s", "orders, day"
COUNTS = {WEIGHT: "X-MBX-USED-WEIGHT-1M", TEN_SECONDS: "X-MBX-ORDER-COUNT-10S",
          DAILY: "X-MBX-ORDER-COUNT-1D"}  # fmt: skip
LIMITS = {
    WEIGHT: Limit(6_000, 60_000, aligned=True), TEN_SECONDS: Limit(100, 10_000, aligned=True),
    DAILY: Limit(200_000, 86_400_000, aligned=True),
}  # fmt: skip
FUNDS = {"USDT": "10000", "BTC": "1", "BNB": "1"}
PRICES = {"BTC": "60000", "ETH": "3000", "BNB": "600", "XRP": "0.5", "LUNA": "1"}


@dataclass
class SpotWords(Spoken):
    """Spot's side of the core's `Words`."""

    desk: SpotDesk
    door: Door
    user: UserStream
    market: Streams
    routes: Sequence[Route] = ()
    streams: Mapping[str, Callable[[Connection, str], None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.routes = [
            *public(self.desk, self.door), *trading(self.desk, self.door),
            *sapi(self.desk.truth, self.door),
        ]  # fmt: skip
        subscribed = self.market.hear
        self.streams = {
            "/ws-api/v3": self.user.hear, "/stream": subscribed, "/stream/ws": subscribed,
            "/stream/ws/{n}": subscribed, "/ws": subscribed,
        }  # fmt: skip

    def on(self, change: Change) -> None:
        """One change of the books, to everything that lives by them."""
        if change.order is not None:
            words = {"type": change.order.kind.upper(), "tif": "GTC", "list": -1}
            change.order.extra = words | change.order.extra  # of orders by hand
        self.user.on(change)
        self.market.on(change)
        if change.order is not None:
            self.desk.link(change.order, change.trade)
            self.desk.afford(change.order)

    def transfer(self, asset: str, amount: Decimal) -> None:
        """A deposit or a withdrawal of the account's owner. Raises `ShortOfFundsError`."""
        self.desk.truth.transfer(asset, amount)
        self.user.push(events.moved(asset, amount, self.desk.truth.clock.now()))


class LoopbackSpot(Server):
    """A spot exchange that is not started yet, with one account.

    Start it with `served` (asynchronous tests) or `serving` (a thread, for tests that start
    processes). Then: `truth` moves prices, trades by hand and is what our books are compared
    with; `fault` and `hub` spoil requests and streams; `budgets` tell whether a limit was met;
    `log` and `asked` what came in; `key` is for clients, `binance` holds what is Binance's own
    (`transfer`, `door.refuse`, `door.keys.revoke`, `desk.lists`, `user.terminate`).
    """

    def __init__(
        self, funds: Mapping[str, str] = FUNDS, keys: Sequence[ApiKey] = (ApiKey(),),
        clock: Clock | None = None, listings: Sequence[Listing] = SPOT, *, bnb_fees: bool = False,
    ) -> None:  # fmt: skip
        coins = Coins({}, bnb_fees)
        truth = Truth(clock or Clock(), coins, dry_ends=State.EXPIRED)
        coins.markets = truth.markets
        for listing in listings:
            truth.add(market_of(listing, Decimal(PRICES.get(listing.base, "100"))))
        for asset, amount in funds.items():
            truth.accounts.give(asset, Decimal(amount))
        budgets, hub, known = Budgets(LIMITS), Hub(), Signed({key.key: key for key in keys})
        door = Door(truth.clock, known, budgets, (TEN_SECONDS, DAILY), COUNTS, _may)
        desk = SpotDesk(truth, coins, {listing.symbol: listing for listing in listings})
        streams = Streams(truth, hub, desk.listings)
        self.binance = SpotWords(desk, door, UserStream(desk, hub, known), streams)
        self.key = keys[0]
        truth.listeners.append(self.binance.on)
        super().__init__(truth, self.binance, budgets, hub, beat=streams.beat)


def _may(key: ApiKey, asked: Asked) -> bool:
    """A key without the right to trade may still look."""
    return key.spot or asked.method == "GET"


def market_of(listing: Listing, price: Decimal) -> Market:
    """The core's market of a listing."""
    return Market(
        listing.symbol, listing.base, listing.quote, price, tick=listing.tick, step=listing.step,
        depth_value=Decimal(1_000_000),
    )  # fmt: skip
