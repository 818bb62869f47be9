"""The second view: recorded trades beside a backtest's, and the cause of each difference."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.replay.playing import KEYS, LIVELY, SEED, VENUES, Playing, recorded
from trader.backtest import cli
from trader.backtest.replay.arguments import asked
from trader.backtest.replay.trades import case as names
from trader.backtest.replay.trades.case import Case
from trader.backtest.replay.trades.causes import cause_of
from trader.backtest.replay.trades.comparing import Compared, compared
from trader.backtest.replay.trades.evidence import Evidence, Facts, Seen, Stretch
from trader.backtest.replay.trades.trips import (
    ENTRY,
    ENTRY_PRICE,
    EXIT,
    EXIT_PRICE,
    QUANTITY,
    Trip,
    Unlike,
    unlike,
)  # fmt: skip
from trader.domain.candles import Candle
from trader.domain.time import DAY, HOUR, MINUTE
from trader.feeds.generator import GeneratedMarket

KEY = "binance_spot:ETH/USDT"
T = 20_000 * DAY + 60 * MINUTE
ONE = Trip(KEY, "momentum", "long", T, 100.0, 1.0, T + 5 * MINUTE, 104.0, "take_profit")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lives with a pause between them, commands and other settings in the first."""
    folder = recorded(tmp_path_factory.mktemp("trades"))
    second = Playing(folder, start=GeneratedMarket(SEED, KEYS).start + 2 * HOUR)
    second.play(90)
    second.close()
    return folder


