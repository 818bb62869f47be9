"""Settings of a run against those of another run or of the bot, however they are written."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose
from typing import Any

from dashboard.figures import DASH


def same(one: Any, other: Any) -> bool:
    """Whether two values of a setting mean the same, however they were written down."""
    numbers = (int, float)
    plain_numbers = not isinstance(one, bool) and not isinstance(other, bool)
    if plain_numbers and isinstance(one, numbers) and isinstance(other, numbers):
        return isclose(one, other, rel_tol=1e-12)
    return plain(one) == plain(other)


def plain(value: Any) -> str:
    """A setting as one would type it."""
    if value is None:
        return DASH
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ",".join(map(plain, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def unlike(run: Mapping[str, Any], live: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """The settings that both have and that differ: name, of the run, of the bot.

    What the bot leaves to the venue (null, such as the fee) is no difference.
    """
    bot = _as_a_run(live)
    both = [key for key in run if bot.get(key) is not None]
    return [(key, run[key], bot[key]) for key in both if not same(run[key], bot[key])]


def _as_a_run(live: Mapping[str, Any]) -> dict[str, Any]:
    """The bot's parameters by the names of `result.json`; a strategy's own ones beside others."""
    found = {key: value for key, value in live.items() if key != "THRESHOLDS"}
    own = live.get("THRESHOLDS")
    for strategy, values in own.items() if isinstance(own, Mapping) else ():
        if isinstance(values, Mapping):
            found |= {f"{strategy}_{name}".upper(): value for name, value in values.items()}
    return found
