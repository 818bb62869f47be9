"""Every scenario on a floor is watched while it runs and ends with the same checks."""

from collections.abc import Generator, Iterator

import pytest

from tests.e2e.real import ending

_PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the test itself passed."""
    report = yield
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture(autouse=True)
def _ends_well(request: pytest.FixtureRequest) -> Iterator[None]:
    """Truth is books, nothing twice, nothing naked, nothing over the limits, all faults fired."""
    if "there" not in request.fixturenames:
        yield
        return
    there = request.getfixturevalue("there")
    with ending.watched(there) as found:
        yield
    try:
        if request.node.stash.get(_PASSED, False):
            assert ending.breaches(there, found) == []
    finally:
        ending.clear(there)
