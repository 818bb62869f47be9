"""Every file of `data/panel/` is read, with its age, and again only when it was written again."""

import json
from pathlib import Path

import pytest

from tests.bridge.panel import samples
from tests.bridge.test_client import FakeClock
from trader.bridge.panel import names
from trader.bridge.panel.client import PanelClient

AT = 1_698_400_900.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(AT)


@pytest.fixture
def client(tmp_path: Path, clock: FakeClock) -> PanelClient:
    return PanelClient(tmp_path, clock, clock.sleep)


def test_before_the_first_file_everything_is_unknown(client: PanelClient) -> None:
    readings = (client.why(), client.settings(), client.health(), client.agenda())
    assert [(one.value, one.age) for one in readings] == [(None, None)] * 4
    assert client.trades().rows == ()
    assert client.trades().error == "trades.jsonl is not there"


def test_every_sample_is_read(tmp_path: Path, client: PanelClient, clock: FakeClock) -> None:
    samples.write_all(tmp_path, AT)
    clock.now += 4
    readings = (
        client.why(), client.settings(), client.health(), client.agenda(), client.optimisations(),
        client.chart(samples.KEY), client.account(), client.commands(),
    )  # fmt: skip
    assert [(one.age, one.error) for one in readings] == [(4.0, None)] * 8
    assert (len(client.trades().rows), len(client.equity().rows)) == (30, 120)


def test_values_keep_their_meaning(tmp_path: Path, client: PanelClient) -> None:
    samples.write_all(tmp_path, AT)
    chart, health = client.chart(samples.KEY).value, client.health().value
    assert chart is not None
    assert health is not None
    assert chart.forming is not None
    assert chart.shade[0].end - chart.shade[0].start == 20 * samples.CANDLE
    assert chart.overlays[0].points[0][1] is None
    assert health.venues["binance_spot"].p50_ms is None
    assert health.venues["upbit"].budget_limit == 600.0


def test_a_file_is_parsed_once_while_it_stays(tmp_path: Path, client: PanelClient) -> None:
    writer = samples.write_all(tmp_path, AT)
    first = client.why().value
    assert client.why().value is first
    writer.put(names.WHY, samples.why(AT + 5))
    second = client.why().value
    assert second is not first
    assert second is not None
    assert second.timestamp == AT + 5


def test_a_spoilt_file_leaves_the_last_good_one(tmp_path: Path, client: PanelClient) -> None:
    writer = samples.write_all(tmp_path, AT)
    client.health()
    (writer.folder / names.HEALTH).write_text('{"timestamp": 1}')
    reading = client.health()
    assert reading.value is not None
    assert "health.json cannot be read" in str(reading.error)


def test_a_symbol_leads_to_no_other_folder() -> None:
    assert names.chart_name("upbit:BTC/KRW") == "charts/upbit__BTC-KRW.json"
    assert names.chart_name("upbit:../../x/../y").count("/") == 1


def test_a_wish_is_written_renewed_and_forgotten(
    tmp_path: Path, client: PanelClient, clock: FakeClock
) -> None:
    writer = samples.write_all(tmp_path, AT)
    other = PanelClient(tmp_path, clock, clock.sleep)
    client.want([samples.KEY])
    written = (writer.folder / names.WANTED).stat().st_mtime_ns
    client.want([samples.KEY])
    assert (writer.folder / names.WANTED).stat().st_mtime_ns == written
    clock.now += 5
    other.want(["upbit:ETH/KRW"])
    assert _wanted(writer.folder) == {samples.KEY: AT, "upbit:ETH/KRW": AT + 5}
    clock.now += 27
    other.want(["upbit:ETH/KRW"])
    assert _wanted(writer.folder) == {"upbit:ETH/KRW": AT + 32}


def test_nothing_is_wished_of_a_bot_that_never_ran(tmp_path: Path, client: PanelClient) -> None:
    client.want([samples.KEY])
    assert list(tmp_path.iterdir()) == []


def _wanted(folder: Path) -> dict[str, float]:
    found: dict[str, float] = json.loads((folder / names.WANTED).read_text())["charts"]
    return found
