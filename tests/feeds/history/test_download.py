"""Whole downloads equal the exchange's truth; a second one asks for what is missing and no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.feeds.history.desk import END, MONTH, NOW, Desk
from tests.feeds.history.exchange import Asked
from trader.domain.errors import BadInput, VenueUnavailable
from trader.domain.time import DAY, HOUR, MINUTE
from trader.feeds.history import download
from trader.feeds.history.download import settled

pytestmark = pytest.mark.usefixtures("small_pages")


def upbit_hole(at: int) -> bool:
    """Every seventh hour, and five days of silence."""
    return at // HOUR % 7 == 3 or END - 20 * DAY <= at < END - 15 * DAY


@pytest.mark.parametrize("step", [MINUTE, 15 * MINUTE, HOUR, DAY])
async def test_a_download_is_the_exchanges_truth(desk: Desk, step: int) -> None:
    what = {MINUTE: "1m", 15 * MINUTE: "15m", HOUR: "1h", DAY: "1d"}[step]
    end = END - END % step
    span = (end - 500 * step if step < DAY else end - 40 * DAY, end)
    came = await desk.get(what, span)
    assert desk.stored(what) == desk.true(step, span)
    assert came.rows == came.new == len(desk.true(step, span)) > 39
    assert not any(came.repairs.values())


async def test_the_same_again_asks_for_the_newest_candle_only(desk: Desk) -> None:
    await desk.get()
    before = len(desk.exchange.history)
    came = await desk.get()
    assert len(desk.exchange.history) == before + 1
    assert (came.new, came.revised) == (0, 0)
    assert desk.stored() == desk.true()


async def test_minutes_without_trades_are_asked_for_once(a_desk: Callable[[str], Desk]) -> None:
    desk = a_desk("upbit")
    desk.market.absent = upbit_hole
    await desk.get()
    assert desk.stored() == desk.true()
    before = len(desk.exchange.history)
    await desk.get()
    assert len(desk.exchange.history) == before + 1
    await desk.get(refill=True)  # a hundred holes, in as many questions as there are pages
    assert before + 5 < len(desk.exchange.history) < before + 15
    assert desk.stored() == desk.true()


async def test_refill_brings_what_the_exchange_has_got_meanwhile(desk: Desk) -> None:
    desk.market.absent = upbit_hole
    await desk.get()
    desk.market.absent = None
    desk.market.made.clear()
    await desk.get()
    assert len(desk.stored()) < len(desk.true())
    await desk.get(refill=True)
    assert desk.stored() == desk.true()


def asked_for(request: Asked) -> tuple[int, int]:
    """The span that a question to Binance names."""
    return int(request.query["startTime"]), int(request.query["endTime"]) + 1


async def test_only_head_holes_and_tail_are_asked_for(a_desk: Callable[[str], Desk]) -> None:
    desk = a_desk("spot")
    middle = ((END - 25 * DAY, END - 20 * DAY), (END - 15 * DAY, END - 10 * DAY))
    for span in middle:
        await desk.get("1h", span)
    before = len(desk.exchange.history)
    await desk.get()
    spans = [asked_for(request) for request in desk.exchange.history[before:]]
    assert not any(start < known[1] and known[0] < min(end, start + 100 * HOUR)
                   for start, end in spans for known in middle)  # fmt: skip
    assert desk.stored() == desk.true()


async def test_a_file_of_another_program_is_gone_on_with(desk: Desk) -> None:
    import pandas as pd

    await desk.get("1h", (END - 20 * DAY, END - 10 * DAY))
    path = desk.store.path(desk.key, "1h")
    frame = pd.read_parquet(path).drop(columns="turnover")
    pd.concat([frame[:50], frame[60:]]).to_parquet(path)
    assert desk.store.asked(desk.key, "1h") is None
    await desk.get()
    found = [row[:6] for row in desk.stored()]
    assert found == [row[:6] for row in desk.true()]


async def test_before_the_listing_nothing_is_walked_through(desk: Desk) -> None:
    span = (END - 3_000 * DAY, END)
    came = await desk.get("1h", span)
    assert desk.stored() == desk.true(HOUR, span)
    assert came.listed == desk.stored()[0][0] == -(-desk.market.listed // HOUR) * HOUR
    assert len(desk.exchange.history) < 20  # 720 pages would fit before the listing
    before = len(desk.exchange.history)
    assert (await desk.get("1h", span)).listed == came.listed
    assert len(desk.exchange.history) == before + 1


async def test_a_silent_hour_at_the_start_is_no_listing(desk: Desk) -> None:
    desk.market.absent = lambda at: at < MONTH[0] + 5 * HOUR
    came = await desk.get()
    assert desk.stored()[0][0] == MONTH[0] + 5 * HOUR
    assert came.listed is None


async def test_a_span_without_a_candle_is_no_file(desk: Desk) -> None:
    came = await desk.get("1h", (END - 3_000 * DAY, END - 2_900 * DAY))
    assert (came.rows, desk.stored()) == (0, [])
    assert not desk.store.path(desk.key, "1h").exists()


async def test_the_candle_that_forms_is_not_stored(desk: Desk) -> None:
    assert END in desk.market.candles(HOUR)  # the exchange shows it
    assert settled(NOW, "1h") == END
    assert settled(END + 4_999, "1h") == END - HOUR
    assert settled(END + 5_000, "1h") == END
    await desk.get("1h", (END - DAY, settled(NOW, "1h")))
    assert desk.stored()[-1][0] == END - HOUR


async def test_a_candle_that_is_revised_after_its_end_is_replaced(desk: Desk) -> None:
    await desk.get()
    last = END - HOUR
    desk.market.revised[last] = desk.market.candles(HOUR)[last][1]
    came = await desk.get()
    assert (came.new, came.revised) == (0, 1)
    assert desk.stored() == desk.true()


async def test_pages_are_stored_while_it_runs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PAGES_KEPT", 2)
    desk.exchange.schedule = dict.fromkeys(range(6, 40), "500")
    with pytest.raises(VenueUnavailable):
        await desk.get()
    kept = desk.stored()
    assert len(kept) >= 400
    assert set(kept) < set(desk.true())
    desk.exchange.schedule = {}
    before = len(desk.exchange.history)
    await desk.get()
    assert desk.stored() == desk.true()
    assert len(desk.exchange.history) - before <= 5  # eight pages, five of them were there


async def test_pages_in_hand_are_stored_when_it_fails(desk: Desk) -> None:
    desk.exchange.schedule = dict.fromkeys(range(4, 40), "500")
    with pytest.raises(VenueUnavailable):
        await desk.get()
    assert len(desk.stored()) >= 300


async def test_a_market_that_is_none_has_its_likes_named(desk: Desk) -> None:
    async with desk.client() as client:
        symbol = desk.key.replace("BTC/", "BTTC/")
        with pytest.raises(BadInput, match=r"has no market BTTC/\w+; did you mean BTC/"):
            client.market(symbol)


async def test_odd_candles_are_repaired_counted_and_asked_for_again(
    a_desk: Callable[[str], Desk],
) -> None:
    desk = a_desk("spot")
    rows = desk.market.candles(HOUR)
    bad, low = END - 5 * HOUR, END - 9 * HOUR
    good = list(rows[bad])
    rows[bad][3] = 0.0
    rows[low][1] = rows[low][2]
    came = await desk.get()
    assert came.repairs["non_positive"] == came.repairs["high_low"] == 1
    assert bad not in {row[0] for row in desk.stored()}
    assert desk.store.asked(desk.key, "1h") == ((MONTH[0], bad), (bad + HOUR, END - HOUR))
    rows[bad][:] = good
    await desk.get()
    assert bad in {row[0] for row in desk.stored()}
