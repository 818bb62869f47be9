"""Writes `docs/settings.md` from the table: `python -m config.reference > docs/settings.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from config.presets import NAMED, PHASES, TRADING_MODES, hourly
from config.reading import Purpose
from config.schema import BY_ATTRIBUTE, GROUPS, TRADING, VENUES
from config.setting import Group, Setting, plain, text_of

_HEAD = """\
# Settings

Made by `python -m config.reference > docs/settings.md`; `.env.example` says the same in the form
of a file, in Korean too.

A trading parameter is written in `.env` with the prefix of a venue (`UPBIT_`, `BINANCE_SPOT_`,
`BINANCE_FUTURES_`) or with `CRYPTO_` (or nothing) for all, and in `--set` as it stands here, in
either case. It is looked up on the command line, under the venue's prefix, under `CRYPTO_`, in the
preset, and then has the default of this table. All of them are hot: an edit of `.env` is in force
within one loop. Fractions are fractions (0.05 is 5 %), times are seconds.

A strategy's own threshold is a trading parameter too: `<STRATEGY>_<NAME>`, for example
`CRYPTO_RSI_REVERSION_RSI_LOW=25`.

## Every parameter

"""
_COLUMNS = (
    "| name | default | in the daemon | allowed | unit | meaning |\n|---|---|---|---|---|---|\n"
)
_GLOBAL = "| name | default | allowed | unit | in force | meaning |\n|---|---|---|---|---|---|\n"


def reference() -> str:
    """The whole text of `docs/settings.md`."""
    rows = "".join(_row(setting) for setting in TRADING.values())
    parts = [
        _HEAD + _COLUMNS + rows,
        "## Global settings\n\nWritten without prefix.\n\n" + _GLOBAL + "".join(_global_rows()),
        "## Presets\n\n" + _presets(),
        "## Trading modes\n\n" + _modes(),
        "## Phases\n\n" + _phases(),
    ]
    return "\n".join(parts)


def _row(setting: Setting) -> str:
    cells = (
        f"`{setting.name}`",
        _default(setting, "backtest"),
        _default(setting, "daemon"),
        setting.allowed(),
        setting.unit,
        setting.en,
    )
    return _line(cells)


def _global_rows() -> Iterator[str]:
    groups: list[Group] = [group for group in GROUPS if not group.trading]
    for setting in (setting for group in groups for setting in group.settings):
        when = "at once" if setting.hot else "after a restart"
        default = text_of(setting, setting.default) or "(empty)"
        yield _line(
            (f"`{setting.name}`", default, setting.allowed(), setting.unit, when, setting.en)
        )


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _default(setting: Setting, purpose: Purpose) -> str:
    """The default, and where a venue's or live trading's differs."""
    if setting.name == "MAX_ORDER_EQUITY_SHARE" and purpose == "daemon":
        return "1.25 x MAX_POSITION_SIZE (x MAX_LEVERAGE on futures)"
    usual = _text(setting, setting.default_for("", purpose))
    own = {v: _text(setting, setting.default_for(v, purpose)) for v in VENUES}
    if purpose == "daemon":
        live = {f"live {v}": setting.default_for(v, purpose, live=True) for v in VENUES}
        own |= {name: _text(setting, value) for name, value in live.items()}
    others = [
        f"{name} {text}"
        for name, text in own.items()
        if text != own.get(name.removeprefix("live "), "") or (text != usual and " " not in name)
    ]
    return usual + (f" ({', '.join(others)})" if others else "")


def _text(setting: Setting, value: object) -> str:
    return text_of(setting, value) or "(empty)"


def _presets() -> str:
    """A column for each preset with a name of its own, a row for each value it sets."""
    shown = [*NAMED, hourly("<strategy>")]
    names = list(dict.fromkeys(name for preset in shown for name in preset.values))
    head = _line(("parameter", *(f"`{preset.name}`" for preset in shown)))
    rows = [
        _line((f"`{BY_ATTRIBUTE[name].name}`", *(_cell(name, p.values) for p in shown)))
        for name in names
    ]
    note = (
        "\nEvery strategy has a preset `<strategy>_1h`; those that buy weakness (`combined`,"
        " `mean_reversion`,\n`rsi_bollinger`, `rsi_reversion`) aim at 0.03 without a trailing stop"
        " for 48 hours at most.\n"
    )
    return head + "|" + "---|" * (len(shown) + 1) + "\n" + "".join(rows) + note


def _cell(name: str, values: object) -> str:
    found = values.get(name) if hasattr(values, "get") else None
    return "" if found is None else text_of(BY_ATTRIBUTE[name], found)


def _modes() -> str:
    names = list(TRADING_MODES["aggressive"])
    head = _line(("TRADING_MODE", *(f"`{BY_ATTRIBUTE[name].name}`" for name in names)))
    rows = [
        _line((f"`{mode}`", *(f"x {plain(factors.get(name, 1.0))}" for name in names)))
        for mode, factors in TRADING_MODES.items()
    ]
    note = "\nOnly values that are not set by themselves are multiplied.\n"
    return head + "|" + "---|" * (len(names) + 1) + "\n" + "".join(rows) + note


def _phases() -> str:
    head = _line(("PHASE", "name", "universe", "preset made for it")) + "|---|---|---|---|\n"
    return head + "".join(
        _line((str(p.number), p.name, f"{p.universe} coins", f"`{p.preset}`"))
        for p in PHASES.values()
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(reference().encode("utf-8"))
