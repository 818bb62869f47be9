"""What a draft would change: values in force, sizes, losses and stops, venue by venue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.errors import SettingsError
from config.reading import Context
from config.schema import GLOBAL, TRADING
from config.setting import Setting
from config.settings import Settings
from config.values import BadValue, parse
from dashboard.holdings import Holding, holdings
from dashboard.settings.drafts import Draft, setting_of
from dashboard.settings.paper import Paper, text_of_value
from dashboard.settings.schema import sections
from dashboard.settings.senses import risk
from trader.bridge.foresight.entries import Ahead, Purse, ahead, parameters_from
from trader.bridge.foresight.levels import Shift, Standing, result_at, shift
from trader.bridge.schemas import Portfolio
from trader.domain.parameters import Parameters

MARGIN = "binance_futures"


@dataclass(frozen=True, slots=True)
class Effect:
    """A value that is another afterwards. `venue` empty: global; `old` None: not published."""

    venue: str
    setting: Setting
    old: str | None
    new: str | None
    risk: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A position whose stop moves, and its result at the stop before and after."""

    holding: Holding
    shift: Shift
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A venue before and after. `before` and `after` None: its equity is not known."""

    venue: str
    before: Ahead | None
    after: Ahead | None
    positions: tuple[Moved, ...]

    @property
    def results(self) -> tuple[float | None, float | None]:
        """What all open positions come to at their stops, before costs; None: not known."""
        return _sum(one.before for one in self.positions), _sum(one.after for one in self.positions)

    @property
    def dares_more(self) -> bool:
        """Whether an order or a loss may be larger than before."""
        if self.before is None or self.after is None:
            return False
        losses = self.before.loss or 0.0, self.after.loss or 0.0
        return self.after.order > self.before.order * (1 + 1e-9) or losses[1] > losses[0] * (
            1 + 1e-9
        )


@dataclass(frozen=True, slots=True)
class Forecast:
    """All of it. `problems`: why the bot would refuse."""

    effects: tuple[Effect, ...] = ()
    outlooks: tuple[Outlook, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def grave(self) -> bool:
        """Whether anything dares more than before."""
        return any(e.risk > 0 for e in self.effects) or any(o.dares_more for o in self.outlooks)


def forecast(paper: Paper, draft: Draft, portfolios: Mapping[str, Portfolio]) -> Forecast:
    """What the draft would do, by config's own reading of the file and the engine's formulas."""
    try:
        after = paper.with_changes(draft)
    except SettingsError as error:
        return Forecast(problems=tuple(map(str, error.problems)))
    effects = (*_global(paper, draft), *_by_venue(paper, after))
    touched = dict.fromkeys(effect.venue for effect in effects if effect.venue)
    held = holdings(portfolios)
    found = (
        _outlook(paper, after, (v, portfolios[v]), [h for h in held if h.venue == v])
        for v in touched
        if v in portfolios
    )
    return Forecast(effects, tuple(one for one in found if one is not None))


def _global(paper: Paper, draft: Draft) -> Iterator[Effect]:
    for key, text in draft.items():
        setting = setting_of(key, paper.context)
        if key in GLOBAL and setting:
            new = text_of_value(setting, setting.default) if text is None else text
            old = paper.in_force(setting, "")
            yield Effect("", setting, old, new, risk(setting, old, new))


def _by_venue(paper: Paper, after: Settings) -> Iterator[Effect]:
    own = sections(paper.context.strategies)[-1].settings
    for venue in paper.venues:
        for setting in (*TRADING.values(), *own):
            old, value = paper.in_force(setting, venue), _value(after, setting, venue)
            new = (
                None
                if value is None and "." in setting.attribute
                else text_of_value(setting, value)
            )
            if old is not None and new is not None and old != new:
                was = _read(setting, old, paper.context)
                yield Effect(venue, setting, old, new, risk(setting, was, value))


def _value(after: Settings, setting: Setting, venue: str) -> Any:
    values = after.by_venue[venue].values
    strategy, dot, name = setting.attribute.partition(".")
    if dot:
        return values["thresholds"].get(strategy, {}).get(name)
    return values[setting.attribute]


def _read(setting: Setting, text: str, context: Context) -> Any:
    try:
        return parse(setting, text, context.names)
    except BadValue:
        return None


def _outlook(
    paper: Paper, after: Settings, place: tuple[str, Portfolio], held: list[Holding]
) -> Outlook | None:
    """None: nothing that sizes or stops are made of changes."""
    venue, account = place
    published = paper.published[venue]
    before = parameters_from(published)
    then = parameters_from(after.by_venue[venue].values)
    was = _shares(paper, published)
    shares = after.by_venue[venue].values["strategies"]
    if (before, was) == (then, shares):
        return None
    return Outlook(
        venue,
        _ahead(before, account, venue, was),
        _ahead(then, account, venue, shares),
        tuple(_moved(one, before, then) for one in held if one.entry),
    )


def _shares(paper: Paper, published: Mapping[str, Any]) -> Any:
    setting = TRADING["STRATEGIES"]
    return _read(setting, text_of_value(setting, published.get("strategies", ())), paper.context)


def _ahead(p: Parameters, account: Portfolio, venue: str, strategies: Any) -> Ahead | None:
    if account.equity is None:
        return None
    share = max((part for _, part in strategies or ()), default=1.0)
    return ahead(p, Purse(account.equity, account.current_capital, venue == MARGIN, share))


def _moved(one: Holding, before: Parameters, after: Parameters) -> Moved:
    told = one.details
    standing = Standing(
        d=1 if one.quantity > 0 else -1,
        entry=one.entry or 0.0,
        quantity=abs(one.quantity),
        stop=told.stop if told else None,
        trail=told.trailing if told else None,
        liquidation=told.liquidation_price if told else None,
    )
    moved = shift(standing, before, after)
    return Moved(one, moved, result_at(standing, moved.before), result_at(standing, moved.after))


def _sum(values: Iterator[float | None]) -> float | None:
    found = list(values)
    known = [value for value in found if value is not None]
    return sum(known) if len(known) == len(found) else None
