"""Names of failures on a public line."""

from __future__ import annotations

import asyncio
from decimal import InvalidOperation

import ccxt
import pytest

from trader.domain.errors import BadInput, VenueUnavailable
from trader.venues.real.addresses import Addresses
from trader.venues.real.budget import Budget
from trader.venues.real.limits import LIMITS
from trader.venues.real.public_line import PublicLine, named
from trader.venues.real.quoting import OddAnswer


def gate() -> Budget:
    """A budget in which time stands still."""
    return Budget(LIMITS["upbit"], int, asyncio.sleep)


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


async def test_markets_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    line = PublicLine("upbit", Addresses("http://127.0.0.1:9"), gate())
    line.exchange.markets = {}

    async def loaded(**_: object) -> None:
        """Nothing was sent, nothing came."""

    monkeypatch.setattr(line.exchange, "load_markets", loaded)
    with pytest.raises(VenueUnavailable, match="no answer"):
        await line.markets({})
    await line.close()


async def test_a_line_that_asked_nothing_closes() -> None:
    await PublicLine("upbit", Addresses(), gate()).close()
    await asyncio.sleep(0)
