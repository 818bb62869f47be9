"""JSON of strangers is read to the letter or refused with a reason."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trader.bridge.strict import NotStrict, parse_object


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not valid JSON"),
        ('{"a": 1', "not valid JSON"),
        ('{"a": 1} x', "not valid JSON"),
        ("[]", "one JSON object"),
        ("null", "one JSON object"),
        ('{"a": 1, "a": 2}', "a key stands twice"),
        ('{"b": {"a": 1, "a": 1}}', "a key stands twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": -Infinity}', "Infinity is no number"),
        ('{"a": 1e999}', "too large"),
        ('{"a": 1e16}', "too large"),
        ('{"a": ' + "9" * 5000 + "}", "too large"),
        ('{"a": ' + "[" * 17 + "]" * 17 + "}", "nested too deeply"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ('{"a": "x\\u0000"}', "control characters"),
        ('{"\\u0007": 1}', "control characters"),
        ('{"a": "\\ud800"}', "control characters"),
        ("\ufeff{}", "not valid JSON"),
    ],
)
def test_doubtful_text_is_refused(text: str, why: str) -> None:
    with pytest.raises(NotStrict, match=why):
        parse_object(text.encode())


def test_what_is_not_utf_8_is_refused() -> None:
    with pytest.raises(NotStrict, match="UTF-8"):
        parse_object(b'{"a": "\xff"}')


def test_plain_objects_are_read() -> None:
    text = '{"a": [1, 2.5, true, null, "한글"], "b": {"c": -1e-3}}'
    assert parse_object(text.encode()) == json.loads(text)


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(raw: bytes) -> None:
    with suppress(NotStrict):
        assert isinstance(parse_object(raw), dict)
