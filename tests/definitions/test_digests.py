"""A digest says for whom it is worded, and there is a template for them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.definitions import load
from tests.definitions.test_loading import CALENDAR, ORGANISATION
from tests.fakes import ROOT

DIGEST = """\
  - id: brief
    name: Brief
    kind: digest
    for: leadership
    purpose: They know what changed.
    owner: alice@example.com
    artifact: Five lines
    schedule: {repeats: every Monday, prompt: 08:00, cutoff: 08:30, publish: 09:00}
"""
Write = Callable[..., list[str]]


@pytest.fixture
def problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """What is wrong with a calendar that has this digest, with some of its words replaced."""
    monkeypatch.chdir(tmp_path)

    def write(old: str = "", new: str = "", *, templates: tuple[Path, ...] = (ROOT / "templates",)) -> list[str]:
        (tmp_path / "organisation.yaml").write_text(ORGANISATION)
        (tmp_path / "calendar.yaml").write_text(CALENDAR + DIGEST.replace(old, new, 1))
        return [f"{each.message}; {each.mend}" for each in load(tmp_path, templates=templates).problems]

    return write


def test_a_digest_with_its_template_is_in_order(problems: Write) -> None:
    assert problems() == []


def test_one_without_a_template_is_refused_with_the_nearest(problems: Write) -> None:
    assert problems("leadership", "leadrship") == [
        "there is no template digests/leadrship.txt.j2; write `leadership`; or add the file to your folder of templates"
    ]


def test_any_file_of_a_teams_own_folder_makes_one(problems: Write, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "digests").mkdir(parents=True)
    (own / "digests" / "finance.txt.j2").write_text("")
    assert problems("leadership", "finance", templates=(own, ROOT / "templates")) == []
    assert problems("leadership", "finance") != []


def test_a_digest_says_for_whom_it_is(problems: Write) -> None:
    assert problems("    for: leadership\n", "") == [
        "nobody knows for whom Brief is worded; write `for: leadership`, or whom else it is for"
    ]


def test_only_a_digest_is_worded_for_some(problems: Write) -> None:
    assert problems("kind: digest", "kind: weekly_update") == [
        "Brief is worded for everybody alike: only a digest is worded `for` some; remove `for`, or write `kind: digest`"
    ]


def test_without_a_channel_a_digest_is_posted_in_none(problems: Write, tmp_path: Path) -> None:
    problems()
    found = load(tmp_path).definitions
    assert found is not None
    channels = {ritual.id: ritual.channel for ritual in found.calendar.rituals}
    assert channels.pop("brief") == "" and all(channels.values())
