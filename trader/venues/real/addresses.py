"""Where ccxt finds each exchange: its class, its options, and what an override of hosts replaces.

An override gives scheme, host and port; the paths behind it stay the exchange's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT

# Clocks are compared by the line itself (`Line.set_clock`): were ccxt to do it, there would be no
# markets where only the question for the time fails.
RECEIVE_WINDOW = 5_000  # ms; a longer one would not cure a clock and prolong every quarantine
_SAPI = {"sapi": "/sapi/v1", "sapiV2": "/sapi/v2", "sapiV3": "/sapi/v3", "sapiV4": "/sapi/v4"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Hosts instead of the exchange's own (`https://proxy:8443`, `wss://proxy:8443`), or empty.

    `stream` empty with a `rest`: the same host and port, with ws for http. `sandbox`: the
    exchange's test network, unless a host is given.
    """

    rest: str = ""
    stream: str = ""
    sandbox: bool = False

    @property
    def streams(self) -> str:
        """Where WebSockets connect to; empty: to the exchange itself."""
        if self.stream or not self.rest:
            return self.stream.rstrip("/")
        return "ws" + self.rest.rstrip("/").removeprefix("http")


@dataclass(frozen=True, slots=True)
class Wiring:
    """One exchange in ccxt's words.

    `families`: ccxt's names of REST addresses -> path behind the host. `streams`: the same of
    WebSockets; a name with a dot is nested. `host_in_url`: the address is a template over the
    host. `tables`: ccxt's error tables of its own hosts, which an override would switch off.
    `contract`: what ccxt's symbols end with. `sandbox`: ccxt's way to the test network; empty
    where there is none.
    """

    ccxt: str
    families: Mapping[str, str]
    streams: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    contract: str = ""
    sandbox: str = ""


WIRINGS: Mapping[str, Wiring] = {
    UPBIT: Wiring(
        "upbit",
        {"public": "", "private": ""},
        {"ws": "/websocket/v1"},
        {"createMarketBuyOrderRequiresPrice": False},
    ),
    BINANCE_SPOT: Wiring(
        "binance",
        {"public": "/api/v3", "private": "/api/v3", "v1": "/api/v1", **_SAPI},
        # "/stream" is how ccxt tells a spot stream from one of contracts
        {"ws.spot": "/stream/ws", "ws.ws-api.spot": "/ws-api/v3"},
        {
            "defaultType": "spot",
            "fetchMarkets": {"types": ["spot"]},
            "fetchOpenOrders": {"warnWithoutSymbol": False},
            "recvWindow": RECEIVE_WINDOW,
        },
        tables=("spot",),
        sandbox="set_sandbox_mode",
    ),
    BINANCE_FUTURES: Wiring(
        "binanceusdm",
        {
            "fapiPublic": "/fapi/v1", "fapiPrivate": "/fapi/v1",
            "fapiPublicV2": "/fapi/v2", "fapiPrivateV2": "/fapi/v2",
            "fapiPublicV3": "/fapi/v3", "fapiPrivateV3": "/fapi/v3",
            "fapiData": "/futures/data", **_SAPI,
        },
        {"ws.linear": "/ws"},  # exactly so: ccxt puts /public, /market or /private before it
        {
            "fetchOpenOrders": {"warnWithoutSymbol": False},
            "setMarginMode": {"throwMarginModeAlreadySet": False},
            "recvWindow": RECEIVE_WINDOW,
        },
        tables=("linear",),
        contract=":USDT",
        sandbox="enable_demo_trading",  # what ccxt calls the sandbox is gone for contracts
    ),
}  # fmt: skip


def urls_of(wiring: Wiring, addresses: Addresses) -> dict[str, Any]:
    """What goes into ccxt's constructor for an override; empty without one."""
    api: dict[str, Any] = {}
    if addresses.rest:
        rest = addresses.rest.rstrip("/")
        api |= {name: f"{rest}{path}" for name, path in wiring.families.items()}
    if addresses.streams:
        for name, path in wiring.streams.items():
            _put(api, name.split("."), f"{addresses.streams}{path}")
    return {"urls": {"api": api}, **_host(addresses)} if api else {}


def _put(tree: dict[str, Any], names: list[str], value: str) -> None:
    for name in names[:-1]:
        tree = tree.setdefault(name, {})
    tree[names[-1]] = value


def _host(addresses: Addresses) -> dict[str, str]:
    host = urlsplit(addresses.rest).netloc
    return {"hostname": host} if host else {}
