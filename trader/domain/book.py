"""The books of one venue at rest, as the journal keeps them: what a restart needs to go on."""

from dataclasses import dataclass
from decimal import Decimal

from trader.domain.dust import Conversion
from trader.domain.money import ZERO
from trader.domain.time import Millis


@dataclass(frozen=True, slots=True)
class Halt:
    """Why entries are off. `until` in ms, None: until a person resumes or the cause goes away.

    `code`: paused, stopped, emergency, daily_loss, weekly_loss, monthly_loss,
    consecutive_losses, minimum_balance, safe_mode, market_shock, symbol_halted ...
    `key` narrows it to one symbol.
    """

    code: str
    until: Millis | None = None
    key: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """One day, week or month: its number and the equity at its start."""

    number: int
    equity: float


NO_PERIOD = Period(-1, 0.0)


@dataclass(frozen=True, slots=True)
class VenueBook:
    """Cash and memory of one venue. Money in the venue's quote currency.

    `cash` is free quote currency, on futures the wallet. `exits` maps a key to the candle start of
    its last exit (cooldown), `breakouts` maps `key|strategy` to the UTC day of its last fill.
    `dust` maps a key to coins too few to be sold, `dust_costs` to what they cost, `funded` to the
    last funding that was booked. `conversion` of dust is under way or nobody knows what became of
    it, `converted_at` is when one was asked for last. `last_equity` is the equity at the last
    close. `losses_in_row` starts anew after the pause that it causes, `streak` does not (leverage
    looks at it).
    """

    venue: str
    initial_capital: Decimal
    cash: Decimal
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    funding: Decimal = ZERO
    peak_equity: float = 0.0
    last_equity: float = 0.0
    day: Period = NO_PERIOD
    week: Period = NO_PERIOD
    month: Period = NO_PERIOD
    halts: tuple[Halt, ...] = ()
    losses_in_row: int = 0
    exits: tuple[tuple[str, Millis], ...] = ()
    breakouts: tuple[tuple[str, int], ...] = ()
    dust: tuple[tuple[str, Decimal], ...] = ()
    dust_costs: tuple[tuple[str, Decimal], ...] = ()
    funded: tuple[tuple[str, Millis], ...] = ()
    sequence: int = 0
    streak: int = 0
    conversion: Conversion | None = None
    converted_at: Millis = 0
