"""Upbit's WebSocket: subscriptions replace each other, pictures first, then whatever happens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.exchanges.core.books import Change
from tests.exchanges.core.budgets import Budgets
from tests.exchanges.core.hub import Connection, Hub
from tests.exchanges.core.market import MINUTE, Bar, Market, Print
from tests.exchanges.core.truth import Truth
from tests.exchanges.upbit.pictures import ask_bid, book, changes, sequential, ticker
from tests.exchanges.upbit.records import assets, live
from tests.exchanges.upbit.trading import RATE
from tests.exchanges.upbit.words import kst, utc

PUBLIC, PRIVATE = "/websocket/v1", "/websocket/v1/private"
_SECOND = 1_000
_CANDLES = {"candle.1s": _SECOND} | {
    f"candle.{unit}m": unit * MINUTE for unit in (1, 3, 5, 10, 15, 30, 60, 240)
}
_PUBLIC_TYPES = frozenset({"ticker", "trade", "orderbook", *_CANDLES})
_ERRORS = {
    "WRONG_FORMAT": "Format이 맞지 않습니다.", "NO_TICKET": "티켓이 존재하지 않습니다.",
    "NO_TYPE": "타입이 존재하지 않습니다.", "NO_CODES": "코드가 존재하지 않습니다.",
    "INVALID_PARAM": "요청 파라미터가 올바르지 않습니다.",
}  # fmt: skip


class WrongMessageError(Exception):
    """A message of a client that is answered with an error; its text is Upbit's name for it."""


@dataclass
class Streams:
    """Hears clients, and tells them what the truth tells.

    `messages`: most requests of one connection in a second and in a minute. More end it, when the
    budgets are switched on.
    """

    truth: Truth
    hub: Hub
    budgets: Budgets
    messages: tuple[int, int] = (5, 100)

    def __post_init__(self) -> None:
        self.truth.listeners.append(self.tell)

    # ------------------------------------------------------------- what clients say

    def hear(self, connection: Connection, message: str) -> None:
        """`PING`, or a request: `[{"ticket": ...}, {"type": ...}, ..., {"format": ...}]`."""
        if message == "PING":
            self.hub.reply(connection, {"status": "UP"})
            return
        if self._too_many(connection):
            connection.queue(None)
            return
        try:
            wanted = _requests(message, private=connection.path == PRIVATE)
        except WrongMessageError as wrong:
            name = str(wrong)
            self.hub.reply(connection, {"error": {"name": name, "message": _ERRORS[name]}})
            return
        connection.topics.clear()
        for request in wanted:
            self._subscribe(connection, request)

    def _too_many(self, connection: Connection) -> bool:
        now = self.truth.clock.now()
        minute = [at for at in connection.about.get("asked", []) if at > now - MINUTE] + [now]
        second = [at for at in minute if at > now - _SECOND]
        connection.about["asked"] = minute
        over = len(second) > self.messages[0] or len(minute) > self.messages[1]
        self.budgets.refused["websocket-message"] += over
        return over and self.budgets.switched_on

    def _subscribe(self, connection: Connection, request: dict[str, Any]) -> None:
        kind, codes = request["type"], request.get("codes") or [""]
        for code in codes:
            name = code.partition(".")[0]
            if not request.get("is_only_snapshot"):
                connection.topics.add(f"{kind}:{name}" if name else kind)
            market = self.truth.markets.get(name)
            if market and kind in _PUBLIC_TYPES and not request.get("is_only_realtime"):
                for picture in self._pictures(kind, market):
                    self.hub.send(connection, picture | {"stream_type": "SNAPSHOT"})

    def _pictures(self, kind: str, market: Market) -> list[dict[str, Any]]:
        """What stands when somebody begins to listen; nothing where nothing was traded."""
        if kind == "orderbook":
            return [self._book(market)]
        if kind == "ticker":
            return [self._ticker(market)]
        return [self._printed(kind, market, printed) for printed in market.prints[-1:]]

    # ------------------------------------------------------------- what happens

    def tell(self, change: Change) -> None:
        """A change of the truth, to everybody whom it concerns."""
        if change.kind == "order" and change.order is not None:
            message = live(change.order, change.trade, RATE, self.truth.clock.now())
            for topic in ("myOrder", f"myOrder:{change.symbol}"):
                self.hub.push(topic, message, PRIVATE)
        elif change.kind == "balance":
            balances = {asset: self.truth.accounts.of(asset) for asset in change.assets}
            self.hub.push("myAsset", assets(balances, self.truth.clock.now()), PRIVATE)
        elif change.kind == "market":
            self._tell_market(self.truth.markets[change.symbol], change.printed)

    def _tell_market(self, market: Market, printed: Print | None) -> None:
        self._push("orderbook", market, self._book(market))
        if printed is None:
            return
        self._push("ticker", market, self._ticker(market))
        for kind in ("trade", *_CANDLES):
            if self.hub.listening(f"{kind}:{market.symbol}"):
                self._push(kind, market, self._printed(kind, market, printed))

    def _push(self, kind: str, market: Market, message: dict[str, Any]) -> None:
        topic = f"{kind}:{market.symbol}"
        self.hub.push(topic, message | {"stream_type": "REALTIME"}, PUBLIC)

    # ------------------------------------------------------------- how it looks

    def _book(self, market: Market) -> dict[str, Any]:
        shown = book(market, self.truth.clock.now(), market.levels)
        return {"type": "orderbook", "code": shown.pop("market")} | shown

    def _ticker(self, market: Market) -> dict[str, Any]:
        shown = ticker(market, self.truth.clock.now())
        last = market.prints[-1] if market.prints else None
        del shown["market"], shown["trade_date_kst"], shown["trade_time_kst"]
        return {"type": "ticker", "code": market.symbol} | shown | {
            "ask_bid": ask_bid(last.side if last else "buy"),
            "acc_ask_volume": 0.0, "acc_bid_volume": shown["acc_trade_volume"],
            "market_state": "ACTIVE", "is_trading_suspended": False, "delisting_date": None,
            "market_warning": "CAUTION" if market.extra.get("warning") else "NONE",
        }  # fmt: skip

    def _printed(self, kind: str, market: Market, printed: Print) -> dict[str, Any]:
        return _trade(market, printed) if kind == "trade" else _candle(kind, market, printed)


