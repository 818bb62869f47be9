"""Prices that came and were not looked at yet: a handful a symbol, however many there were."""

from __future__ import annotations

from trader.domain.quotation import Tick

_KEPT = 4


class Tape:
    """Of each symbol the first, lowest, highest and newest price, in the order in which they came.

    So a flood delays nothing, and no level that was touched in between is missed.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, list[Tick]] = {}

    def add(self, tick: Tick) -> None:
        """One more price."""
        waiting = self._waiting.setdefault(tick.key, [])
        waiting.append(tick)
        if len(waiting) > _KEPT:
            self._waiting[tick.key] = conflated(waiting)

    def newest(self, key: str) -> Tick | None:
        """The last one that waits; None when none does."""
        waiting = self._waiting.get(key)
        return waiting[-1] if waiting else None

    def waiting(self) -> tuple[str, ...]:
        """Symbols of which something waits."""
        return tuple(self._waiting)

    def take(self, key: str) -> list[Tick]:
        """What waits of one symbol; it is not there any more then."""
        return self._waiting.pop(key, [])


def conflated(ticks: list[Tick]) -> list[Tick]:
    """The first, lowest, highest and newest of them, each once, in order."""
    prices = [tick.price for tick in ticks]
    places = {0, prices.index(min(prices)), prices.index(max(prices)), len(ticks) - 1}
    return [ticks[place] for place in sorted(places)]
