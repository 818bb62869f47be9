"""`--check` and the admission at loopback exchanges, without a process of their own."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from config.env_file import ABSENT
from config.settings import Settings
from tests.config.builders import loaded
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.server import Server, served, serving
from tests.exchanges.upbit import words
from tests.exchanges.upbit.exchange import LoopbackUpbit
from tests.exchanges.upbit.keys import WITHDRAWALS
from tests.shell.preflight.accounts import made, options, wall
from tests.storage.samples import position
from tests.venues.real.bench import order
from trader.domain.errors import BadInput, KeysRefused
from trader.domain.events import AccountJudged
from trader.domain.finding import Finding, Mark
from trader.engine.engine import Engine, Habits
from trader.engine.ports import Restored
from trader.engine.state import State
from trader.feeds.live.ports import Wall
from trader.shell import world
from trader.shell.inbox import Inbox
from trader.shell.options import Options
from trader.shell.preflight.accounts import Examiner, lacking
from trader.shell.preflight.admission import AGAIN, Admission, admitted
from trader.shell.preflight.checking import checked
from trader.shell.preflight.judging import guardable
from trader.shell.real_markets import budgets_of
from trader.strategies.catalogue import discover
from trader.strategies.live import RollingSignals, Terms


@contextmanager
def running(**servers: Server) -> Iterator[Mapping[str, Server]]:
    """Exchanges by venue, each in a thread."""
    with ExitStack() as stack:
        for server in servers.values():
            stack.enter_context(serving(server))
        yield servers


def looked(settings: Settings, where: Options) -> tuple[int, list[str]]:
    """Exit code and lines."""
    written: list[str] = []
    code = checked(where, ABSENT, settings, written.append)
    assert all(text.endswith("\n") and text.count("\n") == 1 for text in written)
    return code, [text.strip() for text in written]


def codes(written: list[str], mark: str) -> list[str]:
    return [" ".join(text.split()[1:3]).rstrip(":") for text in written if text.startswith(mark)]


def test_a_good_account_could_start(tmp_path: Path) -> None:
    with running(upbit=LoopbackUpbit()) as servers:
        code, written = looked(made("live", servers), options(tmp_path))
    assert (code, codes(written, "✖")) == (0, [])
    assert codes(written, "!") == ["upbit address_changed"]
    assert {"upbit guarded_by_engine", "upbit public_answered", "upbit first_day"} <= set(
        codes(written, "✔")
    )


def test_paper_asks_no_account(tmp_path: Path) -> None:
    with running(upbit=LoopbackUpbit()) as servers:
        code, written = looked(made("paper", servers), options(tmp_path))
        private = [asked for asked in servers["upbit"].log if asked.headers.get("Authorization")]
    assert (code, private) == (0, [])
    assert "upbit key_accepted" not in codes(written, "✔")


def test_nobody_there_and_what_is_known_without_them(tmp_path: Path) -> None:
    with running(upbit=LoopbackUpbit()) as servers:
        settings = made("testnet", servers, "UPBIT_SYMBOLS=BTC/KRW")
    code, written = looked(settings, options(tmp_path))
    assert code == 1
    assert codes(written, "✖") == ["upbit public_unanswered", "upbit unanswered"]
    assert "upbit entries_large_enough" in codes(written, "✔")


def test_symbols_that_are_not_listed(tmp_path: Path) -> None:
    with running(upbit=LoopbackUpbit()) as servers:
        one = made("testnet", servers, "UPBIT_SYMBOLS=BTC/KRW,NONE/KRW")
        code, written = looked(one, options(tmp_path))
        none = made("testnet", servers, "UPBIT_SYMBOLS=NONE/KRW")
        assert codes(looked(none, options(tmp_path))[1], "✖") == ["upbit symbols_unknown"]
    assert code == 0
    assert "upbit symbols_unknown" in codes(written, "!")


def test_without_keys_nothing_private_is_asked(tmp_path: Path) -> None:
    server = _keyless()
    with running(upbit=server) as servers:
        code, written = looked(made("live", servers), options(tmp_path))
    assert (code, codes(written, "✖")) == (2, ["upbit keys_missing"])
    assert not [asked for asked in server.log if asked.headers.get("Authorization")]


def test_a_venue_without_a_test_network() -> None:
    settings = loaded("MODE=testnet\nVENUES=upbit\n")
    assert [finding.code for finding in lacking(settings, "upbit")] == ["no_test_network"]
    binance = loaded("MODE=testnet\nVENUES=binance_spot\n")
    assert [finding.code for finding in lacking(binance, "binance_spot")] == ["keys_missing"]


def test_money_at_work_is_known_from_what_was_published(tmp_path: Path) -> None:
    where = options(tmp_path)
    where.data_dir.mkdir()
    poor = LoopbackUpbit()
    poor.truth.accounts.of("KRW").free -= 9_999_000
    with running(upbit=poor) as servers:
        code, written = looked(made("testnet", servers), where)
        assert (code, codes(written, "✖")) == (2, ["upbit balance_too_small"])
        world.remember(where.data_dir, world.World("testnet"))
        shown = {
            "initial_capital": 1_000_000, "current_capital": 1_000, "equity": 1_000_000,
            "positions": {"BTC/KRW": 0.01}, "entry_prices": {"BTC/KRW": 100_000_000},
            "trade_history": [], "details": {}, "peak_equity": 1_000_000, "drawdown": 0,
            "daily_pnl": 0, "timestamp": time.time(),
            "metadata": {"strategy": "day", "timeframe": "1h", "selected_symbols": ["BTC/KRW"]},
        }  # fmt: skip
        (where.data_dir / "upbit_portfolio.json").write_text(json.dumps(shown))
        assert looked(made("testnet", servers), where)[0] == 0


async def test_a_start_asks_first_and_refuses_with_one_sentence_each() -> None:
    server = LoopbackUpbit()
    server.key.scopes |= {WITHDRAWALS}
    async with served(server):
        settings = made("live", {"upbit": server}, "LANGUAGE=en")
        admission = Admission(examiner(settings, wall()), settings.venues)
        with pytest.raises(KeysRefused) as refused:
            await admission.enter()
        await Admission(examiner(made("testnet", {"upbit": server}), wall()), ("upbit",)).enter()
    assert "may_withdraw" in str(refused.value)
    assert server.key.access not in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


async def test_an_exchange_that_is_away_is_asked_again_until_it_answers() -> None:
    server, slept = LoopbackUpbit(), list[float]()
    judged: list[tuple[str, tuple[str, ...]]] = []

    def heard(venue: str, codes: tuple[str, ...]) -> None:
        judged.append((venue, codes))
        server.key.scopes -= {WITHDRAWALS}

    async with served(server):
        fault = server.fault(Trouble.MAINTENANCE, "GET", "/v1/accounts", times=2)
        settings = made("live", {"upbit": server})
        admission = Admission(examiner(settings, wall(slept)), settings.venues)
        await admission.enter()
        assert (fault.fired, slept.count(AGAIN)) == (1, 0)
        server.key.scopes |= {WITHDRAWALS}
        await admission.watch(heard)
    assert (fault.fired, slept.count(AGAIN)) == (2, 3)
    assert judged == [("upbit", ("may_withdraw",)), ("upbit", ())]
    assert admission.unfit == {}


async def test_what_is_wrong_later_keeps_entries_off_until_it_is_right() -> None:
    server, inbox = LoopbackUpbit(), Inbox()
    async with served(server):
        fault = server.fault(Trouble.MAINTENANCE, "GET", "/v1/accounts")
        settings = made("live", {"upbit": server})
        admission = Admission(examiner(settings, wall()), settings.venues)
        await admission.enter()
        server.key.scopes |= {WITHDRAWALS}
        (service,) = admission.begin(inbox, _no_engine())
        running = asyncio.ensure_future(service.run())
        events = inbox.events()
        first = await anext(events)
        server.key.scopes -= {WITHDRAWALS}
        await running
        inbox.close()
        *_, last = [event async for event in events]
    assert first == AccountJudged("upbit", ("may_withdraw",), 0)
    assert last == AccountJudged("upbit", (), 0)
    assert fault.fired == 1


async def test_what_is_held_is_guarded_whatever_speaks_against_the_account(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server, inbox = LoopbackUpbit(), Inbox()
    server.key.scopes |= {WITHDRAWALS}
    async with served(server):
        settings = made("live", {"upbit": server}, "LANGUAGE=en")
        admission = Admission(examiner(settings, wall(), ("upbit",)), settings.venues)
        with caplog.at_level("ERROR"):
            await admission.enter()
    (notice,) = admission.said
    assert notice.startswith("GUARDING ONLY upbit")
    assert "(may_withdraw)" in notice
    assert notice in caplog.text
    assert len(admission.begin(inbox, _no_engine())) == 1
    inbox.close()
    assert [event async for event in inbox.events()] == [
        AccountJudged("upbit", ("may_withdraw",), 0)
    ]


@pytest.mark.parametrize("known", ["position", "order"])
def test_positions_and_orders_on_their_way_are_something_to_guard(known: str) -> None:
    """On any venue: one with a dead key must not leave the other's positions alone."""
    server = LoopbackUpbit()
    server.key.scopes |= {WITHDRAWALS}
    elsewhere = "binance_spot:BTC/USDT"
    held = () if known == "order" else (replace(position(), key=elsewhere),)
    sent = () if held else (order(elsewhere),)
    with running(upbit=server) as servers:
        settings = made("live", servers)
        restored = Restored(positions=held, orders=sent)
        budgets = budgets_of(settings, wall())
        assert set(admitted(settings, restored, wall(), budgets).unfit) == {"upbit"}
        with pytest.raises(KeysRefused):
            admitted(settings, Restored(), wall(), budgets)


