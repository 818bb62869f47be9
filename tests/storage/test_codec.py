"""Nothing is lost on the way to the journal and back."""

import json
from decimal import Decimal
from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.storage.samples import any_of
from trader.domain.book import VenueBook
from trader.domain.order import Fill, Order
from trader.domain.outcome import Notice
from trader.domain.position import ClosedTrade, Position
from trader.domain.signal import Decision
from trader.storage.codec import clean, json_of, packed, row_of, unpacked, value_of

NESTED = (VenueBook, Decision, Position)
FLAT = (Order, Fill, Position, ClosedTrade, Notice)


@pytest.mark.parametrize("kind", NESTED)
@settings(max_examples=50)
@given(data=st.data())
def test_any_value_survives_json(kind: type, data: st.DataObject) -> None:
    value = data.draw(any_of(kind))
    again = unpacked(kind, json.loads(json_of(value)))
    assert repr(again) == repr(value)  # repr: NaN is equal to NaN, 1.0 is not 1.00


@pytest.mark.parametrize("kind", FLAT)
@settings(max_examples=50)
@given(data=st.data())
def test_any_value_survives_a_row(kind: type, data: st.DataObject) -> None:
    value = data.draw(any_of(kind))
    assert repr(value_of(kind, row_of(value))) == repr(value)


def test_money_is_text_with_every_digit() -> None:
    assert packed(Decimal("12345678901.123456789012345678")) == "12345678901.123456789012345678"


def test_nan_is_null_in_a_row_and_text_in_json() -> None:
    assert packed(nan) == "nan"
    assert row_of(Notice("info", "x", "y", 1))["key"] == ""


def test_fields_of_a_younger_version_take_their_defaults() -> None:
    old = {"venue": "upbit", "initial_capital": "1", "cash": "1"}
    assert unpacked(VenueBook, old) == VenueBook("upbit", Decimal(1), Decimal(1))


@pytest.mark.parametrize(
    ("text", "kept"),
    [("ok 한글", "ok 한글"), ("a\0b", "a�b"), ("a\ud800b", "a?b"), ("a\nb", "a\nb")],
)
def test_text_that_no_database_takes_is_cleaned(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_what_is_no_value_of_the_domain_is_refused() -> None:
    with pytest.raises(TypeError, match="object cannot be kept"):
        packed(object())
