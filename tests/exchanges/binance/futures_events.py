"""Events of the USD-M user stream: what the books tell, in Binance's short letters."""

from __future__ import annotations

from tests.exchanges.binance.futures_desk import Algo, FuturesDesk
from tests.exchanges.binance.futures_rows import money, price, size
from tests.exchanges.binance.sides import status_of
from tests.exchanges.core.accounts import ZERO
from tests.exchanges.core.orders import Order, State, Trade

Event = dict[str, object]
_EXECUTIONS = {State.CANCELED: "CANCELED", State.EXPIRED: "EXPIRED"}


def execution(desk: FuturesDesk, order: Order, trade: Trade | None) -> Event | None:
    """ORDER_TRADE_UPDATE; None for a fill that ends an order: that was told already."""
    if trade is None and order.state is State.DONE:
        return None
    listing, words, now = desk.listing(order.symbol), order.extra, desk.truth.clock.now()
    row: Event = {
        "s": order.symbol, "c": order.client_id, "S": order.side.upper(), "o": words["type"],
        "f": words["tif"], "q": size(listing, order.quantity), "p": price(listing, order.price),
        "ap": price(listing, order.average), "sp": price(listing, words.get("trigger")),
        "x": _kind(order, trade), "X": status_of(order), "i": order.number,
        **_last(desk, order, trade), "z": size(listing, order.filled), "T": order.updated,
        "b": "0", "a": "0", "R": bool(words.get("reduce")), "wt": "CONTRACT_PRICE",
        "ot": words.get("origin", words["type"]), "ps": "BOTH", "cp": bool(words.get("close")),
        "pP": False, "si": 0, "ss": 0, "V": "EXPIRE_MAKER", "pm": "NONE", "gtd": 0,
    }  # fmt: skip
    return {"e": "ORDER_TRADE_UPDATE", "T": order.updated, "E": now, "o": row}


def _kind(order: Order, trade: Trade | None) -> str:
    if trade is not None:
        return "CALCULATED" if order.extra.get("forced") else "TRADE"
    return _EXECUTIONS.get(order.state, "NEW")


def _last(desk: FuturesDesk, order: Order, trade: Trade | None) -> Event:
    listing = desk.listing(order.symbol)
    if trade is None:
        return {"l": size(listing, ZERO), "L": "0", "t": 0, "m": False, "rp": "0"}
    return {
        "l": size(listing, trade.quantity), "L": price(listing, trade.price),
        "n": money(trade.fee), "N": trade.fee_asset, "t": trade.number, "m": trade.maker,
        "rp": money(desk.profits[trade.number]),
    }  # fmt: skip


def lite(desk: FuturesDesk, order: Order, trade: Trade) -> Event:
    """TRADE_LITE: the fill alone, sooner than the rest."""
    listing = desk.listing(order.symbol)
    return {
        "e": "TRADE_LITE", "E": desk.truth.clock.now(), "T": trade.at, "s": order.symbol,
        "q": size(listing, order.quantity), "p": price(listing, order.price), "m": trade.maker,
        "c": order.client_id, "S": order.side.upper(), "L": price(listing, trade.price),
        "l": size(listing, trade.quantity), "t": trade.number, "i": order.number,
    }  # fmt: skip


def account(desk: FuturesDesk, reason: str, symbols: tuple[str, ...], change: str = "0") -> Event:
    """ACCOUNT_UPDATE: the wallet, and positions that changed. `change`: what `reason` moved."""
    wallet, now = desk.wallet, desk.truth.clock.now()
    return {
        "e": "ACCOUNT_UPDATE", "T": now, "E": now,
        "a": {
            "m": reason,
            "B": [{"a": "USDT", "wb": money(wallet.balance), "cw": money(wallet.crossed),
                   "bc": change}],
            "P": [_position(desk, symbol) for symbol in symbols],
        },
    }  # fmt: skip


def _position(desk: FuturesDesk, symbol: str) -> Event:
    position = desk.position(symbol)
    return {
        "s": symbol, "pa": size(position.listing, position.amount),
        "ep": f"{position.entry:.8f}", "cr": money(position.realised),
        "up": money(position.unrealised(desk.mark(symbol))),
        "mt": "isolated" if position.isolated else "cross", "iw": money(position.wallet),
        "ps": "BOTH", "ma": "USDT", "bep": f"{position.entry:.8f}",
    }  # fmt: skip


def conditional(desk: FuturesDesk, algo: Algo) -> Event:
    """ALGO_UPDATE."""
    listing, now, child = desk.listing(algo.symbol), desk.truth.clock.now(), algo.child
    sent = child is not None and bool(child.number)
    row: Event = {
        "caid": algo.client_id, "aid": algo.number, "at": "CONDITIONAL", "o": algo.kind,
        "s": algo.symbol, "S": algo.side, "ps": "BOTH", "f": algo.tif,
        "q": size(listing, algo.quantity), "X": algo.status,
        "ai": str(child.number) if child is not None and sent else "",
        "tp": price(listing, algo.trigger), "p": price(listing, algo.price),
        "V": "EXPIRE_MAKER", "wt": algo.working, "pm": "NONE", "cp": algo.close_position,
        "pP": False, "R": algo.reduce_only, "tt": algo.triggered, "gtd": 0, "rm": algo.reason,
    }  # fmt: skip
    if child is not None and sent:
        row |= {"ap": f"{child.average:.5f}", "aq": size(listing, child.filled),
                "act": child.extra["type"]}  # fmt: skip
    return {"e": "ALGO_UPDATE", "T": now, "E": now, "o": row}


def margin_call(desk: FuturesDesk, symbol: str) -> Event:
    """MARGIN_CALL: a position comes near its liquidation."""
    position, mark = desk.position(symbol), desk.mark(symbol)
    return {
        "e": "MARGIN_CALL", "E": desk.truth.clock.now(), "cw": money(desk.wallet.crossed),
        "p": [{
            "s": symbol, "ps": "BOTH", "pa": size(position.listing, position.amount),
            "mt": "ISOLATED" if position.isolated else "CROSSED", "iw": money(position.wallet),
            "mp": money(mark), "up": money(position.unrealised(mark)),
            "mm": money(position.maintenance(mark)),
        }],
    }  # fmt: skip


def leverage(desk: FuturesDesk, symbol: str) -> Event:
    """ACCOUNT_CONFIG_UPDATE: another leverage."""
    now = desk.truth.clock.now()
    changed = {"s": symbol, "l": desk.position(symbol).leverage}
    return {"e": "ACCOUNT_CONFIG_UPDATE", "E": now, "T": now, "ac": changed}
