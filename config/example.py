"""Writes `.env.example` from the table of settings: `python -m config.example > .env.example`.

Every line that sets something is commented out and holds the default, so a copy changes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from config.env_file import ABSENT
from config.presets import NAMED
from config.reading import Context
from config.schema import GROUPS, VENUES, key_of
from config.setting import Group, Setting, text_of
from config.settings import Settings, load

_HEAD = """\
# Settings of the trading bot. Copy this file to .env and take the # away from what you change.
# 이 파일을 .env 로 복사한 뒤, 바꿀 줄의 맨 앞 # 을 지우세요.
#
# A trading parameter is looked up with the venue's prefix (UPBIT_, BINANCE_SPOT_,
# BINANCE_FUTURES_), then CRYPTO_ (all venues), then in the preset, then its default.
# 거래 값은 거래소 접두어 → CRYPTO_(전체) → 프리셋 → 기본값 순서로 찾습니다.
#
# Fractions are fractions: 0.05 is 5 %. Switches take yes or no. Lists have commas.
# 비율은 소수로 씁니다(0.05 = 5 %). 스위치는 yes/no, 목록은 쉼표로 구분합니다.
#
# hot (즉시 반영): in force within one loop after the file is saved.
# restart (재시작): noticed, and in force after a restart.
# The file is checked as a whole: with one wrong line nothing of it is applied.
# 한 줄이라도 잘못되면 아무것도 적용되지 않고, 줄 번호와 이유가 표시됩니다.
#
# A strategy's own thresholds are set as PREFIX_STRATEGY_NAME, for example
# 전략별 기준값은 접두어_전략_이름 으로 지정합니다. 예:
#   CRYPTO_RSI_REVERSION_RSI_LOW=25
"""


def example() -> str:
    """The whole text of `.env.example`."""
    defaults = load(ABSENT, {}, Context())  # no strategies known: no preset, plain defaults
    parts = [_HEAD, *(_group(group, defaults) for group in GROUPS)]
    return "\n".join(parts)


def _group(group: Group, defaults: Settings) -> str:
    title = f"# ── {group.en} / {group.ko} "
    lines = [title + "─" * max(4, 90 - len(title)), "#"]
    for setting in group.settings:
        lines += _explained(setting)
        lines += [f"# {line}" for line in _lines(setting, group, defaults)]
        lines.append("#")
    return "\n".join(lines[:-1]) + "\n"


def _explained(setting: Setting) -> Iterator[str]:
    yield f"# {setting.en}"
    yield f"# {setting.ko}"
    facts = [f"unit: {setting.unit}"] if setting.unit else []
    facts += [f"range: {setting.allowed()}"] if setting.allowed() else []
    facts += [_elsewhere(setting)] if _elsewhere(setting) else []
    facts.append("hot (즉시 반영)" if setting.hot else "restart (재시작)")
    yield "# " + " | ".join(facts)


def _elsewhere(setting: Setting) -> str:
    """Where else its value may come from: presets, and defaults of live trading."""
    name = setting.attribute
    presets = [
        f"{preset.name} {text_of(setting, preset.values[name])}"
        for preset in NAMED
        if name in preset.values
    ]
    live = [
        " ".join(filter(None, ("live", case.partition(":")[2], text_of(setting, value))))
        for case, value in setting.cases.items()
        if case.startswith("live")
    ]
    return "preset: " + ", ".join(presets) if presets else ", ".join(live)


def _lines(setting: Setting, group: Group, defaults: Settings) -> list[str]:
    """`KEY=default`, once for all venues, or once for each when their defaults differ."""
    if not group.trading:
        return [f"{setting.name}={text_of(setting, setting.default)}"]
    texts = {v: text_of(setting, defaults.parameters[v][setting.attribute]) for v in VENUES}
    if len(set(texts.values())) == 1:
        return [f"{key_of('crypto', setting.attribute)}={texts[VENUES[0]]}"]
    return [f"{key_of(venue, setting.attribute)}={text}" for venue, text in texts.items()]


if __name__ == "__main__":
    sys.stdout.buffer.write(example().encode("utf-8"))
