"""The first day of mode live: until when entries stay small, and how that is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from trader.domain.parameters import Parameters
from trader.domain.time import DAY, Millis
from trader.shell.world import World
from trader.venues.profiles import profile_of


def until(here: World) -> Millis:
    """24 hours after the first start in mode live on this data directory; 0 in other modes."""
    return here.began + DAY if here.mode == "live" else 0


def notices(parameters: Mapping[str, Parameters], here: World, now: Millis) -> Iterator[str]:
    """For the banner: one line a venue, while its entries are capped."""
    if now >= until(here):
        return
    end = datetime.fromtimestamp(until(here) / 1_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    for venue, p in parameters.items():
        caps = _caps(p, profile_of(venue).capabilities.quote)
        if caps:
            yield f"first day {venue}: {caps}, until {end}"


def _caps(p: Parameters, quote: str) -> str:
    """What one entry, and all of them, may be worth; empty when nothing is capped."""
    shares = (p.live_first_day_max_order, p.live_first_day_max_total)
    each, total = (f"{share * p.initial_capital:,.0f} {quote}" if share else "" for share in shares)
    if each and total:
        return f"entries of at most {each}, {total} in all"
    if each:
        return f"entries of at most {each}"
    return f"all entries together at most {total}" if total else ""
