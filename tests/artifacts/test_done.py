"""Each test of a definition of done: it holds while its fact does, and names what breaks it once that is broken."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import app
from bot.db import Database
from bot.decisions.model import Decision
from bot.definitions import Ritual
from bot.definitions.artifacts import TESTS
from bot.house import House
from bot.people.directory import keep
from bot.people.model import Profile
from bot.releases import rollout
from bot.releases.model import Release
from bot.releases.rule import Saying
from bot.rituals import model as occurrences
from bot.roadmap.model import RoadmapItem
from bot.updates.answer import AMBER, RED
from tests.artifacts.world import GONE, definitions
from tests.decisions.log import ENTRY, recorded
from tests.enablement import bundles
from tests.fakes import StoppedClock, make_house
from tests.insights import world as insights
from tests.insights.test_digest import DIGEST
from tests.lookback import after
from tests.lookback.test_capturing import answer
from tests.people import ALICE, BOB, CHARLIE
from tests.releases import launch
from tests.releases.launch import DANA, ERIN, FRANK
from tests.roadmap import world as roadmap
from tests.updates.team import GOOD, Week, berlin, directory, member

AGAINST = "Every day that it waits costs us a large account, and the risk is a small one for a week."


def fails(house: House, test: str, ref: str) -> list[str]:
    """What fails a test of one artifact."""
    name, _, value = test.partition(" ")
    with house.db.transaction() as session:
        return app.LINKS.done_tests[name](session, house, ref, value)


def test_every_test_that_a_definition_may_name_is_computed_by_some_room() -> None:
    assert app.LINKS.done_tests.keys() == TESTS.keys()


# Of the weekly digest.


@pytest.fixture
def week(db: Database) -> Week:
    """The weekly update is open; nobody has answered, and Mobile has no owner whom Slack knows."""
    week = Week(db, definitions())
    week.until(berlin(25, 12))
    return week


def digest(week: Week) -> str:
    return f"occurrence:{week.occurrence().id}"


@pytest.mark.proves("R31", "A1")
def test_a_silent_area_is_accounted_for_only_by_somebody_who_can_be_asked(week: Week) -> None:
    assert fails(week.house, "every-area-accounted-for", digest(week)) == ["Mobile"], "not the silent ones with owners"
    week.submit("mobile", by=BOB)
    assert fails(week.house, "every-area-accounted-for", digest(week)) == []


def test_an_owner_who_comes_to_slack_accounts_for_the_area(week: Week) -> None:
    everybody = (member(ALICE, "Alice"), member(BOB, "Bob"), member(CHARLIE, "Charlie"), member(GONE, "Grace"))
    week.run(keep, directory(*everybody))
    assert fails(week.house, "every-area-accounted-for", digest(week)) == []


def test_a_red_area_needs_an_owner_and_an_amber_one_does_not(week: Week) -> None:
    week.submit("mobile", replace(GOOD, status=AMBER, path="By Friday"), by=BOB)
    week.submit("billing", replace(GOOD, status=RED, path="By Friday"))
    assert fails(week.house, "each-red-has-an-owner", digest(week)) == []
    week.submit("mobile", replace(GOOD, status=RED, path="By Friday"), by=BOB)
    assert fails(week.house, "each-red-has-an-owner", digest(week)) == ["Mobile"], "Billing has Alice"


# When it came.


@pytest.mark.proves("A1")
@pytest.mark.parametrize(
    ("late", "test", "says"),
    [
        (0, "posted-by 16:00", []),
        (10, "posted-by 16:00", []),
        (11, "posted-by 16:00", ["Thu 26 Nov, 16:11"]),
        (24 * 60, "posted-by 16:00", ["Fri 27 Nov, 16:00"]),
        (0, "posted-by 15:30", ["Thu 26 Nov, 16:00"]),
        (0, "posted-within 2 hours", []),
        (10, "posted-within 2 hours", []),
        (60, "posted-within 2 hours", ["3 hours"]),
        (60, "posted-within 24 hours", []),
    ],
)
def test_it_came_in_time_or_it_says_when(week: Week, late: int, test: str, says: list[str]) -> None:
    ref = digest(week)
    week.until(berlin(26, 15, 59))
    week.clock.set(berlin(26, 16) + timedelta(minutes=late))
    week.fire_due()
    assert fails(week.house, test, ref) == says


# Of the roadmap.


@pytest.fixture
def planned(db: Database, clock: StoppedClock) -> House:
    return roadmap.make(db, clock)


@pytest.mark.proves("A2")
@pytest.mark.parametrize(
    "words",
    ["2027-03-15", "on 15 March", "by the 3rd of June", "Mar 15", "September 1st", "until 1. Dec"],
)
def test_an_item_that_names_a_day_is_no_range(planned: House, words: str) -> None:
    roadmap.added(planned, purpose="Two payers can share an invoice")
    assert fails(planned, "ranges-only", "") == []
    roadmap.added(planned, key="other", name="Refunds", purpose=f"Customers are promised it {words}")
    assert fails(planned, "ranges-only", "") == ["R-2"]


@pytest.mark.parametrize(
    "words", ["in March 2027", "Q1 2027", "for 24 customers", "those who may 2 times pay", "version 2027-03"]
)
def test_months_quarters_and_numbers_are_no_days(planned: House, words: str) -> None:
    roadmap.added(planned, purpose=f"It serves {words}")
    assert fails(planned, "ranges-only", "") == []


def test_a_place_that_is_a_day_is_no_range(planned: House) -> None:
    roadmap.added(planned)
    with planned.db.transaction() as session:
        session.execute(update(RoadmapItem).values(place="2027-03-15"))
    assert fails(planned, "ranges-only", "") == ["R-1"]


@pytest.mark.proves("A2")
def test_an_area_with_items_has_somebody_who_writes_it(planned: House) -> None:
    roadmap.added(planned)
    assert fails(planned, "one-source-per-area", "") == []
    with planned.db.transaction() as session:
        session.execute(update(RoadmapItem).values(area_id="exports"))
    assert fails(planned, "one-source-per-area", "") == ["exports"], "the definitions have it no more"


def test_an_area_whose_writers_have_all_left_has_no_source(planned: House) -> None:
    roadmap.added(planned)
    _leave(planned)
    assert fails(planned, "one-source-per-area", "") == ["Billing"]


# Of insights.


@pytest.fixture
def told(db: Database, clock: StoppedClock) -> House:
    """Insights, and a digest of them on Mondays."""
    house = insights.make(db, clock)
    rituals = (*house.definitions.calendar.rituals, Ritual.model_validate(DIGEST))
    changed = replace(house.definitions, calendar=house.definitions.calendar.with_rituals(rituals))
    house = replace(house, definitions=changed)
    with db.transaction() as session:
        app.RITUALS.plan_all(session, house)
    return house


def monday(house: House) -> str:
    with house.db.transaction() as session:
        found = occurrences.upcoming(session, house, "insights-digest")
    assert found is not None
    return f"occurrence:{found.id}"


@pytest.mark.proves("A5")
def test_a_theme_needs_an_owner_or_somebody_who_answers_by_a_day(told: House) -> None:
    insights.routed(told)
    ref = monday(told)
    assert fails(told, "each-theme-has-an-owner-or-date", ref) == [], "Alice owns its area"
    _leave(told, ALICE)
    assert fails(told, "each-theme-has-an-owner-or-date", ref) == ["Pricing and billing in Billing"]


def test_a_theme_of_which_everything_is_answered_needs_nobody(told: House) -> None:
    insights.decided(told)
    _leave(told, ALICE)
    assert fails(told, "each-theme-has-an-owner-or-date", monday(told)) == []


# Of releases.


@pytest.fixture
def launching(db: Database, clock: StoppedClock) -> House:
    """Releases with bundles, and everybody's parts."""
    house = make_house(db, clock=clock, definitions=launch.definitions(bundle=bundles.BUNDLE), links=app.LINKS)
    with db.transaction() as session:
        launch.introduce(session, house)
    return house


