"""Kills the bot while an order is on its way to each of three exchanges, again and again."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.e2e.books import LIVE, ledger
from tests.e2e.bot import TooLate
from tests.e2e.forking import Parent, warm
from tests.e2e.real import comparing
from tests.e2e.real.aiming import Aim, Hold, deliver, on_questions, wait
from tests.e2e.real.floor import Floor, floor
from tests.e2e.real.moments import Autopsy, Deed, Pending, Point, deeds, pending, touched
from tests.e2e.real.prices import SHORT
from tests.e2e.real.sites import COINS, OWNED, SITES, Site
from trader.bridge.mailbox import MailboxFull

# Deaths of each venue: all three die in each life. KILLS=20 for a quick look.
LIVES = int(os.environ.get("KILLS") or (1_000 if os.environ.get("SOAK") else 100))
TRADED = COINS[:7]
LINES = ("STOP_LOSS_PERCENT=0.02", "TAKE_PROFIT_PERCENT=0.04", "LOOP_SECONDS=0.2",
         "GUARDIAN_AFTER=0")  # fmt: skip
PATIENT = 8.0  # seconds that a life waits for each of its orders at most
AGAIN = 0.4  # seconds until a wish that came to nothing is followed by another one
MOST = 5  # positions of a venue; with so many something is sold
COLD = 25  # every such life begins as `python run_bot.py`, the others are forked
RECOVERS = 0.15  # of all lives end while they ask what became of the orders of the one before
DOUBTS = 0.2  # of all lives may leave orders that never arrive: a doubt lasts up to two minutes,
LONGEST = 150  # and this many lives take longer than that
SPARE = 1.5  # so many lives for each that must count


class Killer:
    """One bot, three exchanges, one seed, many lives."""

    def __init__(self, made: Floor, parent: Parent, seed: int, lives: int) -> None:
        self.floor, self.parent, self.wanted = made, parent, lives
        self.chance = random.Random(seed)
        self.met: Counter[tuple[Deed, Point]] = Counter()
        self.proven = {site.venue: 0 for site in SITES}  # deaths with something under way
        self.breaches: list[str] = []
        self.lives = self.cold = 0
        self.starts: list[float] = []
        self._aims: dict[str, Aim] = {}
        self._left: dict[str, list[Pending]] = {site.venue: [] for site in SITES}
        self._fresh: dict[str, set[str]] = {site.venue: set() for site in SITES}

    @property
    def done(self) -> bool:
        """Whether every venue has died often enough in the midst of something."""
        return min(self.proven.values()) >= self.wanted

    # ------------------------------------------------------------ one life

    def live_and_die(self) -> None:
        """Recover what the last death left, have orders under way everywhere, die."""
        since = {site.venue: len(self.floor.server(site).log) for site in SITES}
        recovering = self.lives > 0 and self.chance.random() < RECOVERS
        holds: list[Hold] = []
        self._aims = {}
        try:
            if recovering:
                self._begin(holds)
            else:
                self._trade(holds)
        finally:
            self.floor.bot.end()
        self.lives += 1
        for site in SITES:
            self._look(site, since[site.venue], recovering=recovering)
        for hold in holds:
            hold.end()
        self._bend()

    def _start(self) -> None:
        bot = self.floor.bot
        if self.lives % COLD == 0:
            self.cold += 1
            bot.start(measured=False)
        else:
            words = ["--data-dir", "data", "--log-dir", "logs"]
            bot.process = self.parent.fork(words, bot.folder)

    def _begin(self, holds: list[Hold]) -> None:
        """It asks all exchanges what became of its orders, and hears nothing any more."""
        holds += [on_questions(self.floor.server(site)) for site in SITES]
        self._start()
        wait(lambda: all(hold.fired for hold in holds), PATIENT)
        time.sleep(self.chance.uniform(0.0, 0.02))

    def _trade(self, holds: list[Hold]) -> None:
        """Something is under way at each exchange."""
        self._start()
        self._up()
        for site in self.chance.sample(SITES, len(SITES)):
            point = self._point(last=len(self._aims) == len(SITES) - 1)
            aim = Aim(site, self.floor.server(site), self._deed(site), point)
            self._aims[site.venue] = aim
            holds.append(aim.hold)
            self._pursue(aim)
        if not aim.caught:
            time.sleep(self.chance.choice((0.0, self.chance.uniform(0.0, 0.1))))
        assert self.floor.bot.alive, self.floor.bot.output()[-3_000:]
        deliver(list(self._aims.values()), self.floor.bot)

    def _up(self) -> None:
        bot, began = self.floor.bot, time.monotonic()
        try:
            bot.until(lambda status: status.status == "running", 45, fresh=True)
        except TooLate as error:
            lines = [*self.breaches, str(error), bot.output()[-4_000:]]
            raise TooLate(f"life {self.lives}: " + "\n".join(lines)) from None
        self.starts.append(time.monotonic() - began)

    # ------------------------------------------------------------ what is to be under way

    def _deed(self, site: Site) -> Deed:
        """What is possible now, by chance."""
        held, _ = self._coins(site)
        entering = (Deed.ENTRY, Deed.PROTECTION)
        if not held:
            possible = [deed for deed in deeds(site) if deed in entering]
        elif len(held) >= MOST:
            possible = [deed for deed in deeds(site) if deed not in entering]
        else:
            possible = list(deeds(site))
        return self.chance.choice(possible)

    def _point(self, *, last: bool) -> Point:
        """Only the last one can be caught before it leaves: the others would be sent meanwhile."""
        early = self.lives < max(DOUBTS * self.wanted, self.wanted - LONGEST)
        points = [Point.TRAVELLING, Point.UNANSWERED, Point.UNHEARD]
        if last and early and self.chance.random() < 0.5:
            return Point.LEAVING
        return self.chance.choice(points)

    def _coins(self, site: Site) -> tuple[list[str], list[str]]:
        """Coins that are held and those that are not, without those in doubt."""
        data = self.floor.bot.data
        doubted = {order.key for order in pending(data, site.venue)}
        free = [coin for coin in TRADED if site.key(coin) not in doubted]
        held = [coin for coin in free if self.floor.position(site, coin)]
        return held, [coin for coin in free if coin not in held]

    def _pursue(self, aim: Aim) -> None:
        """Wish for it until it is under way."""
        until = time.monotonic() + PATIENT
        while not aim.met and time.monotonic() < until:
            self._steer(aim)
            aim.wait(self.floor.bot, AGAIN)

    def _steer(self, aim: Aim) -> None:
        held, others = self._coins(aim.site)
        entering = aim.deed in (Deed.ENTRY, Deed.PROTECTION)
        coins = others if entering else held
        if not coins:
            return
        where = {"venue": aim.site.venue, "symbol": aim.site.symbol(self.chance.choice(coins))}
        wish = "buy" if entering else "close_position"
        more = {"amount_quote": aim.site.amount} if entering else {}
        with suppress(MailboxFull):
            self.floor.bot.send(wish, where | more)

    def _bend(self) -> None:
        """While nobody watches prices go on, now and then through a stop or a target."""
        for site in SITES:
            if self.chance.random() < 0.15:
                share = self.chance.choice((0.975, 1.045))
                self.floor.go(site, self.chance.choice(TRADED), share)

    # ------------------------------------------------------------ what a death left

    def _look(self, site: Site, since: int, *, recovering: bool) -> None:
        """And let a day pass for the exchange: deaths are not a second apart, else the starts alone
        use up what it allows, and every start asks for all orders of the day."""
        data, venue = self.floor.bot.data, site.venue
        server, account = self.floor.server(site), self.floor.account(site)
        server.budgets.forget()
        account.age({name for name, s in ledger(data, venue).orders.items() if s not in LIVE})
        left, before = pending(data, venue), {order.name for order in self._left[venue]}
        autopsy = Autopsy(account, before, self._fresh[venue] if recovering else set(), since)
        moments = autopsy.found(left)
        self._left[venue], self._fresh[venue] = left, set(moments)
        aim = self._aims.get(venue)
        if aim is not None and aim.hold.fired:  # without an answer, whatever a stream has told
            moments.setdefault(f"{aim.deed} held", (aim.deed, aim.died_at))
        self.met.update(moments.values())
        self.proven[venue] += bool(moments)
        broken = [*comparing.always(data, site, server), *touched(account, OWNED)]
        self.breaches += [f"life {self.lives}: {text}" for text in broken]

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
            yield from self._unprotected(site)

    def _unprotected(self, site: Site) -> Iterator[str]:
        """Positions that neither an order there nor the engine guards."""
        for symbol, detail in self.floor.bot.portfolio(site.venue).details.items():
            there = self.floor.exits(site, symbol.partition("/")[0])
            if detail.stop is None or (detail.protection != "engine" and not there):
                yield f"{site.venue}: {symbol} is not protected: {detail}, {there}"


def prove(folder: Path, seed: int, lives: int) -> str:
    """Kill one bot so often, then let it settle. A line about it; raises with all breaches."""
    with floor(folder, SITES, TRADED, *LINES, past=SHORT) as made, warm() as parent:
        made.mover.every = 0.5
        killer = Killer(made, parent, seed, lives)
        made.up(measured=False).bot.kill()  # the journal is there from now on
        began = time.monotonic()
        while not killer.done and killer.lives < SPARE * lives + 5:
            killer.live_and_die()
        took = time.monotonic() - began
        breaches = killer.settle()
        orders = sum(len(made.account(site).accepted()) for site in SITES)
    line = (
        f"seed {seed}: {killer.lives} kills of three venues at once in {took:.0f} s, "
        f"{killer.cold} of cold starts, with something under way: {killer.proven}; "
        f"{orders} orders accepted\n{_told(killer.met)}"
    )
    assert breaches == [], f"{line}\n" + "\n".join(breaches) + made.bot.output()[-6_000:]
    assert killer.done, f"{line}: too harmless to prove anything"
    seen = {moment for pair in killer.met for moment in pair}
    unmet = [moment for moment in (*Deed, *Point) if moment not in seen]
    assert unmet == [] or lives < 50, f"{line}: never met {unmet}"
    return line


def _told(met: Counter[tuple[Deed, Point]]) -> str:
    """By deed, how often it was met at which point."""
    return "\n".join(
        f"  {deed}: " + ", ".join(f"{met[deed, point]} x {point}" for point in Point)
        for deed in Deed
    )
