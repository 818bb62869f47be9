"""`run_backtest.py` as people meet it: exit codes, one sentence, four files, JSON alone."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backtest.drawing import T0, flat, parquet
from trader.backtest.arguments import parsed
from trader.backtest.cli import main
from trader.backtest.planning import planned
from trader.backtest.run import run
from trader.backtest.screen import progress_shown
from trader.bridge import files
from trader.domain.errors import BadInput
from trader.domain.parameters import StrategyShare
from trader.domain.time import HOUR, MINUTE

ROOT = Path(__file__).parents[2]
FILES = ["equity.csv", "report.html", "result.json", "trades.csv"]


@pytest.fixture
def candles(tmp_path: Path) -> Path:
    rows = [
        (T0 + hour * HOUR, price, price + 2, price - 2, price + (hour % 5) - 2, 50.0)
        for hour in range(300)
        for price in (100 + hour / 10 + 8 * (hour // 24 % 2),)
    ]
    return parquet(tmp_path / "upbit__BTC-KRW__1h.parquet", rows)


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


def test_flags_beat_set_which_beats_the_preset(candles: Path) -> None:
    words = ["--data", str(candles), "--preset", "mid_term"]
    made = planned(parsed([*words, "--set", "fee=0.01", "--fee", "0.002", "--symbols", "BTC"])).plan
    assert made.parameters.fee == 0.002
    assert made.parameters.trailing_stop_percent == 0.02
    assert made.parameters.strategies == (StrategyShare("bb_breakout"),)
    made = planned(parsed([*words, "--set", "trailing_stop_percent=0.03"])).plan
    assert made.parameters.trailing_stop_percent == 0.03
    assert made.name == "bb_breakout_BTC-KRW_1h"


def test_the_timeframe_is_the_files_unless_told(candles: Path) -> None:
    data = ["--data", str(candles)]
    assert planned(parsed(data)).plan.parameters.timeframe.name == "1h"
    longer = planned(parsed([*data, "--set", "timeframe=4h"])).plan
    assert longer.parameters.timeframe.name == "4h"
    assert len(longer.series[0].candles) == 75
    with pytest.raises(BadInput, match="its 1h candles cannot be made into 15m candles"):
        planned(parsed([*data, "--preset", "day"]))


def test_an_env_file_is_read_only_when_named(
    candles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "LANGUAGE=ko\nUPBIT_K_VALUE=0.7\nCRYPTO_SYMBOLS=ETH/KRW,BTC/KRW\n"
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    data = ["--data", str(candles)]
    assert planned(parsed(data)).plan.parameters.k_value == 0.5
    made = planned(parsed([*data, "--env-file", ".env"]))
    assert made.plan.parameters.k_value == 0.7
    assert made.language == "ko"
    assert made.plan.parameters.symbols == ("BTC/KRW",)
    made = planned(parsed([*data, "--env-file", ".env", "--set", "k_value=0.4"]))
    assert made.plan.parameters.k_value == 0.4


def test_capital_follows_the_currency(tmp_path: Path) -> None:
    dollars = parquet(tmp_path / "binance__BTC-USDT__1h.parquet", flat(list(range(9))))
    won = parquet(tmp_path / "binance__BTC-KRW__1h.parquet", flat(list(range(9))))
    assert planned(parsed(["--data", str(dollars)])).plan.capital == 10_000.0
    assert planned(parsed(["--data", str(won)])).plan.capital == 1_000_000.0
    assert planned(parsed(["--data", str(won), "--capital", "777"])).plan.capital == 777.0


def test_without_data_there_are_generated_candles_the_same_for_a_seed() -> None:
    words = ["--venue", "binance_futures", "--end", "2026-01-20", "--start", "2026-01-10"]
    one, two, three = (planned(parsed([*words, "--seed", seed])).plan for seed in ("5", "5", "6"))
    closes = [made.series[0].candles.close.tolist() for made in (one, two, three)]
    assert closes[0] == closes[1] != closes[2]
    assert one.seed == 5
    assert [series.traded_rows for series in one.series] == [240, 240, 240]
    assert one.series[0].start_index == 1_000
    named = planned(parsed(["--symbols", "ETH/KRW", "--timeframe", "4h"])).plan
    assert [series.key for series in named.series] == ["upbit:ETH/KRW"]
    assert len(named.series[0].candles) == 180 * 6


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


def test_a_korean_console_shows_a_korean_result(candles: Path, tmp_path: Path) -> None:
    words = ["--data", str(candles), "--out", str(tmp_path / "out"), "--language", "ko"]
    done = started(*words, PYTHONIOENCODING="cp949", NO_COLOR="1")
    assert done.returncode == 0, done.stderr
    assert "총수익률" in done.stdout.decode("cp949")
    assert b"\x1b" not in done.stdout


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


def _minutes(folder: Path, symbol: str, hours: int) -> Path:
    rows = [(T0 + n * MINUTE, 100.0, 101.0, 99.0, 100.0, 5.0) for n in range(60 * hours)]
    return parquet(folder / f"upbit__{symbol}-KRW__1m.parquet", rows)


def test_finer_candles_of_another_symbol_are_refused(
    candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--data", str(candles), "--out", str(tmp_path / "out"), "--detail"]
    assert main([*words, str(_minutes(tmp_path, "ETH", 300))]) == 2
    assert "finer candles of BTC/KRW are not among the files" in capsys.readouterr().err
    assert main([*words, str(_minutes(tmp_path, "BTC", 300))]) == 0


def test_it_is_said_when_no_finer_candles_cover_the_span(
    candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _minutes(tmp_path, "BTC", 10)
    words = ["--data", str(candles), "--out", str(tmp_path / "out"), "--detail", "auto"]
    said = "no finer candles beside BTC/KRW cover the traded span: walked without --detail"
    assert main(words) == 0
    assert said in capsys.readouterr().err
    assert main([*words, "--grid", "k_value=0.4,0.5"]) == 0
    assert said in capsys.readouterr().err
    _minutes(tmp_path, "BTC", 300)
    assert main(words) == 0
    assert "finer" not in capsys.readouterr().err


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
