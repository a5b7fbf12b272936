"""Eight product managers whose launches surprise Support and Sales: set up by the interview, and thirteen weeks on."""

import asyncio
from pathlib import Path

import pytest

from bot.pack import files
from bot.rubric import flow as rubric
from tests.examples import company, interview, scoring
from tests.examples.company import HEAD, OPS, slack_id
from tests.examples.lived import Lived, live
from tests.fakes import promised
from tests.flows.drumbeat import Drumbeat
from tests.people import PRODUCT_OPS


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return live(company.SURPRISED, interview.SURPRISED, tmp_path_factory.mktemp("surprised"))


def test_what_the_interview_proposes_begins_with_launches(lived: Lived) -> None:
    assert "no-surprise-launches" in lived.proposed
    assert "launches that surprise Support and Sales" in lived.proposed


def test_after_thirteen_weeks_the_pack_is_complete_and_the_rubric_passes(lived: Lived, tmp_path: Path) -> None:
    with lived.copy(tmp_path / "copy") as house:
        with house.db.transaction() as session:
            stands = scoring.look(session, house)
            page = files.as_html(house, stands.pack)
        assert (stands.lacks, list(stands.pack.reasons)) == ([], [])
        assert stands.passes and min(stands.scores.values()) >= 3, stands.scores
        assert "launches that surprise Support and Sales" in page

        async def story(bot: Drumbeat) -> None:
            await bot.command("/cadence pack", OPS)
            assert "8 of 8 must-haves are there." in await bot.replied()
            for user in (HEAD, slack_id(company.SURPRISED.managers[0])):
                await bot.command("/cadence rubric", user)
                await bot.settled()
                await bot.press_replied("Score it", user)
                # The form is filled with what the facts allow.
                assert not (await bot.submit({}, user)).errors
            await bot.command("/cadence pack post", OPS)
            await bot.settled()

        asyncio.run(lived.tell(house, story))
        with house.db.transaction() as session:
            card = rubric.latest(session, house)
        assert card is not None and card.passes and card.total >= 20
        assert "passes" in promised(house.db, "rubric.scorecard", PRODUCT_OPS)[-1].text
        assert len(promised(house.db, "pack.posted", PRODUCT_OPS)) == 1
