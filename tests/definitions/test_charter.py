"""The charter in YAML: what it comes to, and every mistake at its place, with the check that it breaks."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import shipped
from bot.definitions import Loaded, load
from bot.edits.changes import as_texts, compare
from tests.definitions.test_decisions import CALENDAR, ORGANISATION

CHARTER = """\
problem: {reduce: surprises, improve: what Support knows, for: everybody}
owns: [The calendar]
does_not_own: [Strategy, The roadmap, Whether a release goes out]
decision_rights: Product managers decide, and we inform.
asking: {channel: "#product-ops", triage: every Monday, reply_within: 2}
measures: [M1, M5, M7]
interfaces:
  - id: seam
    name: Product and Support
    about: What customers report
    sides:
      - {of: product, owner: head_of_product, backup: product_ops}
      - {of: support, owner: support}
    reply_within: 2
    escalation: head_of_product
roadmaps:
  - {area: billing, owner: head_of_product, where: "https://plans.example/billing"}
"""

WHOLE = "owner: product_ops, baseline: {value: 55 %, source: counted}, target: 85 %, by: 2027-02-26"
MEASURES = "\n".join(
    [
        "measures:",
        *(f"  - {{id: {id}, {WHOLE}}}" for id in ("M1", "M2", "M5", "M7", "M9", "M16")),
        '  - {id: nps, name: Loyalty, link: "https://numbers.example/nps", owner: product_ops}',
    ]
)

Write = Callable[..., Loaded]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Loads the charter from the current folder, with some words of it replaced."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calendar.yaml").write_text(CALENDAR)
    (tmp_path / "organisation.yaml").write_text(ORGANISATION)
    (tmp_path / "measures.yaml").write_text(MEASURES)

    def write(*changes: tuple[str, str]) -> Loaded:
        text = CHARTER
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (tmp_path / "charter.yaml").write_text(text)
        return load(tmp_path)

    return write


def told(loaded: Loaded) -> list[tuple[str, int, str, str]]:
    """What is wrong with the charter: the check, the line, how severe it is, and the sentence."""
    found = [each for each in (*loaded.problems, *loaded.notes) if each.file.endswith("charter.yaml")]
    return [(each.rule, each.line, each.level, each.message) for each in found]


def test_a_whole_charter_is_read(loaded: Write) -> None:
    found = loaded()
    assert told(found) == []
    assert found.definitions is not None
    charter = found.definitions.charter
    assert charter is not None
    assert charter.problem is not None
    assert (charter.problem.whom, charter.measures, charter.rubric) == ("everybody", ("M1", "M5", "M7"), "R-A")
    assert charter.interfaces[0].sides[1].owner == "support"


def test_the_shipped_charter_has_no_mistakes_and_no_warnings() -> None:
    found = load(shipped.folder("cadences"))
    assert found.problems == ()
    assert [each for each in found.notes if each.file.endswith("charter.yaml")] == []


@pytest.mark.proves("R28", "R39", "CH01")
@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("owns: [The calendar]\n", "the charter is missing what we own"),
        (
            "does_not_own: [Strategy, The roadmap, Whether a release goes out]\n",
            "the charter is missing what we do not own",
        ),
        (
            'asking: {channel: "#product-ops", triage: every Monday, reply_within: 2}\n',
            "the charter is missing how to ask us",
        ),
        ("measures: [M1, M5, M7]\n", "the charter is missing how success is measured"),
    ],
)
def test_each_of_four_blocks_is_needed(loaded: Write, line: str, message: str) -> None:
    assert told(loaded((line, ""))) == [("CH01", 1, "error", message)]
    if not line.startswith("asking"):
        key, _, _ = line.partition(":")
        number = CHARTER[: CHARTER.index(line)].count("\n") + 1
        assert told(loaded((line, f"{key}:\n"))) == [("CH01", number, "error", message)], "an empty one says nothing"


@pytest.mark.proves("CH01")
def test_two_lines_of_what_we_do_not_own_are_too_few(loaded: Write) -> None:
    found = loaded((", Whether a release goes out", ""))
    assert told(found) == [("CH01", 3, "error", "the charter names only 2 things that we do not own")]
    assert found.problems[0].mend == "write at least 3 lines: what has no limits grows without end"


@pytest.mark.proves("R38", "CH02")
def test_decision_rights_are_reworded_and_never_removed(loaded: Write) -> None:
    assert told(loaded(("Product managers decide, and we inform.", "Wir beraten, entschieden wird im Produkt."))) == []
    message = "the charter must say that product managers keep decision rights"
    assert told(loaded(("decision_rights: Product managers decide, and we inform.\n", ""))) == [
        ("CH02", 1, "error", message)
    ]
    assert told(loaded((" Product managers decide, and we inform.", ""))) == [("CH02", 4, "error", message)]


@pytest.mark.proves("R28", "CH03")
@pytest.mark.parametrize(("measures", "count"), [("M1, M5", "2 measures"), ("M1, M2, M5, M7, M9, M16", "6 measures")])
def test_success_is_measured_by_three_to_five(loaded: Write, measures: str, count: str) -> None:
    found = loaded(("M1, M5, M7", measures))
    assert told(found) == [("CH03", 6, "warning", f"success is measured by {count}")]
    assert found.definitions is not None, "a warning keeps nothing from being used"


def test_what_success_is_measured_by_has_a_baseline_and_a_target(loaded: Write) -> None:
    found = loaded(("M1, M5, M7", "M1, M8, nps"))
    assert told(found) == [
        ("CH03", 6, "warning", "Triage in time has no baseline and no target"),
        ("CH03", 6, "warning", "Loyalty has no baseline and no target"),
    ]
    assert [each.mend for each in found.notes if each.rule == "CH03"] == [
        "add `baseline` and `target` to M8 in measures.yaml",
        "add `baseline` and `target` to nps in measures.yaml",
    ]


def test_without_measures_nothing_can_be_shown_later(loaded: Write, tmp_path: Path) -> None:
    loaded()
    (tmp_path / "measures.yaml").unlink()
    found = load(tmp_path)
    assert told(found) == [("CH03", 6, "warning", "no measure of success has a baseline or a target")]


def test_success_is_measured_by_what_there_is(loaded: Write) -> None:
    found = loaded(("M1, M5, M7", "M1, M5, npz"))
    assert told(found) == [("", 6, "error", "`npz` is no measure")]
    assert found.problems[0].mend == "write `nps`"


@pytest.mark.proves("R36", "IM01")
def test_the_sentence_of_the_problem_is_needed(loaded: Write) -> None:
    found = loaded(("problem: {reduce: surprises, improve: what Support knows, for: everybody}\n", ""))
    assert told(found) == [("IM01", 1, "error", "the charter does not say what product operations is there for")]


@pytest.mark.proves("R3", "OM03")
@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("{of: support, owner: support}", "{of: support}", 13, "Product and Support has no owner in Support"),
        ("      - {of: support, owner: support}\n", "", 12, "Product and Support has 1 side, and lies between two"),
        (
            "    reply_within: 2\n",
            "",
            8,
            "Product and Support does not say by when one side answers the other",
        ),
        (
            "    escalation: head_of_product\n",
            "",
            8,
            "Product and Support does not say who is asked when the two sides do not agree",
        ),
    ],
)
def test_an_interface_has_owners_on_both_sides_a_time_and_an_escalation(
    loaded: Write, old: str, new: str, line: int, message: str
) -> None:
    assert told(loaded((old, new))) == [("OM03", line, "warning", message)]


@pytest.mark.proves("R56", "BO04")
def test_a_second_roadmap_of_an_area_is_one_too_many(loaded: Write) -> None:
    second = '"https://plans.example/billing"}\n  - {area: billing, owner: support, where: a spreadsheet}'
    found = loaded(('"https://plans.example/billing"}', second))
    assert told(found) == [("BO04", 18, "warning", "Billing already has a roadmap, on line 17")]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("owner: support}", "owner: marketing}", 13, "`marketing` stands for nobody here"),
        ("of: support", "of: marketing", 13, "no function has the id `marketing`"),
        ("backup: product_ops", "backup: head_of_product", 12, "the backup in Product is the owner"),
        (
            "escalation: head_of_product",
            "escalation: nobody@example.com",
            15,
            "nobody in the organisation is `nobody@example.com`",
        ),
        (
            "escalation: head_of_product",
            "escalation: [head_of_product, support]",
            15,
            "2 people would be asked last together",
        ),
        ("area: billing", "area: biling", 17, "no area has the id `biling`"),
        ("M1, M5, M7", "M1, M5, M5", 6, "`M5` stands here twice"),
    ],
)
def test_words_that_stand_for_nothing_are_told(loaded: Write, old: str, new: str, line: int, message: str) -> None:
    assert told(loaded((old, new))) == [("", line, "error", message)]


def test_what_a_charter_changes_is_said_in_a_plan(loaded: Write) -> None:
    before, after = (
        loaded().definitions,
        loaded(("owns: [The calendar]", "owns: [The calendar, Templates]")).definitions,
    )
    assert before is not None
    assert after is not None
    assert as_texts(compare(before, after)) == ["charter owns changed: owns: + Templates"]
