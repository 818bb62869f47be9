"""Events of the spot user stream: what the books tell, in Binance's short letters."""

from __future__ import annotations

from decimal import Decimal

from tests.exchanges.binance.listings import eight
from tests.exchanges.binance.sides import status_of
from tests.exchanges.binance.spot_desk import OrderList
from tests.exchanges.binance.spot_rows import eight_or_zero
from tests.exchanges.core.accounts import ZERO, Accounts
from tests.exchanges.core.orders import Order, State, Trade

Event = dict[str, object]
_EXECUTIONS = {State.CANCELED: "CANCELED", State.EXPIRED: "EXPIRED"}


def execution(order: Order, trade: Trade | None, now: int) -> Event | None:
    """executionReport; None for what Binance tells no second time (a fill that ends an order)."""
    if trade is None and order.state is State.DONE:
        return None
    kind = "TRADE" if trade else _EXECUTIONS.get(order.state, "NEW")
    cancelled = str(order.extra.get("cancel", "")) if order.state is State.CANCELED else ""
    return {
        "e": "executionReport", "E": now, "s": order.symbol,
        "c": cancelled or order.client_id, "S": order.side.upper(), "o": order.extra["type"],
        "f": order.extra["tif"], "q": eight_or_zero(order.quantity),
        "p": eight_or_zero(order.price), "P": eight_or_zero(order.stop_price), "F": eight(ZERO),
        "g": order.extra["list"], "C": order.client_id if cancelled else "", "x": kind,
        "X": status_of(order), "r": "NONE", "i": order.number, **_last(trade),
        "z": eight(order.filled), "T": order.updated, "I": order.number * 2 + 1,
        "w": order.is_open and not order.dormant, "M": False, "O": order.created,
        "Z": eight(order.spent), "Q": eight_or_zero(order.extra.get("quote")),
        "W": order.created, "V": "EXPIRE_MAKER",
    }  # fmt: skip


def _last(trade: Trade | None) -> Event:
    if trade is None:
        return {"l": eight(ZERO), "L": eight(ZERO), "n": "0", "N": None, "t": -1, "m": False,
                "Y": eight(ZERO)}  # fmt: skip
    return {
        "l": eight(trade.quantity), "L": eight(trade.price), "n": eight(trade.fee),
        "N": trade.fee_asset, "t": trade.number, "m": trade.maker, "Y": eight(trade.cost),
    }  # fmt: skip


def list_status(made: OrderList, now: int) -> Event:
    """listStatus, when a list begins and when it is over."""
    return {
        "e": "listStatus", "E": now, "s": made.symbol, "g": made.number, "c": "OCO",
        "l": "EXEC_STARTED" if made.is_open else "ALL_DONE",
        "L": "EXECUTING" if made.is_open else "ALL_DONE", "r": "NONE", "C": made.client_id,
        "T": max(leg.updated for leg in made.legs),
        "O": [{"s": leg.symbol, "i": leg.number, "c": leg.client_id} for leg in made.legs],
    }  # fmt: skip


def position(accounts: Accounts, assets: tuple[str, ...], now: int) -> Event:
    """outboundAccountPosition: the assets that a change may have touched."""
    return {
        "e": "outboundAccountPosition", "E": now, "u": now,
        "B": [
            {"a": asset, "f": eight(accounts.of(asset).free),
             "l": eight(accounts.of(asset).locked)}
            for asset in assets
        ],
    }  # fmt: skip


def moved(asset: str, delta: Decimal, now: int) -> Event:
    """balanceUpdate: a deposit, a withdrawal, a transfer."""
    return {"e": "balanceUpdate", "E": now, "a": asset, "d": eight(delta), "T": now}
