"""Values of the domain as plain JSON or as one flat row, and back again without losing a digit."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from decimal import Decimal
from enum import Enum, IntEnum
from functools import cache
from math import isfinite, isnan, nan
from typing import Any, NamedTuple

Convert = Callable[[Any], Any]


def packed(value: Any) -> Any:
    """A value as JSON can carry it: money as text, enums by value, NaN and infinity as text.

    Raises `TypeError` for anything that is not a value of the domain.
    """
    kind: Any = type(value)
    return _packer(kind)(value)


def unpacked(kind: Any, raw: Any) -> Any:
    """The value of type `kind` that `packed` made `raw` from. Raises `ValueError`, `KeyError`."""
    return _reader(kind)(raw)


def json_of(value: Any) -> str:
    """A value as compact JSON text."""
    return json.dumps(packed(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def clean(text: str) -> str:
    """Text that every database takes: no NUL, no lone surrogate (venues may send both)."""
    if text.isprintable():
        return text
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "�")


@cache
def _packer(kind: Any) -> Convert:
    """How a value of exactly this class becomes JSON."""
    for kinds, convert in _PACKERS:
        if issubclass(kind, kinds):
            return convert
    if not is_dataclass(kind):
        raise TypeError(f"{kind.__name__} cannot be kept in the journal")
    names = [field.name for field in fields(kind)]
    return lambda value: {name: packed(getattr(value, name)) for name in names}


def _number(value: float) -> float | str:
    return value if isfinite(value) else repr(value)


def _listed(values: Any) -> list[Any]:
    return [packed(value) for value in values]


def _mapped(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): packed(value) for key, value in values.items()}


# Order matters: an IntEnum is an int, a StrEnum a str, a NamedTuple a tuple.
_PACKERS: tuple[tuple[Any, Convert], ...] = (
    (Enum, lambda value: value.value),
    (str, clean),
    ((int, types.NoneType), lambda value: value),
    (float, _number),
    (Decimal, str),
    ((tuple, list), _listed),
    (Mapping, _mapped),
)


@cache
def _reader(kind: Any) -> Convert:
    """How raw JSON becomes a `kind`."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _optional_reader(next(part for part in inner if part is not types.NoneType))
    if origin is tuple:
        return _tuple_reader(inner)
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if hasattr(kind, "_fields"):
        readers = [_reader(hint) for hint in typing.get_type_hints(kind).values()]
        return lambda raw: kind(*(read(part) for read, part in zip(readers, raw, strict=False)))
    return kind if kind in (Decimal, float) or _is_enum(kind) else _same


def _optional_reader(kind: Any) -> Convert:
    read = _reader(kind)
    return lambda raw: None if raw is None else read(raw)


def _tuple_reader(inner: tuple[Any, ...]) -> Convert:
    if inner[-1] is Ellipsis:
        read = _reader(inner[0])
        return lambda raw: tuple(read(part) for part in raw)
    readers = [_reader(part) for part in inner]
    return lambda raw: tuple(read(part) for read, part in zip(readers, raw, strict=True))


def _dataclass_reader(kind: Any) -> Convert:
    """Fields that an older version did not write keep their defaults."""
    hints = typing.get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    return lambda raw: kind(**{n: read(raw[n]) for n, read in readers.items() if n in raw})


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _same(raw: Any) -> Any:
    return raw


# ---------------------------------------------------------------- one value, one row


class Cell(NamedTuple):
    """One field of a dataclass as a database column.

    `kind` is int, float, bool or str: what the column holds. `default` is what rows written
    before the field existed are given (`MISSING`: the field always existed).
    """

    name: str
    kind: type
    write: Convert
    read: Convert
    default: Any


@cache
def cells(kind: Hashable) -> tuple[Cell, ...]:
    """The columns of a flat dataclass or NamedTuple. Money and enums become exact text."""
    hints = typing.get_type_hints(kind)
    return tuple(_cell(name, hint, _default(kind, name)) for name, hint in hints.items())


def row_of(value: Any) -> dict[str, Any]:
    """One row: column name to what the database driver takes. NaN is NULL."""
    kind: Any = type(value)
    return {cell.name: cell.write(getattr(value, cell.name)) for cell in cells(kind)}


def value_of(kind: Any, row: Any) -> Any:
    """The value that `row_of` made this row (a mapping) from; other columns are ignored."""
    return kind(**{cell.name: cell.read(row[cell.name]) for cell in cells(kind)})


def _cell(name: str, hint: Any, default: Any) -> Cell:
    inner = typing.get_args(hint)
    if types.NoneType in inner:
        whole = _cell(name, next(part for part in inner if part is not types.NoneType), default)
        return whole._replace(write=_unless_none(whole.write), read=_unless_none(whole.read))
    column = _column(hint)
    written = default if default in (MISSING, None) else column.write(default)
    return Cell(name, column.kind, column.write, column.read, written)


@dataclass(frozen=True, slots=True)
class _Column:
    kind: type
    write: Convert
    read: Convert


def _column(hint: Any) -> _Column:
    if hint is float:
        return _Column(float, _null_for_nan, lambda v: nan if v is None else v)
    if hint is Decimal:
        return _Column(str, str, Decimal)
    if _is_enum(hint):
        return _Column(int if issubclass(hint, IntEnum) else str, lambda v: v.value, hint)
    if hint in (int, bool):
        return _Column(hint, hint, hint)
    if hint is str:
        return _Column(str, clean, _same)
    return _Column(str, json_of, lambda text: unpacked(hint, json.loads(text)))


def _null_for_nan(value: float) -> float | None:
    return None if isnan(value) else value


def _unless_none(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _default(kind: Any, name: str) -> Any:
    if is_dataclass(kind):
        return next(field.default for field in fields(kind) if field.name == name)
    return kind._field_defaults.get(name, MISSING)
