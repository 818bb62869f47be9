"""Binance spot: the account may trade, and what lies in it.

Its `canWithdraw` is the account's, not the key's, and is therefore not judged.
"""

from __future__ import annotations

from trader.domain.finding import Finding, Mark
from trader.venues.real.preflight.binance import flag, rights
from trader.venues.real.preflight.inquiry import Check, Inquiry
from trader.venues.real.preflight.money import money
from trader.venues.real.reading import spot as reading
from trader.venues.real.reading.fields import row


async def account(inquiry: Inquiry) -> list[Finding]:
    """The key is accepted, the account trades, the money is there."""
    body = row(await inquiry.ask("privateGetAccount", "balances"), "the account")
    cash, _, _ = reading.balances(body)
    found = [inquiry.fine("key_accepted"), money(inquiry, cash)]
    if not flag(body, "canTrade"):
        found.append(inquiry.finding(Mark.FAIL, "account_stopped"))
    return found


CHECKS: tuple[Check, ...] = (account, rights)
