"""Kills the bot while orders are on their way to loopback exchanges, again and again."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.e2e.bot import TooLate
from tests.e2e.real import comparing
from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.sites import COINS, SITES, Site
from tests.exchanges.core.faults import Fault, Trouble
from trader.bridge.mailbox import MailboxFull

# A life takes as long as the program needs to start; all venues die in each of them.
LIVES = int(os.environ.get("KILLS") or (1_000 if os.environ.get("SOAK") else 9))
EARLY = 0.15  # of all deaths come while it starts
PATIENT = 6.0  # seconds that a life waits for an order at most
TRADED = COINS[:3]
LINES = ("STOP_LOSS_PERCENT=0.02", "TAKE_PROFIT_PERCENT=0.04")
NEEDED = ("sent, not heard", "never arrived", "fill not heard", "held", "at rest there")


class Killer:
    """One bot, three exchanges, one seed, many lives. `dangers`: what deaths met, by venue."""

    def __init__(self, made: Floor, seed: int) -> None:
        self.floor = made
        self.chance = random.Random(seed)
        self.dangers: Counter[str] = Counter()
        self.breaches: list[str] = []
        self.lives = 0
        self.aimed = 0
        self.starts: list[float] = []

    # ------------------------------------------------------------ one life

    def live_and_die(self) -> None:
        """Recover what the last death left, trade, die with orders on their way."""
        bot = self.floor.bot
        began = time.monotonic()
        bot.start(measured=False)
        try:
            if self.chance.random() < EARLY:
                time.sleep(self.chance.uniform(0.5, 4.0))
            else:
                self._up()
                self.starts.append(time.monotonic() - began)
                self._trade_and_aim()
            assert bot.alive, bot.output()[-3_000:]
        finally:
            bot.end()
        self.lives += 1
        self._look()
        self._bend()

    def _up(self) -> None:
        bot = self.floor.bot
        try:
            bot.until(lambda status: status.status == "running", 45, fresh=True)
        except TooLate as error:
            lines = [*self.breaches, str(error), bot.output()[-4_000:]]
            raise TooLate(f"life {self.lives}: " + "\n".join(lines)) from None

    def _trade_and_aim(self) -> None:
        """Orders for all venues at once; death when a chosen one of them gets its next."""
        site = self.chance.choice(SITES)
        server = self.floor.server(site)
        fault = self._trouble(site)
        before, until = _orders(self.floor, site), time.monotonic() + PATIENT
        while _orders(self.floor, site) == before and time.monotonic() < until:
            self._steer(self.chance.choice(SITES))
            self._watch(site, before, 0.1)
        self.aimed += _orders(self.floor, site) != before
        moment = self.chance.uniform(0.0, 0.02), self.chance.uniform(0.0, 0.3)
        time.sleep(self.chance.choice((0.0, *moment)))
        if fault is not None:
            server.plan.faults.remove(fault)

    def _watch(self, site: Site, before: int, seconds: float) -> None:
        """Wait for an order so long, and no longer than until it comes."""
        until = time.monotonic() + seconds
        while _orders(self.floor, site) == before and time.monotonic() < until:
            time.sleep(0.0005)

    def _trouble(self, site: Site) -> Fault | None:
        """Half of the deaths meet an exchange that is slow: before or after it did its work."""
        late = self.chance.choice((None, None, Trouble.ARRIVES_LATE, Trouble.ANSWERS_LATE))
        if late is None:
            return None
        server = self.floor.server(site)
        return server.fault(late, *site.entries, seconds=self.chance.uniform(0.05, 0.4), times=0)

    def _steer(self, site: Site) -> None:
        """Buy what is not held, close what is: there is always an order to come."""
        coin = self.chance.choice(TRADED)
        where = {"venue": site.venue, "symbol": site.symbol(coin)}
        wish, more = "buy", {"amount_quote": site.amount}
        if self.floor.position(site, coin):
            wish, more = "close_position", {}
        with suppress(MailboxFull):
            self.floor.bot.send(wish, where | more)

    def _bend(self) -> None:
        """While nobody watches prices go on, now and then through a stop or a target."""
        for site in SITES:
            if self.chance.random() < 0.15:
                share = self.chance.choice((0.975, 1.045))
                self.floor.go(site, self.chance.choice(TRADED), share)

    # ------------------------------------------------------------ what a death left

    def _look(self) -> None:
        """And let the exchanges forget what was asked: deaths are more than a minute apart, else
        the starts alone use up what they allow, and a start waits for that."""
        data = self.floor.bot.data
        for site in SITES:
            server = self.floor.server(site)
            server.budgets.forget()
            found = comparing.always(data, site, server)
            self.breaches += [f"life {self.lives}: {text}" for text in found]
            self.dangers += comparing.dangers(data, site, server)

    def settle(self) -> list[str]:
        """A last life without entries until both sides agree; what differs then."""
        made = self.floor
        made.bot.up(measured=False)
        until = time.monotonic() + 150
        while found := list(self._differences()):
            if time.monotonic() > until:
                break
            time.sleep(0.5)
        if not found and made.bot.stop() != 0:
            found.append(made.bot.output()[-3_000:])
        return [*self.breaches, *found]

    def _differences(self) -> Iterator[str]:
        for site in SITES:
            yield from self.floor.differences(site)


def _orders(made: Floor, site: Site) -> int:
    """How many requests for orders have come in."""
    log = tuple(made.server(site).log)
    paths = {site.entries, site.protections}
    return sum((asked.method, asked.path) in paths for asked in log)


def prove(folder: Path, seed: int, lives: int) -> str:
    """Kill one bot so often, then let it settle. A line about it; raises with all breaches."""
    with floor(folder, SITES, TRADED, *LINES) as made:
        killer = Killer(made, seed)
        made.up(measured=False).bot.kill()  # the journal is there from now on
        for _ in range(lives):
            killer.live_and_die()
        breaches = killer.settle()
        orders = sum(len(made.account(site).accepted()) for site in SITES)
    met = ", ".join(f"{killer.dangers[danger]} x {danger}" for danger in NEEDED)
    start = sorted(killer.starts)[len(killer.starts) // 2] if killer.starts else 0.0
    line = (
        f"seed {seed}: {lives} kills of three venues at once, {killer.aimed} at an order, {met}, "
        f"{orders} orders accepted, a start takes {start:.1f} s"
    )
    assert breaches == [], f"{line}\n" + "\n".join(breaches) + made.bot.output()[-6_000:]
    assert killer.aimed > lives // 4, f"{line}: too harmless to prove anything"
    return line
