"""Changes settings through the one path: edit `.env`, read it anew, apply what is hot."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config import env_edit
from config.change import changes_for
from config.env_file import EnvFile, read
from config.errors import Problem, SettingsError
from config.reading import Context
from config.schema import key_of
from config.setting import plain
from config.settings import Change, Settings, diff, load, restart_needed
from trader.domain.errors import JournalBroken
from trader.domain.parameters import Parameters
from trader.shell.clock import Clock
from trader.shell.parameters import parameters_of
from trader.shell.settings_watch import Refused, Reloaded, SettingsWatch
from trader.storage.history import SettingChange
from trader.storage.journal import SqlJournal

log = logging.getLogger("trader.settings")
OPTIMISER = "optimiser"
CHANGED_MEANWHILE = "the settings changed while the search ran, so they stay as they are"


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
        self.settings = self._began = start[1]
        self.error: str | None = None
        self._by = "file"
        self._in_memory: dict[str, dict[str, float]] = {}
        self.watch = SettingsWatch(source.path, start, source.load, self._hear)

    @property
    def path(self) -> Path:
        """Where the settings stand."""
        return self._source.path

    @property
    def history(self) -> Path:
        """Where its former versions are."""
        return self._source.history

    @property
    def waiting(self) -> tuple[str, ...]:
        """The keys that read differently than at the start and wait for a restart."""
        return restart_needed(diff(self._began, self.settings))

    def parameters(self) -> dict[str, Parameters]:
        """Effective parameters of the traded venues, what is changed in memory included."""
        return {
            venue: replace(parameters_of(values), **self._remembered(venue))
            for venue, values in self.settings.parameters.items()
        }

    def _remembered(self, venue: str) -> dict[str, Any]:
        return {name.lower(): value for name, value in self._in_memory.get(venue, {}).items()}

    def _hear(self, news: Reloaded | Refused) -> None:
        if isinstance(news, Refused):
            self.error = news.text
            log.error("settings refused, nothing changed: %s", news.text)
            return
        self.error = None
        self.settings = news.settings
        forgotten = self._forget()
        if news.changes or forgotten:
            self._write_down(news.changes)
            self._apply(self.parameters(), news.settings.version)
        for key in news.waiting:
            log.warning("%s takes effect after a restart", key)

    def _forget(self) -> bool:
        """What was changed in memory ends with a reload; whether there was anything."""
        changes = tuple(
            Change(key_of(venue, name.lower()), plain(value), "as in the settings again", hot=True)
            for venue, values in self._in_memory.items()
            for name, value in values.items()
        )
        self._in_memory.clear()
        self._write_down(changes)
        return bool(changes)

    def _write_down(self, changes: tuple[Change, ...], by: str = "") -> None:
        now, by = round(self._clock.now() * 1_000), by or self._by
        rows = [SettingChange(now, by, c.key, c.old, c.new) for c in changes]
        for change in changes:
            log.info("setting %s: %s -> %s (%s)", change.key, change.old, change.new, by)
        try:
            self._journal.settings_changed(rows)
        except JournalBroken as error:
            log.warning("the change of settings will be journalled later: %s", error)

    # ------------------------------------------------------------ the optimiser

    def adopt(self, values: Mapping[str, float], venue: str, base: Parameters) -> tuple[str, str]:
        """Write values that were found for a venue to `.env`, unless `base` is out of date.

        Only those that differ from the file's: a value that stays goes on following its preset.
        `base`: the venue's parameters when the search began. Raises `SettingsError`.
        """
        if self._moved_on(venue, base):
            return "refused", CHANGED_MEANWHILE
        written = parameters_of(self.settings.parameters[venue])
        new = {name: v for name, v in values.items() if v != getattr(written, name.lower())}
        values = new or values  # none: what is in memory goes back to the file's
        shown = ", ".join(f"{name}={plain(value)}" for name, value in values.items())
        before = self._newest_version()
        result, message = self._edit(values, venue, OPTIMISER, shown)
        kept = self._newest_version()
        if result != "done":
            return result, message
        back = f"run_bot.py --restore-settings {kept}"
        if kept == before:  # there was no file to keep
            back = f"take these lines out of {self._source.path.name} again"
        return result, f"{message}; the way back: {back}"

    def _newest_version(self) -> str:
        return max((path.name for path in self._source.history.glob("*.env")), default="")

    def adopt_in_memory(
        self, values: Mapping[str, float], venue: str, base: Parameters
    ) -> tuple[str, str]:
        """Change values of a venue until the next reload or restart; `.env` stays as it is."""
        if self._moved_on(venue, base):
            return "refused", CHANGED_MEANWHILE
        changes = tuple(
            Change(
                key_of(venue, name.lower()),
                plain(getattr(base, name.lower())),
                f"{plain(value)} (in memory)",
                hot=True,
            )
            for name, value in values.items()
        )
        self._in_memory.setdefault(venue, {}).update(values)
        self._write_down(changes, OPTIMISER)
        self._apply(self.parameters(), self.settings.version)
        return "done", "in memory, until the next restart or change of the settings"

    def _moved_on(self, venue: str, base: Parameters) -> bool:
        """Whether the settings are others by now, or the file is and was not read yet."""
        fresh = read(self._source.path).version == self.watch.version
        return not fresh or self.parameters().get(venue) != base

    # ------------------------------------------------------------ commands

    def reload(self, args: Mapping[str, Any], by: str) -> tuple[str, str]:
        """`reload_settings`."""
        del args
        return self._reload(by, "settings read anew")

    def set_parameters(self, args: Mapping[str, Any], by: str) -> tuple[str, str]:
        """`set_parameters`: values by name, on one venue or on all."""
        values = args["values"]
        shown = ", ".join(_in_words(name.upper(), value) for name, value in values.items())
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


def _in_words(name: str, value: Any) -> str:
    return f"{name} taken out" if value is None else f"{name}={value}"


def read_or_refuse(source: Source, *, must_exist: bool) -> tuple[EnvFile, Settings]:
    """The settings at start. Raises `SettingsError`, also for a named file that is not there."""
    env = read(source.path)
    if env.missing and must_exist:
        text = f"the settings file {source.path} does not exist; check --env-file"
        raise SettingsError([Problem("", "", None, text)])
    return env, source.load(env)
