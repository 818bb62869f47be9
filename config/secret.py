"""A secret that cannot be shown by accident: printing, formatting or pickling never reveals it."""

from __future__ import annotations

from typing import NoReturn

MASK = "***"


class Secret:
    """Wraps a key or password. Falsy when it is not set; only `reveal` gives the value."""

    __slots__ = ("__value",)

    def __init__(self, value: str = "") -> None:
        """Take the plain text."""
        self.__value = value

    def reveal(self) -> str:
        """The plain text, for the one place that needs it."""
        return self.__value

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.__value

    def __hash__(self) -> int:
        return hash(self.__value)

    def __repr__(self) -> str:
        return MASK if self.__value else "(not set)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not copied to files or to other processes")
