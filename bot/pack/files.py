"""The pack as files: Markdown, one for each section with an index, and one page that needs nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.house import House
from bot.pack import charts, drift
from bot.pack.completeness import MustHave
from bot.pack.contents import DRIFT
from bot.pack.sections import WORDS, Pack, Section
from bot.pack_parts import Table
from bot.pack_words import Say

MOST_SAID = 5
"""Of what a must-have lacks."""


def as_markdown(house: House, pack: Pack) -> Mapping[str, str]:
    """Each file's text by its name, the index first."""
    files = {"index.md": house.words.render("pack/index.md.j2", **_frame(house, pack), sections=pack.sections)}
    for section in pack.sections:
        files[section.file] = _one_as_markdown(house, pack, section)
    return {name: _tidy(text) for name, text in files.items()}


def _one_as_markdown(house: House, pack: Pack, section: Section) -> str:
    return house.words.render("pack/section.md.j2", **_frame(house, pack), section=section)


def as_html(house: House, pack: Pack) -> str:
    """The whole pack as a page of its own: it asks nobody else for anything."""
    return _page(house, pack, must_haves(house, pack), pack.title, pack.sections)


def drift_alone(house: House, pack: Pack, *, html: bool) -> Mapping[str, str]:
    """The file of what is said against what was done, by its name."""
    (section,) = (each for each in pack.sections if each.id == DRIFT)
    if html:
        title = Say(house, drift.WORDS).text("title", name=house.definitions.organisation.name)
        return {"drift.html": _page(house, pack, None, title, [section])}
    return {"drift.md": _tidy(_one_as_markdown(house, pack, section))}


def must_haves(house: House, pack: Pack) -> Table:
    say = Say(house, WORDS)
    rows = [
        (
            each.title,
            say.text("there", there=each.is_there),
            _left_to_do(say, each) or "–",
        )
        for each in pack.must_haves
    ]
    return say.table("must_haves", rows)


def _left_to_do(say: Say, each: MustHave) -> list[str]:
    said = [*([each.missing] if each.missing else []), *(fault.message for fault in each.faults)]
    more = len(said) - MOST_SAID
    return [*said[:MOST_SAID], say.text("more_rows", count=more)] if more > 1 else said


def version(house: House, pack: Pack) -> str:
    return Say(house, WORDS).text("version", version=pack.version, at=pack.at, zone=str(pack.at.tzinfo))


def complete(house: House, pack: Pack) -> str:
    return Say(house, WORDS).text("complete", complete=pack.complete, of=len(pack.must_haves))


def refused(house: House, pack: Pack) -> str:
    """Why it is not handed on."""
    return Say(house, WORDS).text("refused", reasons=pack.reasons)


def _page(house: House, pack: Pack, table: Table | None, title: str, sections: Sequence[Section]) -> str:
    frame = _frame(house, pack) | {"title": title, "must_haves": table, "sections": sections}
    plane = {
        "width": charts.WIDTH, "labels": charts.LABELS, "row": charts.ROW, "thick": charts.THICK,
        "line_width": charts.LINE_WIDTH, "height": charts.LINE_HEIGHT, "edge": charts.EDGE, "below": charts.BELOW,
    }  # fmt: skip
    page = house.words.render("pack/pack.html.j2", **frame, plane=plane, rows=charts.rows, line=charts.line)
    return _tidy(page)


def _frame(house: House, pack: Pack) -> dict[str, Any]:
    say = Say(house, WORDS)
    return {
        "title": pack.title,
        "version": version(house, pack),
        "complete": complete(house, pack),
        "must_haves": must_haves(house, pack),
        "short": pack.short,
        "assumed_title": say.text("assumed_title"),
        "short_title": say.text("short_title"),
        "contents_title": say.text("contents_title"),
    }


def _tidy(text: str) -> str:
    """One empty line where there are several."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).rstrip() + "\n"
