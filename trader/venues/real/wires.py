"""How each exchange's private stream is connected with ccxt: token, address, subscription.

What comes is taken as text before ccxt reads it: ccxt hands on the newest message only, and its
reader dies without a word of the first message that is no JSON.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.venues.real.budget import Urgency
from trader.venues.real.calling import Call, parsed
from trader.venues.real.line import Line
from trader.venues.real.reading.fields import row, text
from trader.venues.real.reading.streams import READERS, Hint, StreamOver

if TYPE_CHECKING:
    from ccxt.pro import Exchange

KEEP_ALIVE = 20_000  # ms between pings; two unanswered ones end a connection
RENEW = 600.0  # seconds; a listen key dies after an hour
_USER = "user"


def _future() -> asyncio.Future[None]:
    return asyncio.get_running_loop().create_future()


@dataclass
class Session:
    """One connection. `exchange`: an object of its own, used for nothing else. `ended` gets the
    reason when nothing will come any more; `confirmed` is set when the exchange has subscribed us.
    """

    venue: str
    exchange: Exchange
    line: Line
    take: Callable[[Hint], None]
    sleep: Callable[[float], Awaitable[object]]
    garbage: int = 0
    ended: asyncio.Future[None] = field(default_factory=_future)
    confirmed: asyncio.Event = field(default_factory=asyncio.Event)
    renewing: asyncio.Task[None] | None = None

    def end(self, why: Exception) -> None:
        """Nothing will come any more."""
        if not self.ended.done():
            self.ended.set_exception(why)

    async def close(self) -> None:
        """Give the connection back."""
        waiting: list[asyncio.Future[None]] = [self.ended]
        if self.renewing is not None:
            waiting.append(self.renewing)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await self.exchange.close()

    def tap(self) -> None:
        """Stand before ccxt's reader on every connection that the object makes."""
        connect = self.exchange.client

        def client(url: str) -> Any:
            made = connect(url)
            made.handle_text_or_binary_message = lambda data: self._hear(made, data)
            return made

        self.exchange.client = client

    def _hear(self, client: Any, data: str | bytes) -> None:
        """One message. Whatever is in it, nothing is raised: ccxt would stop to read."""
        if self.ended.done():
            return
        try:
            message = parsed(data.decode() if isinstance(data, bytes) else data)
            hint = READERS[self.venue](message)
            if hint is not None:
                self.take(hint)
            else:
                self._other(client, message)
        except StreamOver as over:
            self.end(over)
        except Exception:  # noqa: BLE001 - garbage of any kind
            self.garbage += 1

    def _other(self, client: Any, message: dict[str, Any]) -> None:
        """Answers to what was asked on the connection."""
        if message.get("status") == "UP":
            self.confirmed.set()
        elif "id" in message:
            client.on_message_callback(client, message)


async def _upbit(session: Session) -> Awaitable[Any]:
    """ccxt keeps the token for the next connection, too; a new object makes a new one.

    Upbit does not confirm a subscription, but answers in order: the answer to a ping does.
    """
    exchange = session.exchange
    exchange.authenticate()
    address = exchange.implode_params(exchange.urls["api"]["ws"], {"hostname": exchange.hostname})
    watching: Awaitable[Any] = exchange.watch(f"{address}/private", _USER)
    client = exchange.client(f"{address}/private")
    await client.connected
    await client.send([{"ticket": exchange.uuid()}, {"type": "myOrder"}, {"type": "myAsset"}])
    await client.send("PING")
    confirmed = asyncio.ensure_future(session.confirmed.wait())
    await asyncio.wait({confirmed, session.ended}, return_when=asyncio.FIRST_COMPLETED)
    confirmed.cancel()
    return watching


async def _spot(session: Session) -> Awaitable[Any]:
    exchange = session.exchange
    await exchange.ensure_user_data_stream_ws_subscribe_signature("spot")
    watching: Awaitable[Any] = exchange.watch(exchange.urls["api"]["ws"]["ws-api"]["spot"], _USER)
    return watching


async def _futures(session: Session) -> Awaitable[Any]:
    """The listen key is asked for and renewed by us: ccxt renews it too seldom to try again."""
    key = await _listen_key(session.line)
    address = session.exchange.get_private_ws_url("linear", key)
    watching: Awaitable[Any] = session.exchange.watch(address, _USER)
    await session.exchange.client(address).connected
    session.renewing = asyncio.create_task(_renew(session, key))
    return watching


async def _listen_key(line: Line) -> str:
    answer = await line.read(Call("fapiPrivatePostListenKey"), Urgency.TRADE)
    return text(row(answer, "the listen key"), "listenKey")


async def _renew(session: Session, key: str) -> None:
    """Before the key dies; another one means that ours is dead already."""
    try:
        while True:
            await session.sleep(RENEW)
            if await _listen_key(session.line) != key:
                raise StreamOver("the listen key has expired")
    except Exception as no:  # noqa: BLE001 - a new connection asks again, and waits in between
        session.end(no)


# Each returns when the exchange has confirmed, with what fails when the connection breaks.
WIRES: Mapping[str, Callable[[Session], Awaitable[Awaitable[Any]]]] = {
    UPBIT: _upbit,
    BINANCE_SPOT: _spot,
    BINANCE_FUTURES: _futures,
}
