"""Who takes orders in each mode: exchanges in a box, or accounts at the real ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.settings import Settings
from trader.domain.money import exact
from trader.domain.parameters import Parameters
from trader.engine.ports import Restored, Venues
from trader.feeds.live.feed import LiveFeed
from trader.feeds.live.ports import Exchange as Side
from trader.shell.accounts import Accounts, NoAccounts
from trader.shell.inbox import Inbox
from trader.shell.options import Options
from trader.shell.real_accounts import RealAccounts
from trader.shell.real_markets import Budgets, wall_of
from trader.venues.disk import SimulatedDisk
from trader.venues.faults import FaultPlan, NoFaults
from trader.venues.paper import PaperVenue
from trader.venues.profiles import profile_of
from trader.venues.simulated import Opening, SimulatedVenue

ByVenue = Mapping[str, Parameters]


@dataclass(frozen=True, slots=True)
class Hands:
    """`sides` hear the market, `venues` (made with the feed) take requests."""

    sides: Mapping[str, Side]
    venues: Callable[[LiveFeed], Mapping[str, Venues]]
    accounts: Accounts


def hands_of(
    options: Options,
    settings: Settings,
    parameters: ByVenue,
    restored: Restored,
    inbox: Inbox,
    budgets: Budgets,
) -> Hands:
    """Embedded venues in mode paper, else the exchanges themselves. Raises `BadInput`."""
    if settings.mode == "paper":
        boxes = embedded(options, settings, parameters, inbox, NoFaults())
        return Hands(
            boxes,
            lambda feed: {name: PaperVenue(box, feed.confirm) for name, box in boxes.items()},
            NoAccounts(),
        )
    accounts = RealAccounts(settings, restored, inbox, wall_of(options.clock), budgets)
    return Hands(accounts.sides, lambda _: accounts.venues, accounts)


def embedded(
    options: Options, settings: Settings, parameters: ByVenue, inbox: Inbox, faults: FaultPlan
) -> dict[str, SimulatedVenue]:
    """Simulated venues, each with its own account on disk; answers go to the inbox."""
    made = {}
    for venue, p in parameters.items():
        disk = SimulatedDisk(options.data_dir / f"simulated_{venue}.db")
        opening = Opening(
            exact(p.initial_capital), disk=disk, faults=faults, seed=settings.system.demo_seed
        )
        made[venue] = SimulatedVenue(profile_of(venue), opening, inbox.put)
    return made
