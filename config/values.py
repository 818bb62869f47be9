"""Reads the text of one value, strictly, and says what is wrong with it and how to write it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from config.schema import nearest
from config.setting import SWITCHED_OFF, SWITCHED_ON, Kind, Setting, plain

_NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_TIMEFRAME = re.compile(r"0*([1-9]\d{0,4})([smhdw])", re.ASCII)
_COIN = re.compile(r"[A-Z0-9]{1,20}", re.ASCII)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])", re.ASCII)
_TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DATABASES = ("sqlite", "postgresql", "postgres", "postgresql+psycopg")
_ENDPOINTS = ("http", "https", "ws", "wss")


class BadValue(ValueError):
    """A text that is no value of its setting; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Names:
    """What may be named in a value: the strategies and presets there are."""

    strategies: Collection[str] = ()
    presets: Collection[str] = ()


def parse(setting: Setting, text: str, names: Names) -> Any:
    """The value that a text stands for. Raises `BadValue` with the reason."""
    if setting.none is not None and text.lower() in _words_for_none(setting):
        return None
    if not text and setting.kind not in _MAY_BE_EMPTY:
        raise BadValue("has no value (to have the default, delete the line)")
    return _READERS[setting.kind](setting, text, names)


def _words_for_none(setting: Setting) -> tuple[str, ...]:
    word = setting.none or ""
    return (word, "0") if setting.zero == word else (word,)


def number_of(text: str) -> float:
    """A finite number. Raises `BadValue`, with a hint for the usual slips."""
    if not _NUMBER.fullmatch(text):
        raise BadValue(_why_no_number(text))
    number = float(text)
    if not math.isfinite(number):
        raise BadValue("is too large")
    return number


def _why_no_number(text: str) -> str:
    bare = text.replace(" ", "")
    percent = bare.removesuffix("%")
    if bare.endswith("%") and _NUMBER.fullmatch(percent):
        return f"is no number: write {float(percent) / 100:.12g} for {plain(float(percent))} %"
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", bare):
        return f"is no number: write {bare.replace(',', '')} without commas"
    if _NUMBER.fullmatch(bare.replace(",", ".", 1)):
        return f"is no number: write {bare.replace(',', '.', 1)} with a point"
    if any(not character.isascii() for character in bare):
        return "is no number: it holds full-width or invisible characters"
    return "is no number"


def _number(setting: Setting, text: str, _: Names) -> float:
    return _within(setting, number_of(text))


def _fraction(setting: Setting, text: str, _: Names) -> float:
    number = number_of(text)
    may_be_one = setting.range is not None and setting.range.holds(1.0)
    if number > 1 or (number == 1 and not may_be_one):
        raise BadValue(f"must be a fraction: 0.05 is 5 %{_meant(number)}")
    return _within(setting, number)


def _meant(number: float) -> str:
    return f"; {number:.6g} % is {number / 100:.6g}" if number < 100 else ""


def _integer(setting: Setting, text: str, _: Names) -> int:
    if not _WHOLE.fullmatch(text) or len(text) > 15:
        raise BadValue("is no whole number" if _NUMBER.fullmatch(text) else _why_no_number(text))
    return int(_within(setting, int(text)))


def _seconds(setting: Setting, text: str, _: Names) -> float:
    duration = _DURATION.fullmatch(text.lower())
    if duration:
        seconds = float(duration[1]) * _SECONDS[duration[2]]
        raise BadValue(f"is given in seconds: write {plain(seconds)}")
    return _within(setting, number_of(text))


def _within(setting: Setting, number: float) -> float:
    if setting.range and not setting.range.holds(number):
        raise BadValue("is out of range")
    return number


def _switch(_: Setting, text: str, __: Names) -> bool:
    word = text.lower()
    if word not in SWITCHED_ON + SWITCHED_OFF:
        raise BadValue("is neither yes nor no")
    return word in SWITCHED_ON


def _choice(setting: Setting, text: str, _: Names) -> str:
    return _known(text.lower(), setting.choices)


def _choices(setting: Setting, text: str, _: Names) -> tuple[str, ...]:
    return tuple(_known(part.lower(), setting.choices) for part in _parts(text))


def _known(word: str, words: Collection[str]) -> str:
    if word not in words:
        like = nearest(word, words)
        raise BadValue("is unknown" + (f" (did you mean {like}?)" if like else ""))
    return word


def _parts(text: str) -> list[str]:
    """The parts between commas. Raises `BadValue` for empty or repeated ones."""
    parts = [part.strip() for part in text.split(",")] if text else []
    if not all(parts):
        raise BadValue("has an empty part between its commas")
    repeated = next((part for part in parts if parts.count(part) > 1), "")
    if repeated:
        raise BadValue(f"names {repeated} twice")
    return parts


