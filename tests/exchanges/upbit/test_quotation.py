"""What the real ccxt reads out of the loopback Upbit's public answers."""

from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.exchanges.core.market import MINUTE, Bar
from tests.exchanges.upbit.candles import DAY, WEEK
from tests.exchanges.upbit.exchange import LoopbackUpbit
from tests.exchanges.upbit.ticks import tick_at

D = Decimal
NOON = 1_755_950_400_000  # 2025-08-23T12:00:00Z, a Saturday


def _bars(count: int, start: int = NOON) -> list[tuple[int, Bar]]:
    """A minute's bar for each of so many minutes before `start`."""
    return [
        (start - n * MINUTE, Bar(D(100 + n), D(110 + n), D(90 + n), D(101 + n), D(2), D(200)))
        for n in range(1, count + 1)
    ]


async def test_markets_and_their_warnings(upbit: LoopbackUpbit, client: Any) -> None:
    upbit.truth.markets["KRW-XRP"].extra |= {
        "warning": True, "cautions": ("TRADING_VOLUME_SOARING",),
    }  # fmt: skip
    markets = await client.load_markets()
    assert list(markets) == ["BTC/KRW", "ETH/KRW", "XRP/KRW"]
    assert markets["BTC/KRW"]["taker"] == "0.0005"
    listed = await client.publicGetMarketAll({"isDetails": "true"})
    events = {line["market"]: line["market_event"] for line in listed}
    assert (events["KRW-XRP"]["warning"], events["KRW-BTC"]["warning"]) == (True, False)
    assert [name for name, on in events["KRW-XRP"]["caution"].items() if on] == [
        "TRADING_VOLUME_SOARING"
    ]


async def test_tickers(upbit: LoopbackUpbit, client: Any) -> None:
    upbit.truth.markets["KRW-ETH"].extra["turnover_24h"] = D(90_000_000_000)
    upbit.truth.move("KRW-BTC", D(151_000_000), D("0.5"))
    upbit.truth.move("KRW-BTC", D(149_500_000), D("0.5"), "sell")
    tickers = await client.fetch_tickers()
    assert {s: t["last"] for s, t in tickers.items()} == {
        "BTC/KRW": "149500000.0", "ETH/KRW": "5000000.0", "XRP/KRW": "3000.0",
    }  # fmt: skip
    assert tickers["ETH/KRW"]["quoteVolume"] == "90000000000.0"
    assert tickers["BTC/KRW"]["baseVolume"] == "1.0"
    one = await client.fetch_ticker("BTC/KRW")
    assert (one["open"], one["high"], one["low"]) == ("151000000.0", "151000000.0", "149500000.0")
    assert one["info"]["change"] == "FALL"
    assert one["timestamp"] == upbit.truth.markets["KRW-BTC"].prints[-1].at
    everything = await client.publicGetTickerAll({"quote_currencies": "KRW"})
    assert len(everything) == 3


async def test_candles_of_minutes_without_trades_are_missing(
    upbit: LoopbackUpbit, client: Any
) -> None:
    gap = [(at, bar) for at, bar in _bars(10) if at != NOON - 4 * MINUTE]
    upbit.truth.markets["KRW-BTC"].seed(gap)
    rows = await client.fetch_ohlcv("BTC/KRW", "1m", NOON - 5 * MINUTE, 5)
    assert [row[0] for row in rows] == [NOON - n * MINUTE for n in (5, 3, 2, 1)]
    assert rows[-1] == [NOON - MINUTE, "101.0", "111.0", "91.0", "102.0", "2.0"]
    raw = await client.publicGetCandlesMinutes1({"market": "KRW-BTC", "count": 3})
    assert [line["candle_date_time_utc"] for line in raw] == [
        "2025-08-23T11:59:00", "2025-08-23T11:58:00", "2025-08-23T11:57:00",
    ]  # fmt: skip
    assert raw[0]["candle_date_time_kst"] == "2025-08-23T20:59:00"


