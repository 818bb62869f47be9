"""Every trade that differs gets a reason with a name, or is called unexplained."""

from __future__ import annotations

from benchmarks.peers import comparison
from benchmarks.peers.comparison import UNEXPLAINED, Comparison, compared, lines
from benchmarks.peers.referee import Departure
from benchmarks.peers.theirs.stopwatch import Trade
from tests.benchmarks.candles import CALM, market, prices

FALL = (100.0, 100.0, 98.0, 98.5)
HELD = (100.0, 100.2, 99.9, 100.0)
BARS = prices(CALM, HELD, FALL, CALM, HELD, HELD, FALL, CALM, HELD, (100.0, 100.0, 99.8, 99.9))
SIGNALS = {0, 3, 4, 7}
FIRST: Trade = (1, 2, 100.0, 100.2 * 0.99)
SECOND: Trade = (4, 6, 100.0, 100.2 * 0.99)
OPEN: Trade = (8, 9, 100.0, 99.9)
OURS = [FIRST, SECOND, OPEN]


def _against(*theirs: Trade, possible: tuple[Departure, ...] = ()) -> Comparison:
    return compared(OURS, theirs, market(BARS, SIGNALS), possible)


def test_equal_is_equal() -> None:
    nearly = (1, 2, 100.0, FIRST[3] * (1.0 + 1e-12))
    assert _against(nearly, SECOND, OPEN) == Comparison(3, 3, 3)


def test_a_price_that_no_rule_gives_is_unexplained_and_shown() -> None:
    found = _against((1, 2, 100.0, 99.5), SECOND, OPEN, possible=tuple(Departure))
    assert (found.equal, found.reasons) == (2, {UNEXPLAINED: 1})
    assert any("99.5" in line for line in lines(found))


def test_an_exit_is_explained_by_the_rule_that_leads_there_and_by_no_other() -> None:
    bars = prices(CALM, (100.0, 100.0, 98.9, 99.5), (99.5, 99.5, 98.0, 98.5), CALM)
    ours, theirs = (1, 1, 100.0, 99.0), (1, 2, 100.0, 99.0)
    held = market(bars, {0})
    known = compared([ours], [theirs], held, (Departure.NO_ENTRY_EXIT,))
    assert known.reasons == {Departure.NO_ENTRY_EXIT: 1}
    assert compared([ours], [theirs], held, (Departure.LATE_TRAIL,)).reasons == {UNEXPLAINED: 1}


def test_what_is_open_at_the_end() -> None:
    assert _against(FIRST, SECOND).reasons == {comparison.LEFT_OPEN: 1}
    elsewhere = _against(FIRST, SECOND, (8, 9, 100.0, 100.0))
    assert elsewhere.reasons == {comparison.LAST_PRICE: 1}


def test_a_lost_signal_and_what_follows_from_it() -> None:
    """Theirs left in row 3, whose signal it loses, and takes the next one while we are in."""
    theirs: tuple[Trade, ...] = ((1, 3, 100.0, 100.0), (5, 6, 100.0, 100.2 * 0.99), OPEN)
    found = _against(*theirs, possible=(Departure.LOST_SIGNAL,))
    assert found.reasons == {UNEXPLAINED: 1, Departure.LOST_SIGNAL: 1, comparison.FOLLOWS: 1}
    assert found.differences[0].ours == FIRST
    honest = _against(*theirs)
    assert honest.reasons == {UNEXPLAINED: 2, comparison.FOLLOWS: 1}


def test_an_entry_without_a_signal_is_unexplained() -> None:
    found = _against(FIRST, (3, 3, 100.0, 100.0), SECOND, OPEN)
    assert [each.reason for each in found.differences] == [UNEXPLAINED]


def test_where_rounding_decides_either_side_may_enter() -> None:
    judged = market(BARS, SIGNALS, close_call={3})
    found = compared(OURS, [FIRST, OPEN], judged, ())
    assert found.reasons == {comparison.ROUNDING: 1}


def test_a_missing_trade_has_no_excuse_by_itself() -> None:
    assert _against(FIRST, OPEN).reasons == {UNEXPLAINED: 1}
