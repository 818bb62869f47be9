"""What a person may ask of the engine, in the imperative. The shell handles the rest."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pause:
    """No entries; positions kept and guarded. Lasts over restarts until `Resume`."""

    venue: str | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Lift pause, stop and emergency."""

    venue: str | None = None


@dataclass(frozen=True, slots=True)
class CloseAll:
    """`stop`: close everything, cancel orders, then idle until `Resume`."""

    venue: str | None = None


@dataclass(frozen=True, slots=True)
class EmergencyStop:
    """At once no entries and entry orders cancelled, locked until `Resume`; `close`: sell too."""

    close: bool = False


@dataclass(frozen=True, slots=True)
class ClosePosition:
    """Close what the bot holds of one symbol at market."""

    key: str


@dataclass(frozen=True, slots=True)
class TradeByHand:
    """Buy or sell by order of a person; exactly one of the amounts is given.

    A buy opens a position that only risk exits and people close; a sell reduces the bot's own.
    """

    key: str
    buy: bool
    amount_quote: float | None = None
    quantity: float | None = None


Command = Pause | Resume | CloseAll | EmergencyStop | ClosePosition | TradeByHand


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """The one answer to a command: `done`, `refused` or `failed` (`accepted` while it works)."""

    id: str
    name: str
    result: str
    message: str
    at: float  # seconds since the epoch, the wall's
