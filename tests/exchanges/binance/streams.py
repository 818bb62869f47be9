"""Market streams, spot and futures: subscriptions, and what each topic says when prices move."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from tests.exchanges.binance.listings import Listing
from tests.exchanges.binance.market import INTERVALS, bars, best, day, levels, text
from tests.exchanges.core.books import Change
from tests.exchanges.core.hub import Connection, Hub
from tests.exchanges.core.market import Bar, Market, Print
from tests.exchanges.core.truth import Truth

Event = dict[str, object]
_ALL = {"!ticker@arr": "ticker", "!miniTicker@arr": "miniTicker", "!bookTicker": "bookTicker"}
_MARKS = {"!markPrice@arr@1s": 1, "!markPrice@arr": 3}  # of all contracts: so many seconds apart
SECOND = 1_000
_EVERY_SECOND = ("ticker", "miniTicker", "markPrice")
_PACES = ("", "@100ms", "@500ms", "@1000ms", "@1s", "@0ms")
_AT_ONCE = ("ticker", "miniTicker", "bookTicker", "markPrice", "kline")


@dataclass
class Streams:
    """Speaks on every topic that somebody subscribed to. `marks`: mark prices, of futures only.

    `lively`: tickers and marks come every second, as on a market that trades all the time; else
    only when the test moves something. Who sends more than `patience` messages a second is cut.
    """

    truth: Truth
    hub: Hub
    listings: dict[str, Listing]
    marks: Callable[[str], Event] | None = None
    updates: int = 1_000
    lively: bool = True
    patience: int = 5
    ticked: int = 0
    told: dict[str, int] = field(default_factory=dict)

    def hear(self, connection: Connection, message: str) -> None:
        """SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS of one client."""
        if self._flooded(connection):
            connection.queue(None)
            return
        asked = json.loads(message)
        method, names = asked.get("method"), asked.get("params", [])
        if method == "SUBSCRIBE":
            connection.topics.update(names)
        elif method == "UNSUBSCRIBE":
            connection.topics.difference_update(names)
        result = sorted(connection.topics) if method == "LIST_SUBSCRIPTIONS" else None
        self.hub.reply(connection, {"result": result, "id": asked.get("id")})
        if method == "SUBSCRIBE":
            for name in names:
                for event in self._now(name):
                    self.hub.send(connection, event)

    def _flooded(self, connection: Connection) -> bool:
        now = self.truth.clock.now()
        recent = [at for at in connection.about.get("heard", []) if at > now - SECOND]
        connection.about["heard"] = [*recent, now]
        return len(recent) >= self.patience

    def on(self, change: Change) -> None:
        """The books changed: tell those who listen to this market."""
        if change.kind != "market":
            return
        market = self.truth.markets[change.symbol]
        self.updates += 1
        if change.printed is not None:
            self._trade(market, change.printed)
            self._candles(market, traded=True)
        for name in ("ticker", "miniTicker", "bookTicker", "depth", "markPrice"):
            self._tell(market, name)

    def beat(self) -> None:
        """Time went on: candles that are over are told as closed, a second's tickers are due."""
        now = self.truth.clock.now()
        due = self.lively and now - self.ticked >= SECOND
        self.ticked = now if due else self.ticked
        for market in self.truth.markets.values():
            self._candles(market, traded=False)
            for name in _EVERY_SECOND if due else ():
                self._tell(market, name)
        for topic, seconds in _MARKS.items() if due else ():
            if self.hub.listening(topic) and now // SECOND % seconds == 0:
                self.hub.push(topic, self._marked())

    # ------------------------------------------------------------- topics

    def _now(self, topic: str) -> list[object]:
        """What a new listener of a topic hears within its first second."""
        if topic in _MARKS:
            return [self._marked()] if self.marks is not None else []
        if topic in _ALL:
            return [[self._event(m, _ALL[topic]) for m in self._traded()]]
        symbol, _, rest = topic.partition("@")
        name = rest.partition("_")[0].partition("@")[0]
        if symbol.upper() not in self.listings or name not in _AT_ONCE:
            return []
        market = self.truth.markets[symbol.upper()]
        if name == "kline":
            interval = rest.partition("_")[2]
            found = self._candle(market, interval, self._start(interval), over=False)
            return [found] if found else []
        return [self._event(market, name)]

    def _marked(self) -> list[Event]:
        """All mark prices in one message."""
        return [self._event(market, "markPrice") for market in self._traded()]

    def _traded(self) -> list[Market]:
        return [self.truth.markets[listing] for listing in self.listings]

    def _tell(self, market: Market, name: str) -> None:
        """One market's event to its topic, with or without a pace, and to the topic of all."""
        if name == "markPrice" and self.marks is None:
            return
        topic = f"{market.symbol.lower()}@{name}"
        alone = [topic + pace for pace in _PACES if self.hub.listening(topic + pace)]
        lists = [every for every, what in _ALL.items() if what == name]
        lists = [every for every in lists if self.hub.listening(every)]
        if not alone and not lists:
            return
        event = self._event(market, name)
        for heard in alone:
            self.hub.push(heard, event)
        for every in lists:
            self.hub.push(every, event if name == "bookTicker" else [event])

    def _event(self, market: Market, name: str) -> Event:
        if name == "markPrice" and self.marks is not None:
            return self.marks(market.symbol)
        makers = {"ticker": self._ticker, "miniTicker": self._mini, "depth": self._depth}
        return makers.get(name, self._book)(market)

    def _mini(self, market: Market) -> Event:
        now = self.truth.clock.now()
        bar = day(market, now)
        return {
            "e": "24hrMiniTicker", "E": now, "s": market.symbol, "c": text(market.price),
            "o": text(bar.open), "h": text(bar.high), "l": text(bar.low), "v": text(bar.volume),
            "q": text(bar.turnover),
        }  # fmt: skip

    def _ticker(self, market: Market) -> Event:
        mini, (bid, ask) = self._mini(market), best(market)
        opened = Decimal(str(mini["o"]))
        change = market.price - opened
        now, count = self.truth.clock.now(), len(market.prints)
        row = mini | {
            "e": "24hrTicker", "p": text(change), "P": f"{100 * change / opened:.3f}",
            "w": text((opened + market.price) / 2), "Q": text(Decimal("0.01")),
            "O": now - 86_400_000, "C": now, "F": 1, "L": count, "n": count,
        }  # fmt: skip
        if self.marks is not None:  # futures tell of the book on bookTicker alone
            return row
        return row | {"x": text(opened), "b": text(bid[0]), "B": text(bid[1]), "a": text(ask[0]),
                      "A": text(ask[1])}  # fmt: skip

    def _book(self, market: Market) -> Event:
        bid, ask = best(market)
        row: Event = {"u": self.updates, "s": market.symbol, "b": text(bid[0]), "B": text(bid[1]),
                      "a": text(ask[0]), "A": text(ask[1])}  # fmt: skip
        if self.marks is not None:
            now = self.truth.clock.now()
            row = {"e": "bookTicker", **row, "T": now, "E": now}
        return row

    def _depth(self, market: Market) -> Event:
        now = self.truth.clock.now()
        row: Event = {
            "e": "depthUpdate", "E": now, "s": market.symbol, "U": self.updates,
            "u": self.updates, "b": levels(market.bids), "a": levels(market.asks),
        }  # fmt: skip
        return row if self.marks is None else row | {"T": now, "pu": self.updates - 1}

    def _trade(self, market: Market, printed: Print) -> None:
        now = self.truth.clock.now()
        maker = printed.side == "sell"
        common: Event = {"E": now, "s": market.symbol, "p": text(printed.price),
                         "q": text(printed.quantity), "T": printed.at, "m": maker,
                         "M": True}  # fmt: skip
        number, symbol = printed.number, market.symbol.lower()
        self.hub.push(f"{symbol}@trade", {"e": "trade", "t": number, **common, "X": "MARKET"})
        aggregate = {"e": "aggTrade", "a": number, "f": number, "l": number, **common}
        self.hub.push(f"{symbol}@aggTrade", aggregate)

    # ------------------------------------------------------------- candles

    def _start(self, interval: str) -> int:
        step = INTERVALS[interval]
        return self.truth.clock.now() // step * step

    def _candles(self, market: Market, *, traded: bool) -> None:
        """Bars that are over, as closed; then the open one, when something was traded."""
        for interval, step in INTERVALS.items():
            topic = f"{market.symbol.lower()}@kline_{interval}"
            if not self.hub.listening(topic):
                self.told.pop(topic, None)
                continue
            start = self._start(interval)
            for over in range(self.told.get(topic, start), start, step):
                self._push_candle(market, interval, over, over=True)
            self.told[topic] = start
            if traded:
                self._push_candle(market, interval, start, over=False)

    def _push_candle(self, market: Market, interval: str, start: int, *, over: bool) -> None:
        event = self._candle(market, interval, start, over=over)
        if event is not None:
            self.hub.push(f"{market.symbol.lower()}@kline_{interval}", event)

    def _candle(self, market: Market, interval: str, start: int, *, over: bool) -> Event | None:
        step = INTERVALS[interval]
        found = bars(market, step, start, start + 1)
        if not found:
            return None
        return {
            "e": "kline", "E": self.truth.clock.now(), "s": market.symbol,
            "k": _kline(market.symbol, interval, start, found[0][1]) | {"x": over},
        }  # fmt: skip


def _kline(symbol: str, interval: str, start: int, bar: Bar) -> Event:
    return {
        "t": start, "T": start + INTERVALS[interval] - 1, "s": symbol, "i": interval, "f": 1,
        "L": 1, "o": text(bar.open), "c": text(bar.close), "h": text(bar.high), "l": text(bar.low),
        "v": text(bar.volume), "n": int(bar.volume > 0), "q": text(bar.turnover),
        "V": text(bar.volume / 2), "Q": text(bar.turnover / 2), "B": "0",
    }  # fmt: skip
