"""Takes the messages of a stream before ccxt reads them.

ccxt hands on the newest message only, and its reader dies without a word of the first message that
is no JSON. What fails with a connection tells addresses, and with them tokens: nobody may print it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from trader.venues.real.calling import parsed
from trader.venues.real.reading.streams import StreamOver

if TYPE_CHECKING:
    from ccxt.pro import Exchange


class Tap:
    """On every connection that one object of ccxt makes; it is used for nothing else.

    `hear` gets each message, read as JSON. `StreamOver` ends the stream; whatever else it raises
    counts as `garbage` and is left out. `ended` gets the reason when nothing will come any more.
    """

    def __init__(self, exchange: Exchange, hear: Callable[[Any], None]) -> None:
        self.exchange = exchange
        self.garbage = 0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._hear = hear
        connect = exchange.client

        def client(url: str) -> Any:
            made = connect(url)
            made.handle_text_or_binary_message = self._take
            return made

        exchange.client = client

    def end(self, why: Exception) -> None:
        """Nothing will come any more."""
        if not self.ended.done():
            self.ended.set_exception(why)

    async def close(self) -> None:
        """Give the connections back."""
        self.ended.cancel()
        await asyncio.gather(self.ended, return_exceptions=True)
        await self.exchange.close()

    def _take(self, data: str | bytes) -> None:
        """One message. Whatever is in it, nothing is raised: ccxt would stop to read."""
        if self.ended.done():
            return
        try:
            self._hear(parsed(data.decode() if isinstance(data, bytes) else data))
        except StreamOver as over:
            self.end(over)
        except Exception:  # noqa: BLE001 - garbage of any kind
            self.garbage += 1
