"""Hands combinations out in chunks, takes rows in, and survives workers that die."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice

from trader.backtest.sweep.crews import Crew
from trader.backtest.sweep.work import Done
from trader.domain.errors import BadInput

CHUNK_SECONDS = 0.2  # long beside a task's overhead, short beside what a kill may cost
DEATHS = 3  # of a combination before it is set aside
_LONGEST = 1.0  # seconds that a chunk of the least size may take
_FIRST, _MOST = 4, 5_000  # combinations of a chunk: before anything is known, and ever
_LOOK_EVERY = 0.5  # seconds: where a wait without end would not hear Ctrl-C

Take = Callable[[Done], None]


class Pace:
    """How many combinations make a chunk: a fifth of a second's worth, small near the end."""

    def __init__(self, todo: int, crew: Crew) -> None:
        self._left, self._crew = todo, crew
        self._each = 0.0  # seconds a combination, smoothed

    def next(self) -> int:
        """Combinations of the next chunk."""
        wanted, patience = _FIRST, _FIRST
        if self._each:
            wanted, patience = int(CHUNK_SECONDS / self._each), int(_LONGEST / self._each)
        fair = self._left // (2 * self._crew.ahead)  # leave something for everybody
        size = max(min(wanted, fair, _MOST), min(self._crew.least, patience), 1)
        self._left -= size
        return size

    def learn(self, done: Done) -> None:
        """A chunk came back."""
        each = done.seconds / max(1, len(done.rows))
        self._each = each if not self._each else 0.7 * self._each + 0.3 * each


class Driver:
    """Drives a crew through combinations. `aside`: those that killed their worker three times.

    When a worker dies, everything in flight is suspected and done again one by one, so that the
    one that kills is known. Only what is in flight can be lost.
    """

    def __init__(self, crew: Crew, take: Take) -> None:
        self._crew, self._take = crew, take
        self._flying: dict[Future[Done], tuple[int, ...]] = {}
        self._suspects: deque[int] = deque()
        self._deaths: Counter[int] = Counter()
        self._on_trial = False
        self._rows = 0
        self.aside: list[int] = []

    def run(self, numbers: Iterator[int], todo: int) -> None:
        """Work everything off. On Ctrl-C what has come back is taken first."""
        pace = Pace(todo, self._crew)
        chunks = iter(lambda: tuple(islice(numbers, pace.next())), ())
        try:
            while self._fill(chunks) or self._flying:
                landed, _ = wait(self._flying, _LOOK_EVERY, return_when=FIRST_COMPLETED)
                self._land(landed, pace)
        except KeyboardInterrupt:
            self._land_what_is_done(pace)
            raise

    def _fill(self, chunks: Iterator[tuple[int, ...]]) -> bool:
        """Keep the crew busy; while anything is suspected, with one combination at a time."""
        if self._on_trial and self._flying:
            return True
        self._on_trial = bool(self._suspects)
        if self._on_trial:
            self._send((self._suspects.popleft(),))
            return True
        while len(self._flying) < self._crew.ahead:
            chunk = next(chunks, None)
            if chunk is None:
                return False
            self._send(chunk)
        return True

    def _send(self, chunk: tuple[int, ...]) -> None:
        try:
            self._flying[self._crew.submit(chunk)] = chunk
        except self._crew.deadly as error:  # the pool broke since we last looked
            failed: Future[Done] = Future()
            failed.set_exception(error)
            self._flying[failed] = chunk

    def _land(self, landed: set[Future[Done]], pace: Pace) -> None:
        died = []
        for future in landed:
            chunk = self._flying.pop(future)
            try:
                done = future.result()
            except self._crew.deadly:
                died.append(chunk)
            else:
                self._taken(done, pace)
        if died:
            self._bury(died, pace)

    def _taken(self, done: Done, pace: Pace) -> None:
        pace.learn(done)
        self._rows += len(done.rows)
        self._take(done)

    def _land_what_is_done(self, pace: Pace) -> None:
        for future in [future for future in self._flying if future.done()]:
            del self._flying[future]
            if not future.cancelled() and future.exception() is None:
                self._taken(future.result(), pace)

    def _bury(self, died: list[tuple[int, ...]], pace: Pace) -> None:
        """Suspect what was in flight; blame a combination only that was alone."""
        self._land_what_is_done(pace)
        died += self._flying.values()
        self._flying.clear()
        if len(died) == 1 and len(died[0]) == 1:
            self._blame(died[0][0])
        else:
            self._suspects.extend(sorted({number for chunk in died for number in chunk}))
        self._crew.renew()

    def _blame(self, number: int) -> None:
        self._deaths[number] += 1
        if self._deaths[number] < DEATHS:
            self._suspects.appendleft(number)
            return
        self.aside.append(number)
        if len(self.aside) >= DEATHS and not self._rows:
            raise BadInput(
                "the workers die as soon as they begin, perhaps for want of memory; use "
                "--workers 1, fewer candles, or --debug to see more"
            )
