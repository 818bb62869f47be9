"""Which strategies there are: every class in this folder, and in a folder of the user's own."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

from trader.domain.errors import BadInput
from trader.strategies.base import Strategy


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Strategies by name."""

    strategies: Mapping[str, Strategy]

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self.strategies))

    def thresholds(self) -> dict[str, dict[str, float]]:
        """Each strategy's declared thresholds with their defaults; settable as STRATEGY_NAME."""
        return {name: dict(self.strategies[name].thresholds) for name in self.names}

    def get(self, name: str) -> Strategy:
        """Raises `BadInput` for an unknown name, with the nearest known one."""
        if name in self.strategies:
            return self.strategies[name]
        near = get_close_matches(name, self.names, n=1, cutoff=0.5)
        hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(self.names)}"
        raise BadInput(f"there is no strategy '{name}'; {hint}")


def discover(folder: Path | None = None) -> Catalogue:
    """Find the built-in strategies and those in `folder`, one file each, when it exists.

    Raises `BadInput` when a user's file cannot be read as Python or takes a name twice.
    """
    found: dict[str, Strategy] = {}
    for module in (*_built_in(), *_own(folder)):
        for strategy in _in_module(module):
            if strategy.name in found:
                taken = f"the strategy name '{strategy.name}' is taken; choose another"
                raise BadInput(f"{module.__file__}: {taken}")
            found[strategy.name] = strategy
    return Catalogue(found)


def of_file(path: Path) -> Catalogue:
    """The strategies of one file of the user's own, wherever it lies.

    Raises `BadInput` when it is missing, cannot be read as Python or holds no strategy.
    """
    if not path.is_file():
        raise BadInput(f"{path}: no such file")
    module = _loaded(path)
    try:
        found = {strategy.name: strategy for strategy in _in_module(module)}
    except (Exception, SystemExit) as error:  # whatever a user's own code does
        raise BadInput(f"{path}: its strategy cannot be made ({error}); correct it") from error
    if not found:
        raise BadInput(f"{path} holds no strategy; see docs/strategies.md for a complete one")
    return Catalogue(found)


def _built_in() -> Iterator[ModuleType]:
    package = importlib.import_module("trader.strategies")
    for entry in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"trader.strategies.{entry.name}")


def _own(folder: Path | None) -> Iterator[ModuleType]:
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith("_"):
            yield _loaded(path)


def _loaded(path: Path) -> ModuleType:
    loader = SourceFileLoader(f"own_strategies.{path.stem}", str(path))
    module = ModuleType(loader.name)
    module.__file__ = str(path)
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever a user's own code does
        raise BadInput(f"{path} cannot be used ({error}); correct or remove it") from error
    return module


def _in_module(module: ModuleType) -> Iterator[Strategy]:
    """Instances of the concrete strategies that were written in this module."""
    for _, kind in inspect.getmembers(module, inspect.isclass):
        is_own = kind.__module__ == module.__name__
        if is_own and issubclass(kind, Strategy) and not inspect.isabstract(kind):
            yield kind()
