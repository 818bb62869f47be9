"""What the daemon's codes mean and what to do: the catalogue behind docs/errors.md."""

from __future__ import annotations

from typing import NamedTuple


class Told(NamedTuple):
    """Cause and remedy in both languages. An empty remedy: nothing need be done."""

    cause: str
    remedy: str
    cause_ko: str
    remedy_ko: str


# Codes of messages and halts while real exchanges are traded.
DAEMON: dict[str, Told] = {
    "banned": Told(
        "the exchange shut this address out for a while", "wait; look for another program that"
        " uses the same address or keys", "거래소가 이 주소의 요청을 한동안 막았습니다",
        "기다리세요. 같은 주소나 키를 쓰는 다른 프로그램이 있는지 보세요",
    ),
    "command": Told(
        "a command was done or refused", "the message says why", "명령을 처리했거나 거부했습니다",
        "메시지에 이유가 있습니다",
    ),
    "consecutive_losses": Told(
        "too many losses in a row", "entries come back by themselves; see CONSECUTIVE_LOSS_PAUSE",
        "연속 손실이 너무 많습니다", "저절로 풀립니다. CONSECUTIVE_LOSS_PAUSE 를 보세요",
    ),
    "daily_loss": Told(
        "the day's loss limit was reached", "entries come back at 00:00 UTC; MAX_DAILY_LOSS_PCT",
        "하루 손실 한도에 닿았습니다", "00:00 UTC 에 풀립니다. MAX_DAILY_LOSS_PCT 를 보세요",
    ),
    "daily_loss_near": Told(
        "80 % of the day's loss limit is used", "look whether you want to go on today",
        "하루 손실 한도의 80 %를 썼습니다", "오늘 계속할지 살펴보세요",
    ),
    "dust": Told(
        "what is left is too little to be sold", "nothing, or set DUST_TO_BNB on Binance spot",
        "남은 수량이 팔기에 너무 적습니다", "그대로 두거나 바이낸스 현물은 DUST_TO_BNB 를 켜세요",
    ),
    "dust_converted": Told(
        "remainders of the bot became BNB", "", "봇의 잔량을 BNB 로 바꿨습니다", "",
    ),
    "dust_kept": Told(
        "the exchange converted nothing or not all", "tried again after six hours",
        "거래소가 잔량을 바꾸지 않았거나 일부만 바꿨습니다", "여섯 시간 뒤 다시 시도합니다",
    ),
    "dust_shared": Told(
        "the account holds that coin of your own too, and the exchange would convert all of it",
        "nothing; the bot's remainder stays as it is",
        "계정에 사용자의 같은 코인이 있어, 바꾸면 그것까지 바뀝니다",
        "그대로 두면 됩니다. 봇의 잔량은 남습니다",
    ),
    "entry_rejected": Told(
        "the exchange refused an entry", "its code stands in the message; see the exchange's codes",
        "거래소가 진입 주문을 거부했습니다", "메시지의 거래소 코드를 아래 표에서 찾으세요",
    ),
    "exit_refused": Told(
        "the exchange refuses to sell or to close", "close the position by hand on the exchange",
        "거래소가 청산 주문을 거부합니다", "거래소에서 직접 닫으세요",
    ),
    "external": Told(
        "somebody else changed the position", "see whether the books are right, then resume",
        "봇 밖에서 포지션이 바뀌었습니다", "장부가 맞는지 보고 resume 하세요",
    ),
    "external_reduce": Told(
        "coins of the bot were sold or moved by hand", "",
        "봇의 코인이 봇 밖에서 팔리거나 옮겨졌습니다", "",
    ),
    "foreign": Told(
        "a position that is not the bot's is in a market it trades",
        "close it, or take the market out of SYMBOLS", "거래 종목에 남의 포지션이 있습니다",
        "그 포지션을 닫거나 SYMBOLS 에서 빼세요",
    ),
    "foreign_journal": Told(
        "an order has the bot's name and is not in its journal",
        "put the newest journal back, or cancel that order by hand",
        "봇 이름의 주문이 저널에 없습니다", "최신 저널을 되돌리거나 그 주문을 직접 취소하세요",
    ),
    "guardian": Told(
        "the guardian acted, or is gone", "read logs/guardian.log and the panel's line about it",
        "가디언이 나섰거나 없어졌습니다", "logs/guardian.log 와 패널의 가디언 줄을 보세요",
    ),
    "halt_file": Told(
        "the file data/STOP exists", "delete it when entries are wanted again",
        "data/STOP 파일이 있습니다", "다시 진입하려면 파일을 지우세요",
    ),
    "journal": Told(
        "the journal cannot be written", "free disk space, or bring the database back; it recovers",
        "저널에 쓸 수 없습니다", "공간을 확보하거나 데이터베이스를 되살리세요. 스스로 복구합니다",
    ),
    "keys_refused": Told(
        "the exchange refuses the API key", "see its code, correct the key and restart",
        "거래소가 API 키를 거절합니다", "코드를 보고 키를 고친 뒤 다시 시작하세요",
    ),
    "late_fill": Told(
        "a fill came for a closed position", "compare what you hold on the exchange",
        "닫은 포지션의 체결이 뒤늦게 왔습니다", "거래소의 보유 수량을 확인하세요",
    ),
    "link": Told(
        "the connection to an exchange was lost or is back", "check the network if it stays lost",
        "거래소 연결이 끊겼거나 돌아왔습니다", "계속 끊기면 네트워크를 확인하세요",
    ),
    "fee_estimated": Told(
        "a fee was taken in a coin without a price here, so the usual fee is counted", "",
        "이곳에 시세가 없는 코인으로 수수료가 나가, 통상 수수료로 계산했습니다", "",
    ),
    "link_lost": Told(
        "an exchange does not answer", "check the network and the exchange's notices; it recovers",
        "거래소가 응답하지 않습니다", "네트워크와 거래소 공지를 확인하세요. 스스로 복구합니다",
    ),
    "liquidated": Told(
        "the exchange liquidated a position", "lower MAX_LEVERAGE, raise LIQUIDATION_MIN_DISTANCE",
        "거래소가 포지션을 강제 청산했습니다",
        "MAX_LEVERAGE 를 낮추거나 LIQUIDATION_MIN_DISTANCE 를 올리세요",
    ),
    "market_shock": Told(
        "a price moved too fast", "entries come back by themselves; see MARKET_SHOCK_PAUSE",
        "가격이 너무 빠르게 움직였습니다", "저절로 풀립니다. MARKET_SHOCK_PAUSE 를 보세요",
    ),
    "monthly_loss": Told(
        "the month's loss limit was reached", "entries come back next month; MAX_MONTHLY_LOSS_PCT",
        "한 달 손실 한도에 닿았습니다", "다음 달에 풀립니다. MAX_MONTHLY_LOSS_PCT 를 보세요",
    ),
    "price_source": Told(
        "prices come from the stream or from questions", "",
        "시세를 스트림 또는 요청으로 받습니다", "",
    ),
    "prices": Told(
        "an exchange's prices stopped or are back", "check the network if they stay away",
        "거래소 시세가 멈췄거나 돌아왔습니다", "계속 멈춰 있으면 네트워크를 확인하세요",
    ),
    "protection_gone": Told(
        "a stop on the exchange vanished; the engine watches",
        "see whether somebody cancelled it there", "거래소의 보호 주문이 없어져 엔진이 지킵니다",
        "거래소에서 누가 취소했는지 확인하세요",
    ),
    "protection_refused": Told(
        "the exchange refused a stop; the engine watches", "keep the bot running; see the code",
        "거래소가 보호 주문을 거부해 엔진이 지킵니다", "봇을 켜 두고 코드를 확인하세요",
    ),
    "publish": Told(
        "a file for the panel cannot be written", "free disk space, or make data/ writable",
        "패널용 파일을 쓸 수 없습니다", "디스크 공간을 확보하거나 data/ 에 쓰기 권한을 주세요",
    ),
    "recording": Told(
        "the recording began, or ended before the bot", "the status says why; restart to record",
        "기록이 시작되었거나 먼저 끝났습니다", "이유는 상태에 있습니다. 재시작하면 기록합니다",
    ),
    "recovered": Told(
        "the books agree with the exchange", "", "장부가 거래소와 맞습니다", "",
    ),
    "recovering": Told(
        "books are compared with the exchange", "wait; entries begin after it",
        "장부를 거래소와 맞추는 중입니다", "기다리세요. 끝나면 진입합니다",
    ),
    "rejects": Told(
        "five entries of a symbol were refused", "see the exchange's code; it rests a while",
        "한 종목의 진입이 다섯 번 거부되었습니다", "거래소 코드를 보세요. 잠시 쉽니다",
    ),
    "settings": Told("other settings are in force", "", "다른 설정이 적용되었습니다", ""),
    "slippage": Told(
        "a fill was worse than MAX_SLIPPAGE", "trade larger markets or smaller sizes",
        "MAX_SLIPPAGE 보다 나쁘게 체결되었습니다", "더 큰 종목을 거래하거나 금액을 줄이세요",
    ),
    "stale_prices": Told(
        "no price for 30 seconds", "check the network; it recovers by itself",
        "30초 동안 시세가 없습니다", "네트워크를 확인하세요. 스스로 복구합니다",
    ),
    "strange_row": Told(
        "one row of the exchange's list could not be read and was left out", "nothing; if it is"
        " told again and again, report it with the row's number",
        "거래소 목록의 한 줄을 읽지 못해 건너뛰었습니다",
        "그대로 두세요. 계속 나오면 그 줄의 번호와 함께 알려 주세요",
    ),
    "unfit": Told(
        "the account or this computer is not fit for entries there; what is open is guarded",
        "do what the codes beside it say; entries come back by themselves within a minute",
        "계정이나 이 컴퓨터의 상태 때문에 그곳에는 진입하지 않고 보유분만 지킵니다",
        "함께 나온 코드의 안내를 따르세요. 1분 안에 저절로 풀립니다",
    ),
    "strange_order": Told(
        "one order cannot be read", "look at it on the exchange; report it if it stays",
        "읽을 수 없는 주문이 있습니다", "거래소에서 그 주문을 확인하고, 계속되면 알려 주세요",
    ),
    "stream_back": Told("news of orders come again", "", "주문 소식이 다시 옵니다", ""),
    "stream_lost": Told(
        "the stream with news of orders was lost", "nothing: orders are asked about meanwhile",
        "주문 소식 스트림이 끊겼습니다", "그대로 두세요. 그동안 주문을 직접 조회합니다",
    ),
    "unanswered": Told(
        "an exchange did not answer a question", "check the network if it stays",
        "거래소가 질의에 답하지 않았습니다", "계속되면 네트워크를 확인하세요",
    ),
    "unknown_fill": Told(
        "a fill of an order that is not known", "compare the orders on the exchange",
        "모르는 주문의 체결이 왔습니다", "거래소의 주문 내역을 확인하세요",
    ),
    "weekly_loss": Told(
        "the week's loss limit was reached", "entries come back on Monday; MAX_WEEKLY_LOSS_PCT",
        "한 주 손실 한도에 닿았습니다", "월요일에 풀립니다. MAX_WEEKLY_LOSS_PCT 를 보세요",
    ),
}  # fmt: skip

