"""The shelf tells runs from everything else, reads each once, and never stumbles."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from dashboard.research import contents
from dashboard.research.shelf import Run, Shelf
from tests.dashboard.research import shelf_samples as samples


def test_runs_come_newest_first_by_the_time_in_their_name(tmp_path: Path) -> None:
    for name in ("2023-10-27T10-00-00Z_b", "2023-10-28T10-00-00Z_a", "2022-01-01T00-00-00Z_c"):
        samples.run(tmp_path, name)
    runs, spoilt = Shelf(tmp_path).look()
    assert [run.name[-1] for run in runs] == ["a", "b", "c"]
    assert runs[1].at == samples.NOON / 1000
    assert runs[1].span == (samples.NOON / 1000, (samples.NOON + 100 * samples.HOUR) / 1000)
    assert spoilt == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"metr', "damaged"),
        ("[]", "damaged"),
        ("[" * 100_000, "damaged"),
        (json.dumps(samples.result(metrics={"sharpe": "high"})), "damaged"),
        (json.dumps(samples.result(metrics={"sharpe": float("nan")})), "damaged"),
        (json.dumps(samples.result(data="none")), "damaged"),
        (json.dumps({"best": {"K_VALUE": 0.4}}), "damaged"),
        (None, "none"),
    ],
)
def test_a_spoilt_folder_is_told_and_hides_no_other(
    tmp_path: Path, text: str | None, why: str
) -> None:
    samples.run(tmp_path, "good")
    folder = tmp_path / "backtests" / "spoilt"
    folder.mkdir()
    if text is not None:
        (folder / "result.json").write_text(text)
    runs, spoilt = Shelf(tmp_path).look()
    assert [run.name for run in runs] == ["good"]
    assert [(one.folder.name, one.why) for one in spoilt] == [("spoilt", why)]


def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    samples.run(tmp_path / "elsewhere", "other")
    shelf = tmp_path / "backtests"
    (shelf / "pipe").mkdir(parents=True)
    os.mkfifo(shelf / "pipe" / "result.json")
    (shelf / "link").symlink_to(tmp_path / "elsewhere" / "backtests" / "other")
    runs, spoilt = Shelf(tmp_path).look()
    assert (runs, [one.why for one in spoilt]) == ([], ["unreadable"])


@pytest.mark.parametrize(
    "changes",
    [
        {"data": [{"traded_span": "always"}, 7]}, {"notices": 3}, {"no_entry_reasons": []},
        {"name": None, "timeframe": 7, "quote": None}, {"metrics": {}}, {"symbols": [None]},
    ],
)  # fmt: skip
def test_strange_fields_are_left_out(tmp_path: Path, changes: dict[str, Any]) -> None:
    folder = samples.run(tmp_path, "odd", metrics={})
    (folder / "result.json").write_text(json.dumps(samples.result() | changes))
    (run,), _ = Shelf(tmp_path).look()
    assert isinstance(run.title, str)
    assert run.span is None or run.span[0] < run.span[1]
    assert all(isinstance(n, int) for n in run.counts("no_entry_reasons").values())
    assert isinstance(run.texts("notices"), list)


def test_hundreds_of_runs_are_parsed_once(tmp_path: Path) -> None:
    for number in range(300):
        samples.run(tmp_path, f"run{number}", metrics={"trades": 0})
    shelf = Shelf(tmp_path)
    first, _ = shelf.look()
    changed = tmp_path / "backtests" / "run7" / "result.json"
    changed.write_text(json.dumps(samples.result(name="changed")))
    began = time.perf_counter()
    again, _ = shelf.look()
    assert time.perf_counter() - began < 1.0
    before = {run.name: run for run in first}
    assert [run.title for run in again if run is not before[run.name]] == ["changed"]


def opened(tmp_path: Path, **changes: Any) -> Run:
    samples.run(tmp_path, "one", **changes)
    (run,), _ = Shelf(tmp_path).look()
    return run


def test_the_tables_are_read_and_the_deepest_fall_stays(tmp_path: Path) -> None:
    run = opened(tmp_path)
    (run.folder / "equity.csv").write_text(samples.equity(7_001))
    drawn, rows = contents.curve(run), contents.trades(run)
    assert drawn is not None
    assert rows is not None
    assert len(drawn) <= contents.POINTS
    assert drawn["drawdown"].min() == pytest.approx(-0.1, abs=0.001)
    assert drawn["equity"].iloc[0] == 1_000_000.0
    assert drawn["equity"].iloc[-1] == 1_000_000.0 + 100.0 * 7_000
    assert len(rows) == 40
    assert rows["closed"].is_monotonic_increasing
    assert set(rows["quote"]) == {"KRW"}


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", f"{samples.HEAD}\n1,2\n", "\0\0\0"])
def test_a_damaged_table_is_none_at_all(tmp_path: Path, text: str) -> None:
    run = opened(tmp_path)
    for name in ("trades.csv", "equity.csv"):
        (run.folder / name).write_text(text)
    assert contents.trades(run) is None
    assert contents.curve(run) is None
    for name in ("trades.csv", "equity.csv"):
        (run.folder / name).unlink()
    assert contents.trades(run) is None


@pytest.mark.parametrize(("share", "found"), [(0.5, None), (0.6, "BTC/KRW"), (0.4, "ETH/KRW")])
def test_one_symbol_over_half_of_the_profit_is_named(
    tmp_path: Path, share: float, found: str | None
) -> None:
    rows = contents.trades(opened(tmp_path, share=share))
    assert rows is not None
    most = contents.leader(rows)
    assert (most and most[0]) == found
    alone = rows[rows["symbol"] == "BTC/KRW"]
    assert contents.leader(alone) is None


def test_a_removed_run_is_gone_with_its_folder(tmp_path: Path) -> None:
    for name in ("2023-10-27T10-00-00Z_a", "2023-10-28T10-00-00Z_b"):
        samples.run(tmp_path, name)
    shelf = Shelf(tmp_path)
    newest, oldest = shelf.look()[0]
    shelf.remove(newest)
    assert shelf.look() == ([oldest], [])
    assert [one.name for one in shelf.folder.iterdir()] == [oldest.name]


def test_nothing_outside_of_the_shelf_is_removed(tmp_path: Path) -> None:
    samples.run(tmp_path / "elsewhere", "2023-10-27T10-00-00Z_a")
    run = Shelf(tmp_path / "elsewhere").look()[0][0]
    shelf = Shelf(tmp_path)
    shelf.folder.mkdir()
    link = shelf.folder / run.name
    link.symlink_to(run.folder, target_is_directory=True)
    for foreign in (run, Run(link, run.at, run.content)):
        with pytest.raises(OSError, match="not a folder of this shelf"):
            shelf.remove(foreign)
    assert (run.folder / "result.json").is_file()
