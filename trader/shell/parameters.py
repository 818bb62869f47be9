"""Translates settings (plain values by name) into the engine's parameters of one venue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from trader.domain.errors import BadInput
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.time import Timeframe

_NAMES = frozenset(field.name for field in fields(Parameters))
_TIMEFRAMES = ("timeframe", "atr_filter_timeframe")


def parameters_of(values: Mapping[str, Any]) -> Parameters:
    """The parameters that these values stand for; what is not among them has its default.

    `strategies` is a sequence of (name, share), timeframes are texts (`15m`), `thresholds` is
    {strategy: {name: number}}. Raises `BadInput` for a name that is no parameter.
    """
    unknown = sorted(values.keys() - _NAMES)
    if unknown:
        raise BadInput(f"'{unknown[0]}' is no trading parameter; .env.example lists them all")
    return Parameters(**{name: _translated(name, value) for name, value in values.items()})


def _translated(name: str, value: Any) -> Any:
    if name == "strategies":
        return tuple(StrategyShare(strategy, share) for strategy, share in value)
    if name in _TIMEFRAMES:
        return Timeframe.parse(value)
    if name == "thresholds":
        frozen = {s: MappingProxyType(dict(numbers)) for s, numbers in value.items()}
        return MappingProxyType(frozen)
    return tuple(value) if isinstance(value, list) else value
