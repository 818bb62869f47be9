"""Ours and the bare library, each in a process of its own, on exchanges in this one."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import psutil

from benchmarks.latency.street import COINS, LEVERAGE, SYMBOLS, Hall, hall, until
from tests.e2e.bot import ROOT, settings
from tests.e2e.real.floor import PLAIN
from tests.e2e.real.sites import keys_of

STARTS_WITHIN, ENDS_WITHIN, SETTLES = 120.0, 40.0, 4.0  # seconds
MORE = (
    "STRATEGIES=touch", "SIZING=fixed_fraction", "POSITION_FRACTION=0.007", "EMA_FILTER=no",
    "MIN_ATR_PCT=0", "MIN_EDGE_ROUND_TRIPS=0", "STOP_LOSS_PERCENT=0.02", "TAKE_PROFIT_PERCENT=0.5",
    "EMERGENCY_STOP_PERCENT=0.2", "MIN_BALANCE_PCT=0", f"LEVERAGE={LEVERAGE}", "GUARDIAN_AFTER=0",
)  # fmt: skip
PATHS = {
    "/v1/orders": "upbit", "/api/v3/order": "binance_spot", "/fapi/v1/order": "binance_futures",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phase:
    """`rate`: prices a second a market while `count` entries are triggered on every venue."""

    name: str
    rate: float
    count: int
    pause: float = 1.0  # seconds between two triggers on a venue


@dataclass(slots=True)
class Seen:
    """What one phase showed, times in seconds, memory in bytes, `messages` a second."""

    orders: dict[tuple[str, str], list[float]] = field(default_factory=dict)  # venue, kind
    lags: list[float] = field(default_factory=list)
    commits: list[float] = field(default_factory=list)
    missing: int = 0
    messages: float = 0.0
    memory: int = 0
    load: float = 0.0
    began: float = 0.0
    ended: float = 0.0

    @property
    def entries(self) -> list[float]:
        """All venues together."""
        return [one for (_, kind), spent in self.orders.items() if kind == "entry" for one in spent]


def measured(program: str, phases: Sequence[Phase]) -> dict[str, Seen]:
    """Every phase of one program: `ours` or `bare`."""

    with tempfile.TemporaryDirectory(prefix="trader-bench-") as name:
        return asyncio.run(_measured(program, phases, Path(name)))


async def _measured(program: str, phases: Sequence[Phase], folder: Path) -> dict[str, Seen]:
    async with hall() as market:
        (_written if program == "ours" else _told)(market, folder)
        words = [sys.executable, "-m", f"benchmarks.latency.{program}", str(folder)]
        with (folder / "output.txt").open("wb") as output:
            process = subprocess.Popen(words, cwd=ROOT, stdout=output, stderr=output)  # noqa: ASYNC220
        try:
            return await _played(market, phases, process, folder)
        except TimeoutError as error:
            said = (folder / "output.txt").read_text()[-2_000:]
            raise RuntimeError(f"{program} did not come so far in time\n{said}") from error
        finally:
            process.kill()
            process.wait()


async def _played(
    market: Hall, phases: Sequence[Phase], process: subprocess.Popen[bytes], folder: Path
) -> dict[str, Seen]:
    await until(_listening(market, folder), STARTS_WITHIN)
    await asyncio.sleep(SETTLES)
    seen: dict[str, Seen] = {}
    for phase in phases:
        market.rate = phase.rate
        await asyncio.sleep(SETTLES / 2)
        seen[phase.name] = await _phase(market, phase, psutil.Process(process.pid))
    market.rate = 0.0
    process.send_signal(signal.SIGTERM)
    await until(lambda: process.poll() is not None, ENDS_WITHIN)
    heard, sent, lags, commits = json.loads((folder / "measured.json").read_text())
    for name, found in seen.items():
        _sorted(market, name, found, dict(heard), sent)
        found.lags = _within(found, lags)
        found.commits = _within(found, commits)
    return seen


def _within(seen: Seen, timed: list[tuple[float, float]]) -> list[float]:
    return [spent for at, spent in timed if seen.began <= at <= seen.ended]


def _listening(market: Hall, folder: Path) -> Callable[[], bool]:
    """Whether all markets are listened to and, of ours, trading has begun."""

    def holds() -> bool:
        path = folder / "data" / "bot_status.json"
        running = not (folder / ".env").exists() or (
            path.exists() and '"status":"running"' in path.read_text().replace(" ", "")
        )
        return running and all(street.listened >= SYMBOLS for street in market.streets)

    return holds


async def _phase(market: Hall, phase: Phase, process: psutil.Process) -> Seen:
    seen, before = Seen(began=perf_counter()), sum(street.sent for street in market.streets)
    busy = sum(process.cpu_times()[:2])
    await market.trade(phase.name, phase.count, phase.pause)
    await asyncio.sleep(1.0)
    seen.ended = perf_counter()
    spent = seen.ended - seen.began
    seen.messages = (sum(street.sent for street in market.streets) - before) / spent
    seen.load = (sum(process.cpu_times()[:2]) - busy) / spent
    seen.memory = process.memory_info().rss
    return seen


def _sorted(
    market: Hall,
    phase: str,
    seen: Seen,
    heard: dict[int, float],
    sent: list[tuple[float, str, str]],
) -> None:
    """Each trigger of the phase with the first order of its market that left after it was heard."""
    for trigger in market.triggers:
        if trigger.phase != phase:
            continue
        at = heard.get(trigger.number, float("inf"))
        left = (
            then - at for then, path, name in sent
            if then >= at and name == trigger.market and PATHS[path] == trigger.venue
        )  # fmt: skip
        spent = min(left, default=float("inf"))
        if spent < SETTLES:
            seen.orders.setdefault((trigger.venue, trigger.kind), []).append(spent)
        else:
            seen.missing += 1


def _written(market: Hall, folder: Path) -> None:
    """`.env` of the daemon."""
    found = {"VENUES": ",".join(street.site.venue for street in market.streets)}
    for street in market.streets:
        site = street.site
        found |= keys_of(site, street.server)
        found[f"{site.venue.upper()}_SYMBOLS"] = ",".join(site.symbol(coin) for coin in COINS)
    found |= dict(line.split("=", 1) for line in (*PLAIN, *MORE))
    text = (f"{name}={value}" for name, value in found.items())
    (folder / ".env").write_text(settings(*text, seconds=3.0))


def _told(market: Hall, folder: Path) -> None:
    """What the bare library needs to know."""
    told = []
    for street in market.streets:
        site, (url, key, secret) = street.site, keys_of(street.site, street.server).values()
        told.append({
            "venue": site.venue, "url": url, "key": key, "secret": secret,
            "symbols": [site.symbol(coin) for coin in COINS],
            "price": float(site.price), "amount": site.amount,
        })  # fmt: skip
    (folder / "venues.json").write_text(json.dumps(told))
