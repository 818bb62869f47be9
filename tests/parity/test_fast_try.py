"""x"""
from __future__ import annotations
from typing import Any
from hypothesis import given, settings
from tests.parity.comparing import plan
from tests.parity.test_worlds import cases, CATALOGUE
from tests.parity.worlds import H1, series_of
from trader.backtest.run import run
from trader.backtest import fast


@settings(max_examples=400, deadline=None, derandomize=True)
@given(cases())
def test_worlds(case: Any) -> None:
    venue, worlds, names, wanted = case
    quote = "KRW" if venue == "upbit" else "USDT"
    series = [series_of(f"{venue}:{base}/{quote}", w) for base, w in zip(("BTC", "ETH", "XRP"), worlds)]
    p = plan(series, H1, names, wanted)
    a, b = run(p, catalogue=CATALOGUE), fast.run(p, catalogue=CATALOGUE)
    x, y = a.in_exit_order(), b.in_exit_order()
    f = lambda t: (t.key, t.strategy, t.direction, t.entry_time, t.exit_time, str(t.exit_reason))
    assert [f(t) for t in x] == [f(t) for t in y]
    for t, u in zip(x, y):
        for n in ("entry_price", "exit_price", "quantity", "leverage", "fees", "pnl"):
            assert abs(float(getattr(t, n)) - float(getattr(u, n))) <= 1e-9 * abs(float(getattr(t, n))) + 1e-12 * float(t.entry_price * t.quantity), n
    assert dict(a.no_entry_reasons) == dict(b.no_entry_reasons)
    assert a.exposed == b.exposed and a.time.tolist() == b.time.tolist()
    import numpy as np
    np.testing.assert_allclose(a.equity, b.equity, rtol=1e-9)
    np.testing.assert_allclose(a.cash, b.cash, rtol=1e-9, atol=1e-9*1e6)
