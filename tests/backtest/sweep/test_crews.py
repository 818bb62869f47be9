"""Real worker processes: they die, they are replaced, and nothing is lost or left behind."""

from pathlib import Path

import psutil
import pytest

from tests.backtest.sweep.deadly import FILLS, KILLS, work_of
from tests.backtest.sweep.market import candles, sweep
from trader.backtest.sweep.crews import Alone, Crew, pool
from trader.backtest.sweep.driver import Chunks, Driver
from trader.backtest.sweep.measuring import compile_once
from trader.backtest.sweep.work import Work
from trader.domain.errors import BadInput

POISONS = (0.0, 1.0, KILLS, 2.0, FILLS, 3.0, 4.0)
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return candles(tmp_path_factory.mktemp("market"), 300)


def driven(crew: Crew, work: Work) -> tuple[list[int], list[int]]:
    """What came back, and what was set aside."""
    found: list[int] = []
    driver = Driver(crew, lambda done: found.extend(row.number for row in done.rows))
    driver.run(Chunks(work.grid.order(), len(work.grid), work.guess, work.grid.group))
    return sorted(found), sorted(driver.aside)


def test_combinations_that_kill_or_fill_their_worker_are_set_aside(data: Path) -> None:
    work = work_of(data, POISONS)
    with pool(work, 2) as crew:
        found, aside = driven(crew, work)
        last = crew.pids
    assert aside == [POISONS.index(KILLS), POISONS.index(FILLS)]
    assert found == [0, 1, 3, 5, 6]
    assert not any(map(psutil.pid_exists, last))


def test_alone_a_full_memory_is_survived_too(data: Path) -> None:
    work = work_of(data, (0.0, FILLS, 1.0))
    assert driven(Alone(work), work) == ([0, 2], [1])


def test_an_error_of_a_strategy_ends_the_sweep_and_its_workers(data: Path) -> None:
    work = sweep(data, "--grid", "market_shock_pct=0.1,0.2").work
    pids: list[int] = []

    def sweep_of_both() -> None:
        with pool(work, 2) as crew:
            try:
                driven(crew, work)
            finally:
                pids.extend(crew.pids)

    with pytest.raises(BadInput, match="add --engine live"):
        sweep_of_both()
    assert pids
    assert not any(map(psutil.pid_exists, pids))


def test_memory_of_a_worker_does_not_grow_with_the_combinations(data: Path) -> None:
    axes = ("bb_breakout_deviations=1:3:0.1", "take_profit_percent=0.01:0.5:0.01")
    grid = [word for axis in axes for word in ("--grid", axis)]
    work = sweep(data, "--strategy", "bb_breakout", *grid).work
    compile_once(work.plan, work.engine, work.catalogue)
    with pool(work, 1) as crew:
        crew.submit(tuple(range(20))).result()
        before = psutil.Process(crew.pids[0]).memory_info().rss
        done = crew.submit(tuple(range(len(work.grid)))).result()
        after = psutil.Process(crew.pids[0]).memory_info().rss
    assert len(done.rows) == 1_050
    assert after - before < 24 * MEGABYTE  # a set of signals kept a combination would be more
