"""Numbers as people read them: money by currency, signs always, a dash for what is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from math import isfinite
from zoneinfo import ZoneInfo

from dashboard.languages import Words

DASH = "—"
_WHOLE = ("KRW", "JPY")  # currencies counted without decimals
_VENUE_QUOTES = {"upbit": "KRW", "binance_spot": "USDT", "binance_futures": "USDT"}


def quote_of(venue: str) -> str:
    """The currency that a venue's money is counted in; empty for an unknown venue."""
    return _VENUE_QUOTES.get(venue, "")


def zone_named(*names: str | None) -> tzinfo:
    """The first time zone of these names that exists; UTC without one."""
    for name in names:
        try:
            return ZoneInfo(name or "")
        except (ValueError, OSError, KeyError):
            continue
    return UTC


def known(value: float | None) -> bool:
    """Whether there is a number to show."""
    return value is not None and isfinite(value)


def amount(value: float | None, digits: int = 2, *, sign: bool = False) -> str:
    """A number with thousands separators, rounded to `digits`; `sign`: a plus is written too."""
    if value is None or not isfinite(value):
        return DASH
    rounded = round(value, digits) + 0.0  # no negative zero
    return f"{rounded:{'+' if sign and rounded else ''},.{digits}f}"


def figure(value: float | None, quote: str, *, sign: bool = False) -> str:
    """Money where its currency stands beside it: `1,050,000`, `+12.50`."""
    return amount(value, 0 if quote in _WHOLE else 2, sign=sign)


def money(value: float | None, quote: str, *, sign: bool = False) -> str:
    """`1,050,000 KRW`, `+12.50 USDT`."""
    text = figure(value, quote, sign=sign)
    return text if text == DASH else f"{text} {quote}".rstrip()


def price(value: float | None, digits: int = 8) -> str:
    """A price or quantity to so many significant digits, without trailing zeros; below 1 to eight
    decimals."""
    if value is None or not isfinite(value):
        return DASH
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    text = f"{value:,.{max(0, digits - whole) if whole else 8}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(fraction: float | None, *, sign: bool = True) -> str:
    """A fraction (0.05) as `+5.00 %`."""
    text = amount(None if fraction is None else fraction * 100, 2, sign=sign)
    return text if text == DASH else f"{text} %"


def as_shown(fraction: float | None) -> float | None:
    """The number that `percent` writes: what reads as zero has no direction and no colour."""
    if fraction is None or not isfinite(fraction):
        return None
    return round(fraction * 100, 2)


def arrow(value: float | None) -> str:
    """A triangle that points where a value goes; a dash for zero and unknown."""
    if value is None or not isfinite(value) or value == 0:
        return "–"
    return "▲" if value > 0 else "▼"


@dataclass(frozen=True, slots=True)
class Times:
    """Moments and durations in a person's zone and language; seconds since 1970, seconds."""

    zone: tzinfo
    words: Words

    @property
    def zone_name(self) -> str:
        """`Asia/Seoul`, for those who compute."""
        return str(self.zone)

    @property
    def zone_shown(self) -> str:
        """`Asia/Seoul (UTC+09:00)`, for people: how far from UTC it is now."""
        offset = datetime.now(self.zone).strftime("%z")
        return "UTC" if str(self.zone) == "UTC" else f"{self.zone} (UTC{offset[:3]}:{offset[3:]})"

    def clock(self, at: float | None) -> str:
        """`12:03:11`."""
        return self._shown(at, "%H:%M:%S")

    def moment(self, at: float | None) -> str:
        """`11-20 12:03:11`."""
        return self._shown(at, "%m-%d %H:%M:%S")

    def recent(self, at: float | None, now: float) -> str:
        """The clock for a moment of today, with the date for others."""
        return self.clock(at) if self.moment(at)[:5] == self.moment(now)[:5] else self.moment(at)

    def date(self, at: float | None) -> str:
        """`2026-11-20 12:03`, for what may be years ago."""
        return self._shown(at, "%Y-%m-%d %H:%M")

    def span(self, seconds: float | None) -> str:
        """`0.8 s`, `14 s`, `2 min 5 s`, `3 h 4 min`, `2 d 3 h`."""
        if seconds is None or not isfinite(seconds):
            return DASH
        whole = int(seconds)
        if whole < 60:
            shown = f"{seconds:.1f}" if seconds < 10 else str(whole)
            return self.words("span.seconds", s=shown)
        if whole < 3_600:
            return self.words("span.minutes", m=whole // 60, s=whole % 60)
        if whole < 86_400:
            return self.words("span.hours", h=whole // 3_600, m=whole % 3_600 // 60)
        return self.words("span.days", d=whole // 86_400, h=whole % 86_400 // 3_600)

    def _shown(self, at: float | None, form: str) -> str:
        if at is None:
            return DASH
        try:
            return datetime.fromtimestamp(at, self.zone).strftime(form)
        except (OverflowError, OSError, ValueError):
            return DASH
