"""The pack as one page: well-formed, accessible, and sufficient unto itself."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from bot.house import House
from bot.pack import charts, files
from bot.pack.sections import gather
from bot.pack_parts import Part, Trend
from tests.pack.test_files import linked

VOID = {"meta", "line", "rect", "circle", "polyline"}
SCRIPT = "<script>alert(1)</script>"


class Outline(HTMLParser):
    """What a page consists of; complains of an element that is not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} at {self.getpos()}"

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def page(house: House) -> str:
    def trend(_session: object, _house: object) -> list[Part]:
        chart = Trend("On time", ("W1", "W2"), (0.5, None), ("50 %", "too few"), "Nothing.", 0.8, "Target: 80 %")
        return [Part(f"Measures of {SCRIPT}", says=[SCRIPT], charts=[chart])]

    house = linked(house, pack={**house.links.pack, "measures": (trend,)})
    return files.as_html(house, house.db.call(gather, house))


def test_it_is_well_formed_asks_nobody_for_anything_and_reads_in_order(page: str) -> None:
    outline = Outline(page)

    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not {name for name, _attributes in outline.elements} & {"script", "link", "img", "iframe", "object", "form"}
    assert re.findall(r"https?://|url\(|@import|\bsrc=", page) == []
    assert all(str(each["href"]).startswith("#") for each in outline.all("a"))
    ids = [attributes["id"] for _name, attributes in outline.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {str(each["href"])[1:] for each in outline.all("a")} <= set(ids)
    levels = [int(name[1]) for name, _attributes in outline.elements if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all("scope" in each for each in outline.all("th"))
    assert len(outline.all("caption")) == len(outline.all("table"))
    drawings = [each for each in outline.all("svg") if each.get("role") == "img"]
    assert len(drawings) >= 4
    described = [str(each["aria-labelledby"]).split() for each in drawings]
    assert all(set(names) <= set(ids) and len(names) == 2 for names in described)
    schemes = re.findall(r"--paper: (#\w{3,6}); (.*?) }", page)
    assert len(schemes) == 2, "in the light and in the dark"
    for paper, colours in schemes:
        readable = re.findall(r"--(?:ink|soft|accent|two): (#\w{6})", colours)
        assert all(contrast(colour, paper.replace("#fff", "#ffffff")) >= 4.5 for colour in readable)


def test_no_bar_leaves_its_plane_and_a_gap_in_a_line_stays_a_gap() -> None:
    chart = Trend("", list("abcd"), (1.0, None, 2.0, 3.0), list("abcd"), "")
    drawn = charts.line(chart)

    assert [point.y is None for point in drawn.points] == [False, True, False, False]
    assert len(drawn.paths) == 1
    assert drawn.points[3].y == charts.EDGE
    assert all(0 <= point.x <= charts.LINE_WIDTH for point in drawn.points)


def contrast(colour: str, paper: str) -> float:
    lighter, darker = sorted((luminance(colour), luminance(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
