"""Limits of the whole portfolio: latched to their period's end, released, counted, paused."""

import pytest

from tests.engine.pictures.drawing import Stage, on_futures, play, upside_down

# Six hours a candle: candles 0 to 3 are Monday, 4 to 7 Tuesday. 10 coins; 10 % down is 1 %.
LOSS = """
100 101  99 100 BUY
100 100  90  90 SELL BUY
 90  91  89  90 BUY
 90  91  89  90 BUY
 90  91  89  90 BUY
 90  91  89  90
"""


def losing(**limits: float) -> list[str]:
    """The story of LOSS under limits, six hours a candle."""
    return play(LOSS.replace(" SELL BUY", " SELL"), Stage(timeframe="6h"), **limits).story


def test_daily_loss_latches_to_the_end_of_the_day() -> None:
    # sold at 90 in candle 2; candle 3 is still Monday, candle 4 is Tuesday
    assert losing() == ["long 1@100 -> 2@90 signal", "long 3@90 -> 5@90 end_of_data"]
    assert losing(max_daily_loss_pct=0.01) == [
        "long 1@100 -> 2@90 signal",
        "long 4@90 -> 5@90 end_of_data",
    ]


def test_a_loss_limit_is_met_at_exactly_its_value_and_not_before() -> None:
    assert len(losing(max_daily_loss_pct=0.01001)) == 2
    assert losing(max_daily_loss_pct=0.01001)[1].startswith("long 3@90")


def test_a_latched_limit_is_not_lifted_by_a_recovery() -> None:
    picture = """
    100 101  99 100 BUY
    100 100  90  90
     90 120  90 120 SELL
    120 121 119 120 BUY
    120 121 119 120 BUY
    120 121 119 120
    """
    assert play(picture, Stage(timeframe="6h"), max_daily_loss_pct=0.01).story == [
        "long 1@100 -> 3@120 signal",
        "long 4@120 -> 5@120 end_of_data",
    ]


def test_open_profit_counts_towards_the_limit() -> None:
    # never sold, only marked at 90: the other symbol is kept out
    pictures = {
        "BTC": "100 101 99 100 BUY\n100 100 90 90\n90 91 89 90",
        "ETH": "100 101 99 100\n100 101 99 100 BUY\n100 101 99 100",
    }
    played = play(pictures, max_daily_loss_pct=0.01)
    assert played.story == ["BTC long 1@100 -> 2@90 end_of_data"]
    assert played.reasons["daily_loss"] == 1


def test_absolute_daily_loss_is_an_amount() -> None:
    assert losing(max_daily_loss=100.0)[1].startswith("long 4@90")
    assert losing(max_daily_loss=100.01)[1].startswith("long 3@90")


def test_weekly_loss_latches_to_the_end_of_the_iso_week() -> None:
    # a day a candle: row 2 is Wednesday, 5 and 6 are the weekend, 7 is Monday
    picture = """
    100 101  99 100 BUY
    100 100  90  90 SELL
     90  91  89  90 BUY
    gap 2
     90  91  89  90 BUY
     90  91  89  90 BUY
     90  91  89  90 BUY
     90  91  89  90
    """
    played = play(picture, Stage(timeframe="1d"), max_weekly_loss_pct=0.01)
    assert played.story == ["long 1@100 -> 2@90 signal", "long 7@90 -> 8@90 end_of_data"]
    assert played.reasons["weekly_loss"] == 2


def test_monthly_loss_latches_to_the_end_of_the_month() -> None:
    # a day a candle: row 30 is January 31, row 31 is February 1
    picture = """
    100 101  99 100 BUY
    100 100  90  90 SELL
     90  91  89  90
    gap 26
     90  91  89  90 BUY
     90  91  89  90 BUY
     90  91  89  90
    """
    played = play(picture, Stage(timeframe="1d"), max_monthly_loss_pct=0.01)
    assert played.story == ["long 1@100 -> 2@90 signal", "long 31@90 -> 31@90 end_of_data"]
    assert played.reasons["monthly_loss"] == 2  # January 30 and 31


