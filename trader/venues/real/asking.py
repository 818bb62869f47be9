"""What is asked of each exchange, in the words of its own interface. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from trader.domain.errors import VenueRefused
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT, Instrument
from trader.domain.money import plain
from trader.domain.order import Kind, Order, Side
from trader.domain.time import Millis
from trader.venues.real.calling import Call

ABOVE, BELOW = "a", "b"  # what a leg of a list adds to the client id of its list


@dataclass(frozen=True, slots=True)
class Requests:
    """One exchange: how an order is placed, canceled and looked for, by our client id.

    `cancel_else`: another way to cancel, where the first is not offered. `place_else`: another
    kind of stop, for markets that refuse the first; None for orders that have none.
    """

    place: Callable[[Order], Call]
    cancel: Callable[[Order], Call]
    look_up: Callable[[Order], Call]
    cancel_else: Callable[[Order], Call] | None = None
    place_else: Callable[[Order], Call | None] = lambda _: None


def market_of(key: str) -> str:
    """The exchange's own name of a market: `KRW-BTC`, `BTCUSDT`."""
    instrument = Instrument.parse(key)
    if instrument.venue == UPBIT:  # the one that separates, and turns it round
        return f"{instrument.quote}-{instrument.base}"
    return instrument.base + instrument.quote


def key_of(venue: str, market: str, quote: str) -> str | None:
    """Back again; None for a market of another quote currency."""
    before, separator, after = market.partition("-")
    if venue == UPBIT:
        return f"{venue}:{after}/{before}" if separator and before == quote else None
    base = market.removesuffix(quote)
    return f"{venue}:{base}/{quote}" if base and base != market else None


# ---------------------------------------------------------------- Upbit


def _upbit_place(order: Order) -> Call:
    buying = order.side is Side.BUY
    request = {
        "market": market_of(order.key),
        "side": "bid" if buying else "ask",
        "identifier": order.id,
    }
    if order.kind is Kind.LIMIT:
        priced = {"price": _worth(order.price, "price"), "volume": _quantity(order)}
        return Call("privatePostOrders", request | {"ord_type": "limit"} | priced)
    if order.kind is not Kind.MARKET:
        raise _impossible(order)
    if buying:
        cost = {"ord_type": "price", "price": _worth(order.cost, "cost")}
        return Call("privatePostOrders", request | cost)
    return Call("privatePostOrders", request | {"ord_type": "market", "volume": _quantity(order)})


def _upbit_cancel(order: Order) -> Call:
    return Call("privateDeleteOrder", {"identifier": order.id})


def _upbit_look_up(order: Order) -> Call:
    return Call("privateGetOrder", {"identifier": order.id})


# ---------------------------------------------------------------- Binance, both

_Words = Mapping[Kind, str]
_SPOT_WORDS: _Words = {
    Kind.MARKET: "MARKET", Kind.LIMIT: "LIMIT", Kind.STOP_MARKET: "STOP_LOSS",
    Kind.TAKE_PROFIT_MARKET: "TAKE_PROFIT",
}  # fmt: skip
_CONTRACT_WORDS: _Words = {
    Kind.MARKET: "MARKET", Kind.LIMIT: "LIMIT", Kind.STOP_MARKET: "STOP_MARKET",
    Kind.TAKE_PROFIT_MARKET: "TAKE_PROFIT_MARKET",
}  # fmt: skip


def _binance(order: Order, words: _Words) -> dict[str, str]:
    if order.kind not in words:
        raise _impossible(order)
    return {
        "symbol": market_of(order.key),
        "side": order.side.value.upper(),
        "type": words[order.kind],
    }


def _limit(order: Order) -> dict[str, str]:
    if order.kind is not Kind.LIMIT:
        return {}
    return {"price": _worth(order.price, "price"), "timeInForce": "GTC"}


def _named(order: Order) -> dict[str, str]:
    return {"symbol": market_of(order.key), "origClientOrderId": order.id}


# ---------------------------------------------------------------- Binance spot


def _spot_place(order: Order) -> Call:
    if order.kind is Kind.OCO:
        return Call("privatePostOrderListOco", _list(order))
    request = _binance(order, _SPOT_WORDS) | _limit(order)
    if order.kind is Kind.MARKET and order.cost is not None:
        request["quoteOrderQty"] = _worth(order.cost, "cost")
    else:
        request["quantity"] = _quantity(order)
    if order.kind in (Kind.STOP_MARKET, Kind.TAKE_PROFIT_MARKET):
        request["stopPrice"] = _worth(order.stop_price, "trigger")
    request |= {"newClientOrderId": order.id, "newOrderRespType": "FULL"}
    return Call("privatePostOrder", request)


def _list(order: Order) -> dict[str, str]:
    """One cancels the other: of a sale the limit stands above the market and the stop below."""
    limit, stop = ("above", "below") if order.side is Side.SELL else ("below", "above")
    return {
        "symbol": market_of(order.key),
        "side": order.side.value.upper(),
        "quantity": _quantity(order),
        "listClientOrderId": order.id,
        f"{limit}Type": "LIMIT_MAKER",
        f"{limit}Price": _worth(order.price, "price"),
        f"{stop}Type": "STOP_LOSS",
        f"{stop}StopPrice": _worth(order.stop_price, "trigger"),
        "aboveClientOrderId": order.id + ABOVE,
        "belowClientOrderId": order.id + BELOW,
    }


