"""One run of the deterministic simulation: the real engine, loop, journal and exchanges, one seed.

Time is a number that the run moves on; nothing waits and nothing asks a clock. A kill leaves the
dead engine behind as it was and starts another one from the journal, as the daemon does.
"""

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from tests.simulation.bot import Bot, Start, parameters
from tests.simulation.exchanges import Exchanges
from tests.simulation.faults import Odds
from tests.simulation.ledger import Ledger
from tests.simulation.prices import Prices
from tests.simulation.promises import (
    AFTER_EVENTS,
    AT_THE_END,
    Promise,
    booked,
    leaving,
    protected,
    symbols,
)
from tests.simulation.trouble import Asked, Kill, Trouble
from tests.simulation.wishes import Wishes
from tests.simulation.witness import Killed, Witness
from trader.domain import events as ev
from trader.domain.errors import JournalBroken
from trader.domain.instrument import VENUES, venue_of
from trader.domain.money import ZERO
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
        self.seed, self.now, self.until = seed, START, START + TROUBLE
        self.end = self.until + RESOLVED + REST
        self.trouble = setting.trouble or Trouble.drawn(seed, START + SECOND, self.until)
        self.exchanges = Exchanges(seed, (START, self.until), self._hear, setting.odds)
        self.ledger = Ledger(setting.empty, setting.empty.with_name(f"{seed}.db"))
        self.prices, self.wishes = Prices(seed), Wishes(seed)
        self.parameters = {venue: parameters(venue) for venue in VENUES}
        self.counts: Counter[str] = Counter()
        self.bot: Bot | None = None
        self.witness: Witness | None = None
        self.mail: Asked | None = None
        self.told: set[str] = set()
        self.asked = list(self.trouble.asked)
        self.retuned = list(self.trouble.retuned)
        self.stopped = False
        self.broken = False
        self.violations: dict[str, str] = {}
        self.unprotected: dict[str, Millis] = {}
        self.cancelled: set[str] = set()
        self.foreign: dict[str, Decimal] = {}
        self._kills = list(self.trouble.kills)
        self._kill: Kill | None = None
        self._back_at: Millis = START

    def run(self) -> None:
        """All the time there is; then the last questions."""
        self.exchanges.open(self.now)
        while self.now < self.end:
            try:
                self._tick()
            except Killed:
                self._bury()
            self.now += SECOND
        self._judge(AT_THE_END)

    # ------------------------------------------------------------ one second

    def _tick(self) -> None:
        self._trouble()
        if self.bot is None and self.now >= self._back_at and not self.full():
            self._rise()
        for venue in VENUES:
            self.exchanges.venues[venue].advance(self.now)
        if self.now % MINUTE == 0:
            self._close()
        if self.now < self.until + RESOLVED:
            self.prices.step()
        self.prices.note()
        for key, price in self.prices.now.items():
            self._price(key, price)
        self.exchanges.disturb(self.now)
        self._hear(ev.PricesSettled(self.now))
        self._hear(ev.TimePassed(self.now, cycle=self.now % CYCLE == 0))
        self._note_protection()
        self._judge(AFTER_EVENTS)

    def _close(self) -> None:
        for venue in VENUES:
            candles = self.prices.close(self.now, venue)
            if not self.silent(venue):
                self._hear(ev.CandlesClosed(candles, self.now))

    def _price(self, key: str, price: float) -> None:
        self.exchanges.venues[venue_of(key)].on_price(key, price, self.now)
        if self.silent(venue_of(key)):
            return
        for tick in self.trouble.ticks:
            if tick.key == key and 0 <= self.now - tick.at < SECOND:
                self.counts["bad tick"] += 1
                self._hear(ev.PriceSeen(key, price * tick.factor, self.now))
        self._hear(ev.PriceSeen(key, price, self.now))

    def silent(self, venue: str) -> bool:
        """Whether the stream of a venue says nothing now."""
        return any(s.venue == venue and s.span.holds(self.now) for s in self.trouble.silences)

    def _hear(self, event: ev.Event) -> None:
        if self.bot is not None:
            self.bot.hear(event)

    # ------------------------------------------------------------ what befalls it

    def _trouble(self) -> None:
        self.wishes.content = self.now >= self.until
        self.ledger.fill_disk(full=self.full())
        if self._kills and self.now >= self._kills[0].at and self.bot is not None:
            self._kill = self._kills.pop(0)
        if self.bot is None:
            return
        if self._kill is not None:
            late = self.now - self._kill.at >= PATIENCE
            if late or self._kill.point == "between events":
                raise Killed
        self._people()
        self._mend()

    def full(self) -> bool:
        """Whether the journal's disk takes no more."""
        return any(span.holds(self.now) for span in self.trouble.broken_disk)

    def _people(self) -> None:
        """The mailbox holds one command until it is answered; settings, the stop file."""
        if self.mail is None and self.asked and self.now >= self.asked[0].at:
            self.mail = self.asked.pop(0)
        if self.mail is not None and self.mail.id not in self.told:
            self._deliver(self.mail)
        while self.retuned and self.now >= self.retuned[0].at:
            values = self.retuned.pop(0).values
            self.parameters = {v: replace(p, **values) for v, p in self.parameters.items()}
            self._hear(ev.ParametersChanged(dict(self.parameters), "next", self.now))
        there = any(span.holds(self.now) for span in self.trouble.stop_file)
        if there != self.stopped:
            self.stopped = there
            self._hear(ev.HaltFileSeen(there, self.now))

    def _deliver(self, mail: Asked) -> None:
        if self.ledger.knows_command(mail.id):
            self.mail = None
            return
        self.told.add(mail.id)
        name = type(mail.command).__name__
        wall = self.now / 1_000
        self._hear(ev.Commanded(mail.id, name, mail.command, "panel", self.now, wall))

    def _mend(self) -> None:
        """What the daemon's cycle does about a journal that failed."""
        if self.now % CYCLE or self.ledger.journal is None:
            return
        try:
            self.ledger.journal.flush()
            broken, reason = False, ""
        except JournalBroken as error:
            broken, reason = True, str(error)
        if broken != self.broken:
            self.broken = broken
            self._hear(ev.JournalFailed(broken, reason, self.now))

    # ------------------------------------------------------------ deaths and births

    def hit(self, point: str) -> None:
        """A place where the process may be killed."""
        if self._kill is not None and self._kill.point == point:
            raise Killed

    def _rise(self) -> None:
        journal = self.ledger.open()
        restored = journal.restore()
        start = Start(self.parameters, restored, self.now)
        bot = Bot(start, self.wishes, self._after)
        self.witness = Witness(
            journal, self.exchanges.router, self.hit, self._look, self.ledger.told(), self.counts,
            self.cancelled,
        )  # fmt: skip
        self.told, self.stopped, self.broken = set(), False, False
        self.bot = bot
        bot.plug(self.witness, self.witness, self.now)

    def _bury(self) -> None:
        assert self._kill is not None
        self.counts[f"killed {self._kill.point}"] += 1
        if self.bot is not None:
            orders = [o for v in self.bot.engine.state.venues.values() for o in v.orders.values()]
            self.counts["killed with orders in flight"] += any(o.live for o in orders)
        self._back_at = self.now + self._kill.down
        self.bot = self.witness = self._kill = None
        self.unprotected.clear()
        self.exchanges.hang_up()
        self.ledger.close()

    # ------------------------------------------------------------ looked at

    def _look(self, order: Order) -> None:
        """An order leaves: what must be true now."""
        for violation in leaving(self, order):
            self._blame("leaving", violation)

    def _after(self, event: ev.Event) -> None:
        """An event was handled."""
        witness = self.witness
        if isinstance(event, ev.VenueReported):
            self._note_foreign(event)
        if witness is None or not witness.moved:
            return
        witness.moved = False
        for answer in witness.answers:
            if self.mail is not None and answer.id == self.mail.id:
                self.mail = None
        witness.answers.clear()
        self._judge(AFTER_EVENTS)

    def _note_foreign(self, report: ev.VenueReported) -> None:
        """Where other hands hold futures, and the bot knows it."""
        there = {holding.key: holding.quantity for holding in report.holdings}
        for venue, sym in symbols(self):
            if venue.name == report.venue and venue.capabilities.margin:
                known = ("foreign", sym.key) in venue.halts
                foreign = there.get(sym.key, ZERO) - booked(venue, sym)
                self.foreign[sym.key] = foreign if known else ZERO

    def _note_protection(self) -> None:
        for _, sym in symbols(self):
            if protected(self, sym):
                self.unprotected.pop(sym.key, None)
            else:
                self.unprotected.setdefault(sym.key, self.now)

    def _judge(self, promises: tuple[Promise, ...]) -> None:
        for promise in promises:
            for violation in promise(self):
                self._blame(promise.__name__, violation)

    def _blame(self, promise: str, violation: str) -> None:
        """The first violation of each promise is enough."""
        self.violations.setdefault(promise, f"{(self.now - START) // 1000} s: {violation}")
