"""What the two desks of Binance do alike: orders with their trades, fees, sales of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from trader.domain.instrument import Instrument
from trader.domain.order import Fill, Side
from trader.domain.time import MINUTE, Millis
from trader.venues.profiles import fee_rate, profile_of
from trader.venues.real.asking import key_of, market_of, prices_of, trades_of, trades_since
from trader.venues.real.budget import Urgency
from trader.venues.real.calling import Call
from trader.venues.real.desks.oddities import Oddities
from trader.venues.real.desks.pages import read_pages
from trader.venues.real.desks.ports import Own
from trader.venues.real.line import Ears, Line, NotListed, NotThere
from trader.venues.real.offers import Offers, nothing
from trader.venues.real.reading import binance as reading
from trader.venues.real.reading.fields import Row, row, text
from trader.venues.real.told import Told

NO_MARKET = "-1121"
PRICE_LASTS = MINUTE  # fees are small: their coin's price may be so old


SPOT_ORDER = "privateGetOrder"
FUTURES_ORDER = "fapiPrivateGetOrder"


FORCED = ("autoclose-", "adl_autoclose", "settlement_autoclose-")  # how liquidations are named


@dataclass(slots=True)
class Others:
    """What was not done by us: (key, quantity, price) each, and liquidations."""

    sales: list[tuple[str, Decimal, Decimal]] = field(default_factory=list)
    forced: list[Fill] = field(default_factory=list)


class Ledger:
    """Trades of one account at Binance, and whose they are.

    `looked_up`: ccxt's name of the question for one order.
    """

    def __init__(
        self, line: Line, own: Own, ears: Ears, oddities: Oddities, looked_up: str
    ) -> None:
        self._line = line
        self._oddities = oddities
        self._own = own
        self._ears = ears
        self._looked_up = looked_up
        self.offers = Offers(own.venue, line, ears)
        self._whose: dict[str, bool] = {}  # market and Binance's order id -> ours
        self._forced: dict[str, str] = {}  # the same -> client id, of liquidations
        self._prices: dict[str, tuple[Decimal, Millis]] = {}

    def note(self, of: Row, *, ours: bool) -> None:
        """Whose an order is."""
        self._whose[_name(of)] = ours
        name = text(of, "clientOrderId")
        if name.startswith(FORCED):
            self._forced[_name(of)] = name

    async def read_order(self, key: str, venue_id: str) -> Row:
        """One order by Binance's id."""
        asked = {"symbol": market_of(key), "orderId": venue_id}
        return row(await self._line.read(Call(self._looked_up, asked), Urgency.TRADE), "an order")

    async def filled(
        self, of: Row, key: str, order_id: str, name: str = "", venue_id: str = ""
    ) -> Told:
        """An order with its trades. `name`: the client id that it bears there, when it is a leg or
        a child and `order_id` is what we call the whole; `venue_id`: by which it was asked for."""
        known = venue_id or self._own.venue_id_of(order_id)
        told = replace(reading.order(of, name or order_id, known), order_id=order_id)
        self.note(of, ours=True)
        if not told.filled:
            return told
        asked = trades_of(self._own.venue, key, told.venue_id)
        there = reading.trades(await self._line.read(asked, Urgency.TRADE))
        trades = [one for one in there if str(one.get("orderId", told.venue_id)) == told.venue_id]
        return replace(told, fills=await self.fills(trades, order_id, key, reading.side_of(of)))

    async def fills(
        self, trades: Sequence[Row], order_id: str, key: str, side: Side
    ) -> tuple[Fill, ...]:
        """Trades as fills of ours."""
        coins = reading.strange_coins(trades, key)
        worth = {coin: await self._worth(coin, trades) for coin in coins}
        return reading.fills(trades, order_id, key, side, worth)

    async def _worth(self, coin: str, trades: Sequence[Row]) -> Decimal:
        """Price of a coin that fees were taken in; of one without a market here what the usual fee
        makes of it."""
        try:
            return await self._price(coin)
        except NotListed as no:
            rate = fee_rate(profile_of(self._own.venue), maker=False)
            self._ears.notice("fee_estimated", f"{no}: fees in {coin} are counted as {rate:%}")
            return rate * reading.turnover_per_fee(trades, coin)

    async def _price(self, coin: str) -> Decimal:
        """Of a coin that fees are taken in, in the quote currency; on the spot market."""
        price, at = self._prices.get(coin, (Decimal(0), -PRICE_LASTS))
        if self._ears.now() - at >= PRICE_LASTS:
            key = Instrument(self._own.venue, coin, reading.QUOTE).key
            price = reading.price(await self.offers.first(*prices_of(self._own.venue, key)))
            self._prices[coin] = price, self._ears.now()
        return price

    async def others(self, key: str, since: Millis, *, both: bool) -> Others:
        """What others did in a market: sales (`both`: and purchases, of contracts)."""
        asking = read_pages(
            self._line, self._oddities, trades_since(self._own.venue, key, since), "time"
        )
        trades = await self.offers.unless_missing(asking, nothing, "what others trade is not seen")
        found = Others()
        for trade in trades:
            with self._oddities.leaving_out(trade):
                if (both or not reading.bought(trade)) and not await self._ours(trade, key):
                    await self._note_other(trade, key, found)
        return found

    async def _note_other(self, trade: Row, key: str, found: Others) -> None:
        forced = self._forced.get(_name(trade))
        if forced is None:
            found.sales.append(reading.sale(trade, key))
        else:
            found.forced += await self.fills([trade], forced, key, reading.side_of(trade))

    async def _ours(self, trade: Row, key: str) -> bool:
        """Whether a trade is of an order of ours: unknown orders are asked for, once."""
        name = _name(trade)
        if name not in self._whose:
            try:
                of = await self.read_order(key, text(trade, "orderId"))
            except NotThere:  # too old to be told: nobody's name is on it
                of = {**trade, "clientOrderId": "?"}
            self.note(of, ours=self._own.claims(text(of, "clientOrderId")))
        return self._whose[name]

    def busy(self, rows: Iterable[Row]) -> set[str]:
        """Markets with open orders, or with orders of ours that were open before."""
        markets = {market for of in rows if isinstance(market := of.get("symbol"), str)}
        keys = {key_of(self._own.venue, market, reading.QUOTE) for market in markets}
        keys |= {o.key for name in self._own.live if (o := self._own.orders.get(name)) is not None}
        return {key for key in keys if key in self._own.keys}


def _name(of: Row) -> str:
    return f"{text(of, 'symbol')}:{text(of, 'orderId')}"
