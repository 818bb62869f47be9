"""Rules that look at several settings at once; each gives the reason why they do not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from config.effective import Effective
from config.errors import Problem
from config.groups.system import LIVE_WORDS
from config.reading import Context, Given
from config.schema import GLOBAL, QUOTES, key_of
from config.setting import text_of

_TIMEFRAME_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
Complaint = tuple[str, str]  # attribute, reason
VenueRule = Callable[[Effective, str, Context], Complaint | None]


def problems_of_venue(venue: Effective, mode: str, context: Context) -> Iterator[Problem]:
    """What does not fit together among one venue's parameters."""
    for rule in _VENUE_RULES:
        complaint = rule(venue, mode, context)
        if complaint:
            yield _placed(venue, *complaint)


def _placed(venue: Effective, attribute: str, reason: str) -> Problem:
    given = venue.given.get(attribute)
    if given:
        return given.problem(reason)
    origin = venue.origins.get(attribute, "default")
    return Problem(f"({origin})", key_of(venue.venue, attribute), None, reason)


def _stop_under_emergency(venue: Effective, _: str, __: Context) -> Complaint | None:
    stop = venue.values["stop_loss_percent"]
    emergency = venue.values["emergency_stop_percent"]
    if not (stop and emergency and stop >= emergency):
        return None
    reason = f"the stop loss {stop:g} must be below the emergency stop {emergency:g}"
    if "stop_loss_percent" in venue.given or "emergency_stop_percent" not in venue.given:
        return "stop_loss_percent", reason
    return "emergency_stop_percent", reason


def _emergency_when_live(venue: Effective, mode: str, _: Context) -> Complaint | None:
    if mode != "live" or venue.values["emergency_stop_percent"]:
        return None
    return "emergency_stop_percent", "mode live needs an emergency stop, for example 0.05"


def _breakout_within_a_day(venue: Effective, _: str, __: Context) -> Complaint | None:
    timeframe = venue.values["timeframe"]
    seconds = int(timeframe[:-1]) * _TIMEFRAME_SECONDS[timeframe[-1]]
    names = [name for name, _ in venue.values["strategies"]]
    if "breakout" not in names or seconds <= 86_400:
        return None
    return "timeframe", "the strategy breakout trades candles of at most one day (1d)"


def _symbols_of_the_venue(venue: Effective, _: str, context: Context) -> Complaint | None:
    given = venue.given.get("symbols")
    if context.purpose == "backtest" or not given or not given.value:
        return None
    quote = QUOTES[venue.venue]
    strange = given.target.scope == venue.venue and len(venue.values["symbols"]) < len(given.value)
    if not strange and venue.values["symbols"]:
        return None
    key = key_of(venue.venue, "symbols")
    return "symbols", f"{venue.venue} trades against {quote}: write {key}=BTC/{quote} for example"


def _loss_amount_in_won(venue: Effective, _: str, context: Context) -> Complaint | None:
    del context
    if venue.venue != "upbit" or not venue.values["max_daily_loss"]:
        return None
    reason = (
        "is an amount in USDT, and no rate to KRW is known: use MAX_DAILY_LOSS_PCT, or set it for "
        "the other venues alone, as BINANCE_SPOT_MAX_DAILY_LOSS"
    )
    return "max_daily_loss", reason


_VENUE_RULES: tuple[VenueRule, ...] = (
    _stop_under_emergency,
    _emergency_when_live,
    _breakout_within_a_day,
    _symbols_of_the_venue,
    _loss_amount_in_won,
)


def problems_when_live(
    values: Mapping[str, Any], given: Mapping[str, Given], name: str
) -> Iterator[Problem]:
    """What mode `live` asks for beyond a venue's parameters. `name`: the settings file's."""
    if values["mode"] != "live":
        return
    if values["live_trading"] != LIVE_WORDS:
        reason = f"mode live trades real money and starts only with LIVE_TRADING={LIVE_WORDS}"
        yield Problem(given["mode"].where if "mode" in given else name, "MODE", "live", reason)
    for attribute, endpoint in given.items():
        if attribute.endswith("_url") and _is_open(str(endpoint.value)):
            yield endpoint.problem("mode live accepts an unencrypted address on this computer only")


def _is_open(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "ws") and parts.hostname not in _LOOPBACK


def global_text(attribute: str, value: Any) -> str:
    """A global setting's value as text; `***` for a secret that is set."""
    setting = GLOBAL[attribute.upper()]
    return ("***" if value else "") if setting.secret else text_of(setting, value)
