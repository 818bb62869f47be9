"""The small files of the panel, and when each is due: settings, searches, agenda, health, why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from trader.bridge.panel import names
from trader.bridge.panel.writer import PanelWriter
from trader.engine.engine import Engine
from trader.shell.panel.account import AccountNotes
from trader.shell.panel.agenda import Hands, agenda
from trader.shell.panel.asked import command_rows
from trader.shell.panel.desk import Pad, Step
from trader.shell.panel.inventory import inventory
from trader.shell.panel.machine import Machine, recording_row
from trader.shell.panel.observations import Observations
from trader.shell.panel.why import WhyFile
from trader.shell.preflight.keeping import newest
from trader.shell.tuning import Tuning
from trader.storage.history import History
from trader.storage.optimisations import Optimisation

EVERY = 5.0  # seconds
SEARCHES = 200
COMMANDS = 200

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """Where the sheets look. `gist` changes when a search begins or ends; `searches`: those to
    come, kind and seconds since 1970; `hands`: of both clocks; `life`: how this one began."""

    engine: Engine
    tuning: Tuning
    history: History
    observations: Observations
    account: AccountNotes
    machine: Machine
    gist: Callable[[], object]
    searches: Callable[[], list[tuple[str, float]]]
    hands: Callable[[float], Hands]
    life: Row
    recording: Path | None


class Sheets:
    """`plan` is called in the loop, the steps that it answers with in a thread."""

    def __init__(self, writer: PanelWriter, why: WhyFile, facts: Facts) -> None:
        self._writer = writer
        self._why = why
        self._facts = facts
        self._round_at = 0.0
        self._seen: dict[str, object] = {}

    def plan(self, now: float, pad: Pad) -> list[Step]:
        """What is due. `now` in seconds since 1970."""
        facts = self._facts
        round_ = not 0 <= now - self._round_at < EVERY
        tuning = facts.tuning
        version = (tuning.watch.version, tuning.error, tuning.settings.version)
        account, rows = facts.account.look(facts.hands(now))
        made: list[tuple[str, object, Callable[[], Row]]] = [
            (names.SETTINGS, version, self._settings),
            (names.OPTIMISATIONS, facts.gist(), self._searches),
            (names.ACCOUNT, account, lambda: rows),
        ]
        steps: list[Step] = [
            partial(self._put, name, version, make, now)
            for name, version, make in made
            if round_ or self._seen.get(name) != version
        ]
        return steps + self._round(now, pad) if round_ else steps

    def _put(self, name: str, version: object, make: Callable[[], Row], now: float) -> None:
        """A file that is written when its version changed, or when somebody deleted it."""
        if self._seen.get(name) != version or not self._writer.has(name):
            self._writer.put(name, {"timestamp": now} | make())
            self._seen[name] = version

    def _round(self, now: float, pad: Pad) -> list[Step]:
        self._round_at = now
        facts = self._facts
        hands = facts.hands(now)
        coming = agenda(facts.engine.state, hands, facts.searches())
        judged = [pad.judged.popleft() for _ in range(len(pad.judged))]
        venues, preflight = facts.observations.rows(now), facts.observations.preflight
        lag, pad.lag = pad.lag, 0.0

        def health() -> None:
            row = facts.life | {
                "timestamp": now,
                "preflight": newest(self._writer.folder, preflight),
                "venues": venues,
                "machine": facts.machine.row(lag),
                "recording": recording_row(facts.recording),
            }
            self._writer.put(names.HEALTH, row)

        return [
            partial(self._writer.put, names.AGENDA, coming),
            partial(self._why.write, judged, now),
            partial(self._commands, now),
            health,
        ]

    def _settings(self) -> Row:
        tuning = self._facts.tuning
        return inventory(
            tuning.source,
            tuning.settings.secrets.values(),
            self._facts.history.settings(200),
            tuning.waiting,
        )

    def _commands(self, now: float) -> None:
        """Written when the newest commands differ from those written last."""
        rows = command_rows(self._facts.history.commands(COMMANDS))
        self._put(names.COMMANDS, str(rows), lambda: {"rows": rows}, now)

    def _searches(self) -> Row:
        found = self._facts.history.optimisations(SEARCHES)
        return {"rows": [_search_row(one) for one in reversed(found)]}


def _search_row(one: Optimisation) -> Row:
    ended = None if one.ended_at is None else one.ended_at / 1_000
    return asdict(one) | {"started_at": one.started_at / 1_000, "ended_at": ended}
