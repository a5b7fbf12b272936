import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.blocks import message, section
from bot.blocks.wording import check_markup
from bot.errors import UserError
from bot.markup import Mrkdwn, clean, escape, link, mention, plain
from bot.words import TemplateProblem, Words, escape_markdown
from tests.people import ALICE

Write = Callable[[str, str], None]
TRICKY = 'R&D\'s <!channel> *x* "y" @here'
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def team(tmp_path: Path) -> Path:
    return tmp_path / "team"


@pytest.fixture
def write(team: Path) -> Write:
    """Puts a template into the team's own folder."""

    def put(name: str, text: str) -> None:
        path = team / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return put


@pytest.fixture
def words(team: Path, tmp_path: Path) -> Words:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "hello.txt.j2").write_text("Hello {{ name }}")
    return Words([team, shipped])


def test_shipped_words_are_used_until_the_team_has_its_own(words: Words) -> None:
    assert words.render("hello.txt.j2", name="Alice") == "Hello Alice"


def test_the_teams_own_words_come_before_the_shipped_ones(words: Words, write: Write) -> None:
    write("hello.txt.j2", "Moin {{ name }}")

    assert words.render("hello.txt.j2", name="Alice") == "Moin Alice"


def test_what_is_edited_is_seen_at_once_but_for_a_look_that_has_begun(words: Words, write: Write, team: Path) -> None:
    write("hello.txt.j2", "Moin {{ name }}")
    look = words.for_one_look()
    assert look.render("hello.txt.j2", name="Alice") == "Moin Alice"

    write("hello.txt.j2", "Good morning, dear {{ name }}")
    # Clocks of file systems are coarse: it may be the same moment for them.
    os.utime(team / "hello.txt.j2", (1, 1))

    assert words.render("hello.txt.j2", name="Alice") == "Good morning, dear Alice"
    assert look.render("hello.txt.j2", name="Alice") == "Moin Alice"
    assert words.for_one_look().render("hello.txt.j2", name="Alice") == "Good morning, dear Alice"


def test_plain_text_is_not_escaped(words: Words) -> None:
    rendered = words.render("hello.txt.j2", name=TRICKY)

    assert rendered == f"Hello {TRICKY}"
    assert not isinstance(rendered, Mrkdwn)


def test_slack_markup_escapes_what_people_typed_and_nothing_else(words: Words, write: Write) -> None:
    write("a.mrkdwn.j2", "*{{ who }}* wrote {{ typed }} & {{ 'it''s' }} <https://example.com|here>")

    rendered = words.render("a.mrkdwn.j2", who=mention(ALICE), typed=TRICKY)

    assert isinstance(rendered, Mrkdwn)
    assert rendered == (
        f'*<@{ALICE}>* wrote R&amp;D\'s &lt;!channel&gt; *x* "y" @\u200bhere & its <https://example.com|here>'
    )
    assert section(rendered)["text"]["type"] == "mrkdwn"


def test_markdown_escapes_what_people_typed(words: Words, write: Write) -> None:
    write("a.md.j2", "# {{ title }}\n\n- {{ item }}\n")

    assert words.render("a.md.j2", title="*R&D*", item="1. <b>") == "# \\*R\\&D\\*\n\n- 1\\. \\<b>"


@pytest.mark.parametrize(
    "template",
    [
        "{% macro say(x) %}{{ x }}{% endmacro %}{{ say(typed) }}",
        "{% macro say() %}{{ caller() }}{% endmacro %}{% call say() %}{{ typed }}{% endcall %}",
        "{% set kept %}{{ typed }}{% endset %}{{ kept }}",
        "{{ '' ~ typed }}",
        "{{ [typed] | join(' & ') }}",
        "{{ [typed] | join_words }}",
        "{{ typed | trim }}",
        "{% autoescape false %}{{ typed }}{% endautoescape %}",
        "{% for line in [typed] %}{{ line }}{% endfor %}",
        "{% block a %}{{ typed }}{% endblock %}",
        "{% include 'inner.mrkdwn.j2' %}",
        "{{ safe }}",
        "{{ safe | one_line }}",
        "{% macro say(x) %}{{ x }}{% endmacro %}{{ say(safe) | trim }}",
    ],
)
def test_nothing_is_escaped_twice_or_not_at_all(words: Words, write: Write, template: str) -> None:
    write("a.mrkdwn.j2", template)
    write("inner.mrkdwn.j2", "{{ typed }}")

    assert words.render("a.mrkdwn.j2", typed=TRICKY, safe=escape(TRICKY)) == escape(TRICKY)


