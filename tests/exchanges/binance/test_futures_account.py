"""What else USD-M tells of an account and its orders, by ccxt and its raw calls."""

from tests.exchanges.binance.clients import PERP, D, futures
from tests.exchanges.binance.test_futures_orders import isolated
from tests.exchanges.core.orders import State


async def test_both_versions_of_the_account_agree() -> None:
    async with futures() as desk:
        await isolated(desk, 3)
        await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
        await desk.ccxt.create_order(PERP, "limit", "buy", "0.005", "50000")
        desk.move("61000")
        old = await desk.ccxt.fapiPrivateV2GetAccount()
        new = await desk.ccxt.fapiPrivateV3GetAccount()
        for name in ("totalWalletBalance", "totalUnrealizedProfit", "availableBalance"):
            assert old[name] == new[name]
        assert (len(old["positions"]), len(new["positions"])) == (3, 1)
        assert (old["canTrade"], old["positions"][0]["leverage"]) == (True, "3")
        wallet, margin = D(new["totalWalletBalance"]), D("600.001") / 3
        assert wallet == desk.held("USDT")
        assert D(new["totalUnrealizedProfit"]) == D("9.999")
        resting = D(250) / 3
        assert abs(D(new["availableBalance"]) - (wallet - margin - resting)) < D("1e-7")


async def test_balances_in_three_ways() -> None:
    async with futures() as desk:
        by_v2 = (await desk.ccxt.fapiPrivateV2GetBalance())[0]
        by_v3 = (await desk.ccxt.fapiPrivateV3GetBalance())[0]
        assert by_v2["balance"] == by_v3["availableBalance"] == "1000.00000000"
        assert (await desk.ccxt.fetch_balance())["USDT"]["total"] == "1000.00000000"


async def test_old_position_risk_tells_of_flat_ones_too() -> None:
    async with futures() as desk:
        asked = await desk.ccxt.fapiPrivateV2GetPositionRisk()
        assert [row["positionAmt"] for row in asked] == ["0.000", "0.000", "0.0"]
        one = await desk.ccxt.fapiPrivateV2GetPositionRisk({"symbol": "ETHUSDT"})
        assert [row["symbol"] for row in one] == ["ETHUSDT"]
        assert await desk.ccxt.fapiPrivateV3GetPositionRisk() == []


async def test_fees_and_brackets() -> None:
    async with futures() as desk:
        rate = await desk.ccxt.fapiPrivateGetCommissionRate({"symbol": "BTCUSDT"})
        assert rate["takerCommissionRate"] == "0.0005"
        found = await desk.ccxt.fapiPrivateGetLeverageBracket({"symbol": "BTCUSDT"})
        floors = [b["notionalFloor"] for b in found[0]["brackets"]]
        assert floors == [0, 50_000, 500_000]


async def test_everything_open_is_cancelled_but_what_is_conditional() -> None:
    async with futures() as desk:
        for price in ("58000", "59000"):
            await desk.ccxt.create_order(PERP, "limit", "buy", "0.002", price)
        params = {"stopPrice": "57000", "reduceOnly": True}
        await desk.ccxt.create_order(PERP, "STOP_MARKET", "sell", "0.01", None, params)
        first = desk.truth.orders[0]
        open_one = {"symbol": "BTCUSDT", "orderId": first.number}
        assert (await desk.ccxt.fapiPrivateGetOpenOrder(open_one))["status"] == "NEW"
        await desk.ccxt.cancel_all_orders(PERP)
        assert {o.state for o in desk.truth.orders} == {State.CANCELED}
        assert (await desk.refusal(desk.ccxt.fapiPrivateGetOpenOrder(open_one)))[0] == -2013
        left = await desk.ccxt.fetch_open_orders(PERP, None, None, {"trigger": True})
        assert len(left) == 1


async def test_history_is_cut_by_time_and_id() -> None:
    async with futures() as desk:
        for _ in range(3):
            await desk.ccxt.create_order(PERP, "market", "buy", "0.002")
            desk.truth.clock.advance(1_000)
        orders = desk.truth.orders
        since = orders[1].created
        found = await desk.ccxt.fetch_my_trades(PERP, since)
        assert [t["order"] for t in found] == [str(o.number) for o in orders[1:]]
        by_order = {"symbol": "BTCUSDT", "orderId": orders[1].number}
        assert len(await desk.ccxt.fapiPrivateGetUserTrades(by_order)) == 1
        first = {"symbol": "BTCUSDT", "fromId": orders[2].trades[0].number}
        assert len(await desk.ccxt.fapiPrivateGetUserTrades(first)) == 1
        from_id = {"symbol": "BTCUSDT", "orderId": orders[1].number}
        assert len(await desk.ccxt.fapiPrivateGetAllOrders(from_id)) == 2
        mixed = {"symbol": "BTCUSDT", "fromId": 1, "startTime": since}
        assert (await desk.refusal(desk.ccxt.fapiPrivateGetUserTrades(mixed)))[0] == -1128
        long = {"symbol": "BTCUSDT", "startTime": since - 9 * 86_400_000, "endTime": since}
        assert (await desk.refusal(desk.ccxt.fapiPrivateGetUserTrades(long)))[0] == -1127
        del long["endTime"]  # only a week from there is told
        assert await desk.ccxt.fapiPrivateGetUserTrades(long) == []
        desk.truth.clock.advance(8 * 86_400_000)
        await desk.ccxt.load_time_difference()
        assert await desk.ccxt.fetch_my_trades(PERP) == []  # a week is the most without times
