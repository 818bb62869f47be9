"""The books: what fills, funding and foreign hands do to positions and cash, exactly once each."""

from dataclasses import replace
from decimal import Decimal

from trader.domain.dust import ConvertedDust
from trader.domain.events import FundingCharged
from trader.domain.money import ZERO, amount, exact
from trader.domain.order import Fill, Order, Side
from trader.domain.outcome import Notice, Outcome
from trader.domain.position import ClosedTrade, Direction, ExitReason, Position
from trader.domain.time import Millis, day_of
from trader.engine.closing import Closing, forced_by_limit
from trader.engine.held import Held
from trader.engine.state import State, SymbolState, VenueState
from trader.rules import exits

HUNDRED = Decimal(100)


class Books:
    """Applies facts to the books of a venue. Every change leaves as a value in the outcome."""

    def __init__(self, state: State, closing: Closing) -> None:
        self._state = state
        self._closing = closing

    def entered(
        self, venue: VenueState, sym: SymbolState, order: Order, fill: Fill, out: Outcome
    ) -> None:
        """A fill of an entry: a position is born or grows."""
        held = sym.held
        position = held.position if held is not None else _newborn(order, fill, sym)
        value = amount(fill.price, fill.quantity)
        margin = value / exact(order.exact_leverage) if venue.account.margined else ZERO
        position = position.enlarged(fill, margin)
        if held is None and (left := venue.dust.pop(sym.key, None)):
            position = _joined(position, left, venue.dust_costs.pop(sym.key, ZERO))
        position = self._guarded(venue, position, order, sym)
        if venue.account.margined:
            venue.account.settled(ZERO, fill.fee, margin)
        else:
            venue.account.traded(fill)
        if held is None:
            held = sym.held = venue.holding[sym.key] = Held.of(position, venue.parameters)
            held.forced = forced_by_limit(venue)
            sym.entry_days[order.strategy] = day_of(position.entry_candle)
        else:
            held.grown(position, venue.parameters)
        sym.entered = venue.round_held = True
        venue.dirty = True
        out.positions.append(position)

    def _guarded(
        self, venue: VenueState, position: Position, order: Order, sym: SymbolState
    ) -> Position:
        """What protects the position from now on: its ATR stop, where it would be liquidated."""
        d, entry = int(position.direction), float(position.entry_price)
        stop = exits.atr_stop(d, entry, order.atr, venue.parameters.atr_multiplier)
        liquidation = position.liquidation
        if venue.account.margined:
            whole = venue.capabilities.whole_leverage
            leverage = float(order.leverage) if whole else order.exact_leverage
            rate = sym.rules.maintenance_rate
            liquidation = exits.liquidation_price(d, entry, leverage, rate)
        return replace(position, atr_stop=stop, liquidation=liquidation)

    def left(
        self, venue: VenueState, sym: SymbolState, fill: Fill, reason: str, out: Outcome
    ) -> None:
        """A fill that reduces a position; at zero it becomes a trade."""
        held = sym.held
        if held is None:
            self._orphan(venue, fill, out)
            return
        before = held.position
        after = before.reduced(fill)
        free = venue.account.free
        self._settle(venue, before, after, fill)
        venue.round_freed_cash += venue.account.free - free
        venue.dirty = True
        if after.quantity < sym.step and (after.quantity == ZERO or not venue.account.margined):
            self._close(venue, sym, after, reason, out)
            return
        held.position, held.quantity = after, float(after.quantity)
        out.positions.append(after)

    def _settle(self, venue: VenueState, before: Position, after: Position, fill: Fill) -> None:
        account = venue.account
        if not account.margined:
            account.traded(fill)
            return
        taken = before.quantity - after.quantity
        cost = before.entry_value * taken / before.entry_quantity
        profit = int(before.direction) * (amount(fill.price, taken) - _money(cost))
        account.settled(profit, fill.fee, after.margin - before.margin)

    def _orphan(self, venue: VenueState, fill: Fill, out: Outcome) -> None:
        """A late sale of something that is no longer in the books: cash is real, say it loudly."""
        if not venue.account.margined:
            venue.account.traded(fill)
        venue.dirty = True
        text = f"{fill.key}: a fill arrived for a position that is already closed"
        out.notices.append(Notice("error", "late_fill", text, self._state.now, fill.key))

    def to_dust(self, venue: VenueState, sym: SymbolState, reason: str, out: Outcome) -> None:
        """Too little to be sold: out of the portfolio into the dust book, joined again later."""
        held = sym.held
        if held is not None:
            self._close(venue, sym, held.position, reason, out)

    def _close(
        self, venue: VenueState, sym: SymbolState, position: Position, reason: str, out: Outcome
    ) -> None:
        if position.quantity > ZERO:
            cost = _money(position.entry_value * position.quantity / position.entry_quantity)
            venue.dust[sym.key] = venue.dust.get(sym.key, ZERO) + position.quantity
            venue.dust_costs[sym.key] = venue.dust_costs.get(sym.key, ZERO) + cost
            text = f"{sym.key}: {position.quantity} is too little to be sold, kept as dust"
            out.notices.append(Notice("info", "dust", text, self._state.now, sym.key))
        venue.dirty = True
        del venue.holding[sym.key]
        sym.held = None
        out.positions.append(replace(position, quantity=ZERO))
        if position.exit_quantity == ZERO:
            return
        trade = _trade(position, sym.candle, self._state.now, reason)
        venue.account.realised += trade.pnl
        out.trades.append(trade)
        self._closing.after_exit(venue, sym, trade, out)

    def converted(self, venue: VenueState, part: ConvertedDust, out: Outcome) -> None:
        """Dust became another coin: that is the bot's dust now, at what it was worth then.

        No cash moves. If more was converted than the bot's, its share of it is booked.
        """
        had = venue.dust.get(part.key, ZERO)
        taken = min(had, part.quantity)
        sold, bought = _exchanged(part, taken, self._state.now)
        if taken == ZERO or not self._state.know_fill(sold.id):
            return
        cost = _money(venue.dust_costs.get(part.key, ZERO) * taken / had)
        received = bought.quantity - bought.fee_base
        worth = amount(part.price, received)
        _keep(venue, part.key, -taken, -cost)
        _keep(venue, part.into, received, worth)
        venue.account.fees += bought.fee
        venue.account.realised += worth - cost
        venue.dirty = True
        out.fills += sold, bought  # so that the journal's fills amount to the books

    def charged(
        self, venue: VenueState, sym: SymbolState, funding: FundingCharged, out: Outcome
    ) -> None:
        """Funding, once: the wallet pays whether or not the position is still there."""
        if funding.at <= sym.funded_at:
            return
        paid, sym.funded_at = funding.amount, funding.at
        venue.account.charged(paid)
        venue.dirty = True
        if sym.held is not None:
            sym.held.position = sym.held.position.charged(paid)
            out.positions.append(sym.held.position)

    def reduced_elsewhere(
        self, venue: VenueState, sym: SymbolState, price: Decimal, quantity: Decimal, out: Outcome
    ) -> None:
        """Somebody else sold what was the bot's: the books follow, at the price it went for."""
        held = venue.holding[sym.key]
        side = Side.SELL if held.d > 0 else Side.BUY
        taken = min(quantity, held.position.quantity)
        fill_id = f"external-{sym.key}-{self._state.now}"
        fill = Fill(fill_id, "", sym.key, side, taken, price, ZERO, self._state.now)
        text = f"{sym.key}: {taken} left the account by another hand; the books follow"
        out.notices.append(Notice("warning", "external_reduce", text, self._state.now, sym.key))
        out.fills.append(fill)  # so that the journal's fills amount to the books
        self.left(venue, sym, fill, ExitReason.EXTERNAL, out)


