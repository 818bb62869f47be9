"""Compiles the kernel and the rules that it calls, once a machine; later runs load them from disk.

numba looks only at the file of the outermost function when it asks whether its cache is stale. So
the folder of the cache carries a fingerprint of every file that is compiled: a changed rule can
never be served by yesterday's machine code.
"""

from __future__ import annotations

import importlib
import inspect
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

KERNEL = "trader.backtest.fast.kernel"
MODULES = (
    "trader.domain.time",
    "trader.rules.costs",
    "trader.rules.exits",
    "trader.rules.fills",
    "trader.rules.leverage",
    "trader.rules.limits",
    "trader.rules.sizing",
    "trader.risk.limits",
    "trader.backtest.fast.kernel.forms",
    "trader.backtest.fast.kernel.spread",
    "trader.backtest.fast.kernel.blocks",
    "trader.backtest.fast.kernel.money",
    "trader.backtest.fast.kernel.position",
    "trader.backtest.fast.kernel.size",
    "trader.backtest.fast.kernel.rows",
    "trader.backtest.fast.kernel.going",
    "trader.backtest.fast.kernel.entry",
    "trader.backtest.fast.kernel.holding",
    "trader.backtest.fast.kernel.resting",
    "trader.backtest.fast.kernel.rounds",
)
AS_PYTHON = "TRADER_KERNEL"  # set to "python": the kernel runs uncompiled, for tests of the kernel
Kernel = Callable[..., None]
# Nothing is allocated inside, so nothing is counted: handing thirty arrays on costs nothing.
OPTIONS: dict[str, Any] = {"error_model": "numpy", "_nrt": False, "forceinline": True}


@cache
def compiled(module: str, name: str) -> Kernel:
    """A function of the kernel, compiled; says so when that takes a while."""
    modules = [importlib.import_module(path) for path in MODULES]
    chosen: Kernel = getattr(importlib.import_module(f"{KERNEL}.{module}"), name)
    if os.environ.get(AS_PYTHON) == "python":
        return chosen
    import numba

    _prepare(tuple(modules))
    made: Kernel = numba.njit(cache=True, nogil=True, **OPTIONS)(chosen)
    return made


@cache
def _prepare(modules: tuple[ModuleType, ...]) -> None:
    """Tell numba where its cache is, and which functions may be compiled."""
    import numba
    from numba.extending import register_jitable

    folder = cache_folder(modules)
    if not folder.exists():
        sys.stderr.write(
            "the first run on this machine compiles the fast engine: half a minute, once\n"
        )
    setattr(numba.config, "CACHE_DIR", str(folder))  # noqa: B010 - numba does not declare it
    for module in modules:
        for function in _functions(module):
            register_jitable(**OPTIONS)(function)


def _functions(module: ModuleType) -> Iterator[Any]:
    """Plain functions written in this module."""
    for _, function in inspect.getmembers(module, inspect.isfunction):
        if isinstance(function, FunctionType) and function.__module__ == module.__name__:
            yield function


def cache_folder(modules: Sequence[ModuleType]) -> Path:
    """Where the compiled code of exactly these sources lies (NUMBA_CACHE_DIR outranks it)."""
    from numba import __version__

    prints = sha256(f"{sys.version} {__version__} {OPTIONS}".encode())
    for module in modules:
        prints.update(Path(str(module.__file__)).read_bytes())
    given = os.environ.get("NUMBA_CACHE_DIR")
    return (Path(given) if given else _own_folder()) / f"kernel-{prints.hexdigest()[:16]}"


def _own_folder() -> Path:
    """`data/cache` of the project; where that cannot be written, the system's temporary folder."""
    own = Path(__file__).parents[3] / "data" / "cache"
    try:
        own.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / f"trader-{os.getuid() if hasattr(os, 'getuid') else 0}"
    return own if os.access(own, os.W_OK) else Path(tempfile.gettempdir()) / "trader"
