"""Makes dust of the bot another coin, where a venue offers that: rarely, once, and only the bot's.

A venue converts ALL that is free of a coin. So nothing is asked for while the account holds more of
it than the bot left there, and nothing of it is bought until it is known what became of a request.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from trader.domain import events as ev
from trader.domain.dust import Conversion, DustConverted
from trader.domain.instrument import symbol_of
from trader.domain.money import plain
from trader.domain.outcome import Notice, Outcome
from trader.domain.time import HOUR, MINUTE, Millis
from trader.engine.books import Books
from trader.engine.state import State, VenueState

EVERY = 6 * HOUR  # Binance converts once in so long
LOOK_EVERY = MINUTE  # what became of a request that nobody answered

Busy = Callable[[VenueState, str], bool]


class Converting:
    """`busy`: whether something of ours moved just now in a symbol: reports may be older."""

    def __init__(self, state: State, books: Books, busy: Busy, *, wanted: bool) -> None:
        self._state = state
        self._books = books
        self._busy = busy
        self._wanted = wanted
        self._look_at: dict[str, Millis] = {}
        self._said: set[str] = set()

    def reported(self, report: ev.VenueReported, out: Outcome) -> None:
        """What an account holds is known: ask for a conversion if one is due."""
        venue = self._state.venues[report.venue]
        if not self._due(venue):
            return
        parts = tuple(self._parts(venue, report, out))
        if not parts:
            return
        now = self._state.now
        venue.conversion, venue.converted_at = Conversion(venue.name, parts, now), now
        venue.dirty = True
        self._look_at[venue.name] = now + LOOK_EVERY
        out.convert.append(venue.conversion)

    def passed(self, out: Outcome) -> None:
        """Time: a request without an answer is looked for; it is never made again."""
        now = self._state.now
        for venue in self._state.venues.values():
            asked = venue.conversion
            if asked is None or ("recovering", "") in venue.halts:
                continue
            if now >= self._look_at.get(venue.name, 0):
                self._look_at[venue.name] = now + LOOK_EVERY
                out.convert.append(replace(asked, again=True))

    def over(self, told: DustConverted, out: Outcome) -> None:
        """Book what was converted; what was not stays dust."""
        venue = self._state.venues[told.venue]
        asked = venue.conversion
        if asked is None or asked.asked_at != told.asked_at:
            return
        venue.conversion = None
        venue.dirty = True
        venue.look_again()
        for part in told.parts:
            self._books.converted(venue, part, out)
        self._tell(told, out)

    def _due(self, venue: VenueState) -> bool:
        """Never while something of the venue must go, or anything is wrong there or halted."""
        if not (self._wanted and venue.dust and venue.capabilities.dust_coin):
            return False
        halted = any(not key for _, key in venue.halts)
        if halted or venue.conversion is not None:
            return False
        if any(held.must_go for held in venue.holding.values()):
            return False
        return self._state.now - venue.converted_at >= EVERY

    def _parts(
        self, venue: VenueState, report: ev.VenueReported, out: Outcome
    ) -> Iterator[tuple[str, Decimal]]:
        """Dust that is all there is of its coin, and that no order locks."""
        there = {holding.key: holding for holding in report.holdings}
        for key, ours in venue.dust.items():
            sym, holding = venue.symbols.get(key), there.get(key)
            coin = symbol_of(key).partition("/")[0]
            if holding is None or coin == venue.capabilities.dust_coin:
                continue
            if (sym is not None and not sym.idle) or self._busy(venue, key):
                continue
            if holding.quantity > ours:
                self._say_shared(key, coin, out)
            elif holding.free == holding.quantity:
                yield key, ours

    def _say_shared(self, key: str, coin: str, out: Outcome) -> None:
        text = f"{key}: dust is not converted, the account holds {coin} of your own too"
        if self._is_news(text):
            out.notices.append(Notice("info", "dust_shared", text, self._state.now, key))

    def _is_news(self, text: str) -> bool:
        """What is so every six hours is said once."""
        if text in self._said:
            return False
        self._said.add(text)
        return True

    def _tell(self, told: DustConverted, out: Outcome) -> None:
        now = self._state.now
        for part in told.parts:
            coin = symbol_of(part.into).partition("/")[0]
            was, received = plain(part.quantity), plain(part.received)
            text = f"{part.key}: dust of {was} became {received} {coin}"
            out.notices.append(Notice("info", "dust_converted", text, now, part.key))
        if told.reason:
            text = f"{told.venue}: dust is kept: {told.reason}"
            if self._is_news(text):
                out.notices.append(Notice("info", "dust_kept", text, now))
