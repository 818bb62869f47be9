"""What becomes of orders in flight: when to cancel, when to ask, when to believe "not found"."""

from dataclasses import dataclass

from trader.domain.order import Kind, Order, Status
from trader.domain.time import SECOND, Millis

# Seconds after the doubt began at which the venue is asked; then every 5 s (specification 4.2).
ASK_AFTER = (500, 1_500, 3_500, 7_500, 12_500)
ASK_EVERY = 5 * SECOND
SILENT_AFTER = 10 * SECOND  # a request without any answer for so long is treated as UNKNOWN
CLEAN_MISSES = 3
ARRIVES_WITHIN = 15 * SECOND  # Binance: receive window of 5 s and 10 s of its own time-out
MISSES_APART = 5 * SECOND


@dataclass(slots=True)
class Doubt:
    """An order whose outcome nobody knows. `since` is when it was sent, `began` when the doubt
    did; misses are clean ones."""

    since: Millis
    began: Millis
    asked: int = 0
    next_ask: Millis = 0
    misses: int = 0
    last_miss: Millis = -1


def next_ask(doubt: Doubt) -> Millis:
    """When to ask the next time, given how often it was asked."""
    if doubt.asked < len(ASK_AFTER):
        return doubt.began + ASK_AFTER[doubt.asked]
    return doubt.began + ASK_AFTER[-1] + (doubt.asked - len(ASK_AFTER) + 1) * ASK_EVERY


def missed(doubt: Doubt, at: Millis) -> None:
    """Count one clean "not found", at most one every five seconds."""
    if doubt.last_miss < 0 or at - doubt.last_miss >= MISSES_APART:
        doubt.misses += 1
        doubt.last_miss = at


def never_placed(doubt: Doubt, at: Millis, quarantine: Millis) -> bool:
    """Whether the order is proven absent: old enough, and cleanly missed often enough."""
    return at - doubt.since >= quarantine and doubt.misses >= CLEAN_MISSES


def cannot_arrive(doubt: Doubt, at: Millis) -> bool:
    """Whether nothing can come of it any more, though the quarantine is not over: what it locks
    would have been seen. Enough for an exit to stop waiting, never to send the order again."""
    return at - doubt.since >= ARRIVES_WITHIN and doubt.misses >= CLEAN_MISSES


def timed_out(order: Order, at: Millis, entry_timeout: Millis, exit_timeout: Millis) -> bool:
    """Whether a working market or limit order has waited too long and is to be cancelled."""
    if order.status not in (Status.OPEN, Status.PARTIAL):
        return False
    if order.kind not in (Kind.MARKET, Kind.LIMIT):
        return False
    limit = entry_timeout if order.is_entry else exit_timeout
    return 0 < limit <= at - order.created_at


def silent(order: Order, at: Millis) -> bool:
    """Whether a request (to place or to cancel) was sent and nothing at all was heard of it."""
    waiting = order.status in (Status.SENDING, Status.CANCELING)
    return waiting and at - order.updated_at >= SILENT_AFTER
