"""What every scenario ends with, whatever it was about: the four checks, and that faults fired."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.e2e.real.floor import Floor
from tests.e2e.real.sites import Site
from tests.e2e.real.truth import Account
from tests.exchanges.binance.futures import FuturesWords
from tests.exchanges.binance.spot import SpotWords
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.server import Server
from tests.exchanges.core.wire import Asked

NAKED = 5_000  # ms without protection that the specification allows (page 4.1, promise 5)
LOOK_EVERY = 0.25  # seconds
_TROUBLES = frozenset(trouble.value for trouble in Trouble)
_NO_ANSWER = frozenset({401, 418, 429})
Stretch = tuple[int, int]  # from, to; ms of the exchange's clock


@dataclass
class Watched:
    """What was seen beside one test while it ran. `down`: stretches without a living process."""

    began: dict[str, int]
    nobody: dict[str, list[int]] = field(default_factory=dict)  # venue -> when it said so
    down: list[Stretch] = field(default_factory=list)
    looks: int = 0


@contextmanager
def watched(there: Floor) -> Iterator[Watched]:
    """Look at the bot's own figure of what nobody protects, as long as a test takes."""
    found = Watched({name: server.truth.clock.now() for name, server in there.servers.items()})
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY):
            _look(there, found)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def _look(there: Floor, found: Watched) -> None:
    now = round(time.time() * 1_000)
    if not there.bot.alive:
        found.down.append((now - 2_000, now + 2_000))
        return
    status = there.bot.status()
    if status is None or time.time() - status.timestamp > 2:
        return  # it starts: nothing was said yet
    found.looks += 1
    for venue, shares in status.coverage.items():
        if shares.nobody > 0:
            found.nobody.setdefault(venue, []).append(now)


def breaches(there: Floor, found: Watched) -> list[str]:
    """All that must not be after a test (page 4.1): nothing, when it was a good one.

    Books and truth are compared by the floor itself, with duplicates and limits.
    """
    there.compare()
    faults = [text for server in there.servers.values() for text in _unfired(server)]
    naked = [text for site in there.sites for text in _naked(there, site, found)]
    return [*faults, *naked, *_unwatched(there, found)]


def clear(there: Floor) -> None:
    """The next test begins without this one's faults."""
    for server in there.servers.values():
        server.plan.forget()
        words = server.words
        if isinstance(words, SpotWords | FuturesWords):
            words.door.planned.clear()


def _unfired(server: Server) -> Iterator[str]:
    """Faults that were planned and never happened: the test proved nothing."""
    for fault in server.plan.unfired():
        yield f"never happened: {fault.trouble} of {fault.method} {fault.path}"
    words = server.words
    if isinstance(words, SpotWords | FuturesWords):
        for planned in words.door.planned:
            if not planned.fired:
                yield f"never refused: {planned.method} {planned.path} {planned.refusal}"


# ---------------------------------------------------------------- nothing naked


def _naked(there: Floor, site: Site, found: Watched) -> Iterator[str]:
    """Positions of which neither an order of ours nor the time of a fault took care."""
    if site.protections is None:
        return  # the engine's own watch is the protection there
    excused = _excused(there, site.venue, found)
    account = there.account(site)
    for coin in there.coins:
        if (site.venue, coin) in there.engine_watches:
            continue
        for since, until in stretches(account, site.market(coin), found.began[site.venue]):
            left = (until - since) - overlap((since, until), excused)
            if left > NAKED:
                yield f"{site.venue} {coin}: naked for {left / 1_000} s, faults taken off"


def stretches(account: Account, market: str, began: int) -> Iterator[Stretch]:
    """When something was held and no order of ours covered it, since `began`."""
    since = None
    for at, held, covered in account.moments(market):
        if since is not None and at > began:
            yield since, at
        since = at if held and not covered else None


@contextmanager
def lasting(there: Floor, site: Site) -> Iterator[None]:
    """A fault that is no request's: a market that is closed, coins that were taken away."""
    clock = there.server(site).truth.clock
    since = clock.now()
    try:
        yield
    finally:
        there.faults.append((site.venue, since, clock.now()))


def _excused(there: Floor, venue: str, found: Watched) -> list[Stretch]:
    """The time that faults took on a venue, and that in which no process was there."""
    told = [(since, until) for name, since, until in there.faults if name == venue]
    return [*troubled(there.servers[venue], found.began[venue]), *told, *found.down]


def troubled(server: Server, began: int) -> list[Stretch]:
    """The time that faults took: each request that met one, until the next of its kind that was
    answered (a doubt about an order lasts as long as nobody may ask for another)."""
    open_since: dict[tuple[str, str], int] = {}
    found = []
    for asked in tuple(server.log):
        kind = (asked.method, asked.path)
        if asked.at < began:
            continue
        if _met_trouble(asked):
            open_since.setdefault(kind, asked.at)
        elif kind in open_since:
            found.append((open_since.pop(kind), asked.at))
    now = server.truth.clock.now()
    return found + [(since, now) for since in open_since.values()]


def _met_trouble(asked: Asked) -> bool:
    return asked.verdict in _TROUBLES or asked.status in _NO_ANSWER or asked.status >= 500


def overlap(stretch: Stretch, others: Iterable[Stretch]) -> int:
    """How much of a stretch the others cover together, ms."""
    covered, reached = 0, stretch[0]
    for since, until in sorted(others):
        begin, end = max(since, reached), min(until, stretch[1])
        if end > begin:
            covered, reached = covered + end - begin, end
    return covered


def _unwatched(there: Floor, found: Watched) -> Iterator[str]:
    """The bot's own word, of every venue: neither exchange nor engine nor guardian."""
    for venue, times in found.nobody.items():
        excused = _excused(there, venue, found)
        for since, until in runs(times):
            left = (until - since) - overlap((since, until), excused)
            if left > NAKED:
                yield f"{venue}: nobody protected a position for {left / 1_000} s, it says"


def runs(times: list[int]) -> Iterator[Stretch]:
    """Looks that saw the same without a pause."""
    first = last = times[0]
    for at in times[1:]:
        if at - last > 4 * LOOK_EVERY * 1_000:
            yield first, last
            first = at
        last = at
    yield first, last
