"""Turns keys and texts, from `.env` or the command line, into checked values of settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from config.env_file import EnvFile
from config.errors import Problem
from config.presets import Preset, presets
from config.schema import Target, Thresholds, did_you_mean, target_of
from config.secret import Secret
from config.setting import Kind, Setting, text_of
from config.values import BadValue, Names, number_of, parse

Purpose = Literal["daemon", "backtest"]
COMMAND_LINE = "command line"
_LIKE_A_SECRET = re.compile(r"=|KEY|SECRET|TOKEN|PASS|://[^/]*@", re.IGNORECASE)
_KEY_LIKE = re.compile(r"[A-Z][A-Z0-9_]{0,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Context:
    """What settings are read for: the strategies there are, with their declared thresholds.

    A `daemon` has other defaults than a `backtest`, which has no clock and no orders in flight.
    `running_mode`: the mode of a running daemon, which a reload cannot change.
    """

    strategies: Thresholds = field(default_factory=dict)
    purpose: Purpose = "daemon"
    running_mode: str = ""

    @property
    def presets(self) -> dict[str, Preset]:
        """The presets that these strategies make possible."""
        return presets(self.strategies)

    def strictest(self, mode: str) -> str:
        """The mode whose rules hold: `live` when it is live already, whatever the file says."""
        return "live" if "live" in (mode, self.running_mode) else mode

    @property
    def names(self) -> Names:
        """What values may name."""
        return Names(tuple(self.strategies), tuple(self.presets))


@dataclass(frozen=True, slots=True)
class Given:
    """A value that somebody wrote down. `where`: `.env:17` or `command line`."""

    key: str
    where: str
    target: Target
    value: Any = field(repr=False)
    text: str | None = field(repr=False)  # None: must not be shown

    def problem(self, reason: str, allowed: str = "") -> Problem:
        """Say that this value is wrong."""
        return Problem(self.where, self.key, self.text, reason, allowed)

    @property
    def canonical(self) -> str:
        """The value as the program would write it."""
        setting = self.target.setting
        return text_of(setting, self.value) if setting else f"{self.value:g}"


Layer = Mapping[tuple[str, str], Given]  # (scope, attribute)


def layer_of_file(env: EnvFile, context: Context) -> tuple[Layer, list[Problem]]:
    """What a `.env` gives, and everything that is wrong with it."""
    rows = [(key, entry.text, env.place(key)) for key, entry in env.entries.items()]
    layer, problems = _layer(rows, context)
    return layer, [*env.problems, *problems]


def layer_of_flags(flags: Mapping[str, str], context: Context) -> tuple[Layer, list[Problem]]:
    """What the command line gives: names in either case, with or without a venue's prefix."""
    rows = [(key.upper(), text, COMMAND_LINE) for key, text in flags.items()]
    return _layer(rows, context)


def _layer(
    rows: Iterable[tuple[str, str, str]], context: Context
) -> tuple[dict[tuple[str, str], Given], list[Problem]]:
    layer: dict[tuple[str, str], Given] = {}
    problems: list[Problem] = []
    names = context.names
    for key, text, where in rows:
        found = _given(key, text, where, names, context)
        place = (found.target.scope, found.target.attribute) if isinstance(found, Given) else None
        if isinstance(found, Problem):
            problems.append(found)
        elif place in layer:
            problems.append(found.problem(f"says the same as {layer[place].key}: keep one"))
        else:
            layer[(found.target.scope, found.target.attribute)] = found
    return layer, problems


def _given(key: str, text: str, where: str, names: Names, context: Context) -> Given | Problem:
    target = target_of(key, context.strategies)
    if target is None:
        return _unknown(key, where, context)
    shown = shown_text(text, secret=bool(target.setting and target.setting.secret))
    try:
        value = parse(target.setting, text, names) if target.setting else number_of(text)
    except BadValue as error:
        return Problem(where, key, shown, str(error), _allowed(target.setting, names))
    return Given(key, where, target, _wrapped(target.setting, value), shown)


def _allowed(setting: Setting | None, names: Names) -> str:
    if setting is None:
        return "a number"
    if setting.kind is Kind.PRESET:
        return ", ".join([*names.presets, "none"])
    return setting.allowed()


def _wrapped(setting: Setting | None, value: Any) -> Any:
    return Secret(value) if setting and setting.secret else value


def _unknown(key: str, where: str, context: Context) -> Problem:
    """An unknown key; its value is not shown, nor a key that could be a piece of a secret."""
    like = did_you_mean(key, context.strategies)
    hint = f" (did you mean {like}?)" if like else " (.env.example lists them all)"
    name = key if _KEY_LIKE.fullmatch(key) else ""
    return Problem(where, name, None, "unknown setting" + hint)


def shown_text(text: str, *, secret: bool) -> str | None:
    """A value as an error may show it: short, printable, and never a secret's."""
    if secret or _LIKE_A_SECRET.search(text):
        return None
    printable = "".join(c if c.isprintable() else "?" for c in text)
    return printable if len(printable) <= 60 else printable[:57] + "..."
