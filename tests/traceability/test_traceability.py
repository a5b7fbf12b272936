"""Every promise has a place where it is built and a test that holds it, and the page says which."""

import os
from itertools import chain

import pytest

from tests.fakes import ROOT
from tests.traceability.entries import entries
from tests.traceability.page import page
from tests.traceability.proofs import _in_source, proofs

PAGE = ROOT / "docs" / "reference" / "traceability.md"
HOW_MANY = {"What Drumbeat must do": 63, "Checks": 67, "Forms": 12, "Artifacts": 10, "Measures": 17}
ENTRIES = entries(ROOT)
PROOFS = proofs(ROOT)
ALL = list(chain.from_iterable(ENTRIES.values()))


def test_every_id_is_known() -> None:
    assert {title: len(group) for title, group in ENTRIES.items()} == HOW_MANY
    numbered = {"What Drumbeat must do": "R", "Forms": "F", "Artifacts": "A", "Measures": "M"}
    for title, letter in numbered.items():
        assert [each.id for each in ENTRIES[title]] == [f"{letter}{n + 1}" for n in range(HOW_MANY[title])]


def test_every_id_is_proved_by_a_test() -> None:
    assert {each.id for each in ALL} - {proof.id for proof in PROOFS} == set()


def test_no_mark_names_an_id_that_there_is_not() -> None:
    known = {each.id for each in ALL}
    assert [proof for proof in PROOFS if proof.id not in known] == []


def test_every_id_is_built_somewhere_that_exists() -> None:
    assert [each.id for each in ALL if not each.built] == []
    assert [path for each in ALL for path in each.built if not (ROOT / path).exists()] == []


def test_every_id_says_what_it_is_in_a_line() -> None:
    assert [each.id for each in ALL if not each.says or "|" in each.says or "\n" in each.says] == []


def test_the_page_is_made_of_the_marks() -> None:
    """When it is not: `DRUMBEAT_GOLDEN=1 python -m pytest tests/traceability`."""
    made = page(ENTRIES, PROOFS)
    if "DRUMBEAT_GOLDEN" in os.environ:
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text("utf-8") == made


def test_the_mark_of_a_parametrised_test_counts_for_each_of_its_cases() -> None:
    source = """
MORE: tuple[object, ...] = ((1, "CA02"), (2, "CA03"))
CASES = (("CA01", 1), *((rule, n) for n, rule in MORE), pytest.param("CA04", 2), ("CA01", 3))

@pytest.mark.proves("R1", each="rule")
@pytest.mark.parametrize(("rule", "n"), CASES)
def test_it(rule, n): ...
"""
    assert [id for _function, id in _in_source(source)] == ["R1", "CA01", "CA02", "CA03", "CA04"]


def test_a_mark_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="must be written out"):
        list(_in_source("@pytest.mark.proves(SOMETHING)\ndef test_it(): ..."))
    with pytest.raises(ValueError, match="is given no rule"):
        list(_in_source('@pytest.mark.proves(each="rule")\ndef test_it(): ...'))