@pytest.mark.proves("A4")
def test_the_four_questions_are_to_be_answered_once_it_may_go_out(launching: House) -> None:
    with launching.db.transaction() as session:
        release = launch.register(session, launching)
        ref = f"release:{release.id}"
    assert fails(launching, "four-answers", ref) == [], "nobody has let it go yet"
    with launching.db.transaction() as session:
        release = session.get_one(Release, release.id)
        launch.call(session, launching, release, Saying("go", AGAINST, ERIN))
    assert fails(launching, "four-answers", ref) == [
        "Who needs to know?",
        "What changes?",
        "How do we watch it?",
        "How do we take it back?",
    ]


def test_what_is_answered_is_not_missed(launching: House) -> None:
    with launching.db.transaction() as session:
        release = launch.register(session, launching)
        launch.settle_everything(session, launching, release)
        launch.call(session, launching, release, Saying("go"))
        rollout.live(session, launching, ERIN, str(release.id))
        ref = f"release:{release.id}"
    assert fails(launching, "four-answers", ref) == []
    with launching.db.transaction() as session:
        session.execute(update(Release).values(rollback="no"))
    assert fails(launching, "four-answers", ref) == ["How do we take it back?"]


def live_with(house: House, *confirmed: str) -> str:
    """Atlas is live, and so many had confirmed its bundle; its ref."""
    with house.db.transaction() as session:
        release = bundles.register(session, house)
        bundles.publish(session, house, release)
        bundles.confirm(session, house, release, *confirmed)
        launch.done(session, house, release, 2)
        launch.sign(session, house, release)
        launch.call(session, house, release, Saying("go"))
        rollout.live(session, house, ERIN, str(release.id))
        return f"release:{release.id}"


