"""Freed arrays stay with the process: the next trial needs just such arrays at once.

Left to itself the C library hands them back to the system after every trial and asks for them
again, page by page; that took more time than the trial.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # names of glibc's mallopt
_MOST = 1 << 25  # bytes; arrays of four million candles still come from the heap


@cache
def keep_freed_memory() -> None:
    """Once a process; where the C library is another one, nothing happens."""
    if not sys.platform.startswith("linux"):
        return
    with suppress(AttributeError, OSError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_TRIM_THRESHOLD, 1 << 30)
        mallopt(_MMAP_THRESHOLD, _MOST)