def test_without_keys_there_is_nothing_to_guard_with() -> None:
    none = Finding(Mark.FAIL, "upbit", "keys_missing")
    late = Finding(Mark.FAIL, "upbit", "clock_behind")
    assert guardable([late], {"upbit"})
    assert not guardable([late], ())
    assert not guardable([late, none], {"upbit"})


def test_paper_needs_no_admission_and_live_needs_keys() -> None:
    settings = made("paper", {"upbit": _keyless()})
    admission = admitted(settings, Restored(), wall(), {})
    assert admission.begin(Inbox(), _no_engine()) == ()
    with pytest.raises(BadInput, match="UPBIT_ACCESS_KEY"):
        admitted(made("live", {"upbit": _keyless()}), Restored(), wall(), {})


def examiner(settings: Settings, wall: Wall, holding: tuple[str, ...] = ()) -> Examiner:
    return Examiner(settings, wall, holding, 5.0, budgets_of(settings, wall))


def _no_engine() -> Engine:
    return Engine(State({}), RollingSignals(Terms({}, {}, discover())), Habits())


def _keyless() -> Server:
    server = LoopbackUpbit()
    server.key.access = server.key.secret = ""
    server.url = "http://127.0.0.1:9"
    return server


def test_an_exchange_that_repeats_the_keys_does_not_make_us_show_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = LoopbackUpbit()
    access, secret = server.key.access, server.key.secret
    with running(upbit=server) as servers:
        settings = made("live", servers, "LANGUAGE=en")
        server.key.access = "another"
        monkeypatch.setitem(words._KOREAN, "invalid_access_key", f"no {access} with {secret}")
        code, written = looked(settings, options(tmp_path))
        with pytest.raises(KeysRefused) as refused:
            admitted(settings, Restored(), wall(), budgets_of(settings, wall()))
    assert code == 4
    for text in (*written, str(refused.value)):
        assert access not in text
        assert secret not in text
    assert "no *** with ***" in str(refused.value)
