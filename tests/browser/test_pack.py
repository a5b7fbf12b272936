"""The operating system pack as one page: on a screen, on a phone, in the dark, and printed."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from bot.house import House
from bot.pack import files
from bot.pack.sections import gather
from tests.browser.workspace import PICTURES, PICTURES_OF_DOCS
from tests.pack.conftest import db, house

__all__ = ["db", "house"]

ACROSS = 1031
"""Pixels between the margins of a page of A4, laid on its side."""
SCREEN, PHONE = {"width": 1280, "height": 1000}, {"width": 400, "height": 800}


@pytest.fixture
def page(browser: Browser, house: House, tmp_path: Path) -> Iterator[Page]:
    file = tmp_path / "pack.html"
    file.write_text(files.as_html(house, house.db.call(gather, house)), encoding="utf-8")
    context = browser.new_context(viewport=SCREEN, offline=True)  # type: ignore[arg-type]  # a dict with these keys
    page = context.new_page()
    page.goto(file.as_uri())
    yield page
    context.close()


def picture(page: Page, what: Locator | None, name: str) -> None:
    """Renews a picture of the documentation when DRUMBEAT_DOCS_IMAGES is set."""
    folder = PICTURES_OF_DOCS if os.environ.get("DRUMBEAT_DOCS_IMAGES") else PICTURES
    folder.mkdir(exist_ok=True)
    (what or page).screenshot(path=folder / f"{name}.png")


def sticks_out(page: Page) -> list[str]:
    """What is wider than the window, though nothing around it can be scrolled."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *, nav *")]
            .filter(each => !each.closest(".scroll, .unseen, svg"))
            .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
            .map(each => each.outerHTML.slice(0, 80))"""
    )
    return found


def test_on_a_screen_and_on_a_phone_nothing_is_cut_off(page: Page) -> None:
    assert sticks_out(page) == []
    picture(page, None, "pack")
    picture(page, page.get_by_role("region", name="Calendar of the next six weeks"), "pack-calendar")
    drift = page.locator("section").filter(has=page.get_by_role("heading", name="10. Said and done"))
    picture(page, drift, "pack-drift")
    page.get_by_role("link", name="Measures and scorecard").click()
    assert page.evaluate("location.hash") == "#section-measures"

    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a dict with these keys
    assert sticks_out(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_in_the_dark_the_page_is_dark_and_on_paper_it_never_is(page: Page) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(background) == "rgb(23, 24, 28)"
    page.emulate_media(color_scheme="dark", media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate(background) == "rgba(0, 0, 0, 0)"


def test_printed_every_table_fits_between_the_margins(page: Page) -> None:
    page.set_viewport_size({"width": ACROSS, "height": 700})
    page.emulate_media(media="print")

    wide = page.evaluate(
        "() => [...document.querySelectorAll('table, svg.chart')].map(each => each.getBoundingClientRect().right)"
    )
    assert max(wide) <= ACROSS + 1
    printed = page.pdf(prefer_css_page_size=True)
    assert 11 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 45


def test_each_chart_says_in_words_what_it_shows(page: Page) -> None:
    charts = page.get_by_role("img")
    assert charts.count() >= 8
    for number in range(charts.count()):
        chart = charts.nth(number)
        title, description = chart.locator("title").text_content(), chart.locator("desc").text_content()
        assert title
        assert description and re.search(r"\d", description)
