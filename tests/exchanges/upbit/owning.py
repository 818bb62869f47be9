"""Private questions about what is owned: balances, deposits, withdrawals, the key itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.exchanges.core.accounts import Transfer
from tests.exchanges.core.truth import Truth
from tests.exchanges.core.wire import Answer, Asked
from tests.exchanges.upbit.keys import Key
from tests.exchanges.upbit.records import account
from tests.exchanges.upbit.words import created_at, error, text, uuid

ZERO = Decimal(0)


@dataclass
class Owning:
    """Reads the truth's accounts and transfers."""

    truth: Truth
    keys: list[Key]

    def accounts(self, _: Asked) -> Answer:
        """`GET /v1/accounts`: whatever there is any of."""
        return Answer([self.line(asset) for asset in self.truth.accounts.held()])

    def line(self, asset: str) -> dict[str, Any]:
        """One balance, empty or not."""
        average = ZERO if asset == "KRW" else self._average(asset)
        return account(asset, self.truth.accounts.of(asset), average)

    def _average(self, asset: str) -> Decimal:
        """Mean price of what was bought and is still there; sales do not move it."""
        held = worth = ZERO
        for trade in self.truth.trades:
            if self.truth.markets[trade.symbol].base != asset:
                continue
            if trade.side == "buy":
                held, worth = held + trade.quantity, worth + trade.cost
            elif held:
                worth -= worth * min(trade.quantity, held) / held
                held = max(ZERO, held - trade.quantity)
        return worth / held if held else ZERO

    def deposits(self, asked: Asked) -> Answer:
        """`GET /v1/deposits`, newest first."""
        return self._transfers(asked, "deposit", "ACCEPTED")

    def withdrawals(self, asked: Asked) -> Answer:
        """`GET /v1/withdraws`, newest first."""
        return self._transfers(asked, "withdraw", "DONE")

    def _transfers(self, asked: Asked, kind: str, state: str) -> Answer:
        wanted = asked.fields.get("currency")
        found = [
            _transfer(t, kind, state)
            for t in self.truth.transfers[::-1]
            if (t.amount > 0) == (kind == "deposit") and wanted in {None, t.asset}
        ]
        return Answer(found[: int(asked.fields.get("limit", 100))])

    def withdrawal_terms(self, asked: Asked) -> Answer:
        """`GET /v1/withdraws/chance?currency=BTC`: what a key without that right is refused."""
        currency = str(asked.fields.get("currency", ""))
        if not currency:
            return error("validation_error", "currency is missing", 400)
        free = text(self.truth.accounts.of(currency).free)
        return Answer({
            "member_level": {"security_level": 3, "fee_level": 0, "locked": False,
                             "wallet_locked": False},
            "currency": {"code": currency, "withdraw_fee": "0.0005", "is_coin": currency != "KRW",
                         "wallet_state": "working", "wallet_support": ["deposit", "withdraw"]},
            "account": self.line(currency),
            "withdraw_limit": {"currency": currency, "onetime": free, "daily": None,
                               "remaining_daily": "0", "minimum": "0", "fixed": 8,
                               "can_withdraw": True},
        })  # fmt: skip

    def api_keys(self, _: Asked) -> Answer:
        """`GET /v1/api_keys`: every key of the account with its end."""
        return Answer([
            {"access_key": key.access, "expire_at": created_at(key.expires)} for key in self.keys
        ])  # fmt: skip

    def wallets(self, _: Asked) -> Answer:
        """`GET /v1/status/wallet`: everything works."""
        assets = sorted({market.base for market in self.truth.markets.values()})
        return Answer([
            {"currency": asset, "wallet_state": "working", "block_state": "normal",
             "block_height": 1, "block_updated_at": created_at(self.truth.clock.now()),
             "block_elapsed_minutes": 1, "net_type": asset, "network_name": asset}
            for asset in assets
        ])  # fmt: skip


def _transfer(transfer: Transfer, kind: str, state: str) -> dict[str, Any]:
    at = created_at(transfer.at)
    return {
        "type": kind, "uuid": uuid(transfer.number), "currency": transfer.asset,
        "net_type": None if transfer.asset == "KRW" else transfer.asset,
        "txid": uuid(transfer.number), "state": state, "created_at": at, "done_at": at,
        "amount": text(abs(transfer.amount)), "fee": text(transfer.fee),
        "transaction_type": "default",
    }  # fmt: skip
