"""Recorded candles played as a market: in order, once, with gaps left as gaps, and an end."""

from itertools import islice
from pathlib import Path

import pytest

from tests.feeds.recorded import FIRST, MINUTES_A_DAY, candle_file, write, zigzag
from trader.domain.errors import BadInput
from trader.domain.time import DAY, HOUR, MINUTE, Millis
from trader.feeds.programme import open_replay
from trader.feeds.replay import ReplayMarket
from trader.feeds.shelf import Wish

REAL = Path(__file__).parents[2] / ".." / "shared" / "market"
WON, DOLLARS, PERPETUAL = "upbit:BTC/KRW", "binance_spot:BTC/USDT", "binance_futures:BTC/USDT"


def replay(folder: Path, start: Millis | None = FIRST, timeframe: Millis = MINUTE) -> ReplayMarket:
    venues = ("upbit", "binance_spot", "binance_futures")
    return open_replay(Wish((folder,), dict.fromkeys(venues, timeframe), start))


def test_a_candle_is_walked_step_by_step_and_closed_at_its_end(tmp_path: Path) -> None:
    candle_file(
        tmp_path, "upbit__BTC-KRW__1m", [(0, 100, 110, 90, 105, 2), (1, 105, 106, 99, 99, 3)]
    )
    moments = list(replay(tmp_path).moments(FIRST))
    seen = [dict(moment.prices).get(WON) for moment in moments]
    assert seen[:12] == [
        100,
        98,
        95,
        92,
        90,
        95,
        100,
        105,
        110,
        108,
        107,
        105,
    ]  # rising: dips first
    assert (seen[12], seen[23], seen[24]) == (105, 99, None)
    closed = [(moment.at - FIRST, candle.close) for moment in moments for candle in moment.closed]
    assert closed == [(MINUTE, 105.0), (2 * MINUTE, 99.0)]
    assert [moment.last for moment in moments] == [False] * 24 + [True]


def test_nothing_is_invented_in_a_gap(tmp_path: Path) -> None:
    candle_file(tmp_path, "upbit__BTC-KRW__1m", [zigzag(1)[0], (3, 100, 101, 99, 100, 1)])
    moments = list(replay(tmp_path).moments(FIRST))
    silent = [moment.at for moment in moments if not moment.prices]
    assert silent == [*range(FIRST + MINUTE, FIRST + 3 * MINUTE, 5_000), FIRST + 4 * MINUTE]
    assert sum(len(moment.closed) for moment in moments) == 2


