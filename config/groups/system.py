"""The daemon as a whole: mode, venues, keys, files, clocks. One value each, not one a venue."""

from config.setting import Group, Kind, Range, Setting

VENUES = ("upbit", "binance_spot", "binance_futures")
LIVE_WORDS = "yes-i-understand"

SYSTEM = Group(
    "system",
    "The daemon",
    "데몬",
    trading=False,
    settings=(
        Setting(
            "MODE",
            Kind.CHOICE,
            default="demo",
            en="demo: embedded market; paper: real prices, simulated orders; testnet: the venue's"
            " sandbox; live: real money",
            ko="demo 내장 시장, paper 실시세 모의주문, testnet 거래소 샌드박스, live 실거래",
            choices=("demo", "paper", "testnet", "live"),
            hot=False,
        ),
        Setting(
            "LIVE_TRADING",
            Kind.TEXT,
            default="",
            en=f"Mode live starts only with LIVE_TRADING={LIVE_WORDS}",
            ko=f"실거래는 LIVE_TRADING={LIVE_WORDS} 일 때만 시작",
            hot=False,
        ),
        Setting(
            "VENUES",
            Kind.CHOICES,
            default=VENUES,
            en="Where to trade",
            ko="거래소",
            choices=VENUES,
            hot=False,
        ),
        Setting(
            "LOOP_SECONDS",
            Kind.SECONDS,
            default=3.0,
            en="Length of the loop; prices and commands act at once, whatever it is",
            ko="루프 간격. 가격과 명령은 즉시 처리",
            unit="seconds",
            range=Range(0.1, 60),
            hot=False,
        ),
        Setting(
            "WARMUP_CYCLES",
            Kind.INTEGER,
            default=3,
            en="Loops without entries after the start; exits are never skipped",
            ko="시작 뒤 진입하지 않는 루프 수. 청산은 계속함",
            unit="loops",
            range=Range(0, 1_000),
            hot=False,
        ),
        Setting(
            "TIMEZONE",
            Kind.ZONE,
            default="Asia/Seoul",
            en="Time zone of times shown to people; files and rules use UTC",
            ko="화면에 보이는 시간대. 파일과 규칙은 UTC",
            hot=False,
        ),
        Setting(
            "LANGUAGE",
            Kind.CHOICE,
            default="auto",
            en="Language of texts for people; auto: the browser's or the terminal's",
            ko="표시 언어. auto 는 브라우저·터미널 설정을 따름",
            choices=("auto", "en", "ko"),
            hot=False,
        ),
        Setting(
            "LOG_LEVEL",
            Kind.CHOICE,
            default="info",
            en="Least important message that is logged",
            ko="기록할 최소 로그 수준",
            choices=("debug", "info", "warning", "error"),
            hot=False,
        ),
        Setting(
            "DEMO_SPEED",
            Kind.NUMBER,
            default=60.0,
            en="Demo: market seconds that pass in a real second",
            ko="데모: 실제 1초에 흐르는 시장 시간",
            unit="market seconds a second",
            range=Range(0.1, 100_000),
            hot=False,
        ),
        Setting(
            "DEMO_SEED",
            Kind.INTEGER,
            default=1,
            en="Demo: the same seed makes the same market",
            ko="데모: 같은 시드는 같은 시장",
            range=Range(0, 2**31 - 1),
            hot=False,
        ),
        Setting(
            "DUST_TO_BNB",
            Kind.SWITCH,
            default=False,
            en="Binance spot: convert remainders too small to sell into BNB, only while the account"
            " holds none of your own of that coin",
            ko="바이낸스 현물: 팔 수 없는 잔량을 BNB로 전환."
            " 계좌에 그 코인을 따로 갖고 있지 않을 때만",
            hot=False,
        ),
        Setting(
            "GUARDIAN_AFTER",
            Kind.SECONDS,
            default=60.0,
            en="Testnet and live: a daemon that is silent this long while positions need it is"
            " started again by the guardian, or replaced in guarding them",
            ko="테스트넷·실거래: 포지션이 있는데 데몬이 이만큼 응답이 없으면 가디언이 재시작하거나"
            " 대신 지킴",
            unit="seconds",
            range=Range(0, 3_600),
            zero="off",
            hot=False,
        ),
    ),
)

_ENDPOINT_TEXTS = (
    "Sends {what} of {venue} elsewhere (a proxy, another region, a test venue); empty: the"
    " venue's own",
    "{venue} {what} 주소 변경(프록시·시험용 거래소). 비우면 거래소 주소",
)


def _endpoint(name: str, venue: str, what: str) -> Setting:
    texts = [text.format(venue=venue, what=what) for text in _ENDPOINT_TEXTS]
    return Setting(name, Kind.ENDPOINT, "", texts[0], texts[1], hot=False)


ENDPOINTS = Group(
    "endpoints",
    "Endpoints",
    "접속 주소",
    trading=False,
    settings=(
        _endpoint("UPBIT_API_URL", "Upbit", "REST"),
        _endpoint("UPBIT_WS_URL", "Upbit", "WebSocket"),
        _endpoint("BINANCE_SPOT_API_URL", "Binance spot", "REST"),
        _endpoint("BINANCE_SPOT_WS_URL", "Binance spot", "WebSocket"),
        _endpoint("BINANCE_FUTURES_API_URL", "Binance futures", "REST"),
        _endpoint("BINANCE_FUTURES_WS_URL", "Binance futures", "WebSocket"),
    ),
)

SECRETS = Group(
    "secrets",
    "Keys and passwords (never shown, never logged)",
    "키와 비밀번호(표시·기록하지 않음)",
    trading=False,
    settings=(
        Setting(
            "UPBIT_ACCESS_KEY",
            Kind.SECRET,
            default="",
            en="Upbit access key; allow viewing and trading, never withdrawals",
            ko="업비트 Access Key. 조회·주문만 허용하고 출금은 금지",
            hot=False,
        ),
        Setting(
            "UPBIT_SECRET_KEY",
            Kind.SECRET,
            default="",
            en="Upbit secret key",
            ko="업비트 Secret Key",
            hot=False,
        ),
        Setting(
            "BINANCE_API_KEY",
            Kind.SECRET,
            default="",
            en="Binance API key, spot and futures; never allow withdrawals",
            ko="바이낸스 API Key(현물·선물). 출금은 금지",
            hot=False,
        ),
        Setting(
            "BINANCE_API_SECRET",
            Kind.SECRET,
            default="",
            en="Binance API secret",
            ko="바이낸스 API Secret",
            hot=False,
        ),
        Setting(
            "DATABASE_URL",
            Kind.DATABASE,
            default="",
            en="The journal's database; empty: SQLite in data/trader.db",
            ko="저널 데이터베이스. 비우면 data/trader.db (SQLite)",
            hot=False,
        ),
        Setting(
            "PANEL_PASSWORD",
            Kind.SECRET,
            default="",
            en="Password of the panel; needed for any address but 127.0.0.1",
            ko="패널 비밀번호. 127.0.0.1 밖의 주소를 쓰려면 필수",
            hot=False,
        ),
        Setting(
            "PANEL_VIEWER_PASSWORD",
            Kind.SECRET,
            default="",
            en="Second password of the panel, for people who may look and change nothing; needs"
            " PANEL_PASSWORD",
            ko="보기 전용 패널 비밀번호. 명령은 내릴 수 없음. PANEL_PASSWORD도 필요",
            hot=False,
        ),
    ),
)
