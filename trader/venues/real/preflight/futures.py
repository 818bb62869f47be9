"""Binance's contracts: one-way mode, single asset, isolated margin, leverage that there is."""

from __future__ import annotations

from trader.domain.events import Holding
from trader.domain.finding import Finding, Mark
from trader.domain.instrument import symbol_of
from trader.venues.real.asking import market_of
from trader.venues.real.preflight.binance import flag, rights
from trader.venues.real.preflight.inquiry import Check, Inquiry
from trader.venues.real.preflight.money import money
from trader.venues.real.reading import futures as reading
from trader.venues.real.reading.fields import number, row, rows, text

_SHOWN = 5  # markets named in one line


async def wallet(inquiry: Inquiry) -> list[Finding]:
    """The key is accepted; what lies in the wallet."""
    cash, _ = reading.wallet(await inquiry.first(reading.WALLETS, "futures"))
    return [inquiry.fine("key_accepted"), money(inquiry, cash)]


async def modes(inquiry: Inquiry) -> list[Finding]:
    """What holds for the whole account. The bot itself leaves hedge mode while nothing is held;
    multi-assets mode knows no isolated margin."""
    body = row(await inquiry.ask("fapiPrivateGetAccountConfig", "futures"), "the account's modes")
    found = []
    if not flag(body, "canTrade"):
        found.append(inquiry.finding(Mark.FAIL, "account_stopped"))
    if flag(body, "multiAssetsMargin"):
        found.append(inquiry.finding(Mark.FAIL, "multi_assets"))
    if not flag(body, "dualSidePosition"):
        return [*found, inquiry.fine("one_way")]
    if await _held(inquiry):
        return [*found, inquiry.finding(Mark.FAIL, "hedge_mode_in_use")]
    return [*found, inquiry.finding(Mark.WARN, "hedge_mode")]


async def margins(inquiry: Inquiry) -> list[Finding]:
    """The bot sets isolated margin before an entry; where something is held it cannot."""
    set_to = reading.leverages(await inquiry.first(reading.CONFIGS, "futures"))
    held = {market_of(holding.key) for holding in await _held(inquiry)}
    markets = {market_of(key): symbol_of(key) for key in inquiry.needs.keys}
    crossed = [
        symbol
        for market, symbol in markets.items()
        if market in held and set_to.get(market, (1, "ISOLATED"))[1] != "ISOLATED"
    ]
    if crossed:
        return [inquiry.finding(Mark.WARN, "crossed_margin", symbols=_named(crossed))]
    return [inquiry.fine("isolated_margin")]


async def leverage(inquiry: Inquiry) -> list[Finding]:
    """What MAX_LEVERAGE (or LEVERAGE) asks for, against each market's first bracket."""
    most = {
        text(of, "symbol"): max(
            number(step, "initialLeverage") for step in rows(of.get("brackets"), "the brackets")
        )
        for of in rows(await inquiry.ask("fapiPrivateGetLeverageBracket", "futures"), "leverages")
    }
    wanted = inquiry.needs.leverage
    lower = [
        symbol_of(key) for key in inquiry.needs.keys if most.get(market_of(key), wanted) < wanted
    ]
    if lower:
        values = {"wanted": wanted, "symbols": _named(lower)}
        return [inquiry.finding(Mark.WARN, "leverage_capped", **values)]
    return [inquiry.fine("leverage_there", wanted=wanted)]


async def _held(inquiry: Inquiry) -> tuple[Holding, ...]:
    return reading.positions(await inquiry.first(reading.POSITIONS, "futures"), {})


def _named(symbols: list[str]) -> str:
    return ", ".join(symbols[:_SHOWN]) + (" ..." if len(symbols) > _SHOWN else "")


CHECKS: tuple[Check, ...] = (wallet, modes, margins, leverage, rights)
