"""Time as the markets count it: integer milliseconds UTC, candles, days, weeks, months."""

from dataclasses import dataclass

from trader.domain.errors import BadInput

Millis = int

SECOND: Millis = 1_000
MINUTE: Millis = 60 * SECOND
HOUR: Millis = 60 * MINUTE
DAY: Millis = 24 * HOUR

_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}


@dataclass(frozen=True, slots=True)
class Timeframe:
    """Length of a candle. `ms` is its length in milliseconds; `name` is how people write it."""

    name: str
    ms: Millis

    @classmethod
    def parse(cls, text: str) -> "Timeframe":
        """Read `1m`, `15m`, `4h`, `1d`. Raises `BadInput` for anything else."""
        number, unit = text[:-1], text[-1:]
        if unit not in _UNITS or not number.isdecimal() or int(number) == 0:
            raise BadInput(f"'{text}' is no timeframe; write for example 1m, 15m, 1h, 4h or 1d")
        return cls(f"{int(number)}{unit}", int(number) * _UNITS[unit])

    def floor(self, at: Millis) -> Millis:
        """Start of the candle that contains `at`; candles begin at whole multiples since 1970."""
        return at - at % self.ms

    def __str__(self) -> str:
        return self.name


def day_of(at: Millis) -> int:
    """Number of the UTC day since 1970-01-01 (09:00 KST is where a day begins)."""
    return at // DAY


def week_of(at: Millis) -> int:
    """Number of the ISO week (Monday 00:00 UTC); 1970-01-01 was a Thursday."""
    return (at // DAY + 3) // 7


def month_of(at: Millis) -> int:
    """Months since year 0 in the proleptic Gregorian calendar.

    Source: "chrono-compatible low-level date algorithms", civil_from_days (public domain).
    The core may not import `datetime`, and a period boundary is all that is needed.
    """
    days = at // DAY + 719_468
    era = days // 146_097
    of_era = days - era * 146_097
    year_of_era = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    day_of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = year_of_era + era * 400 + (1 if month <= 2 else 0)
    return year * 12 + month - 1
