"""The public data of one real exchange: markets, prices, candles, funding, and the stream."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from trader.domain.candles import Candle
from trader.domain.errors import BadInput, VenueRefused
from trader.domain.instrument import Instrument, symbol_of
from trader.domain.quotation import FundingRate, MarketQuoted, Tick
from trader.domain.time import Millis
from trader.venues.profiles import profile_of
from trader.venues.real import listing, quoting
from trader.venues.real.addresses import WIRINGS, Addresses
from trader.venues.real.connection import Gate
from trader.venues.real.public_line import PublicLine, named
from trader.venues.real.public_questions import QUESTIONS, Question
from trader.venues.real.reading.streams import StreamOver
from trader.venues.real.tap import Tap
from trader.venues.real.verdicts import LONGEST_SHOWN

if TYPE_CHECKING:
    from ccxt.pro import Exchange

Hear = Callable[[Any, Mapping[str, str]], Tick | None]
Watch = Callable[["Exchange", list[str]], Awaitable[Any]]
_APART = 0.3  # seconds between two subscriptions: exchanges allow five messages a second
_FUNDINGS = 100


class PublicVenue:
    """The port `PublicData` over ccxt.pro. Ask for `markets` first: names come from there.

    `gate`: the budget that all share who ask this venue.
    """

    def __init__(self, venue: str, addresses: Addresses, gate: Gate) -> None:
        self._venue = venue
        self._questions = QUESTIONS[venue]
        self._line = PublicLine(venue, addresses, gate)
        self._names: dict[str, str] = {}  # key -> market as the exchange writes it
        self._keys: dict[str, str] = {}  # and back
        self._symbols: dict[str, str] = {}  # key -> market as ccxt writes it

    @property
    def lengths(self) -> tuple[Millis, ...]:
        """Candles that the venue has, in ms."""
        return self._questions.lengths

    async def close(self) -> None:
        """Give the connections back."""
        await self._line.close()

    # ------------------------------------------------------------ questions

    async def markets(self) -> tuple[MarketQuoted, ...]:
        """Markets in the venue's quote currency with rules and 24 h turnover."""
        found = await self._line.markets(self._questions.listing)
        listed = {key: market for market in found.values() if (key := self._key(market))}
        infos = {key: market["info"] for key, market in listed.items()}
        usual = profile_of(self._venue).rules
        rules = listing.read_rules(self._venue, self._questions.rules, infos, usual)
        names = {key: str(listed[key]["id"]) for key in rules}
        asked = self._line, self._venue, self._questions, list(names.values())
        days, ticks = await listing.days(*asked), await listing.ticks(*asked)
        self._names, self._keys = names, {name: key for key, name in names.items()}
        self._symbols = {key: str(listed[key]["symbol"]) for key in names}
        return tuple(
            MarketQuoted(
                key,
                listing.with_tick(rules[key], ticks.get(name), days.get(name)),
                listing.turnover(self._questions, days.get(name)),
            )
            for key, name in names.items()
        )

    async def prices(self, keys: Sequence[str]) -> tuple[Tick, ...]:
        """The newest prices of some markets in one question."""
        names = [self._name(key) for key in keys]
        questions = [ask(names) for ask in (self._questions.prices, *self._questions.prices_else)]

        def read(answer: Any) -> tuple[Tick, ...]:
            return self._ticks(answer, keys, self._questions.tick)

        for question in questions[:-1]:
            with suppress(VenueRefused):
                return await self._line.ask(question, read)
        return await self._line.ask(questions[-1], read)

    @property
    def marked(self) -> bool:
        """Whether it has mark prices."""
        return self._questions.marks is not None

    async def marks(self, keys: Sequence[str]) -> tuple[Tick, ...]:
        """The mark prices of some markets in one question."""
        marks = self._questions.marks
        if marks is None:
            return ()
        question = marks.ask([self._name(key) for key in keys])
        return await self._line.ask(question, lambda answer: self._ticks(answer, keys, marks.read))

    async def candles(
        self, key: str, length: Millis, until: Millis, rows: int
    ) -> tuple[Candle, ...]:
        """The newest `rows` candles that begin before `until`, page by page."""
        name, questions = self._name(key), self._questions
        if length not in questions.lengths:
            raise BadInput(f"{self._venue} has no candles of {length // 1_000} s")
        found: list[Candle] = []
        while len(found) < rows:
            wanted = min(questions.page, rows - len(found))
            question = questions.candles(name, length, until, wanted)
            page, whole = await self._line.ask(question, partial(self._page, key, until, wanted))
            found[:0] = page
            if not whole or not page:
                break
            until = page[0].time
        return tuple(found)

    async def funding(self, key: str, since: Millis) -> tuple[FundingRate, ...]:
        """What was settled since then."""
        if not self._questions.funding:
            return ()
        words = {"symbol": self._name(key), "startTime": since, "limit": _FUNDINGS}
        question = Question(self._questions.funding, words)
        return await self._line.ask(question, lambda rows: quoting.funding_rates(rows, key))

    # ------------------------------------------------------------ the stream

    async def stream(self, keys: Sequence[str], take: Callable[[Tick], None]) -> None:
        """Every trade's price until the connection breaks."""
        await self._stream(keys, take, self._questions.watch, self._questions.heard)

    async def stream_marks(self, keys: Sequence[str], take: Callable[[Tick], None]) -> None:
        """Mark prices, one a second and market, on a connection of their own."""
        marks = self._questions.marks
        if marks is not None:
            await self._stream(keys, take, marks.watch, marks.heard)

    async def _stream(
        self, keys: Sequence[str], take: Callable[[Tick], None], watch: Watch, hear: Hear
    ) -> None:
        """ccxt connects, subscribes and keeps alive; what cannot be read is left out: a symbol that
        gets no price is asked for.
        """
        symbols = [self._symbols[key] for key in keys if key in self._symbols]
        tap = Tap(self._line.another(), partial(self._hear, take, hear))
        subscribed = asyncio.ensure_future(self._subscribe(tap.exchange, symbols, watch))
        try:
            await asyncio.wait({subscribed, tap.ended}, return_when=asyncio.FIRST_COMPLETED)
            (tap.ended if tap.ended.done() else subscribed).result()
        except Exception as error:
            raise named(error) from error
        finally:
            subscribed.cancel()
            await asyncio.gather(subscribed, return_exceptions=True)
            await tap.close()

    async def _subscribe(self, exchange: Exchange, symbols: list[str], watch: Watch) -> None:
        """Subscribe batch by batch, then wait: what comes is taken elsewhere."""
        size = self._questions.batch
        async with asyncio.TaskGroup() as group:
            for first in range(0, len(symbols), size):
                if first:
                    await asyncio.sleep(_APART)
                group.create_task(_listen(exchange, symbols[first : first + size], watch))

    def _hear(self, take: Callable[[Tick], None], hear: Hear, message: Any) -> None:
        tick = hear(message, self._keys)
        if tick is not None:
            take(tick)
        elif error := message.get("error"):
            raise StreamOver(f"the stream answered {str(error)[:LONGEST_SHOWN]}")

    # ------------------------------------------------------------ names and answers

    def _name(self, key: str) -> str:
        name = self._names.get(key)
        if name is None:
            raise BadInput(f"{self._venue} has no market {symbol_of(key)}")
        return name

    def _key(self, market: Mapping[str, Any]) -> str:
        """Our name of one of ccxt's markets; empty for one that is not ours to trade.

        Coins have the exchange's own names, as in its accounts: ccxt renames some (Upbit's TON).
        """
        base, quote = market.get("base"), market.get("quote")
        symbol = f"{base}/{quote}{WIRINGS[self._venue].contract}"
        if quote != self._questions.quote or market.get("symbol") != symbol:
            return ""
        return Instrument(self._venue, str(market.get("baseId") or base), str(quote)).key

    def _ticks(self, answer: Any, keys: Sequence[str], read: Hear) -> tuple[Tick, ...]:
        rows = answer if isinstance(answer, list) else [answer]
        wanted = {self._names[key]: key for key in keys}
        ticks: list[Tick] = []
        odd: quoting.OddAnswer | None = None
        for row in rows:
            try:
                tick = read(row, wanted)
            except quoting.OddAnswer as error:
                odd = error  # a market without a price hides no other
                continue
            if tick is not None:
                ticks.append(tick)
        if odd is not None and not ticks:
            raise odd
        return tuple(ticks)

    def _page(self, key: str, until: Millis, wanted: int, answer: Any) -> tuple[list[Candle], bool]:
        """Candles oldest first, and whether there may be older ones. An end may be meant with or
        without the candle that begins there. Raises `OddAnswer` for an answer to another question.
        """
        told = self._questions.read_candles(answer, key)
        each = {candle.time: candle for candle in told}
        page = [each[at] for at in sorted(each) if at < until]
        if (told and not page) or len(each) > len(page) + 1:
            raise quoting.OddAnswer("candles of another time came back than were asked for")
        return page, len(told) >= wanted


async def _listen(exchange: Exchange, symbols: list[str], watch: Watch) -> None:
    while True:
        await watch(exchange, symbols)
