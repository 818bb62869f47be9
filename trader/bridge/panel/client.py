"""The panel's side of `data/panel/`: every file as a value, parsed only when it was written."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from trader.bridge.files import write_whole
from trader.bridge.panel import names
from trader.bridge.panel.account import AccountFile
from trader.bridge.panel.asked import CommandsFile
from trader.bridge.panel.lines import LineFile, Lines
from trader.bridge.panel.schemas import (
    AgendaFile,
    ChartFile,
    EquityLine,
    HealthFile,
    OptimisationsFile,
    SettingsFile,
    TradeLine,
    WantedFile,
    WhyFile,
)
from trader.bridge.reading import Reading, Views

NEWEST_TRADES = 100_000
NEWEST_POINTS = 200_000
_RENEW = 10.0  # seconds; a wish that is younger is not written again


class PanelClient:
    """Reads `data/panel/` of one data directory. May be shared by all sessions of a panel.

    Its one writing: which charts somebody looks at. `clock` gives seconds since 1970.
    """

    def __init__(
        self,
        data_dir: Path,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder = names.folder_of(data_dir)
        self._clock = clock
        self._views = Views(self._folder, clock, sleep)
        self._trades = LineFile(self._folder / names.TRADES, TradeLine, NEWEST_TRADES)
        self._equity = LineFile(self._folder / names.EQUITY, EquityLine, NEWEST_POINTS)

    def trades(self) -> Lines[TradeLine]:
        """All closed trades, by the time they closed."""
        return self._trades.lines()

    def equity(self) -> Lines[EquityLine]:
        """The equity curves of all venues, by time."""
        return self._equity.lines()

    def why(self) -> Reading[WhyFile]:
        """What blocked entries over the last 24 hours."""
        return self._views.reading(names.WHY, WhyFile)

    def settings(self) -> Reading[SettingsFile]:
        """What stands in `.env`, without secrets."""
        return self._views.reading(names.SETTINGS, SettingsFile)

    def health(self) -> Reading[HealthFile]:
        """Preflight, connections, machine, versions."""
        return self._views.reading(names.HEALTH, HealthFile)

    def optimisations(self) -> Reading[OptimisationsFile]:
        """The newest searches of the optimiser."""
        return self._views.reading(names.OPTIMISATIONS, OptimisationsFile)

    def agenda(self) -> Reading[AgendaFile]:
        """What comes next."""
        return self._views.reading(names.AGENDA, AgendaFile)

    def account(self) -> Reading[AccountFile]:
        """Orders that live, how positions were entered, what is not the bot's."""
        return self._views.reading(names.ACCOUNT, AccountFile)

    def commands(self) -> Reading[CommandsFile]:
        """What was asked, by whom, when, and what became of it."""
        return self._views.reading(names.COMMANDS, CommandsFile)

    def chart(self, key: str) -> Reading[ChartFile]:
        """The chart of `upbit:BTC/KRW`, as fresh as somebody wants it: see `want`."""
        return self._views.reading(names.chart_name(key), ChartFile)

    def want(self, keys: Iterable[str]) -> None:
        """Somebody looks at these charts now; to be said again within 30 s. Raises `OSError`.

        Other people's wishes stay; before the daemon has made the folder nothing is wished.
        """
        now = self._clock()
        known = self._wanted(now)
        mine = list(keys)
        if all(now - known.get(key, 0.0) < _RENEW for key in mine) or not self._folder.is_dir():
            return
        charts = known | dict.fromkeys(mine, now)
        text = json.dumps({"timestamp": now, "charts": charts}, ensure_ascii=False)
        write_whole(self._folder / names.WANTED, text)

    def _wanted(self, now: float) -> dict[str, float]:
        found = self._views.reading(names.WANTED, WantedFile).value
        return {} if found is None else wanted_at(found, now)


def wanted_at(file: WantedFile, now: float) -> dict[str, float]:
    """The wishes that count; of those from the future none does: clocks differ, files are old."""
    return {key: at for key, at in file.charts.items() if 0 <= now - at <= names.WANTED_FOR}
