"""What there is to choose from: strategies, presets, parameters, for `--help` and for settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import fill
from typing import Any

from config.presets import Preset, presets
from config.schema import TRADING
from config.setting import text_of
from trader.backtest.commands import helps
from trader.domain.parameters import Parameters


def declared() -> dict[str, Mapping[str, float]]:
    """All strategies there are, with their own parameters and defaults."""
    from trader.strategies.catalogue import discover

    strategies = discover().strategies
    return {name: strategies[name].thresholds for name in sorted(strategies)}


def in_force(parameters: Parameters, fee: float) -> dict[str, Any]:
    """Every parameter of a run by the name in which users write it; `fee` is the venue's or theirs.

    A strategy's own are among them (`RSI_REVERSION_RSI_LOW`).
    """
    shown = parameters.shown() | {"FEE": fee}
    own = shown.pop("THRESHOLDS")
    return shown | {
        f"{strategy}_{name}".upper(): value
        for strategy, values in own.items()
        for name, value in values.items()
    }


def choices_text() -> str:
    """Strategies, presets and parameters, as the end of `--help`."""
    strategies = declared()
    lines = _commands()
    lines += ["strategies:", _wrapped(strategies), "", "presets:"]
    lines += [f"  {preset.name:<20} {preset.en}" for preset in _shown_presets(strategies)]
    lines += [
        "  <strategy>_1h        any strategy on 1h candles",
        "",
        "trading parameters (--set):",
    ]
    lines += [_parameter_line(name) for name in TRADING]
    own = [f"{s}_{name}".upper() for s, names in strategies.items() for name in names]
    lines += ["", "strategies' own parameters (--set):", _wrapped(own), ""]
    lines += ["exit codes: 0 done, 1 failed, 2 wrong usage, settings or data, 130 interrupted"]
    return "\n".join(lines)


def _commands() -> list[str]:
    shown = [f"  {name:<20} {text}" for name, text in helps().items()]
    return ["commands (run_backtest.py COMMAND --help):", *shown, ""] if shown else []


def _shown_presets(strategies: Iterable[str]) -> list[Preset]:
    return [p for p in presets(strategies).values() if not p.name.endswith("_1h")]


def _parameter_line(name: str) -> str:
    setting = TRADING[name]
    default = setting.default_for("", "backtest")
    unit = f" {setting.unit}" if setting.unit else ""
    text = f"{setting.en} (default: {text_of(setting, default) or 'none'}{unit})"
    return fill(text, 100, initial_indent=f"  {name:<25} ", subsequent_indent=" " * 28)


def _wrapped(words: Iterable[str]) -> str:
    return fill(", ".join(words), 96, initial_indent="  ", subsequent_indent="  ")
