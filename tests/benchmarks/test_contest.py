"""What surrounds the contestants: bars made once, environments that fail in a line, processes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks.bars import invented
from benchmarks.peers import __main__ as contest
from benchmarks.peers import entrants, environments, market
from benchmarks.peers.environments import NotInstalled, Package
from benchmarks.peers.referee import Prices, signals, trades
from benchmarks.peers.theirs import stopwatch
from benchmarks.peers.theirs.stopwatch import Contestant, Told

ROWS = 5_000


def test_both_files_hold_the_same_candles_and_are_made_once(tmp_path: Path) -> None:
    made = market.bars("synthetic", tmp_path, ROWS)
    written = made.npy.stat().st_mtime_ns
    assert market.bars("synthetic", tmp_path, ROWS).npy.stat().st_mtime_ns == written
    table = pq.read_table(made.parquet)
    numbers = np.load(made.npy)
    for row, name in enumerate(("timestamp", *market.COLUMNS)):
        assert numbers[row].tolist() == table[name].to_numpy().tolist()


def test_invented_candles_open_at_the_close_before_and_can_be_made_again() -> None:
    one, other = invented(ROWS), invented(ROWS)
    assert one.open[1:].tolist() == one.close[:-1].tolist()
    assert one.close.tolist() == other.close.tolist()
    assert invented(ROWS, seed=8).close.tolist() != one.close.tolist()
    assert float(np.std(np.diff(np.log(one.close)))) == pytest.approx(0.0008, rel=0.05)


def test_the_live_engine_trades_as_the_plain_loop(tmp_path: Path) -> None:
    """A process of the contest, from file to report, on a small piece of the same bars."""
    bars = market.bars("synthetic", tmp_path, ROWS)
    live = next(each for each in entrants.ENTRANTS if each.name == "live")
    found = entrants.measured(live, entrants.own_python(), bars, swept=False)
    columns = bars.prices()
    expected = trades(Prices.of(columns), signals(columns[3]).buy)
    assert len(expected) > 10
    assert [trade[:2] for trade in found.once.trades] == [trade[:2] for trade in expected]
    for trade, judged in zip(found.once.trades, expected, strict=True):
        assert trade[2:] == pytest.approx(judged[2:], rel=1e-9)
    assert found.once.peak > 10_000_000
    assert found.process > found.once.first[0] > 0.0


def test_a_process_that_fails_is_a_line(tmp_path: Path) -> None:
    bars = market.Bars("synthetic", tmp_path / "none.parquet", tmp_path / "none.npy")
    live = next(each for each in entrants.ENTRANTS if each.name == "live")
    with pytest.raises(entrants.Failed, match="no such file"):
        entrants.measured(live, entrants.own_python(), bars, swept=False)


def test_what_cannot_be_installed_is_a_line_and_leaves_nothing_that_looks_complete(
    tmp_path: Path,
) -> None:
    said: list[str] = []
    absent = Package("absent", "1.0", ((str(tmp_path / "absent-1.0.whl"),),))
    with pytest.raises(NotInstalled, match=r"absent-1\.0"):
        environments.interpreter(absent, tmp_path, said.append)
    assert said
    assert not (tmp_path / absent.folder / environments.COMPLETE).exists()


def test_the_cache_lies_where_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PEERS_CACHE", str(tmp_path))
    assert environments.cache() == tmp_path
    monkeypatch.delenv("PEERS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert environments.cache() == tmp_path / "trader-bench-peers"


def _contestant(asked: list[tuple[float, float]]) -> Contestant:
    def backtest(bars: str, width: float, target: float) -> float:
        asked.append((width, target))
        return width + target

    return Contestant(str, backtest, lambda result: Told([(1, 2, 3.0, 4.0)], result, 5.0))


def test_a_slow_contestant_sweeps_a_few_combinations(tmp_path: Path) -> None:
    asked: list[tuple[float, float]] = []
    out = tmp_path / "report.json"
    words = ["bars", "sweep", "--out", str(out), "--seconds", "100"]
    assert stopwatch.main(_contestant(asked), words) == 0
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["combinations"] == stopwatch.FEW == len(set(asked[1:]))
    assert asked[0] == (2.0, 0.03)
    assert set(asked[1:]) <= set(stopwatch.GRID)
    assert report["best"] == max(map(sum, asked[1:]))


def test_a_budget_that_is_spent_leaves_one_call_after_the_first(tmp_path: Path) -> None:
    asked: list[tuple[float, float]] = []
    out = tmp_path / "report.json"
    stopwatch.main(_contestant(asked), ["bars", "warm", "--out", str(out), "--seconds", "0"])
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["times"] == len(asked) - 1 == 1
    assert (report["equity"], report["held"]) == (2.03, 5.0)


def test_the_grid_is_the_one_of_the_specification() -> None:
    assert len(stopwatch.GRID) == 100
    assert min(stopwatch.WIDTHS) == 1.5
    assert max(stopwatch.WIDTHS) == pytest.approx(2.5)
    assert (min(stopwatch.TARGETS), max(stopwatch.TARGETS)) == pytest.approx((0.01, 0.1))


def test_an_unknown_name_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert contest.main(["--only", "nobody"]) == 2
    assert "vectorbt-rust" in capsys.readouterr().err
