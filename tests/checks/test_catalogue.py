"""Whether the list of checks, the code that finds and the tests that break know the same 67."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from bot.checks.catalogue import GROUPS, LEVELS, RULES
from bot.checks.page import page
from tests.checks.test_definitions import BROKEN_BY
from tests.checks.test_forms import FORMS
from tests.checks.test_records import CASES

ROOT = Path(__file__).parent.parent.parent
HOW_MANY = {"CH": 4, "OM": 4, "CA": 8, "AR": 5, "IN": 10, "RE": 13, "DE": 4, "BO": 5, "IM": 9, "NO": 3, "DA": 2}


def test_there_are_67_checks_in_the_order_of_their_groups() -> None:
    ids = [f"{letters}{n:02}" for letters in HOW_MANY for n in range(1, HOW_MANY[letters] + 1)]
    assert [rule.id for rule in RULES] == ids
    assert (len(ids), list(GROUPS)) == (67, list(HOW_MANY))


def test_each_check_is_found_by_code() -> None:
    found = ids_in(path for path in (ROOT / "bot").rglob("*.py") if path.parent.name != "checks")
    assert {rule.id for rule in RULES} - found == set()


def test_each_check_has_a_test_that_breaks_it_and_one_that_does_not() -> None:
    """Of definitions one change breaks what ships; forms and records come in pairs."""
    in_definitions, in_forms = {rule for rule, _, _ in BROKEN_BY}, {rule for rule, _, _ in FORMS}
    in_records = {rule for rule, _, _ in CASES}
    for rule in RULES:
        early, late = rule.id in in_definitions | in_forms, rule.id in in_records
        assert {"definitions": early, "records": late, "both": early and late}[rule.on], rule.id


def test_how_bad_a_check_of_definitions_is_stands_in_the_list() -> None:
    worst = {rule: min(LEVELS.index(level) for id, level, _ in BROKEN_BY if id == rule) for rule, _, _ in BROKEN_BY}
    alike = {rule.id: LEVELS.index(rule.level) for rule in RULES if rule.on != "records" and rule.id in worst}
    assert {rule: worst[rule] for rule in alike} == alike


def test_the_page_of_checks_is_made_of_the_list() -> None:
    path = ROOT / "docs" / "checks.md"
    if "DRUMBEAT_GOLDEN" in os.environ:
        path.write_text(page(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == page()


def test_each_check_says_what_it_finds_why_and_how_to_mend_it() -> None:
    for rule in RULES:
        assert all((rule.holds, rule.why, rule.example, rule.mend)), rule.id
        assert not rule.holds.endswith("."), rule.id


def ids_in(paths: Iterable[Path]) -> set[str]:
    """The ids that code gives to what it finds."""
    pattern = re.compile(r'"([A-Z]{2}\d{2})"')
    return {id for path in paths for id in pattern.findall(path.read_text(encoding="utf-8"))}
