"""`drumbeat templates check` and `show`: a team's own words, looked at before anybody reads them."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.errors import UserError
from bot.samples.checking import problems
from bot.samples.data import Facts
from bot.terminal.templates import commands
from tests.fakes import ROOT

TEMPLATES = ROOT / "templates"
SOME = ("enablement", "people")
"""Rooms that stand for all; to look at every template takes seconds."""
ASKS = "enablement/asks.txt.j2"
Own = Callable[[str, str], None]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Own:
    """Writes a file of the team's own, as its copy of `enablement/asks.txt.j2` with one thing changed."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, text: str) -> None:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    return write


def changed(old: str, new: str) -> str:
    text = (TEMPLATES / ASKS).read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


def wrong(folder: Path, rooms: Sequence[str] = SOME) -> list[str]:
    """What is wrong in a team's own folder, as lines to read."""
    found = problems([folder, shipped(folder, rooms)])
    return [f"{each.file}:{each.line}: {each.message} / {each.mend}" for each in found]


def shipped(folder: Path, rooms: Sequence[str] = SOME) -> Path:
    """Beside the folder, the shipped templates of some rooms."""
    there = folder.parent / f"{folder.name}-shipped"
    for room in rooms:
        shutil.copytree(TEMPLATES / room, there / room, dirs_exist_ok=True)
    return there


def test_words_of_their_own_that_are_right_are_let_be(own: Own, tmp_path: Path) -> None:
    own(ASKS, changed("read what changes", "have a look at what changes"))
    own("enablement/README.md", "Our words.")
    assert wrong(tmp_path) == []


def test_a_file_that_nothing_reads_is_found_with_the_name_that_was_meant(own: Own, tmp_path: Path) -> None:
    own("enablement/ask.txt.j2", changed("read what changes", "look"))
    assert wrong(tmp_path) == [
        "enablement/ask.txt.j2:1: nothing reads `enablement/ask.txt.j2`: no shipped template has this name"
        " / write `enablement/asks.txt.j2` or `enablement/bundle.txt.j2` or `enablement/questions.txt.j2`"
    ]


def test_a_block_of_their_own_that_another_one_asks_for_is_let_be(own: Own, tmp_path: Path) -> None:
    text = changed("{{ release.name }}, {{ target }}: read", "{{ self.ours() | trim }}: read")
    own(ASKS, f"{text}{{% block ours %}}\n{{{{ release.name }}}}, on {{{{ target }}}}\n{{% endblock %}}\n")
    assert wrong(tmp_path) == []


def test_a_digest_of_their_own_may_be_added(own: Own, tmp_path: Path) -> None:
    own("digests/sales.txt.j2", "{% block title %}\nSales\n{% endblock %}\n{% block lines %}\nNews\n{% endblock %}\n")
    lacking = [each for each in wrong(tmp_path, ["digests"]) if each.startswith("digests/sales.txt.j2")]
    assert lacking == [
        "digests/sales.txt.j2:1: the block `whole` is missing, and people would get an error instead"
        f" / copy `{{% block whole %}}` from {shipped(tmp_path, [])}/digests/engineering.txt.j2"
    ]
    own("digests/sales.txt", "Sales")
    assert "nothing reads `digests/sales.txt`: no shipped template has this name" in str(wrong(tmp_path, ["digests"]))


def test_a_mistake_in_what_digests_share_is_told_where_it_stands(own: Own, tmp_path: Path) -> None:
    text = (TEMPLATES / "digests/parts/say.txt.j2").read_text(encoding="utf-8")
    own("digests/parts/say.txt.j2", text.replace("short(text, most=90)", "short(text, most=)", 1))
    told = [each for each in wrong(tmp_path, ["digests"]) if each.startswith("digests/parts/say.txt.j2")]
    assert "this is not a template that can be read" in told[0]
    own("digests/parts/say.txt.j2", text.replace("truncate(most,", "cut(most,", 1))
    assert [each for each in wrong(tmp_path, ["digests"]) if "cut" in each and each.startswith("digests/parts/say.")]


def test_a_file_that_is_no_text_is_said_to_be_none(own: Own, tmp_path: Path) -> None:
    own(ASKS, "")
    (tmp_path / ASKS).write_bytes("{% block one %}\nÜben\n{% endblock %}\n".encode("latin-1"))
    assert wrong(tmp_path) == [f"{ASKS}:2: this is not UTF-8 / save the file as UTF-8"]


def test_a_link_that_leads_nowhere_is_told_and_one_that_leads_back_ends(own: Own, tmp_path: Path) -> None:
    own("people/back.md", "Our words.")
    (tmp_path / "people/left.txt.j2").symlink_to(tmp_path / "gone")
    (tmp_path / "people/again").symlink_to(tmp_path)
    assert wrong(tmp_path) == [
        "people/left.txt.j2:1: `people/left.txt.j2` is a link that leads nowhere, so it changes nothing"
        " / correct the link, or remove it"
    ]


