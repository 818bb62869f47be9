"""The way from candidate to order in stages, and how many each stage lets through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.reasons import first_gate, held
from trader.bridge.panel.schemas import WhyFile
from trader.bridge.schemas import DecisionShown
from trader.domain.signal import REASON_CODES

_DATA = ("insufficient_data", "stale_data", "no_yesterday", "warming_up")
_FILTERS = ("low_volatility", "below_ema50", "above_ema50", "weak_trend", "adx_falling",
            "mtf_below_ema50", "mtf_above_ema50", "cost_too_high")  # fmt: skip
_SIGNAL = ("conflicting_signals", "no_signal", "beyond_level", "level_not_reached", "once_per_day")


@dataclass(frozen=True, slots=True)
class Stage:
    """`name`: data, a filter's code, signal or risk; how many came, how many it stopped."""

    name: str
    came: int
    stopped: int

    @property
    def passed(self) -> int:
        """How many it let through."""
        return self.came - self.stopped


def funnel(candidates: int, first: Mapping[str, int]) -> list[Stage]:
    """Stages in the bot's own order. `first`: how many each code stopped first.

    Filters that stopped nothing are left out: which of them the strategy uses is not known here.
    """
    filters = [code for code in _FILTERS if first.get(code)]
    named = {*_DATA, *_FILTERS, *_SIGNAL}
    risk = [code for code in first if code not in named]
    groups = [("data", _DATA), *((code, (code,)) for code in filters)]
    groups += [("signal", _SIGNAL), ("risk", tuple(risk))]
    stages, left = [], candidates
    for name, codes in groups:
        stage = Stage(name, left, sum(first.get(code, 0) for code in codes))
        stages.append(stage)
        left = stage.passed
    return stages


def of_now(decisions: Iterable[DecisionShown]) -> tuple[int, Counter[str]]:
    """Symbols that are no position already, and how many each code stops first."""
    free = [one for one in decisions if not held(one)]
    gates = (first_gate(one) for one in free)
    return len(free), Counter(gate.code for gate in gates if gate is not None)


def of_day(file: WhyFile, venue: str) -> tuple[int, Counter[str]]:
    """Candles of 24 hours, and how many each code stopped first; `venue` empty: all."""
    hours = [hour for hour in file.hours if venue in ("", hour.venue)]
    first: Counter[str] = Counter()
    for hour in hours:
        first.update(hour.first)
    return sum(hour.candles for hour in hours), first


def most_frequent(first: Mapping[str, int]) -> list[tuple[str, int]]:
    """Codes by how often they stopped something, ties in the codes' own order."""
    order = {code: place for place, code in enumerate(REASON_CODES)}
    found = ((code, count) for code, count in first.items() if count)
    return sorted(found, key=lambda pair: (-pair[1], order.get(pair[0], len(order)), pair[0]))
