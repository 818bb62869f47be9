"""Who protects the positions, and what the guardian does: a few lines under the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboard.figures import percent
from dashboard.pane import Pane
from trader.bridge.schemas import CoverageShown, GuardianShown

_FRESH = 30.0  # seconds; it writes at least every ten


def lines(pane: Pane) -> Iterator[str]:
    """What is known now. While the daemon is gone, the guardian's own words."""
    guardian, coverage = _known(pane)
    if guardian is not None:
        yield _state(pane, guardian)
        if guardian.action:
            at = pane.times.moment(guardian.acted_at)
            yield pane.words("guardian.action", at=at, action=guardian.action)
    recording = None if pane.status is None or pane.condition.stale else pane.status.recording
    if recording is not None and recording.state == "on":
        at = pane.times.moment(recording.since)
        yield pane.words("recording.on", folder=recording.folder, at=at)
    for venue, shares in coverage.items():
        yield pane.words(
            "coverage",
            venue=pane.venue(venue),
            exchange=percent(shares.exchange, sign=False),
            engine=percent(shares.engine, sign=False),
            guardian=percent(shares.guardian, sign=False),
            nobody=percent(shares.nobody, sign=False),
        )


def _known(pane: Pane) -> tuple[GuardianShown | None, Mapping[str, CoverageShown]]:
    status = pane.status
    if status is not None and not pane.condition.stale:
        return status.guardian, status.coverage
    own = pane.client.guardian()
    if own.value is None or not own.fresh(_FRESH) or own.value.state == "off":
        return None, {}
    return own.value, own.value.coverage


def _state(pane: Pane, guardian: GuardianShown) -> str:
    state = pane.words.of_code("guardian", guardian.state)
    return pane.words("guardian.line", state=state, after=f"{guardian.after:g}")
