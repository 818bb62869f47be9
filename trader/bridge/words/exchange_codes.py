"""What the exchanges' own codes mean and what to do: the catalogue behind docs/errors.md."""

from __future__ import annotations

from trader.bridge.words.codes import Told
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT

_KEY = Told(
    "the exchange does not know the API key", "copy the key into .env again, or make a new one",
    "거래소가 모르는 API 키입니다", "키를 .env 에 다시 적거나 새로 만드세요",
)  # fmt: skip
_SECRET = Told(
    "the secret does not belong to the key", "copy the secret into .env again, or make a new key",
    "시크릿이 키와 맞지 않습니다", "시크릿을 .env 에 다시 적거나 새 키를 만드세요",
)  # fmt: skip
_ADDRESS = Told(
    "the key may not be used from this address", "add this computer's address to the key's list",
    "이 주소에서는 쓸 수 없는 키입니다", "키의 허용 IP 에 이 컴퓨터의 주소를 추가하세요",
)  # fmt: skip
_MONEY = Told(
    "not enough money or coins", "pay in, or lower INITIAL_CAPITAL or MAX_POSITION_SIZE",
    "잔고가 부족합니다", "입금하거나 INITIAL_CAPITAL, MAX_POSITION_SIZE 를 낮추세요",
)  # fmt: skip
_SMALL = Told(
    "the order is below the exchange's minimum", "raise INITIAL_CAPITAL or MAX_POSITION_SIZE",
    "거래소 최소 주문 금액보다 작습니다", "INITIAL_CAPITAL 이나 MAX_POSITION_SIZE 를 올리세요",
)  # fmt: skip
_FILTER = Told(
    "price or size breaks a rule of the market", "report it if it stays: the bot keeps these rules",
    "가격이나 수량이 종목 규칙에 어긋납니다", "봇이 지키는 규칙이니 계속되면 알려 주세요",
)  # fmt: skip
_FORM = Told(
    "the exchange cannot read the request", "update the program, or report it",
    "거래소가 요청을 읽지 못합니다", "프로그램을 업데이트하거나 알려 주세요",
)  # fmt: skip
_ABSENT = Told(
    "no such order", "nothing: the bot looks what became of it", "그런 주문이 없습니다",
    "그대로 두세요. 봇이 어떻게 되었는지 확인합니다",
)  # fmt: skip
_EXISTS = Told(
    "an order with this name is there already", "nothing: the bot asks for it, none is sent twice",
    "같은 이름의 주문이 이미 있습니다", "그대로 두세요. 봇이 조회하며 두 번 보내지 않습니다",
)  # fmt: skip
_MANY = Told(
    "too many requests or orders", "wait; see whether other programs use the account or address",
    "요청이나 주문이 너무 많습니다", "기다리고, 같은 계정이나 주소를 쓰는 프로그램이 있는지 보세요",
)  # fmt: skip
_CLOCK = Told(
    "this computer's clock is not the exchange's", "switch automatic time on",
    "컴퓨터 시계가 거래소와 다릅니다", "자동 시간 설정을 켜세요",
)  # fmt: skip
_STATE = Told(
    "the market or account does not allow this now", "look at the exchange's notices",
    "지금은 종목이나 계정이 허용하지 않습니다", "거래소 공지를 확인하세요",
)  # fmt: skip
_CLOSED = Told(
    "the market is halted, or no longer there", "wait: exits are tried again all the time",
    "거래가 중지되었거나 없어진 종목입니다", "기다리세요. 청산은 계속 다시 시도합니다",
)  # fmt: skip
_REDUCED = Told(
    "there is nothing left to reduce", "nothing: the books are compared",
    "줄일 포지션이 없습니다", "그대로 두세요. 장부를 맞춥니다",
)  # fmt: skip
_UNFILLED = Told(
    "nobody trades at this price now", "nothing: exits are tried again all the time",
    "지금 그 가격에 거래할 상대가 없습니다", "그대로 두세요. 청산은 계속 다시 시도합니다",
)  # fmt: skip
_REFUSED = Told(
    "the order was refused, mostly because the balance is too small",
    "pay in, or lower INITIAL_CAPITAL or MAX_POSITION_SIZE; the exchange's words tell more",
    "주문이 거부되었습니다. 대개 잔고 부족입니다",
    "입금하거나 INITIAL_CAPITAL, MAX_POSITION_SIZE 를 낮추세요. 거래소의 설명도 보세요",
)  # fmt: skip
_NOTHING = Told("it is so already", "", "이미 그렇게 되어 있습니다", "")

