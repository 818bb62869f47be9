"""The real process before its first order: `--check`, refused starts, the first live day."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from decimal import Decimal

import pytest

from tests.e2e.bot import Bot, settings
from tests.exchanges.binance.signing import ApiKey
from tests.exchanges.core.market import Bar
from tests.exchanges.core.server import Server, serving
from tests.exchanges.upbit.exchange import LoopbackUpbit
from tests.exchanges.upbit.keys import WITHDRAWALS
from tests.shell.preflight.accounts import lines
from tests.venues.real.preflight.asking import VENUES, Retold, exchange_of

MakeBot = Callable[..., Bot]
MINUTE = 60_000
SECRETS = ("loopback-access-key", "loopback-secret-key", "kkkkkkkk", "ssssssss")


@contextmanager
def running(**servers: Server) -> Iterator[Mapping[str, Server]]:
    """Exchanges by venue, each in a thread, telling the time of their own clock."""
    with ExitStack() as stack:
        for server in servers.values():
            Retold(server)
            stack.enter_context(serving(server))
        yield servers


def everywhere(key: ApiKey | None = None) -> dict[str, Server]:
    """All three exchanges, with the same key at both of Binance's."""
    return {venue: exchange_of(venue, key) for venue in VENUES}


def told(bot: Bot, *flags: str) -> tuple[int, list[str]]:
    """Exit code and lines of a process that ends by itself; nothing of a key is among them, nor in
    any file that it wrote."""
    before = len(bot.output()) if (bot.folder / "output.txt").exists() else 0
    code = bot.start(*flags, measured=False).code(60.0)
    text = bot.output()[before:]
    assert "Traceback" not in text
    written = [f for f in bot.folder.rglob("*") if f.is_file() and f.name != ".env"]
    for content in (text, *(f.read_bytes().decode("utf-8", "replace") for f in written)):
        assert [secret for secret in SECRETS if secret in content] == []
    return code, text.strip().splitlines()


def marked(found: list[str], mark: str) -> set[str]:
    """`upbit may_withdraw` of the lines with this mark."""
    return {" ".join(text.split()[1:3]).rstrip(":") for text in found if text.startswith(mark)}


def env(mode: str, servers: Mapping[str, Server], *more: str) -> str:
    return settings(*lines(mode, servers, *more))


def test_check_at_all_exchanges_in_both_languages(a_bot: MakeBot) -> None:
    with running(**everywhere()) as servers:
        bot = a_bot(env("live", servers, "LANGUAGE=en"))
        code, english = told(bot, "--check")
        bot.write_env(env("live", servers, "LANGUAGE=ko"))
        again, korean = told(bot, "--check")
        assert not [order for server in servers.values() for order in server.truth.orders]
    assert (code, again) == (0, 0), english
    assert marked(english, "✖") == set()
    look_at = {f"{venue} address_changed" for venue in VENUES} | {"settings settings_open"}
    assert marked(english, "!") == look_at
    for server in servers.values():
        assert any(server.url in text for text in english)
    assert [text.split()[:3] for text in english] == [text.split()[:3] for text in korean]
    assert all(re.search("[가-힣]", text) for text in korean)
    assert not any(re.search("[가-힣]", text) for text in english)


def test_check_names_every_trouble_at_once_with_its_remedy(a_bot: MakeBot) -> None:
    servers = everywhere(ApiKey(withdrawals=True))
    assert isinstance(servers["upbit"], LoopbackUpbit)
    servers["upbit"].key.wrong_ip = True
    for server in servers.values():
        server.truth.clock.skew = 5_000
    with running(**servers):
        bot = a_bot(env("live", servers, "LANGUAGE=en"))
        code, found = told(bot, "--check")
    assert code == 4
    behind = {f"{venue} clock_behind" for venue in VENUES}
    may = {"binance_spot may_withdraw", "binance_futures may_withdraw"}
    assert marked(found, "✖") == behind | may | {"upbit address_refused"}
    assert all(" -> " in text for text in found if text.startswith("✖"))


