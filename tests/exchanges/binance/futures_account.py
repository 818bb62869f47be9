"""The USD-M account: balances, positions, leverage, margin type, income, switches."""

from __future__ import annotations

from decimal import Decimal

from tests.exchanges.binance import futures_rows as rows
from tests.exchanges.binance.errors import refused
from tests.exchanges.binance.futures_desk import MAKER, TAKER, FuturesDesk, Income
from tests.exchanges.binance.futures_orders import stretch
from tests.exchanges.binance.futures_rows import Row, money
from tests.exchanges.binance.listings import Bracket, Listing
from tests.exchanges.binance.parameters import Parameters
from tests.exchanges.binance.positions import Position, cap_of
from tests.exchanges.core.accounts import ZERO

DONE = {"code": 200, "msg": "success"}


def _sums(desk: FuturesDesk) -> dict[str, Decimal]:
    marks = desk.marks
    held = [(p, marks[s]) for s, p in desk.wallet.positions.items() if p.amount]
    return {
        "profit": sum((p.unrealised(m) for p, m in held), ZERO),
        "crossed": sum((p.unrealised(m) for p, m in held if not p.isolated), ZERO),
        "initial": sum((p.initial(m) for p, m in held), ZERO),
        "maintenance": sum((p.maintenance(m) for p, m in held), ZERO),
        "orders": desk.reserved(), "available": desk.available(),
        "balance": desk.wallet.balance, "free": desk.wallet.crossed,
    }  # fmt: skip


def _asset(desk: FuturesDesk) -> Row:
    s = {name: money(value) for name, value in _sums(desk).items()}
    total = desk.wallet.balance + _sums(desk)["profit"]
    initial = _sums(desk)["initial"] + _sums(desk)["orders"]
    return {
        "asset": "USDT", "walletBalance": s["balance"], "unrealizedProfit": s["profit"],
        "marginBalance": money(total), "maintMargin": s["maintenance"],
        "initialMargin": money(initial), "positionInitialMargin": s["initial"],
        "openOrderInitialMargin": s["orders"], "crossWalletBalance": s["free"],
        "crossUnPnl": s["crossed"], "availableBalance": s["available"],
        "maxWithdrawAmount": s["available"], "marginAvailable": True,
        "updateTime": desk.truth.clock.now(),
    }  # fmt: skip


