"""Tables: months, groups of trades, why not; and the numbers in them."""

from dataclasses import replace

import numpy as np
import pytest

from tests.backtest.drawing import T0, plan, result, series, trade
from tests.backtest.reporting.pages import futures, page, subject, words
from trader.backtest.figures import duration, money, number, percent, price, rate, rounded
from trader.backtest.reasons import DATA, FILTERS, LIMITS, SIGNAL, SIZES, kind_of, refused_counts
from trader.backtest.reporting.refusals import of_risk, refusals_table
from trader.backtest.reporting.tables import monthly_returns, months_table, plain_table
from trader.backtest.reporting.trade_tables import (
    durations_table,
    exits_table,
    extremes,
    hours_table,
    symbols_table,
    weekdays_table,
)
from trader.backtest.reporting.wording import Wording
from trader.domain.position import ExitReason
from trader.domain.signal import BIT, REASON_CODES
from trader.domain.time import DAY, HOUR


def test_months_compare_their_last_candles() -> None:
    time = result([0.0] * (31 * 24 + 1)).time  # January 2024 and one hour of February
    equity = np.concatenate((np.linspace(100, 110, 31 * 24), [99.0]))
    months = monthly_returns(time, equity, 100.0)
    assert months == {(2024, 1): pytest.approx(0.1), (2024, 2): pytest.approx(-0.1)}


def test_a_year_ends_with_its_compounded_return() -> None:
    made = result([1_100.0] * (31 * 24) + [990.0])
    seen = words(months_table(made, 1_000.0, Wording()))
    assert seen.startswith("Year Jan Feb Mar")
    assert seen.endswith("2024 Jan +10.0 Feb -10.0 Mar Apr May Jun Jul Aug Sep Oct Nov Dec -1.0")


def test_a_table_escapes_what_is_not_html() -> None:
    assert "<td>&lt;b&gt;</td>" in plain_table(["a"], [["<b>"]])


def test_exits_are_counted_by_their_reason() -> None:
    stop = {"exit_reason": ExitReason.STOP_LOSS}
    made = result([1.0], [trade(-5, 1, **stop), trade(-3, 2, **stop), trade(7, 3)])
    seen = words(exits_table(subject(plan(series([1.0, 2.0])), made)))
    assert "stop loss 2 0 % -8 KRW ▼ -4 KRW take profit 1 100 % +7 KRW ▲ +7 KRW" in seen


def test_symbols_stand_in_the_order_of_their_profit() -> None:
    made = result([1.0], [trade(-5), trade(7, key="upbit:ETH/KRW")])
    seen = words(symbols_table(subject(plan(series([1.0, 2.0])), made)))
    assert seen.index("ETH/KRW") < seen.index("BTC/KRW")


def test_hours_and_days_are_those_of_the_entry() -> None:
    at = T0 + 5 * DAY + 20 * HOUR  # a Saturday
    made = result([1.0], [trade(7, 1, entry_time=at)])
    about = subject(plan(series([1.0, 2.0])), made)
    assert "20 05 1 100 %" in words(hours_table(about))
    assert "Sat 1 100 %" in words(weekdays_table(about))


def test_how_long_positions_were_held() -> None:
    made = result([1.0], [trade(7, 0), trade(7, 30), trade(-1, 2)])
    seen = words(durations_table(subject(plan(series([1.0, 2.0])), made)))
    assert "won within a candle 15h 1d 6h not won 2h 2h 2h" in seen


def test_no_winner_is_among_the_worst_and_no_loser_among_the_best() -> None:
    made = result([1.0], [trade(n, n + 9, id=str(n)) for n in (-2, -1, 3)])
    best, worst = extremes(subject(plan(series([1.0, 2.0])), made), made.in_exit_order())
    assert words(best).count("BTC/KRW") == 1
    assert words(worst).count("BTC/KRW") == 2
    assert words(worst).index("-2 KRW") < words(worst).index("-1 KRW")


def test_files_besides_the_candles_are_named() -> None:
    drawn, made = futures(0)
    assert "none: counted as 0" in page(drawn, made)
    one = drawn.series[0]
    finer = replace(one, source=replace(one.source, detail="<finer>.parquet"))
    assert "finer candles: &lt;finer&gt;.parquet" in page(replace(drawn, series=(finer,)), made)
    assert "counted as 0" not in page(plan(series([1.0, 2.0])), result([1.0]))


def test_every_code_is_of_one_kind() -> None:
    kinds = [*DATA, *FILTERS, *SIGNAL, *LIMITS, *SIZES]
    assert sorted(kinds) == sorted(REASON_CODES)
    assert kind_of("unheard_of") == "signal"


def test_a_signal_was_refused_where_nothing_but_risk_stood_in_the_way() -> None:
    full, atr, none, weak = (BIT[c] for c in ("max_positions", "no_atr", "no_signal", "weak_trend"))
    masks = {full: 3, full | none: 50, none: 100, atr: 2, full | atr: 1, weak | atr: 9, 0: 7}
    assert refused_counts(masks) == {"max_positions": 4, "no_atr": 3}


def test_risk_is_told_apart_from_filters_and_signals() -> None:
    drawn, made = futures()
    assert of_risk(made) == ["min_order", "daily_loss", "max_positions", "no_atr"]
    seen = words(refusals_table(subject(drawn, made)))
    assert "positions limit in force 0 20 as many positions as allowed MAX_POSITIONS=5" in seen
    assert "order wanted in, no size 8 9 smaller than the smallest order" in seen
    assert "no_ signal" not in seen
    text = page(drawn, made)
    assert text.index("Signals that risk refused") < text.index("Why nothing was bought")
    assert "Signals that risk refused" not in page(
        drawn, result([1.0], no_entry_reasons={"no_signal": 3})
    )


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (percent(0.041, sign=True), "+4.10 %"),
        (percent(None), "–"),
        (rate(0.0005), "0.05 %"),
        (number(1234.5), "1,234.50"),
        (money(1_050_000.4, "KRW"), "1,050,000 KRW"),
        (money(-3.456, "USDT", sign=True), "-3.46 USDT"),
        (money(None, "KRW"), "–"),
        (price(52_422_051.27), "52,422,051"),
        (price(1.25), "1.25"),
        (price(0.000_012_3), "0.0000123"),
        (price(float("nan")), "–"),
        (rounded(1_234.5), "1,234"),
        (rounded(0.025), "0.025"),
        (duration(45 * 60_000), "45m"),
        (duration(2 * 86_400_000 + 4 * 3_600_000 + 60_000), "2d 4h"),
    ],
)
def test_numbers_as_people_read_them(shown: str, text: str) -> None:
    assert shown == text
