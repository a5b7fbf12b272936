"""Eight product managers whose launches surprise Support and Sales: set up by the interview, and thirteen weeks on."""

import asyncio
from pathlib import Path

import pytest

from bot import versions
from bot.definitions import load_texts
from bot.pack import files as pages
from bot.rubric import flow as rubric
from bot.rubric.scales import CHARTER
from tests.examples import company, interview, scoring
from tests.examples.company import HEAD, OPS, slack_id
from tests.examples.faults import FAULTS, REFUSED, changed
from tests.examples.interview import ask, look
from tests.examples.lived import Lived, live
from tests.fakes import promised
from tests.flows.drumbeat import Drumbeat
from tests.people import PRODUCT_OPS


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return live(company.SURPRISED, interview.SURPRISED, tmp_path_factory.mktemp("surprised"))


def test_what_the_interview_proposes_begins_with_launches(lived: Lived) -> None:
    assert "No surprise launches" in lived.proposed
    assert "launches that surprise Support and Sales" in lived.proposed


def test_in_no_night_a_check_finds_an_error_but_that_people_are_still_to_be_told(lived: Lived, tmp_path: Path) -> None:
    with lived.copy(tmp_path) as house, house.db.transaction() as session:
        assert scoring.errors_by_night(session) == {"IM06"}
        assert scoring.errors_now(session) == set()


@pytest.mark.proves("R60")
def test_after_thirteen_weeks_the_pack_is_complete_and_the_rubric_passes(lived: Lived, tmp_path: Path) -> None:
    with lived.copy(tmp_path / "copy") as house:
        with house.db.transaction() as session:
            stands = scoring.look(session, house)
            page = pages.as_html(house, stands.pack)
        assert (stands.lacks, list(stands.pack.reasons)) == ([], [])
        assert stands.passes and min(stands.scores.values()) >= 3, stands.scores
        assert stands.scores[CHARTER] == 5, "three measures, each with a baseline and a target"
        assert "launches that surprise Support and Sales" in page

        async def story(bot: Drumbeat) -> None:
            assert "8 of 8 must-haves are there." in await ask(bot, "/cadence pack", OPS)
            for user in (HEAD, slack_id(company.SURPRISED.managers[0])):
                await ask(bot, "/cadence rubric", user)
                await look(bot, "Score it", user)
                # The form is filled with what the facts allow.
                assert not (await bot.submit({}, user)).errors
            await ask(bot, "/cadence pack post", OPS)

        asyncio.run(lived.tell(house, story))
        with house.db.transaction() as session:
            card = rubric.latest(session, house)
        assert card is not None and card.passes and card.total >= 20
        assert "passes" in promised(house.db, "rubric.scorecard", PRODUCT_OPS)[-1].text
        assert len(promised(house.db, "pack.posted", PRODUCT_OPS)) == 1


@pytest.mark.parametrize("name", FAULTS)
def test_with_a_planted_fault_its_check_fires_and_the_score_falls(lived: Lived, tmp_path: Path, name: str) -> None:
    fault = FAULTS[name]
    with lived.copy(tmp_path) as house:
        well = house.db.call(scoring.look, house)
        with house.db.transaction() as session:
            stands = scoring.look(session, fault.plant(session, house))
    assert well.lacks == []
    assert not fault.rule or fault.rule in stands.rules
    assert stands.lacks == ([fault.lacks] if fault.lacks else [])
    assert stands.scores == dict(well.scores) | ({fault.dimension: fault.most} if fault.dimension else {})


def test_with_many_faults_it_no_longer_passes_and_whoever_leads_the_product_hears_so(
    lived: Lived, tmp_path: Path
) -> None:
    with lived.copy(tmp_path) as house, house.db.transaction() as session:
        for name in (
            "an owner has left",
            "rituals leave nothing",
            "nobody looks at what is said",
            "there are no risks",
        ):
            FAULTS[name].plant(session, house)
        stands = scoring.look(session, house)
        assert stands.total < 20 and not stands.passes
        assert len(stands.pack.reasons) == 1, "without risks it is not handed on"
        scores = {each: str(score) for each, score in stands.scores.items()}
        for user in (HEAD, slack_id(company.SURPRISED.owner("search"))):
            rubric.score(session, house, user, 1, [], scores, {})
        (below,) = rubric.findings(session, house)
    assert (below.rule, below.owner) == ("IM09", HEAD)


@pytest.mark.parametrize("name", REFUSED)
def test_definitions_with_a_fault_that_none_may_have_are_refused_by_its_check(
    lived: Lived, tmp_path: Path, name: str
) -> None:
    file, change, rule = REFUSED[name]
    with lived.copy(tmp_path) as house:
        files = changed(house.db.call(versions.get, house.workspace_id, house.version).files, file, change)
    found = load_texts(files, "cadences")
    assert found.definitions is None
    assert {each.rule for each in found.problems if each.level == "error"} == {rule}