def test_words_behind_a_link_are_looked_at_as_they_are_said(own: Own, tmp_path: Path) -> None:
    """Kubernetes mounts a folder as a link into one that begins with points."""
    own(f"..data/{ASKS}", changed("{{ target }}", "{{ targt }}"))
    (tmp_path / "enablement").symlink_to("..data/enablement")
    (told,) = wrong(tmp_path)
    assert told.startswith(f"{ASKS}:") and "is given no value `targt`" in told


def test_a_folder_in_place_of_a_file_is_no_template(own: Own, tmp_path: Path) -> None:
    (tmp_path / ASKS).mkdir(parents=True)
    assert wrong(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{% endblock %}", "", "this is not a template that can be read"),
        ("{{ release.name }}, {{ target }}", "{{ relase.name }}, {{ target }}",
         "the block `write_title` is given no value `relase` / write `release`"),
        ("{{ release.name }}, {{ target }}", "{{ release.nam }}, {{ target }}",
         "there is no value `nam` here (block `write_title`, filled) / write `name`"),
        ("{{ target }}", "{{ target | uper }}", "No filter named 'uper'"),
        ("{% block confirm_title %}", "{% block confirm_titel %}",
         "nothing uses the block `confirm_titel` / write `confirm_title`"),
        ("{% block confirm_title %}", "{% block confirm_titel %}",
         "the block `confirm_title` is missing, and people would get an error instead / copy `{% block confirm_title"),
        ("{{ release.name }}, {{ target }}: {{ \"what", "{{ \"\" and \"what",
         "the block `write_title` (filled) says nothing"),
        ("{{ release.name }}, {{ target }}", "{{ \"long \" * 40 }}", "characters, and Slack shows 150 there"),
        ("{{ what }}", "{{ \"long \" * 900 }}", "characters, and Slack shows 3000 there"),
        ("{{ what }}", "<https://example.com|Here>", "shows `<https://example.com|Here>` as it stands"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_how_to_mend_it(own: Own, tmp_path: Path, old: str, new: str, says: str) -> None:
    own(ASKS, changed(old, new))
    assert any(says in line for line in wrong(tmp_path)), wrong(tmp_path)


def test_it_names_the_line_and_the_place_in_it(own: Own, tmp_path: Path) -> None:
    own("people/back.txt.j2", "{% if was_away %}\nWelcome, {{ nam }}.\n{% else %}\nHello.\n{% endif %}\n")
    (found,) = problems([tmp_path, shipped(tmp_path)])
    assert (found.file, found.line, found.column) == ("people/back.txt.j2", 2, 13)


def test_markup_that_slack_would_refuse_is_found(own: Own, tmp_path: Path) -> None:
    own("people/mentions.mrkdwn.j2", "{% block more %}\n<{{ count }}> more\n{% endblock %}\n")
    (line,) = wrong(tmp_path)
    assert line.startswith("people/mentions.mrkdwn.j2:1: the block `more` cannot be shown")


def test_the_command_says_what_is_wrong_and_exits_with_1(own: Own, tmp_path: Path) -> None:
    assert run("check", "--templates", str(tmp_path)) == (0, f"{count()} templates: no mistakes.\n")
    own("people/back.txt.j2", "{{ nam }}")
    code, said = run("check", "--templates", str(tmp_path), "--format", "json")
    assert (code, [(each["message"], each["mend"]) for each in json.loads(said)]) == (
        1,
        [("the block `whole` is given no value `nam`", "write `name`")],
    )


def test_a_template_is_shown_with_its_samples_in_their_own_words(own: Own, tmp_path: Path) -> None:
    own("people/back.txt.j2", "{{ 'Hello again' if was_away else 'You were here' }}")
    code, said = run("show", "people/back", "--templates", str(tmp_path))
    assert code == 0
    assert said.startswith("people/back.txt.j2\n\n=== whole\n--- filled\n    Hello again\n")


def test_a_template_that_there_is_not_is_asked_back_for(tmp_path: Path) -> None:
    result = CliRunner().invoke(commands, ["show", "people/bak", "--templates", str(tmp_path)])
    assert isinstance(result.exception, UserError)
    assert "There is no template people/bak: write `people/back.txt.j2`" in str(result.exception)


def test_facts_are_read_as_attributes_also_those_that_dicts_have() -> None:
    facts = Facts({"items": 7, "name": "Atlas"})
    assert [getattr(facts, name) for name in ("items", "name")] == [7, "Atlas"]


def count() -> int:
    return len([*TEMPLATES.rglob("*.j2")])


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(commands, args)
    return result.exit_code, result.output
