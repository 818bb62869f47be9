"""`--grid` from the command line to its files: every row is a backtest, the best one in full."""

import json
from math import isclose, isnan, nan
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from tests.backtest.sweep.market import AXES, candles, result, rows, words
from trader.backtest.cli import main
from trader.backtest.sweep.command import LOCK
from trader.backtest.sweep.journal import NAME
from trader.backtest.sweep.maps import best_over_others
from trader.backtest.sweep.ranking import Ranking
from trader.backtest.sweep.work import Row

LEFT_OUT = ("--grid", "stop_loss_percent=0.04,0.05")
METRICS = (
    "total_return", "cagr", "sharpe", "sortino", "calmar", "max_drawdown", "win_rate",
    "profit_factor", "payoff_ratio", "expectancy", "trades", "avg_leverage", "fees", "funding",
    "exposure", "final_equity", "buy_and_hold_return", "stopped_in_entry_candle",
)  # fmt: skip
FILES = ["equity.csv", "grid.csv", "report.html", "result.json", "trades.csv"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return candles(tmp_path_factory.mktemp("market"))


@pytest.fixture(scope="module")
def swept(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished sweep of the live engine: 30 combinations, half of them left out."""
    folder = tmp_path_factory.mktemp("sweep") / "out"
    more = (*AXES, *LEFT_OUT, "--engine", "live", "--workers", "1", "--out", str(folder))
    assert main(words(data, *more)) == 0
    return folder


def test_there_is_a_row_for_each_combination_that_fits_in_product_order(swept: Path) -> None:
    found = rows(swept / "grid.csv")
    keys = [(row["k_value"], row["take_profit_percent"], row["stop_loss_percent"]) for row in found]
    ks = ("0.2", "0.3", "0.4", "0.5", "0.6")
    assert keys == [(k, t, "0.04") for k in ks for t in ("0.01", "0.02", "0.04")]
    columns = list(found[0])
    assert columns[3:] == [*METRICS, "objective"]
    assert set(METRICS) <= result(swept)["metrics"].keys()
    assert sorted(path.name for path in swept.iterdir()) == FILES


def single(data: Path, row: dict[str, str], folder: Path) -> dict[str, float | None]:
    """The metrics of the same backtest run alone, without loss limits."""
    names = ("k_value", "take_profit_percent", "stop_loss_percent")
    limits = ("max_daily_loss_pct", "max_weekly_loss_pct", "max_monthly_loss_pct")
    texts = [f"{name}={row[name]}" for name in names] + [f"{name}=0" for name in limits]
    more = [word for text in (*texts, "max_consecutive_losses=0") for word in ("--set", text)]
    assert main(words(data, *more, "--out", str(folder), "--engine", "live", "--json")) == 0
    metrics: dict[str, float | None] = result(folder)["metrics"]
    return metrics


def test_every_row_is_exactly_the_backtest_of_its_parameters(
    data: Path, swept: Path, tmp_path: Path
) -> None:
    for number, row in enumerate(rows(swept / "grid.csv")):
        alone = single(data, row, tmp_path / str(number))
        seen = {name: float(row[name]) if row[name] else None for name in METRICS}
        assert seen == {name: alone[name] for name in METRICS}


def test_the_fast_engine_on_two_workers_fills_the_same_rows(
    data: Path, swept: Path, tmp_path: Path
) -> None:
    out = tmp_path / "fast"
    more = (*AXES, *LEFT_OUT, "--workers", "2", "--out", str(out), "--json")
    assert main(words(data, *more)) == 0
    assert result(out)["engine"] == "fast"
    for fast, live in zip(rows(out / "grid.csv"), rows(swept / "grid.csv"), strict=True):
        assert fast["trades"] == live["trades"]
        assert all(
            isclose(float(fast[name] or "nan"), float(text or "nan"), rel_tol=1e-9, abs_tol=1e-12)
            or (not text and not fast[name])
            for name, text in live.items()
        )


def test_the_best_is_told_and_run_in_full(data: Path, swept: Path, tmp_path: Path) -> None:
    content, found = result(swept), rows(swept / "grid.csv")
    best = max((r for r in found if int(r["trades"]) >= 5), key=lambda r: float(r["objective"]))
    assert content["best"]["value"] == float(best["objective"])
    assert content["best"]["parameters"] == {name: best[name] for name in [*best][:3]}
    assert content["metrics"].items() >= content["best"]["metrics"].items()
    assert content["parameters"]["K_VALUE"] == float(best["k_value"])
    assert content["parameters"]["MAX_DAILY_LOSS_PCT"] == 0
    assert len(rows(swept / "trades.csv")) == int(best["trades"])
    about = content["sweep"]
    assert (about["combinations"], about["measured"], about["objective"]) == (30, 15, "sharpe")
    assert about["left_out"]["STOP_LOSS_PERCENT"]["count"] == 15
    assert about["set_aside"] == []
    assert "MAX_WEEKLY_LOSS_PCT" in about["loss_limits_off"]


def test_what_a_person_is_told(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    more = (*AXES, *LEFT_OUT, "--workers", "1", "--out", str(out), "--language", "ko")
    assert main(words(data, *more)) == 0
    told = capsys.readouterr()
    assert "15 left out: STOP_LOSS_PERCENT (15): the stop loss 0.05 must be below" in told.err
    assert "손실 한도" in told.err
    assert "sweep 100 % (15 of 15, " in told.err
    assert "best sharpe" in told.err
    assert (told.err + told.out).count("손실 한도를 끕니다") == 1
    assert "기준 최고" in told.out
    assert f"전체 조합: {out}/grid.csv" in told.out.replace("\n", "")
    page = (out / "report.html").read_text("utf-8")
    assert "히트맵" in page
    assert page.count('class="heat"') >= 3  # three pairs of parameters


def test_with_json_only_the_result_is_on_stdout(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--grid", "k_value=0.4", "--out", str(tmp_path / "o"), "--json")
    assert main(words(data, *more, "--objective", "total_return")) == 0
    assert json.loads(capsys.readouterr().out) == result(tmp_path / "o")


def test_without_enough_trades_there_is_no_best(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    more = ("--grid", "min_atr_pct=0.5,0.6", "--workers", "1", "--out", str(out))
    flags = [word for word in words(data, *more) if word != "min_atr_pct=0"]
    flags.remove("--set")
    assert main(flags) == 0
    assert "No combination made at least 5 trades" in capsys.readouterr().out
    assert (result(out)["best"], result(out)["metrics"]) == (None, None)
    assert [row["trades"] for row in rows(out / "grid.csv")] == ["0", "0"]
    assert not (out / "report.html").exists()


WRONG = [
    (("--grid", "k_value=9"), "--grid k_value=9: is out of range, allowed: 0.1 to 1.5"),
    (("--grid", "k_value=0.4", "--objective", "luck"), "--objective luck: use one of sharpe"),
    (("--grid", "k_value=0.4", "--workers", "0"), "0 is no number from 1 to 1024"),
    (("--grid", "k_value=0.4", "--workers", "x"), "x is no number from 1 to 1024"),
    (("--grid", "market_shock_pct=0.1", "--workers", "1"), "add --engine live"),
]


@pytest.mark.parametrize(("more", "reason"), WRONG)
def test_what_is_wrong_is_one_sentence(
    data: Path,
    more: tuple[str, ...],
    reason: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(words(data, *more, "--out", str(tmp_path / "out"))) == 2
    told = capsys.readouterr().err
    assert reason in told
    assert "Traceback" not in told


def test_two_sweeps_do_not_share_a_folder(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with FileLock(out / LOCK):
        assert main(words(data, "--grid", "k_value=0.4", "--out", str(out))) == 2
    assert f"a sweep is at work in {out} already" in capsys.readouterr().err


def test_another_sweeps_journal_is_refused_and_left_alone(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / NAME).write_text('{"sweep": "other", "combinations": 1, "columns": []}\n', "utf-8")
    assert main(words(data, "--grid", "k_value=0.4", "--out", str(out))) == 2
    assert "belongs to another sweep" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == [NAME]


def test_a_map_shows_the_best_over_the_other_parameters() -> None:
    values = np.array([1.0, nan, 3.0, 4.0, 5.0, 2.0, nan, nan])  # 2 x 2 x 2
    assert best_over_others(values, (2, 2, 2), (0, 1)).tolist()[0] == [1.0, 4.0]
    assert best_over_others(values, (2, 2, 2), (1, 2)).tolist() == [[5.0, 2.0], [3.0, 4.0]]
    assert isnan(best_over_others(values, (2, 2, 2), (0, 1))[1][1])


def test_ties_go_to_more_trades_then_less_drawdown_then_the_earlier_one() -> None:
    def ranked(*found: tuple[float | None, int, float]) -> int | None:
        ranking = Ranking(len(found))
        for number, (value, trades, fall) in enumerate(found):
            ranking.take(Row(number, value, {"trades": trades, "max_drawdown": fall}))
        return None if ranking.best is None else ranking.best.number

    assert ranked((1.0, 9, 0.1), (2.0, 5, 0.5)) == 1
    assert ranked((1.0, 9, 0.1), (1.0, 10, 0.5)) == 1
    assert ranked((1.0, 9, 0.2), (1.0, 9, 0.1)) == 1
    assert ranked((1.0, 9, 0.1), (1.0, 9, 0.1)) == 0
    assert ranked((None, 99, 0.1), (1.0, 5, 0.1), (9.0, 4, 0.0)) == 1
    assert ranked((None, 99, 0.1), (9.0, 4, 0.0)) is None
