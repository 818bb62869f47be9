"""A sweep at work in its folder: rows come in and are kept, the best is run again in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from trader.backtest import results
from trader.backtest.honesty.asked import Answers, Tried
from trader.backtest.honesty.wording import wording as honest_words
from trader.backtest.objectives import LEAST_TRADES
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting.report import Look
from trader.backtest.reporting.wording import Say
from trader.backtest.sweep import files, maps
from trader.backtest.sweep.crews import Crew
from trader.backtest.sweep.driver import Chunks, Driver
from trader.backtest.sweep.journal import Journal
from trader.backtest.sweep.measuring import columns_of, whole
from trader.backtest.sweep.preparing import Sweep
from trader.backtest.sweep.progress import named_cells, shown
from trader.backtest.sweep.ranking import Ranking
from trader.backtest.sweep.work import Done

_SHOWN_ASIDE = 5
Ask = Callable[[BacktestPlan, Tried], Answers]  # walk-forward and sensitivity, if asked for


class Running:
    """One run of a sweep, begun or gone on with."""

    def __init__(self, sweep: Sweep, journal: Journal, folder: Path, ask: Ask) -> None:
        self._sweep, self._journal, self._folder, self._ask = sweep, journal, folder, ask
        self._tools = Answers()
        self._grid = sweep.work.grid
        self._ranking = Ranking(len(self._grid))
        self._aside: list[int] = []
        self._best: tuple[BacktestPlan, BacktestResult] | None = None
        for row in journal.rows():
            self._ranking.take(row)

    @property
    def left(self) -> int:
        """Combinations that are still to be measured."""
        return self._sweep.todo - self._journal.count

    def measure(self, crew: Crew) -> None:
        """Measure what is left. Raises `OSError` when rows cannot be kept, `BadInput`."""
        words = self._grid, self._sweep.work.objective, self._journal.count, self._sweep.todo
        with shown(*words) as show:

            def take(done: Done) -> None:
                self._journal.add(done.rows)
                for row in done.rows:
                    self._ranking.take(row)
                show(self._journal.count, self._ranking.best)

            driver = Driver(crew, take)
            try:
                driver.run(self._chunks())
            finally:
                self._aside = sorted(driver.aside)

    def kept(self) -> str:
        """`412 of 1,000 combinations are kept in DIR`."""
        done, todo = self._journal.count, self._sweep.todo
        return f"{done:,} of {todo:,} combinations are kept in {self._folder}"

    def write_grid(self) -> None:
        """`grid.csv` of what there is; with nothing, what an earlier sweep left there stays."""
        if not self._journal.count:
            return
        columns = columns_of(self._sweep.work.plan)
        files.write_grid(self._folder / files.GRID, self._grid, columns, self._journal.rows())

    def finish(self, look: Look, say: Say) -> dict[str, Any]:
        """Write all files; the content of `result.json`."""
        self.write_grid()
        best = self._ranking.best
        about = files.summary(self._sweep, best, self._journal.count, self._aside)
        if best is None:
            content = files.without_best(self._sweep) | about
        else:
            content = self._write_best(best.number, look, say) | about
        files.write_result(self._folder, content)
        return content

    def show(self, content: dict[str, Any], look: Look, say: Say) -> None:
        """The best combination's table, then what to know about it, then where the files are."""
        from rich.console import Console
        from rich.text import Text

        from trader.backtest import screen
        from trader.backtest.reporting.wording import Wording

        if self._best is not None:
            screen.show(*self._best, content["metrics"], Wording(look.language))
        self._tools.show(honest_words(look.language))
        console = Console(highlight=False, markup=False, soft_wrap=True)
        for line in self._lines(say):
            console.print(Text(line))
        console.print(f"{say('grid')}: {self._folder / files.GRID}")
        if self._best is not None:
            screen.show_folder(self._folder, Wording(look.language))

    def _write_best(self, number: int, look: Look, say: Say) -> dict[str, Any]:
        work = self._sweep.work
        plan = replace(work.plan, parameters=self._grid.parameters(number))
        result = whole(plan, work.engine, work.catalogue)
        self._best = plan, result
        self._tools = self._ask(plan, self._tried())
        extras = [
            *maps.sections(self._grid, self._ranking, work.objective, say),
            *self._tools.sections(honest_words(look.language)),
        ]
        return results.write(plan, result, self._folder, look, extras, self._tools.content())

    def _tried(self) -> Tried:
        """The combinations for tools that choose among them once more, on parts of the candles."""
        flags, grid = self._sweep.left_out.flags, self._grid
        numbers = [n for n in range(len(grid)) if not flags[n]]
        return Tried(
            combinations=[(named_cells(grid, n), grid.parameters(n)) for n in numbers],
            names=[axis.key for axis in grid.axes],
            objective=self._sweep.work.objective,
        )

    def _chunks(self) -> Chunks:
        """What is neither left out nor done."""
        flags = self._sweep.left_out.flags
        numbers = (n for n in self._grid.order() if not flags[n] and n not in self._journal)
        return Chunks(numbers, self.left, self._sweep.work.guess, self._grid.group)

    def _lines(self, say: Say) -> Iterator[str]:
        objective, best = self._sweep.work.objective, self._ranking.best
        if best is None or best.value is None:
            yield say("no_best", least=LEAST_TRADES, objective=objective)
        else:
            told = named_cells(self._grid, best.number)
            yield say("best", objective=objective, value=f"{best.value:.4g}", cells=told)
            yield say("caution")
        if self._aside:
            names = [named_cells(self._grid, n) for n in self._aside[:_SHOWN_ASIDE]]
            yield say("aside", names="; ".join(names))
