"""What a backtest shows in a terminal: progress, tables that fit, colours, languages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trader.backtest.cli import main
from trader.backtest.screen import progress_shown

FILES = ["equity.csv", "report.html", "result.json", "trades.csv"]
ROOT = Path(__file__).parents[2]


def test_the_table_shows_the_metrics_and_where_the_report_is(
    candles: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--data", str(candles), "--language", "en"]) == 0
    shown = capsys.readouterr().out
    assert "total return" in shown
    assert "Only " in shown
    assert "report: data/backtests/" in shown
    folder = next((tmp_path / "data" / "backtests").iterdir())
    assert folder.name.endswith("Z_breakout_BTC-KRW_1h")
    assert sorted(path.name for path in folder.iterdir()) == FILES


def started(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(ROOT / "run_backtest.py"), *words]
    env = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, env=env, cwd=ROOT, timeout=60, check=False)


def test_a_korean_console_shows_a_korean_result(candles: Path, tmp_path: Path) -> None:
    words = ["--data", str(candles), "--out", str(tmp_path / "out"), "--language", "ko"]
    done = started(*words, PYTHONIOENCODING="cp949", NO_COLOR="1")
    assert done.returncode == 0, done.stderr
    assert "총수익률" in done.stdout.decode("cp949")
    assert b"\x1b" not in done.stdout


def test_where_there_is_no_terminal_progress_is_a_line_each_tenth(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter([0.0, 1.0, *[5.0] * 20])
    monkeypatch.setattr("trader.backtest.screen.time.monotonic", lambda: next(now))
    with progress_shown(100) as progress:
        for done in (15, 30, 31, 100):
            progress(done, 100)
    assert capsys.readouterr().err.splitlines() == [
        "backtest 30 % (30 of 100 candles)",
        "backtest 100 % (100 of 100 candles)",
    ]


def test_a_terminal_gets_a_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with progress_shown(100) as progress:
        progress(50, 100)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "up"),
    [
        (["--language", "ko"], "#c62828"),
        (["--language", "en"], "#0f7b6c"),
        (["--language", "ko", "--colours", "intl"], "#0f7b6c"),
        (["--language", "en", "--colours", "cb"], "#b84a00"),
    ],
)
def test_colours_follow_the_flag_and_else_the_language(
    candles: Path, tmp_path: Path, words: list[str], up: str
) -> None:
    out = tmp_path / "out"
    assert main(["--data", str(candles), "--out", str(out), *words]) == 0
    assert f"--up:{up};" in (out / "report.html").read_text("utf-8")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_narrow_terminal_shows_every_word_and_figure(
    language: str,
    candles: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    out = str(tmp_path / "out")
    assert main(["--data", str(candles), "--language", language, "--out", out]) == 0
    shown = capsys.readouterr().out
    assert "…" not in shown
    assert {"en": "profit factor", "ko": "손익비(총이익/총손실)"}[language] in shown
    assert {"en": "report: ", "ko": "보고서: "}[language] in shown
