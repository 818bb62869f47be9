"""What was observed of the venues while this life runs: how long they take, how often they fail."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from trader.bridge.documents import number
from trader.domain.events import LinkChanged
from trader.domain.finding import Finding
from trader.domain.instrument import venue_of
from trader.domain.outcome import Notice
from trader.shell.outside import Outside
from trader.shell.preflight.keeping import preflight_row

WINDOW = 900.0  # seconds that latencies are looked back on
_CLOCKS = {"clock_right": 0, "clock_behind": 1, "clock_ahead": -1}  # theirs less ours

Row = dict[str, Any]


@dataclass(slots=True)
class Observed:
    """One venue. Latencies with their time, seconds and ms."""

    latencies: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=1_000))
    linked: bool = False
    losses: int = 0
    error: str | None = None
    error_at: float | None = None


class Observations:
    """Noted in the loop. Embedded venues have no latency, no clock and no budget: null."""

    def __init__(
        self, venues: Iterable[str], outside: Outside, clean: Callable[[str], str] = str
    ) -> None:
        """`clean` takes secrets out of a text."""
        self._clean = clean
        self._venues = {name: Observed() for name in venues}
        self._outside = outside
        self._clocks: dict[str, float] = {}
        self._asked_at = -1.0
        self.preflight: Row | None = None

    def note_link(self, event: LinkChanged, now: float) -> None:
        """A connection was lost, or is there."""
        seen = self._venues.get(event.venue)
        if seen is None:
            return
        if event.connected:
            seen.linked = True
        else:
            seen.losses += 1
            seen.error, seen.error_at = "link_lost", now

    def note_notice(self, notice: Notice, now: float) -> None:
        """What people were told; errors and warnings about one venue are its last error."""
        seen = self._venues.get(venue_of(notice.key)) if notice.key else None
        if seen is not None and notice.level != "info":
            seen.error, seen.error_at = notice.code, now

    def note_findings(self, findings: Iterable[Finding], at: float) -> None:
        """A preflight; `at` in seconds."""
        found = list(findings)
        self.preflight = preflight_row(found, at, self._clean)
        for finding in found:
            sign = _CLOCKS.get(finding.code)
            if sign is not None:
                seconds = float(str(finding.values.get("seconds", 0)))
                self._clocks[finding.about] = seconds * 1_000 * (sign or 1)

    def look(self, now: float) -> None:
        """How long the newest question took, where one was asked; what accounts answered."""
        found = self._outside.findings()
        if found is not None and found[1] != self._asked_at:
            self._asked_at = found[1]
            self.note_findings(*found)
        for name, (_, latency) in self._outside.sources().items():
            seen = self._venues.get(name)
            known = seen.latencies[-1][1] if seen is not None and seen.latencies else None
            if seen is not None and latency is not None and latency != known:
                seen.latencies.append((now, latency))

    def rows(self, now: float) -> dict[str, Row]:
        """`venues` of `health.json`."""
        budgets = self._outside.budgets()
        return {name: self._row(name, seen, budgets, now) for name, seen in self._venues.items()}

    def _row(
        self, name: str, seen: Observed, budgets: Mapping[str, tuple[float, float]], now: float
    ) -> Row:
        took = sorted(ms for at, ms in seen.latencies if now - at <= WINDOW)
        used, limit = budgets.get(name, (None, None))
        return {
            "p50_ms": _share(took, 0.50),
            "p95_ms": _share(took, 0.95),
            "clock_ms": self._clocks.get(name),
            "budget_used": used,
            "budget_limit": limit,
            "reconnects": seen.losses if seen.linked else None,
            "error": seen.error,
            "error_at": seen.error_at,
        }


def _share(ordered: list[float], share: float) -> float | int | None:
    return number(ordered[int(len(ordered) * share)]) if ordered else None
