"""What the guardian means for a life of the daemon: who watches it, or that it is the guardian."""

from __future__ import annotations

import os
from pathlib import Path

from config.env_file import EnvFile, parse
from config.settings import Settings
from trader.bridge.views import GuardianView
from trader.domain.book import Halt
from trader.domain.outcome import Notice
from trader.domain.time import Millis
from trader.engine.engine import Engine
from trader.shell.daemon import Ending, Stop
from trader.shell.guardian.keeper import Keeper, NoKeeper, Wanted, dismiss
from trader.shell.options import Options
from trader.shell.tuning import Source, read_or_refuse

HALT = "guardian"
_REAL = ("testnet", "live")


class OnDuty(NoKeeper):
    """This life is the guardian's own: it guards, nobody watches it."""

    def __init__(self, after: float, since: float, why: str) -> None:
        self._view = GuardianView("guarding", after, os.getpid(), since, why, since)

    def view(self) -> GuardianView:
        """What is shown of it."""
        return self._view


def keeper_of(options: Options, settings: Settings, journal: str | Path) -> Keeper | NoKeeper:
    """Who keeps a guardian in this life. `journal`: where the books are."""
    after = settings.system.guardian_after
    if options.guarding is not None:
        return OnDuty(after, options.clock.now(), options.guarding.why)
    if settings.mode not in _REAL or not after or not options.command:
        dismiss(options.data_dir)
        return NoKeeper()
    command = (*options.command, "--mode", settings.mode)  # never another world than this one
    wanted = Wanted(options.data_dir, after, command, _file(journal))
    return Keeper(wanted, options.clock.sleep)


async def kept(keeper: Keeper | NoKeeper, stop: Stop) -> None:
    """Whoever orders the stop knows what stays unprotected: nobody is to start it again."""
    try:
        await keeper.run()
    finally:
        if stop.asked.is_set() and stop.ending is Ending.STOPPED:
            keeper.dismiss()


def start_of(options: Options, source: Source) -> tuple[EnvFile, Settings]:
    """The settings file as it is; for the guardian as the daemon last had it.

    Raises `SettingsError`.
    """
    if options.guarding is None or options.guarding.settings is None:
        return read_or_refuse(source, must_exist=options.env_must_exist)
    env = parse(options.guarding.settings, options.env_file.name)
    return env, source.load(env)


def on_duty(engine: Engine, options: Options) -> Engine:
    """The same engine; in the guardian's life it enters nothing and guards as always."""
    if options.guarding is not None:
        for venue in engine.state.venues.values():
            venue.halt(Halt(HALT, None, "", options.guarding.why))
    return engine


def notices(options: Options, at: Millis) -> list[Notice]:
    """What the journal is told of the guardian's deeds."""
    if options.guarding is not None:
        text = f"the guardian guards the positions, no entries: {options.guarding.why}"
        return [Notice("error", HALT, text, at)]
    if options.restarted:
        text = f"started again by the guardian: {options.restarted}"
        return [Notice("warning", HALT, text, at)]
    return []


def _file(journal: str | Path) -> Path | None:
    path = str(journal).removeprefix("sqlite:///")
    return None if "://" in path else Path(path)
