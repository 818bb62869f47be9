"""ccxt with the exchanges that we trade: the hundred others cost a start time and memory."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

_PACKAGES = frozenset({"ccxt", "ccxt.async_support", "ccxt.pro"})


class _Absent(MetaPathFinder, Loader):
    """Stands in for the modules of exchanges that are not `wanted`: each of them is a plain file
    in one of ccxt's packages, whose only use is a class of the same name."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Of what stays away; None leaves a module to the usual finders."""
        package, _, name = fullname.rpartition(".")
        if package not in _PACKAGES or name in self._wanted or not path:
            return None
        if (Path(path[0]) / name).is_dir():
            return None
        return ModuleSpec(fullname, self)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """An ordinary, empty module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """The class that the package wants to name; None for the rest of the process."""
        setattr(module, module.__name__.rpartition(".")[2], None)


def ccxt_pro(wanted: Collection[str]) -> Any:
    """The module `ccxt.pro`, in which at least the exchanges `wanted` (ccxt's names) are there.

    Should ccxt one day be built otherwise, all of it is loaded.
    """
    absent = _Absent(wanted)
    sys.meta_path.insert(0, absent)
    try:
        return import_module("ccxt.pro")
    except Exception:  # noqa: BLE001  an exchange that needs another one
        _forget()
    finally:
        sys.meta_path.remove(absent)
    return import_module("ccxt.pro")


def _forget() -> None:
    """What was loaded halfway."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "ccxt"]:
        del sys.modules[name]
