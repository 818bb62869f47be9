"""What must be true of the market before anything is bought."""

from config.setting import SHARE, Group, Kind, Range, Setting

FILTERS = Group(
    "filters",
    "Entry filters",
    "진입 필터",
    trading=True,
    settings=(
        Setting(
            "MIN_ATR_PCT",
            Kind.FRACTION,
            default=0.008,
            en="Least volatility: ATR14 / close on candles of ATR_FILTER_TIMEFRAME",
            ko="최소 변동성: ATR14 / 종가 (ATR_FILTER_TIMEFRAME 캔들)",
            unit="fraction of the price",
            range=SHARE,
            zero="off",
        ),
        Setting(
            "ATR_FILTER_TIMEFRAME",
            Kind.TIMEFRAME,
            default="1h",
            en="Candles on which MIN_ATR_PCT is judged (TIMEFRAME when that is longer)",
            ko="MIN_ATR_PCT를 보는 캔들(TIMEFRAME이 더 길면 그 캔들)",
        ),
        Setting(
            "EMA_FILTER",
            Kind.SWITCH,
            default=True,
            en="Buy only above the EMA50 (strategies that declare this filter)",
            ko="EMA50 위에서만 매수(이 필터를 쓰는 전략만)",
        ),
        Setting(
            "ADX_MIN",
            Kind.NUMBER,
            default=20.0,
            en="Least strength of the trend: ADX14 (strategies that declare this filter)",
            ko="최소 추세 강도 ADX14(이 필터를 쓰는 전략만)",
            range=Range(0, 100),
            zero="off",
        ),
        Setting(
            "ADX_FALLING_FILTER",
            Kind.SWITCH,
            default=True,
            en="No entry while the ADX14 falls (strategies that declare this filter)",
            ko="ADX14가 내려가는 중이면 진입 안 함(이 필터를 쓰는 전략만)",
        ),
        Setting(
            "MTF_FILTER",
            Kind.SWITCH,
            default=True,
            en="Symbols outside MAJORS: buy only above the EMA50 of hourly candles",
            ko="MAJORS 밖의 종목: 1시간봉 EMA50 위에서만 매수",
        ),
        Setting(
            "MIN_EDGE_ROUND_TRIPS",
            Kind.NUMBER,
            default=0.0,
            en="The profit target must be worth this many round trips of fees and slippage",
            ko="익절 목표가 왕복 비용(수수료+슬리피지)의 이 배수 이상이어야 진입",
            unit="round trips",
            range=Range(0, 1_000),
            zero="off",
        ),
    ),
)
