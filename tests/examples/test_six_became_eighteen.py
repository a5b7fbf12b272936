"""Six product managers who became eighteen: nobody sees what moves, nor what Product Ops is for; thirteen weeks on."""

from pathlib import Path

import pytest

from bot.naming.model import OPEN, Naming
from bot.pack import files
from bot.rubric.scales import CHARTER
from bot.setup import assuming
from tests.examples import company, interview, scoring
from tests.examples.lived import Lived, live


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return live(company.GROWN, interview.GROWN, tmp_path_factory.mktemp("grown"))


def test_what_nobody_knew_is_assumed_and_confirmed_within_two_weeks(lived: Lived, tmp_path: Path) -> None:
    assert "Visibility" in lived.proposed
    assert "Where is Product Ops to sit? In one team for all (assumed" in lived.proposed
    with lived.copy(tmp_path) as house:
        assert assuming.held(house) == ()


def test_in_no_night_a_check_finds_an_error_but_that_people_are_still_to_be_told(lived: Lived, tmp_path: Path) -> None:
    with lived.copy(tmp_path) as house, house.db.transaction() as session:
        assert scoring.errors_by_night(session) == {"IM06"}
        assert scoring.errors_now(session) == set()


@pytest.mark.proves("R59")
def test_after_thirteen_weeks_the_pack_is_complete_and_the_rubric_passes(lived: Lived, tmp_path: Path) -> None:
    with lived.copy(tmp_path) as house, house.db.transaction() as session:
        stands = scoring.look(session, house)
        pages = files.as_markdown(house, stands.pack)
        assert session.query(Naming).filter_by(state=OPEN).count() == 0, "everybody took on what they were named for"
    assert (stands.lacks, list(stands.pack.reasons)) == ([], [])
    assert stands.passes and min(stands.scores.values()) >= 3, stands.scores
    assert stands.scores[CHARTER] == 5, "three measures, each with a baseline and a target"
    assert "work that nobody sees" in pages["1-charter.md"]
    for part, says in (("cadence", "Roadmap review"), ("artifacts", "Weekly digest"), ("plan", "Days 31 to 60")):
        (page,) = (text for name, text in pages.items() if name.endswith(f"-{part}.md"))
        assert says in page
    differing = [line.split("|")[1].strip() for line in pages["10-drift.md"].splitlines() if "| no: " in line]
    assert differing == ["Whoever is asked for something does it by its deadline"], "not everybody answers everything"
