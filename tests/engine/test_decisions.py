"""Why is it not buying: reasons for every symbol, said when they change; symbols come and go."""

from __future__ import annotations

from decimal import Decimal
from math import inf, nan

import numpy as np
import pytest

from tests.engine.bench import BUY, NOTHING_WANTED, SHORT, Bench
from trader.domain import events as ev
from trader.domain.candles import Candle, Candles
from trader.domain.instrument import MarketRules
from trader.domain.outcome import NOTHING
from trader.domain.parameters import StrategyShare
from trader.domain.signal import BIT, Action, codes_of
from trader.domain.time import HOUR, Timeframe
from trader.engine.engine import Habits
from trader.engine.orders import base36

EXPLAINS = Habits(explain=True)


def test_a_hold_is_explained_with_what_was_measured() -> None:
    bench = Bench(habits=EXPLAINS)
    bench.price(100.0)
    (decision,) = bench.settle().decisions
    assert decision.action is Action.HOLD
    assert [str(reason) for reason in decision.reasons] == ["no_signal measured"]


def test_the_same_hold_is_said_once() -> None:
    bench = Bench(habits=EXPLAINS)
    bench.price(100.0)
    assert bench.settle().decisions
    bench.close(100.0)
    bench.price(100.0)
    assert not bench.settle().decisions
    bench.close(100.0)
    bench.signals.says[bench.key] = NOTHING_WANTED._replace(long_blocks=BIT["weak_trend"])
    bench.price(100.0)
    (decision,) = bench.settle().decisions
    assert [reason.code for reason in decision.reasons] == ["weak_trend", "no_signal"]


def test_decisions_of_all_symbols_are_told_together() -> None:
    bench = Bench(habits=EXPLAINS)
    for key in (bench.key, bench.other):
        assert bench.price(100.0, key=key) is NOTHING
    told = bench.settle()
    assert [decision.key for decision in told.decisions] == [bench.key, bench.other]
    assert bench.settle() is NOTHING


def test_a_decision_keeps_its_words_until_it_is_another_one() -> None:
    bench = Bench(habits=EXPLAINS)
    bench.price(100.0)
    first = bench.engine.explaining.decision(bench.venue, bench.symbol())
    bench.wait(5)
    assert bench.engine.explaining.decision(bench.venue, bench.symbol()) is first
    bench.close(100.0)
    bench.price(100.0)
    assert bench.engine.explaining.decision(bench.venue, bench.symbol()).at > first.at


def test_an_armed_level_is_shown() -> None:
    bench = Bench(habits=EXPLAINS, allow_shorts=True)
    bench.ask_entry(BUY._replace(long_level=102.0))
    decision = bench.engine.explaining.decision(bench.venue, bench.symbol())
    assert (decision.action, decision.level) == (Action.BUY, 102.0)
    bench.close(100.0)
    bench.ask_entry(SHORT._replace(short_level=98.0))
    decision = bench.engine.explaining.decision(bench.venue, bench.symbol())
    assert (decision.action, decision.level) == (Action.SHORT, 98.0)


def test_what_is_held_is_said_to_be_held() -> None:
    bench = Bench()
    bench.hold()
    decision = bench.engine.explaining.decision(bench.venue, bench.symbol())
    assert ([reason.code for reason in decision.reasons], decision.strategy) == (
        ["held"], "scripted",
    )  # fmt: skip


def test_a_wish_that_a_filter_blocks_is_counted_with_its_level() -> None:
    bench = Bench(allow_shorts=True)
    weak = BIT["weak_trend"]
    bench.ask_entry(BUY._replace(long_level=102.0, long_blocks=weak))
    bench.tell(candle(bench, 100.0, 101.0, 99.0))
    both = SHORT._replace(short_level=98.0, short_blocks=weak)
    bench.ask_entry(both)
    bench.tell(candle(bench, 100.0, 101.0, 98.0))
    counted = {codes_of(mask): n for mask, n in bench.engine.pricing.no_entries.items()}
    assert counted == {("weak_trend", "level_not_reached"): 1, ("weak_trend",): 1}


def candle(bench: Bench, close: float, high: float, low: float) -> ev.CandlesClosed:
    """The hour ends."""
    start = bench.now
    bench.now += HOUR
    return ev.CandlesClosed(
        (Candle(bench.key, start, 100.0, high, low, close, 1.0, close),), bench.now
    )


def test_shorts_are_wanted_only_where_they_are_said() -> None:
    bench = Bench("binance_futures", allow_shorts=True)
    bench.ask_entry(SHORT)
    assert bench.sent[0].side == "sell"
    assert bench.engine.state.symbols[bench.key].held is None
    bench.fill(bench.sent[0], 100.0)
    assert bench.held().d == -1


def test_levels_are_told_to_the_feed() -> None:
    bench = Bench()
    assert bench.engine.pricing.levels(bench.key) == ()
    bench.ask_entry(BUY._replace(long_level=102.0))
    assert bench.engine.pricing.levels(bench.key) == (102.0,)
    bench.price(102.0)
    bench.fill(bench.last(), 100.0)
    assert bench.engine.pricing.levels(bench.key) == (95.0, 105.0)


def test_of_two_strategies_the_second_may_when_the_first_may_not() -> None:
    shares = (StrategyShare("first"), StrategyShare("second"))
    bench = Bench(strategies=shares)
    wish = BUY._replace(long_level=102.0, short=True, short_level=98.0)
    bench.ask_entry(wish)
    assert bench.engine.pricing.levels(bench.key) == (102.0, 98.0)
    assert len(bench.symbol().armed) == 4
    bench.price(97.5)
    assert len(bench.sent) == 1
    assert not bench.symbol().armed


