"""Korean of walk-forward, sensitivity and the checks of a strategy."""

KOREAN: dict[str, str] = {
    "k.title": "{strategy}: 검사 {judged}개 중 {passed}개 통과",
    "k.ok": "통과",
    "k.failed": "실패",
    "k.open": "판단 안 함",
    "k.runs": "실행",
    "k.runs.ok": "캔들이 없거나 적을 때, 가격이 멈춰 있을 때도 대답합니다.",
    "k.runs.all": "{error} 오류로 멈췄습니다({line}행). 먼저 고쳐 주세요.",
    "k.runs.none": "캔들이 없으면 {error} 오류로 멈춥니다({line}행). 빈 배열로 대답하게 하세요.",
    "k.runs.one": "캔들 1개에서 {error} 오류로 멈춥니다({line}행). 신규 상장이 그렇습니다.",
    "k.runs.two": "캔들 2개에서 {error} 오류로 멈춥니다({line}행). 신규 상장이 그렇습니다.",
    "k.runs.few": "워밍업보다 캔들이 적으면 {error} 오류로 멈춥니다({line}행). 첫 캔들부터 "
    "물어봅니다.",
    "k.runs.still": "가격이 멈춰 있으면 {error} 오류로 멈춥니다({line}행). 그때 변동폭이나 "
    "편차는 0입니다.",
    "k.shape": "캔들마다 한 행",
    "k.shape.ok": "모든 열이 캔들마다 한 행이고 종류가 맞습니다.",
    "k.shape.no_raw": "signals()가 {what}을(를) 돌려주었습니다. Raw(...)를 돌려줘야 합니다.",
    "k.shape.failed": "{column}이(가) {what}입니다. 캔들마다 한 행인 배열로, 신호는 bool, 가격과 "
    "confidence는 float으로 만드세요.",
    "k.filters": "필터",
    "k.filters.ok": "필터가 모든 캔들을 판단합니다.",
    "k.filters.all": "필터가 {error} 오류로 멈췄습니다({line}행). 먼저 고쳐 주세요.",
    "k.filters.none": "캔들이 없으면 필터가 {error} 오류로 멈춥니다({line}행).",
    "k.filters.one": "캔들 1개에서 필터가 {error} 오류로 멈춥니다({line}행).",
    "k.filters.two": "캔들 2개에서 필터가 {error} 오류로 멈춥니다({line}행).",
    "k.filters.few": "워밍업 전에 필터가 {error} 오류로 멈춥니다({line}행).",
    "k.filters.still": "가격이 멈춰 있으면 필터가 {error} 오류로 멈춥니다({line}행).",
    "k.levels": "진입 가격",
    "k.levels.ok": "가격을 기다리는 곳에는 가격이 있습니다.",
    "k.levels.failed": "{row}행({time} UTC)에서 {side}가 켜져 있는데 {column}이(가) 가격이 "
    "아닙니다. 바로 사게 됩니다. 가격이 정해지지 않은 행에서는 {side}를 끄세요.",
    "k.untouched": "캔들을 건드리지 않음",
    "k.untouched.ok": "보고 난 뒤에도 캔들이 그대로입니다.",
    "k.untouched.failed": "캔들({column})에 값을 썼습니다. 복사본에서 계산하세요.",
    "k.clock": "시계를 보지 않음",
    "k.clock.ok": "시간은 캔들에서만 압니다.",
    "k.clock.no_source": "이 전략의 소스를 읽을 수 없었습니다.",
    "k.clock.failed": "{line}행이 시계를 봅니다({name}). 백테스트에서는 오늘로 대답하게 됩니다. "
    "chart.time을 쓰세요.",
    "k.determinism": "두 번 물어도 같은 대답",
    "k.determinism.ok": "두 번 물어도 같습니다.",
    "k.determinism.failed": "같은 캔들을 두 번 물으니 {row}행({time} UTC)부터 {column}이(가) "
    "다릅니다. 난수와 signals() 밖에 남겨 둔 값을 없애세요.",
    "k.look_ahead": "미래를 보지 않음",
    "k.look_ahead.ok": "뒤의 캔들을 자르거나 바꿔도 어떤 행도 변하지 않습니다({cuts}곳).",
    "k.look_ahead.failed": "뒤의 캔들이 바뀌면 {row}행({time} UTC)의 {column}이(가) 변합니다. "
    "미래를 보고 있어 백테스트에서만 이깁니다. 앞쪽 인덱스, 중심 이동평균, 캔들 수, 전체 최댓값을 "
    "쓰지 마세요.",
    "k.restart": "재시작해도 같음",
    "k.restart.ok": "다른 캔들을 본 뒤에도 새로 만든 것과 같습니다.",
    "k.restart.failed": "다른 캔들을 본 뒤에는 {row}행({time} UTC)부터 {column}이(가) 새로 만든 "
    "것과 다릅니다. 호출 사이에 self에 아무것도 남기지 마세요.",
    "k.window": "기록이 더 많아도 같음",
    "k.window.ok": "봇이 가진 캔들 {short:,}개와 {long:,}개에서 마지막 행이 같습니다.",
    "k.window.few": "캔들이 {rows:,}개 이상 필요합니다. 더 긴 파일을 주세요.",
    "k.window.failed": "{time} UTC의 {column}이(가) 불러온 기록의 길이({short:,}개, {long:,}개)에 "
    "따라 다릅니다. 봇이 백테스트와 다르게 매매합니다. warmup을 가장 긴 기간만큼 올리고 누적 합을 "
    "피하세요.",
    "k.warm_up": "충분한 워밍업",
    "k.warm_up.ok": "워밍업 {warmup}개 캔들이면 나중과 같은 신호를 냅니다.",
    "k.warm_up.few": "캔들이 {rows:,}개 이상 필요합니다. 더 긴 파일을 주세요.",
    "k.warm_up.failed": "워밍업 {warmup}개 캔들일 때 {of}곳 중 {differ}곳에서 더 많을 때와 다른 "
    "신호를 냅니다. warmup을 올리세요.",
    "k.can_fire": "살 수 있음",
    "k.can_fire.ok": "캔들 {entries}개에서 진입할 수 있었습니다.",
    "k.can_fire.no_wish": "캔들 {rows}개에서 한 번도 진입하려 하지 않았습니다. 조건을 확인하거나 "
    "캔들을 더 주세요.",
    "k.can_fire.blocked": "진입하려던 {wishes}번 중 필터를 통과한 것이 없습니다. {reason}이(가) "
    "가장 많이 막았습니다({blocked}번): {meaning}. --set으로 완화하거나 필터를 빼세요.",
    "k.speed": "속도",
    "k.speed.ok": "캔들당 {micros}마이크로초.",
    "k.speed.slow": "캔들당 {micros}마이크로초로, 긴 백테스트가 느려집니다. 캔들을 하나씩 돌지 "
    "말고 배열 전체로 계산하세요.",
    "k.raised": "다른 캔들에서 {error} 오류로 멈췄습니다({line}행).",
    "k.waits.answer": "바르게 대답할 때까지 미룹니다.",
    "k.waits.determinism": "두 번 같은 대답을 할 때까지 미룹니다.",
    "w.title": "워크포워드",
    "w.hint": "학습 구간({kind})에서 {objective} 기준으로 고르고, 고를 때 보지 않은 다음 구간에서 "
    "매매합니다. 조합 {tried}개.",
    "w.hint_one": "주어진 설정을 각 학습 구간과 시험 구간({kind})에서 매매합니다.",
    "w.rolling": "rolling: 항상 같은 길이의 직전 구간",
    "w.anchored": "anchored: 그 전의 모든 구간",
    "w.fold": "구간",
    "w.train": "고른 기간",
    "w.test": "매매한 기간",
    "w.test_from": "매매 시작",
    "w.chosen": "고른 조합",
    "w.in_sample": "{objective} (전)",
    "w.out_of_sample": "{objective} (후)",
    "w.return_in": "수익률 (전)",
    "w.return_out": "수익률 (후)",
    "w.trades": "거래 (후)",
    "w.none": "없음: 거래가 너무 적음",
    "w.total": "전체",
    "w.summary": "보지 않은 구간: 거래 {trades}건에 {total}.",
    "w.left": "고를 때의 {objective} 가운데 남은 것: {efficiency}.",
    "w.nothing": "없음",
    "w.oos_loss_one": "나중 구간에서 이 설정은 돈을 잃었습니다.",
    "w.oos_half_one": "나중 구간에는 앞 구간 {objective}의 절반도 남지 않았습니다.",
    "w.lasting": "고른 것이 계속 통했습니다. 약속은 아니지만 드문 일입니다.",
    "w.oos_loss": "과최적화: 고른 조합이 보지 않은 구간에서 돈을 잃었습니다.",
    "w.oos_half": "과최적화: 보지 않은 구간에서 {objective}이(가) 절반도 남지 않았습니다.",
    "w.oos_jumps": "과최적화: 구간마다 다른 조합을 골랐습니다. 오래가는 것이 없거나 구간이 너무 "
    "짧습니다.",
    "w.oos_few": "보지 않은 구간의 거래가 {trades}건뿐입니다. 30건 미만은 아무것도 증명하지 "
    "못합니다.",
    "w.oos_untraded": "일부 구간에서는 거래가 충분한 조합이 없어 매매하지 않았습니다.",
    "v.title": "민감도",
    "v.hint": "한 번에 한 설정만 바꾸고 나머지는 그대로 둡니다. 표의 값은 {what}입니다.",
    "v.parameter": "설정",
    "v.value": "값",
    "v.unchanged": "그대로",
    "v.stable": "10 % 바꾸면 {base}이(가) {low}~{high} 사이로 움직입니다. 값 하나에 매달려 있지 "
    "않습니다.",
    "v.fragile": "작은 변화({name} {change})가 {base}을(를) {worst}로 바꿉니다. 결과가 값 하나에 "
    "매달려 있습니다.",
    "v.moves": "10 % 바꾸면 {base}이(가) {low}~{high} 사이로 움직입니다.",
    "v.nothing": "바꿀 설정이 없습니다. 사용 중인 숫자 설정이 없습니다.",
    "v.same": "20 %까지 바꿔도 아무 차이가 없었습니다.",
}
