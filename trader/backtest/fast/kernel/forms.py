"""What the kernel remembers and writes: records of numbers, and the bits and codes in them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from trader.domain.signal import BIT

# Bits of a row of signals.
LONG, SHORT, SELL, COVER, LONG_BLOCKED, SHORT_BLOCKED = 1, 2, 4, 8, 16, 32
NEVER = -1  # no time, no row
KELLY_TRADES, TURNOVERS = 30, 20
TURTLE, STOP_RISK, FIXED_FRACTION, KELLY = 0, 1, 2, 3
SIZINGS = ("turtle", "stop_risk", "fixed_fraction", "kelly")
BLOCK = 16  # candles that are summed up together, so that a quiet stretch is passed over by blocks

# Bits of `trader.domain.signal`, as numbers a compiler knows.
INSUFFICIENT = BIT["insufficient_data"]
NO_SIGNAL = BIT["no_signal"]
NOT_REACHED = BIT["level_not_reached"]
ONCE = BIT["once_per_day"]
COOLDOWN = BIT["cooldown"]
DAILY, WEEKLY, MONTHLY = BIT["daily_loss"], BIT["weekly_loss"], BIT["monthly_loss"]
LOSSES = BIT["consecutive_losses"]
FULL = BIT["max_positions"]
POOR = BIT["minimum_balance"]
NO_ATR, NO_STOP, KELLY_ZERO = BIT["no_atr"], BIT["no_stop"], BIT["kelly_zero"]
CAP_SIZE, CAP_CASH = BIT["max_position_size"], BIT["free_cash"]
CAP_TURNOVER, CAP_ORDER = BIT["max_turnover_share"], BIT["max_order"]
MIN_ORDER = BIT["min_order"]
COLLAR, FAT_FINGER, THROTTLE = BIT["price_collar"], BIT["fat_finger"], BIT["message_throttle"]


def _record(floats: str, integers: str) -> np.dtype[np.void]:
    fields = [(name, "f8") for name in floats.split()] + [(name, "i8") for name in integers.split()]
    return np.dtype((np.record, fields))


PARAMETERS = _record(
    # fractions, prices and money; times in ms
    "take_profit stop_loss atr_multiplier trail activation emergency guard fee slippage "
    "risk fraction position_cap turnover_share least_order step lots_a_unit "
    "leverage max_leverage maintenance bracket "
    "daily weekly monthly daily_amount min_balance collar order_value order_share",
    "sizing margin shorts phase max_holding max_positions cooldown max_losses losses_pause "
    "close_on_loss entries_a_minute timeframe",
)
# `cash` and `low` are one number in two parts: sums of thousands of trades keep their last digit.
# `until_*`: end of a halt. `freed*`: what exits of this candle gave back, not to be used in it.
ACCOUNT = _record(
    "initial cash low margin freed_cash last_equity peak_equity "
    "day_start week_start month_start pending run_peak run_low fall",
    "holding freed round_held sent day week month until_day until_week until_month until_losses "
    "losses streak trades stopped exposed rounds first_day",
)
# `d` 0: flat. `row`: the candle at hand, with its four prices while the symbol is `here`;
# `begin`, `end`: rows of the symbol. `who`: the strategy.
SYMBOL = _record(
    "open high low close mark prior entry quantity best "
    "guard_at emergency_at stop_at trail_at target_at adverse limit "
    "fees funding margin leverage",
    "d who lots entry_time row begin end here rest forced began_flat entered mask "
    "wants armed levels due due_end fine fine_end place",
)
TRADE = _record(
    "entry exit leverage fees funding pnl",
    "symbol who d lots entry_time exit_time reason",
)
WISH = _record("level", "who d")  # an entry that is wanted, armed, or only noted


class Market(NamedTuple):
    """Candles of all symbols behind one another; a symbol's rows are `first` to `end`.

    `atr`, `hour_atr`, `regime`, `volatility` may be empty where no rule reads them. `due_*`:
    funding; `fine_*`: finer candles, empty without --detail. `block_*`: of each whole block of
    BLOCK rows the highest high, the lowest low, the highest and the lowest close; empty where
    symbols share the account.
    """

    time: np.ndarray
    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    turnover: np.ndarray
    atr: np.ndarray
    hour_atr: np.ndarray
    regime: np.ndarray
    volatility: np.ndarray
    due_time: np.ndarray
    due_rate: np.ndarray
    fine_time: np.ndarray
    fine_open: np.ndarray
    fine_high: np.ndarray
    fine_low: np.ndarray
    fine_close: np.ndarray
    block_high: np.ndarray
    block_low: np.ndarray
    block_top: np.ndarray
    block_bottom: np.ndarray


class Signals(NamedTuple):
    """Rows of every strategy: strategy k's row i stands at k x rows + i.

    `long_level` and `short_level` are empty where no strategy waits for prices, the masks where
    nobody asks why nothing was entered. `share` and `once` (one fill a day): one a strategy.
    `block_flags`: of each whole block of candles all bits that stand in the rows before them, those
    that are heard in the block (one strategy and one symbol; else empty).
    """

    flags: np.ndarray
    long_level: np.ndarray
    short_level: np.ndarray
    long_blocks: np.ndarray
    short_blocks: np.ndarray
    hold: np.ndarray
    share: np.ndarray
    once: np.ndarray
    block_flags: np.ndarray


class Desk(NamedTuple):
    """What is remembered and written besides the records.

    `results`: the newest closed results of each strategy, `counted` how many there were;
    `entry_day` of each symbol and strategy; `wants`, `armed`, `levels`: wishes of each symbol;
    `masks`, `mask_counts`: why nothing was entered; `equity`, `cash`: one a round, or empty;
    `daily`: equity at the end of each day; `ordered`: room for the newest 20 turnovers.
    """

    results: np.ndarray
    counted: np.ndarray
    entry_day: np.ndarray
    wants: np.ndarray
    armed: np.ndarray
    levels: np.ndarray
    trades: np.ndarray
    masks: np.ndarray
    mask_counts: np.ndarray
    round_time: np.ndarray
    equity: np.ndarray
    cash: np.ndarray
    daily: np.ndarray
    ordered: np.ndarray


class World(NamedTuple):
    """Everything that an entry or an exit may have to look at: symbols, candles, wishes, memory."""

    sym: Any
    market: Market
    signals: Signals
    desk: Desk
