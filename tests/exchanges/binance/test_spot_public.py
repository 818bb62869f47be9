"""Spot's public questions, asked by ccxt: markets, candles, tickers, books, trades."""

from decimal import Decimal

import pytest

from tests.exchanges.binance.clients import BTC, Desk, spot
from tests.exchanges.binance.spot import SpotWords
from tests.exchanges.core.market import Bar

MINUTE = 60_000


def _bar(close: str, volume: str = "2") -> Bar:
    price, size = Decimal(close), Decimal(volume)
    return Bar(price - 1, price + 2, price - 2, price, size, size * price)


async def test_markets_carry_filters_and_states() -> None:
    async with spot() as desk:
        found = desk.ccxt.markets[BTC]
        assert (found["precision"]["price"], found["precision"]["amount"]) == (
            "0.01000000", "0.00001000",
        )  # fmt: skip
        assert found["limits"]["cost"]["min"] == "5.00000000"
        assert found["limits"]["market"]["max"] == "120.00000000"
        names = {f["filterType"] for f in found["info"]["filters"]}
        assert {"PRICE_FILTER", "LOT_SIZE", "NOTIONAL", "PERCENT_PRICE_BY_SIDE",
                "MAX_NUM_ALGO_ORDERS"} <= names  # fmt: skip
        active = {symbol: market["active"] for symbol, market in desk.ccxt.markets.items()}
        assert (active[BTC], active["LUNA/USDT"]) == (True, False)
        assert set(desk.ccxt.currencies) >= {"BTC", "USDT", "BNB"}


def _seeded(desk: Desk[SpotWords], minutes: dict[int, str]) -> int:
    """Bars so many minutes before the running one; the running one's start is returned."""
    now = desk.truth.clock.now() // MINUTE * MINUTE
    market = desk.truth.markets["BTCUSDT"]
    market.seed((now - back * MINUTE, _bar(close)) for back, close in sorted(minutes.items())[::-1])
    return now


async def test_candles_end_with_the_running_one_and_have_no_gaps() -> None:
    async with spot() as desk:
        now = _seeded(desk, {5: "100", 4: "110", 1: "120"})
        desk.move("125")
        rows = await desk.ccxt.fetch_ohlcv(BTC, "1m", None, 5)
        assert [row[0] for row in rows] == [now - n * MINUTE for n in (4, 3, 2, 1, 0)]
        assert [row[4] for row in rows] == [f"{p}.00000000" for p in (110, 110, 110, 120, 125)]
        assert [Decimal(row[5]) for row in rows] == [2, 0, 0, 2, Decimal("0.01")]
        assert [row[1] for row in rows[1:3]] == ["110.00000000"] * 2


async def test_candles_from_a_time_on_are_the_oldest_ones() -> None:
    async with spot() as desk:
        now = _seeded(desk, {n: str(100 + n) for n in range(1, 1_500)})
        since = now - 1_400 * MINUTE
        rows = await desk.ccxt.fetch_ohlcv(BTC, "1m", since, 5_000)
        assert (len(rows), rows[0][0], rows[-1][0]) == (1_000, since, since + 999 * MINUTE)
        until = await desk.ccxt.fetch_ohlcv(BTC, "1m", None, 3, {"until": now - 10 * MINUTE})
        assert [row[0] for row in until] == [now - n * MINUTE for n in (12, 11, 10)]


async def test_hours_are_made_of_minutes() -> None:
    async with spot() as desk:
        market, hour = desk.truth.markets["BTCUSDT"], 60 * MINUTE
        start = desk.truth.clock.now() // hour * hour - hour
        market.seed([(start, _bar("100")), (start + 59 * MINUTE, _bar("150", "3"))])
        found = await desk.ccxt.fetch_ohlcv(BTC, "1h", start, 1)
        assert [Decimal(n) for n in found[0][1:]] == [99, 152, 98, 150, 5]


async def test_tickers_of_one_some_and_all() -> None:
    async with spot() as desk:
        desk.move("61000")
        one = await desk.ccxt.fetch_ticker(BTC)
        assert (one["last"], one["bid"], one["ask"]) == (
            "61000.00000000", "61000.00000000", "61000.01000000",
        )  # fmt: skip
        assert len(await desk.ccxt.fetch_tickers()) == 5
        assert set(await desk.ccxt.fetch_tickers([BTC, "ETH/USDT"])) == {BTC, "ETH/USDT"}
        used = [int(a.fields.get("symbol") is None) for a in desk.server.log]
        assert used == [0, 1, 1]
        prices = await desk.ccxt.fetch_last_prices()
        assert prices[BTC]["price"] == "61000.00000000"
        best = await desk.ccxt.fetch_bids_asks([BTC])
        assert best[BTC]["ask"] == "61000.01000000"


async def test_book_and_trades() -> None:
    async with spot() as desk:
        desk.truth.move("BTCUSDT", Decimal(60_500), Decimal("0.3"), side="sell")
        book = await desk.ccxt.fetch_order_book(BTC, 5)
        assert (len(book["bids"]), book["bids"][0][0]) == (
            5,
            60_500.0,
        )  # ccxt makes numbers of a book whatever `number` says
        for trades in (await desk.ccxt.fetch_trades(BTC), await desk.ccxt.publicGetTrades({
            "symbol": "BTCUSDT", "limit": 5,
        })):  # fmt: skip
            assert len(trades) == 1
        last = (await desk.ccxt.fetch_trades(BTC))[0]
        assert (last["price"], last["amount"], last["side"]) == (
            "60500.00000000", "0.30000000", "sell",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("publicGetTicker24hr", {"symbol": "NOSUCH"}, -1121),
        ("publicGetKlines", {"symbol": "BTCUSDT", "interval": "7m"}, -1120),
        ("publicGetKlines", {"symbol": "BTCUSDT"}, -1102),
        ("publicGetDepth", {"symbol": "BTCUSDT", "limit": "ten"}, -1100),
        ("publicGetDepth", {"symbol": "BTCUSDT", "side": "BUY"}, -1104),
        ("publicGetTickerPrice", {"symbol": "BTCUSDT", "symbols": '["ETHUSDT"]'}, -1128),
    ],
)
async def test_wrong_questions(method: str, params: dict[str, str], code: int) -> None:
    async with spot() as desk:
        assert (await desk.refusal(getattr(desk.ccxt, method)(params)))[0] == code


async def test_the_clock_is_asked_for() -> None:
    async with spot() as desk:
        desk.truth.clock.advance(60_000)
        assert abs(await desk.ccxt.fetch_time() - desk.truth.clock.now()) < 5_000
        assert await desk.ccxt.publicGetPing() == {}
