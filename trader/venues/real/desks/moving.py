"""Which markets of an account moved lately: only those are worth the questions that cost most."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from trader.domain.events import Holding
from trader.domain.money import ZERO
from trader.domain.time import SECOND, Millis

LINGERS = 15 * SECOND  # how long a market that moved is asked about in every report


class Moving:
    """Compares what is held with what the last report said."""

    def __init__(self, now: Callable[[], Millis]) -> None:
        self.first = True  # nothing was compared yet
        self._now = now
        self._held: dict[str, Decimal] = {}
        self._moved_at: dict[str, Millis] = {}

    def keys(self, holdings: Iterable[Holding]) -> set[str]:
        """Where quantities changed, now or lately: what is missing is looked for more than once,
        and a sale may be told late. The first time nowhere, for there is nothing to compare."""
        held = {holding.key: holding.quantity for holding in holdings}
        for key in (held | self._held) if not self.first else ():
            if held.get(key, ZERO) != self._held.get(key, ZERO):
                self._moved_at[key] = self._now()
        return {key for key, at in self._moved_at.items() if self._now() - at <= LINGERS}

    def told(self, holdings: Iterable[Holding]) -> None:
        """A report with these was told: the next one is compared with it."""
        self.first = False
        self._held = {holding.key: holding.quantity for holding in holdings}
