"""Small remainders of the spot account that become BNB: preview, conversion, log.

From Binance's wallet documentation (`asset/dust-btc`, `asset/dust`, `asset/dribblet`). The codes of
the refusals are not documented there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from tests.exchanges.binance.errors import Refusal
from tests.exchanges.binance.listings import eight
from tests.exchanges.binance.parameters import Parameters
from tests.exchanges.core.truth import Truth

CHARGE = Decimal("0.02")
LARGEST = Decimal(100)  # USDT: what is worth more is no dust (0.001 BTC)
EVERY = 6 * 3_600_000  # ms
Row = dict[str, object]


@dataclass
class Remainders:
    """Of one account. `log`: each conversion's rows, oldest first. `every`: ms between two."""

    truth: Truth
    every: int = EVERY
    log: list[list[Row]] = field(default_factory=list)
    converted_at: int = -EVERY

    def preview(self, asked: Parameters) -> object:
        """POST /sapi/v1/asset/dust-btc: what could be converted."""
        asked.optional("accountType")
        details = [self._shown(asset) for asset in self._eligible()]
        return {
            "details": details, "dribbletPercentage": str(CHARGE), "totalTransferBtc": "0",
            "totalTransferBNB": _total(details, "toBNB"),
        }  # fmt: skip

    def convert(self, asked: Parameters) -> object:
        """POST /sapi/v1/asset/dust: all that is free of these becomes BNB, less two per cent."""
        assets, now = asked.many("asset"), self.truth.clock.now()
        if not assets or not set(assets) <= set(self._eligible()):
            raise Refusal(32100, "Only assets of small value can be converted to BNB")
        if now - self.converted_at < self.every:
            raise Refusal(32110, "You can only convert dust within 6 hours once")
        self.converted_at = now
        rows = [self._converted(asset) for asset in assets]
        self.log.append(rows)
        return {
            "totalServiceCharge": _total(rows, "serviceChargeAmount"),
            "totalTransfered": _total(rows, "transferedAmount"), "transferResult": rows,
        }  # fmt: skip

    def told(self, asked: Parameters) -> object:
        """GET /sapi/v1/asset/dribblet: conversions of the past, newest first."""
        since, until = asked.optional("startTime"), asked.optional("endTime")
        found = [
            rows
            for rows in reversed(self.log)
            if int(since or 0) <= int(str(rows[0]["operateTime"])) <= int(until or 10**15)
        ]
        return {"total": len(found), "userAssetDribblets": [_whole(rows) for rows in found]}

    def _eligible(self) -> list[str]:
        balances = self.truth.accounts.balances.items()
        small = (asset for asset, b in balances if b.free and asset not in ("BNB", "USDT"))
        return [asset for asset in small if self._worth(asset) < LARGEST]

    def _worth(self, asset: str) -> Decimal:
        market = self.truth.markets.get(f"{asset}USDT")
        free = self.truth.accounts.of(asset).free
        return LARGEST if market is None else free * market.price

    def _gross(self, asset: str) -> Decimal:
        worth = self._worth(asset) / self.truth.markets["BNBUSDT"].price
        return worth.quantize(Decimal("1e-8"))

    def _shown(self, asset: str) -> Row:
        gross, fee = self._gross(asset), self._fee(asset)
        return {
            "asset": asset, "assetFullName": asset, "exchange": eight(fee), "toBTC": "0",
            "amountFree": eight(self.truth.accounts.of(asset).free), "toBNB": eight(gross),
            "toBNBOffExchange": eight(gross - fee),
        }  # fmt: skip

    def _fee(self, asset: str) -> Decimal:
        return (self._gross(asset) * CHARGE).quantize(Decimal("1e-8"))

    def _converted(self, asset: str) -> Row:
        amount, fee = self.truth.accounts.of(asset).free, self._fee(asset)
        gained = self._gross(asset) - fee
        self.truth.transfer(asset, -amount)
        self.truth.transfer("BNB", gained)
        return {
            "amount": eight(amount), "fromAsset": asset, "operateTime": self.truth.clock.now(),
            "serviceChargeAmount": eight(fee), "tranId": next(self.truth.numbers),
            "transferedAmount": eight(gained),
        }  # fmt: skip


def _whole(rows: list[Row]) -> Row:
    """One conversion as the log has it."""
    details = [{**row, "transId": row["tranId"]} for row in rows]
    for row in details:
        del row["tranId"]
    return {
        "operateTime": rows[0]["operateTime"], "transId": rows[0]["tranId"],
        "totalTransferedAmount": _total(rows, "transferedAmount"),
        "totalServiceChargeAmount": _total(rows, "serviceChargeAmount"),
        "userAssetDribbletDetails": details,
    }  # fmt: skip


def _total(rows: list[Row], name: str) -> str:
    return eight(sum((Decimal(str(row[name])) for row in rows), Decimal(0)))
