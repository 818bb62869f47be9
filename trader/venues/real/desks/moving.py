"""Which markets of an account moved lately: only those are worth the questions that cost most."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from trader.domain.events import Holding
from trader.domain.money import ZERO
from trader.domain.time import SECOND, Millis
from trader.venues.real.desks.ports import Own

LINGERS = 15 * SECOND  # how long a market that moved is asked about in every report


class Moving:
    """Compares what is held with what the last report said; `own` knows where we traded.

    What we bought and another hand sold between two reports leaves no other trace.
    """

    def __init__(self, own: Own, now: Callable[[], Millis]) -> None:
        self.first = True  # nothing was compared yet
        self._own = own
        self._now = now
        self._held: dict[str, Decimal] = {}
        self._moved_at: dict[str, Millis] = {}

    def keys(self, holdings: Iterable[Holding]) -> set[str]:
        """Our markets where quantities changed or we traded, now or lately: what is missing is
        looked for more than once, and a sale may be told late. The first time nowhere."""
        held = {holding.key: holding.quantity for holding in holdings}
        known = (held | self._held) if not self.first else {}
        moved = {key for key in known if held.get(key, ZERO) != self._held.get(key, ZERO)}
        self._moved_at |= dict.fromkeys(moved | self._own.traded, self._now())
        self._own.traded.clear()
        return self._moved_at.keys() & set(self._own.keys)

    def told(self, holdings: Iterable[Holding]) -> None:
        """A report with these was told: the next one is compared with it."""
        self.first = False
        self._held = {holding.key: holding.quantity for holding in holdings}
        late = self._now() - LINGERS
        self._moved_at = {key: at for key, at in self._moved_at.items() if at >= late}