def _newborn(order: Order, fill: Fill, sym: SymbolState) -> Position:
    """A position of an entry. If an earlier part of it was sold already, this part must go too."""
    late = order.filled > fill.quantity
    return Position(
        id=f"{order.position_id}r{fill.id}" if late else order.position_id,
        must_go=exits.REASONS[exits.MANUAL] if late else "",
        key=order.key,
        strategy=order.strategy,
        direction=Direction.LONG if order.side is Side.BUY else Direction.SHORT,
        quantity=ZERO,
        entry_price=fill.price,
        entry_quantity=ZERO,
        entry_candle=order.candle if order.candle > 0 else sym.candle,
        opened_at=fill.at,
        leverage=order.exact_leverage,
    )


def _joined(position: Position, quantity: Decimal, cost: Decimal) -> Position:
    """Dust of an earlier position is sellable again together with the new coins."""
    return replace(
        position,
        quantity=position.quantity + quantity,
        entry_quantity=position.entry_quantity + quantity,
        entry_value=position.entry_value + cost,
        entry_price=(position.entry_value + cost) / (position.entry_quantity + quantity),
    )


def _exchanged(part: ConvertedDust, ours: Decimal, at: Millis) -> tuple[Fill, Fill]:
    """A conversion of so much of ours as a sale and a purchase of the same value."""
    received = _money(part.received * ours / part.quantity)
    charge = _money(part.charge * ours / part.quantity)
    gross = received + charge
    price = _money(part.price * gross / ours) if ours else ZERO
    fee = amount(part.price, charge)
    names = f"dust-{part.id}-out", f"dust-{part.id}-in"
    return (
        Fill(names[0], "", part.key, Side.SELL, ours, price, ZERO, at),
        Fill(names[1], "", part.into, Side.BUY, gross, part.price, fee, at, charge),
    )


def _keep(venue: VenueState, key: str, quantity: Decimal, cost: Decimal) -> None:
    """So much more dust of a symbol, at so much more of cost."""
    left = venue.dust.get(key, ZERO) + quantity
    if left == ZERO:
        del venue.dust[key], venue.dust_costs[key]
        return
    venue.dust[key], venue.dust_costs[key] = left, venue.dust_costs.get(key, ZERO) + cost


def _trade(p: Position, exit_candle: Millis, closed_at: Millis, reason: str) -> ClosedTrade:
    """The position's life as one row; pnl = side x (exit - entry) x quantity - fees - funding."""
    entry_value = p.entry_value
    if p.exit_quantity != p.entry_quantity:
        entry_value = _money(p.entry_value * p.exit_quantity / p.entry_quantity)
    pnl = int(p.direction) * (p.exit_value - entry_value) - p.fees - p.funding
    single = p.exit_value / p.exit_quantity
    return ClosedTrade(
        id=p.id,
        key=p.key,
        strategy=p.strategy,
        direction=p.direction,
        entry_time=p.entry_candle,
        entry_price=p.entry_price,
        quantity=p.exit_quantity,
        exit_time=exit_candle,
        exit_price=single,
        exit_reason=ExitReason(reason),
        leverage=p.leverage,
        fees=p.fees,
        funding=p.funding,
        pnl=pnl,
        pnl_percent=HUNDRED * pnl / entry_value,
        opened_at=p.opened_at,
        closed_at=closed_at,
    )


def _money(value: Decimal) -> Decimal:
    return amount(value, Decimal(1))
