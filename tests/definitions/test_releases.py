"""Release rules in YAML: what they come to, and every mistake at its place."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.definitions import Loaded, ReleaseRules, load
from bot.definitions.releases import SLUG_LIMIT, slug

ORGANISATION = """\
name: Acme
zone: Europe/Berlin
channels: {updates: "#updates", launches: "#launches", decisions: "#decisions", product_ops: "#ops"}
functions:
  - {id: product, name: Product}
  - {id: support, name: Support}
people:
  - {name: Alice, email: alice@example.com, function: product}
areas:
  - {id: billing, name: Billing, owner: alice@example.com, forum: "#billing"}
"""

CALENDAR = """\
rituals:
  - id: weekly
    name: Weekly
    kind: weekly_update
    purpose: Everybody knows.
    owner: alice@example.com
    artifact: Digest
    schedule: {repeats: FREQ=WEEKLY;BYDAY=WE, prompt: 10:00, cutoff: 12:00, publish: 12:00}
"""

RELEASES = """\
facts:
  - {id: asked, question: Will Support be asked?}
  - {id: terms, question: Does the price change?}
tiers:
  high:
    when: [asked and terms]
    lead_time: 10
  medium:
    when:
      - asked
      - terms
    lead_time: 5
  low: {lead_time: 0}
items:
  - id: 1
    title: The four questions are answered
    owners: [release-owner]
    evidence: the answers
    levels: {low: gate, medium: gate, high: gate}
    due: {medium: 5, high: 10}
    computed: answers
  - id: 2
    title: Support has been briefed
    owners: [support, product]
    evidence: a list
    levels: {medium: advisory, high: gate}
    due: {high: 3}
    only_if: [terms]
sign_offs:
  - {function: support, tiers: [high], only_if: [asked]}
releases:
  - name: Atlas
    owner: alice@example.com
    date: 2026-12-10
    summary: Invoices can be split.
    facts: [asked, terms]
    answers: {audience: Everybody who pays us}