async def test_candles_are_joined_and_cut_at_two_hundred(upbit: LoopbackUpbit, client: Any) -> None:
    upbit.truth.markets["KRW-BTC"].seed(_bars(15 * 1_440))
    hours = await client.fetch_ohlcv("BTC/KRW", "1h", NOON - 3 * 60 * MINUTE, 3)
    assert [row[5] for row in hours] == ["120.0"] * 3
    days = await client.fetch_ohlcv("BTC/KRW", "1d", NOON // DAY * DAY - 3 * DAY, 3)
    assert [row[5] for row in days] == ["2880.0"] * 3
    weeks = await client.fetch_ohlcv("BTC/KRW", "1w", limit=2)
    assert [row[0] % WEEK for row in weeks] == [4 * DAY] * 2  # Mondays
    minutes = await client.fetch_ohlcv("BTC/KRW", "1m")
    assert len(minutes) == 200
    with pytest.raises(ccxt.ExchangeError, match="count must be"):
        await client.publicGetCandlesMinutes1({"market": "KRW-BTC", "count": 201})


async def test_a_day_tells_what_the_day_before_ended_at(upbit: LoopbackUpbit, client: Any) -> None:
    upbit.truth.markets["KRW-BTC"].seed(_bars(3 * 1_440))
    days = await client.publicGetCandlesDays({"market": "KRW-BTC", "count": 2})
    assert float(days[0]["prev_closing_price"]) == float(days[1]["trade_price"])


async def test_trades_newest_first(upbit: LoopbackUpbit, client: Any) -> None:
    upbit.truth.move("KRW-BTC", D(150_001_000), D("0.1"))
    upbit.truth.move("KRW-BTC", D(150_000_000), D("0.2"), "sell")
    trades = await client.fetch_trades("BTC/KRW")
    assert [(t["side"], t["price"], t["amount"]) for t in trades] == [
        ("buy", "150001000.0", "0.1"), ("sell", "150000000.0", "0.2"),
    ]  # fmt: skip
    raw = await client.publicGetTradesTicks({"market": "KRW-BTC", "count": 1})
    assert raw[0]["ask_bid"] == "ASK"
    assert trades[0]["id"] < trades[1]["id"]


async def test_order_book_and_tick(upbit: LoopbackUpbit, client: Any) -> None:
    book = await client.fetch_order_book("BTC/KRW")
    assert (book["bids"][0][0], book["asks"][0][0]) == (150e6, 150.001e6)
    assert (len(book["bids"]), len(book["asks"])) == (30, 30)
    upbit.truth.depth("KRW-BTC", [(D(149_999_000), D("0.2"))], [(D(150_003_000), D("0.1"))])
    book = await client.fetch_order_book("BTC/KRW")
    assert book["asks"][0] == [150.003e6, 0.1]  # floats in spite of `number = str`
    steps = await client.publicGetOrderbookInstruments({"markets": "KRW-BTC,KRW-XRP"})
    assert [line["tick_size"] for line in steps] == ["1000", "1"]


@pytest.mark.parametrize(
    ("price", "tick"),
    [
        ("2000000", "1000"), ("999999", "500"), ("100000", "100"), ("50000", "50"), ("9999", "5"),
        ("4999", "1"), ("100", "1"), ("99.9", "0.1"), ("1", "0.01"), ("0.5", "0.001"),
        ("0.000009", "0.00000001"),
    ],
)  # fmt: skip
def test_the_table_of_ticks(price: str, tick: str) -> None:
    assert tick_at(D(price)) == D(tick)


async def test_what_does_not_exist(upbit: LoopbackUpbit, client: Any) -> None:
    with pytest.raises(ccxt.ExchangeError, match="Code not found"):
        await client.publicGetTicker({"markets": "KRW-BTC,KRW-NOPE"})
    with pytest.raises(ccxt.BadRequest, match="Missing request parameter"):
        await client.publicGetCandlesMinutes1()
    assert [asked.status for asked in upbit.log] == [404, 400]
