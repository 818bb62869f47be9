"""Several things in one candle: the walk goes to the adverse side first (page 3.8)."""

from tests.engine.pictures.drawing import Stage, on_futures, play, upside_down

TARGET_AND_STOP = {"take_profit_percent": 0.05, "stop_loss_percent": 0.03}


def test_stop_and_target_in_one_candle_the_adverse_side_comes_first() -> None:
    picture = """
    100 101  99 100 BUY
    100 101  99 100
    100 106  96 105
    """
    assert play(picture, **TARGET_AND_STOP).story == ["long 1@100 -> 2@97 stop_loss"]
    assert on_futures(upside_down(picture), **TARGET_AND_STOP).story == [
        "short 1@100 -> 2@103 stop_loss"
    ]


def test_target_in_the_entry_candle_after_a_harmless_low() -> None:
    picture = """
    100 101  99 100 BUY
    100 106  98  99
    """
    assert play(picture, **TARGET_AND_STOP).story == ["long 1@100 -> 1@105 take_profit"]
    assert on_futures(upside_down(picture), **TARGET_AND_STOP).story == [
        "short 1@100 -> 1@95 take_profit"
    ]


def test_nearest_stop_is_met_first_while_the_price_moves() -> None:
    picture = """
    100 101  99 100 BUY
    100 100  90  91
    """
    both = {"stop_loss_percent": 0.03, "emergency_stop_percent": 0.05}
    assert play(picture, **both).story == ["long 1@100 -> 1@97 stop_loss"]
    assert play(picture, trailing_stop_percent=0.02, **both).story == [
        "long 1@100 -> 1@98 trailing_stop"
    ]
    assert on_futures(upside_down(picture), **both).story == ["short 1@100 -> 1@103 stop_loss"]


def test_of_equal_levels_the_first_of_the_list_counts() -> None:
    picture = """
    100 101  99 100 BUY
    100 100  90  91
    """
    # stop 97 and trail 97 are the same price
    equal = {"stop_loss_percent": 0.03, "trailing_stop_percent": 0.03}
    assert play(picture, **equal).story == ["long 1@100 -> 1@97 stop_loss"]
    # 2.5 ATR of 2 and 5 % are both 95
    assert play(picture, Stage(past=20), atr_multiplier=2.5, emergency_stop_percent=0.05).story == [
        "long 1@100 -> 1@95 emergency_stop"
    ]


def test_entry_at_a_level_then_stopped_in_the_same_candle() -> None:
    # 104 is bought on the way up; then down to 99 first: 3 % under 104 is 100.88
    picture = """
    100 101  99 100 BUY@104
    100 106  99 105
    """
    played = play(picture, stop_loss_percent=0.03)
    assert played.story == ["long 1@104 -> 1@100.88 stop_loss"]
    assert played.result.stopped_in_entry_candle == 1
    # short at 96, 3 % above is 98.88
    assert on_futures(upside_down(picture), stop_loss_percent=0.03).story == [
        "short 1@96 -> 1@98.88 stop_loss"
    ]


def test_entry_at_a_level_then_target_when_the_low_is_harmless() -> None:
    # 104 x 1.02 = 106.08 is reached after the low of 103
    picture = """
    103 104 102 103 BUY@104
    103 107 103 105
    """
    played = play(picture, stop_loss_percent=0.03, take_profit_percent=0.02)
    assert played.story == ["long 1@104 -> 1@106.08 take_profit"]
    assert played.result.stopped_in_entry_candle == 0
    # 96 x 0.98 = 94.08
    mirrored = on_futures(upside_down(picture), stop_loss_percent=0.03, take_profit_percent=0.02)
    assert mirrored.story == ["short 1@96 -> 1@94.08 take_profit"]


def test_level_at_the_open_is_filled_at_the_open() -> None:
    picture = """
    100 101  99 100 BUY@102
    102 103 101 102
    """
    assert play(picture).story == ["long 1@102 -> 1@102 end_of_data"]
    assert on_futures(upside_down(picture)).story == ["short 1@98 -> 1@98 end_of_data"]


def test_level_touched_by_the_high_is_filled_at_the_level() -> None:
    picture = """
    100 101  99 100 BUY@103
    100 103  99 101
    """
    assert play(picture).story == ["long 1@103 -> 1@101 end_of_data"]
    assert on_futures(upside_down(picture)).story == ["short 1@97 -> 1@99 end_of_data"]


def test_level_beyond_the_high_is_not_reached() -> None:
    picture = """
    100 101  99 100 BUY@103
    100 102.99 99 101
    """
    assert play(picture).story == []
    assert play(picture).reasons["level_not_reached"] == 1
    mirrored = on_futures(upside_down(picture))
    assert mirrored.story == []
    assert mirrored.reasons["level_not_reached"] == 1


