"""Who has a digest: its audience from the start, whoever joined, and nobody who left it."""

import pytest

from bot.db import Database
from bot.digests import subscribing
from bot.errors import UserError
from bot.house import House
from bot.people.model import UserGroup
from tests.digests import world
from tests.digests.world import BRIEF, MARKET, adopt, dms
from tests.fakes import StoppedClock
from tests.insights.world import run, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, ERIN, FRANK
from tests.updates.team import berlin


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return world.make(db, clock, BRIEF, MARKET)


def having(house: House, id: str = "leadership-brief") -> set[str]:
    ritual = house.definitions.calendar.ritual(id)
    assert ritual is not None
    return {each.slack_id for each in run(house, subscribing.subscribers, ritual)}


def choose(house: House, person: str, words: str = "leadership", *, wanted: bool) -> str:
    return run(house, subscribing.choose, person, words, wanted=wanted).id


def test_those_its_audience_names_have_it_from_the_start(house: House) -> None:
    assert having(house) == {FRANK}
    assert having(house, "market") == {CHARLIE, DANA}


def test_members_of_a_user_group_of_its_audience_have_it(house: House) -> None:
    with house.db.transaction() as session:
        session.add(UserGroup(workspace_id=house.workspace_id, handle="leads", members=[ERIN, "U0STRANGER"]))
    assert having(adopt(house, {**BRIEF, "audience": ["@leads"]})) == {ERIN}


def test_anybody_joins_and_anybody_leaves(house: House) -> None:
    choose(house, ALICE, wanted=True)
    choose(house, FRANK, wanted=False)
    assert having(house) == {ALICE}
    choose(house, ALICE, wanted=False)
    choose(house, FRANK, wanted=True)
    assert having(house) == {FRANK}


def test_what_somebody_chose_outlives_new_definitions(house: House) -> None:
    choose(house, FRANK, wanted=False)
    choose(house, ALICE, wanted=True)
    house = adopt(house, {**BRIEF, "audience": [FRANK, BOB], "name": "Brief"})
    assert having(house) == {ALICE, BOB}


def test_whoever_leaves_before_it_came_does_not_get_it(house: House) -> None:
    wait(house, berlin(30, 8, 59))
    choose(house, FRANK, wanted=False)
    wait(house, world.MONDAY)
    assert not any("Leadership brief" in each.text for each in dms(house, FRANK))


def test_it_is_named_by_whom_it_is_for_its_id_or_its_name(house: House) -> None:
    for words in ("leadership", "leadership-brief", "Leadership brief", "LEADERSHIP"):
        assert choose(house, ALICE, words, wanted=True) == "leadership-brief"


def test_a_word_that_means_none_offers_the_nearest(house: House) -> None:
    with pytest.raises(UserError, match="Did you mean `leadership-brief`"):
        choose(house, ALICE, "leadershp-brief", wanted=True)


def test_who_is_not_in_the_organisation_chooses_nothing(house: House) -> None:
    with pytest.raises(UserError, match="I do not know you yet"):
        choose(house, "U0STRANGER", wanted=True)


def test_where_there_are_no_digests_it_says_so(db: Database, clock: StoppedClock) -> None:
    house = adopt(world.make(db, clock, BRIEF), {**BRIEF, "kind": "insights_digest", "for": "", "id": "other"})
    with pytest.raises(UserError, match="There are no digests here"):
        choose(house, ALICE, wanted=True)
