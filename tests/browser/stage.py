"""A folder as a running bot leaves it, moved by a test: for pages that need a certain moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from tests.bridge.panel import samples as views
from tests.dashboard import samples
from tests.dashboard.daemon import FakeDaemon
from trader.bridge.panel import names


class Stage:
    """Everything that a bot publishes, true for now, again every second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data, self.logs = folder / "data", folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(exist_ok=True)
        self.status: dict[str, Any] = {}
        self._candles = 0
        self._began = time.time()
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.writer = views.write_all(self.data, self._began)
        samples.write_log(self.logs, samples.entry("started"))

    def say(self) -> None:
        """Write what changes all the time."""
        with self._lock:
            now = time.time()
            samples.write(self.data, "bot_status.json", samples.status(now, **self.status))
            for venue, document in self.portfolios(now).items():
                samples.write(self.data, f"{venue}_portfolio.json", document)
            self.writer.put(names.chart_name(views.KEY), self._chart())

    def portfolios(self, now: float) -> dict[str, dict[str, Any]]:
        """What each venue's file says at a moment, seconds since 1970."""
        return {"upbit": samples.portfolio(now), "binance_futures": samples.futures(now)}

    def waiting(self) -> dict[str, Any] | None:
        """The command in the mailbox."""
        return FakeDaemon(self.data).waiting()

    def answer(self, result: str = "done", message: str = "") -> None:
        """Take the command away and say what became of it, from now on in every status."""
        taken = self.waiting()
        assert taken is not None, "nothing was asked"
        said = samples.answer(taken["id"], taken["name"], result, message, time.time())
        with self._lock:
            self.status["commands"] = [*self.status.get("commands", []), said]
        (self.data / "command.json").unlink()
        self.say()

    def next_candle(self) -> int:
        """A candle closes; when the next one began, in seconds since 1970."""
        self._candles += 1
        self.say()
        start: int = self._chart()["forming"][0]
        return start // 1000

    @contextmanager
    def moving(self) -> Iterator[Self]:
        """The bot lives while this lasts."""
        thread = threading.Thread(target=self._live)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join()

    def _live(self) -> None:
        while not self._over.wait(1.0):
            self.say()

    def _chart(self) -> dict[str, Any]:
        return views.chart(self._began + self._candles * views.CANDLE / 1000)
