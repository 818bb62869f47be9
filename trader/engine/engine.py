"""One event in, one outcome out. No clock, no network, no files, no logger."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trader.domain import events as ev
from trader.domain.book import Halt
from trader.domain.dust import DustConverted
from trader.domain.outcome import NOTHING, Notice, Outcome
from trader.domain.time import Millis
from trader.engine.answers import Answers
from trader.engine.books import Books
from trader.engine.clock import Clock
from trader.engine.closing import Closing
from trader.engine.comparing import Comparing
from trader.engine.converting import Converting
from trader.engine.entering import Entering
from trader.engine.explaining import Explaining
from trader.engine.leaving import Leaving
from trader.engine.links import Links
from trader.engine.listing import Listing
from trader.engine.marking import Marking
from trader.engine.operating import Operating
from trader.engine.orders import Orders
from trader.engine.ports import Restored, Signals
from trader.engine.pricing import Pricing
from trader.engine.protecting import Protector
from trader.engine.restoring import restore
from trader.engine.state import State
from trader.rules import exits


@dataclass(frozen=True, slots=True)
class Habits:
    """What may differ between a daemon and a backtest, as plain data.

    `once_a_day` strategies with one fill a symbol and day; `warmup_cycles` loops without
    entries; `watch_prices`: judge the age of prices; `explain`: put decisions into words;
    `first_day_until`: when the caps of mode live's first day end, 0: there are none;
    `convert_dust`: where a venue can.
    """

    once_a_day: frozenset[str] = frozenset({"breakout"})
    warmup_cycles: int = 0
    watch_prices: bool = False
    explain: bool = False
    first_day_until: Millis = 0
    convert_dust: bool = False


class Engine:
    """monitor -> signal -> risk -> execute, over one ordered stream of facts."""

    def __init__(self, state: State, signals: Signals, habits: Habits) -> None:
        self.state = state
        state.first_day_until = habits.first_day_until
        self._signals = signals
        self._orders = orders = Orders(state)
        self._closing = Closing(state)
        books = Books(state, self._closing)
        self._protector = protector = Protector(state, orders)
        self._leaving = Leaving(state, orders, protector, books)
        self._entering = Entering(state, orders, signals, habits.once_a_day, habits.warmup_cycles)
        answers = Answers(state, orders, books, self._leaving, protector)
        self._operating = Operating(state, orders, self._entering, self._leaving)
        self._clock = Clock(
            state,
            orders,
            self._leaving,
            protector,
            watch_prices=habits.watch_prices,
            warmup=habits.warmup_cycles,
        )
        self._listing = Listing(state, signals)
        self._links = Links(state)
        self.explaining = Explaining(state, signals)
        explaining = self.explaining if habits.explain else None
        self.pricing = Pricing(
            state, signals, self._entering, self._leaving, self._closing, explaining
        )
        self._marking = Marking(state, self._leaving)
        self._books = books
        self._comparing = Comparing(state, orders, books, answers, protector)
        self._converting = Converting(
            state, books, self._comparing.busy, wanted=habits.convert_dust
        )
        self._handlers = self._table(answers)

    def restore(self, restored: Restored, now: Millis) -> None:
        """Go on from what the journal knows; markets must be listed before."""
        restore(self.state, restored, self._orders, now)

    def process(self, event: ev.Event) -> Outcome:
        """Learn one fact; answer with everything that follows from it."""
        return self._handlers[type(event)](event)

    def _table(self, answers: Answers) -> Mapping[type, Callable[[Any], Outcome]]:
        slow: dict[type, Callable[[Any, Outcome], None]] = {
            ev.MarkSeen: self._marking.seen,
            ev.HistoryLoaded: self._listing.history,
            ev.FundingCharged: self._funding,
            ev.MarketListed: self._listing.market,
            ev.UniverseChosen: self._listing.universe,
            ev.LinkChanged: self._links.changed,
            ev.AccountJudged: self._links.judged,
            ev.OrderOpened: answers.opened,
            ev.OrderFilled: answers.filled,
            ev.OrderEnded: answers.ended,
            ev.OrderRejected: answers.rejected,
            ev.OrderUnknown: answers.unknown,
            ev.OrderNotFound: answers.not_found,
            ev.CancelFailed: answers.cancel_failed,
            ev.VenueReported: self._reported,
            DustConverted: self._converting.over,
            ev.Liquidated: answers.liquidated,
            ev.TimePassed: self._time,
            ev.Commanded: self._operating.obey,
            ev.ParametersChanged: self._retuned,
            ev.HaltFileSeen: self._halt_file,
            ev.JournalFailed: self._journal_failed,
            ev.DataEnded: self._data_ended,
        }
        table: dict[type, Callable[[Any], Outcome]] = {
            kind: self._collecting(handler) for kind, handler in slow.items()
        }
        table[ev.PriceSeen] = self.pricing.seen
        table[ev.PricesSettled] = self.pricing.settled
        table[ev.CandlesClosed] = self.pricing.closed
        return table

    def _collecting(self, handler: Callable[[Any, Outcome], None]) -> Callable[[Any], Outcome]:
        """A handler that fills an outcome, finished with the books that it changed."""

        def answer(event: Any) -> Outcome:
            at = getattr(event, "at", self.state.now)
            self.state.now = max(self.state.now, at)
            out = Outcome()
            handler(event, out)
            return finished(self.state, out)

        return answer

    def _funding(self, event: ev.FundingCharged, out: Outcome) -> None:
        sym = self.state.symbols.get(event.key)
        repeated = event.id and not self.state.know_fill(f"funding:{event.key}:{event.id}")
        if sym is not None and not repeated:
            self._books.charged(self.state.venue_by_key[event.key], sym, event, out)

    def _time(self, event: ev.TimePassed, out: Outcome) -> None:
        self._clock.passed(out, cycle=event.cycle)
        self._converting.passed(out)

    def _reported(self, event: ev.VenueReported, out: Outcome) -> None:
        self._comparing.apply(event, out)
        self._converting.reported(event, out)

    def _retuned(self, event: ev.ParametersChanged, out: Outcome) -> None:
        """New parameters: levels of what is held follow at once; the ATR stops stay."""
        for name, parameters in event.parameters.items():
            venue = self.state.venues.get(name)
            if venue is None or venue.parameters == parameters:
                continue
            venue.parameters = parameters
            for key, held in venue.holding.items():
                held.tune(parameters)
                self._protector.fit(venue, venue.symbols[key], out)
            for sym in venue.symbols.values():
                sym.armed = sym.wants = ()
            venue.look_again()
        self._signals.retune({n: v.parameters for n, v in self.state.venues.items()})
        text = f"settings {event.version} in force"
        out.notices.append(Notice("info", "settings", text, event.at))

    def _halt_file(self, event: ev.HaltFileSeen, out: Outcome) -> None:
        for venue in self.state.venues.values():
            if not event.present:
                venue.lift(("halt_file",))
            elif venue.halt(Halt("halt_file", None, "", "data/STOP exists")):
                self._operating.cancel_entries(venue, out)
        word = "appeared: no entries" if event.present else "is gone"
        out.notices.append(Notice("warning", "halt_file", f"data/STOP {word}", event.at))

    def _journal_failed(self, event: ev.JournalFailed, out: Outcome) -> None:
        changed = False
        for venue in self.state.venues.values():
            if event.broken:
                changed |= venue.halt(Halt("journal", None, "", event.reason))
            else:
                changed |= venue.lift(("journal",))
        if not changed:
            return
        word = f"cannot be written ({event.reason})" if event.broken else "is writable again"
        level = "error" if event.broken else "info"
        out.notices.append(Notice(level, "journal", f"the journal {word}", event.at))

    def _data_ended(self, event: ev.DataEnded, out: Outcome) -> None:
        del event
        for venue in self.state.venues.values():
            for key in list(venue.holding):
                self._leaving.leave(venue, venue.symbols[key], exits.END_OF_DATA, out)


def finished(state: State, out: Outcome) -> Outcome:
    """The outcome with the books of every venue that changed; NOTHING when nothing happened."""
    for venue in state.venues.values():
        venue.write_into(out)
    return NOTHING if out.empty else out
