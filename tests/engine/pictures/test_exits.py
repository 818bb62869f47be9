"""Every exit of page 3.5, drawn long and mirrored short. All numbers are worked out by hand."""

import pytest

from tests.engine.pictures.drawing import Stage, on_futures, play, upside_down

WITH_PAST = Stage(past=20)  # flat history from 99 to 101: ATR14 is exactly 2
SHORTS_WITH_PAST = Stage(venue="binance_futures", past=20)


def test_liquidation_guard_acts_before_the_exchange_would() -> None:
    picture = """
    100 101  99 100 BUY
    100 101  80  82
    """
    # leverage 3, maintenance 0.4 %: 100 (1 - 1/3) / 0.996 = 66.93440428 is liquidation,
    # and 66.93440428 / (1 - 0.20) = 83.66800535 is 20 % of itself away from it
    guarded = {"leverage": 3.0, "liquidation_min_distance": 0.20}
    assert on_futures(picture, **guarded).story == ["long 1@100 -> 1@83.66800535 liquidation_guard"]
    # short: 100 (1 + 1/3) / 1.004 = 132.8021248, / 1.2 = 110.6684374
    assert on_futures(upside_down(picture), **guarded).story == [
        "short 1@100 -> 1@110.6684374 liquidation_guard"
    ]


def test_emergency_stop_is_five_percent_from_the_entry() -> None:
    picture = """
    100 101  99 100 BUY
    100 101  96  97
     97  98  94  96
    """
    assert play(picture, emergency_stop_percent=0.05).story == ["long 1@100 -> 2@95 emergency_stop"]
    assert on_futures(upside_down(picture), emergency_stop_percent=0.05).story == [
        "short 1@100 -> 2@105 emergency_stop"
    ]


def test_atr_stop_is_fixed_for_the_positions_life() -> None:
    # ATR 2 at entry, twice that under 100 is 96; the wide candle 2 raises the ATR, not the stop
    picture = """
    100 101  99 100 BUY
    100 101  99 100
    100 110  97 100
    100 101  95  98
    """
    assert play(picture, WITH_PAST).story == ["long 1@100 -> 3@96 stop_loss"]
    assert play(upside_down(picture), SHORTS_WITH_PAST).story == ["short 1@100 -> 3@104 stop_loss"]


def test_without_atr_the_emergency_stop_still_protects() -> None:
    picture = """
    100 101  99 100 BUY
    100 101  94  94
    """
    assert play(picture, emergency_stop_percent=0.05).story == ["long 1@100 -> 1@95 emergency_stop"]


def test_percent_stop_replaces_the_atr_stop() -> None:
    # ATR stop would be 96; 5 % is farther away and holds alone
    picture = """
    100 101  99 100 BUY
    100 101  95.5  96
     96  97  94  94
    """
    assert play(picture, WITH_PAST, stop_loss_percent=0.05).story == [
        "long 1@100 -> 2@95 stop_loss"
    ]
    assert play(upside_down(picture), SHORTS_WITH_PAST, stop_loss_percent=0.05).story == [
        "short 1@100 -> 2@105 stop_loss"
    ]


def test_touching_a_stop_counts() -> None:
    picture = """
    100 101  99 100 BUY
    100 101  97  98
     98  99  98  99
    """
    assert play(picture, stop_loss_percent=0.03).story == ["long 1@100 -> 1@97 stop_loss"]
    assert play(picture, stop_loss_percent=0.0301).story == ["long 1@100 -> 2@99 end_of_data"]


def test_trailing_stop_follows_the_highest_price() -> None:
    # highest 110 in candle 1, 2 % under it 107.8
    picture = """
    100 101  99 100 BUY
    100 110 100 109
    109 109 107 108
    """
    assert play(picture, trailing_stop_percent=0.02).story == [
        "long 1@100 -> 2@107.8 trailing_stop"
    ]
    # lowest 90, 2 % above it 91.8
    assert on_futures(upside_down(picture), trailing_stop_percent=0.02).story == [
        "short 1@100 -> 2@91.8 trailing_stop"
    ]


def test_trailing_stop_waits_for_its_activation() -> None:
    # 102 < 103 in candle 1: no trail yet, 99 is survived; 104 in candle 3 puts 101.92 in force
    picture = """
    100 101  99 100 BUY
    100 102 100 100
    100 101  99 100
    100 104 100 103
    103 103 101 102
    """
    trailed = {"trailing_stop_percent": 0.02, "trailing_activation": 0.03}
    assert play(picture, **trailed).story == ["long 1@100 -> 4@101.92 trailing_stop"]
    # 98 > 97 in candle 1; 96 in candle 3: 96 x 1.02 = 97.92
    assert on_futures(upside_down(picture), **trailed).story == [
        "short 1@100 -> 4@97.92 trailing_stop"
    ]


