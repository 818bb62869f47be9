"""Where requests and streams go: overrides alone and together, error tables, the sandbox."""

from __future__ import annotations

import asyncio
from itertools import product
from typing import Any

import pytest

from trader.venues.real.addresses import WIRINGS, Addresses
from trader.venues.real.connection import Keys, connected

REST, STREAM = "http://127.0.0.1:9001", "ws://127.0.0.1:9002"
HOSTS = {
    "upbit": "upbit.com", "binance_spot": "binance.com", "binance_futures": "binance.com",
}  # fmt: skip
PATHS = {  # family of requests or streams -> what stands behind the host
    "upbit": ({"public": "", "private": ""}, {"ws": "/websocket/v1"}),
    "binance_spot": (
        {"public": "/api/v3", "private": "/api/v3", "sapi": "/sapi/v1"},
        {"ws.spot": "/stream/ws", "ws.ws-api.spot": "/ws-api/v3"},
    ),
    "binance_futures": (
        {
            "fapiPublic": "/fapi/v1", "fapiPrivate": "/fapi/v1", "fapiPrivateV2": "/fapi/v2",
            "fapiPrivateV3": "/fapi/v3", "fapiData": "/futures/data", "sapi": "/sapi/v1",
        },
        {"ws.linear": "/ws"},
    ),
}  # fmt: skip


def made(venue: str, addresses: Addresses) -> Any:
    """ccxt's object, which has connected to nobody."""
    return connected(venue, addresses, Keys("key", "secret"))


def at(exchange: Any, name: str) -> str:
    """One of its addresses, as it would be used."""
    found = exchange.urls["api"]
    for part in name.split("."):
        found = found[part]
    return str(exchange.implode_params(found, {"hostname": exchange.hostname}))


@pytest.mark.parametrize(("venue", "slash"), [*product(PATHS, ("", "/"))])
async def test_where_only_the_requests_are_moved_the_streams_follow(venue: str, slash: str) -> None:
    exchange = made(venue, Addresses(REST + slash))
    families, streams = PATHS[venue]
    assert {name: at(exchange, name) for name in families} == _behind(REST, families)
    assert {name: at(exchange, name) for name in streams} == _behind("ws://127.0.0.1:9001", streams)
    await exchange.close()


@pytest.mark.parametrize(("venue", "slash"), [*product(PATHS, ("", "/"))])
async def test_both_are_moved(venue: str, slash: str) -> None:
    exchange = made(venue, Addresses(REST, STREAM + slash))
    families, streams = PATHS[venue]
    assert {name: at(exchange, name) for name in families} == _behind(REST, families)
    assert {name: at(exchange, name) for name in streams} == _behind(STREAM, streams)
    await exchange.close()


@pytest.mark.parametrize("venue", PATHS)
async def test_only_the_streams_are_moved(venue: str) -> None:
    exchange = made(venue, Addresses(stream=STREAM))
    families, streams = PATHS[venue]
    assert all(HOSTS[venue] in at(exchange, name) for name in families)
    assert {name: at(exchange, name) for name in streams} == _behind(STREAM, streams)
    await exchange.close()


@pytest.mark.parametrize("venue", ["binance_spot", "binance_futures"])
async def test_a_stream_of_ones_own_does_not_lead_orders_out_of_the_test_network(
    venue: str,
) -> None:
    exchange = made(venue, Addresses(stream=STREAM, sandbox=True))
    families, streams = PATHS[venue]
    asked = [at(exchange, name) for name in families if "sapi" not in name and "Data" not in name]
    assert all("testnet." in address or "demo" in address for address in asked), asked
    assert {name: at(exchange, name) for name in streams} == _behind(STREAM, streams)
    await exchange.close()


@pytest.mark.parametrize("venue", ["binance_spot", "binance_futures"])
async def test_the_exchanges_own_error_tables_stay(venue: str) -> None:
    exchange = made(venue, Addresses(REST))
    for name in WIRINGS[venue].tables:
        own = exchange.exceptions[name]["exact"]
        assert own
        assert own.items() <= exchange.exceptions["exact"].items()
    await exchange.close()


async def test_secure_requests_have_secure_streams() -> None:
    exchange = made("binance_futures", Addresses("https://proxy:8443/"))
    assert at(exchange, "ws.linear") == "wss://proxy:8443/ws"
    assert at(exchange, "fapiPrivate") == "https://proxy:8443/fapi/v1"
    await exchange.close()
    await asyncio.sleep(0)


def _behind(host: str, paths: dict[str, str]) -> dict[str, str]:
    return {name: host + path for name, path in paths.items()}
