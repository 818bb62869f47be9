"""What goes wrong with an answer of the public REST: cut, refused, broken, a portal, silence."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from tests.feeds.history.exchange import Exchange


Handler = Any


async def cut(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """Half an answer, then the connection ends."""
    body = whole.body
    assert isinstance(body, bytes)
    half = web.StreamResponse(headers={"Content-Type": "application/json"})
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    assert request.transport is not None
    request.transport.abort()
    return half


async def _busy(exchange: Exchange, request: web.Request) -> web.Response:
    headers = {"Retry-After": exchange.retry_after} if exchange.retry_after else {}
    upbit = {"error": {"name": "too_many_requests", "message": "slow down"}}
    binance = {"code": -1003, "msg": "Too many requests."}
    body = upbit if request.path.startswith("/v1") else binance
    return web.json_response(body, status=429, headers=headers)


async def _barred(exchange: Exchange, _: web.Request) -> web.Response:
    headers = {"Retry-After": exchange.retry_after or "120"}
    return web.Response(text="I'm a teapot", status=418, headers=headers)


async def _failed(_: Exchange, __: web.Request) -> web.Response:
    return web.Response(text="<html>oops</html>", status=500, content_type="text/html")


async def _broken(_: Exchange, __: web.Request) -> web.Response:
    return web.Response(text='[{"market": "KRW-BTC", "candle_da', content_type="application/json")


async def _portal(_: Exchange, __: web.Request) -> web.Response:
    return web.Response(text="<html>please log in</html>", content_type="text/html")


async def _odd(_: Exchange, __: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _null(_: Exchange, __: web.Request) -> web.Response:
    return web.json_response([[None] * 12, [None] * 12])


async def _slow(exchange: Exchange, _: web.Request) -> web.Response:
    await asyncio.sleep(exchange.slow)
    return web.json_response([])


FAULTS: dict[str, Handler] = {
    "429": _busy, "418": _barred, "500": _failed, "broken": _broken, "portal": _portal,
    "odd": _odd, "null": _null, "slow": _slow,
}  # fmt: skip
