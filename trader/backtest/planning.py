"""From arguments to a plan: venue, settings, candles, in the order in which each needs the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config import env_file
from config.effective import Effective, Sources
from config.errors import SettingsError
from config.reading import COMMAND_LINE, Context
from config.schema import GLOBAL, QUOTES
from config.settings import Settings, sources_of
from config.settings import load as load_settings
from trader.backtest.arguments import Arguments
from trader.backtest.choices import declared
from trader.backtest.data import Found, Loaded, Wanted, find, load
from trader.backtest.demo import demo_series
from trader.backtest.names import venue_named
from trader.backtest.plan import BacktestPlan
from trader.domain.errors import BadInput
from trader.domain.instrument import UPBIT
from trader.shell.parameters import parameters_of

_CAPITALS = {"KRW": "1000000", "USDT": "10000"}  # where the quote is not the venue's usual one


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the files left aside, and the language that the settings ask for."""

    plan: BacktestPlan
    skipped: tuple[str, ...]
    language: str


def planned(arguments: Arguments) -> Planned:
    """Read settings and candles. Raises `BadInput` and `SettingsError`, one sentence each."""
    found = _found(arguments)
    flags = _flags(arguments.parameters, found.venue)
    before = _settings(arguments, flags).by_venue[found.venue]
    loaded = _loaded(arguments, found, _wanted(arguments, found, before))
    settings = _settings(arguments, flags | _learnt(before, loaded))
    parameters = parameters_of(settings.by_venue[found.venue].values)
    plan = BacktestPlan(
        series=loaded.series,
        parameters=parameters,
        venue=found.venue,
        name=_name(settings.by_venue[found.venue], loaded),
        seed=None if arguments.data else arguments.seed,
    )
    return Planned(plan, loaded.skipped, _language(arguments, settings))


def sources_for(arguments: Arguments) -> tuple[str, Sources]:
    """The venue, and where its parameters come from. Raises `BadInput` and `SettingsError`.

    Whether values fit together is not looked at: a sweep asks that of each combination.
    """
    venue = _found(arguments).venue
    flags, context = _flags(arguments.parameters, venue), Context(declared(), "backtest")
    sources, problems = sources_of(_env(arguments), flags, context)
    if problems:
        raise SettingsError(problems)
    return venue, sources


def _found(arguments: Arguments) -> Found:
    venue = venue_named(arguments.venue) if arguments.venue else None
    return find(arguments.data, venue) if arguments.data else Found(venue or UPBIT, ())


def _flags(parameters: Mapping[str, str], venue: str) -> dict[str, str]:
    """Names without prefix, so that the command line always beats the file."""
    own = f"{venue.upper()}_"
    flags = {key.removeprefix("CRYPTO_").removeprefix(own): v for key, v in parameters.items()}
    foreign = next((key for key in flags if key in GLOBAL), None)
    if foreign:
        raise BadInput(f"--set {foreign}: no trading parameter; see run_backtest.py --help")
    return flags | {"VENUES": venue}


def _settings(arguments: Arguments, flags: Mapping[str, str]) -> Settings:
    return load_settings(_env(arguments), flags, Context(declared(), "backtest"))


def _env(arguments: Arguments) -> env_file.EnvFile:
    if arguments.env_file is None:
        return env_file.ABSENT
    env = env_file.read(arguments.env_file)
    if env.missing:
        raise BadInput(f"{arguments.env_file}: no such file (--env-file)")
    return env


def _wanted(arguments: Arguments, found: Found, settings: Effective) -> Wanted:
    symbols = tuple(settings.values["symbols"])
    if settings.origins["symbols"] != COMMAND_LINE:  # a list made for the daemon only picks
        known = {file.symbol for file in found.files}
        symbols = tuple(symbol for symbol in symbols if symbol in known)
    told = settings.origins["timeframe"] != "default"
    return Wanted(
        symbols=symbols,
        timeframe=parameters_of(settings.values).timeframe if told else None,
        start=arguments.start,
        end=arguments.end,
        funding=arguments.funding,
        detail=arguments.detail,
    )


def _loaded(arguments: Arguments, found: Found, wanted: Wanted) -> Loaded:
    if arguments.data:
        return load(found, wanted)
    return demo_series(found.venue, arguments.seed, wanted)


def _learnt(before: Effective, loaded: Loaded) -> dict[str, str]:
    """What only the candles tell: their timeframe, their symbols, the currency of the capital."""
    symbols = ",".join(series.symbol for series in loaded.series)
    learnt = {"TIMEFRAME": loaded.timeframe.name, "SYMBOLS": symbols}
    quote = loaded.series[0].symbol.partition("/")[2]
    if before.origins["initial_capital"] == "default" and quote != QUOTES[before.venue]:
        learnt["INITIAL_CAPITAL"] = _CAPITALS.get(quote, _CAPITALS["USDT"])
    return learnt


def _name(settings: Effective, loaded: Loaded) -> str:
    """For the folder: `breakout_BTC-KRW_1h`."""
    strategies = "+".join(name for name, _ in settings.values["strategies"])
    symbols = [series.symbol.replace("/", "-") for series in loaded.series]
    what = symbols[0] if len(symbols) == 1 else f"{len(symbols)}-symbols"
    return f"{strategies}_{what}_{loaded.timeframe.name}"


def _language(arguments: Arguments, settings: Settings) -> str:
    if arguments.language != "auto":
        return arguments.language
    return settings.system.language


__all__ = ["Planned", "SettingsError", "planned"]
