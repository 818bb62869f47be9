"""Korean of the daemon's messages, by the shape of the English ones; the first that fits counts."""

CODES: dict[str, dict[str, str]] = {
    "side": {"BUY": "매수", "SELL": "매도"},
    "reason": {
        "stop_loss": "손절",
        "take_profit": "익절",
        "trailing_stop": "트레일링 스톱",
        "emergency_stop": "비상 손절",
        "liquidation_guard": "청산 방지",
        "liquidated": "강제 청산",
        "time_exit": "보유 시간 초과",
        "signal": "전략 신호",
        "loss_limit": "손실 한도",
        "manual": "사람의 지시",
        "external_reduce": "밖에서 매도됨",
        "end_of_data": "데이터 끝",
    },
    "state": {
        "starting": "시작 중",
        "warming_up": "준비 중",
        "running": "실행 중",
        "paused": "일시정지",
        "safe_mode": "안전 모드",
        "stopping": "종료 중",
        "stopped": "종료됨",
        "emergency": "비상정지",
        "error": "오류",
    },
    "result": {"done": "완료", "refused": "거부", "failed": "실패", "accepted": "진행 중"},
}

MESSAGES: dict[str, str] = {
    # trades, life
    "{arrow} {side} {venue} {symbol} {quantity} @ {price}  {strategy}": (
        "{arrow} {side} {venue} {symbol} {quantity} @ {price}  {strategy}"
    ),
    "{sign} closed {venue} {symbol} {quantity} @ {price}  {reason}  {percent} % ({pnl})": (
        "{sign} 청산 {venue} {symbol} {quantity} @ {price}  {reason}  {percent} % ({pnl})"
    ),
    "♥ {mode} {state}  positions {held}  today {today}  symbols {symbols} -> waiting {waiting}": (
        "♥ {mode} {state}  포지션 {held}  오늘 {today}  종목 {symbols} -> 진입 대기 {waiting}"
    ),
    # exchanges
    "{venue}: books compared with the exchange": "{venue}: 장부를 거래소와 맞췄습니다",
    "{venue} connected": "{venue}: 연결되었습니다",
    "{venue} lost: {why}": "{venue}: 연결이 끊겼습니다({why}). 신규 진입을 멈추고 다시 연결합니다",
    "{venue}: history of {there} of {all} symbols": "{venue}: {all}종목 중 {there}종목의 과거"
    " 캔들을 받았습니다",
    "{key}: the exchange corrected a candle after it was closed; ignored": (
        "{key}: 거래소가 마감된 캔들을 고쳤습니다. 반영하지 않습니다"
    ),
    "{key}: no candle: {why}; asking on": "{key}: 캔들을 받지 못했습니다({why}). 다시 요청합니다",
    "{key} is left out: {why}": "{key}: 제외합니다({why})",
    "{key}: no funding rate: {why}; asking again": "{key}: 펀딩비를 받지 못했습니다({why}). 다시"
    " 요청합니다",
    "{venue}: no mark prices: {why}": "{venue}: 시장평균가(마크 가격)를 받지 못했습니다({why})",
    "{venue}: stream of mark prices lost: {why}; asking for them": (
        "{venue}: 마크 가격 스트림이 끊겼습니다({why}). 요청해서 받습니다"
    ),
    "{venue}: prices of {key} refused: {why}": "{venue}: {key} 의 시세 요청이"
    " 거부되었습니다({why})",
    "{venue} does not tell ticks ({why}): the published table is used": (
        "{venue}: 호가 단위를 알려 주지 않습니다({why}). 공개된 표를 씁니다"
    ),
    "{venue} does not tell turnovers ({why}): none is preferred": (
        "{venue}: 거래대금을 알려 주지 않습니다({why}). 어느 종목도 우선하지 않습니다"
    ),
    "{venue}: {n} markets cannot be read: {names}": "{venue}: 마켓 {n}개를 읽지"
    " 못했습니다: {names}",
    "{venue} cannot be reached: {why}; trying again in {wait} s": "{venue}: 접속할 수"
    " 없습니다({why}). {wait}초 뒤 다시 시도합니다",
    "{venue}: symbols could not be chosen anew: {why}": "{venue}: 종목을 새로 고르지"
    " 못했습니다({why})",
    "{venue}: prices refused: {why}": "{venue}: 시세 요청이 거부되었습니다({why})",
    "{venue}: stream lost: {why}; connecting again": "{venue}: 스트림이 끊겼습니다({why}). 다시"
    " 연결합니다",
    "{venue}: no stream; asking for prices every {wait} s": "{venue}: 스트림이 없어 {wait}초마다"
    " 시세를 요청합니다",
    "{venue}: the stream missed trades of {symbols}; asking every {wait} s": (
        "{venue}: 스트림이 {symbols} 체결을 놓쳐 {wait}초마다 시세를 요청합니다"
    ),
    "{venue}: the stream is silent for {silent} s; asking every {wait} s": (
        "{venue}: 스트림이 {silent}초 동안 조용해 {wait}초마다 시세를 요청합니다"
    ),
    "{venue}: prices come from the stream again": "{venue}: 시세를 다시 스트림에서 받습니다",
    "{venue}: no price for {wait} s, safe mode (no entries, exits keep trying)": (
        "{venue}: {wait}초 동안 시세가 없어 안전 모드입니다(신규 진입 없음, 청산은 계속 시도)"
    ),
    "{venue}: prices are back": "{venue}: 시세가 돌아왔습니다",
    "{venue}: order {order} is ours but not in the journal; was an old backup restored? No"
    " entries until it is gone": "{venue}: 주문 {order} 은(는) 봇의 것인데 저널에 없습니다."
    " 오래된 백업을 되돌렸나요? 그 주문이 없어질 때까지 진입하지 않습니다",
    "not listed there, so not traded: {symbols}": "거래소에 없는 종목이라 거래하지 않습니다:"
    " {symbols}",
    "not in this market, so not traded: {symbols}": "이 시장에 없는 종목이라 거래하지 않습니다:"
    " {symbols}",
    "{venue}: news of orders come again (stream_back)": "{venue}: 주문 소식이 다시 옵니다"
    " (stream_back)",
    "{venue}: the stream with news of orders was lost ({why}); it is connected again by itself,"
    " and until then orders are asked about every {wait} s (stream_lost)": (
        "{venue}: 주문 소식 스트림이 끊겼습니다({why}). 스스로 다시 연결하며 그동안 {wait}초마다"
        " 주문을 조회합니다 (stream_lost)"
    ),
    "{venue} does not accept the API key ({why}): check that the key exists, allows trading and"
    " this machine's address, and put it into .env (keys_refused)": (
        "{venue}: API 키를 거절합니다({why}). 키가 있는지, 거래 권한과 허용 IP 가 맞는지 보고"
        " .env 에 적으세요 (keys_refused)"
    ),
    "order {order} is left out of the report: {why} (strange_order)": (
        "주문 {order} 은(는) 읽을 수 없어 빼 둡니다: {why} (strange_order)"
    ),
    "{venue}: {name}: {why} (unanswered)": "{venue}: {name}: {why} (unanswered, 응답 없음)",
    # orders, positions
    "{key}: {quantity} is too little to be sold, kept as dust": "{key}: {quantity} 은(는) 팔기에"
    " 너무 적어 잔량으로 남깁니다",
    "{key}: dust of {quantity} became {received} {coin}": (
        "{key}: 잔량 {quantity} 을(를) {received} {coin} (으)로 바꿨습니다"
    ),
    "{key}: dust is not converted, the account holds {coin} of your own too": (
        "{key}: 계정에 사용자의 {coin} 도 있어 잔량을 바꾸지 않습니다"
    ),
    "{venue}: dust is kept: {why}": "{venue}: 잔량을 그대로 둡니다: {why}",
    "{key}: {quantity} left the account by another hand; the books follow": (
        "{key}: {quantity} 이(가) 봇 밖에서 계정을 떠났습니다. 장부를 맞췄습니다"
    ),
    "{key}: a fill of order {order}, which is not known": "{key}: 모르는 주문 {order} 의 체결이"
    " 왔습니다. 거래소의 주문 내역을 확인하세요",
    "{key}: a fill arrived for a position that is already closed": (
        "{key}: 이미 닫은 포지션의 체결이 왔습니다. 거래소의 보유 수량을 확인하세요"
    ),
    "{key}: liquidated by the exchange": "{key}: 거래소가 강제 청산했습니다",
    "{key}: filled {percent} worse than decided ({order})": "{key}: 판단한 가격보다 {percent}"
    " 나쁘게 체결되었습니다({order})",
    "{key}: the venue refused {count} exits ({why}); close it by hand": (
        "{key}: 거래소가 청산 주문을 {count}번 거부했습니다({why}). 거래소에서 직접 닫으세요"
    ),
    "{key}: the engine watches the stop, protection was refused: {why}": (
        "{key}: 거래소가 보호 주문을 거부해 엔진이 손절을 지켜봅니다: {why}"
    ),
    "{key}: the engine watches the stop": "{key}: 거래소의 보호 주문이 없어져 엔진이 손절을"
    " 지켜봅니다",
    "{key}: moved {percent} within a minute, no entries for a while": (
        "{key}: 1분 사이 {percent} 움직여 잠시 진입하지 않습니다"
    ),
    "{venue}: no entries until the period ends": "{venue}: 손실 한도에 닿아 기간이 끝날 때까지"
    " 진입하지 않습니다",
    "{venue}: 80 % of the daily limit": "{venue}: 하루 손실 한도의 80 %에 닿았습니다",
    "{venue}: entries paused after losses": "{venue}: 연속 손실로 진입을 잠시 멈춥니다",
    # commands, settings, journal
    "{name} by {who}: {result}, {message}": "{who}의 명령 {name}: {result}, {message}",
    "command refused: {message}": "명령을 거부했습니다: {message}",
    "a command waits until the disk can be written: {why}": "디스크에 쓸 수 있을 때까지 명령이"
    " 기다립니다: {why}",
    "command {id} was answered before": "명령 {id} 은(는) 이미 처리했습니다",
    "the answer will be journalled later: {why}": "명령의 응답은 나중에 저널에 씁니다: {why}",
    "the mailbox cannot be cleared: {why}": "명령함을 비울 수 없습니다: {why}",
    "settings {version} in force": "설정 {version} 을(를) 적용했습니다",
    "settings refused, nothing changed: {why}": "설정을 거부했고 아무것도 바꾸지 않았습니다: {why}",
    "{key} takes effect after a restart": "{key} 은(는) 다시 시작한 뒤 적용됩니다",
    "setting {key}: {old} -> {new} ({who})": "설정 {key}: {old} -> {new} ({who})",
    "the change of settings will be journalled later: {why}": "설정 변경은 나중에 저널에 씁니다:"
    " {why}",
    "data/STOP appeared: no entries": "data/STOP 파일이 생겼습니다. 신규 진입을 멈춥니다",
    "data/STOP is gone": "data/STOP 파일이 없어졌습니다",
    "the journal cannot be written ({why})": "저널에 쓸 수 없습니다({why}). 신규 진입을 멈춥니다",
    "the journal is writable again": "저널에 다시 쓸 수 있습니다",
    # process
    "the loop did not finish within {wait} s": "{wait}초 안에 하던 일을 끝내지 못했습니다",
    "{name}: {why}; trying again in {wait} s": "{name}: {why}. {wait}초 뒤 다시 시도합니다",
    "the recorded market is over": "기록된 시장이 끝났습니다",
    "the session is recorded into {folder}": "이 세션을 {folder} 에 기록합니다",
    "the recording in {folder} ends here ({why}); trading goes on": (
        "{folder} 의 기록이 여기서 끝납니다({why}). 거래는 계속합니다"
    ),
    "the guardian is gone; starting another one": "가디언이 없어져 새로 시작합니다",
    "no guardian: {why}": "가디언 없음: {why}",
    "started again by the guardian: {why}": "가디언이 다시 시작했습니다: {why}",
    "the guardian guards the positions, no entries: {why}": "가디언이 포지션을 지킵니다. 신규"
    " 진입 없음: {why}",
    # optimiser
    "OPTIMIZER_ADOPT=always: adopting against the gate ({why})": "OPTIMIZER_ADOPT=always: 기준을"
    " 넘지 못했지만 반영합니다({why})",
    "{search} on {venue}: {message}": "{venue}: {search}: {message}",
    "{search} was due and is left out: {why}": "{search}: 이번에는 건너뜁니다({why})",
    "the search will be journalled later: {why}": "탐색 결과는 나중에 저널에 씁니다: {why}",
    "a search ended by a bug of ours": "탐색이 프로그램 버그로 끝났습니다",
    # answers to commands
    "closing {count} positions; no entries until resume": "포지션 {count}개를 닫습니다. resume"
    " 까지 진입하지 않습니다",
    "closing {symbol}": "{symbol} 을(를) 닫습니다",
    "resumed {venues}": "다시 시작: {venues}",
    "nothing was paused": "멈춰 있던 것이 없습니다",
    "{code} on {venues}; {count} entry orders cancelled": "{venues}: {code}, 진입 주문 {count}개"
    " 취소",
    "buying {quantity} {symbol} as {order}, limited by {codes}": "{symbol} {quantity}"
    " 매수({order}), 한도: {codes}",
    "buying {quantity} {symbol} as {order}": "{symbol} {quantity} 매수({order})",
    "selling {quantity} {symbol}": "{symbol} {quantity} 매도",
    "no_price {symbol} has no price yet; try again": "no_price {symbol}: 아직 시세가 없습니다."
    " 다시 시도하세요",
    "already_held {symbol} is held or being bought": "already_held {symbol}: 이미 보유 중이거나"
    " 사는 중입니다",
    "already_closing {symbol} is being closed": "already_closing {symbol}: 닫는 중입니다",
    "no_position the bot holds no {symbol} on {venue}": "no_position 봇이 {venue} 에 {symbol}"
    " 을(를) 보유하고 있지 않습니다",
    "no_position the bot holds no {symbol}": "no_position 봇이 {symbol} 을(를) 보유하고 있지"
    " 않습니다",
    "unknown_venue {venue} is not traded here": "unknown_venue {venue}: 거래하지 않는 거래소입니다",
    "unknown_symbol {key} is not traded here": "unknown_symbol {key}: 거래하지 않는 종목입니다",
    "min_order the smallest sale here is worth {least}": "min_order 최소 매도 금액은 {least}"
    " 입니다",
    "stopping in order; positions are kept": "순서대로 종료합니다. 포지션은 유지합니다",
    "restarting; positions are kept": "다시 시작합니다. 포지션은 유지합니다",
    # start banner
    "invented prices, about one and a half times as lively as real ones; seed {seed}, {speed}"
    " market seconds a second": "가상의 시세(실제보다 약 1.5배 활발함), 시드 {seed}, 실제보다"
    " {speed}배 빠름",
    "recorded candles of {count} markets from {at}, {speed} market seconds a second": (
        "{count}종목의 기록된 캔들, {at} 부터, 실제보다 {speed}배 빠름"
    ),
    "real prices, simulated orders": "실시세, 모의 주문",
    "the exchanges' test networks, orders without worth": "거래소 시험망, 가치 없는 주문",
    "real prices, real orders, real money": "실시세, 실제 주문, 실제 돈",
    "chosen as soon as the exchange answers": "거래소가 응답하면 고릅니다",
    "this market has none of this venue": "이 시장에는 이 거래소의 종목이 없습니다",
    "first day {venue}: entries of at most {each} {quote}, {total} {same} in all, until {end}": (
        "첫날 {venue}: 진입 한 건 최대 {each} {quote}, 모두 합해 최대 {total} {same}, {end} 까지"
    ),
    "first day {venue}: entries of at most {each} {quote}, until {end}": (
        "첫날 {venue}: 진입 한 건 최대 {each} {quote}, {end} 까지"
    ),
    "first day {venue}: all entries together at most {total} {quote}, until {end}": (
        "첫날 {venue}: 모든 진입을 합해 최대 {total} {quote}, {end} 까지"
    ),
    "the books of {world} are parked in {place}; those of {back} are back": (
        "{world} 의 장부를 {place} 로 옮겨 두고 {back} 의 장부를 되돌렸습니다"
    ),
    "the books of {world} are parked in {place}": "{world} 의 장부를 {place} 로 옮겨 두었습니다",
    # why it does not start
    "the journal was written by a newer version (schema {version}, this one knows {known}):"
    " update the program or restore an older backup": "더 새로운 버전이 쓴 저널입니다(스키마"
    " {version}, 이 버전은 {known}까지). 프로그램을 업데이트하거나 예전 백업을 쓰세요",
    "the database holds tables of another program: {symbols}; give the bot a database of its own": (
        "데이터베이스에 다른 프로그램의 테이블이 있습니다: {symbols}. 봇에게 따로 데이터베이스를"
        " 주세요"
    ),
    "the journal {folder} is damaged ({why}); it is left as it is: put a backup in its place, or"
    " move it elsewhere to begin with empty books": "저널 {folder} 이(가) 손상되었습니다({why})."
    " 그대로 두었으니 백업을 그 자리에 두거나, 다른 곳으로 옮기고 빈 장부로 시작하세요",
    "the journal {folder} cannot be used: {why}": "저널 {folder} 을(를) 쓸 수 없습니다: {why}",
    "DATABASE_URL cannot be used: {why}": "DATABASE_URL 의 데이터베이스를 쓸 수 없습니다: {why}",
    "another bot writes to the database of DATABASE_URL; stop it first": (
        "DATABASE_URL 의 데이터베이스에 다른 봇이 쓰고 있습니다. 먼저 그 봇을 끄세요"
    ),
    "the bot with process id {pid} already runs on {folder}; stop it first (Ctrl-C in its"
    " terminal), or give this one a data directory of its own with --data-dir": (
        "{folder} 에서 봇이 이미 실행 중입니다(프로세스 {pid}). 그 터미널에서 Ctrl-C 로 먼저"
        " 끄거나 --data-dir 로 다른 데이터 폴더를 쓰세요"
    ),
    "another bot already runs on {folder}; stop it first (Ctrl-C in its terminal), or give this"
    " one a data directory of its own with --data-dir": "{folder} 에서 다른 봇이 이미 실행"
    " 중입니다. 그 터미널에서 Ctrl-C 로 먼저 끄거나 --data-dir 로 다른 데이터 폴더를 쓰세요",
    "the guardian (process {pid}) guards the positions on {folder}: send it the command restart"
    " or shutdown from the panel, or end that process, then start again": (
        "가디언(프로세스 {pid})이 {folder} 의 포지션을 지키고 있습니다. 패널에서 restart 나"
        " shutdown 명령을 보내거나 그 프로세스를 끝낸 뒤 다시 시작하세요"
    ),
    "the data directory {folder} cannot be written: {why}; choose another one with --data-dir or"
    " make it writable": "데이터 폴더 {folder} 에 쓸 수 없습니다: {why}. --data-dir 로 다른"
    " 폴더를 고르거나 쓰기 권한을 주세요",
    "{venue} has no test network: take it out of VENUES, or try it with --mode paper": (
        "{venue} 에는 시험망이 없습니다. VENUES 에서 빼거나 --mode paper 로 시험하세요"
    ),
    "mode {mode} needs {symbols} in .env for {venue}; --mode paper needs no keys": (
        "{mode} 모드에는 .env 에 {venue} 의 {symbols} 이(가) 필요합니다. --mode paper 는 키가"
        " 필요 없습니다"
    ),
    "the books still hold {symbols}: keep {venue} in VENUES until it is closed": (
        "장부에 아직 {symbols} 이(가) 있습니다. 닫을 때까지 VENUES 에 {venue} 을(를) 두세요"
    ),
    # from the general shape of an answer to a command
    "{name} by {who}: {message}": "{who}의 명령 {name}: {message}",
}
