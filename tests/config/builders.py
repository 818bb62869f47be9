"""Settings made of a few lines of text, with the strategies that page 3 names."""

from collections.abc import Mapping

from config.env_file import parse
from config.errors import SettingsError
from config.reading import Context
from config.settings import Settings, load

NAMES = (
    "breakout", "combined", "bb_breakout", "pullback", "dynamic_breakout", "rsi_bollinger",
    "ma_cross", "rsi_reversion", "bb_volume_breakout", "momentum", "mean_reversion",
    "trend_following",
)  # fmt: skip
STRATEGIES: dict[str, dict[str, float]] = {name: {} for name in NAMES}
STRATEGIES["rsi_reversion"] = {"buy_below": 30.0, "sell_above": 70.0}
DAEMON = Context(STRATEGIES)
BACKTEST = Context(STRATEGIES, "backtest")


def loaded(
    text: str = "# nothing\n", context: Context = DAEMON, flags: Mapping[str, str] | None = None
) -> Settings:
    """The settings of a `.env` with this text."""
    return load(parse(text.encode()), flags or {}, context)


def refusal(
    text: str = "# nothing\n", context: Context = DAEMON, flags: Mapping[str, str] | None = None
) -> str:
    """Why a `.env` with this text is refused; empty when it is not."""
    try:
        loaded(text, context, flags)
    except SettingsError as error:
        return str(error)
    return ""
