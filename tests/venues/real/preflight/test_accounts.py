"""Clock, money and modes of accounts at loopback exchanges, seen through the real ccxt."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from email.utils import formatdate

import pytest

from tests.exchanges.binance.listings import FUTURES
from tests.exchanges.core.faults import Trouble
from tests.venues.real.preflight.asking import (
    VENUES,
    Retold,
    exchange_of,
    failed,
    futures_desk,
    inspect,
    spot_desk,
)
from trader.domain.finding import Mark
from trader.venues.real.calling import Reply
from trader.venues.real.preflight.clock import DIALS, met
from trader.venues.real.reading.fields import Strange

SKEWS = [
    (0, "clock_right", Mark.OK),
    (3_000, "clock_behind", Mark.FAIL),
    (-3_000, "clock_ahead", Mark.FAIL),
]


@pytest.mark.parametrize("venue", VENUES)
@pytest.mark.parametrize(("skew", "code", "mark"), SKEWS)
async def test_a_clock_that_is_off(venue: str, skew: int, code: str, mark: Mark) -> None:
    """And it is all that is said: Binance's signatures follow the exchange's clock."""
    server = exchange_of(venue)
    server.truth.clock.skew = skew
    Retold(server)
    found = await inspect(venue, server)
    assert found[code].mark is mark
    assert "key_accepted" in found
    assert failed(found) == ({code} if mark is Mark.FAIL else set())


@pytest.mark.parametrize("venue", ["binance_spot", "binance_futures"])
async def test_a_clock_that_is_a_little_off_is_a_warning(venue: str) -> None:
    server = exchange_of(venue)
    server.truth.clock.skew = 800
    found = await inspect(venue, server)
    assert found["clock_behind"].mark is Mark.WARN
    assert found["clock_behind"].values["seconds"] in {"0.7", "0.8"}


async def test_a_slow_way_is_not_taken_for_a_wrong_clock() -> None:
    """Half of the way would be a difference of more than half a second."""
    server = exchange_of("binance_spot")
    late = server.fault(Trouble.ARRIVES_LATE, "GET", "/api/v3/time", times=0, seconds=1.1)
    found = await inspect("binance_spot", server)
    assert late.fired >= 2
    assert found["clock_right"].values["seconds"] == "0.0"


def test_several_looks_narrow_the_difference_and_contradictions_do_not_count() -> None:
    assert met([(-900, 100), (-300, 700)]) == (-300, 100)
    assert met([(-900, -800), (100, 200)]) == (100, 200)


def test_an_answer_without_a_time_is_strange() -> None:
    at = formatdate(1_790_000_000, usegmt=True)
    assert DIALS["upbit"].read(Reply(200, {"date": at})) == 1_790_000_000_000
    for headers in ({}, {"Date": "soon"}):
        with pytest.raises(Strange):
            DIALS["upbit"].read(Reply(200, headers))
    with pytest.raises(Strange):
        DIALS["binance_spot"].read(Reply(200, body={"serverTime": "soon"}))


@pytest.mark.parametrize("venue", VENUES)
async def test_money_against_the_capital(venue: str) -> None:
    short = await inspect(venue, exchange_of(venue, cash="6600"), capital=Decimal(7_000))
    assert short["balance_below_capital"].mark is Mark.WARN
    assert short["balance_below_capital"].values["cash"] == "6,600.00"
    assert not failed(short)
    least = Decimal(8_000)
    none = await inspect(venue, exchange_of(venue, cash="7000"), capital=least, least=least)
    assert failed(none) == {"balance_too_small"}


@pytest.mark.parametrize("venue", VENUES)
async def test_a_bot_whose_money_is_at_work_needs_none(venue: str) -> None:
    found = await inspect(venue, exchange_of(venue, cash="1"), holds=True)
    assert found["balance"].mark is Mark.OK
    assert not failed(found)


async def test_an_account_that_may_not_trade() -> None:
    spot = exchange_of("binance_spot")
    spot_desk(spot).can_trade = False
    assert failed(await inspect("binance_spot", spot)) == {"account_stopped"}
    futures = exchange_of("binance_futures")
    retold = Retold(futures, accountConfig={"canTrade": False})
    assert failed(await inspect("binance_futures", futures)) == {"account_stopped"}
    assert retold.told == ["accountConfig"]


async def test_hedge_mode_can_be_left_while_nothing_is_held() -> None:
    server = exchange_of("binance_futures")
    futures_desk(server).wallet.dual = True
    found = await inspect("binance_futures", server)
    assert found["hedge_mode"].mark is Mark.WARN
    assert "one_way" not in found
    assert not failed(found)


async def test_hedge_mode_with_a_position_cannot_be_left() -> None:
    server = exchange_of("binance_futures")
    desk = futures_desk(server)
    desk.wallet.dual = True
    held = desk.position("BTCUSDT")
    held.amount, held.entry = Decimal("0.01"), Decimal(60_000)
    found = await inspect("binance_futures", server)
    assert failed(found) == {"hedge_mode_in_use"}
    assert found["crossed_margin"].mark is Mark.WARN
    assert found["crossed_margin"].values["symbols"] == "BTC/USDT"


async def test_multi_assets_mode_knows_no_isolated_margin() -> None:
    server = exchange_of("binance_futures")
    Retold(server, accountConfig={"multiAssetsMargin": True})
    assert failed(await inspect("binance_futures", server)) == {"multi_assets"}


async def test_more_leverage_than_a_market_has() -> None:
    found = await inspect("binance_futures", exchange_of("binance_futures"), leverage=126)
    assert max(bracket.leverage for bracket in FUTURES[0].brackets) == 125
    assert found["leverage_capped"].mark is Mark.WARN
    assert found["leverage_capped"].values == {"wanted": 126, "symbols": "BTC/USDT"}


async def test_an_answer_that_does_not_tell_is_no_permission() -> None:
    server = exchange_of("binance_spot")
    retold = Retold(server, apiRestrictions={"enableWithdrawals": None})
    found = await inspect("binance_spot", server)
    assert retold.told == ["apiRestrictions"]
    assert failed(found) == {"unreadable"}
    assert "may_not_withdraw" not in found


async def test_a_bug_in_one_check_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from trader.venues.real.preflight import inspection, upbit

    async def broken(_: object) -> list[object]:
        raise ZeroDivisionError("oh")

    checks = {"upbit": (broken, *upbit.CHECKS)}
    monkeypatch.setattr(inspection, "CHECKS", checks)
    found = await inspect("upbit", exchange_of("upbit"))
    assert failed(found) == {"unreadable"}
    assert "ZeroDivisionError" in str(found["unreadable"].values["detail"])
    assert "may_not_withdraw" in found


async def test_the_public_half_of_another_key_of_the_account_is_not_ours() -> None:
    server = exchange_of("upbit")
    from tests.exchanges.upbit.exchange import LoopbackUpbit
    from tests.exchanges.upbit.keys import Key

    assert isinstance(server, LoopbackUpbit)
    other = replace(Key(), access="another", expires=server.truth.clock.now() + 1)
    server.upbit.keys.append(other)
    found = await inspect("upbit", server)
    assert "key_lasts" in found
    assert "key_ends_soon" not in found
