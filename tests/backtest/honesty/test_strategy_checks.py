"""Every planted cheat is caught under its own name, and honest strategies pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.backtest.honesty.cheats import CHEATS, HONEST, Cheat, written
from tests.strategies.drawing import walk
from trader.backtest.commands.check import sentence
from trader.backtest.honesty.source_scan import clock_calls
from trader.backtest.honesty.strategy_checks import check, look_ahead
from trader.backtest.honesty.subject import Field, Finding, Subject
from trader.backtest.honesty.wording import wording
from trader.domain.errors import BadInput
from trader.domain.parameters import Parameters
from trader.domain.time import HOUR
from trader.strategies.catalogue import of_file

CANDLES = walk(2_600, HOUR, swing=0.006)


def subject_of(cheat: Cheat, folder: Path) -> Subject:
    path = written(cheat, folder)
    strategy = of_file(path).get("own")
    parameters = Parameters(min_atr_pct=0.0)
    return Subject(type(strategy), (Field(CANDLES),), parameters, path.read_text("utf-8"))


def failed(findings: list[Finding]) -> set[str]:
    return {finding.check for finding in findings if finding.passed is False}


@pytest.mark.parametrize("name", CHEATS)
def test_a_cheat_is_caught_by_its_name(name: str, tmp_path: Path) -> None:
    findings = check(subject_of(CHEATS[name], tmp_path))
    assert CHEATS[name].caught in failed(findings), findings
    for language in ("en", "ko"):
        for finding in findings:
            text = sentence(finding, wording(language))
            assert not text.startswith("k."), finding.code
            assert "{" not in text


def test_an_honest_one_passes_everything(tmp_path: Path) -> None:
    findings = check(subject_of(HONEST, tmp_path))
    assert failed(findings) == set()
    assert [f.check for f in findings if f.passed is None] == []


def test_the_first_row_that_looked_ahead_is_named(tmp_path: Path) -> None:
    """Rows from 2,000 on are compared with a mean of what comes later."""
    late = "buy = close > 0\nif n > 2_100:\n    buy[2_000:] = close[2_000:].mean() > close[0]"
    subject = subject_of(CHEATS["the next close"]._replace(lines=late), tmp_path)
    found = look_ahead(subject)
    assert not found.passed
    assert found.values["row"] == "2,000"
    assert "(2024-03-24 08:00 UTC)" in sentence(found, wording("en"))


def test_rows_are_counted_from_the_first_candle_that_was_given(tmp_path: Path) -> None:
    long = replace(subject_of(HONEST, tmp_path), fields=(Field(walk(4_100, HOUR)),))
    assert len(long.some) == 4_000
    assert long.row_of_all(7, long.some) == 107


def test_what_blocks_most_is_named_with_its_meaning(tmp_path: Path) -> None:
    findings = check(subject_of(CHEATS["filters that never let it"], tmp_path))
    found = next(f for f in findings if f.check == "can_fire")
    assert found.values["reason"] == "below_ema50"
    assert "close under its EMA50" in sentence(found, wording("en"))


def test_few_candles_are_not_judged_and_that_is_said(tmp_path: Path) -> None:
    few = replace(subject_of(HONEST, tmp_path), fields=(Field(walk(900, HOUR)),))
    found = {f.check: f for f in check(few)}
    assert found["window"].passed is None
    assert "at least 2,400 candles" in sentence(found["window"], wording("en"))
    assert failed(list(found.values())) == set()


def test_the_line_of_an_exception_is_that_of_the_users_file(tmp_path: Path) -> None:
    subject = subject_of(CHEATS["an exception"], tmp_path)
    found = check(subject)[0]
    line = int(str(found.values["line"]))
    assert "undefined_name" in subject.source.splitlines()[line - 1]
    assert "NameError" in sentence(found, wording("en"))


def test_clocks_are_found_under_any_name() -> None:
    source = (
        "import datetime as d, time\nx = d.datetime.now()\ny = time.sleep(1)\nz = d.date.today()"
    )
    assert [line for line, _ in clock_calls(source)] == [2, 4]
    assert clock_calls("def now():\n    return 1\nnow()") == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "no such file"),
        ("x = 1", "holds no strategy"),
        ("import nothing_like_it", "cannot be used"),
        (
            "from trader.strategies.base import Strategy\n"
            "class A(Strategy):\n    name = 'a'\n    def signals(self, c, p): ...\n"
            "    def __init__(self): raise ValueError('not today')",
            "cannot be made .not today.",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str | None, reason: str) -> None:
    path = tmp_path / "mine.py"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=reason):
        of_file(path)
