"""What lies in the account, against what the settings want to trade with."""

from decimal import Decimal

from trader.domain.finding import Finding, Mark
from trader.venues.real.preflight.inquiry import Inquiry


def money(inquiry: Inquiry, cash: Decimal) -> Finding:
    """`cash`: all of the quote currency, on futures the wallet."""
    needs = inquiry.needs
    values = {
        "cash": f"{cash:,.2f}",
        "capital": f"{needs.capital:,.2f}",
        "least": f"{needs.least:,.2f}",
        "quote": needs.quote,
    }
    if cash >= needs.capital or needs.holds:
        return inquiry.fine("balance", **values)
    if cash < needs.least:
        return inquiry.finding(Mark.FAIL, "balance_too_small", **values)
    return inquiry.finding(Mark.WARN, "balance_below_capital", **values)
