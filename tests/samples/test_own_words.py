"""A company's own words are said by every shipped template: the old word stands only in what must stay as it is."""

import re
from collections.abc import Iterator

import pytest

from bot.samples import data, source
from bot.samples.checking import templates
from bot.samples.data import Case
from bot.samples.listing import shown
from tests.fakes import ROOT, shipped_words

TEMPLATES = ROOT / "templates"
OWN = {"area": "squad", "insight": "signal", "ritual": "beat"}
OLD = re.compile(r"(?<![\w-])(areas?|insights?|rituals?)(?![\w-])", re.IGNORECASE)
KEPT = re.compile(r"`[^`]*`|https?://\S+|(?<!\w)/[a-z][a-z-]+(?: [a-z-]+)?|[\w.-]*[@#][\w.-]+")
"""What must be typed as it is: names, commands and addresses."""

WORDS = shipped_words().spoken_with(OWN)


@pytest.mark.parametrize("template", templates(TEMPLATES))
def test_no_shipped_template_says_the_old_word(template: str) -> None:
    cases = data.cases(template)
    said = [
        (name, case.name, left)
        for name in source.blocks(TEMPLATES / template)
        for case in cases.get(name, [Case("", {})])
        if (left := old_words(shown(WORDS, template, name, case), case))
    ]

    assert said == []


def old_words(text: str, case: Case) -> list[str]:
    """The old words in a text, less those that the sample's values brought."""
    text = KEPT.sub(" ", text)
    for value in sorted((each for each in values(case.values) if OLD.search(each)), key=len, reverse=True):
        for written in (value, " ".join(value.split())):
            text = text.replace(KEPT.sub(" ", written), " ")
    return OLD.findall(text)


def values(of: object) -> Iterator[str]:
    if isinstance(of, str):
        yield of
    elif isinstance(of, dict | list):
        yield from (text for each in (of.values() if isinstance(of, dict) else of) for text in values(each))


def test_an_old_word_that_slips_through_is_found() -> None:
    case = Case("filled", {"name": "Area 51"})

    assert old_words("The squad Area 51 has a signal, see `area` and /insight list", case) == []
    assert old_words("The area Area 51", case) == ["area"]
