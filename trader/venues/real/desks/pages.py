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
    """All rows from `startTime` on, oldest first, each once. `stamp`: the field with a row's time
    (ms).

    None of a market that is listed no longer: the others must be told all the same. Raises
    `Strange` when there is no end to them.
    """
    found: list[Row] = []
    edge: list[Row] = []  # of the last moment: they come again
    for _ in range(PAGES):
        try:
            body = await line.read(replace(call, params={**call.params, "limit": most}))
        except NotListed:
            return found
        page = oddities.rows(body, "a list")
        found += [of for of in page if of not in edge]
        if len(body) < most:
            return found
        last = _last(page, stamp)
        if last <= call.params["startTime"]:
            break
        edge = [of for of in page if _at(of, stamp) == last]
        call = replace(call, params={**call.params, "startTime": last})
    raise Strange("the exchange's list has no end")


def _last(page: list[Row], stamp: str) -> Millis:
    """The newest time of those that can be read; 0: there is none."""
    return max((_at(of, stamp) for of in page), default=0)


def _at(of: Row, stamp: str) -> Millis:
    with suppress(Strange):
        return moment(of, stamp)
    return 0