def withdrawing(server: Server) -> None:
    assert isinstance(server, LoopbackUpbit)
    server.key.scopes |= {WITHDRAWALS}


def expired(server: Server) -> None:
    assert isinstance(server, LoopbackUpbit)
    server.key.expires = server.truth.clock.now() - 1


def late(server: Server) -> None:
    server.truth.clock.skew = -4_000


def poor(server: Server) -> None:
    server.truth.accounts.of("KRW").free = Decimal(100)


REFUSED = [
    (withdrawing, 4, "may_withdraw", "출금 권한"),
    (expired, 4, "key_expired", "만료"),
    (late, 1, "clock_ahead", "시계"),
    (poor, 2, "balance_too_small", "입금"),
]


@pytest.mark.parametrize(
    ("trouble", "code", "name", "korean"), REFUSED, ids=[r[2] for r in REFUSED]
)
def test_a_start_is_refused_with_one_sentence(
    a_bot: MakeBot, trouble: Callable[[Server], None], code: int, name: str, korean: str
) -> None:
    server = LoopbackUpbit()
    trouble(server)
    with running(upbit=server) as servers:
        bot = a_bot(env("live", servers, "LANGUAGE=ko"))
        ended, found = told(bot)
        sentences = [text for text in found if name in text]
        assert (ended, len(sentences)) == (code, 1), found
        assert korean in sentences[0]
        assert " -> " in sentences[0]
        assert not server.truth.orders


def test_binance_refuses_too_and_a_setting_of_the_account_is_exit_2(a_bot: MakeBot) -> None:
    server = exchange_of("binance_futures")
    with running(binance_futures=server) as servers:
        Retold(server, accountConfig={"multiAssetsMargin": True})
        code, found = told(a_bot(env("live", servers, "LANGUAGE=en")))
    assert code == 2
    assert sum("multi_assets" in text for text in found) == 1, found


def test_an_exchange_that_is_away_is_no_refusal(a_bot: MakeBot) -> None:
    with running(upbit=LoopbackUpbit()) as servers:
        text = env("live", servers, "LANGUAGE=en")
    bot = a_bot(text).start(measured=False)
    bot.until(lambda status: status.status != "stopped", 60.0)
    assert "gave no answer of use" in (bot.logs / "trading_bot.log").read_text("utf-8")
    assert bot.stop() == 0


def seed(server: Server, bars: int = 400) -> None:
    """A past of quiet minutes."""
    now, rng = server.truth.clock.now() // MINUTE * MINUTE, random.Random(3)
    for market in server.truth.markets.values():
        price, past = market.price, []
        for back in range(bars, 0, -1):
            volume = Decimal(rng.randint(100, 300))
            past.append(
                (now - back * MINUTE, Bar(price, price, price, price, volume, volume * price))
            )
        market.seed(past)


def test_on_the_first_day_a_purchase_is_small_and_the_banner_says_until_when(
    a_bot: MakeBot,
) -> None:
    server = LoopbackUpbit()
    seed(server)
    symbols = ("UPBIT_SYMBOLS=BTC/KRW", "TIMEFRAME=1m", "LANGUAGE=en")
    with running(upbit=server) as servers:
        bot = a_bot(env("live", servers, *symbols)).start(measured=False)
        bot.until(lambda status: status.status == "running", 60.0)
        answer = bot.buy({"venue": "upbit", "symbol": "BTC/KRW", "amount_quote": 300_000})
        assert answer.result == "done", answer.message
        assert "first_day" in answer.message
        bot.until(lambda _: bool(server.truth.trades), 30.0)
        assert bot.stop() == 0
    assert "first day upbit: entries of at most 50,000 KRW, 200,000 KRW in all" in bot.output()
    assert sum(trade.cost for trade in server.truth.trades) <= 50_100
