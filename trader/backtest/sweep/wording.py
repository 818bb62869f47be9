"""What a sweep says to people, in English and Korean."""

from __future__ import annotations

from trader.backtest.reporting.wording import Say, said_in

_ENGLISH = {
    "combinations": "{count} combinations of {keys}",
    "limits_off": "Loss limits are off in a sweep unless you set them; off are: {names}.",
    "going_on": "going on with {folder}: {done} of {count} combinations are done",
    "best": "Best by {objective}: {value} with {cells}",
    "no_best": "No combination made at least {least} trades with a defined {objective}: "
    "there is none to choose.",
    "aside": "Set aside, because each ended its worker three times: {names}",
    "caution": "The best of many tries looks better than it is: check it on candles that the "
    "sweep has not seen.",
    "maps": "Heat maps of {objective}",
    "maps_hint": "each cell shows the best value over all other parameters; empty: left out, "
    "undefined or fewer than {least} trades",
    "map_title": "{rows} (down) by {columns} (across)",
    "too_large": "{rows} by {columns} has {cells} cells, too many for a picture: see grid.csv.",
    "leaders": "The best combinations",
    "value": "value",
    "grid": "grid",
}
_KOREAN = {
    "combinations": "{keys}의 조합 {count}개",
    "limits_off": "스윕에서는 직접 지정하지 않은 손실 한도를 끕니다. 꺼진 한도: {names}.",
    "going_on": "이어서 진행: {folder} (조합 {count}개 중 {done}개 완료)",
    "best": "{objective} 기준 최고: {value} ({cells})",
    "no_best": "거래가 {least}회 이상이고 {objective} 값이 있는 조합이 없어 고를 수 없습니다.",
    "aside": "작업 프로세스를 세 번 종료시켜 제외한 조합: {names}",
    "caution": "여러 번 시도한 것 중 최고는 실제보다 좋아 보입니다. 스윕에 쓰지 않은 캔들로 "
    "확인하세요.",
    "maps": "{objective} 히트맵",
    "maps_hint": "각 칸은 나머지 파라미터 중 최고값. 빈 칸: 제외됨, 값 없음, 또는 거래 {least}회 "
    "미만",
    "map_title": "{rows} (세로) × {columns} (가로)",
    "too_large": "{rows} × {columns}: 칸이 {cells}개라 그림으로 보이지 않습니다. grid.csv를 "
    "보세요.",
    "leaders": "상위 조합",
    "value": "값",
    "grid": "전체 조합",
}


def wording(language: str) -> Say:
    """Texts of one language by key; unknown languages speak English."""
    return said_in(language, _ENGLISH, _KOREAN)
