"""The demo market: the same for ever, whatever is asked first, and like a market."""

from itertools import islice, pairwise

import numpy as np
import pytest

from trader.domain.errors import BadInput
from trader.domain.time import DAY, HOUR, MINUTE
from trader.feeds.candle_frames import columns_of
from trader.feeds.coins import DEFAULT_UNIVERSE, synthetic_keys
from trader.feeds.generator import GeneratedMarket
from trader.feeds.market import STEP

UPBIT_BTC, SPOT_BTC, FUTURES_BTC = (
    "upbit:BTC/KRW",
    "binance_spot:BTC/USDT",
    "binance_futures:BTC/USDT",
)
SPOT_ETH = "binance_spot:ETH/USDT"
NOON = 20_500 * DAY + 12 * HOUR


def returns(market: GeneratedMarket, key: str, minutes: int = 14_400) -> np.ndarray:
    return np.diff(np.log(market.history(key, MINUTE, minutes, NOON).close))


def same(one: object, other: object) -> bool:
    pairs = zip(columns_of(one), columns_of(other), strict=True)  # type: ignore[arg-type]
    return all(a.tobytes() == b.tobytes() for a, b in pairs)


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, other = (GeneratedMarket(7).history(UPBIT_BTC, MINUTE, 500, NOON) for _ in range(2))
    assert same(one, other)
    assert not same(one, GeneratedMarket(8).history(UPBIT_BTC, MINUTE, 500, NOON))


def test_a_symbol_does_not_depend_on_its_neighbours() -> None:
    alone = GeneratedMarket(7, (SPOT_ETH,)).moments(NOON)
    among = GeneratedMarket(7).moments(NOON)
    for one, other in islice(zip(alone, among, strict=False), 40):
        assert one.prices[0] in other.prices


def test_history_does_not_depend_on_how_much_is_asked_for() -> None:
    market = GeneratedMarket(7)
    long = market.history(UPBIT_BTC, 15 * MINUTE, 2_000, NOON)
    short = market.history(UPBIT_BTC, 15 * MINUTE, 100, NOON)
    assert long.close[-100:].tobytes() == short.close.tobytes()
    assert long.high[-100:].tobytes() == short.high.tobytes()
    assert np.isnan(short.next_open[-1])


def test_what_is_played_is_what_history_tells_afterwards() -> None:
    market = GeneratedMarket(7, (UPBIT_BTC, FUTURES_BTC))
    start = NOON - 3 * MINUTE  # across the border of two blocks
    moments = list(islice(market.moments(start), 6 * 12 + 1))
    closed = [candle for moment in moments for candle in moment.closed if candle.key == UPBIT_BTC]
    assert closed == list(market.base_candles(UPBIT_BTC, start, start + 6 * MINUTE))
    assert [moment.at for moment in moments] == [start + STEP * n for n in range(73)]
    assert not moments[0].closed  # that one is history


def test_prices_inside_a_minute_touch_its_four_prices_and_nothing_beyond() -> None:
    market = GeneratedMarket(7)
    moments = list(islice(market.moments(NOON), 13))
    for candle in moments[12].closed:
        seen = [dict(moment.prices)[candle.key] for moment in moments[:12]]
        assert (seen[0], seen[-1]) == (candle.open, candle.close)
        assert (max(seen), min(seen)) == (candle.high, candle.low)


def test_it_can_be_entered_in_the_middle_of_a_minute() -> None:
    market = GeneratedMarket(7)
    late = next(market.moments(NOON + 31_000))
    assert late in list(islice(market.moments(NOON), 8))
    assert late.at == NOON + 35_000


def test_candles_are_whole() -> None:
    for key in DEFAULT_UNIVERSE:
        c = GeneratedMarket(3).history(key, MINUTE, 3_000, NOON)
        assert len(c) == 3_000
        assert (c.low > 0).all()
        assert (c.volume > 0).all()
        assert (np.minimum(c.open, c.close) >= c.low).all()
        assert (np.maximum(c.open, c.close) <= c.high).all()
        assert c.next_open[:-1].tobytes() == c.open[1:].tobytes()


