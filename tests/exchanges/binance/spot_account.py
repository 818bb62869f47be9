"""The spot account and its key: balances, permissions, coins."""

from __future__ import annotations

from tests.exchanges.binance.listings import eight
from tests.exchanges.binance.parameters import Parameters
from tests.exchanges.binance.signing import ApiKey
from tests.exchanges.binance.spot_desk import FEE, SpotDesk
from tests.exchanges.core.truth import Truth

_NAMES = {"BTC": "Bitcoin", "ETH": "Ethereum", "USDT": "TetherUS", "BNB": "BNB", "XRP": "XRP"}


def account(desk: SpotDesk, asked: Parameters) -> object:
    """GET /api/v3/account."""
    empty = asked.flag("omitZeroBalances")
    rates = {"maker": eight(FEE), "taker": eight(FEE), "buyer": eight(FEE * 0),
             "seller": eight(FEE * 0)}  # fmt: skip
    return {
        "makerCommission": 10, "takerCommission": 10, "buyerCommission": 0, "sellerCommission": 0,
        "commissionRates": rates, "canTrade": desk.can_trade, "canWithdraw": True,
        "canDeposit": True, "brokered": False, "requireSelfTradePrevention": False,
        "preventSor": False, "updateTime": desk.truth.clock.now(), "accountType": "SPOT",
        "balances": [
            {"asset": asset, "free": eight(b.free), "locked": eight(b.locked)}
            for asset, b in sorted(desk.truth.accounts.balances.items()) if b.total or not empty
        ],
        "permissions": ["SPOT"], "uid": 354_937_868,
    }  # fmt: skip


def restrictions(key: ApiKey, now: int) -> object:
    """GET /sapi/v1/account/apiRestrictions: what the key is allowed to do."""
    return {
        "ipRestrict": key.ip_bound, "createTime": now - 86_400_000, "enableReading": key.reading,
        "enableWithdrawals": key.withdrawals, "enableInternalTransfer": False,
        "enableMargin": False, "enableFutures": key.futures, "permitsUniversalTransfer": False,
        "enableVanillaOptions": False, "enableFixApiTrade": False, "enableFixReadOnly": False,
        "enableSpotAndMarginTrading": key.spot, "enablePortfolioMarginTrading": False,
    }  # fmt: skip


def coins(truth: Truth) -> object:
    """GET /sapi/v1/capital/config/getall."""
    assets = {m.base for m in truth.markets.values()} | {m.quote for m in truth.markets.values()}
    return [_coin(truth, asset) for asset in sorted(assets)]


def _coin(truth: Truth, asset: str) -> dict[str, object]:
    balance = truth.accounts.balances.get(asset)
    return {
        "coin": asset, "depositAllEnable": True, "withdrawAllEnable": True,
        "name": _NAMES.get(asset, asset), "free": str(balance.free if balance else 0),
        "locked": str(balance.locked if balance else 0), "freeze": "0", "withdrawing": "0",
        "ipoing": "0", "ipoable": "0", "storage": "0", "isLegalMoney": False, "trading": True,
        "networkList": [{
            "network": "BSC", "coin": asset, "withdrawIntegerMultiple": "0.00000001",
            "isDefault": True, "depositEnable": True, "withdrawEnable": True, "depositDesc": "",
            "withdrawDesc": "", "specialTips": "", "name": "BNB Smart Chain (BEP20)",
            "resetAddressStatus": False, "addressRegex": "^(0x)[0-9A-Fa-f]{40}$",
            "memoRegex": "", "withdrawFee": "0.0001", "withdrawMin": "0.001",
            "withdrawMax": "9999999999.99999999", "minConfirm": 15, "unLockConfirm": 0,
            "sameAddress": False,
        }],
    }  # fmt: skip
