"""The schema as the page shows it: sections of settings, strategies' own thresholds among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from config.schema import GROUPS, Thresholds
from config.setting import Kind, Setting

THRESHOLDS = "thresholds"
MOST_FOUND = 25  # rows that a search shows at most


@dataclass(frozen=True, slots=True)
class Section:
    """Settings that stand together. `en` and `ko`: the title, empty for our own word."""

    name: str
    en: str
    ko: str
    trading: bool
    settings: tuple[Setting, ...]


def sections(strategies: Thresholds) -> tuple[Section, ...]:
    """All groups of the schema, and the thresholds that the strategies declare."""
    groups = [Section(g.name, g.en, g.ko, g.trading, g.settings) for g in GROUPS]
    own = tuple(_threshold(s, n, v) for s, names in strategies.items() for n, v in names.items())
    return (*groups, Section(THRESHOLDS, "", "", trading=True, settings=own))


def found(parts: Iterable[Section], text: str, language: str) -> list[tuple[Section, Setting]]:
    """What a search finds in names and meanings, an exact name alone; nothing for no text."""
    wanted = text.strip().lower()
    everything = [(part, one) for part in parts for one in part.settings]
    exact = [pair for pair in everything if pair[1].name.lower() == wanted]
    if exact or not wanted:
        return exact
    return [pair for pair in everything if _fits(pair[1], wanted, language)]


def free(setting: Setting) -> bool:
    """Whether a command may change it: no secret, and in force without a restart."""
    return setting.hot and not setting.secret


def meaning(setting: Setting, language: str) -> str:
    """What it is, in the viewer's language."""
    return setting.ko if language == "ko" else setting.en


def _fits(setting: Setting, wanted: str, language: str) -> bool:
    words = f"{setting.name} {meaning(setting, language)}".lower()
    return all(word in words for word in wanted.split())


def _threshold(strategy: str, name: str, value: float) -> Setting:
    return Setting(
        f"{strategy}_{name}".upper(), Kind.NUMBER, value, en="", ko="", inside=f"{strategy}.{name}"
    )
