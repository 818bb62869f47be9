"""From arguments to a sweep: which combinations there are, which are left out, on which candles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from config.effective import Effective
from trader.backtest.arguments import Arguments
from trader.backtest.planning import Planned, planned, sources_for
from trader.backtest.sweep import rules
from trader.backtest.sweep.axes import Axis, axes_of
from trader.backtest.sweep.grid import Grid, grid_of
from trader.backtest.sweep.work import Work
from trader.domain.errors import BadInput
from trader.domain.parameters import Parameters
from trader.shell.parameters import parameters_of

_LEARNT = ("timeframe", "symbols", "initial_capital")  # what only the candles tell


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep before it runs. `limits_off`: loss limits that nobody asked for."""

    work: Work
    left_out: rules.LeftOut
    limits_off: tuple[str, ...]
    planned: Planned

    @property
    def todo(self) -> int:
        """Combinations that fit together."""
        return len(self.work.grid) - self.left_out.count


def prepare(arguments: Arguments) -> Sweep:
    """Read settings, grid and candles. Raises `BadInput` and `SettingsError`, one sentence."""
    venue, sources = sources_for(arguments)
    prefixes = ("CRYPTO_", f"{venue.upper()}_")
    axes = axes_of(arguments.grid, sources.context, prefixes)
    bases = rules.settings_of_bases(axes, sources, venue)
    left_out = rules.left_out(axes, bases, sources.context)
    first = left_out.flags.find(0)
    if first < 0:
        raise BadInput(f"--grid: no combination is allowed; {left_out.sentence()}")
    sample = grid_of(axes, [parameters_of(base.values) for base in bases])
    plan = planned(_as_set(arguments, sample, first))
    rules.refuse_other_candles(bases, plan.plan.parameters.timeframe)
    grid = _learnt(axes, bases, plan.plan.parameters)
    whole = replace(plan.plan, parameters=grid.parameters(first))
    work = Work(whole, grid, arguments.engine, arguments.objective)
    return Sweep(work, left_out, rules.loss_limits_off(bases), plan)


def _as_set(arguments: Arguments, grid: Grid, number: int) -> Arguments:
    """The arguments of a single backtest of one combination."""
    cells = dict(zip((axis.name for axis in grid.axes), grid.cells(number), strict=True))
    both = arguments.parameters | cells
    return replace(arguments, parameters=both, grid=())


def _learnt(axes: Sequence[Axis], bases: Sequence[Effective], known: Parameters) -> Grid:
    """The grid upon parameters that hold what the candles tell."""
    swept = {axis.attribute for axis in axes}
    learnt = {name: getattr(known, name) for name in _LEARNT if name not in swept}
    return grid_of(axes, [replace(parameters_of(base.values), **learnt) for base in bases])
