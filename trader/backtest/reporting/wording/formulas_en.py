"""What each figure is, in English: the definitions of `backtest/metrics.py`."""

FORMULAS: dict[str, str] = {
    "f.total_return": "final equity / capital - 1",
    "f.buy_and_hold_return": "last close / first open - 1; of several symbols the mean",
    "f.cagr": "(final equity / capital)^(365 / days) - 1; none under one day",
    "f.final_equity": "capital + the sum of all profit and loss",
    "f.max_drawdown": "largest (peak - equity) / peak over all candles; the peak starts at the "
    "capital",
    "f.underwater_days": "longest time from a peak of the equity until it was reached again; one "
    "that is not over counts to the end",
    "f.sharpe": "mean / sample deviation x sqrt(365) of daily returns",
    "f.sortino": "mean / sqrt(mean(min(return, 0)^2)) x sqrt(365) of daily returns",
    "f.calmar": "growth a year / deepest drawdown",
    "f.exposure": "candles with a position at some moment / all candles",
    "f.avg_leverage": "mean of the trades' leverage",
    "f.trades": "closed positions, those closed at the end of the data included",
    "f.win_rate": "trades with a profit above 0 / trades",
    "f.profit_factor": "sum of the profits / |sum of the losses|",
    "f.payoff_ratio": "mean profit / |mean loss|",
    "f.expectancy": "mean of all profits and losses",
    "f.best_trade": "largest profit of one trade, after costs",
    "f.worst_trade": "smallest profit or largest loss of one trade, after costs",
    "f.longest_losing_streak": "most trades in a row with a loss, in the order of their exits",
    "f.median_holding_hours": "half of the trades took longer: start of the exit's candle - start "
    "of the entry's",
    "f.stopped_in_entry_candle": "trades whose stop was hit in the candle of their entry",
    "f.fees": "fees of both sides of all trades",
    "f.funding": "funding paid, less funding received",
    "f.fee_share": "fees / (profit of all trades + fees); none where nothing was made before fees",
    "f.turnover": "sum of (entry price + exit price) x quantity / capital",
    "f.break_even_fee": "(profit of all trades + fees) / sum of (entry price + exit price) x "
    "quantity; below 0: no fee is low enough",
}
