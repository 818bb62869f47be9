"""Wrong usage of the command line, said in one sentence."""

from __future__ import annotations

import argparse
from typing import NoReturn

from trader.domain.errors import BadInput


class Parser(argparse.ArgumentParser):
    """Raises `BadInput` with the way to the help where argparse would end the process."""

    def error(self, message: str) -> NoReturn:
        """Called by argparse. Raises `BadInput`."""
        raise BadInput(f"{message}; see {self.prog} --help")
