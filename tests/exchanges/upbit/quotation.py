"""Public questions: markets, tickers, candles, trades, order books. Numbers are floats here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.exchanges.core.market import Market
from tests.exchanges.core.truth import Truth
from tests.exchanges.core.wire import Answer, Asked
from tests.exchanges.upbit.candles import candles
from tests.exchanges.upbit.pictures import book, instrument, listing, tick, ticker
from tests.exchanges.upbit.words import error, missing, unlisted

_MOST_TRADES = 500


@dataclass
class Quotation:
    """Answers from the truth's markets; nobody has to sign anything."""

    truth: Truth

    def listings(self, asked: Asked) -> Answer:
        """`GET /v1/market/all`."""
        wanted = asked.fields.get("is_details", asked.fields.get("isDetails", "false"))
        detailed = str(wanted).lower() == "true"
        return Answer([listing(m, detailed=detailed) for m in self._listed().values()])

    def tickers(self, asked: Asked) -> Answer:
        """`GET /v1/ticker?markets=KRW-BTC,KRW-ETH`."""
        return self._of_markets(asked, lambda market: ticker(market, self.truth.clock.now()))

    def all_tickers(self, asked: Asked) -> Answer:
        """`GET /v1/ticker/all?quote_currencies=KRW,BTC`."""
        quotes = str(asked.fields.get("quote_currencies", "")).split(",")
        if quotes == [""]:
            return missing()
        now = self.truth.clock.now()
        found = [m for m in self._listed().values() if m.quote in quotes]
        return Answer([ticker(market, now) for market in found])

    def books(self, asked: Asked) -> Answer:
        """`GET /v1/orderbook?markets=KRW-BTC&count=30`."""
        count = int(asked.fields.get("count", 30))
        return self._of_markets(asked, lambda m: book(m, self.truth.clock.now(), count))

    def instruments(self, asked: Asked) -> Answer:
        """`GET /v1/orderbook/instruments?markets=KRW-BTC`."""
        return self._of_markets(asked, instrument)

    def trades(self, asked: Asked) -> Answer:
        """`GET /v1/trades/ticks?market=KRW-BTC&count=200`, newest first."""
        found = self._market(asked)
        if isinstance(found, Answer):
            return found
        count = int(asked.fields.get("count", 1))
        if not 1 <= count <= _MOST_TRADES:
            return error(400, "count is out of range", 400)
        newest = found.prints[-count:][::-1]
        return Answer([tick(found, printed) for printed in newest])

    def candles(self, asked: Asked) -> Answer:
        """`GET /v1/candles/minutes/{unit}`, `/days`, `/weeks`: newest first, 200 at most."""
        found = self._market(asked)
        return found if isinstance(found, Answer) else candles(asked, found, self.truth.clock.now())

    def _market(self, asked: Asked) -> Market | Answer:
        if "market" not in asked.fields:
            return missing()
        return self._listed().get(asked.fields["market"], unlisted())

    def _of_markets(self, asked: Asked, picture: Any) -> Answer:
        if not asked.fields.get("markets"):
            return missing()
        names = str(asked.fields["markets"]).split(",")
        known = self._listed()
        if any(name not in known for name in names):
            return unlisted()
        return Answer([picture(known[name]) for name in names])

    def _listed(self) -> dict[str, Market]:
        """Markets that were not taken off the list (`extra["gone"]`)."""
        markets = self.truth.markets.items()
        return {name: market for name, market in markets if not market.extra.get("gone")}
