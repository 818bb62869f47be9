"""`run_backtest.py` as people meet it: exit codes, one sentence, four files, JSON alone."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backtest.drawing import flat, parquet
from trader.backtest.arguments import parsed
from trader.backtest.cli import main
from trader.backtest.planning import planned
from trader.backtest.run import run
from trader.bridge import files

ROOT = Path(__file__).parents[2]
FILES = ["equity.csv", "report.html", "result.json", "trades.csv"]


def test_a_run_leaves_four_files_and_prints_only_json(
    candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ["--data", str(candles), "--strategy", "ma_cross", "--out", str(out), "--json"]
    assert main([*words, "--set", "Adx_Min=0", "--set", "min_atr_pct=0", "--fee", "0.001"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out) == json.loads((out / "result.json").read_text("utf-8"))
    assert shown.err == ""
    assert sorted(path.name for path in out.iterdir()) == FILES
    parameters = json.loads(shown.out)["parameters"]
    assert (parameters["ADX_MIN"], parameters["FEE"]) == (0.0, 0.001)
    assert parameters["INITIAL_CAPITAL"] == 1_000_000.0


WRONG = [
    (["--data", "nowhere.parquet"], "nowhere.parquet: no such file or folder"),
    (["--no-such-flag"], "unrecognized arguments: --no-such-flag; see run_backtest.py --help"),
    (["--set", "market_shock_pct=0.1"], "MARKET_SHOCK_PCT is judged by the live engine only"),
    (["--set", "k_value"], "--set k_value: write it as key=value"),
    (["--set", "k_valeu=0.4"], "K_VALUE"),
    (["--set", "take_profit_percent=5"], "TAKE_PROFIT_PERCENT=5"),
    (["--set", "mode=live"], "--set MODE: no trading parameter"),
    (["--strategy", "brekout"], "breakout"),
    (["--preset", "scalpin"], "scalping"),
    (["--venue", "kraken"], "'kraken' is no venue; use one of upbit"),
    (["--start", "soon"], "--start soon: no ISO date"),
    (
        ["--start", "2026-05-02", "--end", "2026-05-01"],
        "--start 2026-05-02 is not before --end 2026-05-01",
    ),
    (["--start", "2036-05-02"], "--start"),
    (["--objective", "luck"], "--objective luck: use one of sharpe"),
    (["--walk-forward", "x"], "argument --walk-forward: x is no whole number"),
    (["downlod"], "'downlod' is no command; did you mean download?"),
    (["btc.csv"], "'btc.csv' is no command; there are check, compare, download"),
    (["--env-file", "missing.env"], "missing.env: no such file (--env-file)"),
    (["--seed", "x"], "argument --seed: x is no whole number"),
    (["--set", "stop_loss_percent=0.2"], "must be below the emergency stop"),
    (["--timeframe", "7m"], "7"),
    (["--capital", "-5"], "INITIAL_CAPITAL=-5"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_wrong_usage_is_one_sentence_and_exit_code_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert "Traceback" not in shown.err
    assert shown.err.count("\n") == 1


def test_debug_shows_the_traceback_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", "nowhere.parquet", "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_file_where_the_folder_should_be_is_refused_before_any_work(
    candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    for out in (tmp_path / "taken", tmp_path / "taken" / "inside"):
        assert main(["--data", str(candles), "--out", str(out)]) == 2
        assert f"{tmp_path / 'taken'} is a file; name a folder" in capsys.readouterr().err


def started(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(ROOT / "run_backtest.py"), *words]
    env = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, env=env, cwd=ROOT, timeout=60, check=False)


def test_help_lists_flags_strategies_presets_and_parameters() -> None:
    done = started("--help")
    text = done.stdout.decode()
    assert done.returncode == 0
    for word in ("--slippage-bps", "trend_following", "mid_term", "MAX_POSITION_SIZE", "default"):
        assert word in text


def test_help_is_exit_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    assert "RSI_REVERSION_RSI_LOW" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("trouble", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "stopped; nothing was written"),
        (ZeroDivisionError("division by zero"), 1, "ZeroDivisionError: division by zero (a bug"),
        (
            PermissionError(13, "Permission denied", "x"),
            1,
            "error: x: Permission denied; choose another folder",
        ),
    ],
)
def test_other_trouble_is_one_sentence_too(
    trouble: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(_: object) -> None:
        raise trouble

    monkeypatch.setattr("trader.backtest.cli.perform", broken)
    assert main([]) == code
    shown = capsys.readouterr().err
    assert said in shown
    assert shown.count("\n") == 1


def test_files_of_a_folder_that_were_not_meant_are_named_briefly(
    candles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in "abcdef":
        parquet(candles.parent / f"{name}.parquet", flat([0]))
    words = ["--data", str(candles.parent), "--out", str(candles.parent / "out")]
    assert main(words) == 0
    assert "left aside: a.parquet, b.parquet, c.parquet, d.parquet and 2 more" in (
        capsys.readouterr().err
    )


def test_two_runs_in_one_second_get_two_folders(
    candles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["--data", str(candles), "--json"]) == 0
    assert len(list((tmp_path / "data" / "backtests").iterdir())) == 2


def test_results_that_cannot_all_be_written_leave_the_older_ones_whole(
    candles: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"
    words = ["--data", str(candles), "--out", str(out), "--set", "min_atr_pct=0"]
    assert main(words) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    real = files.write_draft

    def full(path: Path, text: str, *, sync: bool = False) -> Path:
        if path.name == "report.html":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, text, sync=sync)

    monkeypatch.setattr(files, "write_draft", full)
    assert main([*words, "--set", "adx_min=0", "--strategy", "ma_cross"]) == 1
    said = "No space left on device; free some space and give the same command again"
    assert said in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_one_ctrl_c_stops_the_live_engine_where_it_is(
    candles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trader.backtest.feed.PROGRESS_EVERY", 10)
    plan = planned(parsed(["--data", str(candles), "--engine", "live"])).plan
    told: list[int] = []

    def progress(done: int, _: int) -> None:
        told.append(done)
        if len(told) == 1:
            signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # else ignored in a job
    try:
        with pytest.raises(KeyboardInterrupt):
            run(plan, progress)
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(told) == 1