def test_markup_and_typed_words_join_safely(words: Words, write: Write) -> None:
    write("a.mrkdwn.j2", "{{ who ~ ': ' ~ typed }} / {{ [who, typed] | join(', ') }} / {{ [who, typed] | join_words }}")

    assert words.render("a.mrkdwn.j2", who=mention(ALICE), typed="O'Neil <b>") == (
        f"<@{ALICE}>: O'Neil &lt;b&gt; / <@{ALICE}>, O'Neil &lt;b&gt; / <@{ALICE}> and O'Neil &lt;b&gt;"
    )


def test_markdown_joins_safely(words: Words, write: Write) -> None:
    write("a.md.j2", "{% macro bold(x) %}**{{ x }}**{% endmacro %}{{ bold(typed) ~ ' ' ~ typed }}")

    assert words.render("a.md.j2", typed="*x*") == "**\\*x\\*** \\*x\\*"


@pytest.mark.parametrize("name", ["safe", "escape", "e", "urlize", "tojson", "forceescape"])
def test_filters_that_escape_for_the_web_are_not_offered(words: Words, write: Write, name: str) -> None:
    write("a.mrkdwn.j2", "{{ typed | " + name + " }}")

    with pytest.raises(TemplateProblem, match=f"No filter named '{name}'"):
        words.render("a.mrkdwn.j2", typed="x")


@pytest.mark.parametrize("template", ["Hello <!channel>", "{{ a }} < {{ a }}", "<javascript:x|y>"])
def test_a_template_cannot_write_what_slack_would_misread(words: Words, write: Write, template: str) -> None:
    write("a.mrkdwn.j2", template)

    with pytest.raises(TemplateProblem, match=r"a\.mrkdwn\.j2: .* is no mention, link or date"):
        words.render("a.mrkdwn.j2", a="x")


def test_a_template_cannot_call_everybody(words: Words, write: Write) -> None:
    write("a.mrkdwn.j2", "Hello @channel, <mailto:ops@here.example|ops>")

    assert words.render("a.mrkdwn.j2") == "Hello @\u200bchannel, <mailto:ops@here.example|ops>"


def test_a_part_is_one_block_alone(words: Words, write: Write) -> None:
    write("a.mrkdwn.j2", "{% block title %}Hi {{ name }}{% endblock %}\n{% block body %}{{ other }}{% endblock %}")

    rendered = words.part("a.mrkdwn.j2", "title", name="R&D")

    assert rendered == "Hi R&amp;D"
    assert isinstance(rendered, Mrkdwn)


def test_a_missing_part_is_said(words: Words) -> None:
    with pytest.raises(TemplateProblem, match=r"hello\.txt\.j2: there is no block title"):
        words.part("hello.txt.j2", "title")


def test_a_value_may_have_any_name(words: Words, write: Write) -> None:
    write("a.txt.j2", "{% block b %}{{ name }} {{ block }} {{ self_ }}{% endblock %}")

    assert words.render("a.txt.j2", name=1, block=2, self_=3) == "1 2 3"
    assert words.part("a.txt.j2", "b", name=1, block=2, self_=3) == "1 2 3"


def test_a_value_that_is_not_there_shows_nothing(words: Words) -> None:
    assert words.render("hello.txt.j2", name=None) == "Hello "


def test_blank_lines_at_both_ends_are_dropped(words: Words, write: Write) -> None:
    write("a.txt.j2", "\n{% if true %}\n  one\n{% endif %}\n\ntwo\n\n")

    assert words.render("a.txt.j2") == "  one\n\ntwo"


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("one\ntwo {{ nobody }}", "line 2: 'nobody' is undefined. Correct this line."),
        ("{{ day.nothing }}", "line 1: 'str object' has no attribute 'nothing'. Correct this line."),
        ("\n\n{% if %}", "line 3: Expected an expression, got 'end of statement block'. Correct this line."),
        ("{{ day | nonsense }}", "line 1: No filter named 'nonsense'. Correct this line."),
        ("{{ 1 + day }}", "line 1: unsupported operand"),
        ("{{ 1 / 0 }}", "line 1: division by zero"),
        ("{{ day.__class__.__mro__ }}", "line 1: access to attribute '__class__' of 'str' object is unsafe"),
        ("{% for x in range(9999999) %}{% endfor %}", "line 1: Range too big"),
        ("{{ moment | date }}", "line 1: 2026-08-05 22:30:00+00:00 is on different days in different zones"),
        ("{{ moment | time('Mars') }}", "line 1: 'No time zone found with key Mars'"),
        ("{% include 'gone.txt.j2' %}", "there is no template gone.txt.j2. Add the file, or correct the name."),
    ],
)
def test_a_broken_template_is_explained_with_its_line(
    words: Words, write: Write, team: Path, template: str, problem: str
) -> None:
    write("updates/a.txt.j2", template)

    with pytest.raises(UserError) as refusal:
        words.render("updates/a.txt.j2", day="x", moment=datetime(2026, 8, 5, 22, 30, tzinfo=UTC))

    assert "updates/a.txt.j2" in str(refusal.value)
    assert problem in str(refusal.value)


