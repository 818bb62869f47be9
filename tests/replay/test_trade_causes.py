"""Which cause of a trade is told, one by one, each with its proof."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.replay.playing import LIVELY
from trader.backtest.replay.trades import case as names
from trader.backtest.replay.trades.case import Case
from trader.backtest.replay.trades.causes import cause_of
from trader.backtest.replay.trades.evidence import Evidence, Facts, Seen, Stretch
from trader.backtest.replay.trades.trips import (
    ENTRY,
    ENTRY_PRICE,
    EXIT,
    EXIT_PRICE,
    QUANTITY,
    Trip,
    Unlike,
)  # fmt: skip
from trader.backtest.replay.wording import Say
from trader.domain.candles import Candle
from trader.domain.time import DAY, MINUTE

SAY = Say("en")
KEY = "binance_spot:ETH/USDT"
T = 20_000 * DAY + 60 * MINUTE
ONE = Trip(KEY, "momentum", "long", T, 100.0, 1.0, T + 5 * MINUTE, 104.0, "take_profit")
EARLIER = Unlike(ENTRY, ONE._replace(entry_time=T - 2 * MINUTE, key="binance_spot:X/USDT"), None)


def told(asked: Case) -> tuple[str, str]:
    """The cause and its words."""
    cause, found = cause_of(asked)
    return cause, SAY.why(found)


def candle(at: int = T, low: float = 99.0, high: float = 101.0) -> Candle:
    return Candle(KEY, at, 100.0, high, low, 100.0, 1.0, 100.0)


def facts(seen: Seen | None = None, at: int = T, codes: tuple[str, ...] = ()) -> Facts:
    return Facts(candle(at), seen or Seen(100.0, 99.0, 101.0), codes, ((1, 100.9),), busy=False)


def case(one: Unlike, *known: Facts, before: tuple[Unlike, ...] = ()) -> Case:
    """A case in which the bot ran all day and nothing else is known."""
    parameters = replace(LIVELY, slippage_bps=2.0, cooldown_candles=1)
    stretch = Stretch("binance_spot", T - 60 * MINUTE, parameters, 10_000.0, (KEY,))
    evidence = Evidence(
        facts={(KEY, f.candle.time): f for f in known},
        alive=[(T - 60 * MINUTE, T + 60 * MINUTE)],
        stretches=[stretch],
        rows={(KEY, MINUTE): {T + n * MINUTE: (1.0,) * 6 for n in range(30)}},
        steps={KEY: 0.01},
    )
    return Case(one, evidence, stretch, before, [t for t in (one.tested,) if t])


def entered(ours: bool) -> Unlike:
    """An entry of the bot's that the backtest did not make, or the other way round."""
    return Unlike(ENTRY, ONE if ours else None, None if ours else ONE)


def test_without_any_sign_it_is_unexplained() -> None:
    later = T + MINUTE
    for one in (entered(True), entered(False), Unlike(EXIT, ONE, ONE._replace(exit_time=later))):
        assert told(case(one, facts(), facts(at=later)))[0] == names.NONE


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("paused", names.HALTED), ("daily_loss", names.HALTED), ("warming_up", names.WARM_UP),
        ("stale_price", names.AGE), ("min_order", names.MINIMUM), ("price_collar", names.CONTROL),
        ("below_ema50", names.NONE), ("max_positions", names.NONE),
    ],
)  # fmt: skip
def test_a_reason_in_force_explains_an_entry_that_the_bot_did_not_make(
    code: str, cause: str
) -> None:
    assert told(case(entered(False), facts(codes=(code,))))[0] == cause


def test_limits_of_the_books_follow_only_from_other_trades() -> None:
    full = facts(codes=("max_positions", "free_cash"))
    assert told(case(entered(False), full))[0] == names.NONE
    assert told(case(entered(False), full, before=(EARLIER,)))[0] == names.FOLLOWS
    only_price = (EARLIER._replace(what=ENTRY_PRICE),)
    assert told(case(entered(False), facts(codes=("max_positions",)), before=only_price))[0] \
        == names.NONE  # fmt: skip


def test_a_level_that_no_price_met_was_missed() -> None:
    seen = Seen(100.0, 99.5, 100.5)
    name, why = told(case(entered(False), facts(seen)))
    assert name == names.MISSED
    assert "reached 100.9, the prices seen only 100.5" in why
    silent = Facts(candle(), None, (), (), busy=False)
    assert told(case(entered(False), silent))[0] == names.MISSED


def test_an_order_that_was_refused_explains() -> None:
    made = case(entered(False), facts())
    made.evidence.unfilled[KEY] = [(T, "insufficient funds")]
    assert told(made) == (names.UNFILLED, "the order ended: insufficient funds")


def test_who_was_not_there_did_not_trade() -> None:
    made = case(entered(False), facts())
    made.evidence.alive[:] = [(T - DAY, T - 30 * MINUTE)]
    assert told(made) == (names.AWAY, "no bot ran during this candle")
    made.evidence.alive.append((T + 1, T + DAY))
    assert told(made) == (names.AWAY, "the bot was started inside this candle")


def test_a_price_that_no_candle_shows() -> None:
    high = case(entered(True), facts(Seen(100.0, 99.0, 101.5)))
    assert told(high)[0] == names.BEYOND
    assert told(case(entered(True), facts(Seen(100.0, 98.0, 101.0))))[0] == names.BEYOND
    assert told(case(entered(True)))[0] == names.NONE


