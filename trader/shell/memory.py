"""Keeps the search for garbage away from what lives as long as the run."""

from __future__ import annotations

import gc

from trader.feeds.live.feed import LiveFeed
from trader.feeds.live.ports import Wall
from trader.shell.daemon import Service

LOOK = 1.0  # seconds between two looks whether everything is there


def settled(feed: LiveFeed, wall: Wall) -> Service:
    """Once the feed has opened: what is there by then is not looked through again.

    Markets of three exchanges, their libraries and histories are half a million objects; looking
    through them takes longer than a decision may wait. Nothing is searched here either: that would
    be such a pause itself.
    """

    async def once() -> None:
        while not feed.is_open:
            await wall.sleep(LOOK)
        gc.freeze()

    return Service("memory", once)
