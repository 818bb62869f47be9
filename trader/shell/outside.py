"""What the shell knows of the world that prices come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from trader.domain.finding import Finding

Budgets = Mapping[str, tuple[float, float]]
Sources = Mapping[str, tuple[str, float | None]]


@dataclass(frozen=True, slots=True)
class Outside:
    """`ready`: whether the feed has opened. `sources`: of each venue where prices come from, and
    ms that a question takes; venues that are not in it are embedded. `budgets`: requests (or their
    weight) used and allowed in the tightest of a venue's limits. `no_symbols`: why a venue may have
    none at the start. `findings`: of the last preflight, and when (seconds).
    """

    ready: Callable[[], bool] = lambda: True
    sources: Callable[[], Sources] = dict
    no_symbols: str = "this market has none of this venue"
    budgets: Callable[[], Budgets] = dict
    findings: Callable[[], tuple[Sequence[Finding], float] | None] = lambda: None


EMBEDDED = Outside()
