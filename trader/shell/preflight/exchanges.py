"""`--check` at the exchanges: addresses, public data, accounts, sizes, what guards a position."""

from __future__ import annotations

import asyncio
from time import perf_counter

from config.settings import Settings
from trader.bridge.client import Client
from trader.domain.errors import VenueError
from trader.domain.finding import Finding, Mark
from trader.domain.instrument import Instrument
from trader.domain.parameters import Parameters
from trader.domain.quotation import MarketQuoted
from trader.shell import world
from trader.shell.options import Options
from trader.shell.parameters import parameters_of
from trader.shell.preflight.accounts import ByKey, Examiner, usual_rules
from trader.shell.preflight.sizes import sizes
from trader.shell.real_markets import addresses_of, budgets_of, wall_of
from trader.venues.profiles import profile_of
from trader.venues.real.public import PublicVenue

PATIENCE = 10.0  # seconds for each check
_GUARDED = {"none": "guarded_by_engine", "oco": "guarded_by_oco", "conditional": "guarded_by_stops"}


def findings(options: Options, settings: Settings) -> list[Finding]:
    """All venues at the same time. In mode demo nobody is asked."""
    if settings.mode == "demo":
        return [Finding(Mark.OK, venue, "embedded") for venue in settings.venues]
    wall = wall_of(options.clock)
    budgets = budgets_of(settings, wall)
    examiner = Examiner(settings, wall, _holding(options, settings), PATIENCE, budgets)
    return asyncio.run(_all(examiner))


def _holding(options: Options, settings: Settings) -> set[str]:
    """Venues on which the bot holds something, by what it published last."""
    here = world.present(options.data_dir)
    if here is None or here.mode != settings.mode:
        return set()
    shown = {venue: Client(options.data_dir).portfolio(venue).value for venue in settings.venues}
    return {venue for venue, found in shown.items() if found is not None and found.positions}


async def _all(examiner: Examiner) -> list[Finding]:
    parts = await asyncio.gather(*(_venue(examiner, v) for v in examiner.settings.venues))
    return [finding for part in parts for finding in part]


async def _venue(examiner: Examiner, venue: str) -> list[Finding]:
    settings = examiner.settings
    p = parameters_of(settings.parameters[venue])
    abilities = profile_of(venue).capabilities
    public = PublicVenue(venue, addresses_of(settings, venue), examiner.budgets[venue])
    found, markets = await _heard(public, venue)
    rules, unlisted = _wanted(venue, p, markets)
    found += unlisted
    if settings.mode != "paper":
        found += await examiner.of(venue, rules)
        found.append(_guard(settings, venue, abilities.protection))
    live = settings.mode == "live"
    return [
        *endpoints(settings, venue),
        *found,
        *sizes(venue, abilities.quote, p, rules, live=live),
    ]


def _guard(settings: Settings, venue: str, protection: str) -> Finding:
    """Who guards a position there while the bot runs, and after it died."""
    if protection == "none" and not settings.system.guardian_after:
        return Finding(Mark.WARN, venue, "guarded_by_engine_alone")
    return Finding(Mark.OK, venue, _GUARDED[protection])


def endpoints(settings: Settings, venue: str) -> list[Finding]:
    """Addresses that are not the exchange's own."""
    rest, stream = settings.system.endpoints(venue)
    if not rest and not stream:
        return []
    values = {"rest": rest or "-", "stream": stream or "-"}
    return [Finding(Mark.WARN, venue, "address_changed", values)]


async def _heard(public: PublicVenue, venue: str) -> tuple[list[Finding], list[MarketQuoted]]:
    began = perf_counter()
    try:
        async with asyncio.timeout(PATIENCE):
            markets = await public.markets()
    except (VenueError, TimeoutError) as error:
        values = {"detail": str(error) or "no answer in time"}
        return [Finding(Mark.FAIL, venue, "public_unanswered", values)], []
    finally:
        await public.close()
    took = (perf_counter() - began) * 1_000
    counted = {"markets": len(markets), "took": f"{took:.0f}"}
    return [Finding(Mark.OK, venue, "public_answered", counted)], list(markets)


def _wanted(venue: str, p: Parameters, markets: list[MarketQuoted]) -> tuple[ByKey, list[Finding]]:
    """Rules of what would be traded; symbols that the exchange does not list."""
    listed = {market.key: market.rules for market in markets}
    if not listed:
        return usual_rules(venue, p), []
    if not p.symbols:
        largest = sorted(markets, key=lambda market: -market.turnover)[: p.top_n_symbols]
        return {market.key: market.rules for market in largest}, []
    keys = [Instrument(venue, *name.split("/")).key for name in p.symbols]
    known = {key: listed[key] for key in keys if key in listed}
    missing = [name for name, key in zip(p.symbols, keys, strict=True) if key not in listed]
    mark = Mark.WARN if known else Mark.FAIL
    values = {"symbols": ", ".join(missing)}
    found = [Finding(mark, venue, "symbols_unknown", values)] if missing else []
    return known or usual_rules(venue, p), found
