"""API keys: who asks, whether the token is right, and what the key may do."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.exchanges.core.wire import Asked
from tests.exchanges.upbit.words import RefusedError

ACCOUNTS, ORDERS, TRADES = "accounts", "orders", "trades"  # see balances; see orders; order
WITHDRAWALS, DEPOSITS = "withdrawals", "deposits"  # see them, and what could be withdrawn
_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


@dataclass
class Key:
    """One key as its owner set it up. `expires`: ms UTC. `wrong_ip`: used from elsewhere."""

    access: str = "loopback-access-key"
    secret: str = "loopback-secret-key-of-forty-characters-"  # noqa: S105 (no secret at all)
    scopes: frozenset[str] = frozenset({ACCOUNTS, ORDERS, TRADES, DEPOSITS})
    expires: int = 4_102_444_800_000
    wrong_ip: bool = False
    nonces: set[str] = field(default_factory=set)


@dataclass
class Gate:
    """Checks tokens. `streams_once`: whether a stream's token may be used for one connection only.

    The documentation does not say that; ccxt uses the same token again when it reconnects.
    """

    keys: list[Key]
    streams_once: bool = False

    def pass_request(self, asked: Asked, scope: str, now: int) -> Key:
        """The key behind a request. Raises `RefusedError` with Upbit's name for what is wrong."""
        claims, key = self._verified(asked, now)
        if hashed(asked) != claims.get("query_hash", ""):
            raise RefusedError("invalid_query_payload")
        if hashed(asked) and claims.get("query_hash_alg", "SHA512") != "SHA512":
            raise RefusedError("invalid_query_payload")
        _spend(key, claims)
        if scope and scope not in key.scopes:
            raise RefusedError("out_of_scope")
        return key

    def pass_stream(self, asked: Asked, now: int) -> Key:
        """The same for a private stream's first request."""
        claims, key = self._verified(asked, now)
        if self.streams_once:
            _spend(key, claims)
        return key

    def _verified(self, asked: Asked, now: int) -> tuple[dict[str, Any], Key]:
        token = asked.headers.get("Authorization", "")
        if not token.startswith("Bearer "):
            raise RefusedError("no_authorization_token")
        head, claims, signed, signature = _taken_apart(token.removeprefix("Bearer "))
        key = next((k for k in self.keys if k.access == claims.get("access_key")), None)
        if key is None:
            raise RefusedError("invalid_access_key")
        kind = _HASHES.get(str(head.get("alg")))
        if not kind or not hmac.compare_digest(
            hmac.new(key.secret.encode(), signed, kind).digest(), signature
        ):
            raise RefusedError("jwt_verification")
        if key.wrong_ip:
            raise RefusedError("no_authorization_ip")
        if key.expires <= now:
            raise RefusedError("expired_access_key")
        return claims, key


def _spend(key: Key, claims: dict[str, Any]) -> None:
    nonce = str(claims.get("nonce", ""))
    if not nonce:
        raise RefusedError("jwt_verification")
    if nonce in key.nonces:
        raise RefusedError("nonce_used")
    key.nonces.add(nonce)


def _taken_apart(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, claims, the bytes that were signed, the signature."""
    try:
        head, claims, signature = token.split(".")
        signed = f"{head}.{claims}".encode()
        return json.loads(_bytes(head)), json.loads(_bytes(claims)), signed, _bytes(signature)
    except (ValueError, binascii.Error) as broken:
        raise RefusedError("jwt_verification") from broken


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def hashed(asked: Asked) -> str:
    """SHA512 of the query as it reads before it is encoded; of a body its fields as a query."""
    query = unquote(asked.query) or _as_query(asked.body)
    return hashlib.sha512(query.encode()).hexdigest() if query else ""


def _as_query(body: str) -> str:
    try:
        fields = json.loads(body or "{}")
    except ValueError:
        return ""
    return "&".join(f"{name}={value}" for name, value in fields.items())
