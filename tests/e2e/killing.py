"""Kills the bot at random moments, again and again, and looks at what is left."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.e2e import books
from tests.e2e.bot import VENUES, Bot, settings
from trader.bridge.mailbox import MailboxFull

EARLY = 0.1  # of all deaths come while it starts
AIMED = 0.7  # of all deaths come within milliseconds of somebody's writing
LONGEST = 0.8  # seconds of a life after the start
SPEED = 20_000  # market seconds a second: busy all the time, so that deaths meet it at work
LIVELY = settings(
    "CRYPTO_STRATEGY_PRESET=scalping",
    "CRYPTO_STRATEGIES=dynamic_breakout,mean_reversion,momentum,rsi_reversion,pullback",
    "CRYPTO_MIN_ATR_PCT=0",
    "CRYPTO_MIN_EDGE_ROUND_TRIPS=0",
    "CRYPTO_ADX_MIN=0",
    "CRYPTO_EMA_FILTER=no",
    "CRYPTO_MTF_FILTER=no",
    "CRYPTO_ADX_FALLING_FILTER=no",
    "CRYPTO_COOLDOWN_CANDLES=0",
    "CRYPTO_TAKE_PROFIT_PERCENT=0.004",
    "CRYPTO_STOP_LOSS_PERCENT=0.003",
    "CRYPTO_MAX_HOLDING=180",
    "CRYPTO_MAX_POSITIONS=12",
    "CRYPTO_SIZING=fixed_fraction",
    "CRYPTO_POSITION_FRACTION=0.05",
    "CRYPTO_MAX_CONSECUTIVE_LOSSES=0",
    "CRYPTO_MAX_DAILY_LOSS_PCT=0",
    "CRYPTO_MAX_WEEKLY_LOSS_PCT=0",
    "CRYPTO_MAX_MONTHLY_LOSS_PCT=0",
    "BINANCE_FUTURES_ALLOW_SHORTS=yes",
)
HAND = ("upbit", "BTC/KRW"), ("binance_spot", "ETH/USDT"), ("binance_futures", "SOL/USDT")


class Killer:
    """One bot, one seed, many lives. `told`: commands dropped; `dangers`: what deaths met."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.bot = Bot(folder, LIVELY)
        self.chance = random.Random(seed)
        self.flags = ("--speed", str(SPEED), "--seed", str(seed))
        self.told: dict[str, str] = {}
        self.dangers: Counter[str] = Counter()
        self.breaches: list[str] = []
        self.lives = 0

    def live_and_die(self) -> None:
        """One life: recover what the last death left, act for a while, die at any moment."""
        bot = self.bot.start(*self.flags, measured=False)
        try:
            if self.chance.random() > EARLY:
                bot.until(lambda status: status.loop.count > 0)
                self._steer()
            time.sleep(self.chance.uniform(0.0, LONGEST))
            if self.chance.random() < AIMED:
                self._aim()
            assert bot.alive, bot.output()[-3_000:]
        finally:
            bot.end()
        self.lives += 1
        self._look(f"life {self.lives}")

    def _aim(self) -> None:
        """Wait for somebody to write: then orders are on their way. A second at most."""
        files = ("trader.db", *(f"simulated_{venue}.db" for venue in VENUES))
        path = self.bot.data / f"{self.chance.choice(files)}-wal"
        before, until = written(path), time.monotonic() + 1.0
        while written(path) == before and time.monotonic() < until:
            time.sleep(0.0002)
        time.sleep(self.chance.uniform(0.0, 0.003))

    def _steer(self) -> None:
        """Now and then a person acts too, so that commands are in flight as well."""
        venue, symbol = self.chance.choice(HAND)
        where = {"venue": venue, "symbol": symbol}
        wish = self.chance.choice(("buy", "close_position", "stop", "resume", "resume", ""))
        if not wish:
            return
        given = {"buy": {**where, "amount_quote": 50_000 if venue == "upbit" else 200}}
        args = given.get(wish, where if wish == "close_position" else {})
        with suppress(MailboxFull):  # the last one was not taken yet
            self.told[self.bot.client.drop(wish, args)] = wish

    def _look(self, when: str) -> None:
        data = self.bot.data
        self.breaches += [f"{when}: {text}" for text in books.always(data)]
        self.dangers += books.dangers(data)

    def settle(self) -> list[str]:
        """A last life, without entries, until nothing is in flight; what differs then."""
        bot = self.bot.up(*self.flags, measured=False)
        bot.ask("pause")
        bot.until(lambda _: not in_flight(bot))
        assert bot.stop() == 0, bot.output()[-3_000:]
        return [*self.breaches, *books.settled(bot.data), *self._unguarded(), *self._unanswered()]

    def _unguarded(self) -> Iterator[str]:
        """Positions that nobody watches: neither the engine nor a live order on the exchange."""
        for venue in VENUES:
            exits = books.exchange(self.bot.data, venue).exits
            for symbol, detail in self.bot.portfolio(venue).details.items():
                there = exits.get(f"{venue}:{symbol}", [])
                if detail.stop is None or (detail.protection != "engine" and not there):
                    yield f"{venue}: {symbol} is not protected: {detail}, {there}"

    def _unanswered(self) -> Iterator[str]:
        """Commands without exactly one final answer."""
        known = dict(self.bot.rows("SELECT id, result FROM commands"))
        for command_id, name in self.told.items():
            if known.get(command_id) not in ("done", "refused", "failed"):
                yield f"{name} {command_id} was answered with {known.get(command_id)}"


def written(path: Path) -> int:
    """When a file was last written; 0: it is not there."""
    with suppress(FileNotFoundError):
        return path.stat().st_mtime_ns
    return 0


def in_flight(bot: Bot) -> list[object]:
    """Orders of which more is to be heard soon."""
    moving = "('sending', 'unknown', 'canceling')"
    working = "kind = 'market' AND status IN ('open', 'partial')"
    query = f"SELECT id FROM orders WHERE status IN {moving} OR ({working})"  # noqa: S608
    return list(bot.rows(query))


# Deaths in all, of the files that call `prove` together; KILLS=20 for a quick look.
LIVES = int(os.environ.get("KILLS") or (1_000 if os.environ.get("SOAK") else 100))
NEEDED = ("request lost", "answer lost", "end not heard", "fill not heard", "at rest there", "held")


def prove(folder: Path, seed: int, lives: int) -> str:
    """Kill one bot so often, then let it settle. A line about it; raises with all breaches."""
    killer = Killer(folder, seed)
    try:
        for _ in range(lives):
            killer.live_and_die()
        breaches = killer.settle()
    finally:
        killer.bot.end()
    met = ", ".join(f"{killer.dangers[danger]} x {danger}" for danger in NEEDED)
    line = f"seed {seed}: {lives} kills, {met}, {len(killer.told)} commands"
    assert breaches == [], f"{line}\n" + "\n".join(breaches)
    unmet = [danger for danger in NEEDED if not killer.dangers[danger]]
    assert unmet == [] or lives < 20, f"{line}: too harmless to prove anything"
    return line
