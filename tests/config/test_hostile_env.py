"""Whatever happens to the bytes of a `.env`, it is accepted whole or refused whole, in silence
about its secrets."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.env_edit import edited, without_secrets
from config.env_file import parse
from config.errors import SettingsError
from config.schema import TRADING
from config.settings import Settings, load
from tests.config.builders import DAEMON

MARKER = "Zq8Xw3Nv5Ty7Rb2M"
GOOD = f"""\
# my settings
MODE=paper
VENUES=upbit,binance_spot
UPBIT_ACCESS_KEY={MARKER}a
UPBIT_SECRET_KEY="{MARKER}b"
LANGUAGE=ko
DATABASE_URL=postgresql://bot:{MARKER}c@127.0.0.1/trader
PANEL_PASSWORD='{MARKER}d' # of the panel

CRYPTO_STRATEGY_PRESET=day
CRYPTO_K_VALUE=0.45
UPBIT_STRATEGIES=breakout:0.6,rsi_reversion:0.4
UPBIT_RSI_REVERSION_BUY_BELOW=25
CRYPTO_TAKE_PROFIT_PERCENT=0.03
CRYPTO_SYMBOLS=BTC,ETH
TIMEZONE=Asia/Seoul
""".encode()
quick = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


def outcome(data: bytes) -> Settings | str:
    """Settings, or the refusal; anything else that is raised fails the test."""
    try:
        return load(parse(data), {}, DAEMON)
    except SettingsError as error:
        return str(error)


def check(data: bytes) -> None:
    result = outcome(data)
    text = result if isinstance(result, str) else repr(result)
    pieces = {MARKER[i : i + 8] for i in range(len(MARKER) - 7)}
    assert not [piece for piece in pieces if piece in text]
    if isinstance(result, Settings):
        assert {len(values) for values in result.parameters.values()} == {len(TRADING) + 1}
        assert all(0.1 <= values["k_value"] <= 1.5 for values in result.parameters.values())


def test_the_file_itself_is_good() -> None:
    assert isinstance(outcome(GOOD), Settings)
    check(GOOD)


def test_every_truncation_is_accepted_or_refused() -> None:
    for length in range(len(GOOD)):
        check(GOOD[:length])


@quick
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=4))
def test_changed_bytes_are_accepted_or_refused(flips: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for place, byte in flips:
        data[place] = byte
    check(bytes(data))


@quick
@given(st.binary(max_size=200))
def test_any_bytes_are_accepted_or_refused(data: bytes) -> None:
    outcome(data)


LINES = GOOD.decode().splitlines(keepends=True)


@quick
@given(st.lists(st.sampled_from([*LINES, "\n", "'", "\ufeff", "=", "A=", '"\r'])))
def test_any_order_and_repetition_of_lines_is_accepted_or_refused(lines: list[str]) -> None:
    check("".join(lines).encode())


@quick
@given(st.text(max_size=60) | st.text("\\'\"# a0", max_size=12))
@example("\\\\0")
def test_a_value_that_can_be_written_is_read_back_the_same(text: str) -> None:
    try:
        data = edited(GOOD, {"PANEL_PASSWORD": text})
    except SettingsError:
        return
    assert parse(data).entries["PANEL_PASSWORD"].text == text
    assert len(data.splitlines()) == len(GOOD.splitlines())


@quick
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=1))
def test_a_kept_version_holds_no_secret_of_a_readable_file(flips: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for place, byte in flips:
        data[place] = byte
    if not parse(bytes(data)).problems and isinstance(outcome(bytes(data)), Settings):
        assert MARKER.encode() not in without_secrets(bytes(data))
