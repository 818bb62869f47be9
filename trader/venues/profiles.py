"""What the exchanges are like, as data: the only place that knows one from another."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from trader.domain import instrument
from trader.domain.errors import BadInput
from trader.domain.instrument import MarketRules, symbol_of
from trader.domain.money import exact
from trader.domain.order import Kind, Status
from trader.domain.time import MINUTE, SECOND, Millis
from trader.engine.ports import Capabilities
from trader.venues import refusals
from trader.venues.refusals import Problem, Refusal


@dataclass(frozen=True, slots=True)
class DepthModel:
    """What rests in a modelled order book. Distances are fractions of the price.

    Each of `levels` price levels holds `share` of the last minute's turnover, at least `least`
    (quote currency); the first lies `half_spread` from the middle, the others `gap` apart.
    """

    half_spread: float = 0.0001
    gap: float = 0.0001
    share: float = 0.05
    least: float = 20_000.0
    levels: int = 20


@dataclass(frozen=True, slots=True)
class Profile:
    """One exchange: abilities, markets, costs, habits.

    `markets` by symbol (`BTC/KRW`); others have `usual`. `kinds`: order types it takes.
    `depth` None: every order fills whole, at the price in force moved by `slippage` (a fraction).
    `latency`: least and most market ms that a message is under way, each direction.
    `filters`: whether steps, ticks, minimums and free cash are insisted on. `ids_for_ever`: a
    client id is never taken twice; otherwise it only must not be open. `cost_buy_ends`: the state
    in which a market buy by cost ends. `acknowledges`: tells that an order was taken before what
    became of it. `receive_window`: ms that clocks may differ, 0: not judged. `request_timeout`:
    ms after which whoever asked gives up waiting. `id_letters`: namespaces of the venue's own ids;
    kinds under `a` become an order of another id when they trigger.
    """

    capabilities: Capabilities
    usual: MarketRules
    kinds: frozenset[Kind]
    refusals: Mapping[Problem, Refusal]
    markets: Mapping[str, MarketRules] = field(default_factory=dict)
    depth: DepthModel | None = None
    slippage: float = 0.0
    latency: tuple[Millis, Millis] = (0, 0)
    filters: bool = True
    liquidates: bool = True
    ids_for_ever: bool = False
    cost_buy_ends: Status = Status.FILLED
    acknowledges: bool = True
    receive_window: Millis = 0
    request_timeout: Millis = 10 * SECOND
    visibility_lag: Millis = 0
    id_letters: Mapping[Kind, str] = field(default_factory=dict)

    @property
    def venue(self) -> str:
        """The venue's name: `upbit`, `binance_spot`, `binance_futures`."""
        return self.capabilities.venue

    def rules(self, key: str) -> MarketRules:
        """Rules of one market (`upbit:BTC/KRW`), the usual ones when it is not in the table."""
        return self.markets.get(symbol_of(key), self.usual)


def _ticks(*bands: tuple[str, str]) -> tuple[tuple[Decimal, Decimal], ...]:
    return tuple((Decimal(start), Decimal(tick)) for start, tick in bands)


def _market(step: str, tick: str, minimum: str) -> MarketRules:
    size = Decimal(step)
    ticks = _ticks(("0", tick))
    return MarketRules(lot_step=size, min_cost=Decimal(minimum), min_quantity=size, ticks=ticks)


def _contract(
    step: str, tick: str, minimum: str, maintenance: float, leverage: float
) -> MarketRules:
    spot = _market(step, tick, minimum)
    return replace(spot, maintenance_rate=maintenance, max_leverage=leverage)


# KRW ticks in force since 2025-07-31 (docs.upbit.com, krw-market-info)
UPBIT_TICKS = _ticks(
    ("0", "0.00000001"), ("0.00001", "0.0000001"), ("0.0001", "0.000001"), ("0.001", "0.00001"),
    ("0.01", "0.0001"), ("0.1", "0.001"), ("1", "0.01"), ("10", "0.1"), ("100", "1"),
    ("5000", "5"), ("10000", "10"), ("50000", "50"), ("100000", "100"), ("500000", "500"),
    ("1000000", "1000"),
)  # fmt: skip
# Binance has a tick for each market; these suit a market that we have no table row for.
BINANCE_TICKS = _ticks(
    ("0", "0.00000001"), ("0.001", "0.0000001"), ("0.01", "0.000001"), ("0.1", "0.00001"),
    ("1", "0.0001"), ("10", "0.001"), ("100", "0.01"), ("10000", "0.1"),
)  # fmt: skip

UPBIT = Profile(
    Capabilities(
        instrument.UPBIT, "KRW", maker_fee=0.0005, taker_fee=0.0005, min_cost=Decimal(5_000),
        protection="none", buys_by_cost=True, second_price=True, quarantine=2 * MINUTE,
        default_capital=1_000_000.0, report_every=10 * SECOND,
    ),
    usual=MarketRules(min_cost=Decimal(5_000), ticks=UPBIT_TICKS),
    kinds=frozenset({Kind.MARKET, Kind.LIMIT}),
    refusals=refusals.UPBIT,
    depth=DepthModel(half_spread=0.0003, gap=0.0002, least=30_000_000.0),
    latency=(20, 120),
    ids_for_ever=True,
    cost_buy_ends=Status.CANCELED,  # with a residue of less than 1e-8 coin
)  # fmt: skip

