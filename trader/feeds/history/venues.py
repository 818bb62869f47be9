"""The three exchanges as a table: which public questions there are, and how they are answered.

Page sizes and lengths of candles are those of the exchanges' documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.spans import Span
from trader.domain.time import DAY, HOUR, MINUTE, Millis
from trader.feeds.history import answers, questions
from trader.feeds.history.page import Columns
from trader.feeds.history.questions import Asked

if TYPE_CHECKING:
    from trader.domain.candles import Ints


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of history. `method` is ccxt's, `days` its other one for candles of whole days."""

    method: str
    ask: Callable[[Asked], dict[str, object]]
    read: Callable[[Any], Columns]
    limit: int
    reach: Callable[[Ints, Span, Millis], Span]
    window: Callable[[Span], Span] = questions.whole
    days: str = ""

    @property
    def forward(self) -> bool:
        """Whether answers begin at the start of what was asked for, not at its end."""
        return self.reach in (questions.onwards, questions.onwards_open)


@dataclass(frozen=True, slots=True)
class BookSource:
    """Where the order book as it is now comes from."""

    method: str
    ask: Callable[[Asked], dict[str, object]]
    read: Callable[[Any, Millis], Columns]
    limit: int


@dataclass(frozen=True, slots=True)
class Venue:
    """One exchange. `gap` is ccxt's `rateLimit`: ms that a question of cost 1 takes.

    `lengths`: candles there are, in ms. `families`: ccxt's names of addresses -> path behind the
    host. `contract`: what ccxt's symbols end with.
    """

    name: str
    ccxt: str
    gap: float
    lengths: tuple[Millis, ...]
    families: Mapping[str, str]
    book: BookSource
    sources: Mapping[str, Source]
    options: Mapping[str, Any] = field(default_factory=dict)
    contract: str = ""


_BINANCE_LENGTHS = (
    *(n * MINUTE for n in (1, 3, 5, 15, 30)),
    *(n * HOUR for n in (1, 2, 4, 6, 8, 12)),
    DAY,
)
_UPBIT_LENGTHS = (*(n * MINUTE for n in (1, 3, 5, 10, 15, 30, 60, 240)), DAY)
_SAPI = {"sapi": "/sapi/v1", "sapiV2": "/sapi/v2", "sapiV3": "/sapi/v3", "sapiV4": "/sapi/v4"}


def _klines(method: str, limit: int) -> Source:
    return Source(
        method, questions.binance_interval, answers.binance_candles, limit, questions.onwards
    )


_UPBIT = Venue(
    name="Upbit",
    ccxt="upbit",
    gap=60,  # 8 a second of the 10 that are allowed: a bot may be asking too
    lengths=_UPBIT_LENGTHS,
    families={"public": "", "private": ""},
    book=BookSource("publicGetOrderbook", questions.upbit_depth, answers.upbit_book, 30),
    sources={
        "candles": Source(
            "publicGetCandlesMinutesUnit", questions.upbit_candles, answers.upbit_candles,
            200, questions.backwards, days="publicGetCandlesDays",
        ),
        "trades": Source(
            "publicGetTradesTicks", questions.upbit_trades, answers.upbit_trades,
            500, questions.backwards_open, questions.last_day,
        ),
    },
)  # fmt: skip
_SPOT = Venue(
    name="Binance spot",
    ccxt="binance",
    gap=75,  # two thirds of the weight that is allowed: a bot may be asking too
    lengths=_BINANCE_LENGTHS,
    families={"public": "/api/v3", "private": "/api/v3", "v1": "/api/v1", **_SAPI},
    options={"fetchMarkets": {"types": ["spot"]}},
    book=BookSource("publicGetDepth", questions.binance_depth, answers.binance_book, 100),
    sources={
        "candles": _klines("publicGetKlines", 1_000),
        "trades": Source(
            "publicGetAggTrades", questions.binance_span, answers.binance_trades,
            1_000, questions.onwards_open, questions.first_hour,
        ),
    },
)  # fmt: skip
_FUTURES = Venue(
    name="Binance futures",
    ccxt="binanceusdm",
    gap=50,  # half of the weight that is allowed
    lengths=_BINANCE_LENGTHS,
    families={
        "fapiPublic": "/fapi/v1", "fapiPrivate": "/fapi/v1",
        "fapiPublicV2": "/fapi/v2", "fapiPrivateV2": "/fapi/v2",
        "fapiPublicV3": "/fapi/v3", "fapiPrivateV3": "/fapi/v3",
        "fapiData": "/futures/data",
    },
    contract=":USDT",
    book=BookSource("fapiPublicGetDepth", questions.binance_depth, answers.binance_book, 100),
    sources={  # 499 candles weigh 2, 1500 weigh 10
        "candles": _klines("fapiPublicGetKlines", 499),
        "mark": _klines("fapiPublicGetMarkPriceKlines", 499),
        "funding": Source(
            "fapiPublicGetFundingRate", questions.binance_span, answers.funding,
            1_000, questions.onwards,
        ),
        "trades": Source(
            "fapiPublicGetAggTrades", questions.binance_span, answers.binance_trades,
            1_000, questions.onwards_open, questions.first_hour,
        ),
    },
)  # fmt: skip
VENUES: Mapping[str, Venue] = {UPBIT: _UPBIT, BINANCE_SPOT: _SPOT, BINANCE_FUTURES: _FUTURES}


def settings_of(venue: Venue, address: str, timeout: float) -> dict[str, Any]:
    """What ccxt is made with. `address`: scheme, host and port, empty for the exchange's own."""
    urls = {name: f"{address.rstrip('/')}{path}" for name, path in venue.families.items()}
    return {
        "enableRateLimit": True,
        "rateLimit": venue.gap,
        "timeout": round(timeout * 1_000),
        "options": dict(venue.options),
        **({"urls": {"api": urls}} if address else {}),
    }
