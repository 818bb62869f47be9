"""What Binance's spot market and its contracts answer alike."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from trader.domain.instrument import Instrument
from trader.domain.money import ZERO
from trader.domain.order import Fill, Side, Status
from trader.venues.real.reading.fields import (
    Row,
    Strange,
    moment,
    number,
    positive,
    row,
    rows,
    signed,
    text,
)
from trader.venues.real.told import Told

QUOTE = "USDT"
STATES = {
    "NEW": Status.OPEN, "PENDING_NEW": Status.OPEN, "PARTIALLY_FILLED": Status.PARTIAL,
    "FILLED": Status.FILLED, "CANCELED": Status.CANCELED, "PENDING_CANCEL": Status.OPEN,
    "REJECTED": Status.REJECTED,
    "EXPIRED": Status.CANCELED,  # a market order that found nobody; a leg that the other ended
    "EXPIRED_IN_MATCH": Status.CANCELED,
}  # fmt: skip
_SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}
Worth = Mapping[str, Decimal]  # price of one coin in the quote currency, by the coin's name


def status_of(of: Row, name: str = "status") -> Status:
    """A state. Raises `Strange` for one that is not known."""
    state = text(of, name)
    if state not in STATES:
        raise Strange(f"Binance's order state '{state}' is not known")
    return STATES[state]


def order(body: Any, order_id: str = "", venue_id: str = "") -> Told:
    """One order without its trades. `order_id`: what was asked for; `venue_id`: how Binance is
    known to call it, which counts more than a name: a cancelled order may come back under the name
    that its cancellation bore. Raises `Strange`."""
    of = row(body, "an order")
    name = text(of, "clientOrderId")
    if of.get("origClientOrderId"):  # answers to cancellations carry an id of their own
        name = text(of, "origClientOrderId")
    if order_id and name != order_id:
        if text(of, "orderId") != venue_id:
            raise Strange("Binance answered with another order than was asked for")
        name = order_id
    at = moment(of, "updateTime", "transactTime", "time")
    return Told(name, text(of, "orderId"), status_of(of), number(of, "executedQty"), at)


def fills(
    trades: Sequence[Row], order_id: str, key: str, side: Side, worth: Worth
) -> tuple[Fill, ...]:
    """Trades of one order of ours. `worth`: prices of other coins that fees were taken in."""
    return tuple(_fill(trade, order_id, key, side, worth) for trade in trades)


def _fill(trade: Row, order_id: str, key: str, side: Side, worth: Worth) -> Fill:
    price = positive(trade, "price")
    fee, fee_base = _fee(trade, key, side, price, worth)
    return Fill(
        trade_id(trade, key), order_id, key, side, positive(trade, "qty"), price, fee,
        moment(trade, "time"), fee_base,
    )  # fmt: skip


def trade_id(trade: Row, key: str) -> str:
    """Binance counts trades in each market of its own: the market makes the number unique."""
    name = "id" if "id" in trade else "tradeId"
    instrument = Instrument.parse(key)
    return f"{instrument.base}{instrument.quote}:{text(trade, name)}"


def _fee(trade: Row, key: str, side: Side, price: Decimal, worth: Worth) -> tuple[Decimal, Decimal]:
    """(worth in the quote currency, what was taken out of the coins bought).

    A rebate (negative) counts as no fee: books that earn by trading would hide losses.
    """
    fee, coin = max(ZERO, signed(trade, "commission")), trade.get("commissionAsset")
    instrument = Instrument.parse(key)
    if coin == instrument.quote or not fee:
        return fee, ZERO
    if coin == instrument.base:
        return fee * price, fee if side is Side.BUY else ZERO
    if not isinstance(coin, str) or coin not in worth:
        raise Strange(f"a fee was taken in {coin}, whose price is not known")
    return fee * worth[coin], ZERO


def strange_coins(trades: Sequence[Row], key: str) -> set[str]:
    """Coins besides base and quote in which fees were taken (BNB)."""
    instrument = Instrument.parse(key)
    coins = {trade.get("commissionAsset") for trade in trades}
    return {str(coin) for coin in coins - {instrument.base, instrument.quote, None}}


def turnover_per_fee(trades: Sequence[Row], coin: str) -> Decimal:
    """Turnover of the trades whose fees were taken in a coin, for each coin taken. Raises
    `Strange`."""
    paid = [trade for trade in trades if trade.get("commissionAsset") == coin]
    fees = sum((max(ZERO, signed(trade, "commission")) for trade in paid), ZERO)
    funds = sum((positive(trade, "price") * positive(trade, "qty") for trade in paid), ZERO)
    return funds / fees if fees else ZERO


def side_of(of: Row) -> Side:
    """Of an order. Raises `Strange`."""
    side = _SIDES.get(text(of, "side"))
    if side is None:
        raise Strange("Binance answered an order without a side")
    return side


def sale(trade: Row, key: str) -> tuple[str, Decimal, Decimal]:
    """(key, quantity, price) of a trade."""
    return key, positive(trade, "qty"), positive(trade, "price")


def bought(trade: Row) -> bool:
    """Whether the account bought. Raises `Strange`."""
    side = trade.get("isBuyer", trade.get("buyer"))
    if not isinstance(side, bool):
        raise Strange("Binance answered a trade without a side")
    return side


def price(body: Any) -> Decimal:
    """The last price out of a ticker, short or long."""
    of = row(body, "the price")
    return positive(of, "price" if "price" in of else "lastPrice")


def trades(body: Any) -> list[Row]:
    """A list of trades."""
    return rows(body, "trades")
