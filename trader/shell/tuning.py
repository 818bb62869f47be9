"""Changes settings through the one path: edit `.env`, read it anew, apply what is hot."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import env_edit
from config.change import changes_for
from config.env_file import EnvFile, read
from config.errors import Problem, SettingsError
from config.reading import Context
from config.settings import Change, Settings, load
from trader.domain.errors import JournalBroken
from trader.domain.parameters import Parameters
from trader.shell.clock import Clock
from trader.shell.parameters import parameters_of
from trader.shell.settings_watch import Refused, Reloaded, SettingsWatch
from trader.storage.history import SettingChange
from trader.storage.journal import SqlJournal

log = logging.getLogger("trader.settings")


@dataclass(frozen=True, slots=True)
class Source:
    """Where settings come from: the file, the command line, what is known of strategies.

    `demo_preset` holds in demo mode while nobody chose a preset: a livelier one. `check` knows what
    the market can do; it raises `SettingsError`.
    """

    path: Path
    flags: Mapping[str, str]
    context: Context
    history: Path
    demo_preset: str = "scalping"
    check: Callable[[Settings], None] | None = None

    def load(self, env: EnvFile) -> Settings:
        """Settings of a file's content. Raises `SettingsError` with every problem."""
        settings = load(env, self.flags, self.context)
        chosen = any("STRATEG" in key or "TIMEFRAME" in key for key in env.entries)
        if settings.mode == "demo" and not chosen:
            flags = {"STRATEGY_PRESET": self.demo_preset, **self.flags}
            settings = load(env, flags, self.context)
        if self.check is not None:
            self.check(settings)
        return settings

    def read(self) -> tuple[EnvFile, Settings]:
        """The file as it is now, and the settings made of it."""
        env = read(self.path)
        return env, self.load(env)


class Tuning:
    """Settings in force. `apply` hears new parameters by venue and the version of the file."""

    def __init__(
        self,
        source: Source,
        start: tuple[EnvFile, Settings],
        journal: SqlJournal,
        clock: Clock,
        apply: Callable[[dict[str, Parameters], str], None],
    ) -> None:
        self._source = source
        self._journal = journal
        self._clock = clock
        self._apply = apply
        self.settings = start[1]
        self.error: str | None = None
        self._by = "file"
        self.watch = SettingsWatch(source.path, start, source.load, self._hear)

    def parameters(self) -> dict[str, Parameters]:
        """Effective parameters of the traded venues."""
        return {venue: parameters_of(values) for venue, values in self.settings.parameters.items()}

    def _hear(self, news: Reloaded | Refused) -> None:
        if isinstance(news, Refused):
            self.error = news.text
            log.error("settings refused, nothing changed: %s", news.text)
            return
        self.error = None
        self.settings = news.settings
        if news.changes:
            self._write_down(news.changes)
            self._apply(self.parameters(), news.settings.version)
        for key in news.waiting:
            log.warning("%s takes effect after a restart", key)

    def _write_down(self, changes: tuple[Change, ...]) -> None:
        now, by = round(self._clock.now() * 1_000), self._by
        rows = [SettingChange(now, by, c.key, c.old, c.new) for c in changes]
        for change in changes:
            log.info("setting %s: %s -> %s (%s)", change.key, change.old, change.new, by)
        try:
            self._journal.settings_changed(rows)
        except JournalBroken as error:
            log.warning("the change of settings will be journalled later: %s", error)

    # ------------------------------------------------------------ commands

    def reload(self, args: Mapping[str, Any], by: str) -> tuple[str, str]:
        """`reload_settings`."""
        del args
        return self._reload(by, "settings read anew")

    def set_parameters(self, args: Mapping[str, Any], by: str) -> tuple[str, str]:
        """`set_parameters`: values by name, on one venue or on all."""
        values = args["values"]
        shown = ", ".join(f"{name.upper()}={value}" for name, value in values.items())
        return self._edit(values, args.get("venue"), by, shown)

    def set_preset(self, args: Mapping[str, Any], by: str) -> tuple[str, str]:
        """`set_preset`: strategy, timeframe and exits in one."""
        preset, venue = args["preset"], args.get("venue")
        where = f"{preset} on {venue or 'all venues'}"
        return self._edit({"STRATEGY_PRESET": preset}, venue, by, where)

    def _edit(
        self, values: Mapping[str, Any], venue: str | None, by: str, done: str
    ) -> tuple[str, str]:
        source = self._source
        changes = changes_for(read(source.path), values, venue, source.context)
        env_edit.edit(source.path, changes, source.history, by=by, check=source.load)
        return self._reload(by, done)

    def _reload(self, by: str, done: str) -> tuple[str, str]:
        self._by = by
        try:
            news = self.watch.reload()
            self._hear(news)
        finally:
            self._by = "file"
        if isinstance(news, Refused):
            return "refused", f"bad_settings {news.text}"
        waiting = f"; after a restart: {', '.join(news.waiting)}" if news.waiting else ""
        return "done", done + waiting


def read_or_refuse(source: Source, *, must_exist: bool) -> tuple[EnvFile, Settings]:
    """The settings at start. Raises `SettingsError`, also for a named file that is not there."""
    env = read(source.path)
    if env.missing and must_exist:
        text = f"the settings file {source.path} does not exist; check --env-file"
        raise SettingsError([Problem("", "", None, text)])
    return env, source.load(env)
