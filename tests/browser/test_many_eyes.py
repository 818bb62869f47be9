"""What every window must keep: one truth, plain text, readable colours, a way by keyboard."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.bridge.panel import samples as views
from tests.browser.panel import Panel
from tests.browser.stage import Stage
from tests.browser.viewer import PHONE, Viewer
from tests.dashboard import samples

HOSTILE = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script> **b** :red[x]"
CONTRAST = Path(__file__).with_name("contrast.js").read_text("utf-8")
GREEN, RED = (0x0F, 0x7B, 0x6C), (0xC6, 0x28, 0x28)  # up: international, Korean


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A bot with two positions and a hostile log."""
    with Stage(tmp_path_factory.mktemp("eyes")).moving() as one:
        samples.write_log(one.logs, samples.entry(HOSTILE, "error", "venues", code=HOSTILE))
        yield one


@pytest.fixture(scope="module")
def served(staged: Panel) -> Panel:
    """The panel on its folder."""
    return staged


def test_two_windows_agree(look: Callable[..., Viewer], stage: Stage) -> None:
    desk, phone = look().open("commands"), look(viewport=PHONE).open()
    phone.get_by_role("button", name="Pause").first.click()
    until = time.monotonic() + 30
    while stage.waiting() is None and time.monotonic() < until:
        time.sleep(0.05)
    stage.status["status"] = "paused"
    stage.answer("done", "nothing is bought")
    for tab in (desk, phone):
        expect(tab.get_by_text("Paused: nothing is bought").first).to_be_visible()
    expect(desk.locator("td", has_text="nothing is bought").first).to_be_attached()
    desk.get_by_role("link", name="Overview").click()
    figures = [shown(tab.get_by_test_id("stMetricValue")) for tab in (desk, phone)]
    assert figures[0] == figures[1]
    assert len(figures[0]) > 5
    stage.status["status"] = "running"


def shown(found: Locator) -> list[str]:
    expect(found.first).to_be_visible()
    return found.all_inner_texts()


def test_a_hostile_log_line_is_shown_as_it_stands(look: Callable[..., Viewer]) -> None:
    tab = look().open("logs")
    expect(tab.locator("td", has_text="window.hacked").first).to_be_attached()
    box = tab.get_by_test_id("stDataFrame").bounding_box()
    assert box is not None
    tab.mouse.click(box["x"] + 17, box["y"] + 52)
    dialog = tab.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text(HOSTILE).first).to_be_visible()
    tab.keyboard.press("Escape")
    tab.get_by_text("By code").click()
    expect(tab.locator("td", has_text="window.hacked").first).to_be_attached()
    assert tab.evaluate("window.hacked") is None


def test_the_address_chooses_the_language(look: Callable[..., Viewer]) -> None:
    tab = look().open("health", lang="ko")
    expect(tab.get_by_text("매매 전 점검")).to_be_visible()
    assert look(locale="ko-KR").open("health", lang="en").get_by_text("Checks before").count() == 1


def test_a_palette_changes_chart_and_table(look: Callable[..., Viewer]) -> None:
    tab = look().open("chart", symbol=views.KEY)
    drawn = (tab.locator(".candles"), tab.get_by_test_id("stDataFrame").last)
    expect(drawn[0]).to_be_visible()
    for one in drawn:
        until_painted(one, GREEN)
    tab.locator(".st-key-display button").first.click()
    tab.locator(".st-key-palette input").click()
    tab.get_by_role("option", name="Korean").click()
    tab.keyboard.press("Escape")
    for one in drawn:
        until_painted(one, RED)


def until_painted(one: Locator, colour: tuple[int, int, int]) -> None:
    until = time.monotonic() + 20
    while not painted(one, colour):
        assert time.monotonic() < until, "the colour is not there"
        time.sleep(0.2)


def painted(one: Locator, colour: tuple[int, int, int]) -> bool:
    """Whether a picture of an element has this colour, nearly."""
    image = Image.open(io.BytesIO(one.screenshot())).convert("RGB")
    found = image.getcolors(image.width * image.height) or []
    return any(
        max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) < 24
        for count, pixel in found
        if isinstance(pixel, tuple) and count > 2
    )


def test_the_emergency_stop_is_reached_by_keyboard(
    look: Callable[..., Viewer], stage: Stage
) -> None:
    tab = look().open()
    tab.locator("body").press("Tab")
    for _ in range(40):
        if "Emergency" in " ".join(tab.locator("button:focus").all_inner_texts()):
            break
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("dialog")).to_be_visible()
    taken = stage.waiting()
    assert taken is not None
    assert taken["args"] == {"close": False}
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("dialog")).to_be_visible()
    assert stage.waiting() == taken, "Enter closes nothing"
    stage.answer()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", ["", "health", "logs"])
def test_text_can_be_read(look: Callable[..., Viewer], scheme: str, page: str) -> None:
    tab = look(color_scheme=scheme).open(page)
    expect(tab.get_by_test_id("stMain").locator("p, pre, h3").first).to_be_visible()
    time.sleep(1.0)
    assert contrasts(tab) == []


def contrasts(tab: Page) -> list[str]:
    """Texts with less than 4.5:1 (large ones: 3:1), from computed styles."""
    found: list[str] = tab.evaluate(CONTRAST)
    return found


def test_torn_files_never_show_an_exception(look: Callable[..., Viewer], stage: Stage) -> None:
    over = threading.Event()
    thread = threading.Thread(target=tear, args=(stage, over))
    tabs = [look().open(page) for page in ("", "health", "logs")]
    thread.start()
    try:
        until = time.monotonic() + 5
        while time.monotonic() < until:
            for tab in tabs:
                assert tab.get_by_test_id("stException").count() == 0
            time.sleep(0.2)
    finally:
        over.set()
        thread.join()
    (stage.logs / "trading_bot.jsonl").write_text("")
    views.write_all(stage.data, time.time())
    for tab in tabs:
        expect(tab.locator(".clocks .clock.fresh").nth(1)).to_be_visible()


def tear(stage: Stage, over: threading.Event) -> None:
    """Write halves of everything, again and again, past the way that a bot writes."""
    files = [path for path in stage.data.rglob("*.json") if path.name != "wanted.json"]
    files.append(stage.logs / "trading_bot.jsonl")
    whole = {path: path.read_bytes() for path in files if path.exists()}
    share = 0
    while not over.is_set():
        share = (share + 37) % 100
        for path, content in whole.items():
            path.write_bytes(content[: len(content) * share // 100])
        (stage.data / "command.json").write_text(json.dumps({"id": share})[: share // 9])
        time.sleep(0.05)
    (stage.data / "command.json").unlink(missing_ok=True)
