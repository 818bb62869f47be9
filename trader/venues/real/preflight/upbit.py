"""Upbit: the key may see balances and orders and place orders, and may not withdraw."""

from __future__ import annotations

from trader.domain.finding import Finding, Mark
from trader.domain.time import DAY
from trader.venues.real.preflight.inquiry import Check, Inquiry, Objection
from trader.venues.real.preflight.money import money
from trader.venues.real.reading import upbit as reading
from trader.venues.real.reading.fields import iso_moment, row, rows, text

SOON = 30  # days before a key's end that a person should know
_NO_RIGHT = "right_missing"


async def balances(inquiry: Inquiry) -> list[Finding]:
    """The key is accepted; what it may trade with."""
    cash, _, _ = reading.balances(await inquiry.ask("privateGetAccounts", "balances"))
    return [inquiry.fine("key_accepted"), money(inquiry, cash)]


async def expiry(inquiry: Inquiry) -> list[Finding]:
    """Keys of Upbit end after a year at most."""
    for of in rows(await inquiry.ask("privateGetApiKeys"), "the keys"):
        if text(of, "access_key") == inquiry.key:
            days = (iso_moment(of, "expire_at") - inquiry.now()) // DAY
            mark = Mark.OK if days > SOON else Mark.WARN
            code = "key_lasts" if days > SOON else "key_ends_soon"
            return [inquiry.finding(mark, code, days=days)]
    return []


async def seeing_orders(inquiry: Inquiry) -> list[Finding]:
    """It may look orders up: without that nobody knows what became of one."""
    try:
        row(await inquiry.ask("privateGetOrdersChance", "orders", market=inquiry.market), "it")
    except Objection as no:
        if not _let_through(no):
            raise
    return [inquiry.fine("may_see_orders")]


async def placing_orders(inquiry: Inquiry) -> list[Finding]:
    """It may order: Upbit checks an order without placing it. What it says of the order itself
    (too little money) is no word about the key."""
    order = {"market": inquiry.market, "side": "bid", "ord_type": "price", "price": "5000"}
    try:
        await inquiry.ask("privatePostOrdersTest", "trading", **order)
    except Objection as no:
        if not _let_through(no):
            raise
    return [inquiry.fine("may_trade")]


def _let_through(no: Objection) -> bool:
    """The key was; what is wrong is the question itself (no such market, too little money)."""
    return no.code == "unanswered" and no.status in (400, 404)


async def withdrawals(inquiry: Inquiry) -> list[Finding]:
    """A refusal is the good answer: the key has nothing to do with withdrawals."""
    try:
        await inquiry.ask("privateGetWithdrawsChance", currency="BTC")
    except Objection as no:
        if no.code != _NO_RIGHT:
            raise
        return [inquiry.fine("may_not_withdraw")]
    return [inquiry.finding(inquiry.grave(), "may_withdraw")]


CHECKS: tuple[Check, ...] = (balances, expiry, seeing_orders, placing_orders, withdrawals)