def test_volatility_comes_in_clusters_and_volume_follows_it() -> None:
    market = GeneratedMarket(1)
    moves = np.abs(returns(market, SPOT_BTC))
    minutes = market.history(SPOT_BTC, MINUTE, 14_400, NOON)
    spans = np.log(minutes.high / minutes.low) + 1e-6
    assert np.corrcoef(moves[:-10], moves[10:])[0, 1] > 0.15
    assert np.corrcoef(np.log(minutes.volume), np.log(spans))[0, 1] > 0.5
    assert (moves**4).mean() / (moves**2).mean() ** 2 > 6.0  # fat tails; 3 would be none
    assert 0.0005 < moves.std() < 0.003


def test_coins_move_together_and_venues_more_so() -> None:
    market = GeneratedMarket(1)
    bitcoin = returns(market, SPOT_BTC)
    assert 0.4 < np.corrcoef(bitcoin, returns(market, SPOT_ETH))[0, 1] < 0.9
    assert np.corrcoef(bitcoin, returns(market, UPBIT_BTC))[0, 1] > 0.95
    assert np.corrcoef(bitcoin, returns(market, FUTURES_BTC))[0, 1] > 0.99


def test_upbit_costs_what_binance_costs_at_the_rate_of_the_day() -> None:
    market = GeneratedMarket(1)
    won, dollars, futures = (
        market.hours(key, 2_000, NOON).close for key in (UPBIT_BTC, SPOT_BTC, FUTURES_BTC)
    )
    assert (won / dollars).min() > 1_250
    assert (won / dollars).max() < 1_600
    assert np.abs(futures / dollars - 1).max() < 0.003


def test_a_price_wanders_round_its_level_for_ever() -> None:
    far = GeneratedMarket(1).history(SPOT_BTC, DAY, 400, NOON + 4_000 * DAY)
    assert far.low.min() > 30_000
    assert far.high.max() < 400_000


def test_funding_is_paid_every_eight_hours_on_futures_only() -> None:
    market = GeneratedMarket(1)
    rates = [market.funding(FUTURES_BTC, 20_500 * DAY + hour * HOUR) for hour in range(240)]
    assert [hour % 8 for hour, rate in enumerate(rates) if rate] == [0] * 30
    assert max(map(abs, rates)) < 0.003
    assert market.funding(UPBIT_BTC, 20_500 * DAY) == 0.0


def test_it_begins_when_something_is_going_on() -> None:
    market = GeneratedMarket(5)
    hours = market.hours(SPOT_ETH, 14, market.start)
    assert ((hours.high - hours.low) / hours.close).mean() > 0.008
    assert market.start % HOUR == 0
    assert market.end is None
    assert "seed 5" in market.banner


def test_hundreds_of_invented_coins() -> None:
    keys = synthetic_keys(300)
    market = GeneratedMarket(1, keys)
    moments = list(islice(market.moments(NOON), 13))
    assert [key for key, _ in moments[12].prices] == list(keys)
    assert len(moments[12].closed) == 300
    assert len({market.funding(key, NOON) for key in keys}) == 1


def test_the_listing_tells_a_day_of_turnover() -> None:
    listed = {market.key: market.turnover for market in GeneratedMarket(1).listing(NOON)}
    assert tuple(listed) == DEFAULT_UNIVERSE
    assert listed[SPOT_BTC] > listed["binance_spot:DOGE/USDT"] > 0
    assert 1e8 < listed[SPOT_BTC] < 1e10


@pytest.mark.parametrize("keys", [(), (SPOT_BTC, SPOT_BTC), ("BTC/USDT",)])
def test_unusable_symbols_are_refused(keys: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        GeneratedMarket(1, keys)


def test_storms_strike_all_coins_at_once() -> None:
    """The largest hourly fall of a year and a half hits everybody."""
    market = GeneratedMarket(2)
    falls = {}
    for key in (SPOT_BTC, SPOT_ETH):
        close = market.hours(key, 6_000, NOON).close
        falls[key] = np.log(close[1:] / close[:-1])
    worst = int(np.argmin(falls[SPOT_BTC]))
    assert falls[SPOT_BTC][worst] < -0.03
    assert falls[SPOT_ETH][worst] < -0.02


def test_moments_follow_one_another_without_a_hole() -> None:
    times = [moment.at for moment in islice(GeneratedMarket(1, (SPOT_BTC,)).moments(NOON), 3_000)]
    assert {after - before for before, after in pairwise(times)} == {STEP}
