"""Hands combinations out in chunks, takes rows in, and survives workers that die."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait

from trader.backtest.sweep.crews import Crew
from trader.backtest.sweep.work import Done
from trader.domain.errors import BadInput

CHUNK_SECONDS = 0.2  # long beside a task's overhead, short beside what a kill may cost
DEATHS = 3  # of a combination before it is set aside
_LONGEST = 1.0  # seconds that a chunk of the least size may take
_MOST = 5_000  # combinations of a chunk
_LOOK_EVERY = 0.5  # seconds: where a wait without end would not hear Ctrl-C

Take = Callable[[Done], None]


class Chunks:
    """Cuts numbers into chunks of a fifth of a second's work, smaller near the end.

    `each`: seconds a combination may take, a guess until some were measured. `group_of`: numbers
    of one group share their signals; a chunk ends with its group where that is near.
    """

    def __init__(
        self, numbers: Iterable[int], todo: int, each: float, group_of: Callable[[int], int]
    ) -> None:
        self._numbers, self._left, self._each = iter(numbers), todo, each
        self._group_of = group_of
        self._learnt = False
        self._next = next(self._numbers, None)

    def cut(self, crew: Crew) -> tuple[int, ...]:
        """The next chunk for a crew; empty when there is nothing left."""
        wanted = int(CHUNK_SECONDS / self._each)
        fair = self._left // (2 * crew.ahead)  # leave something for everybody
        least = min(crew.least, int(_LONGEST / self._each))
        chunk = list(self._take(max(min(wanted, fair, _MOST), least, 1)))
        while len(chunk) < wanted / 2 and self._goes_on(chunk):
            chunk += self._take(1)
        self._left -= len(chunk)
        return tuple(chunk)

    def learn(self, done: Done) -> None:
        """A chunk came back: correct the guess, smoothly once it is none any more."""
        each = max(done.seconds, 1e-6) / max(1, len(done.rows))
        self._each = 0.7 * self._each + 0.3 * each if self._learnt else each
        self._learnt = True

    def _take(self, count: int) -> Iterator[int]:
        while count and self._next is not None:
            yield self._next
            self._next, count = next(self._numbers, None), count - 1

    def _goes_on(self, chunk: list[int]) -> bool:
        """Whether the next combination has the signals of the last one."""
        if self._next is None or not chunk:
            return False
        return self._group_of(self._next) == self._group_of(chunk[-1])


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

    def run(self, chunks: Chunks) -> None:
        """Work everything off. On Ctrl-C what has come back is taken first."""
        try:
            while self._fill(chunks) or self._flying:
                landed, _ = wait(self._flying, _LOOK_EVERY, return_when=FIRST_COMPLETED)
                self._land(landed, chunks)
        except KeyboardInterrupt:
            self._land_what_is_done(chunks)
            raise

    def _fill(self, chunks: Chunks) -> bool:
        """Keep the crew busy; while anything is suspected, with one combination at a time."""
        if self._on_trial and self._flying:
            return True
        self._on_trial = bool(self._suspects)
        if self._on_trial:
            self._send((self._suspects.popleft(),))
            return True
        while len(self._flying) < self._crew.ahead:
            chunk = chunks.cut(self._crew)
            if not chunk:
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

    def _land(self, landed: set[Future[Done]], chunks: Chunks) -> None:
        died = []
        for future in landed:
            chunk = self._flying.pop(future)
            try:
                done = future.result()
            except self._crew.deadly:
                died.append(chunk)
            else:
                self._taken(done, chunks)
        if died:
            self._bury(died, chunks)

    def _taken(self, done: Done, chunks: Chunks) -> None:
        chunks.learn(done)
        self._rows += len(done.rows)
        self._take(done)

    def _land_what_is_done(self, chunks: Chunks) -> None:
        for future in [future for future in self._flying if future.done()]:
            del self._flying[future]
            if not future.cancelled() and future.exception() is None:
                self._taken(future.result(), chunks)

    def _bury(self, died: list[tuple[int, ...]], chunks: Chunks) -> None:
        """Suspect what was in flight; blame a combination only that was alone."""
        self._land_what_is_done(chunks)
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
