from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from bot.yamlfile import MAX_BYTES, Problem, nearest, parse, read, validate


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(Strict):
    name: str
    country: str = "DE"
    mood: Literal["glad", "tired"] = "glad"
    age: int | None = None


class Team(Strict):
    title: str = Field(min_length=1, description="write what the team is called")
    meets: str = "09:00"
    founded: date | None = None
    people: tuple[Person, ...] = ()
    rooms: dict[str, Person] = Field(default_factory=dict)


def team(text: str | bytes) -> tuple[Team | None, list[Problem]]:
    """What reading this text as a team gives."""
    document, problems = parse(text.encode() if isinstance(text, str) else text, "team.yaml")
    if document is None:
        return None, problems
    found, more = validate(document, Team)
    return found, sorted(problems + more)


def complaint(text: str | bytes) -> Problem:
    """The one problem in this text."""
    _, problems = team(text)
    assert len(problems) == 1, problems
    return problems[0]


def test_a_clean_file_becomes_its_model() -> None:
    found, problems = team("title: Core\nfounded: 2024-02-29\npeople:\n  - {name: Alice, age: 41}\n")
    assert problems == []
    assert found is not None
    assert (found.title, found.founded, found.people[0].age) == ("Core", date(2024, 2, 29), 41)


def test_times_and_the_word_no_stay_text() -> None:
    found, _ = team("title: 007\nmeets: 10:00\npeople:\n  - {name: yes, country: no}\n")
    assert found is not None
    assert (found.title, found.meets) == ("007", "10:00")
    assert (found.people[0].name, found.people[0].country) == ("yes", "no")


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    found, problems = team(b"\xef\xbb\xbftitle: Core\r\nmeets: 10:00\r\n")
    assert problems == []
    assert found == Team(title="Core", meets="10:00")


def test_an_alias_repeats_what_its_anchor_holds() -> None:
    found, problems = team("title: &t Core\nmeets: *t\n")
    assert problems == []
    assert found is not None and found.meets == "Core"


def test_a_misspelt_key_is_found_where_it_stands_with_the_right_one() -> None:
    assert complaint("title: Core\npeople:\n  - name: Alice\n    contry: NO\n") == Problem(
        "team.yaml", 4, 5, "unknown key `contry`", "write `country`"
    )


def test_a_misspelt_key_inside_named_entries_is_found_too() -> None:
    assert complaint("title: Core\nrooms:\n  blue:\n    name: Alice\n    moood: glad\n") == Problem(
        "team.yaml", 5, 5, "unknown key `moood`", "write `mood`"
    )


def test_an_unknown_key_like_no_other_lists_what_there_is() -> None:
    problem = complaint("title: Core\nzzzzz: 1\n")
    assert problem.mend == "write one of: title, meets, founded, people, rooms"


def test_a_value_outside_a_closed_list_names_the_nearest() -> None:
    assert complaint("title: Core\npeople:\n  - name: Alice\n    mood: gladd\n") == Problem(
        "team.yaml", 4, 11, "`mood` cannot be `gladd`", "write `glad`"
    )


@pytest.mark.parametrize("text", ["people: []\n", "title:\n", "title: ''\n"])
def test_a_missing_or_empty_value_says_what_belongs_there(text: str) -> None:
    problem = complaint(text)
    assert (problem.line, problem.column if problem.message.endswith("missing") else 1) == (1, 1)
    assert problem.mend == "write what the team is called"


def test_a_key_without_a_value_is_found_at_the_key() -> None:
    problem = complaint("title: Core\npeople:\n  - name:\n\n\n")
    assert (problem.line, problem.column, problem.message) == (3, 5, "`name` is empty")


def test_a_missing_key_in_a_list_is_found_at_its_entry() -> None:
    problem = complaint("title: Core\npeople:\n  - name: Alice\n  - country: NO\n")
    assert (problem.line, problem.column, problem.message) == (4, 5, "`name` is missing")


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("title: [a]\n", 1, 8, "`title`: one piece of text belongs here"),
        ("title: Core\npeople: Alice\n", 2, 9, "`people`: a list belongs here"),
        ("title: Core\npeople: [Alice]\n", 2, 10, "`people`: a block of `key: value` lines belongs here"),
        ("title: Core\nrooms: [a]\n", 2, 8, "`rooms`: a block of `key: value` lines belongs here"),
        ("title: Core\npeople: [{name: A, age: old}]\n", 2, 25, "`age`: a whole number belongs here"),
        ("- a\n", 1, 1, "`the file`: a block of `key: value` lines belongs here"),
        ("just words\n", 1, 1, "`the file`: a block of `key: value` lines belongs here"),
    ],
)
def test_the_wrong_shape_is_said_in_plain_words(text: str, line: int, column: int, message: str) -> None:
    problem = complaint(text)
    assert (problem.line, problem.column, problem.message) == (line, column, message)
    assert problem.mend


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the file is empty"),
        ("# only a comment\n", 1, "the file is empty"),
        ("---\n", 1, "the file is empty"),
        ("title: Core\n\tmeets: x\n", 2, "a tab stands where YAML wants spaces"),
        ("title: Core\npeople:\n\t- name: Alice\n", 3, "a tab stands where YAML wants spaces"),
        ("title: a: b\n", 1, "a second `: ` on this line, or a wrong indent"),
        ("title: 'Core\n", 2, "a quote is never closed"),
        ("people: [a\n", 2, "a list that begins with `[` is never closed"),
        ("people: {a: b\n", 2, "a block that begins with `{` is never closed"),
        ("title: Core\n meets: x\n", 2, "a second `: ` on this line, or a wrong indent"),
        ("title: @core\n", 1, "text may not begin with this character"),
        ("title: Core\n---\ntitle: Two\n", 2, "a second document begins here (`---`)"),
        ("title: *core\n", 1, "an alias (`*name`) without its anchor (`&name`)"),
        ("title: &a [*a]\n", 1, "an alias here refers to itself"),
        ("title: Core\nmeets: \x07\n", 2, "there is a control character here that YAML does not allow"),
        ("title: Core\nmeets: \x00\n", 2, "there is a control character here that YAML does not allow"),
        ("title: !secret Core\n", 1, "the tag `!secret` means nothing here"),
        ("title: Core\n? [a]\n: b\n", 2, "a key must be one word or text"),
        ("title: Core\ntitle: Two\n", 2, "the key `title` stands here twice; the first is on line 1"),
    ],
)
def test_a_slip_in_the_yaml_is_explained(text: str, line: int, message: str) -> None:
    problem = complaint(text)
    assert (problem.line, problem.message) == (line, message)
    assert problem.mend


