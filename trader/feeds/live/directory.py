"""The markets of all venues as they last told them: what symbols are chosen from."""

from __future__ import annotations

from collections.abc import Iterable

from trader.domain.instrument import MarketRules
from trader.domain.quotation import MarketQuoted
from trader.domain.time import Millis
from trader.feeds.market import Listed


class Directory:
    """`known`: what is held or being ordered, which exists before any venue was heard."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = tuple(known)
        self._markets: dict[str, dict[str, MarketQuoted]] = {}

    def heard(self, venue: str, markets: Iterable[MarketQuoted]) -> None:
        """What one venue lists; replaces what it listed before."""
        self._markets[venue] = {market.key: market for market in markets}

    @property
    def keys(self) -> tuple[str, ...]:
        """Every instrument there is."""
        listed = (key for markets in self._markets.values() for key in markets)
        return tuple(dict.fromkeys((*self._known, *listed)))

    def listing(self, at: Millis) -> tuple[Listed, ...]:
        """All markets with their turnover of 24 h."""
        del at
        return tuple(
            Listed(market.key, market.turnover, market.rules.warned)
            for markets in self._markets.values()
            for market in markets.values()
        )

    def unlisted(self, keys: Iterable[str]) -> list[str]:
        """Those that their venue, which has been heard, does not list."""
        heard = (key for key in keys if key.partition(":")[0] in self._markets)
        return [key for key in heard if self.rules(key) is None]

    def rules(self, key: str) -> MarketRules | None:
        """A market's rules; None for one that its venue does not list."""
        venue = key.partition(":")[0]
        market = self._markets.get(venue, {}).get(key)
        return None if market is None else market.rules
