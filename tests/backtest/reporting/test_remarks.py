"""What a careful person would say: always three sentences, and every warning that is due."""

from dataclasses import replace
from typing import Any

import pytest

from tests.backtest.drawing import T0, plan, result, series, trade
from tests.backtest.reporting.pages import busy, futures, page
from trader.backtest.metrics import all_metrics
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting.remarks import cautions, few_trades, judgement, lines, wilson
from trader.backtest.reporting.remarks import warnings as found_warnings
from trader.backtest.reporting.wording import LANGUAGES, Wording
from trader.domain.time import DAY

SAY = Wording()


def told(drawn: BacktestPlan, made: BacktestResult, language: str = "en") -> list[str]:
    return judgement(drawn, made, all_metrics(drawn, made), Wording(language))


def warned(drawn: BacktestPlan, made: BacktestResult) -> str:
    return " | ".join(found_warnings(drawn, made, SAY))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trades", [0, 1, 2, 3, 60])
def test_there_are_always_three_sentences(trades: int, language: str) -> None:
    drawn, made = futures(trades)
    said = told(drawn, made, language)
    assert len(said) == 3
    assert all(text.endswith(".") and "{" not in text for text in said)
    text = page(drawn, made)
    assert all(sentence.replace("'", "&#x27;") in text for sentence in told(drawn, made))


@pytest.mark.parametrize(
    ("last", "final", "text"),
    [
        (2.0, 500.0, "would have made +100.00 %: this run is 50.00 points behind."),
        (0.5, 100.0, "would have made -50.00 %: this run is 60.00 points ahead."),
        (1.1, 100.0, "would have made +10.00 %, the same."),
    ],
)
def test_the_first_compares_with_holding(last: float, final: float, text: str) -> None:
    drawn = plan(series([1.0, last]))
    assert told(drawn, result([1.0], [trade(final)]))[0] == f"Buying and holding {text}"


def test_the_second_says_how_few_made_the_profit() -> None:
    drawn = plan(series([1.0, 2.0]))
    february = T0 + 40 * DAY
    wins = [trade(10, 1), trade(20, 2), trade(30, 3), trade(40, 4, exit_time=february)]
    said = told(drawn, result([1.0], [*wins, trade(-500, 5)]))[1]
    assert said == (
        "Of all that the winning trades made, 70 % came from the two best of them "
        "and 60 % from the best month (2024-01)."
    )
    two = plan(series([1.0, 2.0]), series([1.0, 2.0], "upbit:ETH/KRW"))
    other = trade(150, 6, key="upbit:ETH/KRW")
    assert told(two, result([1.0], [*wins, other]))[1].endswith("and 60 % from ETH/KRW.")


@pytest.mark.parametrize(
    ("profits", "text"),
    [
        ([], "Without trades there is no profit"),
        ([-1], "No trade won"),
        ([5, -1], "from a single trade"),
        ([5, 5], "from two trades"),
    ],
)
def test_few_winners_are_said_in_words(profits: list[float], text: str) -> None:
    drawn = plan(series([1.0, 2.0]))
    assert text in told(drawn, result([1.0], [trade(pnl) for pnl in profits]))[1]


def test_the_third_is_the_fee_at_which_nothing_is_left() -> None:
    drawn = plan(series([1.0, 2.0]))
    #  bought and sold for 100 each, paid 0.1, made 0.3 after it: 0.4 of 200 turned over
    assert told(drawn, result([1.0], [trade(0.3)]))[2] == (
        "It breaks even at a fee of 0.2 % a fill (it paid 0.05 %)."
    )
    assert "It lost before fees" in told(drawn, result([1.0], [trade(-5)]))[2]
    assert told(drawn, result([1.0]))[2].startswith("Without trades no fee was paid")


def test_what_happened_comes_first_and_without_trades_why() -> None:
    drawn, made = plan(series([1.0, 2.0])), result([1.0, 2.0], no_entry_reasons={"no_atr": 2})
    said = lines(drawn, made, all_metrics(drawn, made), SAY)
    assert said[1] == (
        "Most often nothing was bought because of no_atr: no ATR to size with (2 candles)."
    )
    assert len(said) == 5
    assert len(lines(*busy(), all_metrics(*busy()), SAY)) == 4


def test_few_trades_are_warned_of() -> None:
    drawn = plan(series([1.0, 2.0]))
    assert "Only 29 trades" in warned(drawn, result([1.0], [trade(1)] * 29))
    assert "Only" not in warned(drawn, result([1.0], [trade(1)] * 30))
    assert "Only" not in " ".join(cautions(drawn, result([1.0], [trade(1)] * 3), SAY))


def test_the_amber_box_says_what_few_trades_mean() -> None:
    said = few_trades({"trades": 10, "win_rate": 0.5}, SAY)
    assert "A win rate of 50 % seen so rarely fits any true one from 24 % to 76 %." in said
    assert "says nothing about the strategy" in few_trades({"trades": 0, "win_rate": None}, SAY)
    assert few_trades({"trades": 30, "win_rate": 0.5}, SAY) == ""


@pytest.mark.parametrize(
    ("share", "count", "low", "high"),
    [(0.5, 10, 0.2366, 0.7634), (0.0, 5, 0.0, 0.4345), (1.0, 5, 0.5655, 1.0)],
)
def test_where_the_true_win_rate_may_lie(share: float, count: int, low: float, high: float) -> None:
    assert wilson(share, count) == pytest.approx((low, high), abs=5e-5)


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


def test_candles_traded_under_another_name_than_their_files_are_said() -> None:
    one = series([1.0, 2.0])
    renamed = plan(replace(one, source=replace(one.source, file="binance__ETH-USDT__1h.parquet")))
    said = "binance__ETH-USDT__1h.parquet: its candles are traded as BTC/KRW on upbit"
    assert said in warned(renamed, result([1.0]))
    own = plan(replace(one, source=replace(one.source, file="upbit__BTC-KRW__1h.parquet")))
    assert "traded as" not in warned(own, result([1.0]))
    assert "traded as" not in warned(plan(one), result([1.0]))  # its name tells nothing


@pytest.mark.parametrize("changed", [{"gaps": 3}, {"repairs": {"duplicates": 2}}])
def test_a_file_whose_name_tells_another_length_is_said(changed: dict[str, Any]) -> None:
    one = series([1.0, 2.0])
    wrong = plan(replace(one, source=replace(one.source, **changed)))
    assert "a.parquet: its candles do not lie 1h apart" in warned(wrong, result([1.0]))
    gappy = plan(replace(one, source=replace(one.source, gaps=2)))
    assert "do not lie" not in warned(gappy, result([1.0]))
