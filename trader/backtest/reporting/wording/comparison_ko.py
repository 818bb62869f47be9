"""What a comparison of runs says, in Korean."""

COMPARISON: dict[str, str] = {
    "strategy": "전략",
    "cmp.title": "비교",
    "cmp.heading": "실행 {runs}개 비교",
    "cmp.asked": "다르게 지정한 것",
    "cmp.asked_same": "지정한 것은 모두 같습니다.",
    "cmp.data_same": "캔들이 같습니다.",
    "cmp.data_differ": "캔들이 다릅니다. 다른 캔들의 지표는 조심해서 비교해야 합니다.",
    "cmp.quotes_differ": "결제 통화가 달라 금액은 비교하지 않습니다.",
    "cmp.figures": "지표",
    "cmp.arrows": "▲ A보다 좋음, ▼ A보다 나쁨. 화살표가 없으면 같거나 좋고 나쁨이 없습니다",
    "cmp.equity": "100에서 시작한 자산",
    "cmp.equity_hint": "실행마다 자기 기간 위에, 자본을 100으로",
    "cmp.trades": "A와 {letter}의 거래",
    "cmp.trades_line": "거래: A와 {letter}에서 같은 것 {same}건, 크기만 다른 것 {resized}건, "
    "결과가 다른 것 {different}건, "
    "A에만 {first}건, {letter}에만 {other}건.",
    "cmp.different": "양쪽에 있으나 결과가 다름(A와 {letter})",
    "cmp.only": "{letter}에만 있음",
    "cmp.first_of": "전체 {all}건 중 처음 {shown}건. --json에 전부",
}
