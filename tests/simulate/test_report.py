import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from bot.simulate import Assumptions, Findings, as_html, as_markdown, find, live
from tests.people import ALICE
from tests.simulate import company

ASSUMED = Assumptions(first_day=date(2027, 4, 5), weeks=1, answers=1, leave=0)


@pytest.fixture
def found() -> Findings:
    alice = {"slack": ALICE, "name": "Alice <script> | *bold*", "function": "product", "roles": ["product_manager"]}
    people = [alice, *company.small().organisation.model_dump(mode="json", exclude_unset=True)["people"][1:]]
    return find(live(company.small(people=people), company.words(), ASSUMED))


class Tags(HTMLParser):
    """Every tag of a page, with its attributes, and that each is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def test_the_page_is_whole_by_itself_and_says_what_each_column_is(found: Findings) -> None:
    page = as_html(company.words(), found)
    tags = Tags(page).tags

    assert not [tag for tag, attributes in tags if {"src", "href"} & attributes.keys() or tag in ("script", "link")]
    assert "url(" not in page
    assert ("html", {"lang": "en"}) in tags
    heads = [attributes for tag, attributes in tags if tag == "th"]
    assert heads
    assert {attributes.get("scope") for attributes in heads} == {"col", "row"}
    assert [tag for tag, _ in tags].count("table") == [tag for tag, _ in tags].count("caption")


def test_every_bar_of_the_page_has_its_figure_beside_it(found: Findings) -> None:
    page = as_html(company.words(), found)

    bars = re.findall(r"<td>([^<]*)<span class=\"bar\"[^>]*aria-hidden", page)
    assert bars
    assert all(re.fullmatch(r"\d+ (message|minute)s?", text) for text in bars)


def test_names_are_shown_as_they_are(found: Findings) -> None:
    assert "Alice &lt;script&gt; | *bold*" in as_html(company.words(), found)
    assert r"Alice \<script> \| \*bold\*" in as_markdown(company.words(), found, whole=True)


def test_every_table_of_the_markdown_is_as_wide_as_its_head(found: Findings) -> None:
    lines = as_markdown(company.words(), found, whole=True).splitlines()
    widths = [len(re.findall(r"(?<!\\)\|", line)) for line in lines if line.startswith("|")]
    tables = [line for line in lines if re.fullmatch(r"\|( --- \|)+", line)]

    assert tables
    for number, line in enumerate(lines):
        if line in tables:
            width = len(re.findall(r"(?<!\\)\|", lines[number - 1]))
            assert line.count("|") == width
    assert set(widths) <= {table.count("|") for table in tables}


def test_a_short_report_says_how_much_it_leaves_out(found: Findings) -> None:
    many = replace(found, people=[replace(each, name=f"{each.name} {n}") for each in found.people for n in range(9)])
    short = as_markdown(company.words(), many, whole=False)

    assert "And 7 more rows: `--write` a file to see all." in short
    assert "more row" not in as_markdown(company.words(), many, whole=True)


def test_what_went_wrong_is_said(found: Findings) -> None:
    (weekly,) = found.rituals
    broken = replace(
        found,
        life=replace(found.life, failures=["ritual.open 1: KeyError"]),
        rituals=[replace(weekly, lost=["2027-04-07T10:00"], expected=7)],
    )
    says = as_markdown(company.words(), broken, whole=False)

    assert "Warning: Weekly product update lost 2027-04-07T10:00" in says
    assert "are accounted for" in says
    assert "KeyError" in says