def _requests(message: str, *, private: bool) -> list[dict[str, Any]]:
    """The subscriptions of a message. Raises `WrongMessageError`."""
    try:
        parts = json.loads(message)
    except ValueError:
        raise WrongMessageError("WRONG_FORMAT") from None
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise WrongMessageError("WRONG_FORMAT")
    if not parts or not parts[0].get("ticket"):
        raise WrongMessageError("NO_TICKET")
    wanted = [part for part in parts[1:] if "format" not in part]
    if not wanted or not all(part.get("type") for part in wanted):
        raise WrongMessageError("NO_TYPE")
    for part in wanted:
        _check(part, private=private)
    return wanted


def _check(part: dict[str, Any], *, private: bool) -> None:
    kind = part["type"]
    if kind not in ({"myOrder", "myAsset"} if private else _PUBLIC_TYPES):
        raise WrongMessageError("INVALID_PARAM")
    if kind == "myAsset" and "codes" in part:  # documented, unlike most of these
        raise WrongMessageError("WRONG_FORMAT")
    if not private and not part.get("codes"):
        raise WrongMessageError("NO_CODES")


def _trade(market: Market, printed: Print) -> dict[str, Any]:
    closed = float(market.prints[0].price)
    bid, ask = market.bids[:1], market.asks[:1]
    moved = changes(float(printed.price) - closed, closed)
    return {
        "type": "trade", "code": market.symbol, "timestamp": printed.at,
        "trade_date": utc(printed.at)[:10], "trade_time": utc(printed.at)[11:],
        "trade_timestamp": printed.at, "trade_price": float(printed.price),
        "trade_volume": float(printed.quantity), "ask_bid": ask_bid(printed.side),
        "prev_closing_price": closed, "change": moved["change"],
        "change_price": moved["change_price"], "sequential_id": sequential(printed),
        "best_ask_price": float(ask[0][0]) if ask else 0.0,
        "best_ask_size": float(ask[0][1]) if ask else 0.0,
        "best_bid_price": float(bid[0][0]) if bid else 0.0,
        "best_bid_size": float(bid[0][1]) if bid else 0.0,
    }  # fmt: skip


def _candle(kind: str, market: Market, printed: Print) -> dict[str, Any]:
    step = _CANDLES[kind]
    start = printed.at // step * step
    bar = _second(market, start) if step == _SECOND else market.newest(step, start + 1, 1)[0][1]
    return {
        "type": kind, "code": market.symbol, "candle_date_time_utc": utc(start),
        "candle_date_time_kst": kst(start), "opening_price": float(bar.open),
        "high_price": float(bar.high), "low_price": float(bar.low),
        "trade_price": float(bar.close), "candle_acc_trade_volume": float(bar.volume),
        "candle_acc_trade_price": float(bar.turnover), "timestamp": printed.at,
    }  # fmt: skip


def _second(market: Market, start: int) -> Bar:
    prints = [p for p in market.prints if start <= p.at < start + _SECOND]
    bars = [Bar(p.price, p.price, p.price, p.price, p.quantity, p.price * p.quantity)
            for p in prints]  # fmt: skip
    whole = bars[0]
    for bar in bars[1:]:
        whole = whole.joined(bar)
    return whole
