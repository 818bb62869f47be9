"""Only the exchanges that we trade are loaded, and nothing else of ccxt is missing."""

import subprocess
import sys

import pytest

LOADED = """
import sys
from trader.venues.real.library import ccxt_pro
ccxt = ccxt_pro({wanted})
print(sorted(n for n, c in vars(ccxt).items() if n in ccxt.exchanges and c is not None))
print(ccxt.kraken is not None, ccxt.NetworkError.__name__)
"""


def _said(wanted: str) -> list[str]:
    """In a process of its own: this one has all of ccxt already."""
    code = LOADED.format(wanted=wanted)
    return subprocess.check_output([sys.executable, "-c", code], text=True).splitlines()


def test_the_others_are_not_loaded() -> None:
    found, rest = _said("{'upbit', 'binance', 'binanceusdm'}")
    assert found == "['binance', 'binanceusdm', 'upbit']"
    assert rest.startswith("False NetworkError")


def test_an_exchange_that_needs_another_one_brings_all() -> None:
    """`binanceusdm` is a child of `binance`."""
    found, rest = _said("{'binanceusdm'}")
    assert "kraken" in found
    assert rest.startswith("True NetworkError")


@pytest.mark.parametrize("venue", ["upbit", "binance_spot", "binance_futures"])
def test_connections_are_made_of_it(venue: str) -> None:
    code = (
        "import sys, asyncio\n"
        "from trader.venues.real.addresses import Addresses\n"
        "from trader.venues.real.connection import Keys, connected\n"
        f"x = connected({venue!r}, Addresses(), Keys())\n"
        "print(x.id, sys.modules['ccxt.pro'].kraken)\n"
        "asyncio.run(x.close())"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert said[1] == "None"
    assert said[0] in ("upbit", "binance", "binanceusdm")
