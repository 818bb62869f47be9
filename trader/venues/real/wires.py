"""How each exchange's private stream is connected with ccxt: token, address, subscription."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trader.domain.errors import VenueError
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.venues.real.budget import Urgency
from trader.venues.real.calling import Call
from trader.venues.real.line import Line
from trader.venues.real.reading.fields import row, text
from trader.venues.real.reading.streams import READERS, Hint, StreamOver
from trader.venues.real.tap import Tap

if TYPE_CHECKING:
    from ccxt.pro import Exchange

CONFIRMED_WITHIN = 2.0  # seconds; Upbit is believed to have subscribed us then
RENEW = 600.0  # seconds; a listen key dies after an hour
RENEW_AGAIN = 60.0  # seconds, after no answer
_USER = "user"
_SUBSCRIBE = "userDataStream.subscribe.signature"
_SUBSCRIBED = ("UP", 200)  # Upbit's answer to a ping, Binance's to a request
Watching = asyncio.Future[Any]  # fails when the connection breaks; nothing ever comes of it else


def _future() -> asyncio.Future[None]:
    return asyncio.get_running_loop().create_future()


@dataclass
class Session:
    """One connection. `exchange`: an object of its own; `confirmed`: it has subscribed us."""

    venue: str
    exchange: Exchange
    line: Line
    take: Callable[[Hint], None]
    sleep: Callable[[float], Awaitable[object]]
    tap: Tap = field(init=False)
    confirmed: asyncio.Future[None] = field(default_factory=_future)
    renewing: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.tap = Tap(self.exchange, self._hear)

    def confirm(self) -> None:
        """The exchange has subscribed us."""
        if not self.confirmed.done():
            self.confirmed.set_result(None)

    async def close(self) -> None:
        """Give the connection back."""
        waiting = [self.confirmed]
        if self.renewing is not None:
            waiting.append(self.renewing)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await self.tap.close()

    def _hear(self, message: Any) -> None:
        hint = READERS[self.venue](message)
        if hint is not None:
            self.take(hint)
        elif message.get("status") in _SUBSCRIBED:
            self.confirm()


async def _upbit(session: Session) -> Watching:
    """ccxt keeps the token for the next connection, too; a new object makes a new one.

    Upbit does not confirm a subscription, but answers in order: the answer to a ping does. Where
    a ping ends the connection, the next one goes without.
    """
    exchange = session.exchange
    exchange.authenticate()
    host = exchange.implode_params(exchange.urls["api"]["ws"], {"hostname": exchange.hostname})
    address = f"{host}/private"
    watching = await _dialled(exchange, address)
    client = exchange.client(address)
    await client.send([{"ticket": exchange.uuid()}, {"type": "myOrder"}, {"type": "myAsset"}])
    if session.line.pings:
        await client.send("PING")
    either = {session.confirmed, session.tap.ended, watching}
    await asyncio.wait(either, timeout=CONFIRMED_WITHIN, return_when=asyncio.FIRST_COMPLETED)
    if session.tap.ended.done() or watching.done():
        session.line.pings = not session.line.pings
    return watching


async def _spot(session: Session) -> Watching:
    """The WebSocket API answers whether it has subscribed us."""
    exchange = session.exchange
    address = exchange.urls["api"]["ws"]["ws-api"]["spot"]
    watching = await _dialled(exchange, address)
    request = {"id": "1", "method": _SUBSCRIBE, "params": exchange.sign_params({})}
    await exchange.client(address).send(request)
    either = {session.confirmed, session.tap.ended, watching}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    return watching


async def _futures(session: Session) -> Watching:
    """The listen key is asked for and renewed by us: ccxt renews it too seldom to try again."""
    key = await _listen_key(session.line)
    address = session.exchange.get_private_ws_url("linear", key)
    watching = await _dialled(session.exchange, address)
    session.renewing = asyncio.create_task(_renew(session, key))
    return watching


async def _dialled(exchange: Exchange, address: str) -> Watching:
    """Connected. ccxt tells that this failed to who watches, never to who waits for it."""
    watching = _watching(exchange, address)
    connected = exchange.client(address).connected
    await asyncio.wait({watching, connected}, return_when=asyncio.FIRST_COMPLETED)
    if watching.done():
        watching.result()
    return watching


def _watching(exchange: Exchange, address: str) -> Watching:
    """What fails when the connection breaks. Its error tells tokens: nobody may print it."""
    watching: Watching = exchange.watch(address, _USER)
    watching.add_done_callback(lambda one: one.cancelled() or one.exception())
    return watching


async def _listen_key(line: Line) -> str:
    answer = await line.read(Call("fapiPrivatePostListenKey"), Urgency.TRADE)
    return text(row(answer, "the listen key"), "listenKey")


async def _renew(session: Session, key: str) -> None:
    """Before the key dies; another one in the answer means that ours is dead already."""
    pause = RENEW
    while True:
        await session.sleep(pause)
        try:
            valid = await _listen_key(session.line)
        except VenueError:
            pause = RENEW_AGAIN
            continue
        if valid != key:
            session.tap.end(StreamOver("the listen key had expired"))
            return
        pause = RENEW


# Each returns when the exchange has subscribed us.
WIRES: Mapping[str, Callable[[Session], Awaitable[Watching]]] = {
    UPBIT: _upbit,
    BINANCE_SPOT: _spot,
    BINANCE_FUTURES: _futures,
}
