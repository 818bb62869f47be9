"""A candle that opens beyond a level is met at its open: worse for stops, better for targets."""

from tests.engine.pictures.drawing import Stage, on_futures, play, upside_down

GAP_DOWN = """
100 101  99 100 BUY
100 101  99 100
 80  82  79  81
"""
GAP_UP = """
100 101  99 100 BUY
100 101  99 100
108 109 107 108
"""


def test_gap_through_the_guard() -> None:
    # guard at 83.67 (long) and 110.67 (short), see the pictures of the exits
    guarded = {"leverage": 3.0, "liquidation_min_distance": 0.20}
    assert on_futures(GAP_DOWN, **guarded).story == ["long 1@100 -> 2@80 liquidation_guard"]
    assert on_futures(upside_down(GAP_DOWN), **guarded).story == [
        "short 1@100 -> 2@120 liquidation_guard"
    ]


def test_gap_through_the_emergency_stop() -> None:
    assert play(GAP_DOWN, emergency_stop_percent=0.05).story == [
        "long 1@100 -> 2@80 emergency_stop"
    ]
    assert on_futures(upside_down(GAP_DOWN), emergency_stop_percent=0.05).story == [
        "short 1@100 -> 2@120 emergency_stop"
    ]


def test_gap_through_the_percent_stop() -> None:
    assert play(GAP_DOWN, stop_loss_percent=0.03).story == ["long 1@100 -> 2@80 stop_loss"]
    assert on_futures(upside_down(GAP_DOWN), stop_loss_percent=0.03).story == [
        "short 1@100 -> 2@120 stop_loss"
    ]


def test_gap_through_the_atr_stop() -> None:
    assert play(GAP_DOWN, Stage(past=20)).story == ["long 1@100 -> 2@80 stop_loss"]
    assert play(upside_down(GAP_DOWN), Stage("binance_futures", past=20)).story == [
        "short 1@100 -> 2@120 stop_loss"
    ]


def test_gap_through_the_trailing_stop() -> None:
    assert play(GAP_DOWN, trailing_stop_percent=0.02).story == ["long 1@100 -> 2@80 trailing_stop"]
    assert on_futures(upside_down(GAP_DOWN), trailing_stop_percent=0.02).story == [
        "short 1@100 -> 2@120 trailing_stop"
    ]


def test_gap_over_the_target_is_filled_at_the_better_open() -> None:
    assert play(GAP_UP, take_profit_percent=0.05).story == ["long 1@100 -> 2@108 take_profit"]
    assert on_futures(upside_down(GAP_UP), take_profit_percent=0.05).story == [
        "short 1@100 -> 2@92 take_profit"
    ]


def test_of_several_levels_gapped_through_the_first_of_the_list_gives_the_reason() -> None:
    stops = {"stop_loss_percent": 0.03, "trailing_stop_percent": 0.02}
    assert play(GAP_DOWN, **stops).story == ["long 1@100 -> 2@80 stop_loss"]
    assert play(GAP_DOWN, emergency_stop_percent=0.05, **stops).story == [
        "long 1@100 -> 2@80 emergency_stop"
    ]
    everything = stops | {
        "emergency_stop_percent": 0.05, "leverage": 3.0, "liquidation_min_distance": 0.2
    }  # fmt: skip
    assert on_futures(GAP_DOWN, **everything).story == ["long 1@100 -> 2@80 liquidation_guard"]
    assert on_futures(upside_down(GAP_DOWN), **everything).story == [
        "short 1@100 -> 2@120 liquidation_guard"
    ]


def test_risk_exits_come_before_the_strategys_sell() -> None:
    sells = GAP_DOWN.replace("99 100\n 80", "99 100 SELL\n 80")
    assert play(sells, emergency_stop_percent=0.05).story == ["long 1@100 -> 2@80 emergency_stop"]
    assert on_futures(upside_down(sells), emergency_stop_percent=0.05).story == [
        "short 1@100 -> 2@120 emergency_stop"
    ]


def test_open_exactly_on_the_stop_counts() -> None:
    picture = """
    100 101  99 100 BUY
    100 101  99 100
     95  99  94  98
    """
    assert play(picture, emergency_stop_percent=0.05).story == ["long 1@100 -> 2@95 emergency_stop"]


def test_open_beyond_an_entry_level_is_filled_at_the_open() -> None:
    picture = """
    100 101  99 100 BUY@104
    106 107 103 105
    """
    assert play(picture).story == ["long 1@106 -> 1@105 end_of_data"]
    assert on_futures(upside_down(picture)).story == ["short 1@94 -> 1@95 end_of_data"]


def test_a_missing_candle_is_a_gap_like_any_other() -> None:
    picture = """
    100 101  99 100 BUY
    100 101  99 100
    gap 1
     80  82  79  81
    """
    assert play(picture, stop_loss_percent=0.03).story == ["long 1@100 -> 3@80 stop_loss"]


def test_after_a_long_gap_an_entry_is_stale() -> None:
    # candle 0 ended at hour 1; candle 4 begins 3 hours later: more than 2 timeframes
    stale = """
    100 101  99 100 BUY
    gap 3
    100 101  99 100
    """
    assert play(stale).story == []
    assert play(stale).reasons["stale_data"] == 1
    assert play(stale.replace("gap 3", "gap 2")).story == ["long 3@100 -> 3@100 end_of_data"]
