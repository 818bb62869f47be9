"""The report: alone in the world, escaped, honest, in both languages, never too heavy."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backtest.drawing import plan, result, series, trade
from trader.backtest.figures import money, number, percent, price, rate
from trader.backtest.metrics import metrics_of
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting.charts import MOST_POINTS, thinned
from trader.backtest.reporting.curves import held_equity
from trader.backtest.reporting.remarks import break_even_fee, lines, warnings
from trader.backtest.reporting.report import Look, report_html
from trader.backtest.reporting.styles import COLOURS
from trader.backtest.reporting.tables import monthly_returns
from trader.backtest.reporting.trade_tables import trades_table
from trader.backtest.reporting.wording import LANGUAGES, Wording
from trader.domain.position import ExitReason
from trader.domain.signal import REASON_CODES

SAY = Wording()
VOID = {"meta", "br", "line", "polyline", "polygon"}


def page(drawn: BacktestPlan, made: BacktestResult, look: Look | None = None) -> str:
    return report_html(drawn, made, metrics_of(drawn, made), look or Look())


def busy() -> tuple[BacktestPlan, BacktestResult]:
    closes = [100 + (n * 7 % 13) for n in range(24 * 70)]
    trades = [trade((n % 5) - 1.5, n) for n in range(1, 400)]
    equity = np.linspace(1_000, 1_200, len(closes)).tolist()
    made = result(equity, trades, no_entry_reasons={"no_signal": 9, "cooldown": 1})
    return plan(series(closes), series(closes[:50], "upbit:ETH/KRW")), made


class Balance(HTMLParser):
    """Follows the tags; what stands open stays in `open`."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_report_refers_to_nothing_outside_and_runs_nothing(language: str) -> None:
    text = page(*busy(), Look(language, "kr"))
    assert not re.search(r"https?:|//\w|<script|<link|<img|@import|url\(|\bon\w+=", text)
    assert "default-src 'none'" in text
    balance = Balance()
    balance.feed(text)
    assert balance.open == []


def test_text_of_the_outside_world_is_escaped() -> None:
    evil = "<b onclick=alert(1)>"
    drawn = plan(series([1.0, 2.0], f"upbit:{evil}/KRW"))
    made = result([1.0, 2.0], [trade(1, key=f"upbit:{evil}/KRW", strategy=evil)], notices=(evil,))
    assert evil not in page(drawn, made)
    assert "&lt;b onclick=alert(1)&gt;" in page(drawn, made)


def test_a_long_list_of_trades_is_cut_and_says_so() -> None:
    text = page(*busy())
    assert "the first 50 and the last 150 of 399; all are in trades.csv" in text
    rows = trades_table(busy()[1].in_exit_order(), "KRW", SAY).count("<tr>")
    assert rows == 1 + 200


def test_a_run_without_trades_says_so_and_why() -> None:
    drawn, made = (
        plan(series([1.0, 2.0])),
        result([1_000.0, 1_000.0], no_entry_reasons={"no_atr": 2}),
    )
    text = page(drawn, made)
    assert "There was no trade." in text
    said = lines(drawn, made, metrics_of(drawn, made), SAY)
    assert (
        said[-1]
        == "Most often nothing was bought because of no_atr: no ATR to size with (2 candles)."
    )


def test_an_empty_result_still_makes_a_page() -> None:
    assert "There was no trade." in page(plan(series([1.0, 2.0])), result([]))


def warned(drawn: BacktestPlan, made: BacktestResult) -> str:
    return " | ".join(warnings(drawn, made, SAY))


def test_few_trades_are_warned_of() -> None:
    drawn = plan(series([1.0, 2.0]))
    assert "Only 29 trades" in warned(drawn, result([1.0], [trade(1)] * 29))
    assert "Only" not in warned(drawn, result([1.0], [trade(1)] * 30))


def test_what_makes_a_result_unsure_is_said() -> None:
    closes = [100.0, 104.0] * 20
    trades = [trade(1)] * 20 + [trade(40), trade(30, key="upbit:ETH/KRW")]
    made = result([1.0], trades, stopped_in_entry_candle=3)
    drawn = plan(series(closes), series(closes, "upbit:ETH/KRW"), trailing_stop_percent=0.01)
    said = warned(drawn, made)
    for text in ("tighter than one ATR", "3 of 22 trades", "two best trades", "BTC/KRW alone made"):
        assert text in said
    wide = warned(plan(series(closes), trailing_stop_percent=0.2), made)
    assert "tighter" not in wide


