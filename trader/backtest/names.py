"""What the name of a data file tells: `VENUE__BASE-QUOTE__TIMEFRAME[__anything].parquet`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from trader.domain.errors import BadInput
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, VENUES
from trader.domain.time import Timeframe

SUFFIXES = (".parquet", ".feather", ".csv")
_ALIASES = {"binance": BINANCE_SPOT, "binanceusdm": BINANCE_FUTURES} | {v: v for v in VENUES}


@dataclass(frozen=True, slots=True)
class CandleFile:
    """A file and what is known of it; None: its name does not tell and nobody said."""

    path: Path
    venue: str | None
    symbol: str | None
    timeframe: Timeframe | None

    @property
    def complete(self) -> bool:
        """Whether the name alone says that these are candles of a market we know."""
        return None not in (self.venue, self.symbol, self.timeframe)

    def tells_of(self, symbol: str, beside: str) -> bool:
        """Whether its name tells no other symbol than this one, or that of the file `beside`."""
        return self.symbol in (None, symbol, candle_file(Path(beside)).symbol)

    def placed(self, venue: str) -> CandleFile:
        """The same file, on this venue whatever its name says."""
        return replace(self, venue=venue)


def venue_named(word: str) -> str:
    """`binance` -> `binance_spot`. Raises `BadInput` for a venue we do not know."""
    venue = _ALIASES.get(word.strip().lower())
    if venue is None:
        raise BadInput(f"'{word}' is no venue; use one of {', '.join(VENUES)}")
    return venue


def symbol_named(text: str) -> str:
    """`btc-krw` -> `BTC/KRW`. Raises `BadInput` for anything that is no pair."""
    base, _, quote = text.strip().upper().replace("-", "/").partition("/")
    if not base or not quote or "/" in quote:
        raise BadInput(f"'{text}' is no symbol; write for example BTC/KRW")
    return f"{base}/{quote}"


def candle_file(path: Path) -> CandleFile:
    """Read a file's name. Parts that are not understood are None, never an error."""
    parts = [*path.stem.split("__"), "", ""]
    if len(parts) < 5:  # fewer than three parts of its own: another way of naming
        return CandleFile(path, None, None, None)
    return CandleFile(path, _ALIASES.get(parts[0].lower()), _symbol(parts[1]), _timeframe(parts[2]))


def funding_beside(path: Path) -> Path | None:
    """The funding file of the same venue and symbol in a candle file's folder, if there is one."""
    parts = path.stem.split("__")
    if len(parts) < 3:
        return None
    found = path.with_name(f"{parts[0]}__{parts[1]}__funding.parquet")
    return found if found.is_file() else None


def _symbol(part: str) -> str | None:
    base, dash, quote = part.upper().partition("-")
    return f"{base}/{quote}" if base and dash and quote else None


def _timeframe(part: str) -> Timeframe | None:
    try:
        return Timeframe.parse(part)
    except BadInput:
        return None
