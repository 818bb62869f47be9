"""Markets that the loopback Binance lists, and how `exchangeInfo` tells of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

SPOT_TYPES = (
    "LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT",
    "TAKE_PROFIT", "TAKE_PROFIT_LIMIT",
)  # fmt: skip
FUTURES_TYPES = (
    "LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET",
    "TRAILING_STOP_MARKET",
)  # fmt: skip
PERPETUAL = 4_133_404_800_000  # Binance's delivery date of contracts that have none
SPOT_LIMITS = (("REQUEST_WEIGHT", "MINUTE", 1, 6_000), ("ORDERS", "SECOND", 10, 100),
               ("ORDERS", "DAY", 1, 200_000), ("RAW_REQUESTS", "MINUTE", 5, 61_000))  # fmt: skip
FUTURES_LIMITS = (("REQUEST_WEIGHT", "MINUTE", 1, 2_400), ("ORDERS", "MINUTE", 1, 1_200),
                  ("ORDERS", "SECOND", 10, 300))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bracket:
    """Of a contract's leverage brackets: up to `cap` notional, at most this leverage.

    `rate` is the maintenance margin's share of the notional, `cum` what is taken off it.
    """

    cap: Decimal
    leverage: int
    rate: Decimal
    cum: Decimal = Decimal(0)


_BRACKETS = (
    Bracket(Decimal(50_000), 125, Decimal("0.004")),
    Bracket(Decimal(500_000), 100, Decimal("0.005"), Decimal(50)),
    Bracket(Decimal(10_000_000), 50, Decimal("0.01"), Decimal(2_550)),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """One market. `status`: TRADING, BREAK (spot), SETTLING (futures)."""

    base: str
    quote: str = "USDT"
    tick: Decimal = Decimal("0.01")
    step: Decimal = Decimal("0.00001")
    least: Decimal = Decimal("0.00001")
    most: Decimal = Decimal(9_000)
    market_most: Decimal = Decimal(120)
    notional: Decimal = Decimal(5)
    status: str = "TRADING"
    percent: tuple[Decimal, Decimal] = (Decimal("0.2"), Decimal(5))
    algo_orders: int = 5
    brackets: tuple[Bracket, ...] = field(default=_BRACKETS)
    types: tuple[str, ...] = SPOT_TYPES

    @property
    def symbol(self) -> str:
        """Binance's name: `BTCUSDT`."""
        return self.base + self.quote


SPOT = (
    Listing("BTC"),
    Listing("ETH", step=Decimal("0.0001"), least=Decimal("0.0001")),
    Listing("BNB", step=Decimal("0.001"), least=Decimal("0.001")),
    Listing("XRP", tick=Decimal("0.0001"), step=Decimal("0.1"), least=Decimal("0.1"),
            most=Decimal(9_000_000), market_most=Decimal(900_000)),
    Listing("LUNA", tick=Decimal("0.0001"), step=Decimal("0.01"), least=Decimal("0.01"),
            status="BREAK"),
)  # fmt: skip
FUTURES = (
    Listing("BTC", tick=Decimal("0.1"), step=Decimal("0.001"), least=Decimal("0.001"),
            most=Decimal(1_000), notional=Decimal(100), percent=(Decimal("0.95"), Decimal("1.05"))),
    Listing("ETH", step=Decimal("0.001"), least=Decimal("0.001"), most=Decimal(10_000),
            market_most=Decimal(2_000), notional=Decimal(20),
            percent=(Decimal("0.95"), Decimal("1.05"))),
    Listing("XRP", tick=Decimal("0.0001"), step=Decimal("0.1"), least=Decimal("0.1"),
            most=Decimal(10_000_000), market_most=Decimal(2_000_000),
            percent=(Decimal("0.95"), Decimal("1.05"))),
)  # fmt: skip


def decimals(step: Decimal) -> int:
    """Places behind the point that a step has: 2 for 0.01, 0 for 1."""
    exponent = step.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def eight(value: Decimal) -> str:
    """A spot number as Binance writes it, with eight places."""
    return f"{value:.8f}"


def spot_info(now: int, listings: tuple[Listing, ...]) -> dict[str, object]:
    """GET /api/v3/exchangeInfo."""
    return {
        "timezone": "UTC",
        "serverTime": now,
        "rateLimits": _limits(SPOT_LIMITS),
        "exchangeFilters": [],
        "symbols": [_spot_symbol(listing) for listing in listings],
    }