def test_level_is_in_force_for_one_candle_only() -> None:
    picture = """
    100 101  99 100 BUY@103
    100 102  99 101
    101 104 100 103
    """
    assert play(picture).story == []


def test_stop_tighter_than_the_slippage_is_met_at_once() -> None:
    # bought at 100 x 1.0002 = 100.02; 0.01 % under it is 100.009998, above the price of 100:
    # met at once, at the current price, less slippage 99.98
    picture = """
    100 101  99 100 BUY
    100 101 100 101
    """
    tight = {"stop_loss_percent": 0.0001, "slippage_bps": 2.0}
    assert play(picture, **tight).story == ["long 1@100.02 -> 1@99.98 stop_loss"]
    mirrored = on_futures(upside_down(picture), **tight)
    assert mirrored.story == ["short 1@99.98 -> 1@100.02 stop_loss"]


def test_tight_stop_after_a_level_entry_is_met_at_the_level() -> None:
    # level 105: bought at 105.021, sold at 105 x 0.9998 = 104.979
    picture = """
    100 101  99 100 BUY@105
    100 106  99 105
    """
    tight = {"stop_loss_percent": 0.0001, "slippage_bps": 2.0}
    assert play(picture, **tight).story == ["long 1@105.021 -> 1@104.979 stop_loss"]


def test_high_raises_the_trail_and_it_can_be_hit_before_the_close() -> None:
    # high 106: 106 x 0.98 = 103.88, and the close is under it
    picture = """
    100 101  99 100 BUY
    100 106 100 102
    """
    assert play(picture, trailing_stop_percent=0.02).story == [
        "long 1@100 -> 1@103.88 trailing_stop"
    ]
    # low 94: 94 x 1.02 = 95.88, close 98
    assert on_futures(upside_down(picture), trailing_stop_percent=0.02).story == [
        "short 1@100 -> 1@95.88 trailing_stop"
    ]


def test_target_is_tested_before_the_high_raises_the_trail() -> None:
    picture = """
    100 101  99 100 BUY
    100 106 100 102
    """
    both = {"trailing_stop_percent": 0.02, "take_profit_percent": 0.05}
    assert play(picture, **both).story == ["long 1@100 -> 1@105 take_profit"]
    assert on_futures(upside_down(picture), **both).story == ["short 1@100 -> 1@95 take_profit"]


def test_open_raises_the_trail_before_the_way_down() -> None:
    # candle 2 opens at 106: the trail is 103.88 already on the way down to 103
    picture = """
    100 101  99 100 BUY
    100 101  99 100
    106 106 103 105
    """
    assert play(picture, trailing_stop_percent=0.02).story == [
        "long 1@100 -> 2@103.88 trailing_stop"
    ]
    assert on_futures(upside_down(picture), trailing_stop_percent=0.02).story == [
        "short 1@100 -> 2@95.88 trailing_stop"
    ]


def test_low_comes_before_the_high_so_the_old_trail_decides_on_the_way_down() -> None:
    # trail 98.98 from 101; the low of 99 is above it although 2 % under the high of 110 is not
    picture = """
    100 101  99 100 BUY
    100 101 100 101
    101 110  99 109
    109 109 108 109
    """
    assert play(picture, trailing_stop_percent=0.02).story == ["long 1@100 -> 3@109 end_of_data"]


def test_a_candle_that_does_not_move() -> None:
    picture = """
    100 100 100 100 BUY
    100 100 100 100
    100 100 100 100
    """
    assert play(picture, **TARGET_AND_STOP, trailing_stop_percent=0.01).story == [
        "long 1@100 -> 2@100 end_of_data"
    ]


def test_of_two_levels_in_one_candle_the_nearer_to_the_open_is_taken() -> None:
    nearer_up = """
    100 101  99 100 BUY@102 SHORT@97
    100 103  96 100
    """
    assert on_futures(nearer_up).story == ["long 1@102 -> 1@100 end_of_data"]
    assert on_futures(upside_down(nearer_up)).story == ["short 1@98 -> 1@100 end_of_data"]


def test_of_two_levels_equally_near_the_long_one_is_taken() -> None:
    picture = """
    100 101  99 100 BUY@102 SHORT@98
    100 103  96 100
    """
    assert on_futures(picture).story == ["long 1@102 -> 1@100 end_of_data"]


def test_only_the_level_that_lies_in_the_candle_is_taken() -> None:
    picture = """
    100 101  99 100 BUY@102 SHORT@95
    100 101  94  96
    """
    assert on_futures(picture).story == ["short 1@95 -> 1@96 end_of_data"]
