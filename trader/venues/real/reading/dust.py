"""Binance's answers about remainders: which can be converted, what was, and what the log says."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from trader.domain.dust import ConvertedDust
from trader.domain.time import Millis
from trader.venues.real.reading.fields import Row, moment, number, positive, row, rows, text


def convertible(body: Any) -> dict[str, Decimal]:
    """Coins that may be converted now, and how much of each is free. Raises `Strange`."""
    told = rows(row(body, "dust").get("details"), "dust")
    return {text(of, "asset"): number(of, "amountFree") for of in told}


def converted(
    body: Any, keys: Mapping[str, str], into: tuple[str, Decimal]
) -> tuple[ConvertedDust, ...]:
    """What the answer to a conversion tells. `keys` by coin; `into`: key and price of what they
    became. Raises `Strange`."""
    told = rows(row(body, "a conversion").get("transferResult"), "a conversion")
    return tuple(_part(of, text(of, "tranId"), keys, into) for of in told if _ours(of, keys))


def logged(
    body: Any, keys: Mapping[str, str], into: tuple[str, Decimal], since: Millis
) -> tuple[ConvertedDust, ...]:
    """The same out of the log of conversions, from `since` on. Raises `Strange`."""
    told = rows(row(body, "the dust log").get("userAssetDribblets"), "the dust log")
    found = [
        of
        for whole in told
        for of in rows(whole.get("userAssetDribbletDetails"), "the dust log")
        if _ours(of, keys) and moment(of, "operateTime") >= since
    ]
    return tuple(_part(of, text(of, "transId"), keys, into) for of in found)


def _ours(of: Row, keys: Mapping[str, str]) -> bool:
    return text(of, "fromAsset") in keys


def _part(
    of: Row, number_of: str, keys: Mapping[str, str], into: tuple[str, Decimal]
) -> ConvertedDust:
    coin, (key, price) = text(of, "fromAsset"), into
    quantity, received = positive(of, "amount"), positive(of, "transferedAmount")
    charge = number(of, "serviceChargeAmount")
    return ConvertedDust(
        f"{number_of}-{coin}", keys[coin], quantity, key, received, charge, price
    )  # fmt: skip
