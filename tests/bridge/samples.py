"""Views to publish: the ones of the contract's examples."""

from decimal import Decimal
from pathlib import Path

from trader.bridge.views import HaltView, HeldView, LinkView, LoopView, PortfolioView, StatusView
from trader.domain.commands import CommandAnswer
from trader.domain.position import ClosedTrade, Direction, ExitReason, Position
from trader.domain.signal import Action, Decision, Reason

KEY = "upbit:BTC/KRW"
NOON = 1_698_400_800_000  # 2023-10-27 10:00:00 UTC
ONE = Decimal(1)


def status(at: float = 1698370000.123) -> StatusView:
    """A running bot that holds still."""
    below = Reason("below_ema50", "close=50000000 ema50=50500000")
    return StatusView(
        "running", at, "0.1.0", "demo", 4711, 1698360000.0, 15.5, 120.5, 3, 3,
        LoopView(812, 14.2, 31.0),
        {"upbit": LinkView("connected", "websocket", 1698369999.9, 23)},
        None, "3f2a91", {"upbit": {"STRATEGY_PRESET": "day", "K_VALUE": 0.5}},
        (HaltView("upbit", "daily_loss", 1698364800.0),),
        (Decision(KEY, Action.HOLD, 51_000_000.0, (below,), 1_698_369_999_900, "breakout"),),
        (CommandAnswer("01J", "set_preset", "done", "scalping on upbit", 1698369998.0),),
    )  # fmt: skip


def position(direction: Direction = Direction.LONG, key: str = KEY) -> Position:
    """0.0015 coins bought, or sold short, at 50,000,000."""
    amount, price = Decimal("0.0015"), Decimal(50_000_000)
    return Position(
        "p1", key, "breakout", direction, amount, price, amount, 0, 1_698_360_000_000,
        margin=Decimal(7500), leverage=10.0 if direction is Direction.SHORT else 1.0,
    )  # fmt: skip


def trade(direction: Direction = Direction.LONG, trade_id: str = "t1") -> ClosedTrade:
    """The trade of the contract's example."""
    return ClosedTrade(
        trade_id, KEY, "breakout", direction, NOON, Decimal(50_000_000), Decimal("0.0015"), NOON,
        Decimal(52_500_000), ExitReason.TAKE_PROFIT, 1.0, Decimal("76.9"), Decimal(0),
        Decimal("3673.1"), Decimal("4.9"), NOON, NOON + 999,
    )  # fmt: skip


def portfolio(*held: HeldView, trades: tuple[ClosedTrade, ...] = ()) -> PortfolioView:
    """An account of one million KRW that has grown."""
    return PortfolioView(
        "upbit", 1698370000.1, Decimal(1_000_000), Decimal("1050000.00"), 1_126_200.0,
        1_130_000.0, 1200.0, "scalping", "1m", ("BTC/KRW", "ETH/KRW"), held, trades,
    )  # fmt: skip


def names_in(folder: Path) -> list[str]:
    """Everything that lies in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())