def test_text_that_is_not_utf8_is_found_where_it_breaks() -> None:
    assert complaint("title: Core\nmeets: Bü".encode() + b"\xfcro\n") == Problem(
        "team.yaml", 2, 10, "the file is not UTF-8 text", "save it with the encoding UTF-8"
    )


def test_brackets_nested_without_end_are_refused() -> None:
    assert complaint("title: " + "[" * 2_000).message == "lists and blocks are nested too deeply here"


def test_a_file_beyond_a_megabyte_is_refused() -> None:
    assert complaint(b"#" * (MAX_BYTES + 1)).message == "the file is larger than 1 MB"


def test_aliases_that_multiply_are_refused() -> None:
    """Nine lines that would come to a billion values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert complaint("\n".join(lines)).message == "the file holds too many values"


def test_all_problems_come_at_once_in_the_order_they_stand() -> None:
    _, problems = team("titel: Core\npeople:\n  - mood: sad\n    age: old\n  - name: Bob\n    name: Rob\n")
    assert [(problem.line, problem.message) for problem in problems] == [
        (1, "`title` is missing"),
        (1, "unknown key `titel`"),
        (3, "`name` is missing"),
        (3, "`mood` cannot be `sad`"),
        (4, "`age`: a whole number belongs here"),
        (6, "the key `name` stands here twice; the first is on line 5"),
    ]


def test_too_few_and_too_much_are_told_in_words() -> None:
    class Small(Strict):
        title: str = Field(max_length=5)
        people: tuple[str, ...] = Field(min_length=1)

    document, _ = parse(b"title: Orchestra\npeople: []\n", "small.yaml")
    assert document is not None
    assert validate(document, Small)[1] == [
        Problem("small.yaml", 1, 8, "`title` is 9 characters long", "write at most 5"),
        Problem("small.yaml", 2, 9, "`people` has no entry", "write at least one after `- `"),
    ]


def test_a_list_whose_entries_are_all_wrong_is_not_called_empty() -> None:
    class Small(Strict):
        ages: tuple[int, ...] = Field(min_length=1)

    document, _ = parse(b"ages: [old, older]\n", "small.yaml")
    assert document is not None
    assert [problem.message for problem in validate(document, Small)[1]] == ["`ages`: a whole number belongs here"] * 2


def test_a_bracket_that_a_comment_swallowed_is_told_in_words() -> None:
    _, problems = team("people:\n  - {name: #alice}\n  - {name: Bob}\n")
    assert [(problem.line, problem.mend) for problem in problems] == [
        (3, 'close it; text that begins with # needs quotes: "#name"')
    ]


def test_with_unknown_keys_only_the_rest_is_still_there_to_check() -> None:
    found, problems = team("title: Core\nmotto: x\npeople:\n  - {name: Alice, hat: red}\n")
    assert [problem.message for problem in problems] == ["unknown key `motto`", "unknown key `hat`"]
    assert found == Team(title="Core", people=(Person(name="Alice"),))


def test_reading_a_file_gives_no_model_when_anything_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "team.yaml"
    path.write_text("title: Core\nmotto: x\n")
    found, problems = read(path, Team)
    assert found is None
    assert [(problem.file, problem.line) for problem in problems] == [(path.as_posix(), 2)]


def test_a_file_below_the_current_folder_is_named_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cadences").mkdir()
    monkeypatch.chdir(tmp_path)
    _, problems = read(tmp_path / "cadences" / "team.yaml", Team)
    assert problems == [Problem("cadences/team.yaml", 1, 1, "there is no such file", "create team.yaml in this folder")]


def test_a_folder_in_place_of_a_file_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    _, problems = read(tmp_path, Team)
    assert problems[0].message.startswith("the file cannot be read")


def test_nearest_knows_capital_letters_and_says_nothing_about_nothing() -> None:
    assert nearest("EUROPE/BERLIN", ["Europe/Berlin", "Asia/Tokyo"]) == "write `Europe/Berlin`"
    assert nearest("x", []) == ""


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.binary(max_size=60), st.text(alphabet="ab:-[]{}&*!#'\"\\ \n\t?|>%@,~é\x00", max_size=40)))
def test_no_text_whatsoever_makes_the_reader_crash(text: str | bytes) -> None:
    found, problems = team(text)
    assert found is not None or problems
    assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in problems)
