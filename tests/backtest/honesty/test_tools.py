"""Walk-forward and sensitivity on real engines and the command line: files, tables, sentences."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan
from pathlib import Path

import numpy as np
import pytest

from tests.backtest.drawing import plan, series
from trader.backtest.cli import main
from trader.backtest.fast import Prepared
from trader.backtest.honesty import walk_report
from trader.backtest.honesty.asked import Tried, answers
from trader.backtest.honesty.tools import (
    WalkOptions,
    perform_sensitivity,
    perform_walk_forward,
    span_of,
)
from trader.backtest.honesty.wording import wording
from trader.backtest.honesty.words_en import ENGLISH
from trader.backtest.honesty.words_ko import KOREAN
from trader.backtest.plan import BacktestPlan
from trader.domain.errors import BadInput
from trader.domain.parameters import StrategyShare
from trader.domain.time import HOUR


def wavy(rows: int = 4_000) -> BacktestPlan:
    """Waves that a moving average follows; filters off."""
    hours = np.arange(rows)
    close = 100 * np.exp(0.1 * np.sin(hours / 40) + 0.02 * np.sin(hours / 7) + hours / 40_000)
    return plan(
        series(close.tolist()),
        capital=1_000_000.0, max_turnover_share=0.0,
        strategies=(StrategyShare("ma_cross"),),
        min_atr_pct=0.0, adx_min=0.0, adx_falling_filter=False, ema_filter=False,
        mtf_filter=False, max_daily_loss_pct=0.0, max_weekly_loss_pct=0.0,
        max_monthly_loss_pct=0.0, max_consecutive_losses=0,
    )  # fmt: skip


def test_out_of_sample_is_what_the_engine_makes_of_the_test_spans() -> None:
    made = wavy()
    combinations = [
        (f"target {target}", replace(made.parameters, take_profit_percent=target))
        for target in (0.01, 0.03, 0.06)
    ]
    walked = perform_walk_forward(made, combinations, WalkOptions(4, objective="total_return"))
    prepared = Prepared(made)
    for one in walked.folds:
        assert one.chosen is not None
        assert one.out_of_sample is not None
        before = [prepared.between(*one.fold.train).brief(p) for _, p in combinations]
        gains = [float(brief.metrics["total_return"] or 0) for brief in before]
        assert gains[one.chosen] == max(gains)
        again = prepared.between(*one.fold.test).brief(combinations[one.chosen][1])
        np.testing.assert_array_equal(one.out_of_sample.outcome.pnl, again.pnl)
    assert walked.folds[-1].fold.test.end == span_of(made).end
    assert len(walked.returns) > 10


def test_times_of_out_of_sample_trades_lie_in_their_spans() -> None:
    walked = perform_walk_forward(wavy(), (), WalkOptions(5, "anchored"))
    for one in walked.folds:
        assert one.out_of_sample is not None
        times = one.out_of_sample.outcome.exit_time
        assert len(times)
        assert ((times >= one.fold.test.start) & (times < one.fold.test.end)).all()
    assert walked.tried == 1


@pytest.mark.parametrize("folds", [200, 100_000])
def test_too_short_spans_are_refused(folds: int) -> None:
    with pytest.raises(BadInput, match="use fewer folds or more candles"):
        perform_walk_forward(wavy(), (), WalkOptions(folds))


def test_sensitivity_moves_what_is_in_force() -> None:
    found = perform_sensitivity(wavy())
    names = {line.name for line in found.lines}
    assert "TAKE_PROFIT_PERCENT" in names
    assert "K_VALUE" not in names  # ma_cross has no levels
    assert not isnan(found.score)


def test_both_languages_have_every_sentence() -> None:
    assert ENGLISH.keys() == KOREAN.keys()
    for key, text in ENGLISH.items():
        for name in ("{total}", "{efficiency}", "{column}", "{reason}", "{worst}", "{error}"):
            assert (name in text) == (name in KOREAN[key]), key


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_table_and_the_section_show_every_fold(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    say = wording(language)
    walked = perform_walk_forward(wavy(), (), WalkOptions(3))
    walk_report.show(walked, say)
    shown, section = capsys.readouterr().out, walk_report.section(walked, say)
    for one in walked.folds:
        assert one.out_of_sample is not None
        gain = f"{100 * one.out_of_sample.total_return:+.2f} %"
        assert gain in shown
        assert gain in section
    for text in walk_report.sentences(walked, say):
        assert text.split(":")[0] in shown.replace("\n", " ")


def test_the_command_line_writes_both_into_the_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--strategy", "ma_cross", "--start", "2026-03-01", "--out", str(tmp_path)]
    assert main([*words, "--walk-forward", "3", "--sensitivity", "--language", "en"]) == 0
    content = json.loads((tmp_path / "result.json").read_text("utf-8"))
    walked = content["walk_forward"]
    assert walked["kind"] == "rolling"
    assert [fold["fold"] for fold in walked["folds"]] == [1, 2, 3]
    for fold in walked["folds"]:
        assert fold["train"][1] == fold["test"][0]
        assert (fold["test"][1] - fold["test"][0]) % HOUR == 0
    assert content["sensitivity"]["objective"] == "sharpe"
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Walk-forward" in page
    assert "Sensitivity" in page
    assert "Walk-forward" in capsys.readouterr().out


def test_a_grid_brings_combinations_names_and_objective() -> None:
    from trader.backtest.arguments import parsed

    made = wavy()
    combinations = [(f"{t}", replace(made.parameters, take_profit_percent=t)) for t in (0.02, 0.05)]
    grid = Tried(combinations, ("TAKE_PROFIT_PERCENT",), "total_return")
    words = ["--walk-forward", "2", "--walk-forward-kind", "anchored", "--sensitivity"]
    found = answers(parsed(words), made, grid)
    content = found.content()
    assert content["walk_forward"]["combinations"] == 2
    assert content["walk_forward"]["objective"] == "total_return"
    assert content["walk_forward"]["kind"] == "anchored"
    assert [one["name"] for one in content["sensitivity"]["parameters"]] == ["TAKE_PROFIT_PERCENT"]
    assert answers(parsed([]), made).content() == {}
