"""Makes the books follow the venue's reports: at start, after a crash, and all the time after."""

import math
from dataclasses import replace
from decimal import Decimal

from trader.domain import events as ev
from trader.domain.book import Halt
from trader.domain.money import ZERO, exact
from trader.domain.order import Status
from trader.domain.outcome import Notice, Outcome, Question
from trader.domain.time import SECOND, Millis
from trader.engine.answers import Answers
from trader.engine.books import Books
from trader.engine.orders import Orders
from trader.engine.protecting import Protector
from trader.engine.state import State, VenueState
from trader.execution.reconcile import Differences, compare

QUIET = 5 * SECOND  # a symbol with younger activity is not judged: reports and fills cross
LOOKS_APART = 2 * SECOND  # two reports must agree before missing coins are believed


class Comparing:
    """Applies what a report knows better. A failed read is no report and changes nothing."""

    def __init__(
        self, state: State, orders: Orders, books: Books, answers: Answers, protector: Protector
    ) -> None:
        self._state = state
        self._orders = orders
        self._books = books
        self._answers = answers
        self._protector = protector

    def apply(self, report: ev.VenueReported, out: Outcome) -> None:
        """Orders first, then fills, then positions and cash; then protection where it lacks."""
        venue = self._state.venues[report.venue]
        differences = self._compare(venue, report)
        self._book(venue, differences, report, out)
        for order_state in differences.states:
            self._follow(venue, order_state, out)
        for order_id in differences.vanished:
            self._ask_for(venue, order_id, out)
        for stranger in differences.strangers:
            self._import(venue, stranger, out)
        self._follow_holdings(venue, report, out)
        self._judge_missing(venue, report, out)
        self._follow_cash(venue, report)
        self._judge_foreign(venue, report)
        for sym in venue.symbols.values():
            if sym.held is not None and not sym.entry:
                self._protector.fit(venue, sym, out)
                self._protector.arm(venue, sym, out)
        self._sweep(venue, out)
        venue.reported_at = report.at
        if not _alive(differences.strangers) and venue.lift(("recovering",)):
            text = f"{venue.name}: books compared with the exchange"
            out.notices.append(Notice("info", "recovered", text, self._state.now))

    def _book(
        self, venue: VenueState, differences: Differences, report: ev.VenueReported, out: Outcome
    ) -> None:
        """Money that moved while nobody listened."""
        for fill in differences.fills:
            self._answers.filled(ev.OrderFilled(fill), out)
        for funding in report.fundings:
            if funding.key in venue.symbols:
                self._books.charged(venue, venue.symbols[funding.key], funding, out)

    def _compare(self, venue: VenueState, report: ev.VenueReported) -> Differences:
        return compare(
            report,
            {**venue.ended, **venue.orders},
            [held.position for held in venue.holding.values()],
            {key: sym.step for key, sym in venue.symbols.items()},
            self._state.namespace,
        )

    def _follow(self, venue: VenueState, told: ev.OrderState, out: Outcome) -> None:
        order = venue.orders.get(told.order_id)
        if order is None:
            return
        if told.status in (Status.OPEN, Status.PARTIAL):
            self._answers.opened(ev.OrderOpened(order.id, told.venue_id, self._state.now), out)
        elif told.status in (Status.FILLED, Status.CANCELED, Status.REJECTED):
            ended = ev.OrderEnded(
                order.id, told.status, "as reported", self._state.now, told.filled
            )
            self._answers.ended(ended, out)

    def _sweep(self, venue: VenueState, out: Outcome) -> None:
        """Protection whose cancellation was lost is cancelled again: it guards nothing any more."""
        for order in list(venue.orders.values()):
            if not order.guards or order.status not in (Status.OPEN, Status.PARTIAL):
                continue
            held = venue.holding.get(order.key)
            if held is None or held.exit_order or order.id not in held.protection.orders:
                self._orders.cancel(venue, order, out)

    def _ask_for(self, venue: VenueState, order_id: str, out: Outcome) -> None:
        """A live order that the report does not know: ask for it by name before any verdict."""
        order = venue.orders.get(order_id)
        if order is not None and self._state.now - order.updated_at >= QUIET:
            out.ask.append(Question("order", order_id))

    def _import(self, venue: VenueState, told: ev.OrderState, out: Outcome) -> None:
        """An order with our name that the journal never saw: an older journal was restored."""
        if not _alive((told,)):
            return
        if not venue.halt(Halt("foreign_journal", None, "", told.order_id)):
            return
        text = (
            f"{venue.name}: order {told.order_id} is ours but not in the journal; "
            "was an old backup restored? No entries until it is gone"
        )
        out.notices.append(Notice("error", "foreign_journal", text, self._state.now))

    def _follow_holdings(self, venue: VenueState, report: ev.VenueReported, out: Outcome) -> None:
        """The exchange's own liquidation price outranks our formula."""
        for holding in report.holdings:
            sym = venue.symbols.get(holding.key)
            if sym is None or sym.held is None or not holding.liquidation > 0.0:
                continue
            if holding.liquidation != sym.held.position.liquidation:
                position = replace(sym.held.position, liquidation=holding.liquidation)
                sym.held.position = position
                sym.held.tune(venue.parameters)
                out.positions.append(position)

    def _judge_missing(self, venue: VenueState, report: ev.VenueReported, out: Outcome) -> None:
        """What the books hold (the report's own fills included) and the account does not."""
        differences = self._compare(venue, report)
        prices = {key: price for key, _, price in report.foreign_sales}
        for key, sym in venue.symbols.items():
            lacking = differences.missing.get(key)
            if lacking is None or not self._judged(venue, key, differences.vanished):
                sym.missed_at = -1
                continue
            if sym.missed_at < 0:
                sym.missed_at = report.at
            if report.at - sym.missed_at < LOOKS_APART:
                self._look_again(venue, LOOKS_APART)
                continue  # one look (or the same report once more) is no evidence
            sym.missed_at = -1
            price = prices.get(key)
            if price is None and math.isnan(sym.mark):  # nothing to value it with yet
                continue
            self._external(venue, key, lacking, price, out)

    def _judged(self, venue: VenueState, key: str, vanished: tuple[str, ...]) -> bool:
        """Whether coins that lack may be judged now; soon again, if only quiet is waited for.

        An order of ours that the report does not tell of may have sold them.
        """
        if any(venue.orders[name].key == key for name in vanished if name in venue.orders):
            return False
        wait = self._quiet_in(venue, key)
        if wait:
            self._look_again(venue, wait)
        return wait == 0

    def _look_again(self, venue: VenueState, wait: Millis) -> None:
        """The next report comes so soon, if it would come later."""
        due = self._state.now + wait - venue.capabilities.report_every
        venue.asked_at = min(venue.asked_at, due)

    def _external(
        self, venue: VenueState, key: str, lacking: Decimal, price: Decimal | None, out: Outcome
    ) -> None:
        sym = venue.symbols[key]
        if price is None:
            venue.halt(Halt("external", None, key, "unexplained: no sale of it was found"))
        self._protector.disarm(venue, venue.holding[key], out)
        self._books.reduced_elsewhere(
            venue, sym, exact(sym.mark) if price is None else price, lacking, out
        )

    def _judge_foreign(self, venue: VenueState, report: ev.VenueReported) -> None:
        """Contracts of another hand in a one-way market: an entry of ours could close them."""
        if not venue.capabilities.margin:
            return
        there = {holding.key: holding.quantity for holding in report.holdings}
        for key, sym in venue.symbols.items():
            ours = ZERO if sym.held is None else sym.held.position.quantity * sym.held.d
            foreign = there.get(key, ZERO) - ours
            if foreign == ZERO:
                venue.lift(("foreign",), key)
            elif not self.busy(venue, key):
                venue.halt(Halt("foreign", None, key, f"{foreign} is held by another hand"))

    def busy(self, venue: VenueState, key: str) -> bool:
        """Something of ours moved just now or is in flight: no verdict on this symbol."""
        return self._quiet_in(venue, key) != 0

    def _quiet_in(self, venue: VenueState, key: str) -> Millis | None:
        """Until nothing of ours moved lately, ms; None: something is in flight."""
        recent = (*venue.orders.values(), *list(venue.ended.values())[-20:])
        orders = [o for o in recent if o.key == key and o.status is not Status.REJECTED]
        if any(order.status in _UNSETTLED for order in orders):
            return None
        moved_at = max((order.updated_at for order in orders), default=-QUIET)
        return max(0, moved_at + QUIET - self._state.now)

    @staticmethod
    def _follow_cash(venue: VenueState, report: ev.VenueReported) -> None:
        """What the account really holds caps sizes: the user may have taken money out."""
        venue.cash_most = float(report.cash_free)
        worth = venue.equity() - venue.account.wallet  # of what is held
        venue.holds_most = float(report.cash) + worth


def _alive(states: tuple[ev.OrderState, ...]) -> bool:
    return any(told.status in (Status.OPEN, Status.PARTIAL) for told in states)


_UNSETTLED = frozenset({Status.SENDING, Status.UNKNOWN, Status.CANCELING})
