"""A bot in mode testnet on a loopback Upbit, with a guardian that acts after a second."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import psutil

from tests.e2e.bot import PATIENCE, Bot, bot, settings
from tests.exchanges.core.market import Bar
from tests.exchanges.core.orders import Order
from tests.exchanges.core.server import serving
from tests.exchanges.upbit.exchange import LoopbackUpbit
from tests.exchanges.upbit.ticks import tick_at
from trader.bridge.schemas import GuardianFile

SYMBOL = "BTC/KRW"
KEY = f"upbit:{SYMBOL}"
_CODE = "KRW-BTC"
_MINUTE = 60_000


class Guarded:
    """The bot, the exchange, and whoever watches. Prices tremble until told to fall."""

    def __init__(self, bot: Bot, upbit: LoopbackUpbit) -> None:
        self.bot, self.upbit = bot, upbit
        self.pids: set[int] = set()
        self._over = threading.Event()
        self._mover = threading.Thread(target=self._tremble)
        self._mover.start()

    def _tremble(self) -> None:
        chance = random.Random(7)
        while not self._over.wait(0.2):
            self._move(self._price() + chance.choice((-1, 0, 1)) * tick_at(self._price()))

    def fall(self, part: str) -> None:
        """The price loses this part of itself at once."""
        to = self._price() * (1 - Decimal(part))
        self._move(to // tick_at(to) * tick_at(to))

    def _price(self) -> Decimal:
        return self.upbit.truth.markets[_CODE].price

    def _move(self, price: Decimal) -> None:
        self.upbit.truth.move(_CODE, price)

    def close(self) -> None:
        """Nothing of ours is left behind."""
        for pid in self.pids:
            with contextlib.suppress(psutil.Error):
                if psutil.Process(pid).cwd() == str(self.bot.folder):
                    os.kill(pid, signal.SIGKILL)
        self._over.set()
        self._mover.join()

    def buy(self) -> None:
        """Have a position. What the first prices forbid, such as the collar, passes."""
        wish = {"venue": "upbit", "symbol": SYMBOL, "amount_quote": 100_000}
        for _ in range(20):
            if self.bot.buy(wish).result == "done":
                break
            time.sleep(0.5)
        self.until(lambda: self.held() > 0)

    # ------------------------------------------------------------ what is seen

    def guardian(self) -> GuardianFile:
        """The guardian's own words."""
        found = self.bot.client.guardian().value
        assert found is not None
        if found.pid is not None:
            self.pids.add(found.pid)
        return found

    def daemon(self) -> int:
        """Process id of who wrote the status."""
        status = self.bot.client.status().value
        assert status is not None
        self.pids.add(status.pid)
        return status.pid

    def halts(self) -> set[str]:
        """Codes in force, as shown last."""
        status = self.bot.client.status().value
        return {halt.code for halt in status.halts} if status else set()

    def orders(self, side: str) -> list[Order]:
        """All orders of one side that the exchange ever took."""
        return [order for order in self.upbit.truth.orders if order.side == side]

    def held(self) -> Decimal:
        """Coins that the books hold."""
        rows = self.bot.rows("SELECT quantity FROM positions WHERE key = ?", KEY)
        return sum((Decimal(row[0]) for row in rows), Decimal(0))

    def owned(self) -> Decimal:
        """Coins that were bought and not sold, by the exchange's own records."""
        signed = {"buy": 1, "sell": -1}
        orders = self.upbit.truth.orders
        return sum((order.filled * signed[order.side] for order in orders), Decimal(0))

    def daemons(self) -> list[int]:
        """Processes on this folder that trade."""
        return [p for p in processes(self.bot.folder, "run_bot.py") if p]

    def until(self, holds: Callable[[], object], seconds: float = 2 * PATIENCE) -> None:
        """Wait for it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(AssertionError):
                self.guardian()
                self.daemon()
                if holds():
                    return
            time.sleep(0.05)
        said = self.bot.client.guardian().value, self.bot.client.status().value
        raise AssertionError(f"not within {seconds} s: {said}\n{self.bot.output()[-2_000:]}")


def processes(folder: Path, script: str) -> list[int]:
    """Processes of a script that run in a folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            here = any(word.endswith(script) for word in process.cmdline()[1:2])
            if here and process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def exchange() -> LoopbackUpbit:
    """An Upbit with two days of quiet minutes."""
    upbit = LoopbackUpbit()
    now = upbit.truth.clock.now() // _MINUTE * _MINUTE
    for market in upbit.truth.markets.values():
        price, one = market.price, Decimal(1)
        flat = Bar(price, price * Decimal("1.0005"), price * Decimal("0.9995"), price, one, price)
        market.seed([(now - i * _MINUTE, flat) for i in range(3_000, 0, -1)])
        market.draw()
    return upbit


def env_of(upbit: LoopbackUpbit) -> str:
    """Settings of a bot on this exchange."""
    return settings(
        "MODE=testnet", "VENUES=upbit", f"SYMBOLS={SYMBOL}", "TIMEFRAME=1m", "OPTIMIZER=no",
        "GUARDIAN_AFTER=1", f"UPBIT_API_URL={upbit.url}",
        f"UPBIT_ACCESS_KEY={upbit.key.access}", f"UPBIT_SECRET_KEY={upbit.key.secret}",
    )  # fmt: skip


@contextmanager
def guarded(folder: Path) -> Iterator[Guarded]:
    """A bot that holds a position, and its guardian."""
    upbit = exchange()
    with serving(upbit), bot(folder, env_of(upbit)) as made:
        here = Guarded(made, upbit)
        try:
            made.start(measured=False)
            made.until(lambda status: status.status == "running", 2 * PATIENCE)
            here.buy()
            here.until(lambda: here.guardian().state == "watching")
            yield here
        finally:
            here.close()
