"""What stands in `.env` and what it means, as far as the panel is told; secrets never are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from config.cross_rules import global_text
from config.env_file import Entry, EnvFile
from config.errors import SettingsError
from config.reading import COMMAND_LINE, Context
from config.schema import EVERYWHERE, GLOBAL, VENUES, key_of, target_of
from config.setting import Setting, strategies_text, text_of
from config.settings import Settings, load_daemon
from trader.bridge.panel.schemas import SettingLine, SettingsFile

DEFAULT, MEMORY, DEMO = "default", "memory", "demo"
Texts = Mapping[str, str | None]


@dataclass(frozen=True)
class Paper:
    """The file as lines, and the values in force by venue (names inside the program).

    Keys are written with their prefix (`CRYPTO_K_VALUE`) whatever the file does; global ones bare.
    """

    file: SettingsFile
    published: Mapping[str, Mapping[str, Any]]
    mode: str

    @cached_property
    def context(self) -> Context:
        """What the daemon reads settings for."""
        running = self.mode if self.mode in ("demo", "paper", "testnet", "live") else ""
        return Context(self.file.strategies, "daemon", running)

    @cached_property
    def lines(self) -> dict[str, SettingLine]:
        """The file's lines by canonical key; secrets and unknown keys left out."""
        return canonical(self.file.rows, self.context)

    @cached_property
    def texts(self) -> dict[str, str]:
        """What the file says."""
        return {key: line.value for key, line in self.lines.items()}

    @property
    def venues(self) -> tuple[str, ...]:
        """The venues that are traded."""
        return tuple(self.published)

    @cached_property
    def settings(self) -> Settings | None:
        """What the file means; None while it has an error."""
        try:
            return self.with_changes({})
        except SettingsError:
            return None

    def with_changes(self, changes: Texts) -> Settings:
        """What the file would mean with these keys set, or taken out. Raises `SettingsError`."""
        texts = {
            key: text for key, text in (self.texts | dict(changes)).items() if text is not None
        }
        name = self.file.path
        place = {key: line.line for key, line in self.lines.items()}
        entries = {key: Entry(text, place.get(key, 0)) for key, text in texts.items()}
        env = EnvFile(name, entries)
        return load_daemon(env, self.file.flags, self.context, self.file.demo_preset)

    def in_force(self, setting: Setting, venue: str) -> str | None:
        """The value in force as text; None: it is not published."""
        if setting.name in GLOBAL:
            return self._global(setting)
        values = self.published.get(venue, {})
        strategy, dot, name = setting.attribute.partition(".")
        if dot:
            number = values.get("thresholds", {}).get(strategy, {}).get(name)
            return None if number is None else text_of(setting, number)
        if setting.attribute not in values:
            return None
        return text_of_value(setting, values[setting.attribute])

    def origin(self, setting: Setting, venue: str) -> str:
        """`.env:17`, `preset day`, `command line`, `default`, `memory`; empty: not known."""
        if setting.name in GLOBAL:
            given = None if self.settings is None else self.settings.given.get(setting.name)
            return DEFAULT if given is None else given.where
        if self.settings is None or venue not in self.settings.by_venue:
            return ""
        meant = self.settings.by_venue[venue]
        value = meant.values.get(setting.attribute)
        if setting.attribute in meant.values and self.in_force(setting, venue) != text_of_value(
            setting, value
        ):
            return MEMORY
        where = meant.origins.get(setting.attribute, DEFAULT)
        ours = where == COMMAND_LINE and setting.name not in map(str.upper, self.file.flags)
        return DEMO if ours else where

    def _global(self, setting: Setting) -> str | None:
        if setting.secret or self.settings is None:
            return None
        if setting.name == "MODE" and self.mode:
            return self.mode
        return global_text(setting.attribute, getattr(self.settings.system, setting.attribute))


def canonical(rows: Iterable[SettingLine], context: Context) -> dict[str, SettingLine]:
    """Lines by their keys with prefix; `K_VALUE` and `CRYPTO_K_VALUE` are the same key."""
    found = {}
    for row in rows:
        target = target_of(row.key, context.strategies)
        if target is None or (target.setting and target.setting.secret):
            continue
        found[key_of(target.scope, target.attribute)] = row
    return found


def keys_of(setting: Setting) -> tuple[str, ...]:
    """Every key that says something of a setting: for all venues, then for each."""
    if setting.name in GLOBAL:
        return (setting.name,)
    return tuple(key_of(scope, setting.attribute) for scope in (EVERYWHERE, *VENUES))


def text_of_value(setting: Setting, value: Any) -> str:
    """A value, as config reads it or as the bot publishes it, as text of `.env`."""
    if setting.name == "STRATEGIES" and all(isinstance(one, str) for one in value):
        shares = ((name, float(share or 1)) for name, _, share in (v.partition(":") for v in value))
        return strategies_text(tuple(shares))
    return text_of(setting, value)


def published_values(parameters: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the status says of every venue, by the names inside the program."""
    return {
        venue: {_inside(name): value for name, value in values.items()}
        for venue, values in parameters.items()
    }


def _inside(name: str) -> str:
    return "preset" if name == "STRATEGY_PRESET" else name.lower()