def futures_info(now: int, listings: tuple[Listing, ...]) -> dict[str, object]:
    """GET /fapi/v1/exchangeInfo."""
    return {
        "timezone": "UTC",
        "serverTime": now,
        "futuresType": "U_MARGINED",
        "rateLimits": _limits(FUTURES_LIMITS),
        "exchangeFilters": [],
        "assets": [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "-10000"}],
        "symbols": [_contract(listing) for listing in listings],
    }


def _limits(limits: tuple[tuple[str, str, int, int], ...]) -> list[dict[str, object]]:
    names = ("rateLimitType", "interval", "intervalNum", "limit")
    return [dict(zip(names, limit, strict=True)) for limit in limits]


def _spot_symbol(listing: Listing) -> dict[str, object]:
    return {
        "symbol": listing.symbol, "status": listing.status,
        "baseAsset": listing.base, "baseAssetPrecision": 8,
        "quoteAsset": listing.quote, "quotePrecision": 8, "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8, "quoteCommissionPrecision": 8,
        "orderTypes": list(listing.types), "icebergAllowed": True, "ocoAllowed": True,
        "otoAllowed": True, "quoteOrderQtyMarketAllowed": True, "allowTrailingStop": True,
        "cancelReplaceAllowed": True, "amendAllowed": True, "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False, "filters": _spot_filters(listing), "permissions": [],
        "permissionSets": [["SPOT", "MARGIN", "TRD_GRP_004"]],
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
    }  # fmt: skip


def _spot_filters(listing: Listing) -> list[dict[str, object]]:
    low, high = (str(part) for part in listing.percent)
    return [
        {"filterType": "PRICE_FILTER", "minPrice": eight(listing.tick),
         "maxPrice": "1000000.00000000", "tickSize": eight(listing.tick)},
        {"filterType": "LOT_SIZE", "minQty": eight(listing.least), "maxQty": eight(listing.most),
         "stepSize": eight(listing.step)},
        {"filterType": "ICEBERG_PARTS", "limit": 10},
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0.00000000",
         "maxQty": eight(listing.market_most), "stepSize": "0.00000000"},
        {"filterType": "TRAILING_DELTA", "minTrailingAboveDelta": 10,
         "maxTrailingAboveDelta": 2000, "minTrailingBelowDelta": 10,
         "maxTrailingBelowDelta": 2000},
        {"filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": high, "bidMultiplierDown": low,
         "askMultiplierUp": high, "askMultiplierDown": low, "avgPriceMins": 5},
        {"filterType": "NOTIONAL", "minNotional": eight(listing.notional),
         "applyMinToMarket": True, "maxNotional": "9000000.00000000", "applyMaxToMarket": False,
         "avgPriceMins": 5},
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": listing.algo_orders},
    ]  # fmt: skip


def _contract(listing: Listing) -> dict[str, object]:
    return {
        "symbol": listing.symbol, "pair": listing.symbol, "contractType": "PERPETUAL",
        "deliveryDate": PERPETUAL, "onboardDate": 1_569_398_400_000, "status": listing.status,
        "maintMarginPercent": "2.5000", "requiredMarginPercent": "5.0000",
        "baseAsset": listing.base, "quoteAsset": listing.quote, "marginAsset": listing.quote,
        "pricePrecision": decimals(listing.tick), "quantityPrecision": decimals(listing.step),
        "baseAssetPrecision": 8, "quotePrecision": 8, "underlyingType": "COIN",
        "underlyingSubType": ["PoW"], "triggerProtect": "0.0500", "liquidationFee": "0.012500",
        "marketTakeBound": "0.05", "maxMoveOrderLimit": 10000,
        "filters": _contract_filters(listing), "orderTypes": list(FUTURES_TYPES),
        "timeInForce": ["GTC", "IOC", "FOK", "GTX", "GTD"],
    }  # fmt: skip


def _contract_filters(listing: Listing) -> list[dict[str, object]]:
    low, high = (f"{part:.4f}" for part in listing.percent)
    return [
        {"filterType": "PRICE_FILTER", "minPrice": str(listing.tick), "maxPrice": "4529764",
         "tickSize": str(listing.tick)},
        {"filterType": "LOT_SIZE", "minQty": str(listing.least), "maxQty": str(listing.most),
         "stepSize": str(listing.step)},
        {"filterType": "MARKET_LOT_SIZE", "minQty": str(listing.least),
         "maxQty": str(listing.market_most), "stepSize": str(listing.step)},
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "limit": 10},
        {"filterType": "MIN_NOTIONAL", "notional": str(listing.notional)},
        {"filterType": "PERCENT_PRICE", "multiplierUp": high, "multiplierDown": low,
         "multiplierDecimal": "4"},
    ]  # fmt: skip