def test_another_first_price_makes_another_wish() -> None:
    for ours in (True, False):
        found = told(case(entered(ours), facts(Seen(100.2, 99.0, 101.0))))
        assert found[0] == names.STREAM


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (ONE._replace(entry_time=T - MINUTE), "held this symbol"),
        (ONE._replace(entry_time=T - 9 * MINUTE, exit_time=T - MINUTE), "just left this symbol"),
        (ONE._replace(entry_time=T - 9 * MINUTE, exit_time=T - 5 * MINUTE), "earlier that day"),
    ],
)
def test_a_backtest_that_could_not_enter(held: Trip, why: str) -> None:
    made = case(entered(True), facts(), before=(EARLIER,))
    made = replace(made, tested=[held])
    name, words = told(made)
    assert name == names.FOLLOWS
    assert why in words
    assert told(replace(made, before=()))[0] == names.NONE


def test_a_backtest_without_a_slot() -> None:
    made = case(entered(True), facts(), before=(EARLIER,))
    others = [ONE._replace(key=f"binance_spot:C{n}/USDT", entry_time=T - MINUTE) for n in range(12)]
    assert "no free slot" in told(replace(made, tested=others))[1]


def test_by_hand_and_at_the_end() -> None:
    by_hand = Unlike(ENTRY, ONE._replace(strategy="manual"), None)
    assert told(case(by_hand))[0] == names.BY_HAND
    closed = Unlike(EXIT, ONE._replace(exit_reason="manual"), ONE)
    assert told(case(closed))[0] == names.BY_HAND
    late = Unlike(ENTRY, ONE._replace(entry_time=T + 40 * MINUTE), None)
    assert told(case(late))[0] == names.LAST
    limit = Unlike(EXIT, ONE._replace(exit_reason="loss_limit"), ONE)
    assert told(case(limit))[0] == names.HALTED


def test_a_position_that_the_next_life_does_not_know() -> None:
    made = case(Unlike(EXIT, ONE._replace(exit_time=-1, exit_reason="open"), ONE), facts())
    made.evidence.lost.add(ONE.name)
    assert told(made) == (names.AWAY, "the next life began with other books")


def test_settings_that_changed_while_it_was_held() -> None:
    other = ONE._replace(exit_time=T + 3 * MINUTE, exit_reason="signal")
    made = case(Unlike(EXIT, ONE, other), facts())
    later = replace(made.stretch, start=T + 2 * MINUTE)
    made.evidence.stretches.append(later)
    assert told(made)[0] == names.CHANGED
    later.start = T + 20 * MINUTE
    assert told(made)[0] == names.NONE


def test_prices_of_fills() -> None:
    near = Unlike(ENTRY_PRICE, ONE._replace(entry_price=100.05), ONE._replace(entry_price=100.02))
    assert told(case(near, facts()))[0] == names.REAL
    stream = Unlike(ENTRY_PRICE, ONE._replace(entry_price=100.8), ONE._replace(entry_price=100.3))
    assert told(case(stream, facts()))[0] == names.STREAM
    far = Unlike(ENTRY_PRICE, ONE._replace(entry_price=120.0), ONE)
    assert told(case(far, facts()))[0] == names.NONE
    out = Unlike(EXIT_PRICE, ONE._replace(exit_price=104.3), ONE)
    assert told(case(out))[0] == names.REAL


def test_sizes() -> None:
    def sized(ours: float, price: float = 100.0, leverage: float = 1.0) -> Unlike:
        made = ONE._replace(quantity=ours, entry_price=price, leverage=leverage)
        return Unlike(QUANTITY, made, ONE)

    assert told(case(sized(0.995)))[1].startswith("rounded to the market's step")
    assert told(case(sized(0.95, 105.26)))[1] == "the same money at another price"
    coins = case(sized(0.988))
    coins.evidence.in_coins = frozenset({"binance_spot"})
    assert told(coins)[0] == names.SIZE
    assert told(case(sized(0.9)))[0] == names.NONE
    after = (EARLIER._replace(what=ENTRY_PRICE),)
    assert "equity is another" in told(case(sized(0.95), before=after))[1]
    assert told(case(sized(0.5), before=after))[0] == names.NONE
    assert "free cash" in told(case(sized(0.5), before=(EARLIER,)))[1]
    assert "leverage 2 instead of 1" in told(case(sized(2.0, leverage=2.0), before=after))[1]


def left(reason: str, at: int, other_reason: str, other_at: int) -> Unlike:
    ours = ONE._replace(exit_reason=reason, exit_time=at)
    return Unlike(EXIT, ours, ONE._replace(exit_reason=other_reason, exit_time=other_at))


def test_exits() -> None:
    later = T + 5 * MINUTE
    at = T + MINUTE
    beyond = left("stop_loss", at, "time_exit", later)
    assert told(case(beyond, facts(Seen(100.0, 98.0, 101.0), at)))[0] == names.BEYOND
    missed = left("time_exit", later, "stop_loss", at)
    assert told(case(missed, facts(Seen(100.0, 99.5, 101.0), at)))[0] == names.MISSED
    assert told(case(missed, Facts(candle(at), None, (), (), busy=True)))[0] == names.MISSED
    assert told(case(missed, facts(at=at)))[0] == names.NONE
    same = left("take_profit", later, "stop_loss", later)
    assert told(case(same, facts(at=later)))[0] == names.INSIDE
    trail = left("trailing_stop", later, "time_exit", later + MINUTE)
    assert "the trail followed prices" in told(case(trail, facts(at=later)))[1]
    entry = left("stop_loss", later, "time_exit", later + MINUTE)
    entry = entry._replace(recorded=ONE._replace(entry_price=100.5, exit_reason="stop_loss"))
    assert "another entry price" in told(case(entry, facts(at=later)))[1]
