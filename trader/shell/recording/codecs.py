"""Values as plain JSON and back, equal to the last digit, by the types that their fields declare.

The journal has a codec of its own: its texts are cleaned for databases, and its old rows must stay
readable. A recording keeps every character and is read by the layout that wrote it.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from math import isfinite
from typing import Any, NamedTuple, cast

import numpy as np

from trader.domain.candles import Candles

Write = Callable[[Any], Any]
Read = Callable[[Any], Any]


class Codec(NamedTuple):
    """`write` makes what JSON can carry, `read` the equal value again (`ValueError` and such when
    it cannot be one)."""

    write: Write
    read: Read


def codec_of(kind: Any) -> Codec:
    """How values of a declared type are written and read. Raises `TypeError` for one unknown."""
    return _codec_of(cast("Hashable", kind))


@cache
def _codec_of(kind: Any) -> Codec:
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    made = _of_generic(typing.get_origin(kind), typing.get_args(kind)) or _of_class(kind)
    if made is None:
        raise TypeError(f"{kind} has no codec: recordings cannot hold it")
    return made


# ---------------------------------------------------------------- single values


def _same(value: Any) -> Any:
    return value


def _number(value: float) -> float | str:
    """NaN and infinity are no JSON; a whole number stays one."""
    return value if isfinite(value) else repr(float(value))


def _number_again(raw: float | str) -> float:
    return float(raw) if isinstance(raw, str) else raw


def _numbers(values: Any) -> list[Any]:
    return [_number(value) for value in values.tolist()]


def _floats(raw: list[Any]) -> Any:
    return np.array([_number_again(value) for value in raw], dtype=np.float64)


_COLUMNS = ("open", "high", "low", "close", "volume", "turnover", "next_open")


def _candles(value: Candles) -> dict[str, Any]:
    """Times as steps: those of candles without a hole are one number again and again."""
    made: dict[str, Any] = {"timeframe": value.timeframe}
    for name in ("time", "next_time"):
        made[name] = np.diff(getattr(value, name), prepend=np.int64(0)).tolist()
    made |= {name: _numbers(getattr(value, name)) for name in _COLUMNS}
    made["hours"] = None if value.hours is None else _candles(value.hours)
    return made


def _candles_again(raw: Mapping[str, Any]) -> Candles:
    times = {n: np.cumsum(np.array(raw[n], dtype=np.int64)) for n in ("time", "next_time")}
    prices = {name: _floats(raw[name]) for name in _COLUMNS}
    hours = None if raw["hours"] is None else _candles_again(raw["hours"])
    columns: dict[str, Any] = times | prices
    return Candles(timeframe=raw["timeframe"], **columns, hours=hours)


_SIMPLE: dict[Any, Codec] = {
    str: Codec(str, _same),
    int: Codec(int, _same),
    bool: Codec(bool, _same),
    float: Codec(_number, _number_again),
    types.NoneType: Codec(_same, _same),
    Decimal: Codec(str, Decimal),
    Candles: Codec(_candles, _candles_again),
    # only texts and numbers of settings are declared like this
    Any: Codec(_same, _same),
}


# ---------------------------------------------------------------- values made of values


def _of_generic(origin: Any, inner: tuple[Any, ...]) -> Codec | None:
    if origin in (types.UnionType, typing.Union):
        return _union(inner)
    if origin is tuple:
        return _several(inner[0]) if inner[-1] is Ellipsis else _row(tuple, inner)
    if origin in (list, frozenset):
        return _several(inner[0], origin)
    if origin is not None and issubclass(origin, (Mapping, types.MappingProxyType)):
        return _mapping(inner[1], frozen=origin is types.MappingProxyType)
    return None


def _of_class(kind: Any) -> Codec | None:
    if not isinstance(kind, type):
        return None
    if issubclass(kind, Enum):
        return Codec(lambda value: value.value, kind)
    if is_dataclass(kind):
        return _fields(kind)
    if hasattr(kind, "_fields"):
        made = _row(tuple, tuple(typing.get_type_hints(kind).values()))
        return Codec(made.write, lambda raw: kind(*made.read(raw)))
    return None


def _union(inner: tuple[Any, ...]) -> Codec:
    """One of several classes, told apart by name; or one type that may be absent."""
    kinds = [kind for kind in inner if kind is not types.NoneType]
    if len(kinds) == 1:
        one = codec_of(kinds[0])
        return Codec(
            lambda value: None if value is None else one.write(value),
            lambda raw: None if raw is None else one.read(raw),
        )
    named = {kind.__name__: codec_of(kind) for kind in kinds}
    return Codec(
        lambda value: [type(value).__name__, named[type(value).__name__].write(value)],
        lambda raw: named[raw[0]].read(raw[1]),
    )


def _several(inner: Any, made: Callable[[Any], Any] = tuple) -> Codec:
    one = codec_of(inner)
    ordered = sorted if made is frozenset else _same
    return Codec(
        lambda values: [one.write(value) for value in ordered(values)],
        lambda raw: made(one.read(value) for value in raw),
    )


def _row(made: Callable[[Any], Any], inner: tuple[Any, ...]) -> Codec:
    parts = [codec_of(part) for part in inner]
    return Codec(
        lambda values: [p.write(v) for p, v in zip(parts, values, strict=True)],
        lambda raw: made(p.read(v) for p, v in zip(parts, raw, strict=True)),
    )


def _mapping(inner: Any, *, frozen: bool) -> Codec:
    one = codec_of(inner)

    def read(raw: Mapping[str, Any]) -> Any:
        made = {name: one.read(value) for name, value in raw.items()}
        return types.MappingProxyType(made) if frozen else made

    return Codec(lambda values: {name: one.write(v) for name, v in values.items()}, read)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    codec: Codec


def _fields(kind: type) -> Codec:
    """A dataclass by the names of its fields; one that was not written has its default."""
    hints = typing.get_type_hints(kind)
    parts = [_Field(f.name, codec_of(hints[f.name])) for f in fields(cast("Any", kind))]

    def read(raw: Mapping[str, Any]) -> Any:
        return kind(**{p.name: p.codec.read(raw[p.name]) for p in parts if p.name in raw})

    return Codec(lambda v: {p.name: p.codec.write(getattr(v, p.name)) for p in parts}, read)
