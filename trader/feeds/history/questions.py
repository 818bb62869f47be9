"""How a span of time is asked for: the words of each exchange, and how far an answer reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from trader.domain.errors import BadInput
from trader.domain.spans import Span
from trader.domain.time import DAY, HOUR, MINUTE, SECOND, Millis

if TYPE_CHECKING:
    from trader.domain.candles import Ints

_UPBIT_TRADES = 7  # days that Upbit keeps trades for


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: `market` as the exchange writes it, `step` of a candle in ms, rows at most."""

    market: str
    span: Span
    step: Millis
    limit: int
    now: Millis


def binance_span(asked: Asked) -> dict[str, object]:
    """From the start onwards, both ends inclusive."""
    start, end = asked.span
    limits = {"startTime": start, "endTime": end - 1, "limit": asked.limit}
    return {"symbol": asked.market, **limits}


def binance_interval(asked: Asked) -> dict[str, object]:
    """Candles of one length from the start onwards."""
    return {"interval": length_name(asked.step), **binance_span(asked)}


def binance_depth(asked: Asked) -> dict[str, object]:
    """The book as it is now."""
    return {"symbol": asked.market, "limit": asked.limit}


def upbit_candles(asked: Asked) -> dict[str, object]:
    """The newest ones before the end."""
    words: dict[str, object] = {"market": asked.market, "count": asked.limit}
    unit = {"unit": asked.step // MINUTE} if asked.step < DAY else {}
    return words | unit | {"to": f"{_iso(asked.span[1])}Z"}


def upbit_trades(asked: Asked) -> dict[str, object]:
    """The newest ones before the end, on the UTC day in which the end lies."""
    end = asked.span[1]
    ago = asked.now // DAY - (end - 1) // DAY
    if ago > _UPBIT_TRADES:
        raise BadInput(f"Upbit gives trades of the last {_UPBIT_TRADES} days only")
    words: dict[str, object] = {"market": asked.market, "count": asked.limit}
    to = -(-end // SECOND) * SECOND  # whole seconds: up, and the rest is asked twice
    if to % DAY:
        words["to"] = _iso(to)[11:]
    return words | ({"daysAgo": ago} if ago else {})


def upbit_depth(asked: Asked) -> dict[str, object]:
    """The book as it is now."""
    return {"markets": asked.market}


def length_name(step: Millis) -> str:
    """`1m` `4h` `1d` of a length in ms."""
    if step % DAY == 0:
        return f"{step // DAY}d"
    return f"{step // HOUR}h" if step % HOUR == 0 else f"{step // MINUTE}m"


# ------------------------------------------- what part of a span one question is about


def whole(span: Span) -> Span:
    """All of it."""
    return span


def first_hour(span: Span) -> Span:
    """Binance gives trades of one hour at most."""
    return span[0], min(span[1], span[0] + HOUR)


def last_day(span: Span) -> Span:
    """Upbit gives trades of one UTC day at a time, `to` names its end to the second."""
    start, end = span
    return max(start, (end - 1) // DAY * DAY), end


# ------------------------------------------- what part of it rows answer for


def onwards(time: Ints, span: Span, step: Millis) -> Span:
    """Rows from the start onwards: up to the end of the last one."""
    last = int(time[-1])
    return span[0], min(span[1], last - last % step + step)


def backwards(time: Ints, span: Span, step: Millis) -> Span:
    """The newest rows: down to the start of the first one, which may lie before the span."""
    first = int(time[0])
    return max(span[0], min(first - first % step, span[1])), span[1]


def onwards_open(time: Ints, span: Span, step: Millis) -> Span:
    """As `onwards`, but the last moment may hold more rows than the answer did."""
    last = int(time[-1])
    return span[0], min(span[1], last if last > span[0] else last + step)


def backwards_open(time: Ints, span: Span, _: Millis) -> Span:
    """As `backwards`, but the first second may hold more rows than the answer did."""
    second = int(time[0]) // SECOND * SECOND
    start = second + SECOND if second + SECOND < span[1] else second
    return max(span[0], start), span[1]


def _iso(at: Millis) -> str:
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%S")