_BINANCE: dict[str, Told] = {
    "-1003": _MANY, "-1008": _MANY, "-1013": _FILTER, "-1015": _MANY, "-1016": _STATE,
    "-1020": _STATE, "-1021": _CLOCK, "-1022": _SECRET, "-1100 ... -1130": _FORM,
    "-1165 ... -1199": _FORM, "-2010": _REFUSED, "-2011": _ABSENT, "-2013": _ABSENT, "-2014": _KEY,
    "-2015": Told(
        "unknown key, an address that is not on its list, or a right that is missing",
        "compare key, addresses and rights on the exchange's page of API keys",
        "모르는 키이거나, 허용 IP 가 아니거나, 권한이 없습니다",
        "거래소의 API 관리 화면에서 키, 허용 IP, 권한을 확인하세요",
    ),
    "-2019": _MONEY,
    "-2027": Told(
        "the position would be too large for its leverage", "lower MAX_LEVERAGE",
        "레버리지에 비해 포지션이 너무 큽니다", "MAX_LEVERAGE 를 낮추세요",
    ),
    "-4116": _EXISTS,
}  # fmt: skip

EXCHANGES: dict[str, dict[str, Told]] = {
    UPBIT: {
        "insufficient_funds*": _MONEY, "under_min_total_*": _SMALL, "invalid_price_*": _FILTER,
        "create_ask_error": _FILTER, "create_bid_error": _FILTER, "validation_error": _FORM,
        "jwt_verification": _SECRET, "invalid_query_payload": _SECRET, "nonce_used": _FORM,
        "invalid_parameter*": _FORM, "invalid_funds*": _MONEY, "max_total_*": _FILTER,
        "no_authorization_token": _KEY, "no_authorization_ip": _ADDRESS,
        "no_authorization_i_p": _ADDRESS,
        "out_of_scope": Told(
            "the key lacks a right", "allow viewing and ordering on the page of API keys",
            "키에 권한이 없습니다", "API 관리 화면에서 조회와 주문 권한을 켜세요",
        ),
        "expired_access_key": Told(
            "the API key has expired", "make a new key and put it into .env",
            "API 키가 만료되었습니다", "새 키를 만들어 .env 에 적으세요",
        ),
        "invalid_access_key": _KEY, "order_not_found": _ABSENT, "market_offline": _CLOSED,
        "notfoundmarket": _CLOSED, "invalid_volume_*": _FILTER, "volume_too_large": _FILTER,
    },
    BINANCE_SPOT: {**_BINANCE, "-2018": _ABSENT},
    BINANCE_FUTURES: {
        **_BINANCE,
        "-2021": Told(
            "a stop would trigger at once", "nothing: the engine closes the position itself",
            "스톱이 바로 발동될 가격입니다", "그대로 두세요. 엔진이 직접 닫습니다",
        ),
        "-2022": _REDUCED, "-2024": _REDUCED, "-4509": _REDUCED,
        "-2020": _UNFILLED, "-2023": _STATE, "-2025": _MANY, "-2026": _FILTER, "-2028": _FILTER,
        "-4400 ... -4403": _STATE, "-5021": _UNFILLED, "-5022": _UNFILLED,
        "-2018": _MONEY, "-4000 ... -4199": _FILTER, "-4046": _NOTHING, "-4059": _NOTHING,
    },
}  # fmt: skip


def told_of(venue: str, code: str) -> Told | None:
    """What an exchange's code means; None for one that stands in no table."""
    table = EXCHANGES[venue]
    return table.get(code) or next((t for name, t in table.items() if _covers(name, code)), None)


def _covers(name: str, code: str) -> bool:
    """`insufficient_funds*` covers beginnings, `-1100 ... -1130` numbers in between."""
    if name.endswith("*"):
        return code.startswith(name[:-1])
    first, _, last = name.partition(" ... ")
    if not last or not code.removeprefix("-").isdigit():
        return False
    return int(last) <= int(code) <= int(first)
