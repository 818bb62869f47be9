"""Binance: what the key may do, told by the wallet's address for spot and contracts alike."""

from __future__ import annotations

from trader.domain.finding import Finding, Mark
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT
from trader.venues.real.preflight.inquiry import Inquiry
from trader.venues.real.reading.fields import Row, Strange, row

_WANTED = {  # field -> the right, by venue
    BINANCE_SPOT: {"enableReading": "balances", "enableSpotAndMarginTrading": "spot"},
    BINANCE_FUTURES: {"enableReading": "balances", "enableFutures": "futures"},
}


async def rights(inquiry: Inquiry) -> list[Finding]:
    """It may read and trade, may not withdraw, and works from known addresses only."""
    if not inquiry.needs.wallet:
        return [inquiry.fine("rights_not_told")]
    found = row(await inquiry.ask("sapiGetAccountApiRestrictions"), "the key's rights")
    return [_withdrawing(inquiry, found), *_missing(inquiry, found), _addresses(inquiry, found)]


def _withdrawing(inquiry: Inquiry, found: Row) -> Finding:
    if flag(found, "enableWithdrawals"):
        return inquiry.finding(inquiry.grave(), "may_withdraw")
    return inquiry.fine("may_not_withdraw")


def _missing(inquiry: Inquiry, found: Row) -> list[Finding]:
    wanted = _WANTED[inquiry.needs.venue].items()
    lacking = [right for name, right in wanted if not flag(found, name)]
    if not lacking:
        return [inquiry.fine("may_trade")]
    values = {"detail": "apiRestrictions"}
    return [inquiry.finding(Mark.FAIL, "right_missing", right=r, **values) for r in lacking]


def _addresses(inquiry: Inquiry, found: Row) -> Finding:
    if flag(found, "ipRestrict"):
        return inquiry.fine("addresses_bound")
    return inquiry.finding(Mark.WARN, "addresses_open")


def flag(of: Row, name: str) -> bool:
    """Yes or no. Raises `Strange` for anything else: silence is no permission."""
    value = of.get(name)
    if not isinstance(value, bool):
        raise Strange(f"the exchange's answer does not tell '{name}'")
    return value
