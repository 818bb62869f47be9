"""An exchange's private stream kept alive: hints of our orders and of the account as they happen.

A stream is a hint, what is asked for is the truth (see docs/decisions/0053): whatever it says or
keeps silent about, orders and books are compared by asking all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from trader.domain.errors import VenueError, VenueUnavailable
from trader.domain.time import MINUTE
from trader.venues.real.connection import TIMEOUT
from trader.venues.real.desks.ports import Own
from trader.venues.real.following import Follower
from trader.venues.real.line import Ears
from trader.venues.real.venue import RealVenue
from trader.venues.real.wires import WIRES, Session
from trader.venues.real.witness import Witness

if TYPE_CHECKING:
    from ccxt.pro import Exchange

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before the next connection
STEADY = MINUTE  # ms; a connection that lasted so long begins anew with the first pause


class PrivateStream:
    """Of one exchange. `open()`; `await close()` before the venue's.

    `make`: a new object of ccxt for each connection. `witness` is the venue's inbox.
    """

    def __init__(
        self, venue: RealVenue, own: Own, ears: Ears, witness: Witness, make: Callable[[], Exchange]
    ) -> None:
        self.connections = 0  # that were confirmed
        self._line = venue.line
        self._venue = own.venue
        self._ears = ears
        self._witness = witness
        self._make = make
        self._follower = Follower(venue, own, witness, ears)
        self._garbage = 0
        self._session: Session | None = None
        self._lost = False  # as far as anybody was told
        self._task: asyncio.Task[None] | None = None
        witness.silent = self._silent

    @property
    def garbage(self) -> int:
        """How many messages could not be read."""
        return self._garbage + (0 if self._session is None else self._session.tap.garbage)

    def open(self) -> None:
        """Begin to listen; returns at once."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Nothing is heard or asked any more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._follower.close()

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            began = self._ears.now()
            try:
                await self._listen()
            except Exception as broken:  # noqa: BLE001 - whatever it is: trading goes on without
                self._broken(broken)
            if self._ears.now() - began >= STEADY:
                pause = FIRST_PAUSE
            await self._ears.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _listen(self) -> None:
        """One connection from its first to its last message; always ends with an error."""
        exchange = self._make()
        session = Session(self._venue, exchange, self._line, self._follower.heard, self._ears.sleep)
        self._session = session
        try:
            async with asyncio.timeout(TIMEOUT):
                watching = await WIRES[self._venue](session)
            either: set[asyncio.Future[None]] = {watching, session.tap.ended}
            if not any(one.done() for one in either):
                self._confirmed()
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            (session.tap.ended if session.tap.ended.done() else watching).result()
            raise VenueUnavailable("the connection was closed")
        finally:
            self._session = None
            self._garbage += session.tap.garbage
            self._witness.listening(connected=False)
            await session.close()

    def _confirmed(self) -> None:
        """Connected: what happened meanwhile is asked for."""
        self.connections += 1
        self._witness.listening(connected=True)
        self._follower.report_soon()
        if self._lost:
            self._lost = False
            self._ears.notice("stream_back", f"{self._venue}: news of orders come again")

    def _broken(self, why: Exception) -> None:
        if not self._lost:
            self._lost = True
            self._ears.notice(
                "stream_lost",
                f"{self._venue}: the stream with news of orders was lost ({_plain(why)}); it is "
                "connected again by itself, and until then orders are asked about every 10 s",
            )

    def _silent(self) -> None:
        """Fills were heard of that the stream did not mention."""
        if self._session is not None:
            self._session.tap.end(VenueUnavailable("it kept silent about fills"))


def _plain(why: Exception) -> str:
    """In a few words; ccxt's own tell addresses and more than anybody wants to read."""
    if isinstance(why, VenueError):
        return str(why)
    return "no answer in time" if isinstance(why, TimeoutError) else "the connection broke"
