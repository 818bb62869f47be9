"""Keeps strangers out: a salted scrypt hash in memory, compared slowly and not too often."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

TRIES = 5  # within WINDOW, all browsers together
WINDOW = 60.0  # seconds


def hashed(password: str, salt: bytes | None = None) -> str:
    """`salt$hash` in hexadecimal; the password itself is kept nowhere."""
    grain = secrets.token_bytes(16) if salt is None else salt
    key = hashlib.scrypt(password.encode(), salt=grain, n=2**14, r=8, p=1)
    return f"{grain.hex()}${key.hex()}"


def matches(password: str, kept: str) -> bool:
    """Whether this is the password of which `kept` is the hash; equally slow either way."""
    salt = bytes.fromhex(kept.partition("$")[0])
    return hmac.compare_digest(hashed(password, salt), kept)


@dataclass(slots=True)
class Door:
    """Counts tries; guessing gets slower than any list of passwords. Times in seconds."""

    _tries: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until the next try is allowed; 0: now."""
        while self._tries and now - self._tries[0] >= WINDOW:
            self._tries.popleft()
        return WINDOW - (now - self._tries[0]) if len(self._tries) >= TRIES else 0.0

    def opens(self, password: str, kept: Mapping[str, str], now: float) -> str | None:
        """Try a password; call only while `wait` is 0. Whose it is, of those in `kept`."""
        found = [whose for whose, one in kept.items() if one and matches(password, one)]
        if found:
            return found[0]
        self._tries.append(now)
        return None
