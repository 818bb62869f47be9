"""Settings that trade on loopback exchanges, and clocks that never wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

from config.settings import Settings
from tests.config.builders import loaded
from tests.exchanges.binance.signing import ApiKey
from tests.exchanges.core.server import Server
from tests.exchanges.upbit.exchange import LoopbackUpbit
from trader.feeds.live.ports import Wall
from trader.shell.options import Options

LIVE = "LIVE_TRADING=yes-i-understand"


def lines(mode: str, servers: Mapping[str, Server], *more: str) -> list[str]:
    """`.env` for these exchanges, which run. `more` comes last."""
    found = [f"MODE={mode}", f"VENUES={','.join(servers)}", "OPTIMIZER=no", *more]
    found += [f"{venue.upper()}_API_URL={server.url}" for venue, server in servers.items()]
    found += [LIVE] if mode == "live" else []
    key = ApiKey()
    if any(venue.startswith("binance") for venue in servers):
        found += [f"BINANCE_API_KEY={key.key}", f"BINANCE_API_SECRET={key.secret}"]
    for server in servers.values():
        if isinstance(server, LoopbackUpbit) and server.key.access:
            found += [f"UPBIT_ACCESS_KEY={server.key.access}"]
            found += [f"UPBIT_SECRET_KEY={server.key.secret}"]
    return found


def made(mode: str, servers: Mapping[str, Server], *more: str) -> Settings:
    """The settings themselves."""
    return loaded("\n".join(lines(mode, servers, *more)) + "\n")


def wall(slept: list[float] | None = None) -> Wall:
    """The real time, and sleep that only says that it was asked for."""

    async def sleep(seconds: float) -> None:
        if slept is not None:
            slept.append(seconds)
        await asyncio.sleep(0)

    return Wall(lambda: time.time_ns() // 1_000_000, sleep)


def options(folder: Path) -> Options:
    """A start in a folder of its own."""
    return Options(data_dir=folder / "data", log_dir=folder / "logs")
