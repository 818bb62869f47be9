"""Names of failures, and questions within what is allowed."""

from __future__ import annotations

import asyncio
from decimal import InvalidOperation

import ccxt
import pytest

from trader.domain.errors import BadInput, VenueUnavailable
from trader.venues.real import public_line
from trader.venues.real.addresses import Addresses
from trader.venues.real.public_line import PublicLine, named
from trader.venues.real.public_questions import QUESTIONS, Allowance, Question
from trader.venues.real.quoting import OddAnswer


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ccxt.RequestTimeout("x"), "no answer in time"),
        (ccxt.ExchangeNotAvailable("x"), "no connection"),
        (ExceptionGroup("two", [ccxt.NetworkError("x"), ccxt.NetworkError("y")]), "no connection"),
        (InvalidOperation(), "cannot be read came back (InvalidOperation)"),
        (AttributeError("NoneType"), "cannot be read came back (AttributeError)"),
    ],
)
def test_whatever_is_raised_gets_a_name_that_says_what_to_do(error: Exception, text: str) -> None:
    found = named(error)
    assert isinstance(found, VenueUnavailable)
    assert text in str(found)


def test_our_own_errors_keep_their_names() -> None:
    for error in (BadInput("no market"), OddAnswer("odd")):
        assert named(error) is error


async def test_questions_wait_for_their_turn_by_group(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    now = [1_000.0]

    async def sleep(seconds: float) -> None:
        waits.append(round(seconds, 3))

    monkeypatch.setattr("trader.venues.real.public_line.asyncio.sleep", sleep)
    line = PublicLine("upbit", Addresses(), Allowance(2, 4), lambda: now[0])
    for group in ("candles", "candles", "candles", "candles", "ticker"):
        await line._turn(Question("x", {}, group=group))
    assert waits == [0.25, 0.5]  # two at once, then four a second; other groups count apart
    now[0] += 60.0
    waits.clear()
    await line._turn(Question("x", {}, 3.0, "candles"))
    assert waits == [0.25]


def test_allowances_stay_below_four_fifths_of_what_is_allowed() -> None:
    allowed = {"upbit": (10, 1), "binance_spot": (6_000, 60), "binance_futures": (2_400, 60)}
    for venue, (weight, seconds) in allowed.items():
        burst, rate = QUESTIONS[venue].allowance
        assert burst + rate * seconds <= 0.8 * weight


@pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), ("soon", 10.0), ("-3", 0.0)])
def test_how_long_the_door_is_shut(said: str, seconds: float) -> None:
    with pytest.raises(public_line.Throttled) as error:
        public_line._looked_at(429, "Too Many", "url", "GET", {"retry-after": said}, "{}")
    assert error.value.seconds == seconds


async def test_a_line_that_asked_nothing_closes() -> None:
    await PublicLine("upbit", Addresses(), Allowance(1, 1)).close()
    await asyncio.sleep(0)
