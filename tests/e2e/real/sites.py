"""The three loopback exchanges as one kind of thing: what differs between them is in a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tests.exchanges.binance.futures import FuturesWords, LoopbackFutures
from tests.exchanges.binance.listings import Listing
from tests.exchanges.binance.signing import ApiKey
from tests.exchanges.binance.spot import LoopbackSpot, SpotWords, market_of
from tests.exchanges.core.server import Server
from tests.exchanges.upbit.exchange import LoopbackUpbit, Upbit

D = Decimal
# Every scenario trades a coin of its own, so that none waits for another's candle to end.
COINS = tuple(f"K{letter}{letter}" for letter in "ABCDEFGHIJKLMNOPQRST")
KEY = ApiKey()
OWNED = D("12.5")  # coins of each kind that were the user's before the bot came


@dataclass(frozen=True, slots=True)
class Site:
    """One venue. `price` of every coin at the start, `amount` of an entry, `cash` of the account,
    all in `quote`. Paths are what orders, their cancels and their questions go to."""

    venue: str
    quote: str
    price: Decimal
    amount: int
    cash: str
    separator: str
    make: Callable[[tuple[str, ...]], Server]
    entries: tuple[str, str]
    exits: tuple[str, str]
    cancels: tuple[str, str]
    looks: tuple[str, str]
    protections: tuple[str, str] | None
    account: str
    minutes: str  # recorded candles under ../shared/market

    @property
    def margined(self) -> bool:
        """Whether contracts are traded, not coins."""
        return self.venue == "binance_futures"

    def symbol(self, coin: str) -> str:
        """`KAA/KRW`."""
        return f"{coin}/{self.quote}"

    def key(self, coin: str) -> str:
        """`upbit:KAA/KRW`."""
        return f"{self.venue}:{coin}/{self.quote}"

    def market(self, coin: str) -> str:
        """The exchange's own name: `KRW-KAA`, `KAAUSDT`."""
        return f"{self.quote}-{coin}" if self.separator else coin + self.quote


def _upbit(coins: tuple[str, ...]) -> Server:
    server = LoopbackUpbit(cash=D(UPBIT.cash))
    server.truth.markets.clear()
    for coin in coins:
        server.enlist(coin, UPBIT.price)
        server.truth.accounts.give(coin, OWNED)
    return server


def _listing(coin: str) -> Listing:
    return Listing(coin, step=D("0.001"), least=D("0.001"))


def _spot(coins: tuple[str, ...]) -> Server:
    owned = {coin: str(OWNED) for coin in coins}
    server = LoopbackSpot({"USDT": SPOT.cash, **owned}, listings=())
    assert isinstance(server.words, SpotWords)
    _list(server, server.words.desk.listings, coins)
    return server


def _futures(coins: tuple[str, ...]) -> Server:
    server = LoopbackFutures(FUTURES.cash, listings=())
    assert isinstance(server.words, FuturesWords)
    _list(server, server.words.desk.listings, coins)
    return server


def _list(server: Server, listings: dict[str, Listing], coins: tuple[str, ...]) -> None:
    for coin in coins:
        listing = _listing(coin)
        listings[listing.symbol] = listing
        server.truth.add(market_of(listing, SPOT.price))


UPBIT = Site(
    "upbit", "KRW", D(4_000), 100_000, "50000000", "-", _upbit,
    ("POST", "/v1/orders"), ("POST", "/v1/orders"), ("DELETE", "/v1/order"), ("GET", "/v1/order"),
    None, "/v1/accounts", "upbit__BTC-KRW__1m.parquet",
)  # fmt: skip
SPOT = Site(
    "binance_spot", "USDT", D(100), 300, "50000", "", _spot,
    ("POST", "/api/v3/order"), ("POST", "/api/v3/order"), ("DELETE", "/api/v3/orderList"),
    ("GET", "/api/v3/order"), ("POST", "/api/v3/orderList/oco"), "/api/v3/account",
    "binanceusdm__BTC-USDT__1m.parquet",
)  # fmt: skip
FUTURES = Site(
    "binance_futures", "USDT", D(100), 300, "50000", "", _futures,
    ("POST", "/fapi/v1/order"), ("POST", "/fapi/v1/order"), ("DELETE", "/fapi/v1/algoOrder"),
    ("GET", "/fapi/v1/order"), ("POST", "/fapi/v1/algoOrder"), "/fapi/v3/balance",
    "binanceusdm__BTC-USDT__1m.parquet",
)  # fmt: skip
SITES = (UPBIT, SPOT, FUTURES)
BINANCE = (SPOT, FUTURES)


def keys_of(site: Site, server: Server) -> dict[str, str]:
    """What `.env` holds of a venue: its address and keys."""
    lines = {f"{site.venue.upper()}_API_URL": server.url}
    if isinstance(server, LoopbackUpbit):
        return lines | {
            "UPBIT_ACCESS_KEY": server.key.access,
            "UPBIT_SECRET_KEY": server.key.secret,
        }
    return lines | {"BINANCE_API_KEY": KEY.key, "BINANCE_API_SECRET": KEY.secret}


def revoke(server: Server) -> Callable[[], None]:
    """Take the key away; what comes back gives it back."""
    words = server.words
    if isinstance(words, Upbit):
        keys = list(words.keys)
        words.keys.clear()
        return lambda: words.keys.extend(keys)
    assert isinstance(words, (SpotWords, FuturesWords))
    known = words.door.keys.keys
    taken = known.pop(KEY.key)
    return lambda: known.update({KEY.key: taken})
