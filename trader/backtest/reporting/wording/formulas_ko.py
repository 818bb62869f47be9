"""What each figure is, in Korean: the definitions of `backtest/metrics.py`."""

FORMULAS: dict[str, str] = {
    "f.total_return": "최종 자산 / 자본 - 1",
    "f.buy_and_hold_return": "마지막 종가 / 첫 시가 - 1. 여러 종목이면 평균",
    "f.cagr": "(최종 자산 / 자본)^(365 / 일수) - 1. 하루 미만이면 없음",
    "f.final_equity": "자본 + 모든 손익의 합",
    "f.max_drawdown": "모든 캔들에서 (고점 - 자산) / 고점의 최댓값. 고점은 자본에서 시작",
    "f.underwater_days": "자산이 고점을 찍고 다시 그 값에 닿기까지 가장 길었던 기간. "
    "끝나지 않았으면 마지막까지 셈",
    "f.sharpe": "일간 수익률의 평균 / 표본 표준편차 x sqrt(365)",
    "f.sortino": "일간 수익률의 평균 / sqrt(평균(min(수익률, 0)^2)) x sqrt(365)",
    "f.calmar": "연 수익률 / 최대 낙폭",
    "f.exposure": "포지션이 한순간이라도 있던 캔들 / 모든 캔들",
    "f.avg_leverage": "거래 레버리지의 평균",
    "f.trades": "청산한 포지션 수. 데이터 끝에서 청산한 것 포함",
    "f.win_rate": "손익이 0보다 큰 거래 / 모든 거래",
    "f.profit_factor": "이익의 합 / |손실의 합|",
    "f.payoff_ratio": "평균 이익 / |평균 손실|",
    "f.expectancy": "모든 거래 손익의 평균",
    "f.best_trade": "비용을 뺀 거래 한 건의 최대 이익",
    "f.worst_trade": "비용을 뺀 거래 한 건의 최소 이익 또는 최대 손실",
    "f.longest_losing_streak": "청산 순서로 손실이 가장 길게 이어진 거래 수",
    "f.median_holding_hours": "거래의 절반이 이보다 김: 청산 캔들 시작 - 진입 캔들 시작",
    "f.stopped_in_entry_candle": "진입한 캔들 안에서 손절된 거래 수",
    "f.fees": "모든 거래의 매수·매도 수수료",
    "f.funding": "낸 펀딩비 - 받은 펀딩비",
    "f.fee_share": "수수료 / (모든 거래의 손익 + 수수료). 수수료 전 이익이 없으면 없음",
    "f.turnover": "(진입가 + 청산가) x 수량의 합 / 자본",
    "f.break_even_fee": "(모든 거래의 손익 + 수수료) / ((진입가 + 청산가) x 수량의 합). "
    "0보다 작으면 어떤 수수료로도 본전이 안 됨",
}
