"""What one setting is: its kind, range, default and meaning, declared once and used everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """How the text of a value is read."""

    FRACTION = "fraction"  # 0.05 is 5 %
    NUMBER = "number"
    INTEGER = "integer"
    SECONDS = "seconds"
    SWITCH = "switch"
    CHOICE = "choice"
    CHOICES = "choices"  # several of the choices
    LIST = "list"
    SYMBOLS = "symbols"
    TIMEFRAME = "timeframe"
    STRATEGIES = "strategies"
    PRESET = "preset"
    TEXT = "text"
    ZONE = "zone"
    TIME_OF_DAY = "time_of_day"
    SECRET = "secret"  # noqa: S105 - the word, not a password
    DATABASE = "database"  # a secret too: it may hold a password
    ENDPOINT = "endpoint"


SECRET_KINDS = (Kind.SECRET, Kind.DATABASE)
NUMERIC_KINDS = (Kind.FRACTION, Kind.NUMBER, Kind.INTEGER, Kind.SECONDS)


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers that are allowed, ends included; `below` leaves the upper end out."""

    low: float
    high: float
    below: bool = False

    def holds(self, number: float) -> bool:
        """Whether the number is allowed. NaN is not."""
        return self.low <= number and (number < self.high if self.below else number <= self.high)

    def __str__(self) -> str:
        return f"{plain(self.low)} to {'below ' if self.below else ''}{plain(self.high)}"


SHARE = Range(0.0, 1.0, below=True)
SWITCHED_ON = ("yes", "on", "true", "1")
SWITCHED_OFF = ("no", "off", "false", "0")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `name` as users write it (without a venue's prefix), `en` and `ko` its meaning.

    `none`: the word for "not given" (`venue`: what the venue says), None when there is none.
    `zero`: what 0 means when it means something else than a number (`off`, or the word `none`).
    `inside`: its name inside the program when that is another.
    `hot`: in force without a restart. `cases`: defaults that differ, by `upbit`, `daemon`,
    `daemon:upbit`, `live` or `live:upbit`; the most special one wins.
    """

    name: str
    kind: Kind
    default: Any
    en: str
    ko: str
    unit: str = ""
    range: Range | None = None
    choices: tuple[str, ...] = ()
    none: str | None = None
    zero: str = ""
    hot: bool = True
    inside: str = ""
    cases: Mapping[str, Any] = field(default_factory=dict)

    @property
    def attribute(self) -> str:
        """Its name inside the program."""
        return self.inside or self.name.lower()

    @property
    def secret(self) -> bool:
        """Whether its value must never be shown."""
        return self.kind in SECRET_KINDS

    def default_for(self, venue: str, purpose: str, *, live: bool = False) -> Any:
        """The default on a venue (`""` for a global setting) for `daemon` or `backtest`."""
        cases = [f"{purpose}:{venue}", purpose, venue]
        if live:
            cases = [f"live:{venue}", "live", *cases]
        return next((self.cases[case] for case in cases if case in self.cases), self.default)

    def allowed(self) -> str:
        """The allowed values in words; empty when any text will do."""
        words = _allowed(self)
        if self.zero and self.range:
            words += f", 0 = {self.zero}"
        return f"{words}, or {self.none}" if self.none else words


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together, with a title for `.env.example` and the panel.

    `trading`: parameters that may differ from venue to venue; else they are global.
    """

    name: str
    en: str
    ko: str
    trading: bool
    settings: tuple[Setting, ...]


_KIND_WORDS = {
    Kind.SWITCH: "yes or no",
    Kind.TIMEFRAME: "for example 1m, 15m, 1h, 4h or 1d",
    Kind.STRATEGIES: "strategy names with commas between them, with or without shares: "
    "breakout:0.6,rsi_bollinger:0.4",
    Kind.PRESET: "the name of a preset, or none",
    Kind.SYMBOLS: "for example BTC/KRW,ETH/KRW",
    Kind.LIST: "names with commas between them",
    Kind.TIME_OF_DAY: "hours and minutes, for example 09:10",
    Kind.ZONE: "for example Asia/Seoul or UTC",
    Kind.DATABASE: "sqlite:///path or postgresql://user:password@host/name",
    Kind.ENDPOINT: "scheme, host and port only, for example http://127.0.0.1:9001",
}


def _allowed(setting: Setting) -> str:
    if setting.choices:
        several = setting.kind is Kind.CHOICES
        return ", ".join(setting.choices) + (" (one or more)" if several else "")
    if setting.range:
        return str(setting.range)
    return _KIND_WORDS.get(setting.kind, "")


def plain(number: float) -> str:
    """A number as people write it: 20 rather than 20.0, 1000000 rather than 1e+06."""
    if float(number).is_integer() and abs(number) <= 1e15:
        return str(int(number))
    return repr(float(number))


def text_of(setting: Setting, value: Any) -> str:
    """A value as it is written in `.env`; the inverse of reading it. A secret gives no text."""
    if value is None:
        return setting.none or ""
    if setting.secret:
        return ""
    if setting.kind is Kind.STRATEGIES:
        return strategies_text(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ",".join(str(part) for part in value)
    if setting.kind in NUMERIC_KINDS:
        return plain(value)
    return str(value) or ("none" if setting.kind is Kind.PRESET else "")


def strategies_text(shares: tuple[tuple[str, float], ...]) -> str:
    """`breakout:0.6,pullback:0.4`; without shares when each has the whole."""
    if all(share == 1.0 for _, share in shares):
        return ",".join(name for name, _ in shares)
    return ",".join(f"{name}:{plain(share)}" for name, share in shares)
