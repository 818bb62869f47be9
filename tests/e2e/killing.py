"""Kills the bot at random moments, again and again, and looks at what is left."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.e2e import books
from tests.e2e.bot import VENUES, Bot, TooLate, command, rows, settings

EARLY = 0.1  # of all deaths come while it starts
LONGEST = 1.2  # seconds of a life after the start
SPEED = 900  # market seconds a second: orders all the time, and time-outs within a life
LIVELY = settings(
    "CRYPTO_STRATEGY_PRESET=scalping",
    "CRYPTO_STRATEGIES=dynamic_breakout,mean_reversion,momentum",
    "CRYPTO_MIN_ATR_PCT=0",
    "CRYPTO_MIN_EDGE_ROUND_TRIPS=0",
    "CRYPTO_ADX_MIN=0",
    "CRYPTO_EMA_FILTER=no",
    "CRYPTO_MTF_FILTER=no",
    "CRYPTO_ADX_FALLING_FILTER=no",
    "CRYPTO_COOLDOWN_CANDLES=0",
    "CRYPTO_TAKE_PROFIT_PERCENT=0.004",
    "CRYPTO_STOP_LOSS_PERCENT=0.003",
    "CRYPTO_MAX_HOLDING=300",
    "CRYPTO_MAX_POSITIONS=8",
    "CRYPTO_SIZING=fixed_fraction",
    "CRYPTO_POSITION_FRACTION=0.1",
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
            assert bot.alive, bot.output()[-3_000:]
        finally:
            bot.end()
        self.lives += 1
        self._look(f"life {self.lives}")

    def _steer(self) -> None:
        """Now and then a person acts too, so that commands are in flight as well."""
        venue, symbol = self.chance.choice(HAND)
        where = {"venue": venue, "symbol": symbol}
        wish = self.chance.choice(("buy", "close_position", "stop", "resume", "resume", ""))
        if not wish:
            return
        given = {"buy": {**where, "amount_quote": 50_000 if venue == "upbit" else 200}}
        args = given.get(wish, where if wish == "close_position" else {})
        try:
            self.told[self.bot.client.drop(wish, args)] = wish
        except Exception as full:  # noqa: BLE001 - the last one waits still
            del full

    def _look(self, when: str) -> None:
        data = self.bot.data
        self.breaches += [f"{when}: {text}" for text in books.always(data)]
        self.dangers += books.dangers(data)

    def settle(self) -> list[str]:
        """A last life, without entries, until nothing is in flight; what differs then."""
        bot = self.bot.up(*self.flags, measured=False)
        bot.ask("pause")
        bot.until(lambda _: not self._in_flight())
        shown = {venue: bot.portfolio(venue) for venue in VENUES}
        assert bot.stop() == 0, bot.output()[-3_000:]
        del shown
        return books.settled(bot.data)

    def _in_flight(self) -> list[str]:
        moving = "('sending', 'unknown', 'canceling')"
        working = "kind = 'market' AND status IN ('open', 'partial')"
        query = f"SELECT id FROM orders WHERE status IN {moving} OR ({working})"  # noqa: S608
        return [name for (name,) in self.bot.rows(query)]
