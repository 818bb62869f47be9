"""Several symbols on one capital: exits, entries, then the rest of the candle, in SYMBOLS order."""

from decimal import Decimal

from tests.engine.pictures.drawing import Stage, on_futures, play, upside_down
from trader.domain.position import ClosedTrade

QUIET = "100 101  99 100"


def rows(*lines: str) -> str:
    """A picture from its rows."""
    return "\n".join(lines)


def quantities(trades: list[ClosedTrade]) -> dict[str, Decimal]:
    """Coins bought, by base currency."""
    return {t.key.partition(":")[2].partition("/")[0]: t.quantity.normalize() for t in trades}


WANTS = f"{QUIET} BUY"


def test_slots_are_taken_in_the_order_of_symbols() -> None:
    pictures = {base: rows(WANTS, QUIET) for base in ("XRP", "BTC", "ETH")}
    played = play(pictures, max_positions=2)
    assert sorted(played.story) == [
        "BTC long 1@100 -> 1@100 end_of_data",
        "XRP long 1@100 -> 1@100 end_of_data",
    ]
    assert played.reasons["max_positions"] == 1


def test_a_slot_taken_at_a_level_counts_at_once() -> None:
    pictures = {
        "BTC": rows(f"{QUIET} BUY@101", QUIET),
        "ETH": rows(f"{QUIET} BUY@101", QUIET),
    }
    assert play(pictures, max_positions=1).story == ["BTC long 1@101 -> 1@100 end_of_data"]


def test_entries_at_first_prices_come_before_levels_inside_the_candle() -> None:
    pictures = {"BTC": rows(f"{QUIET} BUY@101", QUIET), "ETH": rows(WANTS, QUIET)}
    assert play(pictures, max_positions=1).story == ["ETH long 1@100 -> 1@100 end_of_data"]


FREED_AT_THE_OPEN = {
    "BTC": rows(WANTS, f"{QUIET} SELL", QUIET, QUIET),
    "ETH": rows(QUIET, WANTS, WANTS, QUIET),
}


def test_a_slot_freed_at_a_first_price_counts_from_the_next_candle() -> None:
    assert play(FREED_AT_THE_OPEN, max_positions=1).story == [
        "BTC long 1@100 -> 2@100 signal",
        "ETH long 3@100 -> 3@100 end_of_data",
    ]


def test_a_slot_freed_inside_a_candle_counts_from_the_next_one() -> None:
    pictures = {
        "BTC": rows(WANTS, "100 100 96 96", QUIET, QUIET),
        "ETH": rows(f"{QUIET} BUY@101", f"{QUIET} BUY@101", QUIET, QUIET),
    }
    played = play(pictures, max_positions=1, stop_loss_percent=0.03)
    assert played.story == [
        "BTC long 1@100 -> 1@97 stop_loss",
        "ETH long 2@101 -> 3@100 end_of_data",
    ]


def test_cash_freed_at_a_first_price_counts_from_the_next_candle() -> None:
    # BTC takes 60 % of 10,000; when it is sold in candle 2 only the other 4,000 may be spent
    played = play(FREED_AT_THE_OPEN, position_fraction=0.6)
    assert quantities(played.trades) == {"BTC": 60, "ETH": 40}
    later = FREED_AT_THE_OPEN | {"ETH": rows(QUIET, QUIET, WANTS, QUIET)}
    assert quantities(play(later, position_fraction=0.6).trades) == {"BTC": 60, "ETH": 60}


def test_cash_taken_by_an_earlier_symbol_counts_at_once() -> None:
    pictures = {base: rows(WANTS, QUIET) for base in ("BTC", "ETH", "XRP")}
    played = play(pictures, position_fraction=0.6)
    assert quantities(played.trades) == {"BTC": 60, "ETH": 40}
    assert played.reasons["free_cash"] == 1
    assert played.reasons["min_order"] == 1


def test_exits_at_first_prices_come_before_all_entries() -> None:
    # ETH is last in order, yet its loss at the open of candle 2 blocks BTC's entry at that open:
    # 1,000 x 20 % = 200 is 2 % of 10,000
    pictures = {
        "BTC": rows(QUIET, WANTS, QUIET),
        "ETH": rows(WANTS, QUIET, "80 81 79 80"),
    }
    played = play(pictures, stop_loss_percent=0.03, max_daily_loss_pct=0.02)
    assert played.story == ["ETH long 1@100 -> 2@80 stop_loss"]
    assert played.reasons["daily_loss"] == 1


def test_equity_for_sizes_is_that_of_the_last_close() -> None:
    # BTC: 10 coins closed at 110 in candle 1 -> equity 10,100; its drop to 90 at the open of
    # candle 2 does not matter for the size of ETH: 10,100 x 0.1 / 100 = 10.1 coins
    pictures = {
        "BTC": rows(WANTS, "100 110 100 110", "90 91 89 90"),
        "ETH": rows(QUIET, WANTS, QUIET),
    }
    assert quantities(play(pictures).trades) == {"BTC": 10, "ETH": Decimal("10.1")}


def test_symbols_need_not_have_the_same_candles() -> None:
    pictures = {
        "BTC": rows(WANTS, QUIET, QUIET, QUIET),
        "ETH": rows(WANTS, "gap 1", QUIET, "102 103 101 102"),
    }
    assert sorted(play(pictures).story) == [
        "BTC long 1@100 -> 3@100 end_of_data",
        "ETH long 2@100 -> 3@102 end_of_data",
    ]


def test_shorts_share_margin_as_longs_share_cash() -> None:
    # leverage 2: value 0.6 x 10,000 x 2 = 12,000 takes 6,000 of margin; 4,000 x 2 remain
    short = upside_down(rows(WANTS, QUIET))
    played = on_futures({"BTC": short, "ETH": short}, position_fraction=0.6, leverage=2.0)
    assert quantities(played.trades) == {"BTC": 120, "ETH": 80}


def test_one_row_of_equity_for_every_start_of_a_candle() -> None:
    pictures = {"BTC": rows(WANTS, QUIET, QUIET), "ETH": rows(QUIET, "gap 2", QUIET)}
    result = play(pictures, Stage()).result
    assert len(result.equity) == 4
    assert list(result.equity) == [10_000.0] * 4