def test_a_halt_that_comes_while_a_level_is_armed_blocks_it() -> None:
    bench = Bench()
    bench.ask_entry(BUY._replace(long_level=102.0))
    bench.venue.last_equity = 500.0  # under a tenth of the capital
    bench.price(102.0)
    assert not bench.sent
    assert "minimum_balance" in codes_of(bench.symbol().mask)


def test_a_level_that_risk_refuses_is_disarmed() -> None:
    bench = Bench(sizing="turtle")
    bench.ask_entry(BUY._replace(long_level=102.0))
    bench.price(102.0)
    assert "no_atr" in codes_of(bench.symbol().mask)
    assert bench.engine.pricing.levels(bench.key) == ()


@pytest.mark.parametrize("price", [0.0, -1.0, nan])
def test_a_price_that_is_none_is_not_heard(price: float) -> None:
    bench = Bench()
    bench.hold()
    assert bench.price(price) is NOTHING
    assert bench.symbol().mark == 100.0


def test_prices_and_candles_of_strangers_are_not_heard() -> None:
    bench = Bench()
    assert bench.tell(ev.PriceSeen("upbit:XXX/KRW", 1.0, bench.now)) is NOTHING
    strange = Candle("upbit:XXX/KRW", 0, 1, 1, 1, 1, 1, 1)
    assert bench.tell(ev.CandlesClosed((strange,), bench.now)) is NOTHING
    assert not bench.signals.closed
    assert bench.tell(ev.FundingCharged("upbit:XXX/KRW", Decimal(1), bench.now)) is NOTHING


def test_history_is_handed_to_the_strategies() -> None:
    bench = Bench()
    none, one = np.zeros(1, dtype=np.int64), np.ones(1)
    past = Candles(HOUR, none, one, one, one, one, one, one, none, one)
    bench.tell(ev.HistoryLoaded(bench.key, past, bench.now))
    assert bench.signals.seeded == [bench.key]


def test_a_market_is_listed_or_gets_new_rules() -> None:
    bench = Bench(lot_step=0.5)
    rules = MarketRules(lot_step=Decimal("0.1"))
    bench.tell(ev.MarketListed("upbit:NEW/KRW", rules, bench.now))
    assert bench.symbol("upbit:NEW/KRW").step == Decimal("0.5")  # the setting outranks the market
    bench.venue.parameters = Bench().venue.parameters
    bench.tell(ev.MarketListed("upbit:NEW/KRW", rules, bench.now))
    assert bench.symbol("upbit:NEW/KRW").step == Decimal("0.1")
    bench.tell(ev.MarketListed("binance_spot:NEW/USDT", rules, bench.now))
    assert "binance_spot:NEW/USDT" not in bench.state.symbols


def test_entries_only_in_the_universe_but_what_is_held_stays() -> None:
    bench = Bench()
    bench.hold()
    bench.tell(ev.UniverseChosen("upbit", (bench.other,), bench.now))
    assert bench.symbol().held is not None
    bench.price(94.0)
    bench.fill(bench.last(), 94.0)
    bench.close(94.0, (bench.key, bench.other))
    assert not bench.ask_entry().submit
    assert bench.ask_entry(key=bench.other).submit


def test_a_warned_market_is_not_entered() -> None:
    rules = MarketRules(lot_step=Decimal("0.001"), warned=True)
    bench = Bench(rules=rules)
    assert not bench.ask_entry().submit
    assert "symbol_halted" in codes_of(bench.symbol().mask)


def test_funding_is_paid_from_the_wallet() -> None:
    bench = Bench("binance_futures", can={"protection": "none"})
    bench.hold()
    out = bench.tell(ev.FundingCharged(bench.key, Decimal("1.5"), bench.now))
    assert out.positions[0].funding == Decimal("1.5")
    assert bench.venue.account.cash == Decimal("9998.5")


def test_an_old_price_is_asked_for_anew_instead_of_being_judged() -> None:
    bench = Bench(max_price_age_exit=10.0, can={"second_price": True})
    bench.hold()
    bench.price(94.0)
    bench.held().breach_at = bench.now
    bench.symbol().mark_at -= 20_000
    before = len(bench.asked)
    bench.wait(3)
    assert [q.about for q in bench.asked[before:]] == ["price"]
    assert bench.last().is_entry


def test_the_highest_price_is_written_down_for_a_restart() -> None:
    bench = Bench(trailing_stop_percent=0.1, take_profit_percent=0.0)
    bench.hold()
    bench.price(108.0)
    out = bench.wait(3, cycle=True)
    assert [position.highest for position in out.positions] == [108.0]
    assert not bench.wait(3, cycle=True).positions


def test_a_new_daily_limit_warns_first() -> None:
    bench = Bench(
        max_daily_loss_pct=0.01, emergency_stop_percent=0.0, timeframe=Timeframe("1h", HOUR)
    )
    bench.hold()
    assert [n.code for n in bench.close(91.5).notices] == ["daily_loss_near"]
    bench.price(91.5)
    assert [n.code for n in bench.close(89.0).notices] == ["daily_loss"]


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (35, "Z"), (36, "10"), (1_295, "ZZ")])
def test_client_ids_count_in_as_few_letters_as_it_takes(number: int, text: str) -> None:
    assert base36(number) == text


def test_fills_are_remembered_within_bounds() -> None:
    state = Bench().state
    for number in range(50_001):
        assert state.know_fill(str(number))
    assert len(state.fill_ids) == 50_000
    assert not state.know_fill("50000")


def test_what_the_account_holds_is_unlimited_until_it_was_told() -> None:
    assert Bench().venue.holds_most == inf
