"""USD-M orders, conditional orders, trades and positions as Binance's REST answers write them."""

from __future__ import annotations

from decimal import Decimal

from tests.exchanges.binance.futures_desk import Algo, FuturesDesk
from tests.exchanges.binance.listings import Listing, decimals
from tests.exchanges.binance.positions import Position
from tests.exchanges.binance.sides import status_of
from tests.exchanges.core.accounts import ZERO
from tests.exchanges.core.orders import Order, Trade

Row = dict[str, object]


def size(listing: Listing, value: Decimal | None) -> str:
    """A quantity with the places of the contract's step."""
    return f"{value or ZERO:.{decimals(listing.step)}f}"


def price(listing: Listing, value: Decimal | None) -> str:
    """A price with the places of the contract's tick; plain nought when there is none."""
    return f"{value:.{decimals(listing.tick)}f}" if value else "0"


def money(value: Decimal) -> str:
    """An amount of USDT, eight places."""
    return f"{value:.8f}"


def order_row(listing: Listing, order: Order) -> Row:
    """Of GET order, openOrders, allOrders, and of answers to POST and DELETE."""
    words = order.extra
    return {
        "orderId": order.number, "symbol": order.symbol, "status": status_of(order),
        "clientOrderId": order.client_id, "price": price(listing, order.price),
        "avgPrice": f"{order.average:.5f}", "origQty": size(listing, order.quantity),
        "executedQty": size(listing, order.filled), "cumQuote": f"{order.spent:.5f}",
        "timeInForce": words["tif"], "type": words["type"],
        "reduceOnly": bool(words.get("reduce")),
        "closePosition": bool(words.get("close")), "side": order.side.upper(),
        "positionSide": "BOTH", "stopPrice": price(listing, words.get("trigger")),
        "workingType": "CONTRACT_PRICE", "priceProtect": False,
        "origType": words.get("origin", words["type"]), "priceMatch": "NONE",
        "selfTradePreventionMode": "EXPIRE_MAKER", "goodTillDate": 0, "time": order.created,
        "updateTime": order.updated,
    }  # fmt: skip


def placed(listing: Listing, order: Order, shape: str) -> Row:
    """The answer to a new order; ACK (the default) says NEW, whatever became of it since."""
    row = order_row(listing, order)
    del row["time"]
    if shape == "ACK":
        row |= {"status": "NEW", "executedQty": size(listing, ZERO), "avgPrice": "0.00",
                "cumQuote": "0.00000"}  # fmt: skip
    return row | {"cumQty": row["executedQty"]}


def algo_row(listing: Listing, algo: Algo) -> Row:
    """Of GET algoOrder, openAlgoOrders, allAlgoOrders."""
    child = algo.child
    return algo_placed(listing, algo) | {
        "actualOrderId": "" if child is None else str(child.number),
        "actualPrice": f"{ZERO if child is None else child.average:.5f}",
        "tpTriggerPrice": "0.000", "tpPrice": "0.000", "slTriggerPrice": "0.000",
        "slPrice": "0.000", "tpOrderType": "",
    }  # fmt: skip


def algo_placed(listing: Listing, algo: Algo) -> Row:
    """The answer to a new conditional order."""
    return {
        "algoId": algo.number, "clientAlgoId": algo.client_id, "algoType": "CONDITIONAL",
        "orderType": algo.kind, "symbol": algo.symbol, "side": algo.side, "positionSide": "BOTH",
        "timeInForce": algo.tif, "quantity": size(listing, algo.quantity),
        "algoStatus": algo.status, "triggerPrice": price(listing, algo.trigger),
        "price": price(listing, algo.price), "icebergQuantity": None,
        "selfTradePreventionMode": "EXPIRE_MAKER", "workingType": algo.working,
        "priceMatch": "NONE", "closePosition": algo.close_position, "priceProtect": False,
        "reduceOnly": algo.reduce_only, "createTime": algo.created, "updateTime": algo.updated,
        "triggerTime": algo.triggered, "goodTillDate": 0,
    }  # fmt: skip


def trade_row(desk: FuturesDesk, trade: Trade) -> Row:
    """Of userTrades."""
    listing = desk.listing(trade.symbol)
    return {
        "symbol": trade.symbol, "id": trade.number, "orderId": trade.order,
        "side": trade.side.upper(), "price": price(listing, trade.price),
        "qty": size(listing, trade.quantity), "realizedPnl": money(desk.profits[trade.number]),
        "quoteQty": money(trade.cost), "commission": money(trade.fee),
        "commissionAsset": trade.fee_asset, "marginAsset": "USDT", "time": trade.at,
        "positionSide": "BOTH", "buyer": trade.side == "buy", "maker": trade.maker,
    }  # fmt: skip


def position_row(desk: FuturesDesk, position: Position) -> Row:
    """Of positionRisk, what both versions share."""
    symbol = position.listing.symbol
    mark = desk.mark(symbol)
    margin = position.wallet + position.unrealised(mark) if position.isolated else ZERO
    liquidation = position.liquidation(desk.wallet.backing(symbol, desk.marks))
    return {
        "symbol": symbol, "positionSide": "BOTH",
        "positionAmt": size(position.listing, position.amount),
        "entryPrice": f"{position.entry:.8f}", "breakEvenPrice": f"{position.entry:.8f}",
        "markPrice": money(mark), "unRealizedProfit": money(position.unrealised(mark)),
        "liquidationPrice": money(liquidation) if liquidation else "0",
        "isolatedMargin": money(margin), "notional": money(position.notional(mark)),
        "isolatedWallet": money(position.wallet), "updateTime": position.updated,
    }  # fmt: skip


def position_v2(desk: FuturesDesk, position: Position) -> Row:
    """Of /fapi/v2/positionRisk."""
    return position_row(desk, position) | {
        "leverage": str(position.leverage), "maxNotionalValue": "10000000",
        "marginType": "isolated" if position.isolated else "cross", "isAutoAddMargin": "false",
        "isolated": position.isolated, "adlQuantile": 2,
    }  # fmt: skip


def position_v3(desk: FuturesDesk, position: Position) -> Row:
    """Of /fapi/v3/positionRisk."""
    mark = desk.mark(position.listing.symbol)
    return position_row(desk, position) | {
        "marginAsset": "USDT", "initialMargin": money(position.initial(mark)),
        "maintMargin": money(position.maintenance(mark)),
        "positionInitialMargin": money(position.initial(mark)), "openOrderInitialMargin": "0",
        "adl": 2, "bidNotional": "0", "askNotional": "0",
    }  # fmt: skip