def test_a_session_is_explained_whole(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["replay", str(session), "--backtest"]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[-1] == "unexplained = 0"
    made: Compared = compared(asked([str(session)]))
    assert [one.venue for one in made.venues] == ["upbit", "binance_spot", "binance_futures"]
    assert sum(one.both for one in made.venues) > 5, "most trades must be in both"
    assert made.venues[0].stretches > 1, "settings changed"
    assert {"real fill", "by hand"} <= {one.cause for one in made.differences}
    assert sum(made.causes.values()) == len(made.differences)


def test_the_second_view_as_json_and_in_part(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["replay", str(session), "--backtest", "--json"]
    assert cli.main([*words, "--symbols", KEYS[0]]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["unexplained"] == 0
    assert {one["key"] for one in found["differences"]} <= {KEYS[0]}


def test_a_recording_without_a_closed_candle_has_nothing_to_backtest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    playing = Playing(tmp_path)
    playing.close()
    assert cli.main(["replay", str(tmp_path), "--backtest"]) == 2
    assert "no candle closed while it was recorded" in capsys.readouterr().err


# ---------------------------------------------------------------- pairs


def test_equal_trips_are_no_difference() -> None:
    assert unlike([ONE], [ONE._replace(entry_price=100.0 * (1 + 1e-12))]) == []


def test_a_second_trip_of_the_same_candle_is_not_lost() -> None:
    again = ONE._replace(quantity=3.0)
    (found,) = unlike([ONE, again], [ONE])
    assert (found.what, found.recorded, found.tested) == (ENTRY, again, None)


def test_what_is_not_agreed_on_is_told_one_by_one() -> None:
    other = ONE._replace(
        entry_price=101.0, quantity=2.0, exit_time=T + MINUTE, exit_reason="stop_loss"
    )
    alone = ONE._replace(strategy="pullback")
    found = unlike([ONE, alone], [other])
    assert [u.what for u in found] == [ENTRY_PRICE, EXIT, QUANTITY, ENTRY]
    assert found[1].at == T + MINUTE
    assert found[0].texts == ("100", "101")
    assert found[-1].texts[1] == "no entry"
    price = unlike([ONE], [ONE._replace(exit_price=103.0)])
    assert [u.what for u in price] == [EXIT_PRICE]
    assert price[0].texts == ("104", "103")


# ---------------------------------------------------------------- causes, one by one


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


EARLIER = Unlike(ENTRY, ONE._replace(entry_time=T - 2 * MINUTE, key="binance_spot:X/USDT"), None)


def test_without_any_sign_it_is_unexplained() -> None:
    later = T + MINUTE
    for one in (entered(True), entered(False), Unlike(EXIT, ONE, ONE._replace(exit_time=later))):
        assert cause_of(case(one, facts(), facts(at=later)))[0] == names.NONE


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
    assert cause_of(case(entered(False), facts(codes=(code,))))[0] == cause


def test_limits_of_the_books_follow_only_from_other_trades() -> None:
    full = facts(codes=("max_positions", "free_cash"))
    assert cause_of(case(entered(False), full))[0] == names.NONE
    assert cause_of(case(entered(False), full, before=(EARLIER,)))[0] == names.FOLLOWS
    only_price = (EARLIER._replace(what=ENTRY_PRICE),)
    assert cause_of(case(entered(False), facts(codes=("max_positions",)), before=only_price))[0] \
        == names.NONE  # fmt: skip


def test_a_level_that_no_price_met_was_missed() -> None:
    seen = Seen(100.0, 99.5, 100.5)
    name, why = cause_of(case(entered(False), facts(seen)))
    assert name == names.MISSED
    assert "reached 100.9, the prices seen only 100.5" in why
    silent = Facts(candle(), None, (), (), busy=False)
    assert cause_of(case(entered(False), silent))[0] == names.MISSED


def test_an_order_that_was_refused_explains() -> None:
    made = case(entered(False), facts())
    made.evidence.unfilled[KEY] = [(T, "insufficient funds")]
    assert cause_of(made) == (names.UNFILLED, "the order ended: insufficient funds")


def test_who_was_not_there_did_not_trade() -> None:
    made = case(entered(False), facts())
    made.evidence.alive[:] = [(T - DAY, T - 30 * MINUTE)]
    assert cause_of(made) == (names.AWAY, "no bot ran during this candle")
    made.evidence.alive.append((T + 1, T + DAY))
    assert cause_of(made) == (names.AWAY, "the bot was started inside this candle")


def test_a_price_that_no_candle_shows() -> None:
    high = case(entered(True), facts(Seen(100.0, 99.0, 101.5)))
    assert cause_of(high)[0] == names.BEYOND
    assert cause_of(case(entered(True), facts(Seen(100.0, 98.0, 101.0))))[0] == names.BEYOND
    assert cause_of(case(entered(True)))[0] == names.NONE


def test_another_first_price_makes_another_wish() -> None:
    for ours in (True, False):
        found = cause_of(case(entered(ours), facts(Seen(100.2, 99.0, 101.0))))
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
    name, told = cause_of(made)
    assert name == names.FOLLOWS
    assert why in told
    assert cause_of(replace(made, before=()))[0] == names.NONE


def test_a_backtest_without_a_slot() -> None:
    made = case(entered(True), facts(), before=(EARLIER,))
    others = [ONE._replace(key=f"binance_spot:C{n}/USDT", entry_time=T - MINUTE) for n in range(12)]
    assert "no free slot" in cause_of(replace(made, tested=others))[1]


def test_by_hand_and_at_the_end() -> None:
    by_hand = Unlike(ENTRY, ONE._replace(strategy="manual"), None)
    assert cause_of(case(by_hand))[0] == names.BY_HAND
    closed = Unlike(EXIT, ONE._replace(exit_reason="manual"), ONE)
    assert cause_of(case(closed))[0] == names.BY_HAND
    late = Unlike(ENTRY, ONE._replace(entry_time=T + 40 * MINUTE), None)
    assert cause_of(case(late))[0] == names.LAST
    limit = Unlike(EXIT, ONE._replace(exit_reason="loss_limit"), ONE)
    assert cause_of(case(limit))[0] == names.HALTED


def test_a_position_that_the_next_life_does_not_know() -> None:
    made = case(Unlike(EXIT, ONE._replace(exit_time=-1, exit_reason="open"), ONE), facts())
    made.evidence.lost.add(ONE.name)
    assert cause_of(made) == (names.AWAY, "the next life began with other books")


def test_settings_that_changed_while_it_was_held() -> None:
    other = ONE._replace(exit_time=T + 3 * MINUTE, exit_reason="signal")
    made = case(Unlike(EXIT, ONE, other), facts())
    later = replace(made.stretch, start=T + 2 * MINUTE)
    made.evidence.stretches.append(later)
    assert cause_of(made)[0] == names.CHANGED
    later.start = T + 20 * MINUTE
    assert cause_of(made)[0] == names.NONE


def test_prices_of_fills() -> None:
    near = Unlike(ENTRY_PRICE, ONE._replace(entry_price=100.05), ONE._replace(entry_price=100.02))
    assert cause_of(case(near, facts()))[0] == names.REAL
    stream = Unlike(ENTRY_PRICE, ONE._replace(entry_price=100.8), ONE._replace(entry_price=100.3))
    assert cause_of(case(stream, facts()))[0] == names.STREAM
    far = Unlike(ENTRY_PRICE, ONE._replace(entry_price=120.0), ONE)
    assert cause_of(case(far, facts()))[0] == names.NONE
    out = Unlike(EXIT_PRICE, ONE._replace(exit_price=104.3), ONE)
    assert cause_of(case(out))[0] == names.REAL


def test_sizes() -> None:
    def sized(ours: float, price: float = 100.0, leverage: float = 1.0) -> Unlike:
        made = ONE._replace(quantity=ours, entry_price=price, leverage=leverage)
        return Unlike(QUANTITY, made, ONE)

    assert cause_of(case(sized(0.995)))[1].startswith("rounded to the market's step")
    assert cause_of(case(sized(0.95, 105.26)))[1] == "the same money at another price"
    coins = case(sized(0.988))
    coins.evidence.in_coins = frozenset({"binance_spot"})
    assert cause_of(coins)[0] == names.SIZE
    assert cause_of(case(sized(0.9)))[0] == names.NONE
    after = (EARLIER._replace(what=ENTRY_PRICE),)
    assert "equity is another" in cause_of(case(sized(0.95), before=after))[1]
    assert cause_of(case(sized(0.5), before=after))[0] == names.NONE
    assert "free cash" in cause_of(case(sized(0.5), before=(EARLIER,)))[1]
    assert "leverage 2 instead of 1" in cause_of(case(sized(2.0, leverage=2.0), before=after))[1]


def left(reason: str, at: int, other_reason: str, other_at: int) -> Unlike:
    ours = ONE._replace(exit_reason=reason, exit_time=at)
    return Unlike(EXIT, ours, ONE._replace(exit_reason=other_reason, exit_time=other_at))


def test_exits() -> None:
    later = T + 5 * MINUTE
    at = T + MINUTE
    beyond = left("stop_loss", at, "time_exit", later)
    assert cause_of(case(beyond, facts(Seen(100.0, 98.0, 101.0), at)))[0] == names.BEYOND
    missed = left("time_exit", later, "stop_loss", at)
    assert cause_of(case(missed, facts(Seen(100.0, 99.5, 101.0), at)))[0] == names.MISSED
    assert cause_of(case(missed, Facts(candle(at), None, (), (), busy=True)))[0] == names.MISSED
    assert cause_of(case(missed, facts(at=at)))[0] == names.NONE
    same = left("take_profit", later, "stop_loss", later)
    assert cause_of(case(same, facts(at=later)))[0] == names.INSIDE
    trail = left("trailing_stop", later, "time_exit", later + MINUTE)
    assert "the trail followed prices" in cause_of(case(trail, facts(at=later)))[1]
    entry = left("stop_loss", later, "time_exit", later + MINUTE)
    entry = entry._replace(recorded=ONE._replace(entry_price=100.5, exit_reason="stop_loss"))
    assert "another entry price" in cause_of(case(entry, facts(at=later)))[1]


def test_another_market_is_another_session(tmp_path: Path) -> None:
    for start in (2 * HOUR, 0):
        playing = Playing(tmp_path, start=GeneratedMarket(SEED, KEYS).start + start)
        playing.play(30)
        playing.close()
    made = compared(asked([str(tmp_path)]))
    assert [one.venue for one in made.venues] == [*VENUES, *VENUES]
    assert made.unexplained == 0
