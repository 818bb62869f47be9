"""The port to whoever looks for better parameters: what the shell asks, what it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from trader.domain.candles import Candles
from trader.domain.errors import TraderError
from trader.domain.parameters import Parameters
from trader.domain.time import Millis

SEARCHED = ("K_VALUE", "TAKE_PROFIT_PERCENT", "STOP_LOSS_PERCENT")  # nothing else may be changed
Told = Callable[[float], None]  # share of the work that is done, 0 to 1


class Kind(StrEnum):
    """Which search."""

    GRID = "grid"  # the last 7 days, K x take profit x stop loss
    K = "k"  # the last 200 candles, K alone


WORDS = {Kind.GRID: "the daily grid", Kind.K: "the K search"}


@dataclass(frozen=True, slots=True)
class Wish:
    """One search on one venue. `keys` in the order in which they are traded.

    `parameters` are those in force, `until` the market's time (ms): only candles that closed by
    then are looked at. `seen`: copies of the candles in the engine's windows. `timeout` seconds.
    """

    kind: Kind
    venue: str
    keys: tuple[str, ...]
    parameters: Parameters
    objective: str
    until: Millis
    timeout: float
    seen: Mapping[str, Candles] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a search came to.

    `best` and `running`: values by name (`SEARCHED` or fewer), `best` empty when nothing could be
    chosen. `in_sample`, `out_of_sample`: figures by name, fractions. `promoted`, `dsr` and
    `reasons` are the gate's; `why` says the reasons in words. `text`: what was tried and found.
    """

    symbols: tuple[str, ...]
    tried: int
    best: Mapping[str, float] = field(default_factory=dict)
    running: Mapping[str, float] = field(default_factory=dict)
    in_sample: Mapping[str, Any] = field(default_factory=dict)
    out_of_sample: Mapping[str, Any] = field(default_factory=dict)
    promoted: bool = False
    dsr: float = 0.0
    reasons: tuple[str, ...] = ()
    why: str = ""
    text: str = ""


class SearchFailed(TraderError):
    """A search came to nothing; the text says why. Nothing else has happened."""


class Searcher(Protocol):
    """Searches in a process of its own."""

    def search(self, wish: Wish, told: Told) -> Finding:
        """Blocks until it is over; called in a thread. Raises `SearchFailed`."""

    def close(self) -> None:
        """Ends every search under way at once; none begins afterwards."""


def in_words(values: Mapping[str, float]) -> str:
    """`K 0.45, take profit 4 %, stop loss 2 %`; a stop of 0 is the one by ATR."""
    return ", ".join(_words(values))


def _words(values: Mapping[str, float]) -> Iterator[str]:
    for name, value in values.items():
        if name == "K_VALUE":
            yield f"K {value:g}"
        elif name == "TAKE_PROFIT_PERCENT":
            yield f"take profit {value * 100:g} %" if value else "no take profit"
        else:
            yield f"stop loss {value * 100:g} %" if value else "stop loss by ATR"
