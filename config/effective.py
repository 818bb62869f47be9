"""Which value of each parameter is in force on a venue, and where it comes from.

Lookup: the venue's own key, CRYPTO_ (or no prefix), the preset, the default; a flag beats all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.presets import Preset, scaled
from config.reading import Context, Given, Layer
from config.schema import EVERYWHERE, QUOTES, TRADING
from config.setting import Setting

DEFAULT = "default"
ORDER_ROOM = 1.25  # a fat-finger cap this far above the largest order that sizing can want


@dataclass(frozen=True, slots=True)
class Sources:
    """Where values may come from: the command line first, then the file."""

    flags: Layer
    file: Layer
    context: Context
    mode: str

    def given(self, venue: str, attribute: str) -> Given | None:
        """What was written down for a parameter of a venue; None: nothing."""
        for layer in (self.flags, self.file):
            for scope in (venue, EVERYWHERE):
                if (scope, attribute) in layer:
                    return layer[scope, attribute]
        return None


@dataclass(frozen=True, slots=True)
class Effective:
    """All parameters of one venue. `origins`: `.env:17`, `command line`, `preset day`, `default`.

    `given` holds what was written down; `values["thresholds"]` is {strategy: {name: number}}.
    """

    venue: str
    values: Mapping[str, Any]
    origins: Mapping[str, str]
    given: Mapping[str, Given]


def effective(venue: str, sources: Sources) -> Effective:
    """Look every parameter up; trading mode and derived defaults included."""
    preset = _preset(venue, sources)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    given: dict[str, Given] = {}
    for setting in TRADING.values():
        written = sources.given(venue, setting.attribute)
        if written:
            given[setting.attribute] = written
        values[setting.attribute], origins[setting.attribute] = _looked_up(
            setting, venue, written, preset, sources
        )
    _scale(values, given)
    _derive(values, origins, venue, sources)
    values["thresholds"] = _thresholds(venue, values["strategies"], sources, given)
    return Effective(venue, values, origins | {n: g.where for n, g in given.items()}, given)


def _preset(venue: str, sources: Sources) -> Preset | None:
    setting = TRADING["STRATEGY_PRESET"]
    written = sources.given(venue, setting.attribute)
    default = setting.default_for(venue, sources.context.purpose)
    return sources.context.presets.get(written.value if written else default)


def _looked_up(
    setting: Setting, venue: str, written: Given | None, preset: Preset | None, sources: Sources
) -> tuple[Any, str]:
    if written and setting.attribute == "symbols":
        return symbols_of(venue, written, sources.context), written.where
    if written:
        return written.value, written.where
    if preset and setting.attribute in preset.values:
        return preset.values[setting.attribute], f"preset {preset.name}"
    live = sources.mode == "live"
    return setting.default_for(venue, sources.context.purpose, live=live), DEFAULT


def symbols_of(venue: str, written: Given, context: Context) -> tuple[str, ...]:
    """`BTC/KRW` for a bare `BTC` on Upbit; those quoted otherwise belong to another venue.

    A backtest takes them as they are: its files may hold any quote.
    """
    if context.purpose == "backtest":
        return tuple(written.value)
    quoted = [s if "/" in s else f"{s}/{QUOTES[venue]}" for s in written.value]
    return tuple(s for s in quoted if s.endswith(f"/{QUOTES[venue]}"))


def _scale(values: dict[str, Any], given: Mapping[str, Given]) -> None:
    for attribute in values.keys() - given.keys():
        values[attribute] = scaled(attribute, values[attribute], values["trading_mode"])
    values["max_position_size"] = min(values["max_position_size"], 1.0)


def _derive(values: dict[str, Any], origins: dict[str, str], venue: str, sources: Sources) -> None:
    """The daemon's fat-finger cap follows the sizes that are allowed, or it would forbid them."""
    name = "max_order_equity_share"
    if sources.context.purpose == "backtest" or origins[name] != DEFAULT:
        return
    largest = values["max_position_size"] or 1.0
    leverage = values["max_leverage"] if venue == "binance_futures" else 1.0
    values[name] = round(ORDER_ROOM * largest * leverage, 12)


def _thresholds(
    venue: str,
    strategies: tuple[tuple[str, float], ...],
    sources: Sources,
    given: dict[str, Given],
) -> dict[str, dict[str, float]]:
    """The declared parameters of the strategies at work, as given or by default."""
    found: dict[str, dict[str, float]] = {}
    for strategy, _ in strategies:
        for name, default in sources.context.strategies.get(strategy, {}).items():
            written = sources.given(venue, f"{strategy}.{name}")
            if written:
                given[f"{strategy}.{name}"] = written
            found.setdefault(strategy, {})[name] = written.value if written else default
    return found
