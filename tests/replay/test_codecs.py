"""Every event and every answer comes back from a recording as it was."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from enum import Enum
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trader.domain import events as ev
from trader.domain.candles import Candles
from trader.domain.outcome import NOTHING, Outcome
from trader.domain.parameters import Parameters
from trader.domain.time import HOUR
from trader.shell.beginning import Beginning
from trader.shell.recording import codecs, events
from trader.shell.recording.layout import LAYOUT
from trader.shell.recording.reading import Moment

FLOATS = ("open", "high", "low", "close", "volume", "turnover", "next_open")
EVENTS = typing.get_args(ev.Event)
_BY_KIND: dict[Any, st.SearchStrategy[Any]] = {
    Decimal: st.decimals(allow_nan=False),
    float: st.floats() | st.integers(0, 3),
    int: st.integers(-(2**62), 2**62),
    bool: st.booleans(),
    str: st.text(max_size=8),  # NUL, lone surrogates, quotes: venues may send anything
    types.NoneType: st.none(),
    Any: st.floats(0, 1),
}


@st.composite
def any_candles(draw: st.DrawFn, *, hours: bool = True) -> Candles:
    """Any few rows, with hours or without."""
    n = draw(st.integers(0, 3))
    times = st.lists(st.integers(-1, 2**45), min_size=n, max_size=n)
    numbers = st.lists(st.floats(), min_size=n, max_size=n)
    columns: dict[str, Any] = {name: np.array(draw(numbers), dtype=np.float64) for name in FLOATS}
    columns |= {n: np.array(draw(times), dtype=np.int64) for n in ("time", "next_time")}
    below = draw(st.none() | any_candles(hours=False)) if hours else None
    return Candles(timeframe=HOUR, **columns, hours=below)


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a declared type."""
    if kind is Candles:
        return any_candles()
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is not None:
        return _any_of_generic(origin, inner)
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{name: any_of(hint) for name, hint in hints.items()})


def _any_of_generic(origin: Any, inner: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin in (types.UnionType, typing.Union):
        return st.one_of([any_of(one) for one in inner])
    if origin is tuple and inner[-1] is not Ellipsis:
        return st.tuples(*map(any_of, inner))
    if issubclass(origin, (Mapping, types.MappingProxyType)):
        made = st.dictionaries(st.text(max_size=4), any_of(inner[1]), max_size=2)
        return made.map(types.MappingProxyType) if origin is types.MappingProxyType else made
    return st.lists(any_of(inner[0]), max_size=2).map(origin)


def gist(value: Any) -> str:
    """Text in which NaN is equal to NaN, 1.0 is not 1.00, and arrays show every number."""
    if isinstance(value, Candles):
        columns = [getattr(value, name) for name in Candles.__slots__ if name != "hours"]
        shown = [c if isinstance(c, int) else (str(c.dtype), c.tolist()) for c in columns]
        return repr((shown, gist(value.hours)))
    if isinstance(value, ev.HistoryLoaded):
        return repr((value.key, gist(value.candles), value.at))
    return repr(value)


def clean(text: str) -> str:
    return text


def test_every_event_has_a_line_of_its_own() -> None:
    assert set(events.TAGS) == set(EVENTS), "add the event to TAGS and raise LAYOUT"
    assert len(set(events.TAGS.values())) == len(EVENTS)


@pytest.mark.parametrize("kind", EVENTS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_event_comes_back_equal(kind: type, data: st.DataObject) -> None:
    event = data.draw(any_of(kind))
    line = events.line_of(event, clean)
    assert "\n" not in line
    assert line.isascii()
    tag, plain = json.loads(line)
    assert gist(events.event_of(tag, plain)) == gist(event)


@settings(max_examples=50, deadline=None)
@given(outcome=any_of(Outcome))
def test_any_answer_comes_back_equal(outcome: Outcome) -> None:
    plain = json.loads(events.json_of(events.plain_outcome(outcome)))
    assert repr(events.outcome_of(plain)) == repr(outcome)
    assert all(plain.values()), "empty lists take no room"


@settings(max_examples=15, deadline=None)
@given(beginning=any_of(Beginning))
def test_any_beginning_comes_back_equal(beginning: Beginning) -> None:
    codec = codecs.codec_of(Beginning)
    again = codec.read(json.loads(events.json_of(codec.write(beginning))))
    assert sorted(repr(again)) == sorted(repr(beginning))  # the order inside a set is nobody's


def test_nothing_is_nothing() -> None:
    assert events.plain_outcome(NOTHING) == {}


@pytest.mark.parametrize("price", [nan, inf, -inf, 5e-324, 0.1 + 0.2, 51_234_000.0, 7])
def test_any_price_comes_back_equal(price: float) -> None:
    event = ev.PriceSeen('x"y', price, 1, independent=True)
    again = events.event_of(*json.loads(events.line_of(event, clean)))
    assert repr(again) == repr(event)


def test_a_number_of_another_library_is_written_as_ours() -> None:
    event = ev.PriceSeen("upbit:BTC/KRW", np.float64(0.5), 1)
    again = events.event_of(*json.loads(events.line_of(event, clean)))
    assert again == ev.PriceSeen("upbit:BTC/KRW", 0.5, 1)


def test_fields_that_were_not_written_have_their_defaults() -> None:
    codec = codecs.codec_of(Parameters)
    plain = codec.write(Parameters(k_value=0.3))
    del plain["max_positions"]
    assert codec.read(plain) == Parameters(k_value=0.3)


def test_what_has_no_codec_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"complex.* has no codec"):
        codecs.codec_of(complex)
    with pytest.raises(TypeError, match="has no codec"):
        codecs.codec_of(set[int])


def test_texts_are_cleaned_before_they_are_written() -> None:
    event = ev.OrderRejected("zzUE-1", "-2015", 'said "tok=SECRET"', 1)
    line = events.line_of(event, lambda text: text.replace("SECRET", "***"))
    assert events.event_of(*json.loads(line)) == replace(event, reason='said "tok=***"')


def _fields(kind: Any, seen: set[Any]) -> list[str]:
    """Names and types of everything that a value can hold, as deep as it goes."""
    if kind in seen or kind is Candles:
        return []
    seen.add(kind)
    if inner := typing.get_args(kind):
        return [line for one in inner for line in _fields(one, seen)]
    if not hasattr(kind, "__annotations__") or issubclass(kind, Enum):
        return []
    hints = typing.get_type_hints(kind)
    own = [f"{kind.__name__}.{name}: {hint}" for name, hint in hints.items()]
    return own + [line for hint in hints.values() for line in _fields(hint, seen)]


def test_a_changed_layout_raises_its_number() -> None:
    """Whoever removes or retypes a field breaks older recordings: raise LAYOUT, then this."""
    from hashlib import blake2s

    seen: set[Any] = {Parameters, Outcome}  # new settings and answers have defaults
    lines = [line for kind in EVENTS for line in _fields(kind, seen)]
    found = blake2s("\n".join(lines).encode(), digest_size=6).hexdigest()
    assert (LAYOUT, found) == (2, "053faada8b5d")


@pytest.mark.parametrize("kind", EVENTS)
@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_every_event_has_a_time(kind: type, data: st.DataObject) -> None:
    assert isinstance(Moment(1, data.draw(any_of(kind)), {}).at, int)
