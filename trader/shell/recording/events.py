"""Every event as one line of a recording, and back: the one table of what can be recorded."""

from __future__ import annotations

import json
import typing
from collections.abc import Callable, Mapping
from functools import cache
from math import isfinite
from types import MappingProxyType
from typing import Any

from trader.domain import events as ev
from trader.domain.dust import DustConverted
from trader.domain.outcome import NOTHING, Outcome
from trader.shell.recording.codecs import Codec, codec_of

Clean = Callable[[str], str]

# What a line begins with. The four that are most of all lines are one letter.
TAGS: Mapping[type, str] = MappingProxyType(
    {
        ev.PriceSeen: "p",
        ev.MarkSeen: "mark",
        ev.PricesSettled: "s",
        ev.TimePassed: "t",
        ev.CandlesClosed: "c",
        ev.HistoryLoaded: "history",
        ev.FundingCharged: "funding",
        ev.MarketListed: "market",
        ev.UniverseChosen: "universe",
        ev.LinkChanged: "link",
        ev.AccountJudged: "account",
        ev.OrderOpened: "opened",
        ev.OrderFilled: "filled",
        ev.OrderEnded: "ended",
        ev.OrderRejected: "rejected",
        ev.OrderUnknown: "unknown",
        ev.OrderNotFound: "not_found",
        ev.CancelFailed: "cancel_failed",
        ev.VenueReported: "reported",
        DustConverted: "dust",
        ev.Liquidated: "liquidated",
        ev.Commanded: "commanded",
        ev.ParametersChanged: "parameters",
        ev.HaltFileSeen: "halt_file",
        ev.JournalFailed: "journal",
        ev.DataEnded: "data_ended",
    }
)
_KINDS = {tag: kind for kind, tag in TAGS.items()}
_WORDLESS = (ev.PricesSettled, ev.TimePassed, ev.CandlesClosed, ev.HistoryLoaded)
_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_TEXTS: dict[str, str] = {}  # keys as JSON: of a few hundred markets at most


def line_of(event: ev.Event, clean: Clean) -> str:
    """One event as JSON. `clean` takes secrets out of what a venue or a person wrote."""
    if type(event) is ev.PriceSeen and type(event.price) is float and isfinite(event.price):
        key = _TEXTS.get(event.key) or _TEXTS.setdefault(event.key, json.dumps(event.key))
        sure = "true" if event.independent else "false"
        return f'["p",[{key},{event.price!r},{event.at},{sure}]]'
    plain = [TAGS[type(event)], codec_of(type(event)).write(event)]
    return json_of(plain) if type(event) in _WORDLESS else clean_json(plain, clean)


def event_of(tag: str, plain: Any) -> ev.Event:
    """The event of one line. Raises `KeyError`, `ValueError`, `TypeError` for what is none."""
    event: ev.Event = codec_of(_KINDS[tag]).read(plain)
    return event


def is_event(tag: object) -> bool:
    """Whether a line with this tag holds an event."""
    return tag in _KINDS


# ---------------------------------------------------------------- what the engine answered


@cache
def _parts() -> dict[str, Codec]:
    """The fields of an outcome: orders, questions, and everything worth remembering."""
    return {name: codec_of(hint) for name, hint in typing.get_type_hints(Outcome).items()}


def plain_outcome(outcome: Outcome) -> dict[str, Any]:
    """What an outcome holds, without its empty lists; empty when nothing happened."""
    if outcome is NOTHING:
        return {}
    held = {name: codec for name, codec in _parts().items() if getattr(outcome, name)}
    return {name: codec.write(getattr(outcome, name)) for name, codec in held.items()}


def outcome_of(plain: Mapping[str, Any]) -> Outcome:
    """The outcome of which `plain_outcome` made this. Raises as `event_of` does."""
    parts = _parts()
    return Outcome(**{name: list(parts[name].read(raw)) for name, raw in plain.items()})


def clean_json(plain: Any, clean: Clean) -> str:
    """Compact JSON without secrets. Whole lines are looked at first: hardly any holds one."""
    text = json_of(plain)
    return text if clean(text) == text else json_of(cleaned(plain, clean))


def cleaned(plain: Any, clean: Clean) -> Any:
    """The same with every text cleaned; names of fields are ours and stay."""
    if isinstance(plain, str):
        return clean(plain)
    if isinstance(plain, dict):
        return {name: cleaned(value, clean) for name, value in plain.items()}
    if isinstance(plain, list):
        return [cleaned(value, clean) for value in plain]
    return plain


def json_of(plain: Any) -> str:
    """Compact JSON on one line, ASCII only: any text of the outside world comes back equal."""
    return _ENCODER.encode(plain)
