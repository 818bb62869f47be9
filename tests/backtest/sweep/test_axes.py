"""`--grid` texts: which values they mean, and what is refused in one sentence."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.reading import Context
from trader.backtest.choices import declared
from trader.backtest.sweep.axes import axes_of
from trader.domain.errors import BadInput

CONTEXT = Context(declared(), "backtest")
PREFIXES = ("CRYPTO_", "UPBIT_")


def cells(text: str) -> tuple[str, ...]:
    """The values of one axis as `grid.csv` shows them."""
    return axes_of([text], CONTEXT, PREFIXES)[0].cells


MEANT = [
    ("k_value=0.40:0.60:0.05", ("0.4", "0.45", "0.5", "0.55", "0.6")),
    ("K_Value = 0.4 , 0.5", ("0.4", "0.5")),
    ("upbit_k_value=0.4", ("0.4",)),
    ("k_value=0.1:0.5:0.15", ("0.1", "0.25", "0.4")),
    ("max_positions=1:4:1", ("1", "2", "3", "4")),
    ("max_holding=0:7200:3600", ("0.0", "3600.0", "7200.0")),
    ("sizing=turtle,kelly", ("turtle", "kelly")),
    ("ema_filter=yes,no", ("yes", "no")),
    ("strategy_preset=day,none", ("day", "none")),
    ("strategies=breakout,pullback", ("breakout", "pullback")),
    ("strategies=breakout:0.5,pullback", ("breakout:0.5", "pullback")),
    ("atr_filter_timeframe=1h,4h", ("1h", "4h")),
    ("fee=venue,0.001", ("venue", "0.001")),
    ("rsi_reversion_rsi_low=20:40:10", ("20.0", "30.0", "40.0")),
    ("consecutive_loss_pause=1e3:2e3:1e3", ("1000.0", "2000.0")),
]


@pytest.mark.parametrize(("text", "wanted"), MEANT)
def test_texts_mean_these_values(text: str, wanted: tuple[str, ...]) -> None:
    assert cells(text) == wanted


REFUSED = [
    ("k_value", "write it as key=from:to:step"),
    ("=1,2", "write it as key=from:to:step"),
    ("k_value=", "write it as key=from:to:step"),
    ("k_valeu=0.4", "did you mean K_VALUE?"),
    ("nothing_like_it=1", "no trading parameter; see --help"),
    ("mode=live", "no trading parameter"),
    ("timeframe=1h,4h", "needs other candles for each value; sweep each timeframe"),
    ("symbols=BTC/KRW", "needs other candles"),
    ("k_value=0.4:0.6", "write it as k_value=from:to:step"),
    ("k_value=0.4:0.6:0", "the step must be above 0"),
    ("k_value=0.4:0.6:-0.1", "the step must be above 0"),
    ("k_value=0.6:0.4:0.1", "ends below where it begins"),
    ("k_value=a:b:c", "is no number"),
    ("k_value=0:1e300:1", "too large"),
    ("k_value=0:1:1e-300", "too small"),
    ("k_value=0.1:1:1e-9", "more than 1,000,000"),
    ("k_value=0.4,,0.5", "empty part"),
    ("k_value=0.4,0.40", "names 0.4 twice"),
    ("k_value=0.4,9", "K_VALUE=9: is out of range, allowed: 0.1 to 1.5"),
    ("k_value=nan", "is no number"),
    ("take_profit_percent=1:5:1", "must be a fraction: 0.05 is 5 %"),
    ("max_positions=1.5", "is no whole number"),
    ("sizing=turtel", "did you mean turtle?"),
    ("strategy_preset=dai", "scalping"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_is_wrong_refuses_the_sweep_with_one_sentence(text: str, reason: str) -> None:
    with pytest.raises(BadInput) as refused:
        axes_of([text], CONTEXT, PREFIXES)
    assert reason.lower() in str(refused.value).lower()
    assert "\n" not in str(refused.value)


def test_one_parameter_twice_and_too_many_combinations_are_refused() -> None:
    with pytest.raises(BadInput, match="names the same parameter twice"):
        axes_of(["k_value=0.4", "K_VALUE=0.5"], CONTEXT)
    wide = ["max_positions=0:1000:1", "cooldown_candles=0:1000:1"]
    with pytest.raises(BadInput, match="1,002,001 combinations: more than 1,000,000"):
        axes_of(wide, CONTEXT)


@given(
    first=st.integers(0, 10_000),
    step=st.integers(1, 500),
    count=st.integers(1, 60),
    places=st.integers(0, 6),
)
def test_steps_are_exact_decimals_with_both_ends(
    first: int, step: int, count: int, places: int
) -> None:
    """Every value is the float nearest to its decimal, never 0.5999999999999999."""
    unit = Decimal(1).scaleb(-places)
    values = [(first + n * step) * unit for n in range(count)]
    text = f"bb_breakout_volume={values[0]:f}:{values[-1]:f}:{step * unit:f}"
    assert cells(text) == tuple(repr(float(value)) for value in values)


@given(st.text(max_size=40))
def test_any_text_is_values_or_one_sentence(text: str) -> None:
    for full in (text, f"k_value={text}", f"strategies={text}", f"majors={text}"):
        with suppress(BadInput):
            assert cells(full)
