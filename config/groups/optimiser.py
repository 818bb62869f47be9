"""The optimiser: when it looks for better parameters, by what, and what becomes of a find."""

from config.setting import Group, Kind, Range, Setting

OPTIMISER = Group(
    "optimiser",
    "The optimiser",
    "최적화",
    trading=False,
    settings=(
        Setting(
            "OPTIMIZER",
            Kind.SWITCH,
            default=True,
            en="Look for better parameters by schedule, in a process of its own; the commands"
            " work in any case",
            ko="정해진 시각에 별도 프로세스에서 더 나은 값을 탐색. 명령은 항상 가능",
        ),
        Setting(
            "OPTIMIZER_ADOPT",
            Kind.CHOICE,
            default="gated",
            en="Whether parameters found by the optimiser are adopted: gated, off or always",
            ko="최적화 결과 채택: gated 검증 통과 시, off 안 함, always 항상",
            choices=("gated", "off", "always"),
        ),
        Setting(
            "OPTIMIZER_OBJECTIVE",
            Kind.CHOICE,
            default="sharpe",
            en="What the daily grid looks for: sharpe (of the trades) or win_rate",
            ko="일일 그리드의 기준: sharpe(거래 기준) 또는 win_rate",
            choices=("sharpe", "win_rate"),
        ),
        Setting(
            "OPTIMIZER_START_DELAY",
            Kind.SECONDS,
            default=300.0,
            en="The first search begins this long after the start",
            ko="시작 후 첫 탐색까지의 시간",
            unit="seconds",
            range=Range(0, 86_400),
            zero="none at the start",
        ),
        Setting(
            "OPTIMIZER_DAILY_AT",
            Kind.TIME_OF_DAY,
            default="09:10",
            en="When the daily grid runs, in TIMEZONE; the trading day begins at 00:00 UTC",
            ko="일일 그리드 시각(TIMEZONE 기준). 거래일은 00:00 UTC 에 시작",
            none="off",
        ),
        Setting(
            "OPTIMIZER_K_HOURS",
            Kind.NUMBER,
            default=4.0,
            en="Hours between two searches for K, which is changed in memory only",
            ko="K 탐색 간격. 결과는 메모리에만 반영",
            unit="hours",
            range=Range(0, 168),
            zero="off",
        ),
        Setting(
            "OPTIMIZER_WORKERS",
            Kind.INTEGER,
            default=1,
            en="Processes that search at the same time, each for one venue",
            ko="동시에 탐색하는 프로세스 수(거래소당 하나)",
            range=Range(1, 16),
            hot=False,
        ),
        Setting(
            "OPTIMIZER_TIMEOUT",
            Kind.SECONDS,
            default=1_800.0,
            en="A search that takes longer is given up",
            ko="이 시간을 넘는 탐색은 중단",
            unit="seconds",
            range=Range(10, 86_400),
        ),
    ),
)
