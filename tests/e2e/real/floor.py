"""A trading floor for tests: loopback exchanges whose prices move, and the real bot on them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.bot import Bot, TooLate, settings
from tests.e2e.real import comparing
from tests.e2e.real.prices import Mover, seed
from tests.e2e.real.sites import Site, keys_of
from tests.e2e.real.truth import Account
from tests.exchanges.core.orders import Order
from tests.exchanges.core.server import Server, serving
from trader.shell.guardian.keeper import dismiss

SETTLES = 25.0  # seconds until two looks at everything have found every difference
PLAIN = (
    "MODE=testnet", "OPTIMIZER=no", "TIMEFRAME=1h", "MAX_POSITIONS=0", "MARKET_SHOCK_PCT=0",
    "MAX_DAILY_LOSS_PCT=0", "MAX_WEEKLY_LOSS_PCT=0", "MAX_MONTHLY_LOSS_PCT=0",
    "MAX_CONSECUTIVE_LOSSES=0", "COOLDOWN_CANDLES=0", "MAX_ENTRIES_PER_MINUTE=0",
)  # fmt: skip
# Reasons against a purchase by hand that pass by themselves.
PASSING = ("no_price", "stale_price", "price_collar", "unknown_symbol", "venue_down",
           "recovering", "warming_up", "safe_mode", "price_lost")  # fmt: skip


class Floor:
    """One bot and its exchanges. `coins` are all there are; each test takes some for itself."""

    def __init__(self, folder: Path, sites: Sequence[Site], coins: tuple[str, ...]) -> None:
        self.sites, self.coins = tuple(sites), coins
        self.servers: dict[str, Server] = {site.venue: site.make(coins) for site in sites}
        self.mover = Mover(tuple(self.servers.values()))
        self.bot = Bot(folder)
        self.limits = True  # whether every request must have been within the limits
        self.doubted: set[str] = set()  # orders of which a test says that nobody knows yet
        # venue, coin: here the exchange's order is away on purpose, the engine watches the stop
        self.faults: list[tuple[str, int, int]] = []  # venue, from, to: of what is no request
        self.engine_watches: set[tuple[str, str]] = set()

    def server(self, site: Site) -> Server:
        """The exchange of a venue."""
        return self.servers[site.venue]

    def account(self, site: Site) -> Account:
        """The exchange of a venue, as seen by this bot."""
        return comparing.account(self.bot.data, site, self.server(site))

    # ------------------------------------------------------------ life and death

    def write_settings(self, *lines: str) -> None:
        """`.env` of all venues of this floor, with more lines."""
        found = {"VENUES": ",".join(site.venue for site in self.sites)}
        for site in self.sites:
            found |= keys_of(site, self.server(site))
            symbols = ",".join(site.symbol(coin) for coin in self.coins)
            found[f"{site.venue.upper()}_SYMBOLS"] = symbols
        given = dict(line.split("=", 1) for line in (*PLAIN, *lines))
        seconds = float(given.pop("LOOP_SECONDS", "0.5"))
        text = [f"{name}={value}" for name, value in (found | given).items()]
        self.bot.write_env(settings(*text, seconds=seconds))

    def up(self, *, measured: bool = True) -> Floor:
        """Start the bot and wait until it may trade everywhere."""
        self.bot.start(measured=measured)
        self.bot.until(lambda s: s.status == "running" and not s.halts, 60, fresh=True)
        return self

    def again(self) -> Floor:
        """An ordered stop, and the next start."""
        assert self.bot.stop() == 0, self.bot.output()[-3_000:]
        return self.up()

    # ------------------------------------------------------------ trading by hand

    def go(self, site: Site, coin: str, share: str | float) -> None:
        """Move a coin's price to so much of what it is now, at once."""
        self.mover.go(self.server(site), site.market(coin), share)

    def buy(self, site: Site, coin: str, amount: int | None = None) -> str:
        """Buy by hand; the client id of the order. Asked again while it cannot be yet."""
        args = {
            "venue": site.venue, "symbol": site.symbol(coin),
            "amount_quote": amount or site.amount,
        }  # fmt: skip
        until = time.monotonic() + 30
        while True:
            answer = self.bot.ask("buy", args)
            if answer.result == "done":
                return answer.message.split(" as ")[1].split(",")[0]
            assert any(word in answer.message for word in PASSING), answer.message
            assert time.monotonic() < until, answer.message
            time.sleep(0.3)

    def close(self, site: Site, coin: str) -> None:
        """Close by hand."""
        answer = self.bot.ask("close_position", {"venue": site.venue, "symbol": site.symbol(coin)})
        assert answer.result == "done", answer.message

    def hold(self, site: Site, coin: str, amount: int | None = None) -> str:
        """Buy, and wait until it is held and protected; the client id of the entry."""
        entry = self.buy(site, coin, amount)
        self.until(lambda: self.position(site, coin), f"{coin} is not held")
        if site.protections is not None:
            self.until(lambda: self.exits(site, coin), f"{coin} is not protected")
        return entry

    def flat(self, site: Site, coin: str, seconds: float = SETTLES) -> str:
        """Wait until nothing is held; why it was closed."""
        self.until(lambda: not self.position(site, coin), f"{coin} is still held", seconds)
        query = "SELECT exit_reason FROM trades WHERE key = ? ORDER BY closed_at DESC"
        found = self.bot.rows(query, site.key(coin))
        return str(found[0][0]) if found else ""

    def user_sells(self, site: Site, coin: str, quantity: Any) -> Order:
        """The user sells coins on the exchange itself, whose own page gives the order a name."""
        order = Order(site.market(coin), "sell", "market", quantity=quantity)
        truth = self.server(site).truth
        order.client_id = f"web_{len(truth.orders)}" if site.protections else ""
        return truth.by_hand(order)

    # ------------------------------------------------------------ what there is

    def position(self, site: Site, coin: str) -> tuple[Any, ...]:
        """Quantity, protection and stop of what the journal holds; empty: nothing."""
        found = self.bot.rows(
            "SELECT quantity, entry_price, must_go FROM positions WHERE key = ?", site.key(coin)
        )
        return found[0] if found else ()

    def exits(self, site: Site, coin: str) -> list[tuple[str, str]]:
        """Live exits of ours on the exchange."""
        return self.account(site).exits().get(site.market(coin), [])

    def status_of(self, order_id: str) -> str:
        """An order's status in the journal."""
        return str(self.bot.rows("SELECT status FROM orders WHERE id = ?", order_id)[0][0])

    def orders(self, site: Site, coin: str, purpose: str = "") -> list[Order]:
        """Our orders of a coin on the exchange, of one purpose (its letter) or all."""
        market = site.market(coin)
        return [
            order for order in self.account(site).ours()
            if order.symbol == market and purpose in ("", order.client_id[3])
        ]  # fmt: skip

    def told(self, text: str) -> int:
        """How often the log says so."""
        return self.bot.output().count(text)

    def until(self, holds: Callable[[], object], why: str, seconds: float = SETTLES) -> None:
        """Wait for it."""
        until = time.monotonic() + seconds
        while not holds():
            assert self.bot.alive, self.bot.output()[-3_000:]
            if time.monotonic() > until:
                raise TooLate(f"{why} after {seconds} s\n{self.bot.output()[-4_000:]}")
            time.sleep(0.05)

    # ------------------------------------------------------------ the comparison

    def compare(self, *sites: Site) -> None:
        """THE comparison: everything must agree within two looks at the exchange."""
        chosen = sites or self.sites
        until = time.monotonic() + SETTLES
        while found := [text for site in chosen for text in self.differences(site)]:
            if time.monotonic() > until:
                raise AssertionError("\n".join([*found, self.bot.output()[-4_000:]]))
            time.sleep(0.25)

    def differences(self, site: Site) -> list[str]:
        """Of one venue, now."""
        found = comparing.differences(
            self.bot.data, site, self.server(site), limits=self.limits, doubted=self.doubted
        )
        return [*found, *comparing.unguarded(self.bot.data, site)]

    def naked_at_most(self, site: Site, coin: str, seconds: float = 5.0) -> None:
        """No position of a coin was without an order of ours for longer."""
        took = self.account(site).naked(site.market(coin)) / 1_000
        assert took <= seconds, f"{site.venue} {coin}: naked for {took} s"


@contextmanager
def floor(
    folder: Path, sites: Sequence[Site], coins: tuple[str, ...], *lines: str, past: str = "",
    change: Callable[[Site, Server], object] | None = None,
) -> Iterator[Floor]:  # fmt: skip
    """Exchanges that run and a bot that is not started yet; afterwards nothing of it is left.

    `change`: what is done to each exchange before it runs.
    """
    made = Floor(folder, sites, coins)
    for site in sites:
        seed(made.server(site), past or site.minutes)
        if change is not None:
            change(site, made.server(site))
    with ExitStack() as stack:
        for server in made.servers.values():
            stack.enter_context(serving(server))
        stack.enter_context(made.mover.moving())
        stack.callback(dismiss, made.bot.data)  # its guardian would watch what is held for ever
        stack.callback(made.bot.end)
        made.write_settings(*lines)
        yield made
