"""Margin, liquidation and funding of USD-M positions, against numbers worked out by hand."""

from decimal import Decimal

import pytest

from tests.exchanges.binance.clients import PERP, D, futures
from tests.exchanges.binance.listings import FUTURES
from tests.exchanges.binance.positions import Position
from tests.exchanges.binance.test_futures_orders import isolated

CENT = D("0.01")


@pytest.mark.parametrize(
    ("side", "leverage", "expected"),
    # entry x (1 -+ 1/L) / (1 -+ m) with m 0.004, from page 3.6 of the specification
    [("BUY", 3, D(60_000) * 2 / 3 / D("0.996")), ("SELL", 4, D(60_000) * D("1.25") / D("1.004"))],
)
def test_liquidation_price_of_an_isolated_position(
    side: str, leverage: int, expected: Decimal
) -> None:
    position = Position(FUTURES[0], leverage=leverage, isolated=True)
    position.fill(side, D("0.1"), D(60_000), 0)
    assert abs(position.liquidation(position.wallet) - expected) < CENT


def test_higher_brackets_need_more_maintenance_without_a_jump() -> None:
    position = Position(FUTURES[0], leverage=10)
    position.fill("BUY", D(1), D(50_000), 0)
    below, above = position.maintenance(D(50_000)), position.maintenance(D("50000.01"))
    assert (below, above - below < CENT) == (D(200), True)
    assert position.maintenance(D(400_000)) == D(1_950)


def test_a_position_that_turns_round() -> None:
    position = Position(FUTURES[0], leverage=10, isolated=True)
    position.fill("BUY", D(2), D(100), 0)
    assert position.fill("SELL", D(1), D(110), 0) == 10
    assert (position.amount, position.entry, position.wallet) == (D(1), D(100), D(10))
    assert position.fill("SELL", D(3), D(90), 0) == -10
    assert (position.amount, position.entry, position.wallet) == (D(-2), D(90), D(18))
    assert position.fill("BUY", D(2), D(80), 0) == 20
    assert (position.amount, position.entry, position.wallet) == (D(0), D(0), D(0))


async def test_ccxt_reads_margin_and_liquidation_price() -> None:
    async with futures() as desk:
        await isolated(desk, 3)
        await desk.ccxt.create_order(PERP, "market", "sell", "0.01")
        desk.move("61000")
        found = (await desk.ccxt.fetch_positions([PERP]))[0]
        assert (found["side"], found["marginMode"], found["leverage"]) == (
            "short", "isolated", None,
        )  # fmt: skip
        expected = D(60_000) * 4 / 3 / D("1.004")
        assert abs(D(found["liquidationPrice"]) - expected) < CENT
        assert (D(found["collateral"]), D(found["unrealizedPnl"])) == (D(190), D(-10))
        old = (await desk.ccxt.fetch_positions([PERP], {"useV2": True}))[0]
        assert (D(old["leverage"]), old["marginMode"]) == (D(3), "isolated")
        balance = (await desk.ccxt.fetch_balance())["USDT"]
        assert D(balance["total"]) == desk.held("USDT") - 10
        assert D(balance["free"]) == desk.held("USDT") - 200


async def test_the_mark_not_the_last_price_liquidates() -> None:
    async with futures() as desk:
        await isolated(desk, 3)
        await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
        resting = await desk.ccxt.create_order(PERP, "limit", "buy", "0.01", "58000")
        desk.words.watch.set_mark("BTCUSDT", D(60_000))
        desk.move("40000")  # a wick of the last price alone
        assert desk.words.desk.position("BTCUSDT").amount == D("0.02")
        before = desk.held("USDT")
        wallet = desk.words.desk.position("BTCUSDT").wallet
        desk.words.watch.set_mark("BTCUSDT", D(39_000))
        assert desk.words.desk.position("BTCUSDT").amount == 0
        closing = desk.truth.orders[-1]
        assert closing.client_id.startswith("autoclose-")
        assert (await desk.ccxt.fetch_order(resting["id"], PERP))["status"] == "closed"
        assert abs(before - wallet - desk.held("USDT")) < CENT
        kinds = [line["incomeType"] for line in await desk.ccxt.fapiPrivateGetIncome()]
        assert "REALIZED_PNL" in kinds


async def test_a_liquidation_takes_the_isolated_margin_and_no_more() -> None:
    async with futures() as desk:
        await isolated(desk, 3)
        await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
        free = desk.held("USDT") - desk.words.desk.position("BTCUSDT").wallet
        desk.move("40160")
        assert desk.truth.orders[-1].average == D(40_160)
        assert abs(desk.held("USDT") - free) < CENT
        desk.move("30000")
        assert await desk.ccxt.fetch_positions() == []


async def test_a_gap_beyond_bankruptcy_costs_the_margin_only() -> None:
    async with futures() as desk:
        await isolated(desk, 3)
        await desk.ccxt.create_order(PERP, "market", "sell", "0.01")
        free = desk.held("USDT") - desk.words.desk.position("BTCUSDT").wallet
        desk.move("100000")
        assert desk.truth.orders[-1].average == D(80_000)
        assert abs(desk.held("USDT") - free) < CENT


async def test_a_crossed_position_is_backed_by_the_whole_wallet() -> None:
    async with futures() as desk:
        await desk.ccxt.create_order(PERP, "market", "buy", "0.02")
        found = (await desk.ccxt.fetch_positions([PERP]))[0]
        assert (found["marginMode"], D(found["info"]["isolatedWallet"])) == ("cross", D(0))
        price = D(found["liquidationPrice"])
        desk.move(str((price + 5).quantize(D("0.1"))))
        assert desk.words.desk.position("BTCUSDT").amount == D("0.02")
        desk.move(str((price - 5).quantize(D("0.1"))))
        assert desk.words.desk.position("BTCUSDT").amount == 0


async def test_funding_is_paid_by_the_long_and_written_down() -> None:
    async with futures() as desk:
        await isolated(desk, 3)
        await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
        before = desk.held("USDT")
        assert desk.words.watch.charge_funding("BTCUSDT", D("0.0001")) == D("-0.06")
        assert desk.held("USDT") == before - D("0.06")
        paid = await desk.ccxt.fetch_funding_history(PERP)
        assert [D(line["amount"]) for line in paid] == [D("-0.06")]
        rates = await desk.ccxt.fetch_funding_rate_history(PERP)
        assert [D(rate["fundingRate"]) for rate in rates] == [D("0.0001")]
        assert desk.words.watch.charge_funding("ETHUSDT", D("0.0001")) == 0
