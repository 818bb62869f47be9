"""One run of the deterministic simulation: the real engine, loop, journal and exchanges, one seed.

Time is a number that the run moves on; nothing waits and nothing asks a clock. A kill leaves the
dead engine behind as it was and starts another one from the journal, as the daemon does.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.bot import Bot, Start, parameters
from tests.simulation.exchanges import Exchanges
from tests.simulation.faults import Odds
from tests.simulation.ledger import Ledger
from tests.simulation.observer import Observer
from tests.simulation.people import People
from tests.simulation.prices import Prices
from tests.simulation.trouble import Kill, Trouble
from tests.simulation.wishes import Wishes
from tests.simulation.witness import Killed, Witness
from trader.domain import events as ev
from trader.domain.errors import JournalBroken
from trader.domain.instrument import VENUES, venue_of
from trader.domain.order import Order
from trader.domain.time import MINUTE, SECOND, Millis

START: Millis = 1_700_000_040_000  # a whole minute
TROUBLE = 8 * MINUTE
RESOLVED = 150 * SECOND  # Upbit's quarantine of 120 s and a few looks: by then nothing is open
REST = 30 * SECOND  # prices stand still: what was sent last comes to its end
CYCLE = 3 * SECOND
PATIENCE = 20 * SECOND  # a kill whose point does not come strikes anyway


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run is made of. `empty`: an empty journal; `odds` and `trouble` None: the usual."""

    seed: int
    empty: Path
    odds: Odds | None = None
    trouble: Trouble | None = None


class World:
    """Prices, exchanges, people and the bot of one seed. `run()` goes to the end."""

    def __init__(self, setting: Setting) -> None:
        seed = setting.seed
        self.now, self.until = START, START + TROUBLE
        self.end = self.until + RESOLVED + REST
        self.trouble = setting.trouble or Trouble.drawn(seed, START + SECOND, self.until)
        self.counts: Counter[str] = Counter()
        self.cancelled: set[str] = set()  # orders that the bot ever asked to be cancelled
        self.exchanges = Exchanges(seed, (START, self.until), self.hear, setting.odds)
        self.exchanges.count_in(self.counts)
        self.ledger = Ledger(setting.empty, setting.empty.with_name(f"{seed}.db"))
        self.prices, self.wishes = Prices(seed), Wishes(seed)
        self.parameters = {venue: parameters(venue) for venue in VENUES}
        self.people = People(self.trouble)
        self.observer = Observer(START)
        self.bot: Bot | None = None
        self.witness: Witness | None = None
        self._broken = False
        self._kills = list(self.trouble.kills)
        self._kill: Kill | None = None
        self._back_at: Millis = START

    def run(self) -> "World":
        """All the time there is; then the last questions."""
        self.exchanges.open(self.now)
        while self.now < self.end:
            try:
                self._tick()
            except Killed:
                self._bury()
            self.now += SECOND
        self.observer.at_the_end(self)
        return self

    def digest(self) -> str:
        """One number for what the exchanges did and what the journal holds."""
        whole = f"{self.exchanges.history()}\n{self.ledger.digest()}"
        return hashlib.sha256(whole.encode()).hexdigest()

    # ------------------------------------------------------------ one second

    def _tick(self) -> None:
        self.wishes.content = self.now >= self.until
        self.ledger.fill_disk(full=self.full())
        self._die()
        if self.bot is None and self.now >= self._back_at and not self.full():
            self._rise()
        if self.bot is not None:
            self.people.act(self)
            self._mend()
        for exchange in self.exchanges.venues.values():
            exchange.advance(self.now)
        if self.now % MINUTE == 0:
            self._close()
        self._quote()
        self.exchanges.disturb(self.now)
        self.hear(ev.PricesSettled(self.now))
        self.hear(ev.TimePassed(self.now, cycle=self.now % CYCLE == 0))
        self.observer.second(self)

    def _close(self) -> None:
        for venue in VENUES:
            candles = self.prices.close(self.now, venue)
            if candles and not self.silent(venue):
                self.hear(ev.CandlesClosed(candles, self.now))

    def _quote(self) -> None:
        if self.now < self.until + RESOLVED:
            self.prices.step()
        self.prices.note()
        for key, price in self.prices.now.items():
            self._price(key, price)

    def _price(self, key: str, price: float) -> None:
        """The exchange is there first; then the bot hears of it, once with a bad tick before."""
        self.exchanges.venues[venue_of(key)].on_price(key, price, self.now)
        if self.silent(venue_of(key)):
            return
        for tick in self.trouble.ticks:
            if tick.key == key and 0 <= self.now - tick.at < SECOND:
                self.counts["bad tick"] += 1
                self.hear(ev.PriceSeen(key, price * tick.factor, self.now))
        self.hear(ev.PriceSeen(key, price, self.now))

    def hear(self, event: ev.Event) -> None:
        """Let the bot hear of something, if it lives."""
        if self.bot is not None:
            self.bot.hear(event)

    # ------------------------------------------------------------ what befalls it

    def silent(self, venue: str) -> bool:
        """Whether the stream of a venue says nothing now."""
        return any(s.venue == venue and s.span.holds(self.now) for s in self.trouble.silences)

    def full(self) -> bool:
        """Whether the journal's disk takes no more."""
        return any(span.holds(self.now) for span in self.trouble.broken_disk)

    def _mend(self) -> None:
        """What the daemon's cycle does about a journal that failed."""
        if self.now % CYCLE or self.ledger.journal is None:
            return
        reason = ""
        try:
            self.ledger.journal.flush()
        except JournalBroken as error:
            reason = str(error)
        if bool(reason) != self._broken:
            self._broken = bool(reason)
            self.hear(ev.JournalFailed(self._broken, reason, self.now))

    # ------------------------------------------------------------ deaths and births

    def hit(self, point: str) -> None:
        """A place where the process may be killed."""
        if self._kill is not None and self._kill.point == point:
            raise Killed

    def _die(self) -> None:
        if self._kills and self.now >= self._kills[0].at and self.bot is not None:
            self._kill = self._kills.pop(0)
        if self._kill is not None:
            self.hit("between events")
            if self.now - self._kill.at >= PATIENCE:
                raise Killed

    def _rise(self) -> None:
        journal = self.ledger.open()
        start = Start(self.parameters, journal.restore(), self.now)
        told = self.ledger.told()
        self.witness = Witness(
            journal, self.exchanges.router, self.hit, self._look, told, self.counts, self.cancelled
        )
        self.bot = Bot(start, self.wishes, self._after)
        self._broken = False
        self.people.meet_a_new_bot()
        self.observer.born(self)
        self.bot.plug(self.witness, self.witness, self.now)

    def _bury(self) -> None:
        assert self._kill is not None
        assert self.bot is not None
        self.counts[f"killed {self._kill.point}"] += 1
        self.observer.died(self, self._kill.point)
        self._back_at = self.now + self._kill.down
        self.bot = self.witness = self._kill = None
        self.exchanges.hang_up()
        self.ledger.close()

    def _look(self, order: Order) -> None:
        self.observer.departing(self, order)

    def _after(self, event: ev.Event) -> None:
        self.observer.handled(self, event)
