"""Remainders too small to be sold: what is asked to become of them, and what became of them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from trader.domain.time import Millis


@dataclass(frozen=True, slots=True)
class Conversion:
    """Remainders of a venue that are to become another coin by one request, named by its time.

    `parts`: (key, all of it that is the bot's). `again`: it may have been asked for before, so
    look what became of it and ask for nothing.
    """

    venue: str
    parts: tuple[tuple[str, Decimal], ...]
    asked_at: Millis
    again: bool = False


class ConvertedDust(NamedTuple):
    """One remainder that became another coin, by the venue's own `id`.

    `quantity` of `key` became `received` of `into` (a key too), after `charge` was kept of that;
    one `into` is worth `price` in the quote currency.
    """

    id: str
    key: str
    quantity: Decimal
    into: str
    received: Decimal
    charge: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class DustConverted:
    """The conversion of `asked_at` is over: what is not in `parts` stays, `reason` tells why."""

    venue: str
    asked_at: Millis
    parts: tuple[ConvertedDust, ...]
    reason: str
    at: Millis
