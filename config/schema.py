"""Every setting there is, and what a key of `.env` means: the table all others come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from config.groups.exits import EXITS
from config.groups.filters import FILTERS
from config.groups.limits import LIMITS
from config.groups.optimiser import OPTIMISER
from config.groups.orders import ORDERS
from config.groups.size import SIZE
from config.groups.strategy import STRATEGY
from config.groups.system import ENDPOINTS, SECRETS, SYSTEM, VENUES
from config.setting import Group, Setting

GROUPS: tuple[Group, ...] = (
    SYSTEM, STRATEGY, EXITS, SIZE, LIMITS, FILTERS, ORDERS, OPTIMISER, SECRETS, ENDPOINTS,
)  # fmt: skip
QUOTES: dict[str, str] = {"upbit": "KRW", "binance_spot": "USDT", "binance_futures": "USDT"}
EVERYWHERE = "crypto"  # the scope of CRYPTO_... and of a name without prefix
SCOPES: dict[str, str] = {
    "BINANCE_FUTURES_": "binance_futures",
    "BINANCE_SPOT_": "binance_spot",
    "UPBIT_": "upbit",
    "CRYPTO_": EVERYWHERE,
    "": EVERYWHERE,
}

Thresholds = Mapping[str, Mapping[str, float]]  # strategy -> its declared parameters


def settings_of(*, trading: bool) -> dict[str, Setting]:
    """Trading parameters or global settings by name, in the order in which they are shown."""
    groups = [group for group in GROUPS if group.trading is trading]
    return {setting.name: setting for group in groups for setting in group.settings}


TRADING = settings_of(trading=True)
GLOBAL = settings_of(trading=False)
BY_ATTRIBUTE = {setting.attribute: setting for setting in TRADING.values()}
SECRET_NAMES = tuple(name for name, setting in GLOBAL.items() if setting.secret)


@dataclass(frozen=True, slots=True)
class Target:
    """What a key sets. `scope`: `""` for a global setting, `crypto` or a venue for a parameter.

    For a strategy's own threshold `setting` is None and `threshold` is (strategy, name).
    """

    scope: str
    setting: Setting | None = None
    threshold: tuple[str, str] | None = None

    @property
    def attribute(self) -> str:
        """The name inside the program; `rsi_reversion.buy_below` for a threshold."""
        if self.setting:
            return self.setting.attribute
        return ".".join(self.threshold or ())


def target_of(key: str, declared: Thresholds) -> Target | None:
    """What a key of `.env` (upper case) sets; None when there is no such setting."""
    if key in GLOBAL:
        return Target("", GLOBAL[key])
    for prefix, scope in SCOPES.items():
        found = _parameter(key.removeprefix(prefix), declared) if key.startswith(prefix) else None
        if found:
            return Target(scope, found.setting, found.threshold)
    return None


def _parameter(name: str, declared: Thresholds) -> Target | None:
    if name in TRADING:
        return Target("", TRADING[name])
    for strategy in sorted(declared, key=len, reverse=True):
        inner = name.removeprefix(f"{strategy.upper()}_").lower()
        if name.startswith(f"{strategy.upper()}_") and inner in declared[strategy]:
            return Target("", threshold=(strategy, inner))
    return None


def parameter_names(declared: Thresholds) -> list[str]:
    """All names of trading parameters without prefix, strategies' thresholds included."""
    own = [f"{s}_{name}".upper() for s, names in declared.items() for name in names]
    return [*TRADING, *own]


def key_of(scope: str, attribute: str) -> str:
    """How a setting is written in `.env`; the inverse of `target_of` (venue prefix if any)."""
    if attribute in BY_ATTRIBUTE:
        name = BY_ATTRIBUTE[attribute].name
    else:
        name = attribute.replace(".", "_").upper()
    return f"{scope}_{name}".upper() if scope else name


def did_you_mean(key: str, declared: Thresholds) -> str:
    """A known key that is nearly this one, or `""`."""
    upper = key.upper()
    prefix = next((prefix for prefix in SCOPES if upper.startswith(prefix)), "")
    names = [prefix + name for name in parameter_names(declared)]
    if not prefix:
        names = [*GLOBAL, *_prefixed(parameter_names(declared))]
    return nearest(upper, [*names, *GLOBAL])


def _prefixed(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield name
        yield f"CRYPTO_{name}"


def nearest(word: str, words: Iterable[str]) -> str:
    """The most alike of the words, or `""` when none is alike."""
    return next(iter(get_close_matches(word, list(words), n=1, cutoff=0.7)), "")


__all__ = ["GLOBAL", "GROUPS", "QUOTES", "SECRET_NAMES", "TRADING", "VENUES", "Target"]
