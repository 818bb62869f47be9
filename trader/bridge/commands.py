"""What may be asked of the daemon: every command's name and arguments, closed and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from trader.domain.commands import (
    CloseAll,
    ClosePosition,
    Command,
    EmergencyStop,
    Pause,
    Resume,
    TradeByHand,
)

Venue = Literal["upbit", "binance_spot", "binance_futures"]
Symbol = Annotated[str, StringConstraints(pattern=r"^[^\s/:]{1,30}/[^\s/:]{1,30}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,64}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]
Amount = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Setting = bool | int | float | Annotated[str, StringConstraints(max_length=500)]


class Arguments(BaseModel):
    """Closed and strict: an unknown name or another type is refused, not guessed at."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NoArguments(Arguments):
    pass


class MaybeVenue(Arguments):
    venue: Venue | None = None


class EmergencyArguments(Arguments):
    close: bool = False


class PresetArguments(MaybeVenue):
    preset: Name


class ParameterArguments(MaybeVenue):
    """None takes a key out of `.env`: back to the preset or the default."""

    values: dict[Key, Setting | None] = Field(min_length=1, max_length=200)


class PositionArguments(Arguments):
    venue: Venue
    symbol: Symbol


class TradeArguments(PositionArguments):
    """Exactly one of the amounts: quote currency or base units."""

    amount_quote: Amount | None = None
    quantity: Amount | None = None


ARGUMENTS: dict[str, type[Arguments]] = {
    "pause": MaybeVenue,
    "resume": MaybeVenue,
    "stop": MaybeVenue,
    "emergency_stop": EmergencyArguments,
    "shutdown": NoArguments,
    "restart": NoArguments,
    "set_preset": PresetArguments,
    "set_parameters": ParameterArguments,
    "close_position": PositionArguments,
    "buy": TradeArguments,
    "sell": TradeArguments,
    "optimize": MaybeVenue,
    "search_k": MaybeVenue,
    "train": MaybeVenue,
    "reload_settings": NoArguments,
}


class Envelope(Arguments):
    """A command file, before its arguments are looked at. `issued_at` in seconds since 1970."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    args: dict[str, Any] = Field(default_factory=dict)
    issued_at: Annotated[float, Field(allow_inf_nan=False)]
    issued_by: Annotated[str, StringConstraints(max_length=100)] = ""


class Unacceptable(ValueError):
    """A command cannot be used: `code` is `unknown_command` or `bad_arguments`."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code


def checked(name: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a command without those left out. Raises `Unacceptable`."""
    model = ARGUMENTS.get(name)
    if model is None:
        raise Unacceptable("unknown_command", f"'{name}' is none of {', '.join(ARGUMENTS)}")
    try:
        found = model.model_validate(dict(args)).model_dump()
        given = {name: value for name, value in found.items() if value is not None}
    except ValidationError as error:
        raise Unacceptable("bad_arguments", in_words(error)) from error
    if model is TradeArguments and len(given) != 3:
        raise Unacceptable("bad_arguments", "give exactly one of amount_quote and quantity")
    return given


def in_words(error: ValidationError) -> str:
    """All problems of a document in one line."""
    problems = error.errors(include_url=False, include_input=False)
    said = [f"{'.'.join(map(str, p['loc'])) or 'file'}: {p['msg']}" for p in problems[:5]]
    return "; ".join(said)[:500]


def engine_command(name: str, args: Mapping[str, Any]) -> Command | None:
    """The engine's command for checked arguments; None: the shell does it."""
    venue = args.get("venue")
    match name:
        case "pause":
            return Pause(venue)
        case "resume":
            return Resume(venue)
        case "stop":
            return CloseAll(venue)
        case "emergency_stop":
            return EmergencyStop(args.get("close", False))
        case "close_position":
            return ClosePosition(_key(args))
        case "buy" | "sell":
            amounts = args.get("amount_quote"), args.get("quantity")
            return TradeByHand(_key(args), name == "buy", *amounts)
        case _:
            return None


def _key(args: Mapping[str, Any]) -> str:
    return f"{args['venue']}:{args['symbol']}"
