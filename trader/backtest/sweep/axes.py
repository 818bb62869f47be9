"""Reads `--grid key=from:to:step` and `key=a,b,c`: which parameter takes which values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from math import prod
from typing import Any

from config.reading import COMMAND_LINE, Context, Given
from config.schema import GLOBAL, Target, did_you_mean, key_of, target_of
from config.setting import NUMERIC_KINDS, Kind, text_of
from config.values import BadValue, Names, number_of, parse
from trader.domain.errors import BadInput

MOST = 1_000_000  # combinations: at 400 a second it is three quarters of an hour
_OTHER_CANDLES = {
    "timeframe": "sweep each timeframe by itself with --timeframe",
    "symbols": "sweep each choice of symbols by itself with --symbols",
}


@dataclass(frozen=True, slots=True)
class Axis:
    """One parameter and the values it takes. `key` as the user wrote it.

    `attribute`: its name inside the program, `rsi_reversion.buy_below` for a strategy's own.
    `values` as settings read them, `cells` as they stand in `grid.csv`.
    """

    key: str
    attribute: str
    values: tuple[Any, ...]
    cells: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def name(self) -> str:
        """`K_VALUE`, as `.env` knows it."""
        return key_of("", self.attribute)


def axes_of(texts: Iterable[str], context: Context, prefixes: Sequence[str] = ()) -> list[Axis]:
    """One axis a text. `prefixes`: what may stand before a name (`CRYPTO_`, the venue's).

    Raises `BadInput`, one sentence, for a name that is none, a value outside its range, the same
    parameter twice, or more than a million combinations.
    """
    axes = [_axis(text, context, prefixes) for text in texts]
    attributes = [axis.attribute for axis in axes]
    twice = next((a for a in axes if attributes.count(a.attribute) > 1), None)
    if twice:
        raise BadInput(f"--grid {twice.key}: names the same parameter twice; keep one")
    if prod(map(len, axes)) > MOST:
        _too_many(prod(map(len, axes)))
    return axes


def given_by(axis: Axis, place: int, context: Context) -> Given:
    """The value at this place as if it stood on the command line."""
    target = _target(axis.name, context, ())
    return Given(axis.name, COMMAND_LINE, target, axis.values[place], axis.cells[place])


def _axis(text: str, context: Context, prefixes: Sequence[str]) -> Axis:
    key, equals, spec = (part.strip() for part in text.partition("="))
    if not equals or not key or not spec:
        raise BadInput(f"--grid {text}: write it as key=from:to:step or key=a,b,c")
    target = _target(key, context, prefixes)
    if target.attribute in _OTHER_CANDLES:
        reason = "needs other candles for each value"
        raise BadInput(f"--grid {key}: {reason}; {_OTHER_CANDLES[target.attribute]}")
    names = context.names
    values = [_value(key, target, word, names) for word in _words(key, spec, target)]
    cells = tuple(_cell(target, value) for value in values)
    if len(set(cells)) < len(cells):
        raise BadInput(f"--grid {key}: names {Counter(cells).most_common(1)[0][0]} twice")
    return Axis(key, target.attribute, tuple(values), cells)


def _target(key: str, context: Context, prefixes: Sequence[str]) -> Target:
    name = key.upper()
    for prefix in prefixes:
        name = name.removeprefix(prefix)
    target = target_of(name, context.strategies) if name not in GLOBAL else None
    if target is None:
        like = did_you_mean(name, context.strategies)
        hint = f"did you mean {like}?" if like and like not in GLOBAL else "see --help"
        raise BadInput(f"--grid {key}: no trading parameter; {hint}")
    return target


def _value(key: str, target: Target, word: str, names: Names) -> Any:
    try:
        return parse(target.setting, word, names) if target.setting else number_of(word)
    except BadValue as error:
        allowed = target.setting.allowed() if target.setting else "a number"
        if target.attribute == "preset":
            allowed = ", ".join([*names.presets, "none"])
        shown = f", allowed: {allowed}" if allowed else ""
        raise BadInput(f"--grid {key}={word[:60]}: {error}{shown}") from None


def _cell(target: Target, value: Any) -> str:
    """As it stands in `grid.csv`: numbers are Python's `repr`, the rest as in `.env`."""
    if isinstance(value, float):
        return repr(value + 0.0)
    return text_of(target.setting, value) if target.setting else str(value)


def _words(key: str, spec: str, target: Target) -> Iterator[str]:
    numeric = target.setting is None or target.setting.kind in NUMERIC_KINDS
    if numeric and ":" in spec:
        return _steps(key, spec)
    words = [word.strip() for word in spec.split(",")]
    if not all(words) and not (target.setting and target.setting.kind is Kind.TEXT):
        raise BadInput(f"--grid {key}={spec}: has an empty part between its commas")
    return iter(words)


def _steps(key: str, spec: str) -> Iterator[str]:
    """Values from one end to the other, both included, in decimals: 0.40:0.60:0.05 is five."""
    parts = [part.strip() for part in spec.split(":")]
    if len(parts) != 3:
        raise BadInput(f"--grid {key}={spec}: write it as {key}=from:to:step")
    first, last, step = (_decimal(key, part) for part in parts)
    if step <= 0:
        raise BadInput(f"--grid {key}={spec}: the step must be above 0")
    if last < first:
        raise BadInput(f"--grid {key}={spec}: ends below where it begins")
    count = _count((last - first) / step)
    return (format(first + number * step, "f") for number in range(count))


def _count(steps: Decimal) -> int:
    if steps > MOST:
        _too_many(None)
    return int(steps.to_integral_value(ROUND_FLOOR)) + 1


def _decimal(key: str, text: str) -> Decimal:
    try:
        number = number_of(text)
    except BadValue as error:
        raise BadInput(f"--grid {key}={text[:60]}: {error}") from None
    if number and not 1e-15 <= abs(number) <= 1e15:
        raise BadInput(
            f"--grid {key}={text[:60]}: is too {'large' if abs(number) > 1 else 'small'}"
        )
    return Decimal(text)


def _too_many(count: int | None) -> None:
    shown = "more" if count is None else f"{count:,} combinations: more"
    raise BadInput(f"--grid: {shown} than {MOST:,}; take wider steps or fewer parameters at a time")
