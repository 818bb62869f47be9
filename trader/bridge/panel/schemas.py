"""The files in `data/panel/` as a reader gets them. Times in seconds since 1970 unless named."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from trader.bridge.schemas import Published, Stamped


class TradeLine(Published):
    """A line of `trades.jsonl`: the names of `trades.csv`. `_time` in ms UTC, candle starts."""

    id: str
    venue: str
    symbol: str
    strategy: str
    side: str
    entry_time: int
    entry_price: float
    quantity: float
    exit_time: int
    exit_price: float
    exit_reason: str
    leverage: float
    fees: float
    funding: float
    pnl: float
    pnl_percent: float
    opened_at: float
    closed_at: float


class EquityLine(Published):
    """A line of `equity.jsonl`. Money in the venue's quote currency."""

    at: float
    venue: str
    equity: float
    cash: float


class WhyHour(Published):
    """What became of the candles that closed in one hour on one venue; `at`: its start.

    `first`: candles by the first gate that blocked them (codes as in decisions); the others
    passed or were held. `signals`: those in which the strategy wished for an entry and its own
    filters allowed it. `orders`: entry orders that were sent. Hours of the market's clock.
    """

    at: float
    venue: str
    candles: int
    first: dict[str, int]
    signals: int
    orders: int
    held: int = 0


class WhySymbol(Published):
    """The same by symbol, over all the hours that are kept. `held`: candles in a position."""

    candles: int
    passed: int
    first: dict[str, int]
    held: int = 0


class WhyFile(Stamped):
    """`why.json`: 24 hours; symbols by key, `upbit:BTC/KRW`."""

    hours: tuple[WhyHour, ...]
    symbols: dict[str, WhySymbol]


# ms UTC, open, high, low, close, volume; nobody counts the volume of a candle that forms
Bar = tuple[int, float, float, float, float, float | None]
Point = tuple[int, float | None]  # ms UTC; null where it is undefined


class Overlay(Published):
    """An indicator of the strategy. `pane`: price, or the name of a pane of its own.

    `kind`: line or histogram.
    """

    id: str
    pane: str
    kind: str
    points: tuple[Point, ...]


class Shade(Published):
    """Candles in which no entry was wanted, and the first gate that said so; ms UTC, [from, to)."""

    start: int = Field(alias="from")
    end: int = Field(alias="to")
    code: str


class PriceLevel(Published):
    """A price that matters now: entry, stop, take_profit, trailing, liquidation, long, short.

    `long` and `short` are the levels at which the strategy would enter in this candle.
    """

    kind: str
    price: float


class ChartFile(Stamped):
    """`charts/<venue>__<BASE-QUOTE>.json`; `forming`: the candle that has not closed yet,
    as seen since somebody looks at the chart."""

    venue: str
    symbol: str
    timeframe: str
    strategy: str
    bars: tuple[Bar, ...]
    forming: Bar | None
    overlays: tuple[Overlay, ...]
    shade: tuple[Shade, ...]
    levels: tuple[PriceLevel, ...]


class WantedFile(Stamped):
    """`wanted.json`: charts by key, and when somebody looked at each last."""

    charts: dict[str, float]


class SettingLine(Published):
    """One line of `.env`; a secret's value is `set`."""

    key: str
    line: int
    value: str


class SettingChanged(Published):
    """A change that came into force; `old` and `new` as text, empty: not in the file."""

    at: float
    by: str
    key: str
    old: str
    new: str


class SettingsVersion(Published):
    """A former `.env`, in place `until` then; `run_bot.py --restore-settings NAME` brings it back.

    So does `set_parameters` with the keys that differ, None for those that were not there.
    """

    name: str
    until: float
    rows: tuple[SettingLine, ...]


class SettingsFile(Stamped):
    """`settings.json`: what stands in `.env`, what waits for a restart, the newest changes last,
    the newest former versions first."""

    path: str
    version: str
    rows: tuple[SettingLine, ...]
    pending_restart: tuple[str, ...]
    changes: tuple[SettingChanged, ...] = ()
    versions: tuple[SettingsVersion, ...] = ()


class FindingShown(Published):
    """A check of the preflight. `level`: ok, warn or fail; `facts`: what its words name."""

    code: str
    level: str
    subject: str
    facts: dict[str, Any]


class PreflightShown(Published):
    """The last preflight."""

    at: float
    findings: tuple[FindingShown, ...]


class VenueHealth(Published):
    """A venue as observed; null: never. Milliseconds, and per minute for the budget.

    `clock_ms`: the exchange's clock less ours. `error`: a code, `error_at` when.
    """

    p50_ms: float | None = None
    p95_ms: float | None = None
    clock_ms: float | None = None
    budget_used: float | None = None
    budget_limit: float | None = None
    reconnects: int | None = None
    error: str | None = None
    error_at: float | None = None


class Machine(Published):
    """The computer. Percent, MB of the bot and of free memory, bytes of disk, ms behind time."""

    cpu: float | None
    memory_mb: float | None
    memory_free_mb: float | None
    disk_free: int | None
    disk_total: int | None
    loop_lag_ms: float | None


class LifeShown(Published):
    """This start, and the one before: `last_end` is clean, crash or null (there was none).

    `last_seen`: when the one before was last heard of. `recovered`: counts by name (positions,
    orders, trades, commands) of what was found in the journal.
    """

    started_at: float
    last_end: str | None
    last_seen: float | None
    recovered: dict[str, int]


class RecordingShown(Published):
    """What is recorded for `replay`."""

    on: bool
    path: str | None = None
    bytes: int | None = None


class HealthFile(Stamped):
    """`health.json`."""

    preflight: PreflightShown | None
    venues: dict[str, VenueHealth]
    machine: Machine
    versions: dict[str, str]
    life: LifeShown
    recording: RecordingShown


class OptimisationShown(Published):
    """One search of the optimiser; the fields of the journal's table."""

    id: str
    kind: str
    venue: str
    by: str
    started_at: float
    symbols: tuple[str, ...]
    ended_at: float | None
    state: str
    tried: int
    best: dict[str, float]
    running: dict[str, float]
    in_sample: dict[str, Any]
    out_of_sample: dict[str, Any]
    verdict: dict[str, Any]
    adopted: bool
    message: str


class OptimisationsFile(Stamped):
    """`optimisations.json`, the newest first."""

    rows: tuple[OptimisationShown, ...]


class AgendaRow(Published):
    """What comes next: candle_close, search_grid, search_k, halt_ends, day_begins.

    `at` by the wall's clock. `subject`: a symbol, a timeframe or a halt's code.
    """

    at: float
    what: str
    venue: str | None = None
    subject: str = ""


class AgendaFile(Stamped):
    """`agenda.json`, the nearest first."""

    rows: tuple[AgendaRow, ...]
