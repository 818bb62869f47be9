"""How Upbit writes: numbers, times, error answers, states."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.exchanges.core.orders import Order, State
from tests.exchanges.core.wire import Answer

KST = timezone(timedelta(hours=9))
_KOREAN = {
    "insufficient_funds_bid": "주문가능한 금액(KRW)이 부족합니다.",
    "insufficient_funds_ask": "주문가능한 수량이 부족합니다.",
    "under_min_total_bid": "최소주문금액 이상으로 주문해주세요",
    "under_min_total_ask": "최소주문금액 이상으로 주문해주세요",
    "over_krw_funds_bid": "최대매수금액을 초과하였습니다.",
    "over_krw_funds_ask": "최대매도금액을 초과하였습니다.",
    "invalid_price_bid": "주문가격 단위를 잘못 입력하셨습니다. 확인 후 시도해주세요.",
    "invalid_price_ask": "주문가격 단위를 잘못 입력하셨습니다. 확인 후 시도해주세요.",
    "invalid_volume_bid": "매수 수량 단위를 잘못 입력하셨습니다.",
    "invalid_volume_ask": "매도 수량 단위를 잘못 입력하셨습니다.",
    "create_bid_error": "주문 요청 정보가 올바르지 않습니다.",
    "create_ask_error": "주문 요청 정보가 올바르지 않습니다.",
    "market_offline": "거래가 일시 중지된 종목입니다.",
    "notfoundmarket": "해당 마켓을 찾을 수 없습니다.",
    "order_not_found": "주문을 찾지 못했습니다.",
    "duplicated_identifier": "이미 사용된 identifier 입니다.",
    "invalid_access_key": "잘못된 엑세스 키입니다.",
    "jwt_verification": "Jwt 토큰 검증에 실패했습니다.",
    "invalid_query_payload": "Jwt의 query를 검증하는데 실패하였습니다.",
    "nonce_used": "이미 사용된 nonce 입니다.",
    "expired_access_key": "만료된 API 키입니다.",
    "no_authorization_ip": "This is not a verified IP.",
    "no_authorization_token": "인증 토큰이 없습니다.",
    "out_of_scope": "권한이 부족합니다.",
    "validation_error": "잘못된 파라미터",
}
_UNAUTHORIZED = frozenset({
    "invalid_access_key", "jwt_verification", "invalid_query_payload", "nonce_used",
    "expired_access_key", "no_authorization_ip", "no_authorization_token", "out_of_scope",
})  # fmt: skip
_NOT_FOUND = frozenset({"order_not_found", "notfoundmarket"})
_STATES = {State.OPEN: "wait", State.DONE: "done"}
_NAMESPACE = 0x9F00_0000_0000_4000_8000_0000_0000_0000


class RefusedError(Exception):
    """A private question that is answered with an error. `name` is Upbit's."""

    def __init__(self, name: str, message: str = "") -> None:
        super().__init__(name)
        self.name = name
        self.message = message or _KOREAN.get(name, name)

    def answer(self) -> Answer:
        """As it goes out."""
        status = 401 if self.name in _UNAUTHORIZED else 404 if self.name in _NOT_FOUND else 400
        return error(self.name, self.message, status)


def error(name: str | int, message: str, status: int, **headers: str) -> Answer:
    """Upbit's JSON for errors. Quotations have the status where others have a name."""
    return Answer({"error": {"name": name, "message": message}}, status, headers)


def missing() -> Answer:
    """A quotation question without a parameter that it needs."""
    return error(400, "Missing request parameter error. Check the required parameters!", 400)


def unlisted() -> Answer:
    """A quotation question about a market that does not exist."""
    return error(404, "Code not found", 404)


def text(number: Decimal) -> str:
    """A number as private answers have it: a string without exponent or idle zeros."""
    plain = format(number.normalize(), "f")
    return "0" if plain == "-0" else plain


def maybe(number: Decimal | None) -> str | None:
    """The same, or null."""
    return None if number is None else text(number)


def utc(at: int) -> str:
    """`2025-08-23T00:01:00`, UTC."""
    return datetime.fromtimestamp(at // 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def kst(at: int) -> str:
    """`2025-08-23T09:01:00`, Korean time."""
    return datetime.fromtimestamp(at // 1_000, KST).strftime("%Y-%m-%dT%H:%M:%S")


def created_at(at: int) -> str:
    """`2025-08-23T09:01:00+09:00`: whole seconds, as orders have it."""
    return f"{kst(at)}+09:00"


def moment(written: str) -> int:
    """A `to` or `start_time`, ISO 8601 (UTC unless it says otherwise) or ms, as ms."""
    if written.isdigit():
        return int(written)
    at = datetime.fromisoformat(written)
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1_000)


def uuid(number: int) -> str:
    """An id of the shape that Upbit's have, the same for the same number."""
    return str(UUID(int=_NAMESPACE + number * 0x1_0000_0000_0000))


def state_of(order: Order) -> str:
    """`wait`, `done` or `cancel`, or whatever the test put into `extra["state"]`."""
    return str(order.extra.get("state", _STATES.get(order.state, "cancel")))


def ord_type(order: Order) -> str:
    """`limit`, `price` (market buy), `market` (market sell) or `best`."""
    return str(order.extra.get("ord_type", _natural(order)))


def _natural(order: Order) -> str:
    return order.kind if order.kind == "limit" else "price" if order.side == "buy" else "market"


def side_of(order: Order) -> str:
    """`bid` buys, `ask` sells."""
    return "bid" if order.side == "buy" else "ask"


def asked_price(order: Order) -> Decimal | None:
    """What stands in `price`: the limit, or the KRW of a market buy."""
    return order.cost if order.cost is not None else order.price


def fields(pairs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A record and what is added to it unless it is None."""
    return pairs | {name: value for name, value in more.items() if value is not None}
