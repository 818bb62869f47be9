"""What the tree says about itself is true: pins, the README's commands, nothing of one machine."""

import re
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from benchmarks.bars import invented
from tests.architecture.tree import PACKAGES, ROOT, committed, imported, product, proofs, shown
from trader.domain.parameters import Parameters
from trader.domain.time import HOUR
from trader.strategies.catalogue import discover
from trader.strategies.filters import Market
from trader.strategies.rows import evaluate

PIN = re.compile(r"(?P<name>[\w.-]+)(\[[\w,]+\])?==(?P<version>[\w.+!]+)")
READMES = ("README.md", "README.ko.md")
NOT_IMPORTED = {"psycopg", "tzdata"}  # SQLAlchemy loads the driver, zoneinfo the data
TOOLS = {  # run, not imported
    "hypothesis", "import-linter", "mypy", "pandas-stubs", "pytest", "pytest-asyncio",
    "pytest-cov", "pytest-timeout", "pytest-xdist", "ruff", "types-psutil",
}  # fmt: skip


@cache
def _pins(file: str) -> dict[str, str]:
    """Versions by name; a line that pins nothing exactly fails the test that asks."""
    found = {}
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        wanted = line.partition("#")[0].strip()
        if not wanted or wanted.startswith(("-r ", "-c ")):
            continue
        pin = PIN.fullmatch(wanted)
        assert pin, f"{file}: {line!r} is no exact version"
        found[_name(pin["name"])] = pin["version"]
    return found


def _name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


@cache
def _distributions() -> dict[str, set[str]]:
    """Distribution names by what one imports."""
    known = packages_distributions()
    return {word: {_name(name) for name in names} for word, names in known.items()}


def _needed(paths: tuple[Path, ...]) -> set[str]:
    """Names of the distributions that files import."""
    words = {word for path in paths for word in imported(path)} - set(sys.stdlib_module_names)
    words -= {*PACKAGES, "tests"}
    return {name for word in words for name in _distributions().get(word, ())}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_as_the_constraints_say(file: str) -> None:
    constraints = _pins("constraints.txt")
    for name, version in _pins(file).items():
        assert constraints[name] == version, name


def test_what_the_product_imports_is_required_and_nothing_else() -> None:
    daemon = tuple(path for path in product() if "benchmarks" not in path.parts)
    required = set(_pins("requirements.txt"))
    assert _needed(daemon) - required == set()
    assert required - _needed(daemon) - NOT_IMPORTED == set()


def test_what_the_tests_need_besides_is_a_development_requirement_and_nothing_else() -> None:
    extra = set(_pins("requirements-dev.txt"))
    needed = _needed((*product(), *proofs())) - set(_pins("requirements.txt"))
    assert needed - extra - set(_pins("constraints.txt")) == set()
    assert extra - needed - TOOLS == set()


def test_what_is_installed_here_is_what_is_pinned() -> None:
    """A test that passes with other versions says little about these."""
    from importlib.metadata import version

    installed = {name: version(name) for name in _pins("requirements.txt")}
    assert installed == _pins("requirements.txt")


def _commands(readme: str) -> list[str]:
    """Lines of the blocks of commands, without their comments."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sh|bat)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [
        re.sub(r"\s{2,}#.*", "", line).strip() for block in blocks for line in block.splitlines()
    ]
    return [line for line in lines if line]


@pytest.mark.parametrize("readme", READMES)
def test_the_commands_of_the_readme_exist(readme: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for line in _commands(readme):
        if line.startswith("make "):
            assert line.split()[1] in targets, line
        for script in re.findall(r"\brun_\w+\.py", line):
            assert (ROOT / script).exists(), line


@pytest.mark.parametrize("readme", READMES)
def test_the_flags_of_the_readme_exist(readme: str) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in product())
    for line in _commands(readme):
        if "run_" in line:
            for flag in re.findall(r"--[a-z-]+", line):
                assert f'"{flag}"' in code, line


def test_both_readmes_have_the_same_sections_and_commands() -> None:
    english, korean = ((ROOT / name).read_text(encoding="utf-8") for name in READMES)
    assert english.count("\n## ") == korean.count("\n## ")
    assert _commands(READMES[0]) == _commands(READMES[1])


@pytest.mark.parametrize("readme", [*READMES, "docs/strategies.md", "docs/architecture.md"])
def test_the_files_that_the_documents_name_exist(readme: str) -> None:
    folder = (ROOT / readme).parent
    text = (ROOT / readme).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (folder / target).exists(), target


def test_the_strategy_that_the_documents_show_works(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "strategies.md").read_text(encoding="utf-8")
    code = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[0]
    (tmp_path / "shown.py").write_text(code, encoding="utf-8")
    strategy = discover(tmp_path).get("three_rising")
    rows = evaluate(strategy, invented(2_000, HOUR), Parameters(), Market("XRP", 0.0005))
    assert rows.long.any()
    assert rows.sell.any()


_OF_ONE_MACHINE = re.compile(
    "|".join([r"/ho" r"me/\w", r"/Us" r"ers/\w", r"(?<![\w.])/ro" r"ot/", r"(?<![\w.])/wo" r"rk/"])
)


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    for path in committed():
        if path.is_file() and path.suffix not in (".png", ".parquet", ".gz"):
            found = _OF_ONE_MACHINE.search(path.read_text(encoding="utf-8", errors="replace"))
            assert found is None, f"{shown(path)}: {found}"


def test_decisions_are_numbered_and_short() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    for path in files:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 20, path.name