def _list(_: Setting, text: str, __: Names) -> tuple[str, ...]:
    coins = tuple(part.upper() for part in _parts(text))
    if not all(_COIN.fullmatch(coin) for coin in coins):
        raise BadValue("holds something that is no coin")
    return coins


def _symbols(_: Setting, text: str, __: Names) -> tuple[str, ...]:
    return tuple(_symbol(part) for part in _parts(text))


def _symbol(text: str) -> str:
    """`BTC/KRW` from `btc/krw`, `BTC-KRW` or Upbit's own `KRW-BTC`; a bare `BTC` stays."""
    parts = text.upper().replace("-", "/").split("/")
    if len(parts) > 2 or not all(_COIN.fullmatch(part) for part in parts):
        raise BadValue("holds something that is no symbol")
    if len(parts) == 2 and "-" in text and parts[0] in ("KRW", "USDT"):
        parts.reverse()
    return "/".join(parts)


def _timeframe(_: Setting, text: str, __: Names) -> str:
    found = _TIMEFRAME.fullmatch(text)
    if not found:
        raise BadValue("is no timeframe")
    return found[1] + found[2]


def _strategies(_: Setting, text: str, names: Names) -> tuple[tuple[str, float], ...]:
    shares = [_share(part, names) for part in _parts(text)]
    given = [share for _, share in shares if share is not None]
    if given and len(given) < len(shares):
        raise BadValue("gives shares to some strategies only: give one to each, or to none")
    if len({name for name, _ in shares}) < len(shares):
        raise BadValue("names a strategy twice")
    if sum(given) > 1 + 1e-9:
        raise BadValue(f"has shares that sum to {sum(given):.6g}: at most 1")
    return tuple((name, 1.0 if share is None else share) for name, share in shares)


def _share(text: str, names: Names) -> tuple[str, float | None]:
    name, colon, share = (part.strip() for part in text.partition(":"))
    known = _known(name.lower(), names.strategies)
    if not colon:
        return known, None
    number = number_of(share)
    if not 0 < number <= 1:
        raise BadValue(f"has the share {number:.6g} for {known}: above 0, at most 1")
    return known, number


def _preset(_: Setting, text: str, names: Names) -> str:
    word = text.lower()
    return "" if word == "none" else _known(word, names.presets)


def _text(_: Setting, text: str, __: Names) -> str:
    return text


def _zone(_: Setting, text: str, __: Names) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(text)
    except (ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise BadValue("is no time zone") from error
    except KeyError as error:
        raise BadValue("is no time zone known to this computer") from error
    return text


def _time_of_day(_: Setting, text: str, __: Names) -> str:
    """`09:10` from `9:10`."""
    found = _TIME_OF_DAY.fullmatch(text)
    if not found:
        raise BadValue("is no time of day")
    return f"{int(found[1]):02}:{found[2]}"


def _secret(setting: Setting, text: str, _: Names) -> str:
    if not text.isprintable() or (" " in text and not setting.name.endswith("PASSWORD")):
        raise BadValue("holds a space or an invisible character")
    return text


def _database(_: Setting, text: str, __: Names) -> str:
    if text and text.partition("://")[0] not in _DATABASES:
        raise BadValue("is no database address")
    return text


def _endpoint(_: Setting, text: str, __: Names) -> str:
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise BadValue("is no address") from error
    if parts.scheme not in _ENDPOINTS or not host:
        raise BadValue("is no address")
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadValue("has more than scheme, host and port")
    return f"{parts.scheme}://{parts.netloc}"


_MAY_BE_EMPTY = (
    Kind.TEXT, Kind.SECRET, Kind.DATABASE, Kind.ENDPOINT, Kind.SYMBOLS, Kind.LIST,
)  # fmt: skip
_READERS: dict[Kind, Callable[[Setting, str, Names], Any]] = {
    Kind.FRACTION: _fraction,
    Kind.NUMBER: _number,
    Kind.INTEGER: _integer,
    Kind.SECONDS: _seconds,
    Kind.SWITCH: _switch,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.LIST: _list,
    Kind.SYMBOLS: _symbols,
    Kind.TIMEFRAME: _timeframe,
    Kind.STRATEGIES: _strategies,
    Kind.PRESET: _preset,
    Kind.TEXT: _text,
    Kind.ZONE: _zone,
    Kind.TIME_OF_DAY: _time_of_day,
    Kind.SECRET: _secret,
    Kind.DATABASE: _database,
    Kind.ENDPOINT: _endpoint,
}