def test_a_broken_part_is_explained_with_its_line(words: Words, write: Write, team: Path) -> None:
    write("a.txt.j2", "one\n{% block b %}\n{{ nobody }}\n{% endblock %}")

    with pytest.raises(TemplateProblem) as refusal:
        words.part("a.txt.j2", "b")

    assert str(refusal.value) == f"{team / 'a.txt.j2'}, line 3: 'nobody' is undefined. Correct this line."


def test_an_included_line_is_named_where_it_stands(words: Words, write: Write) -> None:
    write("a.txt.j2", "{% include 'b.txt.j2' %}")
    write("b.txt.j2", "\n{{ nobody }}")

    with pytest.raises(TemplateProblem, match=r"b\.txt\.j2, line 2"):
        words.render("a.txt.j2")


def test_a_template_in_another_encoding_is_explained(words: Words, team: Path) -> None:
    team.mkdir()
    (team / "a.txt.j2").write_bytes(b"Gr\xfc\xdfe")

    with pytest.raises(TemplateProblem, match=r"a\.txt\.j2: 'utf-8' codec"):
        words.render("a.txt.j2")


def test_a_template_of_no_known_language_is_refused(words: Words) -> None:
    with pytest.raises(TemplateProblem, match=r"ends in one of \.txt\.j2, \.mrkdwn\.j2, \.md\.j2"):
        words.render("hello.rst.j2")


def test_templates_have_words_for_lists_numbers_and_days(words: Words, write: Write) -> None:
    write(
        "a.txt.j2",
        "{{ [] | join_words }}|{{ ['a'] | join_words }}|{{ ['a', 'b'] | join_words }}|{{ names | join_words('or') }}\n"
        "{{ 1 | plural('update') }}|{{ 2 | plural('update') }}|{{ 0 | plural('reply', 'replies') }}\n"
        "{{ day | date }}|{{ moment | date(zone) }}|{{ moment | time(zone) }}|{{ moment | time('UTC') }}\n"
        "{{ 'a\n  b ' | one_line }}|{{ people | join('/', attribute='name') }}",
    )

    rendered = words.render(
        "a.txt.j2",
        names=("a", "b", "c"),
        day=date(2026, 8, 3),
        moment=datetime(2026, 8, 5, 22, 30, tzinfo=UTC),
        zone=BERLIN,
        people=[{"name": "Alice"}, {"name": "Bob"}],
    )

    assert rendered.split("\n") == [
        "|a|a and b|a, b or c",
        "1 update|2 updates|0 replies",
        "Mon 3 Aug 2026|Thu 6 Aug 2026|00:30|22:30",
        "a b|Alice/Bob",
    ]


TYPED = st.text(st.characters(exclude_categories=())) | st.lists(
    st.sampled_from([*"\\`*_{}[]()#+-.!|<>~&= \n\t:", "1", "a", "@here", "&#39;", "http://x.example", "---", "&lt;"])
).map("".join)


@given(TYPED)
def test_any_words_can_be_rendered_for_slack(tmp_path_factory: pytest.TempPathFactory, typed: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "any.mrkdwn.j2").write_text("{{ typed }}|{{ who ~ typed }}|{{ [typed, who] | join_words }}")

    rendered = Words([folder]).render("any.mrkdwn.j2", typed=typed, who=link("https://example.com", typed))

    check_markup(rendered)
    message(section(rendered))
    shown = plain(Mrkdwn(rendered.split("|")[0])) if "|" not in typed else clean(typed)
    assert shown.replace("\u200b", "").strip("\n") == clean(typed).replace("\u200b", "").strip("\n")


@given(st.sampled_from(["", "x ", "x\n"]), TYPED)
def test_any_words_read_the_same_in_markdown(before: str, typed: str) -> None:
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = markdown.parse(before + escape_markdown(typed))

    shown: list[str] = []
    for token in tokens:
        assert token.type in ("paragraph_open", "inline", "paragraph_close")
        for child in token.children or []:
            assert child.type in ("text", "text_special", "softbreak", "hardbreak")
            shown.append(child.content or "\n")
    assert "".join("".join(shown).split()) == "".join((before + clean(typed)).split())
