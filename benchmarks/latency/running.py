"""Ours and the bare library side by side, each in a process, on exchanges in this one."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import psutil

from benchmarks.latency.street import COINS, LEVERAGE, QUIET, SYMBOLS, Hall, hall, until
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
    """`rate`: prices a second a market while `count` entries are triggered on every venue.

    `together`: both programs at once, so that what else the machine does is the same for both.
    """

    name: str
    rate: float
    count: int
    pause: float  # seconds between two triggers on a venue
    together: bool = True


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


@dataclass(slots=True)
class Run:
    """A program in a process of its own, on exchanges of its own."""

    program: str
    folder: Path
    market: Hall
    process: subprocess.Popen[bytes]
    seen: dict[str, Seen] = field(default_factory=dict)

    async def play(self, phase: Phase) -> None:
        """One phase; afterwards it is quiet again."""
        self.market.rate = phase.rate
        await asyncio.sleep(SETTLES / 2)
        self.seen[phase.name] = await _phase(self.market, phase, psutil.Process(self.process.pid))
        self.market.rate = QUIET

    async def end(self) -> None:
        """Stop it in order and read what it measured."""
        self.market.rate = 0.0
        self.process.send_signal(signal.SIGTERM)
        await until(lambda: self.process.poll() is not None, ENDS_WITHIN)
        heard, sent, lags, commits = json.loads((self.folder / "measured.json").read_text())
        for name, found in self.seen.items():
            _sorted(self.market, name, found, dict(heard), sent)
            found.lags = _within(found, lags)
            found.commits = _within(found, commits)


def measured(programs: Sequence[str], phases: Sequence[Phase]) -> dict[str, dict[str, Seen]]:
    """Every phase of the programs (`ours`, `bare`), at the same time or one after the other."""
    return asyncio.run(_measured(programs, phases))


async def _measured(programs: Sequence[str], phases: Sequence[Phase]) -> dict[str, dict[str, Seen]]:
    async with AsyncExitStack() as stack:
        runs = [await _started(program, stack) for program in programs]
        for run in runs:
            await _until_listening(run)
        await asyncio.sleep(SETTLES)
        for phase in phases:
            playing = [run.play(phase) for run in runs]
            if phase.together:
                await asyncio.gather(*playing)
            else:
                for played in playing:
                    await played
        for run in runs:
            await run.end()
    return {run.program: run.seen for run in runs}


async def _started(program: str, stack: AsyncExitStack) -> Run:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="trader-bench-")))
    market = await stack.enter_async_context(hall())
    (_written if program == "ours" else _told)(market, folder)
    words = [sys.executable, "-m", f"benchmarks.latency.{program}", str(folder)]
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(words, cwd=ROOT, stdout=output, stderr=output)  # noqa: ASYNC220
    stack.callback(process.wait)
    stack.callback(process.kill)
    return Run(program, folder, market, process)


async def _until_listening(run: Run) -> None:
    try:
        await until(_listening(run.market, run.folder), STARTS_WITHIN)
    except TimeoutError as error:
        said = (run.folder / "output.txt").read_text()[-2_000:]
        raise RuntimeError(f"{run.program} did not start in time\n{said}") from error


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
