"""Seeds, part one of four: whatever goes wrong, no promise is broken, and all comes to rest."""

from pathlib import Path

import pytest

from tests.simulation.seeds import firsts, prove


@pytest.mark.soak
@pytest.mark.no_cover  # `test_reached` measures: the tracer makes a seed three times as long
@pytest.mark.parametrize("first", firsts(0))
def test_no_promise_is_broken(first: int, empty: Path) -> None:
    prove(first, empty)