def test_a_limit_met_at_the_days_last_close_blocks_nothing_on_the_next_day() -> None:
    picture = """
    100 101  99 100
    100 101  99 100
    100 101  99 100 BUY
    100 100  90  90 SELL
     90  91  89  90 BUY
     90  91  89  90
    """
    assert play(picture, Stage(timeframe="6h"), max_daily_loss_pct=0.01).story == [
        "long 3@100 -> 4@90 signal",
        "long 5@90 -> 5@90 end_of_data",
    ]


def test_close_sells_also_in_the_next_period() -> None:
    picture = """
    100 101  99 100
    100 101  99 100
    100 101  99 100 BUY
    100 100  90  90
     92  93  91  92
     92  93  91  92
    """
    closing = {"max_daily_loss_pct": 0.01, "on_loss_limit": "close"}
    assert play(picture, Stage(timeframe="6h"), **closing).story == [
        "long 3@100 -> 4@92 loss_limit"
    ]
    assert play(upside_down(picture), Stage("binance_futures", "6h"), **closing).story == [
        "short 3@100 -> 4@108 loss_limit"
    ]


def losers(count: int) -> str:
    """One loss of 1 % an hour: bought at 101 on the first price, sold at the next one."""
    lines = ["100 101  99 100 BUY"]
    for _ in range(count):
        lines += ["101 101 100 100 SELL", "100 101 99 100 BUY"]
    return "\n".join([*lines, *["100 101  99 100 BUY"] * 4])


def test_losses_in_a_row_pause_entries_for_an_hour_after_the_exits_candle() -> None:
    # the second loss is sold at the open of candle 4, whose end is 5:00; paused until 6:00
    played = play(losers(2), max_consecutive_losses=2)
    assert played.story[:2] == ["long 1@101 -> 2@100 signal", "long 3@101 -> 4@100 signal"]
    assert played.story[2] == "long 6@100 -> 8@100 end_of_data"
    assert played.reasons["consecutive_losses"] == 1
    assert play(losers(2), max_consecutive_losses=3).story[2].startswith("long 5@100")


def test_the_pause_is_a_setting() -> None:
    played = play(losers(2), max_consecutive_losses=2, consecutive_loss_pause=7_200.0)
    assert played.story[2] == "long 7@100 -> 8@100 end_of_data"


def test_the_count_starts_anew_after_its_pause() -> None:
    picture = losers(2) + "\n" + "\n".join(["101 101 100 100 SELL", "100 101 99 100 BUY"] * 1)
    played = play(picture + "\n100 101 99 100", max_consecutive_losses=2)
    # candle 6 opens at 100 and is sold at 101: a gain; nothing pauses the next entry
    assert "consecutive_losses" in played.reasons
    assert played.reasons["consecutive_losses"] == 1


def test_a_trade_of_exactly_zero_ends_the_row() -> None:
    picture = """
    100 101  99 100 BUY
    101 101 100 100 SELL
    100 101  99 100 BUY
    100 101  99 100 SELL
    100 101  99 100 BUY
    101 101 100 100 SELL
    100 101  99 100 BUY
    100 101  99 100
    """
    assert "consecutive_losses" not in play(picture, max_consecutive_losses=2).reasons


@pytest.mark.parametrize(("share", "entered"), [(0.95, False), (0.94, True)])
def test_minimum_balance_is_a_share_of_the_initial_capital(share: float, entered: bool) -> None:
    # all of the equity is in: 50 coins at 100, sold at 88 -> 9,400 left
    picture = """
    100 101  99 100 BUY
    100 100  88  88 SELL
     88  89  87  88 BUY
     88  89  87  88
    """
    played = play(picture, position_fraction=0.5, min_balance_pct=share)
    assert (len(played.story) == 2) is entered
    assert ("minimum_balance" in played.reasons) is not entered


def test_maximum_of_positions_counts_longs_and_shorts() -> None:
    pictures = {
        "BTC": "100 101 99 100 BUY\n100 101 99 100",
        "ETH": "100 101 99 100 SHORT\n100 101 99 100",
    }
    played = on_futures(pictures, max_positions=1)
    assert played.story == ["BTC long 1@100 -> 1@100 end_of_data"]