def account_v3(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v3/account."""
    asset = _asset(desk)
    return {
        "totalInitialMargin": asset["initialMargin"], "totalMaintMargin": asset["maintMargin"],
        "totalWalletBalance": asset["walletBalance"],
        "totalUnrealizedProfit": asset["unrealizedProfit"],
        "totalMarginBalance": asset["marginBalance"],
        "totalPositionInitialMargin": asset["positionInitialMargin"],
        "totalOpenOrderInitialMargin": asset["openOrderInitialMargin"],
        "totalCrossWalletBalance": asset["crossWalletBalance"],
        "totalCrossUnPnl": asset["crossUnPnl"], "availableBalance": asset["availableBalance"],
        "maxWithdrawAmount": asset["maxWithdrawAmount"], "assets": [asset],
        "positions": [_held(desk, p) for p in _positions(desk) if p.amount],
    }  # fmt: skip


def account_v2(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v2/account: with switches, and flat positions too."""
    body = account_v3(desk, asked)
    assert isinstance(body, dict)
    return body | {
        "feeTier": 0, "canTrade": True, "canDeposit": True, "canWithdraw": True, "updateTime": 0,
        "multiAssetsMargin": False, "tradeGroupId": -1,
        "positions": [_held(desk, p) | _words(p) for p in _positions(desk)],
    }  # fmt: skip


def _positions(desk: FuturesDesk) -> list[Position]:
    return [desk.position(symbol) for symbol in desk.listings]


def _held(desk: FuturesDesk, position: Position) -> Row:
    row = rows.position_v3(desk, position)
    names = ("symbol", "positionSide", "positionAmt", "isolatedMargin", "notional",
             "isolatedWallet", "initialMargin", "maintMargin", "updateTime")  # fmt: skip
    return {name: row[name] for name in names} | {"unrealizedProfit": row["unRealizedProfit"]}


def _words(position: Position) -> Row:
    return {
        "leverage": str(position.leverage), "isolated": position.isolated,
        "entryPrice": f"{position.entry:.8f}", "breakEvenPrice": f"{position.entry:.8f}",
        "maxNotional": "10000000", "bidNotional": "0", "askNotional": "0",
    }  # fmt: skip


def balance(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v2/balance and v3/balance."""
    asset = _asset(desk)
    return [{
        "accountAlias": "SgsR", "asset": "USDT", "balance": asset["walletBalance"],
        "crossWalletBalance": asset["crossWalletBalance"], "crossUnPnl": asset["crossUnPnl"],
        "availableBalance": asset["availableBalance"],
        "maxWithdrawAmount": asset["maxWithdrawAmount"], "marginAvailable": True,
        "updateTime": asset["updateTime"],
    }]  # fmt: skip


def risk_v2(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v2/positionRisk: flat ones too."""
    return [rows.position_v2(desk, p) for p in _asked_for(desk, asked)]


def risk_v3(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v3/positionRisk: only what is held; without leverage or margin type."""
    return [rows.position_v3(desk, p) for p in _asked_for(desk, asked) if p.amount]


def _asked_for(desk: FuturesDesk, asked: Parameters) -> list[Position]:
    symbol = asked.optional("symbol")
    return [desk.position(desk.listing(symbol).symbol)] if symbol else _positions(desk)


def leverage(desk: FuturesDesk, asked: Parameters) -> object:
    """POST /fapi/v1/leverage."""
    listing, wanted = desk.listing(asked.text("symbol")), asked.whole("leverage")
    if wanted is None:
        raise refused(-1102, "leverage")
    cap, position = cap_of(listing, wanted), desk.position(listing.symbol)
    if position.amount and position.isolated and wanted < position.leverage:
        raise refused(-4161)
    position.leverage = wanted
    return {"symbol": listing.symbol, "leverage": wanted, "maxNotionalValue": str(cap)}


def margin_type(desk: FuturesDesk, asked: Parameters) -> object:
    """POST /fapi/v1/marginType."""
    listing = desk.listing(asked.text("symbol"))
    isolated = asked.choice("marginType", ("ISOLATED", "CROSSED"), -1102) == "ISOLATED"
    position = desk.position(listing.symbol)
    if position.isolated == isolated:
        raise refused(-4046)
    if any(o.symbol == listing.symbol for o in desk.truth.open_orders()):
        raise refused(-4047)
    if position.amount:
        raise refused(-4048)
    position.isolated = isolated
    return DONE


def position_mode(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/positionSide/dual."""
    return {"dualSidePosition": desk.wallet.dual}


def set_position_mode(desk: FuturesDesk, asked: Parameters) -> object:
    """POST /fapi/v1/positionSide/dual."""
    dual = asked.text("dualSidePosition").lower() == "true"
    if dual == desk.wallet.dual:
        raise refused(-4059)
    if desk.truth.open_orders() or any(a.is_open for a in desk.algos):
        raise refused(-4067)
    if any(p.amount for p in desk.wallet.positions.values()):
        raise refused(-4068)
    desk.wallet.dual = dual
    return DONE


def brackets(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/leverageBracket."""
    symbol = asked.optional("symbol")
    listings = [desk.listing(symbol)] if symbol else desk.listings.values()
    return [{"symbol": ls.symbol, "notionalCoef": 1.0, "brackets": _brackets(ls)}
            for ls in listings]  # fmt: skip


def _brackets(listing: Listing) -> list[Row]:
    floors = [ZERO, *(b.cap for b in listing.brackets[:-1])]
    pairs = zip(floors, listing.brackets, strict=True)
    return [_bracket(n, floor, b) for n, (floor, b) in enumerate(pairs, start=1)]


def _bracket(number: int, floor: Decimal, bracket: Bracket) -> Row:
    return {
        "bracket": number, "initialLeverage": bracket.leverage, "notionalCap": int(bracket.cap),
        "notionalFloor": int(floor), "maintMarginRatio": float(bracket.rate),
        "cum": float(bracket.cum),
    }  # fmt: skip


def income(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/income."""
    symbol, kind = asked.optional("symbol"), asked.optional("incomeType")
    _, since, until, limit = stretch(desk, asked, "fromId")
    found = [
        i for i in desk.incomes
        if symbol in {None, i.symbol} and kind in {None, i.kind} and since <= i.at <= until
    ]  # fmt: skip
    return [_income(i) for i in found[:limit]]


def _income(line: Income) -> Row:
    return {
        "symbol": line.symbol, "incomeType": line.kind, "income": money(line.amount),
        "asset": "USDT", "time": line.at, "info": line.kind, "tranId": line.number,
        "tradeId": "" if line.trade is None else str(line.trade),
    }  # fmt: skip


def symbol_config(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/symbolConfig."""
    return [
        {"symbol": p.listing.symbol, "marginType": "ISOLATED" if p.isolated else "CROSSED",
         "isAutoAddMargin": False, "leverage": p.leverage,
         "maxNotionalValue": str(cap_of(p.listing, p.leverage))}
        for p in _asked_for(desk, asked)
    ]  # fmt: skip


def account_config(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/accountConfig."""
    return {
        "feeTier": 0, "canTrade": True, "canDeposit": True, "canWithdraw": True,
        "dualSidePosition": desk.wallet.dual, "updateTime": 0, "multiAssetsMargin": False,
        "tradeGroupId": -1,
    }  # fmt: skip


def commission(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/commissionRate."""
    symbol = desk.listing(asked.text("symbol")).symbol
    return {"symbol": symbol, "makerCommissionRate": str(MAKER), "takerCommissionRate": str(TAKER)}


def countdown(desk: FuturesDesk, asked: Parameters) -> object:
    """POST /fapi/v1/countdownCancelAll; 0 switches it off."""
    symbol, wait = desk.listing(asked.text("symbol")).symbol, asked.whole("countdownTime")
    if wait is None:
        raise refused(-1102, "countdownTime")
    desk.countdowns.pop(symbol, None)
    if wait:
        desk.countdowns[symbol] = desk.truth.clock.now() + wait
    return {"symbol": symbol, "countdownTime": str(wait)}