def test_several_venues_and_timeframes_are_played_together(tmp_path: Path) -> None:
    candle_file(tmp_path, "binanceusdm__BTC-USDT__5m", zigzag(4))
    candle_file(tmp_path, "binance__BTC-USDT__1m", zigzag(20))
    candle_file(tmp_path, "binance__BTC-USDT__5m", zigzag(4))  # the finer one is used
    candle_file(tmp_path, "upbit__BTC-KRW__15m", zigzag(2))
    market = replay(tmp_path, timeframe=15 * MINUTE)
    assert market.keys == (WON, DOLLARS, PERPETUAL)
    assert [market.timeframe(key) // MINUTE for key in market.keys] == [15, 1, 5]
    at_five = next(m for m in market.moments(FIRST) if m.at == FIRST + 5 * MINUTE)
    assert [candle.key for candle in at_five.closed] == [DOLLARS, PERPETUAL]
    assert [key for key, _ in at_five.prices] == [WON, DOLLARS, PERPETUAL]
    assert len(market.history(DOLLARS, 15 * MINUTE, 10, FIRST + 20 * MINUTE)) == 1
    assert len(market.hours(WON, 10, FIRST + 30 * MINUTE)) == 0


def test_history_holds_what_closed_and_begins_with_a_whole_candle(tmp_path: Path) -> None:
    candle_file(tmp_path, "upbit__BTC-KRW__1m", zigzag(30)[2:])
    market = replay(tmp_path)
    frames = market.history(WON, 5 * MINUTE, 10, FIRST + 19 * MINUTE)
    assert [int(t - FIRST) // MINUTE for t in frames.time] == [5, 10]
    assert frames.volume.tolist() == [10.0, 10.0]
    assert frames.next_time.tolist() == [FIRST + 10 * MINUTE, -1]
    minutes = market.base_candles(WON, FIRST + 3 * MINUTE, FIRST + 5 * MINUTE)
    assert [candle.time - FIRST for candle in minutes] == [3 * MINUTE, 4 * MINUTE]
    with pytest.raises(BadInput, match="cannot make candles"):
        market.history(WON, 90_000, 10, FIRST + HOUR)


def test_it_can_be_entered_anywhere(tmp_path: Path) -> None:
    candle_file(tmp_path, "upbit__BTC-KRW__1m", zigzag(30))
    market = replay(tmp_path)
    late = next(market.moments(FIRST + 61_000))
    assert late == next(m for m in market.moments(FIRST) if m.at == FIRST + 65_000)


def test_without_a_start_it_begins_where_most_symbols_have_a_past_and_a_future(
    tmp_path: Path,
) -> None:
    candle_file(tmp_path, "upbit__BTC-KRW__1m", zigzag(20 * MINUTES_A_DAY))
    late = [(row[0] + 2 * MINUTES_A_DAY, *row[1:]) for row in zigzag(18 * MINUTES_A_DAY)]
    candle_file(tmp_path, "binance__BTC-USDT__1m", late)
    candle_file(tmp_path, "binance__ETH-USDT__1m__sparse", zigzag(20 * MINUTES_A_DAY, every=5))
    market = replay(tmp_path, start=None)
    assert market.keys == (WON, DOLLARS)  # a fifth of the minutes is no market
    assert FIRST + (2 * DAY + 0.9 * 400 * HOUR) <= market.start <= FIRST + 19 * DAY + 3 * HOUR
    assert "2 markets" in market.banner


def test_short_files_are_played_with_less_history(tmp_path: Path) -> None:
    candle_file(tmp_path, "upbit__BTC-KRW__1m", zigzag(300))
    market = replay(tmp_path, start=None)
    assert market.start == FIRST
    assert market.end == FIRST + 300 * MINUTE


def test_funding_beside_the_candles_is_used(tmp_path: Path) -> None:
    candle_file(tmp_path, "binanceusdm__BTC-USDT__1m", zigzag(10))
    rates = {"timestamp": [FIRST + 7, FIRST + 8 * HOUR], "rate": [0.0001, -0.0002]}
    write(tmp_path / "binanceusdm__BTC-USDT__funding.parquet", rates)
    write(tmp_path / "binanceusdm__BTC-USDT__1m_mark.parquet", rates)  # not a market: passed over
    market = replay(tmp_path)
    assert market.funding(PERPETUAL, FIRST) == 0.0001  # moved down to the full minute
    assert market.funding(PERPETUAL, FIRST + HOUR) == 0.0
    assert market.funding(WON, FIRST) == 0.0


def test_the_listing_counts_the_last_day(tmp_path: Path) -> None:
    candle_file(tmp_path, "upbit__BTC-KRW__1h", [(n, 10, 10, 10, 10, 1) for n in range(30)])
    listed = replay(tmp_path, timeframe=HOUR).listing(FIRST + 26 * HOUR)
    assert [(market.key, market.turnover) for market in listed] == [(WON, 240.0)]


def test_rows_are_repaired(tmp_path: Path) -> None:
    nan = float("nan")
    rows = [
        (2, 100, 101, 99, 100, 1),
        (0, 100, 101, 99, 100, 1),  # unsorted
        (1.5, 100, 90, 110, 105, 1),  # off the grid; high and low the wrong way round
        (2, 200, 201, 199, 200, 1),  # the later of two stays
        (3, 100, nan, 99, 100, 1),
        (4, 100, 101, 0, 100, 1),
        (5, 100, 101, 99, 100, -1),
    ]
    candle_file(tmp_path, "upbit__BTC-KRW__1m", rows)
    candles = list(replay(tmp_path).base_candles(WON, FIRST, FIRST + HOUR))
    assert [(c.time - FIRST) // MINUTE for c in candles] == [0, 1, 2]
    assert (candles[1].high, candles[1].low) == (105.0, 100.0)
    assert candles[2].open == 200.0


GOOD = {
    "timestamp": [FIRST],
    **{name: [1.0] for name in ("open", "high", "low", "close", "volume")},
}


@pytest.mark.parametrize(
    ("name", "columns", "says"),
    [
        (
            "upbit__BTC-KRW__1m",
            {"timestamp": [FIRST // 1_000]},
            r"1m\.parquet, row 1, column 'times",
        ),
        ("upbit__BTC-KRW__1m", {"timestamp": [None]}, "row 1, column 'timestamp' is empty"),
        ("upbit__BTC-KRW__1m", {"high": ["much"]}, "column 'high' holds string"),
        ("upbit__BTC-KRW__1m", {"low": [0.0]}, "no row can be used; row 1, column 'low' is 0"),
        ("upbit__BTC-KRW__1m", {"volume": None}, "column 'volume' is missing"),
        ("upbit__BTC-KRW__1m", {key: [] for key in GOOD}, "is empty"),
        ("upbit__BTC-KRW__1h", {}, "make the timeframes in use"),
        ("BTC", {}, "no candle file in"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    tmp_path: Path, name: str, columns: dict[str, list[object] | None], says: str
) -> None:
    table = {key: value for key, value in (GOOD | columns).items() if value is not None}
    write(tmp_path / f"{name}.parquet", table)
    with pytest.raises(BadInput, match=says):
        replay(tmp_path)


def test_what_is_no_parquet_is_named(tmp_path: Path) -> None:
    (tmp_path / "upbit__BTC-KRW__1m.parquet").write_text("timestamp,open")
    with pytest.raises(BadInput, match="cannot be read as Parquet"):
        replay(tmp_path)


def test_wrong_paths_and_starts_are_told_with_what_there_is(tmp_path: Path) -> None:
    path = candle_file(tmp_path, "upbit__BTC-KRW__1m", zigzag(10))
    with pytest.raises(BadInput, match="no such file or folder"):
        replay(tmp_path / "nowhere")
    with pytest.raises(BadInput, match="choose a --start from 2027-01-15 to 2027-01-15"):
        replay(path, start=FIRST + 9 * DAY)
    with pytest.raises(BadInput, match="choose a --start"):
        replay(path, start=FIRST - 9 * DAY)
    odd = path.rename(tmp_path / "mine.parquet")
    with pytest.raises(BadInput, match="not named like a candle file"):
        replay(odd)


@pytest.mark.skipif(not REAL.is_dir(), reason="the recorded market data are not on this machine")
def test_the_real_folder_plays() -> None:
    market = replay(REAL, start=None)
    assert len(market.keys) >= 5
    for key in market.keys:
        assert len(market.history(key, MINUTE, 1_000, market.start)) == 1_000
        assert len(market.hours(key, 400, market.start)) >= 350
    moments = list(islice(market.moments(market.start), 13))
    assert {key for key, _ in moments[0].prices} == set(market.keys)
    assert len(moments[12].closed) == len(market.keys)
