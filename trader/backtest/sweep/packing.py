"""Lays candles once where every worker process can look at them, however many there are."""

from __future__ import annotations

import copyreg
import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from trader.domain.errors import BadInput

_ALIGNED = 64  # bytes: a cache line, more than any array asks for
_SHELF = Path("/dev/shm")  # noqa: S108 - only asked how much room there is
MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Packed:
    """A value as bytes: `data` is the value without its arrays, `arrays` are those of its arrays.

    What is made of it again has arrays that look into these bytes and cannot be written.
    """

    data: bytes
    arrays: tuple[bytes | memoryview, ...]

    def value(self) -> Any:
        """The value, nothing copied. Only what `packed` made may be read: pickles can do harm."""
        return pickle.loads(self.data, buffers=self.arrays)  # noqa: S301 - made by ourselves

    def whole(self) -> Packed:
        """The same with bytes of its own, which can be sent elsewhere."""
        return Packed(self.data, tuple(bytes(array) for array in self.arrays))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a packed value lies in shared memory: `spans` are (first byte, length) of arrays."""

    name: str
    data: bytes
    spans: tuple[tuple[int, int], ...]


def _read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)  # the type itself has no name that a pickle could hold


class _Pickler(pickle.Pickler):
    """Also takes read-only mappings, in which parameters keep strategies' thresholds."""

    dispatch_table: ClassVar[dict[type, Any]] = {  # type: ignore[misc]
        **copyreg.dispatch_table,
        MappingProxyType: lambda mapping: (_read_only, (dict(mapping),)),
    }


class _Lent(SharedMemory):
    """Shared memory into which arrays look until the process ends: it is never closed by hand."""

    def close(self) -> None:
        """Leave it open; the memory goes with the process."""


def packed(value: Any) -> Packed:
    """Take a value apart; its arrays are not copied."""
    arrays: list[pickle.PickleBuffer] = []
    text = BytesIO()
    _Pickler(text, protocol=5, buffer_callback=arrays.append).dump(value)
    return Packed(text.getvalue(), tuple(array.raw() for array in arrays))


@contextmanager
def shared(value: Any) -> Iterator[Address]:
    """Lay a value into shared memory while inside. Raises `BadInput` when there is no room."""
    parts = packed(value)
    spans = _spans(parts.arrays)
    size = max(1, sum(spans[-1]) if spans else 0)
    _refuse_without_room(size)
    memory = SharedMemory(create=True, size=size)
    try:
        for (first, length), array in zip(spans, parts.arrays, strict=True):
            _view(memory)[first : first + length] = array
        yield Address(memory.name, parts.data, spans)
    finally:
        memory.close()
        memory.unlink()


def borrowed(address: Address) -> Any:
    """The value that lies there, its arrays read-only and not copied; for the whole process."""
    view = _view(_Lent(address.name)).toreadonly()
    arrays = tuple(view[first : first + length] for first, length in address.spans)
    return Packed(address.data, arrays).value()


def _view(memory: SharedMemory) -> memoryview:
    view = memory.buf
    if view is None:
        raise ValueError("the shared memory is closed")
    return view


def _spans(arrays: Sequence[bytes | memoryview]) -> tuple[tuple[int, int], ...]:
    spans, first = [], 0
    for array in arrays:
        length = len(array)
        spans.append((first, length))
        first += -(-length // _ALIGNED) * _ALIGNED
    return tuple(spans)


def _refuse_without_room(size: int) -> None:
    """Memory that is promised and not there would end the process without a word."""
    if not _SHELF.is_dir() or not hasattr(os, "statvfs"):
        return
    found = os.statvfs(_SHELF)
    free = found.f_bavail * found.f_frsize
    if size > free:
        raise BadInput(
            f"the candles need {size / MEGABYTE:,.0f} MB of shared memory and {_SHELF} has "
            f"{free / MEGABYTE:,.0f} MB left: enlarge it (docker run --shm-size=...), or use "
            "--workers 1"
        )
