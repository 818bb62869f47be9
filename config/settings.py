"""Settings in force: read from file and flags, checked as a whole, compared, never half applied."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

from config.cross_rules import global_text, problems_of_venue, problems_when_live
from config.effective import Effective, Sources, effective
from config.env_file import EnvFile
from config.errors import Problem, SettingsError
from config.reading import Context, Given, Layer, layer_of_file, layer_of_flags
from config.schema import BY_ATTRIBUTE, EVERYWHERE, GLOBAL, VENUES
from config.secret import Secret
from config.setting import text_of
from config.system import System

MASKED = "***"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is set. `parameters[venue]` are plain values by lower-case name.

    `by_venue` holds all venues there are, traded or not. `origins["upbit"]["k_value"]` tells
    where a value comes from (`.env:17`, `command line`, `preset day`, `default`). `changed`
    counts the keys that differ from their default; `version` is equal when the values are.
    """

    system: System
    secrets: Mapping[str, Secret]
    by_venue: Mapping[str, Effective] = field(repr=False)
    given: Mapping[str, Given] = field(repr=False)
    changed: int
    version: str

    @property
    def mode(self) -> str:
        """demo, paper, testnet or live."""
        return self.system.mode

    @property
    def venues(self) -> tuple[str, ...]:
        """The venues to trade on."""
        return self.system.venues

    @property
    def parameters(self) -> dict[str, Mapping[str, Any]]:
        """Effective trading parameters of each venue that is traded."""
        return {venue: self.by_venue[venue].values for venue in self.venues}

    @property
    def origins(self) -> dict[str, Mapping[str, str]]:
        """Where each of them comes from."""
        return {venue: self.by_venue[venue].origins for venue in self.venues}


@dataclass(frozen=True, slots=True)
class Change:
    """One key that reads differently than before. Texts as in `.env`, a secret's masked.

    A key that was not there has the value in force and where it came from: `0.5 (default)`.
    """

    key: str
    old: str
    new: str
    hot: bool


def load(env: EnvFile, flags: Mapping[str, str], context: Context) -> Settings:
    """All settings, from the command line (names in either case), the file, presets, defaults.

    Raises `SettingsError` with every problem of file and flags; then nothing is to be applied.
    """
    sources, problems = sources_of(env, flags, context)
    in_flags, in_file = sources.flags, sources.file
    given = _global_given(in_flags, in_file)
    values = {name: _global_value(name, given) for name in GLOBAL}
    by_venue = {venue: effective(venue, sources) for venue in VENUES}
    problems += _cross(values, given, by_venue, context, env)
    if problems:
        raise SettingsError(dict.fromkeys(_in_order(problems)))
    written = {g.key: g for layer in (in_file, in_flags) for g in layer.values()}
    return _settings(values, by_venue, written, context)


def load_daemon(
    env: EnvFile, flags: Mapping[str, str], context: Context, demo_preset: str
) -> Settings:
    """The same for a daemon, which in demo mode has a preset of its own while nobody chose one."""
    settings = load(env, flags, context)
    chosen = any("STRATEG" in key or "TIMEFRAME" in key for key in env.entries)
    if settings.mode != "demo" or chosen or not demo_preset:
        return settings
    return load(env, {"STRATEGY_PRESET": demo_preset, **flags}, context)


def sources_of(
    env: EnvFile, flags: Mapping[str, str], context: Context
) -> tuple[Sources, list[Problem]]:
    """Where values come from, read but not yet put together, and what is wrong with them."""
    in_flags, problems = layer_of_flags(flags, context)
    in_file, more = layer_of_file(env, context)
    mode = str(_global_value("MODE", _global_given(in_flags, in_file)))
    return Sources(in_flags, in_file, context, context.strictest(mode)), problems + more


def _in_order(problems: list[Problem]) -> list[Problem]:
    """By line, what has no line first."""

    def line_of(problem: Problem) -> int:
        number = problem.where.rpartition(":")[2]
        return int(number) if number.isdecimal() else 0

    return sorted(problems, key=line_of)


def _global_given(flags: Layer, file: Layer) -> dict[str, Given]:
    """Global settings that were written down, by attribute; a flag beats the file."""
    both = {**file, **flags}
    return {attribute: given for (scope, attribute), given in both.items() if not scope}


