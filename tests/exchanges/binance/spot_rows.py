"""Spot orders, lists and trades as Binance's REST answers write them."""

from __future__ import annotations

from decimal import Decimal

from tests.exchanges.binance.listings import eight
from tests.exchanges.binance.sides import status_of
from tests.exchanges.binance.spot_desk import OrderList
from tests.exchanges.core.accounts import ZERO
from tests.exchanges.core.orders import Order, Trade

Row = dict[str, object]


def eight_or_zero(value: Decimal | None) -> str:
    """Eight places; what was not given is written as nought."""
    return eight(value or ZERO)


def _core(order: Order) -> Row:
    return {
        "price": eight_or_zero(order.price), "origQty": eight_or_zero(order.quantity),
        "executedQty": eight(order.filled),
        "origQuoteOrderQty": eight_or_zero(order.extra.get("quote")),
        "cummulativeQuoteQty": eight(order.spent), "status": status_of(order),
        "timeInForce": order.extra["tif"], "type": order.extra["type"],
        "side": order.side.upper(),
    }  # fmt: skip


def _stop(order: Order) -> Row:
    return {} if order.stop_price is None else {"stopPrice": eight(order.stop_price)}


def queried(order: Order) -> Row:
    """Of GET order, openOrders, allOrders."""
    working = not order.dormant
    return {
        "symbol": order.symbol, "orderId": order.number, "orderListId": order.extra["list"],
        "clientOrderId": order.client_id, **_core(order),
        "stopPrice": eight_or_zero(order.stop_price), "icebergQty": eight(ZERO),
        "time": order.created, "updateTime": order.updated, "isWorking": working,
        "workingTime": order.created if working else -1, "selfTradePreventionMode": "EXPIRE_MAKER",
    }  # fmt: skip


def placed(order: Order, shape: str) -> Row:
    """The answer to a new order: `ACK`, `RESULT` or `FULL`."""
    row: Row = {
        "symbol": order.symbol, "orderId": order.number, "orderListId": order.extra["list"],
        "clientOrderId": order.client_id, "transactTime": order.updated,
    }  # fmt: skip
    if shape == "ACK":
        return row
    working = -1 if order.dormant else order.created
    row |= {**_core(order), **_stop(order), "workingTime": working}
    row["selfTradePreventionMode"] = "EXPIRE_MAKER"
    return row if shape == "RESULT" else row | {"fills": [_part(t) for t in order.trades]}


def _part(trade: Trade) -> Row:
    return {
        "price": eight(trade.price), "qty": eight(trade.quantity),
        "commission": eight(trade.fee), "commissionAsset": trade.fee_asset,
        "tradeId": trade.number,
    }  # fmt: skip


def cancelled(order: Order, cancel_id: str) -> Row:
    """The answer to a cancel: the cancel has a client id of its own."""
    return {
        "symbol": order.symbol, "origClientOrderId": order.client_id, "orderId": order.number,
        "orderListId": order.extra["list"], "clientOrderId": cancel_id,
        "transactTime": order.updated, **_core(order), **_stop(order),
        "selfTradePreventionMode": "EXPIRE_MAKER",
    }  # fmt: skip


def traded(trade: Trade, order: Order) -> Row:
    """Of myTrades."""
    return {
        "symbol": trade.symbol, "id": trade.number, "orderId": trade.order,
        "orderListId": order.extra["list"], "price": eight(trade.price),
        "qty": eight(trade.quantity), "quoteQty": eight(trade.cost),
        "commission": eight(trade.fee), "commissionAsset": trade.fee_asset, "time": trade.at,
        "isBuyer": trade.side == "buy", "isMaker": trade.maker, "isBestMatch": True,
    }  # fmt: skip


def listed(made: OrderList) -> Row:
    """An order list without reports: of GET orderList and openOrderList."""
    return {
        "orderListId": made.number, "contingencyType": "OCO",
        "listStatusType": "EXEC_STARTED" if made.is_open else "ALL_DONE",
        "listOrderStatus": "EXECUTING" if made.is_open else "ALL_DONE",
        "listClientOrderId": made.client_id,
        "transactionTime": max(leg.updated for leg in made.legs), "symbol": made.symbol,
        "orders": [
            {"symbol": leg.symbol, "orderId": leg.number, "clientOrderId": leg.client_id}
            for leg in made.legs
        ],
    }  # fmt: skip
