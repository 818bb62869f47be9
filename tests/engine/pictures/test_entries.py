"""When a wish may become an entry again: cooldown, once a day, sizes of zero, contradictions."""

import pytest

from tests.engine.pictures.drawing import Stage, on_futures, play, upside_down
from trader.domain.parameters import StrategyShare

EAGER = """
100 101  99 100 BUY
100 101  99 100 BUY SELL
100 101  99 100 BUY
100 101  99 100 BUY
100 101  99 100 BUY
100 101  99 100 BUY
"""


@pytest.mark.parametrize(("cooldown", "again"), [(0, 3), (1, 4), (2, 5)])
def test_next_entry_is_possible_in_candle_j_plus_1_plus_cooldown(cooldown: int, again: int) -> None:
    # left at the first price of candle 2
    expected = ["long 1@100 -> 2@100 signal", f"long {again}@100 -> 5@100 end_of_data"]
    assert play(EAGER, cooldown_candles=cooldown).story == expected


def test_cooldown_is_a_reason() -> None:
    assert play(EAGER, cooldown_candles=2).reasons["cooldown"] == 2


def test_an_exit_inside_a_candle_rests_just_as_long() -> None:
    picture = """
    100 101  99 100 BUY
    100 101  96  98 BUY
     98  99  97  98 BUY
     98  99  97  98 BUY
    """
    # stopped inside candle 1: candle 2 rests, candle 3 may
    assert play(picture, stop_loss_percent=0.03, cooldown_candles=1).story == [
        "long 1@100 -> 1@97 stop_loss",
        "long 3@98 -> 3@98 end_of_data",
    ]
    mirrored = on_futures(upside_down(picture), stop_loss_percent=0.03, cooldown_candles=1)
    assert mirrored.story == ["short 1@100 -> 1@103 stop_loss", "short 3@102 -> 3@102 end_of_data"]


def test_a_size_of_zero_is_no_entry_and_rests_nothing() -> None:
    # 10 % of 10,000 is 1,000: at 99,999 per coin no lot of one coin fits, at 100 ten do
    picture = """
    100 101  99 100 BUY
    99999 99999 99999 99999 BUY
    100 101  99 100
    """
    played = play(picture, lot_step=1.0, cooldown_candles=3)
    assert played.story == ["long 2@100 -> 2@100 end_of_data"]
    assert played.reasons["min_order"] == 1
    assert "cooldown" not in played.reasons


ONE_DAY = """
100 101  99 100 BUY@102
100 103  99 102 BUY@102 SELL
102 103 101 102 BUY@102
102 103 101 102 BUY@102
102 103 101 102 BUY@102
102 103 101 102
"""


def test_breakout_fills_once_a_symbol_and_day() -> None:
    # six hours a candle: candles 0 to 3 are Monday, 4 is Tuesday
    stage = Stage(timeframe="6h", strategy="breakout")
    played = play(ONE_DAY, stage)
    assert played.story == [
        "long 1@102 -> 2@102 signal",
        "long 4@102 -> 5@102 end_of_data",
    ]
    assert played.reasons["once_per_day"] == 1


def test_other_strategies_may_fill_again_the_same_day() -> None:
    assert play(ONE_DAY, Stage(timeframe="6h")).story[1] == "long 3@102 -> 5@102 end_of_data"


def test_once_a_day_counts_long_and_short_together() -> None:
    picture = """
    100 101  99 100 BUY@102
    100 103  99 102 SELL
    102 103 101 102 SHORT@101
    102 103 100 101
    """
    stage = Stage("binance_futures", "6h", strategy="breakout")
    assert play(picture, stage).story == ["long 1@102 -> 2@102 signal"]


def test_a_refused_size_does_not_use_up_the_day() -> None:
    picture = """
    100 101  99 100 BUY@99999
    99999 99999 99999 99999 BUY@102
    100 103  99 102
    """
    stage = Stage(timeframe="6h", strategy="breakout")
    assert play(picture, stage, lot_step=1.0).story == ["long 2@102 -> 2@102 end_of_data"]


def test_contradicting_answers_are_a_hold() -> None:
    picture = """
    100 101  99 100 BUY SELL
    100 101  99 100 BUY SHORT
    100 101  99 100
    """
    played = on_futures(picture)
    assert played.story == []
    assert played.reasons["conflicting_signals"] == 2


def test_the_first_candle_of_the_data_is_never_entered() -> None:
    assert play("100 101 99 100 BUY").story == []


def test_a_level_beyond_the_close_is_said() -> None:
    picture = """
    100 101  99 100 BUY@103
    104 105 103 104
    """
    # armed at the close of 100, first price beyond: filled there
    assert play(picture).story == ["long 1@104 -> 1@104 end_of_data"]


def test_without_shorts_nothing_is_sold_short() -> None:
    picture = """
    100 101  99 100 SHORT
    100 101  90  91
    """
    played = on_futures(picture, allow_shorts=False)
    assert played.story == []
    assert played.reasons["no_signal"] == 2


TWO = Stage(shares=(StrategyShare("scripted", 0.6), StrategyShare("other", 0.4)))


def test_the_first_strategy_that_opens_owns_the_position() -> None:
    both_want = """
    100 101  99 100 BUY
    100 101  99 100
    """
    assert [trade.strategy for trade in play(both_want, TWO).trades] == ["scripted"]


def test_only_the_owner_closes_its_position() -> None:
    picture = """
    100 101  99 100 other:BUY
    100 101  99 100 scripted:SELL
    100 101  99 100 other:SELL
    100 101  99 100
    """
    (trade,) = (played := play(picture, TWO)).trades
    assert trade.strategy == "other"
    assert played.story == ["long 1@100 -> 3@100 signal"]


def test_a_strategy_sizes_with_its_share_of_the_equity() -> None:
    picture = """
    100 101  99 100 other:BUY
    100 101  99 100
    """
    # 10,000 x share 0.4 x fraction 0.1 / 100 = 4 coins
    assert [trade.quantity for trade in play(picture, TWO).trades] == [4]


def test_a_buy_of_one_and_a_short_of_another_are_no_conflict() -> None:
    picture = """
    100 101  99 100 scripted:SHORT other:BUY
    100 101  99 100
    """
    stage = Stage("binance_futures", shares=TWO.shares)
    assert play(picture, stage).story == ["short 1@100 -> 1@100 end_of_data"]
