"""The published files as a reader gets them: pydantic models of the contract, field by field."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Published(BaseModel):
    """A reader ignores words it does not know: the daemon may be newer than the panel."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Stamped(Published):
    """A whole file; `timestamp`: when it was written, seconds since 1970."""

    timestamp: float


class Loop(Published):
    """Milliseconds."""

    count: int
    last_ms: float | None
    p99_ms: float | None


class Link(Published):
    """Connection to a venue; `last_price_at` in seconds since 1970, null before the first."""

    status: str
    price_source: str
    last_price_at: float | None
    latency_ms: float | None


class HaltShown(Published):
    """Why entries are off; `until` in seconds, null: until somebody resumes."""

    scope: str
    code: str
    until: float | None


class DecisionShown(Published):
    """What was decided for one symbol; `reasons` begin with their code."""

    venue: str
    symbol: str
    action: str
    level: float | None
    reasons: tuple[str, ...]
    at: float


class CommandShown(Published):
    """The answer to a command: done, refused, failed, or accepted while it works."""

    id: str
    name: str
    result: str
    message: str
    at: float


class SearchShown(Published):
    """A search under way; `progress` 0 to 1."""

    kind: str
    venue: str
    since: float
    progress: float


class SearchEnded(Published):
    """The newest search: done, failed, interrupted (or running), adopted or not, and why."""

    kind: str
    venue: str
    state: str
    ended_at: float | None
    adopted: bool
    message: str


class OptimiserShown(Published):
    """What the optimiser does; `last` is null before the first search."""

    running: tuple[SearchShown, ...]
    last: SearchEnded | None


class CoverageShown(Published):
    """Who protects a venue's positions: shares of their value, 0 to 1."""

    exchange: float
    engine: float
    guardian: float
    nobody: float


class GuardianShown(Published):
    """The guardian: watching, idle, restarting, guarding, failed, off or missing, and its deed."""

    state: str
    after: float
    pid: int | None
    since: float | None
    action: str
    acted_at: float | None


class GuardianFile(GuardianShown, Stamped):
    """`guardian.json`: what the guardian itself says; `silent` seconds of the daemon's silence."""

    silent: float
    coverage: dict[str, CoverageShown]


class RecordingShown(Published):
    """The session that is written down: on, or ended before the bot, with code and remedy."""

    state: str
    folder: str
    since: float
    ended_at: float | None
    code: str
    message: str


class BotStatus(Stamped):
    """`bot_status.json`. Times in seconds since 1970, memory in MB, cpu in percent."""

    status: str
    cpu: float
    memory: float
    warmup_current: int
    warmup_total: int
    version: str
    mode: str
    pid: int
    started_at: float
    loop: Loop
    venues: dict[str, Link]
    settings_error: str | None
    settings_version: str
    parameters: dict[str, dict[str, Any]]
    halts: tuple[HaltShown, ...]
    decisions: tuple[DecisionShown, ...]
    commands: tuple[CommandShown, ...]
    optimiser: OptimiserShown | None = None
    coverage: dict[str, CoverageShown] = Field(default_factory=dict)
    guardian: GuardianShown | None = None
    recording: RecordingShown | None = None


class TradeShown(Published):
    """A closing fill; `timestamp` is UTC text, `pnl` net of both fees, `pnl_percent` percent."""

    timestamp: str
    symbol: str
    type: str
    pnl: float
    pnl_percent: float
    price: float
    quantity: float
    fee: float
    reason: str
    strategy: str


class Metadata(Published):
    """`strategy` is the preset."""

    strategy: str
    timeframe: str
    selected_symbols: tuple[str, ...]


class Details(Published):
    """One position; null: there is none, or it is not known yet. `price_at`: when the price behind
    `unrealised_pnl` was noticed, seconds since 1970."""

    side: str
    stop: float | None
    take_profit: float | None
    trailing: float | None
    unrealised_pnl: float | None
    leverage: float
    liquidation_price: float | None
    strategy: str
    opened_at: float
    protection: str
    margin: float | None = None
    price_at: float | None = None


class Portfolio(Stamped):
    """`<venue>_portfolio.json`. Money in the venue's quote currency; a short is negative."""

    initial_capital: float
    current_capital: float
    positions: dict[str, float]
    entry_prices: dict[str, float]
    trade_history: tuple[TradeShown, ...] = Field(max_length=500)
    metadata: Metadata
    details: dict[str, Details]
    equity: float | None
    peak_equity: float | None
    drawdown: float | None
    daily_pnl: float | None
