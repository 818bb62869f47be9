"""The page of all pictures: a row a page, names from outside stay text."""

from __future__ import annotations

from tests.browser.album import Shot, index


def test_a_row_a_heading_wide_pictures_first() -> None:
    found = index(
        [
            Shot("why-phone.png", "why", "why", "en", "light", "phone"),
            Shot("chart.png", "chart", "chart", "ko", "dark", "wide"),
            Shot("why-wide.png", "why", "why", "en", "light", "wide"),
        ]
    )
    assert found.count("<section>") == 2
    places = [found.index(f'src="{name}.png"') for name in ("why-wide", "why-phone", "chart")]
    assert places == sorted(places)
    assert "chart · ko · dark · wide" in found


def test_a_name_is_no_markup() -> None:
    assert "<b>" not in index([Shot("<b>.png", "<b>", "<b>", "en", "light", "wide")])
