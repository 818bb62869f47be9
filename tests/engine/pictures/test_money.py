"""Sizes, costs, funding and leverage with every number worked out by hand."""

from collections.abc import Mapping

import pytest

from tests.engine.pictures.drawing import (
    ONE,
    Stage,
    books,
    close_to,
    on_futures,
    play,
    upside_down,
)

ROUND_TRIP = """
100 101  99 100 BUY
100 101  99 100 SELL
110 111 109 110
"""


def test_every_fill_is_moved_against_the_trader_and_pays_a_fee() -> None:
    # 1,000 / 100 = 10 coins at 100 x 1.0002 = 100.02, sold at 110 x 0.9998 = 109.978
    # fees 0.001 x (1000.2 + 1099.78) = 2.09998; pnl 1099.78 - 1000.2 - 2.09998 = 97.48002
    played = play(ROUND_TRIP, slippage_bps=2.0, fee=0.001)
    close_to(played, {
        "quantity": 10, "entry_price": 100.02, "exit_price": 109.978, "fees": 2.09998,
        "pnl": 97.48002, "pnl_percent": 9.7460527894421,
    })  # fmt: skip
    assert played.result.equity[-1] == pytest.approx(10_097.48002, rel=1e-14)
    # short from 100 x 0.9998 = 99.98 to 90 x 1.0002 = 90.018: fees 0.9998 + 0.90018 = 1.89998
    # pnl 999.8 - 900.18 - 1.89998 = 97.72002
    short = on_futures(upside_down(ROUND_TRIP), slippage_bps=2.0, fee=0.001)
    close_to(short, {"quantity": 10, "fees": 1.89998, "pnl": 97.72002})
    assert short.result.equity[-1] == pytest.approx(10_097.72002, rel=1e-14)


@pytest.mark.parametrize(
    ("picture", "settings", "exit_price"),
    [
        # entry 100.02: stop 97.0194, less 2 bps 96.99999612
        ("100 101 99 100 BUY\n100 101 96 97", {"stop_loss_percent": 0.03}, 96.99999612),
        # target 105.021, less 2 bps 104.9999958
        ("100 101 99 100 BUY\n100 106 99 105", {"take_profit_percent": 0.05}, 104.9999958),
        # the last close 101 less 2 bps
        ("100 101 99 100 BUY\n100 102 99 101", {}, 100.9798),
    ],
)
def test_stops_targets_and_the_last_close_slip_too(
    picture: str, settings: Mapping[str, float], exit_price: float
) -> None:
    close_to(play(picture, slippage_bps=2.0, **settings), {"exit_price": exit_price})


def test_fees_of_the_venue_when_none_is_given() -> None:
    # spot 0.1 %: (1000 + 1000) x 0.001; futures taker 0.05 %
    close_to(play(ONE, fee=None), {"fees": 2.0})
    close_to(on_futures(ONE, fee=None), {"fees": 1.0})


# ------------------------------------------------------------------ funding

HELD = """
100 101  99 100 BUY
100 101  99 100
120 121 119 120
110 111 109 110
"""


def funded(picture: str, *funding: tuple[float, float]) -> float:
    """Funding paid by the only trade of a picture on futures."""
    played = play(picture, Stage("binance_futures", funding=funding))
    return float(books(played)["funding"])


def test_a_long_pays_a_positive_rate_at_the_candles_open() -> None:
    # 10 contracts x 120 x 0.001
    assert funded(HELD, (2, 0.001)) == pytest.approx(1.2)
    assert funded(HELD, (2, -0.001)) == pytest.approx(-1.2)


def test_a_short_receives_a_positive_rate() -> None:
    # 10 contracts x 80 x 0.001
    assert funded(upside_down(HELD), (2, 0.001)) == pytest.approx(-0.8)


def test_funding_at_the_entrys_own_start_is_not_paid() -> None:
    assert funded(HELD, (1, 0.001)) == 0.0


def test_funding_inside_a_candle_falls_due_at_the_next_open() -> None:
    # half past one: paid at the open of candle 2
    assert funded(HELD, (1.5, 0.001)) == pytest.approx(1.2)


def test_several_funding_times_are_all_paid() -> None:
    # 10 x 120 x 0.003 + 10 x 110 x 0.004
    assert funded(HELD, (1.5, 0.001), (2, 0.002), (3, 0.004)) == pytest.approx(3.6 + 4.4)


def test_funding_is_paid_before_an_exit_at_the_same_open() -> None:
    sold = HELD.replace("99 100\n120", "99 100 SELL\n120")
    assert funded(sold, (2, 0.001)) == pytest.approx(1.2)
    assert funded(sold, (3, 0.001)) == 0.0


def test_funding_counts_in_the_result() -> None:
    # bought at 100, closed at 110: 100 less 1.2
    played = play(HELD, Stage("binance_futures", funding=[(2, 0.001)]))
    close_to(played, {"pnl": 98.8})
    assert played.result.equity[-1] == pytest.approx(10_098.8)


# Each cap alone: wanted are 10 coins; what is left; and its code when the minimum is missed.
