"""What can go wrong, named after what the caller must do.

TraderError
    BadInput          the user gave something unusable: say it in one sentence with the remedy
    AlreadyRunning    another bot owns this data directory
    JournalBroken     the books cannot be read or written: send nothing more
    VenueError
        VenueRefused      the venue said no: do not retry
            KeysRefused       ... and it was about the keys
        VenueUnavailable  it did not hear us: retry
        OutcomeUnknown    it may have heard us: ask, never resend
    IllegalMove       an order was moved where its table does not allow (a bug of ours)
"""


class TraderError(Exception):
    """Root of everything raised on purpose."""


class BadInput(TraderError):
    """Something from outside cannot be used. The text is shown to the user as it is."""


class AlreadyRunning(TraderError):
    """A second bot on one data directory."""


class JournalBroken(TraderError):
    """The journal cannot be read or written; nothing may be sent that it does not hold."""


class VenueError(TraderError):
    """A venue did not do what was asked."""


class VenueRefused(VenueError):
    """Definitively not done. Do not retry."""


class KeysRefused(VenueRefused):
    """The venue does not accept the keys."""


class VenueUnavailable(VenueError):
    """The request never left or was never heard. May be repeated."""


class OutcomeUnknown(VenueError):
    """The request may have been heard. Ask by client id; never resend."""


class IllegalMove(TraderError):
    """An order cannot move this way."""