"""

Write = Callable[..., Loaded]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Loads the rules from the current folder, with some of their words replaced."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "organisation.yaml").write_text(ORGANISATION)
    (tmp_path / "calendar.yaml").write_text(CALENDAR)

    def write(*changes: tuple[str, str]) -> Loaded:
        text = RELEASES
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} must stand there once"
            text = text.replace(old, new)
        (tmp_path / "releases.yaml").write_text(text)
        return load(tmp_path)

    return write


def rules(loaded: Loaded) -> ReleaseRules:
    assert loaded.problems == ()
    assert loaded.definitions is not None and loaded.definitions.releases is not None
    return loaded.definitions.releases


def test_the_rules_say_what_stands_in_the_file(loaded: Write) -> None:
    found = rules(loaded())
    assert found.tiers.high.when == (("asked", "terms"),)
    assert found.tiers.medium.when == (("asked",), ("terms",))
    assert (found.tiers.of("high").lead_time, found.tiers.of("low").when) == (10, ())
    item = found.item(2)
    assert item is not None and item.owners == ("support", "product")
    assert [item.levels.of(tier) for tier in ("low", "medium", "high")] == ["hidden", "advisory", "gate"]
    assert (item.due.of("medium"), item.due.of("high")) == (0, 3)
    assert found.item(3) is None
    (release,) = found.releases
    assert (release.date, release.confidence, release.answers.audience) == (
        date(2026, 12, 10),
        "likely",
        "Everybody who pays us",
    )


def test_a_team_may_leave_the_file_out(loaded: Write, tmp_path: Path) -> None:
    loaded()
    (tmp_path / "releases.yaml").unlink()
    found = load(tmp_path)
    assert found.problems == ()
    assert found.definitions is not None and found.definitions.releases is None


MISTAKES = [
    ("[asked and terms]", "[asked and trems]", "6:12", "no fact has the id `trems`", "write `terms`"),
    ("      - terms\n", "      - tems\n", "11:9", "no fact has the id `tems`", "write `terms`"),
    ("only_if: [terms]", "only_if: [price]", "28:15", "no fact has the id `price`", "write one of: asked, terms"),
    ("only_if: [asked]", "only_if: [aked]", "30:50", "no fact has the id `aked`", "write `asked`"),
    ("facts: [asked, terms]", "facts: [asked, term]", "36:20", "no fact has the id `term`", "write `terms`"),
    ("{id: terms,", "{id: asked,", "3:10", "the id `asked` is taken: it first stands on line 2", "give this one"),
    ("  - id: 2\n", "  - id: 1\n", "22:9", "the id `1` is taken: it first stands on line 15", "give this one"),
    ("  - id: 2\n", "  - id: two\n", "22:9", "`two` is not a number from 1 to 999", "write 1 to 999 in digits"),
    ("  - id: 2\n", "  - id: 2\n    when: [asked]\n", "23:5", "unknown key `when`", "write one of"),
    ("[support, product]", "[suport, product]", "24:14", "no function has the id `suport`", "write `support`"),
    ("[release-owner]", "[relese-owner]", "17:14", "no function has the id `relese-owner`", "write `release-owner`"),
    ("[support, product]", "[]", "24:13", "nothing stands in this list", "at least one"),
    ("function: support", "function: sales", "30:16", "no function has the id `sales`", "write one of"),
    ("tiers: [high]", "tiers: [hihg]", "30:33", "cannot be `hihg`", "write `high`"),
    ("{medium: advisory, high: gate}", "{medium: gate, high: advisory}", "26:13",
     "item 2 is a gate for medium and advisory for high", "write gate for high"),
    ("{medium: advisory, high: gate}", "{medium: gate}", "26:13", "item 2 is a gate for medium and hidden for high",
     "a higher tier never asks for less"),
    ("{medium: advisory, high: gate}", "{low: hidden}", "26:13", "item 2 is hidden in every tier", "or remove"),
    ("due: {high: 3}", "due: {low: 1, high: 3}", "27:10", "a due day for low, where it is hidden", "remove low"),
    ("due: {high: 3}", "due: {high: 11}", "27:17", "due 11 working days before, but high has a lead time of 10",
     "write at most 10"),
    ("due: {high: 3}", "due: {high: -3}", "27:17", "`-3` is not a number from 0 to 60", "write 0 to 60"),
    ("    lead_time: 10\n", "", "6:5", "`lead_time` is missing", "write the working days"),
    ("    when: [asked and terms]\n", "", "6:5", "nothing makes a release high", "add `when`"),
    ("low: {lead_time: 0}", "low: {lead_time: 0, when: [asked]}", "13:8", "neither medium nor high", "remove `when`"),
    ("owner: alice@", "owner: bob@", "33:12", "nobody in the organisation is `bob@example.com`", "organisation.yaml"),
    ("name: Atlas", 'name: "???"', "32:11", "`???` is not a name for a release", "at least one letter"),
    ("name: Atlas", "name: NEW", "32:11", "`NEW` is a word of the command", "another name"),
    ("date: 2026-12-10", "date: 10.12.2026", "34:11", "`10.12.2026` is not a date", "2026-11-25"),
    ("date: 2026-12-10", "date: 9999-12-10", "34:11", "is not a date", "write"),
    ("summary: Invoices", "confidence: sure\n    summary: Invoices", "35:17", "cannot be `sure`", "write one of"),
    ("answers: {audience: ", "answers: {who: ", "37:15", "unknown key `who`", "write one of"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "message", "mend"), MISTAKES)
def test_a_mistake_is_shown_at_its_place_with_what_to_write(
    loaded: Write, old: str, new: str, place: str, message: str, mend: str
) -> None:
    found = loaded((old, new))
    assert found.definitions is None
    problem = found.problems[0]
    assert (problem.file, f"{problem.line}:{problem.column}") == ("releases.yaml", place)
    assert message in problem.message
    assert mend in problem.mend


def test_there_are_no_more_facts_than_a_form_can_show(loaded: Write) -> None:
    fact = "  - {id: asked, question: Will Support be asked?}\n"
    more = "".join(fact.replace("asked,", f"asked{n},") for n in range(9))
    (problem,) = loaded((fact, fact + more)).problems
    assert (problem.line, problem.message, problem.mend) == (2, "11 entries are too many", "keep at most 10")


def test_a_function_is_asked_once_for_a_tier(loaded: Write) -> None:
    line = "  - {function: support, tiers: [high], only_if: [asked]}\n"
    (problem,) = loaded((line, line + "  - {function: support, tiers: [medium, high]}\n")).problems
    assert problem.message == "`support` is asked twice for high"
    assert problem.line == 31


def test_two_releases_never_share_a_name_whatever_its_capitals(loaded: Write) -> None:
    atlas = RELEASES[RELEASES.index("  - name: Atlas") :]
    (problem,) = loaded((atlas, atlas + atlas.replace("Atlas", '"ATLAS!"'))).problems
    assert problem.message == "a release of this name stands already on line 32"


def test_all_mistakes_come_at_once(loaded: Write) -> None:
    found = loaded(
        ("[support, product]", "[suport]"), ("owner: alice@", "owner: bob@"), ("[asked and terms]", "[askd]")
    )
    assert [problem.line for problem in found.problems] == [6, 24, 33]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Atlas", "atlas"),
        (" Billing v2.0! ", "billing-v2-0"),
        ("snake_case Name", "snake-case-name"),
        ("Größe", "grösse"),
        ("Ａｔｌａｓ", "atlas"),
        ("発売", "発売"),
        ("🚀", ""),
    ],
)
def test_names_become_words_for_commands(name: str, short: str) -> None:
    assert slug(name) == short


def test_a_short_name_fits_its_column_whatever_its_characters_become() -> None:
    assert len(slug("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 80)) == SLUG_LIMIT


def test_an_answer_that_stands_there_says_enough_for_its_tier(loaded: Write) -> None:
    (problem,) = loaded(("Everybody who pays us", "Everybody")).problems
    assert (problem.rule, problem.level, f"{problem.line}:{problem.column}") == ("RE01", "error", "37:25")
    assert "too little of Atlas, which is high" in problem.message
    assert loaded(("Everybody who pays us", "Everybody"), ("facts: [asked, terms]", "facts: []")).problems == (), "low"


def test_a_way_back_that_stands_there_says_when_who_and_how_fast(loaded: Write) -> None:
    stated = "answers: {audience: Everybody who pays us, rollback: "
    (note,) = [
        each
        for each in loaded(("answers: {audience: Everybody who pays us", f"{stated}We switch it off again")).notes
        if each.rule == "RE10"
    ]
    assert (note.level, note.message) == (
        "warning",
        "how Atlas is taken back does not say what sets it off, who does it, within how many minutes",
    )
    whole = f"{stated}Alice switches it off within 5 minutes if more than 1 % fail"
    assert "RE10" not in {each.rule for each in loaded(("answers: {audience: Everybody who pays us", whole)).notes}
