"""Lists that are longer than one answer: read on from the last row's time."""

from contextlib import suppress
from dataclasses import replace

from trader.domain.time import Millis
from trader.venues.real.calling import Call
from trader.venues.real.desks.oddities import Oddities
from trader.venues.real.line import Line, NotListed
from trader.venues.real.reading.fields import Row, Strange, moment

MOST = 1_000  # rows of one answer
PAGES = 20


async def read_pages(
    line: Line, oddities: Oddities, call: Call, stamp: str, most: int = MOST
) -> list[Row]:
    """All rows from `startTime` on, oldest first. `stamp`: the field with a row's time (ms).

    Rows of one moment may come twice. None of a market that is listed no longer: the others must
    be told all the same. Raises `Strange` when there is no end to them.
    """
    found: list[Row] = []
    for _ in range(PAGES):
        try:
            body = await line.read(replace(call, params={**call.params, "limit": most}))
        except NotListed:
            return found
        page = oddities.rows(body, "a list")
        found += page
        if len(body) < most:
            return found
        last = _last(page, stamp)
        if last <= call.params["startTime"]:
            break
        call = replace(call, params={**call.params, "startTime": last})
    raise Strange("the exchange's list has no end")


def _last(page: list[Row], stamp: str) -> Millis:
    """The newest time of those that can be read; 0: there is none."""
    last: Millis = 0
    for of in page:
        with suppress(Strange):
            last = max(last, moment(of, stamp))
    return last
