"""The global settings as one typed value: what the daemon as a whole is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class System:
    """Global settings without the secrets; the names of `.env` in lower case.

    Times are seconds; `demo_speed` is market seconds a second; `optimizer_daily_at` is `HH:MM` in
    `timezone`, None: never; addresses are empty when the venue's own are used.
    """

    mode: str
    live_trading: str
    venues: tuple[str, ...]
    loop_seconds: float
    warmup_cycles: int
    timezone: str
    language: str
    log_level: str
    demo_speed: float
    demo_seed: int
    dust_to_bnb: bool
    guardian_after: float
    optimizer: bool
    optimizer_adopt: str
    optimizer_objective: str
    optimizer_start_delay: float
    optimizer_daily_at: str | None
    optimizer_k_hours: float
    optimizer_workers: int
    optimizer_timeout: float
    upbit_api_url: str
    upbit_ws_url: str
    binance_spot_api_url: str
    binance_spot_ws_url: str
    binance_futures_api_url: str
    binance_futures_ws_url: str

    def endpoints(self, venue: str) -> tuple[str, str]:
        """REST and WebSocket address of a venue, `""` for its own.

        Where only the REST address is set, the stream uses the same host and port. Either may be
        written with the other's scheme.
        """
        rest: str = getattr(self, f"{venue}_api_url")
        stream: str = getattr(self, f"{venue}_ws_url")
        return _with_scheme(rest, _ASKED), _with_scheme(stream or rest, _STREAMED)


_ASKED = {"ws": "http", "wss": "https"}
_STREAMED = {"http": "ws", "https": "wss"}


def _with_scheme(address: str, schemes: Mapping[str, str]) -> str:
    parts = urlsplit(address)
    scheme = schemes.get(parts.scheme, parts.scheme)
    return f"{scheme}://{parts.netloc}" if address else ""