@pytest.mark.proves("A6")
@pytest.mark.parametrize(("confirmed", "says"), [((CHARLIE, DANA), []), ((CHARLIE,), ["Support (1 of 2)"])])
def test_enough_of_each_function_have_confirmed_by_the_time_it_is_live(
    launching: House, confirmed: tuple[str, ...], says: list[str]
) -> None:
    ref = live_with(launching, *confirmed)
    assert fails(launching, "each-function-has-confirmed", ref) == says


def test_before_it_is_live_people_may_still_confirm(launching: House) -> None:
    with launching.db.transaction() as session:
        release = bundles.register(session, launching)
        bundles.publish(session, launching, release)
    assert fails(launching, "each-function-has-confirmed", f"release:{release.id}") == []


@pytest.mark.proves("A7")
def test_a_report_is_done_once_everybody_who_was_asked_has_answered(db: Database, clock: StoppedClock) -> None:
    house = after.make(db, clock)
    release_id = after.go_live(house)
    after.at(house, clock, after.A_WEEK_LATER)
    ref = f"release:{release_id}"
    waits = fails(house, "everybody-has-answered", ref)
    assert waits == ["Release owner", "Support"], "each once, however often they were asked"
    answer(house, "first-day", "support", after.NOTHING_BROKEN)
    answer(house, "first-day", "release-owner", after.NOTHING_BROKEN, by=ALICE)
    assert fails(house, "everybody-has-answered", ref) == ["Support"]
    answer(house, "week", "support", after.A_WEEK)
    assert fails(house, "everybody-has-answered", ref) == []


@pytest.mark.proves("A3")
def test_a_decision_says_what_else_was_considered(planned: House) -> None:
    one = recorded(planned, replace(ENTRY, class_id="visible-move", decider=FRANK), by=FRANK)
    assert fails(planned, "two-options", f"decision:{one.ref}") == []
    with planned.db.transaction() as session:
        session.execute(update(Decision).values(options="End it in May"))
    assert fails(planned, "two-options", f"decision:{one.ref}") == [one.ref]


def _leave(house: House, *persons: str) -> None:
    """Slack does not have these people any more; without names, nobody."""
    gone = update(Profile).values(active=False)
    with house.db.transaction() as session:
        session.execute(gone.where(Profile.slack_id.in_(persons)) if persons else gone)