GUARDIAN: dict[str, Told] = {
    "watching": Told("the bot lives", "", "봇이 살아 있습니다", ""),
    "idle": Told(
        "the bot is gone and nothing needs it", "start the bot when you want it back",
        "봇이 없지만 지킬 것도 없습니다", "필요하면 봇을 다시 시작하세요",
    ),
    "restarting": Told(
        "the bot died or froze; it is started again", "wait a minute, then read why",
        "봇이 죽거나 멈춰 다시 시작하는 중입니다", "1분쯤 기다린 뒤 이유를 확인하세요",
    ),
    "guarding": Told(
        "the bot cannot be started; the guardian watches the stops",
        "correct what it names, then send restart from the panel",
        "봇을 시작할 수 없어 가디언이 손절을 지킵니다", "이유를 고친 뒤 패널에서 restart 하세요",
    ),
    "failed": Told(
        "it cannot guard and tries again", "look at once: close positions by hand if need be",
        "지킬 수 없어 다시 시도합니다", "바로 확인하고 필요하면 포지션을 직접 닫으세요",
    ),
    "missing": Told(
        "it should be there and is not", "the bot starts another one; see logs/trading_bot.log",
        "있어야 하는데 없습니다", "봇이 새로 시작합니다. logs/trading_bot.log 를 보세요",
    ),
    "off": Told(
        "it was told to leave", "nothing, or set GUARDIAN_AFTER", "끄라는 지시를 받았습니다",
        "그대로 두거나 GUARDIAN_AFTER 를 정하세요",
    ),
}  # fmt: skip
