"""Takes secrets out of texts before they reach a file, a screen or another person."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, urlsplit

from config.secret import MASK, Secret

SHORT = 6  # shorter secrets are replaced as whole words only, or every other text would suffer

_PATTERNS = (
    (re.compile(r"(api\.telegram\.org/bot)\d+:[\w-]+"), rf"\1{MASK}"),
    (re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{30,}"), MASK),  # a Telegram token
    (re.compile(r"(?i)\b(Bearer\s+)[\w.~+/=-]{8,}"), rf"\1{MASK}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), MASK),  # a JSON web token, as Upbit takes it
    (re.compile(r"(?i)(X-MBX-APIKEY['\"]?\s*[:=]\s*['\"]?)[\w-]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)\b(signature=)[0-9a-f]{16,}"), rf"\1{MASK}"),
    (re.compile(r"(?i)(listenKey['\"]?\s*[:=]\s*['\"]?)[\w-]+"), rf"\1{MASK}"),
    (re.compile(r"(discord(?:app)?\.com/api/webhooks/)[\w/-]+"), rf"\1{MASK}"),
    (re.compile(r"(\b[a-z][a-z0-9+]*://[^\s:/@]*:)[^\s@/]+(?=@)"), rf"\1{MASK}"),
    (
        re.compile(
            r"(?i)\b(\w*(?:secret|password|passwd|api_?key|access_?key|token)\w*\s*=\s*)\S+"
        ),
        rf"\1{MASK}",
    ),
)


class Redactor:
    """Knows the secrets in force; `clean` replaces them, their usual encodings, and look-alikes."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        """Take the secrets that are set; empty ones are left out."""
        self._exact = _pattern({form for secret in secrets for form in _forms(secret.reveal())})

    def clean(self, text: str) -> str:
        """The text without secrets."""
        if self._exact:
            text = self._exact.sub(MASK, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


def _pattern(forms: set[str]) -> re.Pattern[str] | None:
    ordered = sorted(forms, key=len, reverse=True)
    parts = [
        re.escape(form) if len(form) >= SHORT else rf"(?<!\w){re.escape(form)}(?!\w)"
        for form in ordered
    ]
    return re.compile("|".join(parts)) if parts else None


def _forms(secret: str) -> Iterator[str]:
    """The secret as it may turn up: plain, in a URL, in JSON, in hexadecimal, in base64."""
    if not secret or _harmless(secret):
        return
    yield secret
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    password = _password(secret)
    if password:
        yield password
    if len(secret) >= SHORT:
        yield secret.encode().hex()
        yield from _base64(secret.encode())


def _harmless(secret: str) -> bool:
    """A database address without a password, `sqlite:///data/trader.db`, may be shown."""
    return "://" in secret and "@" not in secret and "password" not in secret.lower()


def _password(secret: str) -> str:
    """The password inside an address such as a database's."""
    try:
        return urlsplit(secret).password or "" if "://" in secret else ""
    except ValueError:
        return ""


def _base64(data: bytes) -> Iterator[str]:
    """What of the secret can be read in base64, wherever it begins inside a longer text."""
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + data).decode().rstrip("=")
        whole = len(coded) if (before + len(data)) % 3 == 0 else len(coded) - 1
        inner = coded[(0, 2, 3)[before] : whole]
        yield inner
        yield inner.replace("+", "-").replace("/", "_")
