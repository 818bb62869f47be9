"""`run_backtest.py check` as people meet it: one line a check, exit codes, JSON alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.backtest.drawing import T0, parquet
from tests.backtest.honesty.cheats import CHEATS, HONEST, written
from tests.strategies.drawing import walk
from trader.backtest.cli import main
from trader.domain.time import HOUR


def test_a_built_in_strategy_passes_on_generated_candles(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "--strategy", "momentum", "--language", "en"]) == 0
    shown = capsys.readouterr().out
    assert "momentum: 13 of 13 checks passed" in shown
    assert shown.count("ok ") == 13
    assert "failed" not in shown


def test_an_own_file_that_cheats_fails_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(CHEATS["the next close"], tmp_path)
    assert main(["check", "--file", str(path), "--json"]) == 1
    shown = capsys.readouterr()
    answer = json.loads(shown.out)
    assert shown.err == ""
    assert answer["strategy"] == "own"
    assert answer["passed"] is False
    failed = [one for one in answer["checks"] if one["passed"] is False]
    assert [one["check"] for one in failed] == ["look_ahead"]
    assert "it looks ahead" in failed[0]["text"]
    assert failed[0]["values"]["row"]


def test_it_reads_the_users_candles_and_parameters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    c = walk(2_600, HOUR)
    rows = zip(
        (T0 + HOUR * n for n in range(len(c))), c.open, c.high, c.low, c.close, c.volume,
        strict=True,
    )  # fmt: skip
    data = parquet(tmp_path / "binance__XRP-USDT__1h.parquet", list(rows))
    path = written(HONEST, tmp_path)
    words = ["check", "--file", str(path), "--data", str(data), "--language", "ko"]
    assert main([*words, "--set", "min_atr_pct=0"]) == 0
    assert "검사 13개 중 13개 통과" in capsys.readouterr().out
    assert main([*words, "--json", "--set", "min_atr_pct=0.9"]) == 1
    answer = json.loads(capsys.readouterr().out)
    failed = {one["check"]: one for one in answer["checks"] if one["passed"] is False}
    assert failed["can_fire"]["values"]["reason"] == "low_volatility"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], "say which strategy: --strategy NAME, or --file PATH"),
        (["--strategy", "momentun"], "did you mean 'momentum'?"),
        (["--file", "nowhere.py"], "nowhere.py: no such file"),
        (["--strategy", "momentum", "--data", "nowhere.parquet"], "nowhere.parquet"),
        (["--strategy", "momentum", "--speed", "9"], "unrecognized arguments: --speed"),
    ],
)
def test_wrong_use_is_one_sentence(
    words: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert text in shown.err
    assert shown.err.count("\n") == 1


def test_a_file_with_several_strategies_wants_a_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(HONEST, tmp_path)
    more = path.read_text("utf-8") + "\n\nclass Other(Own):\n    name = 'other'\n"
    path.write_text(more, encoding="utf-8")
    assert main(["check", "--file", str(path)]) == 2
    assert "--strategy other or own" in capsys.readouterr().err


def test_help_and_the_list_of_commands_name_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "look-ahead, warm-up, can it buy, restart" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    shown = capsys.readouterr().out
    assert "--file PATH" in shown
    assert "generated ones when no --data is given" in shown


def test_what_an_own_file_prints_is_no_part_of_the_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(HONEST, tmp_path)
    path.write_text(f"print('hello')\n{path.read_text('utf-8')}", "utf-8")
    assert main(["check", "--file", str(path), "--json"]) in (0, 1)
    shown = capsys.readouterr()
    assert json.loads(shown.out)["strategy"] == "own"
    assert "hello" in shown.err


@pytest.mark.parametrize("code", [0, 3])
def test_an_own_file_that_leaves_the_program_is_not_taken_for_sound(
    code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.py"
    path.write_text(f"raise SystemExit({code})\n", "utf-8")
    assert main(["check", "--file", str(path)]) == 2
    assert "cannot be used" in capsys.readouterr().err


def test_signals_that_leave_the_program_fail_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(HONEST, tmp_path)
    text = path.read_text("utf-8")
    head, mark, body = text.partition("        return Raw(")
    assert mark
    path.write_text(f"{head}        raise SystemExit(0)\n{mark}{body}", "utf-8")
    assert main(["check", "--file", str(path), "--language", "en"]) == 1
    assert "It stopped with SystemExit: 0" in capsys.readouterr().out