def test_missing_funding_is_said_for_futures_only() -> None:
    futures = plan(series([1.0, 2.0], "binance_futures:BTC/USDT"))
    assert "No funding file for BTC/USDT" in warned(futures, result([1.0]))
    assert "funding" not in warned(plan(series([1.0, 2.0])), result([1.0]))


def test_repairs_and_gaps_are_said() -> None:
    one = series([1.0, 2.0])
    source = replace(one.source, gaps=1_200, repairs={"high_low": 2, "off_grid": 0})
    drawn = plan(replace(one, source=source))
    assert "a.parquet: 2 rows were repaired or dropped (high or low widened: 2)." in warned(
        drawn, result([1.0])
    )
    assert "a.parquet: 1,200 candles are missing." in warned(drawn, result([1.0]))
    assert "high or low widened: 2" in page(drawn, result([1.0]))


def test_the_fee_at_which_nothing_is_left() -> None:
    #  bought and sold for 100 each, paid 0.1, made 0.3 after it: 0.4 of 200 turned over
    assert break_even_fee(result([1.0], [trade(0.3)])) == pytest.approx(0.002)
    drawn = plan(series([1.0, 2.0]))
    loser = result([1.0], [trade(-5)])
    assert "It lost before fees" in lines(drawn, loser, metrics_of(drawn, loser), SAY)[-1]


def test_months_compare_their_last_candles() -> None:
    time = result([0.0] * (31 * 24 + 1)).time  # January 2024 and one hour of February
    equity = np.concatenate((np.linspace(100, 110, 31 * 24), [99.0]))
    months = monthly_returns(time, equity, 100.0)
    assert months == {(2024, 1): pytest.approx(0.1), (2024, 2): pytest.approx(-0.1)}


def test_buy_and_hold_waits_for_a_symbol_that_begins_later() -> None:
    early = series([100.0, 110.0, 120.0, 120.0])
    late = series([1.0, 50.0, 50.0, 100.0], "upbit:ETH/KRW", start=2)
    drawn = plan(early, late)
    held = held_equity(drawn, result([0.0] * 4).time)
    assert held.tolist() == pytest.approx([1_000.0, 1_050.0, 1_100.0, 1_600.0])


VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400)


@given(VALUES, st.integers(10, 60))
def test_a_thinned_curve_keeps_ends_and_extremes(values: list[float], most: int) -> None:
    array = np.array(values)
    rows = thinned(array, most)
    assert len(rows) <= max(most, 4)
    assert rows[0] == 0
    assert rows[-1] == len(values) - 1
    assert array[rows].max() == array.max()
    assert array[rows].min() == array.min()


def test_a_year_of_minutes_is_drawn_with_few_points() -> None:
    assert len(thinned(np.sin(np.arange(525_600)))) <= MOST_POINTS


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    english, korean = LANGUAGES["en"], LANGUAGES["ko"]
    assert english.keys() == korean.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"{(\w+)}", text)) == sorted(re.findall(r"{(\w+)}", korean[key]))
    assert Wording("xx")("title") == "Backtest"
    assert SAY("unknown") == "unknown"


def test_every_exit_and_every_usual_reason_has_words() -> None:
    assert all(SAY.has(f"x.{reason}") for reason in ExitReason)
    live_only = {
        "market_shock", "safe_mode", "paused", "warming_up", "unresolved_order", "duplicate_order",
        "stale_price", "price_collar", "fat_finger", "symbol_halted", "message_throttle",
        "slippage_too_high",
    }  # fmt: skip
    assert {code for code in REASON_CODES if not SAY.has(f"c.{code}")} == live_only


def luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("name", COLOURS)
def test_profit_and_loss_are_readable_on_both_grounds(name: str) -> None:
    colours = COLOURS[name]
    for shown, ground in (
        (colours.up, "#ffffff"), (colours.down, "#ffffff"), (colours.up, "#f5f6f8"),
        (colours.down, "#f5f6f8"), (colours.up_dark, "#1e2329"), (colours.down_dark, "#1e2329"),
    ):  # fmt: skip
        light, dark = sorted((luminance(shown), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


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
    ],
)
def test_numbers_as_people_read_them(shown: str, text: str) -> None:
    assert shown == text
