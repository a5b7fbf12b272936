"""The mutants fit the code, and the prover tells a killed one from a survivor."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutants.listed import MUTANTS
from tests.mutants.mutant import Mutant, complaints
from tests.mutants.proving import KILLED, SURVIVED, UNUSABLE, fails_unbroken, prove

ROOT = Path(__file__).parents[2]

LESS = Mutant(
    name="one is counted less",
    promise="all are counted",
    file="bot/counting.py",
    swap={"return len(things)": "return len(things) - 1"},
    caught_by=("tests/test_counting.py::test_two_are_two",),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with one promise and one test of it."""
    for name, source in {
        "bot/__init__.py": "",
        "bot/app.py": "from bot import counting",
        "bot/counting.py": "def count(things):\n    return len(things)\n",
        "tests/test_counting.py": "from bot.counting import count\n"
        "def test_two_are_two():\n    assert count('ab') == 2\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source)
    return tmp_path


def test_every_mutant_fits_the_code_as_it_is() -> None:
    assert complaints(MUTANTS, ROOT) == []


def test_a_breakage_is_killed_and_a_harmless_change_survives(project: Path) -> None:
    harmless = replace(LESS, name="counted aloud", swap={"return len(things)": "return sum(1 for _ in things)"})

    assert [(each.outcome, each.detail) for each in prove(project, [LESS, harmless])] == [
        (KILLED, "tests/test_counting.py::test_two_are_two"),
        (SURVIVED, ""),
    ]


def test_a_mutant_that_cannot_start_or_meets_no_test_proves_nothing(project: Path) -> None:
    misspelt = replace(LESS, swap={"return": "retrun"})
    untested = replace(LESS, caught_by=("tests/test_counting.py::test_three_are_three",))
    broken_test = "import pytest\n@pytest.fixture\ndef two():\n    raise OSError\ndef test_two_are_two(two): ...\n"
    (project / "tests/test_broken.py").write_text(broken_test)
    never_begun = replace(LESS, caught_by=("tests/test_broken.py::test_two_are_two",))

    outcomes = [each.outcome for each in prove(project, [misspelt, untested, never_begun])]

    assert outcomes == [UNUSABLE, UNUSABLE, UNUSABLE]


def test_trying_mutants_changes_nothing_in_the_project(project: Path) -> None:
    before = (project / "bot/counting.py").read_text()

    list(prove(project, [LESS]))

    assert (project / "bot/counting.py").read_text() == before


def test_tests_that_fail_by_themselves_are_told_before_anything_is_broken(project: Path) -> None:
    assert fails_unbroken(project, [LESS]) == ""
    (project / "bot/counting.py").write_text("def count(things):\n    return 7\n")
    assert "test_two_are_two" in fails_unbroken(project, [LESS])


@pytest.mark.parametrize(
    ("mutant", "complaint"),
    [
        (replace(LESS, swap={"return 7": "return 8"}), "0 times"),
        (replace(LESS, swap={"things": "all"}), "2 times"),
        (replace(LESS, file="bot/adding.py"), "adding.py"),
        (replace(LESS, caught_by=("tests/test_counting.py::test_three",)), "there is no test"),
    ],
)
def test_a_mutant_that_no_longer_fits_is_named(project: Path, mutant: Mutant, complaint: str) -> None:
    (found,) = complaints([mutant], project)

    assert found.startswith(LESS.name)
    assert complaint in found


def test_two_mutants_never_share_a_name(project: Path) -> None:
    assert complaints([LESS, LESS], project) == [f"{LESS.name}: another mutant has this name"]
