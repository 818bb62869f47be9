"""Keeps the search for garbage away from what lives as long as the run."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable

from trader.shell.daemon import Service

LOOK = 1.0  # seconds between two looks whether everything is there


def settled(ready: Callable[[], bool], sleep: Callable[[float], Awaitable[object]]) -> Service:
    """Once `ready`: what is there by then is not looked through again.

    Markets of three exchanges, their libraries and histories are half a million objects; looking
    through them takes longer than a decision may wait. Nothing is searched here either: that would
    be such a pause itself.
    """

    async def once() -> None:
        while not ready():
            await sleep(LOOK)
        gc.freeze()

    return Service("memory", once)
