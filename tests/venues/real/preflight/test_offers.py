"""Questions that an address may not offer: what is checked otherwise, said, or refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.exchanges.core.server import served
from tests.exchanges.manners import lacking
from tests.venues.real.preflight.asking import (
    PATIENCE,
    VENUES,
    asking,
    exchange_of,
    failed,
    inspect,
)
from trader.bridge.words.checks import LANGUAGES, sentence
from trader.domain.finding import Mark
from trader.shell.preflight.judging import exit_code
from trader.venues.real.preflight.inspection import inspected

OPTIONAL = {
    "upbit": r"(GET|POST) /v1/(api_keys|orders/(chance|test)|withdraws/chance)",
    "binance_spot": r"GET /sapi/.*|GET /api/v3/time",
    "binance_futures": r"GET /sapi/.*"
    r"|GET /fapi/v1/(time|symbolConfig|accountConfig|leverageBracket)"
    r"|GET /fapi/v3/(balance|positionRisk)",
}  # fmt: skip
ESSENTIAL = [
    ("upbit", "GET /v1/accounts", "GET accounts"),
    ("upbit", "GET /v1/orders/open", "GET ordersOpen"),
    ("upbit", "GET /v1/order", "GET order"),
    ("binance_spot", "GET /api/v3/account", "GET account"),
    ("binance_spot", "GET /api/v3/openOrders", "GET openOrders"),
    ("binance_spot", "GET /api/v3/order", "GET order"),
    ("binance_spot", "GET /api/v3/myTrades", "GET myTrades"),
    ("binance_futures", "GET /fapi/v[23]/(balance|account)", "GET account"),
    ("binance_futures", "GET /fapi/v1/openOrders", "GET openOrders"),
    ("binance_futures", "GET /fapi/v1/order", "GET order"),
    ("binance_futures", "GET /fapi/v1/userTrades", "GET userTrades"),
]


@pytest.mark.parametrize("venue", VENUES)
async def test_what_is_not_essential_is_said_and_no_reason_against_a_start(venue: str) -> None:
    server = exchange_of(venue)
    missed = lacking(server, OPTIONAL[venue])
    found = await inspect(venue, server)
    assert len(missed) >= 2
    assert failed(found) == set()
    assert found["not_offered"].mark is Mark.WARN
    assert "key_accepted" in found
    assert exit_code(found.values()) == 0


@pytest.mark.parametrize(("venue", "path", "question"), ESSENTIAL)
async def test_without_what_is_essential_nobody_trades(
    venue: str, path: str, question: str
) -> None:
    server = exchange_of(venue)
    missed = lacking(server, path)
    found = await inspect(venue, server)
    assert missed
    assert failed(found) == {"essential_missing"}
    assert exit_code(found.values()) == 2
    for language in LANGUAGES:
        text = sentence(found["essential_missing"], language)
        assert question in text
        assert ".env" in text


@pytest.mark.parametrize("venue", VENUES)
async def test_markets_that_are_not_listed_are_no_word_about_the_key(venue: str) -> None:
    """Another exchange may list other coins than the largest of the real ones."""
    server = exchange_of(venue)
    quote = "KRW" if venue == "upbit" else "USDT"
    async with served(server), asking(venue, server) as inquiry:
        unlisted = replace(inquiry.needs, keys=(f"{venue}:NONE/{quote}",))
        found = await inspected(replace(inquiry, needs=unlisted), PATIENCE)
    assert [of.code for of in found if of.mark is Mark.FAIL] == []
    assert any("NONE" in asked.query + asked.body for asked in server.log)
