"""Entries are off while anything is lost, and whoever is back lifts only what he himself lost."""

from __future__ import annotations

import pytest

from tests.engine.bench import Bench
from tests.engine.notebook import Journalled
from trader.domain import events as ev
from trader.domain.commands import Resume
from trader.domain.outcome import Outcome


def link(bench: Bench, source: str, *, connected: bool, why: str = "") -> Outcome:
    """A connection changed."""
    return bench.tell(ev.LinkChanged("upbit", connected, source, why or source, bench.now))


@pytest.mark.parametrize(
    ("back", "still"), [("prices", "rest"), ("rest", "prices"), ("markets", "prices; rest")]
)
def test_either_coming_back_lifts_only_its_own(back: str, still: str) -> None:
    bench = Bench()
    for source in ("prices", "rest"):
        assert [n.code for n in link(bench, source, connected=False).notices] == ["link"]
    link(bench, back, connected=True)
    (halt,) = bench.venue.halts.values()
    assert (halt.code, halt.detail) == ("link_lost", still)
    assert not bench.ask_entry().submit
    for source in ("prices", "rest"):
        link(bench, source, connected=True)
    assert not bench.halts()
    bench.close(100.0)
    assert bench.ask_entry().submit


def test_what_is_still_lost_is_said() -> None:
    bench = Bench()
    link(bench, "prices", connected=False, why="no price")
    link(bench, "rest", connected=False, why="no answer")
    assert not link(bench, "rest", connected=False, why="no answer").notices
    (notice,) = link(bench, "prices", connected=True).notices
    assert notice.text == "upbit prices connected, still lost: no answer"
    assert not link(bench, "prices", connected=True).notices
    (notice,) = link(bench, "rest", connected=True).notices
    assert notice.text == "upbit connected"


def judge(bench: Bench, *codes: str) -> Outcome:
    """The account was looked at."""
    return bench.tell(ev.AccountJudged(bench.venue.name, codes, bench.now))


def test_an_account_that_is_not_fit_takes_no_entries_and_lets_exits_go() -> None:
    bench = Bench()
    bench.hold()
    (notice,) = judge(bench, "clock_behind", "may_withdraw").notices
    assert (notice.level, notice.code) == ("error", "unfit")
    assert "clock_behind, may_withdraw" in notice.text
    assert not judge(bench, "clock_behind", "may_withdraw").notices
    bench.wait(6)
    assert not bench.ask_entry(key=bench.other).submit
    assert not bench.price(94.0).submit[0].is_entry
    bench.command(Resume())
    assert bench.halts() == {"unfit"}, "no command makes it fit"
    (notice,) = judge(bench).notices
    assert "fit for trading again" in notice.text
    assert not judge(bench).notices
    bench.close(100.0, [bench.key, bench.other])
    assert bench.ask_entry(key=bench.other).submit


def test_entries_that_rest_are_cancelled_when_the_account_is_not_fit() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    judge(bench, "clock_behind")
    bench.wait(1)
    assert bench.canceled == [order.id]


def test_an_account_is_judged_anew_after_a_start() -> None:
    bench = Journalled()
    judge(bench, "clock_behind")
    bench.wait(1)
    assert bench.restarted().halts() == {"recovering"}
