"""Questions without which orders cannot be followed: whether they are offered at this address.

The account itself is asked for by each exchange's first check.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from trader.domain.finding import Finding, Mark
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.venues.real.preflight.inquiry import NOT_OFFERED, Inquiry, Objection

_NOBODY = "preflight-nobody"  # a client id that no order bears

_LOOKS, _APART = 2, 1.0  # a proxy may stumble once; seconds between

Asked = Mapping[str, Any]
ESSENTIALS: Mapping[str, Mapping[str, Asked]] = {
    UPBIT: {
        "privateGetOrdersOpen": {},
        "privateGetOrder": {"identifier": _NOBODY},
    },
    BINANCE_SPOT: {
        "privateGetOpenOrders": {"symbol": ""},
        "privateGetOrder": {"symbol": "", "origClientOrderId": _NOBODY},
        "privateGetMyTrades": {"symbol": "", "limit": 1},
    },
    BINANCE_FUTURES: {
        "fapiPrivateGetOpenOrders": {"symbol": ""},
        "fapiPrivateGetOrder": {"symbol": "", "origClientOrderId": _NOBODY},
        "fapiPrivateGetUserTrades": {"symbol": "", "limit": 1},
    },
}


async def essentials(inquiry: Inquiry) -> list[Finding]:
    """What is missing, each with its name. Whatever else is wrong, other checks tell."""
    questions = ESSENTIALS[inquiry.needs.venue].items()
    found = await asyncio.gather(*(_missing(inquiry, *question) for question in questions))
    return [finding for finding in found if finding is not None]


async def _missing(inquiry: Inquiry, method: str, asked: Asked) -> Finding | None:
    words = {name: value or inquiry.market for name, value in asked.items()}
    missing: Mapping[str, object] = {}
    for look in range(_LOOKS):
        if look:
            await inquiry.sleep(_APART)
        try:
            await inquiry.ask(method, **words)
        except Objection as no:
            if no.code == NOT_OFFERED:
                missing = no.values
                continue
        return None
    return inquiry.finding(Mark.FAIL, "essential_missing", **missing)