BINANCE_SPOT = Profile(
    Capabilities(
        instrument.BINANCE_SPOT, "USDT", maker_fee=0.001, taker_fee=0.001, min_cost=Decimal(10),
        protection="oco", second_price=True, fee_in_base=True, quarantine=MINUTE,
        report_every=10 * SECOND, dust_coin="BNB",
    ),
    usual=MarketRules(
        lot_step=Decimal("0.0001"), min_cost=Decimal(10), min_quantity=Decimal("0.0001"),
        ticks=BINANCE_TICKS,
    ),
    markets={
        "BTC/USDT": _market("0.00001", "0.01", "5"), "ETH/USDT": _market("0.0001", "0.01", "5"),
        "BNB/USDT": _market("0.001", "0.01", "5"), "SOL/USDT": _market("0.001", "0.01", "5"),
        "XRP/USDT": _market("0.1", "0.0001", "5"), "ADA/USDT": _market("0.1", "0.0001", "5"),
        "DOGE/USDT": _market("1", "0.00001", "1"), "LINK/USDT": _market("0.01", "0.01", "5"),
        "AVAX/USDT": _market("0.01", "0.01", "5"),
    },
    kinds=frozenset({Kind.MARKET, Kind.LIMIT, Kind.STOP_MARKET, Kind.TAKE_PROFIT_MARKET, Kind.OCO}),
    refusals=refusals.BINANCE_SPOT,
    depth=DepthModel(),
    latency=(5, 60),
    receive_window=5 * SECOND,
    id_letters={Kind.OCO: "l"},
)  # fmt: skip

BINANCE_FUTURES = Profile(
    Capabilities(
        instrument.BINANCE_FUTURES, "USDT", maker_fee=0.0002, taker_fee=0.0005,
        min_cost=Decimal(5), protection="conditional", second_price=True, margin=True,
        whole_leverage=True, quarantine=MINUTE, report_every=10 * SECOND,
    ),
    usual=MarketRules(
        lot_step=Decimal("0.001"), min_cost=Decimal(5), min_quantity=Decimal("0.001"),
        ticks=BINANCE_TICKS, maintenance_rate=0.01, max_leverage=50.0,
    ),
    markets={
        "BTC/USDT": _contract("0.001", "0.1", "100", 0.004, 125.0),
        "ETH/USDT": _contract("0.001", "0.01", "20", 0.004, 125.0),
        "BNB/USDT": _contract("0.01", "0.01", "5", 0.005, 75.0),
        "SOL/USDT": _contract("0.01", "0.01", "5", 0.005, 75.0),
        "XRP/USDT": _contract("0.1", "0.0001", "5", 0.005, 75.0),
        "ADA/USDT": _contract("1", "0.0001", "5", 0.005, 75.0),
        "DOGE/USDT": _contract("1", "0.00001", "5", 0.005, 75.0),
    },
    kinds=frozenset({Kind.MARKET, Kind.LIMIT, Kind.STOP_MARKET, Kind.TAKE_PROFIT_MARKET}),
    refusals=refusals.BINANCE_FUTURES,
    depth=DepthModel(gap=0.00005, share=0.1, least=50_000.0),
    latency=(5, 60),
    receive_window=5 * SECOND,
    id_letters={Kind.STOP_MARKET: "a", Kind.TAKE_PROFIT_MARKET: "a"},
)  # fmt: skip

PROFILES: Mapping[str, Profile] = {p.venue: p for p in (UPBIT, BINANCE_SPOT, BINANCE_FUTURES)}


def profile_of(venue: str) -> Profile:
    """The profile of a venue by name. Raises `BadInput` for one that we do not know."""
    if venue not in PROFILES:
        raise BadInput(f"'{venue}' is no venue; use one of {', '.join(PROFILES)}")
    return PROFILES[venue]


def ideal(
    profile: Profile,
    slippage_bps: float = 2.0,
    fee: float | None = None,
    lot_step: Decimal | None = None,
) -> Profile:
    """The exchange as a backtest sees it (specification 3.8, convention 5).

    No latency, no protection, whole fills at the price in force moved against the trader by
    `slippage_bps`, fee (None: the venue's taker fee, for makers too) in the quote currency on both
    sides, no ticks, `lot_step` 1e-8 unless given, nothing refused for being too small.
    """
    rate = profile.capabilities.taker_fee if fee is None else fee
    abilities = replace(
        profile.capabilities, maker_fee=rate, taker_fee=rate, protection="none",
        buys_by_cost=False, whole_leverage=False, second_price=False, fee_in_base=False,
        quarantine=0, report_every=0,
    )  # fmt: skip
    rules = MarketRules(lot_step=lot_step or Decimal("1e-8"), min_cost=abilities.min_cost)
    return replace(
        profile, capabilities=abilities, usual=rules, markets={}, depth=None,
        slippage=slippage_bps / 10_000.0, latency=(0, 0), filters=False, liquidates=False,
        ids_for_ever=False, acknowledges=False, receive_window=0, visibility_lag=0,
    )  # fmt: skip


def fee_rate(profile: Profile, *, maker: bool) -> Decimal:
    """The venue's fee as an exact fraction."""
    abilities = profile.capabilities
    return exact(abilities.maker_fee if maker else abilities.taker_fee)
