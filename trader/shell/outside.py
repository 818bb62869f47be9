"""What the shell knows of the world that prices come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Sources = Mapping[str, tuple[str, float | None]]


@dataclass(frozen=True, slots=True)
class Outside:
    """`ready`: whether the feed has opened. `sources`: of each venue where prices come from, and
    ms that a question takes; venues that are not in it are embedded. `no_symbols`: why a venue may
    have none at the start. `used`: share of each venue's limits of
    requests, of the one that is used most.
    """

    ready: Callable[[], bool] = lambda: True
    sources: Callable[[], Sources] = dict
    no_symbols: str = "this market has none of this venue"
    used: Callable[[], Mapping[str, float]] = dict


EMBEDDED = Outside()
