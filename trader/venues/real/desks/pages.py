"""Lists that are longer than one answer: read on from the last row's time."""

from dataclasses import replace

from trader.venues.real.calling import Call
from trader.venues.real.line import Line
from trader.venues.real.reading.fields import Row, Strange, moment, rows

MOST = 1_000  # rows of one answer
PAGES = 20


async def read_pages(line: Line, call: Call, stamp: str, most: int = MOST) -> list[Row]:
    """All rows from `startTime` on, oldest first, each once. `stamp`: the field with a row's time
    (ms).

    Raises `Strange` when there is no end to them.
    """
    found: list[Row] = []
    edge: list[Row] = []  # of the last moment: they come again
    for _ in range(PAGES):
        page = rows(await line.read(replace(call, params={**call.params, "limit": most})), "a list")
        found += [of for of in page if of not in edge]
        if len(page) < most:
            return found
        last = max(moment(of, stamp) for of in page)
        if last <= call.params["startTime"]:
            break
        edge = [of for of in page if moment(of, stamp) == last]
        call = replace(call, params={**call.params, "startTime": last})
    raise Strange("the exchange's list has no end")
