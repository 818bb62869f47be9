"""Addresses of the exchanges in `.env`: one for requests, one for streams, either scheme."""

from tests.config.builders import loaded


def test_a_stream_follows_its_rest_address() -> None:
    system = loaded("UPBIT_API_URL=https://host:9001\nBINANCE_SPOT_WS_URL=ws://127.0.0.1:1").system
    assert system.endpoints("upbit") == ("https://host:9001", "wss://host:9001")
    assert system.endpoints("binance_spot") == ("", "ws://127.0.0.1:1")
    assert system.endpoints("binance_futures") == ("", "")


def test_either_scheme_will_do() -> None:
    """Requests and streams at one port: people write it as they think of it."""
    both = "UPBIT_API_URL=ws://127.0.0.1:1/\nUPBIT_WS_URL=http://127.0.0.1:2"
    assert loaded(both).system.endpoints("upbit") == ("http://127.0.0.1:1", "ws://127.0.0.1:2")
    secure = loaded("BINANCE_FUTURES_API_URL=wss://host\nBINANCE_FUTURES_WS_URL=https://other")
    assert secure.system.endpoints("binance_futures") == ("https://host", "wss://other")