def _global_value(name: str, given: Mapping[str, Given]) -> Any:
    setting = GLOBAL[name]
    if setting.attribute in given:
        return given[setting.attribute].value
    return Secret() if setting.secret else setting.default


def _cross(
    values: Mapping[str, Any],
    given: Mapping[str, Given],
    by_venue: Mapping[str, Effective],
    context: Context,
    env: EnvFile,
) -> Iterator[Problem]:
    lower = {name.lower(): value for name, value in values.items()}
    if context.purpose == "daemon":
        yield from problems_when_live(lower, given, env.name)
    for venue in values["VENUES"]:
        mode = context.strictest(values["MODE"]) if context.purpose == "daemon" else "backtest"
        yield from problems_of_venue(by_venue[venue], mode, context)


def _settings(
    values: Mapping[str, Any],
    by_venue: Mapping[str, Effective],
    written: Mapping[str, Given],
    context: Context,
) -> Settings:
    plain = {n.lower(): v for n, v in values.items() if not GLOBAL[n].secret}
    secrets = {n: v for n, v in values.items() if GLOBAL[n].secret}
    frozen = {name: _frozen(venue) for name, venue in by_venue.items()}
    traded = {venue: dict(by_venue[venue].values) for venue in values["VENUES"]}
    return Settings(
        System(**plain),
        MappingProxyType(secrets),
        MappingProxyType(frozen),
        MappingProxyType(dict(written)),
        sum(_differs(given, context) for given in written.values()),
        _version({"system": plain, "parameters": traded}),
    )


def _frozen(venue: Effective) -> Effective:
    return replace(
        venue, values=MappingProxyType(dict(venue.values)), given=MappingProxyType(venue.given)
    )


def _version(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def _differs(given: Given, context: Context) -> bool:
    setting = given.target.setting
    if setting is None:
        strategy, name = given.target.threshold or ("", "")
        return bool(given.value != context.strategies[strategy][name])
    if setting.secret:
        return bool(given.value)
    return bool(given.value != setting.default_for(given.target.scope, context.purpose))


def diff(old: Settings, new: Settings) -> list[Change]:
    """The keys that read differently, in the order of their names."""
    keys = sorted(old.given.keys() | new.given.keys())
    changed = [key for key in keys if _value(old, key) != _value(new, key)]
    return [_change(key, old, new) for key in changed]


def _value(settings: Settings, key: str) -> Any:
    given = settings.given.get(key)
    return given.value if given else None


def _change(key: str, old: Settings, new: Settings) -> Change:
    given = old.given.get(key) or new.given[key]
    setting = given.target.setting
    hot = setting.hot if setting else True
    return Change(key, _text(old, given), _text(new, given), hot)


def _text(settings: Settings, key: Given) -> str:
    """The value of a key as text; when it is not written down, the one in force instead."""
    given = settings.given.get(key.key)
    if key.target.setting and key.target.setting.secret:
        return MASKED if given and given.value else ""
    if given:
        return given.canonical
    value, origin = _in_force(settings, key)
    return f"{value} ({origin})"


def _in_force(settings: Settings, key: Given) -> tuple[str, str]:
    attribute, scope = key.target.attribute, key.target.scope
    if not scope:
        return global_text(attribute, getattr(settings.system, attribute)), "default"
    venue = settings.by_venue[settings.venues[0] if scope == EVERYWHERE else scope]
    if key.target.threshold:
        strategy, name = key.target.threshold
        number = venue.values["thresholds"].get(strategy, {}).get(name)
        return ("" if number is None else f"{number:g}"), "default"
    text = text_of(BY_ATTRIBUTE[attribute], venue.values[attribute])
    return text, venue.origins[attribute]


def restart_needed(changes: list[Change]) -> tuple[str, ...]:
    """The keys among the changes that wait for a restart."""
    return tuple(change.key for change in changes if not change.hot)


def without_restart(running: Settings, new: Settings) -> Settings:
    """What may be in force at once: new values of hot settings, running values of the others."""
    hot = {
        f.name: getattr(new.system, f.name) for f in fields(System) if GLOBAL[f.name.upper()].hot
    }
    return replace(new, system=replace(running.system, **hot), secrets=running.secrets)
