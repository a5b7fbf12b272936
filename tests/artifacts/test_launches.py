"""What releases leave: each brief, bundle and report is in the library, and is judged once it can be."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from bot import app
from bot.artifacts import listing
from bot.db import Database
from bot.house import House, Links
from bot.releases import rollout
from bot.releases.model import Release
from bot.releases.rule import Saying
from tests.artifacts.test_going_out import issues, news
from tests.artifacts.world import library
from tests.enablement import bundles
from tests.fakes import StoppedClock, make_house, promised
from tests.lookback import after
from tests.lookback.test_capturing import answer
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases import launch
from tests.releases.launch import ERIN
from tests.updates.team import berlin


def artifact(id: str, event: str, test: str) -> dict[str, Any]:
    return {
        "id": id,
        "name": id.replace("-", " ").capitalize(),
        "owner": "release-owner",
        "audience": "everybody",
        "event": event,
        "sections": ["All"],
        "done": [{"says": "It is done", "test": test}],
    }


LIBRARY = library(
    artifact("launch-brief", "release-registered", "four-answers"),
    artifact("enablement-bundle", "bundle-published", "each-function-has-confirmed"),
    artifact("post-launch-report", "release-looked-back", "everybody-has-answered"),
)


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    definitions = replace(launch.definitions(bundle=bundles.BUNDLE), artifacts=LIBRARY)
    house = make_house(db, clock=clock, definitions=definitions, links=app.LINKS)
    with db.transaction() as session:
        launch.introduce(session, house)
    return house


def kept(house: House, artifact_id: str) -> list[tuple[str, dict[str, list[str]]]]:
    return [(issue.ref, issue.failed) for issue in issues(house, artifact_id)]


@pytest.mark.proves("A4")
def test_a_brief_is_there_as_soon_as_its_release_is_registered_and_leads_to_the_card(house: House) -> None:
    with house.db.transaction() as session:
        release = launch.register(session, house)
    assert kept(house, "launch-brief") == [(f"release:{release.id}", {})], "what it lacks is asked for anyway"
    assert issues(house, "launch-brief")[0].message_id == promised(house.db, "release.card")[0].id
    with house.db.transaction() as session:
        (stands, *_others) = listing.look(session, house, ALICE)
        assert listing.open_one(session, house, ALICE, "launch-brief").issues[0].which == "Atlas"
    assert (stands.owner, stands.freshness) == ("whoever owns the release", "fresh")


def test_a_bundle_is_there_once_it_is_published_and_is_judged_as_the_release_goes_live(
    house: House, clock: StoppedClock
) -> None:
    with house.db.transaction() as session:
        release = bundles.register(session, house)
        bundles.write(session, house, release)
    assert kept(house, "enablement-bundle") == []
    with house.db.transaction() as session:
        release = session.get_one(Release, release.id)
        bundles.publish(session, house, release)
        bundles.confirm(session, house, release, CHARLIE)
        launch.done(session, house, release, 2)
        launch.sign(session, house, release)
        launch.call(session, house, release, Saying("go"))
    ref = f"release:{release.id}"
    assert kept(house, "enablement-bundle") == [(ref, {})], "people may still confirm"
    with house.db.transaction() as session:
        rollout.live(session, house, ERIN, str(release.id))
    assert kept(house, "enablement-bundle") == [(ref, {"each-function-has-confirmed": ["Support (1 of 2)"]})]
    turn_to(house, clock, berlin(26, 12))
    for person in (ALICE, BOB):
        told = news(house.db, person)
        assert "too few of Support (1 of 2) had confirmed it as the release went live." in told
    assert "had confirmed it" not in news(house.db, ERIN)


def test_a_release_that_goes_out_without_its_answers_is_told_to_its_owner(house: House, clock: StoppedClock) -> None:
    with house.db.transaction() as session:
        release = launch.register(session, house)
        launch.settle_everything(session, house, release)
        launch.call(session, house, release, Saying("go"))
        session.execute(update(Release).values(rollback=""))
        session.refresh(release)
        rollout.live(session, house, ERIN, str(release.id))
    assert kept(house, "launch-brief")[0][1] == {"four-answers": ["How do we take it back?"]}
    turn_to(house, clock, berlin(26, 12))
    assert "How do we take it back?" in news(house.db, ALICE)


def looking_back(db: Database, clock: StoppedClock) -> House:
    house = after.make(db, clock)
    links: Links = replace(house.links, library=app.LINKS.library, done_tests=app.LINKS.done_tests)
    return replace(house, links=links, definitions=replace(house.definitions, artifacts=LIBRARY))


def test_a_report_that_somebody_owes_something_says_so_until_they_have_said_it(
    db: Database, clock: StoppedClock
) -> None:
    house = looking_back(db, clock)
    after.go_live(house)
    after.at(house, clock, berlin(10, 12, month=12))
    (report,) = [text for text in after.thread(db) if "what became of it" in text]
    assert "Not done yet: Release owner and Support have not answered." in report
    answer(house, "first-day", "support", after.NOTHING_BROKEN)
    answer(house, "first-day", "release-owner", after.NOTHING_BROKEN, by=ALICE)
    answer(house, "week", "support", after.A_WEEK)
    (report,) = [text for text in after.thread(db) if "what became of it" in text]
    assert "Not done yet" not in report
    assert [failed for _ref, failed in kept(house, "post-launch-report")] == [{}]