SLACK = Decimal("0.02")  # how far behind its trigger a stop's limit stands


def _spot_place_else(order: Order) -> Call | None:
    """Stops with a limit behind them, for markets that list no others in `orderTypes`."""
    if order.kind not in (Kind.OCO, Kind.STOP_MARKET):
        return None
    call, limit = _spot_place(order), _behind(order)
    if order.kind is Kind.STOP_MARKET:
        kind = {"type": "STOP_LOSS_LIMIT", "price": limit, "timeInForce": "GTC"}
    else:
        leg = "below" if order.side is Side.SELL else "above"
        kind = {
            f"{leg}Type": "STOP_LOSS_LIMIT", f"{leg}Price": limit, f"{leg}TimeInForce": "GTC",
        }  # fmt: skip
    return Call(call.method, {**call.params, **kind})


def _behind(order: Order) -> str:
    """The limit of a stop, on the tick that its prices are on: no finer than the finest of them."""
    trigger = order.stop_price or Decimal(0)
    known = [price.normalize().as_tuple().exponent for price in (trigger, order.price or trigger)]
    step = Decimal(1).scaleb(min(0, *(int(exponent) for exponent in known)))
    away = -SLACK if order.side is Side.SELL else SLACK
    return _worth((trigger * (1 + away)).quantize(step), "limit")


def _spot_cancel(order: Order) -> Call:
    if order.kind is Kind.OCO:
        listed = {"symbol": market_of(order.key), "listClientOrderId": order.id}
        return Call("privateDeleteOrderList", listed)
    return Call("privateDeleteOrder", _named(order))


def _spot_cancel_else(order: Order) -> Call:
    """Either leg takes the other along."""
    name = order.id + (ABOVE if order.kind is Kind.OCO else "")
    return Call("privateDeleteOrder", {"symbol": market_of(order.key), "origClientOrderId": name})


def _spot_look_up(order: Order) -> Call:
    if order.kind is Kind.OCO:
        return Call("privateGetOrderList", {"origClientOrderId": order.id})
    return Call("privateGetOrder", _named(order))


# ---------------------------------------------------------------- Binance futures


def conditional(order: Order) -> bool:
    """Whether Binance keeps it among the algo orders, where it has another kind of id."""
    return order.kind in (Kind.STOP_MARKET, Kind.TAKE_PROFIT_MARKET)


def _futures_place(order: Order) -> Call:
    request = _binance(order, _CONTRACT_WORDS) | _limit(order) | {"quantity": _quantity(order)}
    if order.reduce_only:
        request["reduceOnly"] = "true"
    if conditional(order):
        request |= {
            "algoType": "CONDITIONAL",
            "triggerPrice": _worth(order.stop_price, "trigger"),
            "clientAlgoId": order.id,
        }
        return Call("fapiPrivatePostAlgoOrder", request)
    request |= {"newClientOrderId": order.id, "newOrderRespType": "RESULT"}
    return Call("fapiPrivatePostOrder", request)


def _futures_cancel(order: Order) -> Call:
    if conditional(order):
        return Call("fapiPrivateDeleteAlgoOrder", {"clientAlgoId": order.id})
    return Call("fapiPrivateDeleteOrder", _named(order))


def _futures_look_up(order: Order) -> Call:
    if conditional(order):
        return Call("fapiPrivateGetAlgoOrder", {"clientAlgoId": order.id})
    return Call("fapiPrivateGetOrder", _named(order))


REQUESTS: Mapping[str, Requests] = {
    UPBIT: Requests(_upbit_place, _upbit_cancel, _upbit_look_up),
    BINANCE_SPOT: Requests(
        _spot_place, _spot_cancel, _spot_look_up, _spot_cancel_else, _spot_place_else
    ),
    BINANCE_FUTURES: Requests(_futures_place, _futures_cancel, _futures_look_up),
}


def trades_of(venue: str, key: str, order_id: str) -> Call:
    """Trades of one order by the exchange's id (Binance)."""
    return Call(_TRADES[venue], {"symbol": market_of(key), "orderId": order_id})


def trades_since(venue: str, key: str, since: Millis) -> Call:
    """Trades of one market, ours and others' (Binance; Upbit has no such question)."""
    return Call(_TRADES[venue], {"symbol": market_of(key), "startTime": since})


_TRADES = {BINANCE_SPOT: "privateGetMyTrades", BINANCE_FUTURES: "fapiPrivateGetUserTrades"}


def prices_of(venue: str, key: str) -> tuple[Call, ...]:
    """The last price of one market: questions that tell it, the cheapest first."""
    if venue == UPBIT:
        return (Call("publicGetTicker", {"markets": market_of(key)}),)
    family = "publicGetTicker" if venue == BINANCE_SPOT else "fapiPublicGetTicker"
    asked = {"symbol": market_of(key)}
    return Call(f"{family}Price", asked), Call(f"{family}24hr", asked)


def _quantity(order: Order) -> str:
    return _worth(order.quantity, "quantity")


def _worth(number: Decimal | None, name: str) -> str:
    """A number as an exchange wants it. Raises `VenueRefused` for one that no exchange takes."""
    if number is None or not number.is_finite() or number <= 0:
        raise VenueRefused(f"the order's {name} is {number}; it must be a positive number")
    return plain(number)


def _impossible(order: Order) -> VenueRefused:
    return VenueRefused(f"{order.key} takes no orders of kind {order.kind}")
