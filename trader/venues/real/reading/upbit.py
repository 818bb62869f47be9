"""Upbit's answers."""

from decimal import Decimal
from typing import Any

from trader.domain.events import Holding
from trader.domain.instrument import UPBIT
from trader.domain.money import ZERO
from trader.domain.order import Fill, Side, Status
from trader.venues.real.asking import key_of
from trader.venues.real.reading.fields import (
    Row,
    Strange,
    iso_moment,
    number,
    positive,
    row,
    rows,
    text,
)
from trader.venues.real.told import Told

QUOTE = "KRW"
_STATES = {
    "wait": Status.OPEN, "watch": Status.OPEN, "done": Status.FILLED, "cancel": Status.CANCELED,
}  # fmt: skip
_SIDES = {"bid": Side.BUY, "ask": Side.SELL}
_FEE_STEP = Decimal("1e-12")


def order(body: Any, order_id: str = "") -> Told:
    """One order. `order_id`: the identifier that was asked for, when the answer does not echo it.

    A market buy by cost ends in the state `cancel` with the coins it bought. Raises `Strange`.
    """
    of = row(body, "an order")
    identifier = of.get("identifier") or order_id
    if not isinstance(identifier, str) or (order_id and identifier != order_id):
        raise Strange("Upbit answered with another order than was asked for")
    state = text(of, "state")
    if state not in _STATES:
        raise Strange(f"Upbit's order state '{state}' is not known")
    filled = number(of, "executed_volume")
    status = _STATES[state]
    if status is Status.OPEN and filled:
        status = Status.PARTIAL
    elif status is Status.CANCELED and _complete(of, filled):
        status = Status.FILLED
    fills = _fills(of, identifier)
    return Told(identifier, text(of, "uuid"), status, filled, iso_moment(of, "created_at"), fills)


def _complete(of: Row, filled: Decimal) -> bool:
    """Whether everything that was asked in coins was traded (a buy by cost asks none)."""
    asked = number(of, "volume") if of.get("volume") not in (None, "") else ZERO
    return bool(asked) and filled >= asked


def _fills(of: Row, identifier: str) -> tuple[Fill, ...]:
    """The trades, with the order's fee shared out by turnover (Upbit tells only their sum)."""
    told = rows(of.get("trades") or [], "an order's trades")
    trades = list({text(trade, "uuid"): trade for trade in told}.values())
    if not trades:
        return ()
    funds = [positive(trade, "price") * positive(trade, "volume") for trade in trades]
    fees = _shared(number(of, "paid_fee"), funds)
    key = key_of(UPBIT, text(of, "market"), QUOTE)
    side = _SIDES.get(text(of, "side"))
    if key is None or side is None:
        raise Strange("Upbit's order is of an unknown market or side")
    return tuple(
        Fill(
            text(trade, "uuid"), identifier, key, side, positive(trade, "volume"),
            positive(trade, "price"), fee,
            iso_moment(trade if trade.get("created_at") else of, "created_at"),
        )
        for trade, fee in zip(trades, fees, strict=True)
    )  # fmt: skip


def _shared(fee: Decimal, funds: list[Decimal]) -> list[Decimal]:
    total = sum(funds, ZERO)
    shares = [(fee * part / total).quantize(_FEE_STEP) for part in funds[:-1]]
    return [*shares, fee - sum(shares, ZERO)]


def identifier_of(of: Row) -> str:
    """Client id of an order in a list; empty for orders of others."""
    found = of.get("identifier")
    return found if isinstance(found, str) else ""


def sale(of: Row) -> tuple[str, Decimal, Decimal] | None:
    """(key, quantity, price) of what a foreign order sold; None when it sold nothing."""
    key = key_of(UPBIT, text(of, "market"), QUOTE)
    filled = number(of, "executed_volume")
    if text(of, "side") != "ask" or key is None or not filled:
        return None
    funds = of.get("executed_funds")
    price = positive(of, "executed_funds") / filled if funds is not None else number(of, "price")
    return key, filled, price


def balances(body: Any) -> tuple[Decimal, Decimal, tuple[Holding, ...]]:
    """Won, won that is free, and all coins. Raises `Strange`."""
    cash = free = ZERO
    holdings = []
    for account in rows(body, "the balances"):
        there, locked = number(account, "balance"), number(account, "locked")
        currency = text(account, "currency")
        if currency == QUOTE:
            cash, free = there + locked, there
        elif there + locked:
            holdings.append(Holding(f"{UPBIT}:{currency}/{QUOTE}", there + locked, there))
    return cash, free, tuple(holdings)


def price(body: Any) -> Decimal:
    """The last price out of a ticker."""
    tickers = rows(body, "the ticker")
    if not tickers:
        raise Strange("Upbit's ticker is empty")
    return positive(tickers[0], "trade_price")
