"""docs/measures.md says of each measure what the bot says of it."""

import re

from bot.definitions.measures import COMPUTED
from bot.measures.catalogue import CATALOGUE
from bot.measures.messages import HOW
from tests.fakes import ROOT, shipped_words

DOCS = (ROOT / "docs" / "measures.md").read_text("utf-8")


def test_the_page_says_how_each_measure_is_computed_as_the_bot_does() -> None:
    rows = re.findall(r"^\| (M\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", DOCS, re.M)
    words = shipped_words()
    assert rows == [
        (id, each.name, each.unit, "more" if each.more_is_better else "less", words.part(HOW, id), each.guard or "–")
        for id, each in COMPUTED.items()
    ]


def test_each_measure_of_the_definitions_is_computed() -> None:
    assert list(CATALOGUE) == list(COMPUTED) == [f"M{n}" for n in range(1, 18)]


def test_the_page_names_the_measures_whose_periods_are_weeks() -> None:
    weekly = [id for id, each in CATALOGUE.items() if each.weeks == 1]
    assert f"one week for {', '.join(weekly[:-1])} and {weekly[-1]}, four for the others" in DOCS
