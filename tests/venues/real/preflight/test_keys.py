"""What the real ccxt is told about keys by loopback exchanges, and what is made of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.exchanges.binance.signing import ApiKey
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.server import served
from tests.exchanges.upbit.exchange import LoopbackUpbit
from tests.exchanges.upbit.keys import ACCOUNTS, ORDERS, TRADES, WITHDRAWALS
from tests.venues.real.preflight.asking import (
    VENUES,
    asking,
    exchange_of,
    failed,
    inspect,
    keys_of,
)
from trader.domain.finding import Mark
from trader.domain.time import DAY
from trader.venues.real.connection import Keys
from trader.venues.real.preflight.inquiry import AWAY
from trader.venues.real.preflight.inspection import inspected

GOOD = {"clock_right", "key_accepted", "balance", "may_trade", "may_not_withdraw"}
BINANCE = VENUES[1:]


@pytest.mark.parametrize("venue", VENUES)
async def test_a_good_account_has_nothing_against_it(venue: str) -> None:
    server = exchange_of(venue)
    found = await inspect(venue, server)
    assert set(found) >= GOOD
    assert {finding.mark for finding in found.values()} == {Mark.OK}
    assert not server.truth.orders
    assert {asked.method for asked in server.log} <= {"GET", "POST"}
    assert [a.path for a in server.log if a.method == "POST"] in ([], ["/v1/orders/test"])


@pytest.mark.parametrize("venue", VENUES)
@pytest.mark.parametrize(("live", "mark"), [(True, Mark.FAIL), (False, Mark.WARN)])
async def test_a_key_that_may_withdraw(venue: str, live: bool, mark: Mark) -> None:
    server = exchange_of(venue, ApiKey(withdrawals=True))
    if isinstance(server, LoopbackUpbit):
        server.key.scopes |= {WITHDRAWALS}
    found = await inspect(venue, server, live=live)
    assert found["may_withdraw"].mark is mark
    assert "may_not_withdraw" not in found
    assert failed(found) == ({"may_withdraw"} if live else set())


WRONG = {"upbit": "jwt_verification", "binance_spot": "-1022", "binance_futures": "-1022"}


@pytest.mark.parametrize("venue", VENUES)
async def test_a_wrong_secret_is_told_once(venue: str) -> None:
    server = exchange_of(venue)
    keys = replace(keys_of(server), secret="another-secret-of-nobody")  # noqa: S106
    found = await inspect(venue, server, keys)
    assert failed(found) == {"secret_wrong"}
    assert WRONG[venue] in str(found["secret_wrong"].values["detail"])
    assert "key_accepted" not in found
    assert "clock_right" in found


@pytest.mark.parametrize(
    ("venue", "code"),
    [("upbit", "key_unknown"), ("binance_spot", "key_or_address"),
     ("binance_futures", "key_or_address")],
)  # fmt: skip
async def test_a_key_that_nobody_knows(venue: str, code: str) -> None:
    """Binance says the same of an unknown key, of a foreign address and of a missing right."""
    found = await inspect(venue, exchange_of(venue), Keys("x" * 64, "y" * 64))
    assert failed(found) == {code}


@pytest.mark.parametrize("venue", BINANCE)
async def test_a_malformed_key_of_binance(venue: str) -> None:
    assert failed(await inspect(venue, exchange_of(venue), Keys("a-b c", "y"))) == {"key_unknown"}


async def test_a_key_used_from_an_address_that_is_not_on_its_list() -> None:
    server = LoopbackUpbit()
    server.key.wrong_ip = True
    assert failed(await inspect("upbit", server)) == {"address_refused"}


async def test_an_expired_key_and_one_that_ends_soon() -> None:
    server = LoopbackUpbit()
    server.key.expires = server.truth.clock.now() - DAY
    assert failed(await inspect("upbit", server)) == {"key_expired"}
    server = LoopbackUpbit()
    server.key.expires = server.truth.clock.now() + 7 * DAY + DAY // 2
    found = await inspect("upbit", server)
    assert found["key_ends_soon"].mark is Mark.WARN
    assert found["key_ends_soon"].values["days"] == 7
    assert not failed(found)


@pytest.mark.parametrize(
    ("scope", "right"), [(ACCOUNTS, "balances"), (ORDERS, "orders"), (TRADES, "trading")]
)
async def test_a_right_that_an_upbit_key_lacks_is_named(scope: str, right: str) -> None:
    server = LoopbackUpbit()
    server.key.scopes -= {scope}
    found = await inspect("upbit", server)
    assert failed(found) == {"right_missing"}
    assert found["right_missing"].values["right"] == right
    assert "may_not_withdraw" in found


async def test_too_little_money_for_the_probe_is_no_word_about_the_right_to_trade() -> None:
    server = exchange_of("upbit", cash="100")
    found = await inspect("upbit", server)
    assert [asked.status for asked in server.asked("POST", "/v1/orders/test")] == [400]
    assert found["may_trade"].mark is Mark.OK
    assert failed(found) == {"balance_too_small"}


async def test_rights_that_a_binance_key_lacks() -> None:
    found = await inspect("binance_spot", exchange_of("binance_spot", ApiKey(spot=False)))
    assert failed(found) == {"right_missing"}
    assert found["right_missing"].values["right"] == "spot"
    found = await inspect("binance_futures", exchange_of("binance_futures", ApiKey(futures=False)))
    assert failed(found) == {"key_or_address", "right_missing"}
    assert found["right_missing"].values["right"] == "futures"


@pytest.mark.parametrize("venue", BINANCE)
async def test_a_key_for_every_address_is_a_warning(venue: str) -> None:
    found = await inspect(venue, exchange_of(venue, ApiKey(ip_bound=False)))
    assert found["addresses_open"].mark is Mark.WARN
    assert not failed(found)


@pytest.mark.parametrize("venue", BINANCE)
async def test_a_test_network_tells_no_rights_and_is_not_asked(venue: str) -> None:
    server = exchange_of(venue)
    found = await inspect(venue, server, wallet=False, live=False)
    assert found["rights_not_told"].mark is Mark.OK
    assert not server.asked("GET", "/sapi/v1/account/apiRestrictions")


@pytest.mark.parametrize("venue", VENUES)
@pytest.mark.parametrize(
    ("trouble", "code"),
    [(Trouble.MAINTENANCE, "maintenance"), (Trouble.LIMITED, "throttled"),
     (Trouble.BROKEN_JSON, "unanswered"), (Trouble.ERROR_HTML, "unanswered"),
     (Trouble.LOST_BEFORE, "unanswered")],
)  # fmt: skip
async def test_an_exchange_in_trouble_is_no_word_about_the_key(
    venue: str, trouble: Trouble, code: str
) -> None:
    server = exchange_of(venue)
    fault = server.fault(trouble, "GET", ".*", times=0)
    found = await inspect(venue, server)
    assert fault.fired >= 3
    assert failed(found) == {code}
    assert code in AWAY


@pytest.mark.parametrize("venue", VENUES)
async def test_one_question_that_hangs_hides_no_other(venue: str) -> None:
    paths = {"upbit": "/v1/accounts", "binance_spot": "/api/v3/account",
             "binance_futures": "/fapi/v3/balance"}  # fmt: skip
    server = exchange_of(venue)
    fault = server.fault(Trouble.HANG, "GET", paths[venue], times=0)
    found = await inspect(venue, server, patience=1.0)
    assert fault.fired
    assert failed(found) == {"unanswered"}
    assert set(found) >= {"clock_right", "may_trade", "may_not_withdraw"}


@pytest.mark.parametrize("venue", VENUES)
async def test_nobody_there(venue: str) -> None:
    server = exchange_of(venue)
    async with served(server):
        pass  # it has an address, and is gone again
    async with asking(venue, server) as inquiry:
        found = await inspected(inquiry, 5.0)
    assert [(f.code, f.values["detail"]) for f in found] == [("unanswered", "no connection")]