def test_activation_is_reached_by_touching_it() -> None:
    picture = """
    100 101  99 100 BUY
    100 103 102 102.5
    102.5 102.5 100 101
    """
    # 100 x 1.03 = 103 is touched: 103 x 0.98 = 100.94
    assert play(picture, trailing_stop_percent=0.02, trailing_activation=0.03).story == [
        "long 1@100 -> 2@100.94 trailing_stop"
    ]


def test_trailing_stop_only_rises() -> None:
    # 106 x 0.97 = 102.82 stays although candle 2 tops out at 104
    picture = """
    100 101  99 100 BUY
    100 106 103 104
    104 104 103.4 103.5
    103.5 104 102 103
    """
    assert play(picture, trailing_stop_percent=0.03).story == [
        "long 1@100 -> 3@102.82 trailing_stop"
    ]
    # 94 x 1.03 = 96.82
    assert on_futures(upside_down(picture), trailing_stop_percent=0.03).story == [
        "short 1@100 -> 3@96.82 trailing_stop"
    ]


def test_trail_begins_at_the_entry_price() -> None:
    picture = """
    100 101  99 100 BUY
    100 100  97  97
    """
    assert play(picture, trailing_stop_percent=0.02).story == ["long 1@100 -> 1@98 trailing_stop"]
    assert on_futures(upside_down(picture), trailing_stop_percent=0.02).story == [
        "short 1@100 -> 1@102 trailing_stop"
    ]


def test_take_profit_is_met_at_its_level() -> None:
    picture = """
    100 101  99 100 BUY
    100 104  99 103
    103 106 102 104
    """
    assert play(picture, take_profit_percent=0.05).story == ["long 1@100 -> 2@105 take_profit"]
    assert on_futures(upside_down(picture), take_profit_percent=0.05).story == [
        "short 1@100 -> 2@95 take_profit"
    ]


HELD = """
100 101  99 100 BUY
100 101  99 100
100 101  99 100
100 101  99 100
101 102 100 101
"""


def test_time_exit_wants_more_than_max_holding() -> None:
    # entered in candle 1; candle 3 begins exactly two hours later (not more), candle 4 three
    assert play(HELD, max_holding=7_200.0).story == ["long 1@100 -> 4@101 time_exit"]
    assert on_futures(upside_down(HELD), max_holding=7_200.0).story == [
        "short 1@100 -> 4@99 time_exit"
    ]
    assert play(HELD, max_holding=7_199.0).story == ["long 1@100 -> 3@100 time_exit"]


def test_time_exit_comes_before_the_loss_limit_and_the_signal() -> None:
    sells = HELD.replace("101  99 100\n101", "101  99 100 SELL\n101")
    assert play(sells, max_holding=7_200.0).story == ["long 1@100 -> 4@101 time_exit"]
    assert play(sells).story == ["long 1@100 -> 4@101 signal"]


LOSING = """
100 101  99 100 BUY
100 100  88  89 SELL
 90  91  89  90
"""


def test_loss_limit_closes_at_the_next_first_price() -> None:
    # a tenth of the equity is in: 11 % down is 1.1 % of the equity, over the day's 1 %
    closing = {"max_daily_loss_pct": 0.01, "on_loss_limit": "close"}
    assert play(LOSING, **closing).story == ["long 1@100 -> 2@90 loss_limit"]
    assert on_futures(upside_down(LOSING), **closing).story == ["short 1@100 -> 2@110 loss_limit"]


def test_loss_limit_that_pauses_leaves_positions_alone() -> None:
    assert play(LOSING, max_daily_loss_pct=0.01).story == ["long 1@100 -> 2@90 signal"]


def test_signal_is_executed_at_the_next_first_price() -> None:
    picture = """
    100 101  99 100 BUY
    100 101  99 100 SELL
    103 104 102 103
    """
    assert play(picture).story == ["long 1@100 -> 2@103 signal"]
    assert on_futures(upside_down(picture)).story == ["short 1@100 -> 2@97 signal"]


def test_sell_does_not_cover_and_cover_does_not_sell() -> None:
    picture = """
    100 101  99 100 BUY
    100 101  99 100 COVER
    103 104 102 103
    """
    assert play(picture).story == ["long 1@100 -> 2@103 end_of_data"]
    assert on_futures(upside_down(picture)).story == ["short 1@100 -> 2@97 end_of_data"]


def test_what_is_open_at_the_end_is_closed_at_the_last_close() -> None:
    picture = """
    100 101  99 100 BUY
    100 105  99 104
    """
    assert play(picture).story == ["long 1@100 -> 1@104 end_of_data"]
    assert on_futures(upside_down(picture)).story == ["short 1@100 -> 1@96 end_of_data"]


@pytest.mark.parametrize(
    "off", ["take_profit_percent", "trailing_stop_percent", "emergency_stop_percent", "max_holding"]
)
def test_zero_switches_an_exit_off(off: str) -> None:
    picture = """
    100 101  99 100 BUY
    100 150  50 100
    100 101  99 100
    """
    assert play(picture, **{off: 0.0}).story == ["long 1@100 -> 2@100 end_of_data"]
