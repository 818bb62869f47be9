"""What `run_backtest.py WORD ...` does besides a backtest: one module a word, loaded on demand.

A module has `HELP`, one sentence, and `perform(words) -> exit code`; it raises what a backtest may
raise, and the words after the command are its own.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from trader.domain.errors import BadInput


def names() -> tuple[str, ...]:
    """Every command there is, sorted."""
    return tuple(sorted(entry.name for entry in pkgutil.iter_modules(__path__)))


def is_command(word: str) -> bool:
    """Whether a word is a command and not a flag of a backtest.

    Raises `BadInput` for a word that is neither, with the nearest command.
    """
    if word in names() or word.startswith("-"):
        return word in names()
    near = get_close_matches(word, names(), n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names())}"
    raise BadInput(f"'{word}' is no command; {hint} (candle files are given with --data)")


def perform(word: str, words: Sequence[str]) -> int:
    """Do what the word says."""
    module = importlib.import_module(f"{__name__}.{word}")
    chosen: Callable[[Sequence[str]], int] = module.perform
    return chosen(words)


def helps() -> dict[str, str]:
    """One sentence on each command, for `--help`."""
    return {name: importlib.import_module(f"{__name__}.{name}").HELP for name in names()}
