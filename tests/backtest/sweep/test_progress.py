"""What is seen while a sweep runs: a bar on a terminal, lines elsewhere, always the best so far."""

import sys
from io import StringIO

import pytest

from tests.backtest.sweep.market import candles, sweep
from trader.backtest.sweep.grid import Grid
from trader.backtest.sweep.progress import shown
from trader.backtest.sweep.work import Row

BEST = Row(1, 0.25, {"trades": 9})


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Grid:
    data = candles(tmp_path_factory.mktemp("market"), 260)
    return sweep(data, "--grid", "k_value=0.3,0.5", "--grid", "fee=0.001,0.002").work.grid


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [Terminal(), StringIO()], ids=["terminal", "file"])
def test_progress_tells_how_far_how_quick_and_the_best(
    grid: Grid, monkeypatch: pytest.MonkeyPatch, stream: StringIO
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "stderr", stream)
    with shown(grid, "sharpe", 100, 1_000) as show:
        show(150, None)
        show(400, BEST)
        show(1_000, BEST)
    told = stream.getvalue()
    assert "a second" in told
    assert "best sharpe 0.25 (k_value=0.3, fee=0.002)" in told
    assert ("1000/1000" in told) == stream.isatty()


def test_there_is_a_line_each_tenth_and_no_more(
    grid: Grid, capsys: pytest.CaptureFixture[str]
) -> None:
    with shown(grid, "sharpe", 0, 1_000) as show:
        for done in range(0, 1_001, 7):
            show(done, None)
        show(1_000, None)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert lines[-1].startswith("sweep 100 % (1,000 of 1,000, ")
