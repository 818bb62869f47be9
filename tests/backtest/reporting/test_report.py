"""The page as a whole: alone in the world, escaped, the same numbers as `result.json`."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backtest.drawing import plan, result, series, trade
from tests.backtest.reporting.pages import Balance, busy, futures, page, subject, words
from trader.backtest.metrics import all_metrics
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting.markup import section
from trader.backtest.reporting.report import Look, report_html
from trader.backtest.reporting.styles import COLOURS
from trader.backtest.reporting.tiles import metric_names, shown
from trader.backtest.reporting.trade_tables import trades_table
from trader.backtest.results import write

LOOKS = [Look(language, colours) for language in ("en", "ko") for colours in COLOURS]
RUNS: dict[str, Callable[[], tuple[BacktestPlan, BacktestResult]]] = {
    "busy": busy,
    "futures": futures,
    "one": lambda: futures(1),
    "none": lambda: futures(0),
}


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_report_refers_to_nothing_outside_and_runs_nothing(name: str, look: Look) -> None:
    text = page(*RUNS[name](), look)
    assert not re.search(r"https?:|//\w|<script|<link|<img|@import|url\(|\bon\w+=", text)
    assert set(re.findall(r'href="(.)', text)) <= {"#"}
    assert "default-src 'none'" in text
    balance = Balance()
    balance.feed(text)
    assert balance.open == []
    assert "{" not in words(text)  # no text kept the place of a value


@pytest.mark.parametrize("name", RUNS)
def test_the_same_run_gives_the_same_page(name: str) -> None:
    assert page(*RUNS[name]()) == page(*RUNS[name]())


def test_text_of_the_outside_world_is_escaped() -> None:
    evil = "<b onclick=alert(1)>&\"'"
    one = series([1.0, 2.0], f"binance_futures:{evil}/KRW")
    source = one.source.__class__(evil, "1h", 2, 2, 1, 0, 1)
    drawn = BacktestPlan(
        (one.__class__(one.key, one.candles, source),),
        plan(one).parameters,
        "binance_futures",
        "x",
    )
    made = result(
        [1.0, 2.0],
        [trade(1, key=one.key, strategy=evil), trade(2, key=one.key), trade(3, key=one.key)],
        notices=(evil,),
        no_entry_reasons={evil: 3},
    )
    text = page(drawn, made)
    assert "<b onclick" not in text
    assert text.count("&lt;b onclick=alert(1)&gt;&amp;&quot;&#x27;") > 5


def test_every_figure_is_that_of_the_file(tmp_path: Path) -> None:
    drawn, made = futures()
    write(drawn, made, tmp_path, Look())
    figures = json.loads((tmp_path / "result.json").read_text("utf-8"))["metrics"]
    tiles = re.findall(r"<dt>.*?</dt><dd>(.*?)</dd>", (tmp_path / "report.html").read_text("utf-8"))
    seen = [re.sub(r"[▲▼]", "", words(tile)).strip() for tile in tiles]
    assert len(metric_names()) == len(set(metric_names())) == len(figures)
    assert seen == [" ".join(shown(name, figures[name], "USDT").split()) for name in metric_names()]


def test_every_figure_says_how_it_is_defined() -> None:
    for language in ("en", "ko"):
        text = page(*busy(), Look(language))
        say = subject(*busy(), language).say
        for name in metric_names():
            assert say.has(f"f.{name}")
        assert text.count('<div title="') == len(metric_names())


def test_sections_of_others_stand_after_the_curves() -> None:
    drawn, made = busy()
    extra = section("Folds <1>", "<p>body</p>", "a & b")
    text = report_html(drawn, made, all_metrics(drawn, made), Look(), [extra])
    assert "Folds &lt;1&gt;" in text
    assert "a &amp; b" in text
    assert text.index("Under water") < text.index("Folds") < text.index("Luck of the order")


def test_a_long_list_of_trades_is_cut_and_says_so() -> None:
    text = page(*busy())
    assert "the first 50 and the last 150 of 399; all are in trades.csv" in text
    rows = trades_table(subject(*busy()), busy()[1].in_exit_order()).count("<tr>")
    assert rows == 1 + 200


@pytest.mark.parametrize(
    ("trades", "amber"), [(0, True), (1, True), (29, True), (30, False), (31, False)]
)
def test_an_amber_box_stands_above_few_trades(trades: int, *, amber: bool) -> None:
    text = page(*futures(trades))
    assert ("Too few trades to judge" in text) is amber
    if amber:
        assert text.index("box amber") < text.index("What happened")


def test_what_a_run_must_not_hide_is_a_box_of_its_own() -> None:
    drawn, made = plan(series([1.0, 2.0])), result([1.0], notices=("Something is wrong.",))
    assert '<aside class="box grave">' in page(drawn, made)
    assert '<aside class="box grave">' not in page(drawn, result([1.0]))


def test_a_run_without_trades_says_so() -> None:
    text = page(plan(series([1.0, 2.0])), result([1_000.0, 1_000.0]))
    assert "There was no trade." in text
    assert "Trades on the price" not in text
    assert "Luck of the order" not in text


def test_one_trade_has_one_order_and_no_band() -> None:
    text = page(*futures(1))
    assert "Trades on the price" in text
    assert "Luck of the order" not in text


def test_an_empty_result_still_makes_a_page() -> None:
    assert "There was no trade." in page(plan(series([1.0, 2.0])), result([]))


PROFITS = st.lists(st.floats(-5_000, 5_000).map(lambda v: round(v, 2)), max_size=40)


@settings(max_examples=25, deadline=None)
@given(PROFITS)
def test_any_trades_make_a_page(profits: list[float]) -> None:
    drawn = plan(series([100.0, 90.0, 110.0] * 20))
    made: BacktestResult = result(
        [1_000.0, 900.0], [trade(pnl, n % 50 + 1, id=str(n)) for n, pnl in enumerate(profits)]
    )
    assert "NaN" not in page(drawn, made)
    assert "nan" not in words(page(drawn, made))


def test_the_page_does_not_claim_loss_limits_that_are_off() -> None:
    made = result([1.0, 2.0])
    assert "Loss limits, cooldown and position limits are in force" in words(
        page(plan(series([1.0, 2.0])), made)
    )
    off: dict[str, float] = {f"max_{one}_loss_pct": 0.0 for one in ("daily", "weekly", "monthly")}
    bare = plan(series([1.0, 2.0]), **off, max_consecutive_losses=0)
    assert "Loss limits are off; cooldown" in words(page(bare, made))
    assert "Loss limits, cooldown" in words(page(plan(series([1.0]), **off), result([1.0])))
