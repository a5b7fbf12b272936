"""What the checks find in what people did, and left undone, over days and weeks; and nothing once it is mended."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from bot import app, blocks
from bot.artifacts import listing
from bot.checks import model as checks
from bot.db import Database
from bot.delivery import outbox
from bot.house import Checked, House
from bot.people.directory import Directory, keep
from bot.people.model import Profile
from bot.releases import flow, register
from bot.releases.model import Release
from bot.rituals.model import Occurrence
from bot.timers import Timer
from tests.artifacts import world as library
from tests.comms.launch import atlas, comms_house, moves_while_somebody_is_away
from tests.decisions.classes import house_with_classes
from tests.decisions.log import Desk
from tests.fakes import StoppedClock, make_house
from tests.insights import world as insights
from tests.insights.test_spikes import brought
from tests.load.test_load import MONDAY, cycle, message
from tests.lookback import after
from tests.lookback.test_capturing import answer
from tests.people import ALICE, BOB, CHARLIE, UPDATES
from tests.prompts.asking import turn_to
from tests.releases import launch
from tests.releases.launch import ANSWERS, DANA, ERIN
from tests.reviews.test_choices import hold
from tests.reviews.test_reviews import ReviewDesk
from tests.updates.team import Week, berlin


def found(house: House, about: Collection[str]) -> set[str]:
    """Which of these checks find something."""
    with house.db.transaction() as session:
        every = {each.rule for room in app.LINKS.findings for each in room(session, house)}
    return every & set(about)


@pytest.fixture
def launching(db: Database, clock: StoppedClock) -> House:
    house = make_house(db, launch.definitions(), clock)
    with db.transaction() as session:
        launch.introduce(session, house)
    return house


def registered(house: House, **changes: object) -> int:
    with house.db.transaction() as session:
        return launch.register(session, house, **changes).id


def answered(house: House, release_id: int, **changes: str) -> None:
    with house.db.transaction() as session:
        version = session.get_one(Release, release_id).version
        flow.answer(session, house, ALICE, str(release_id), version, ANSWERS | changes)


@pytest.mark.proves("RE01")
def test_a_release_whose_answers_were_due_does_not_say_all_four(launching: House, clock: StoppedClock) -> None:
    release_id = registered(launching)
    clock.set(berlin(1, 12, month=12))
    assert found(launching, ["RE01"]) == set(), "they are due five working days before it"
    clock.set(berlin(2, 12, month=12))
    assert found(launching, ["RE01"]) == {"RE01"}
    answered(launching, release_id)
    assert found(launching, ["RE01"]) == set()


@pytest.mark.proves("RE03")
@pytest.mark.parametrize(("facts", "broken"), [(("terms",), {"RE03"}), (("asked",), set[str]())])
def test_a_day_is_nearer_than_the_tier_asks_for(launching: House, facts: tuple[str, ...], broken: set[str]) -> None:
    registered(launching, facts=facts, target="2026-12-04")

    assert found(launching, ["RE03"]) == broken


@pytest.mark.proves("RE04", "RE06")
def test_gates_are_open_and_sign_offs_missing_as_the_call_is_due(launching: House, clock: StoppedClock) -> None:
    release_id = registered(launching)
    clock.set(berlin(7, 12, month=12))
    assert found(launching, ["RE04", "RE06"]) == set()
    clock.set(berlin(8, 12, month=12))
    assert found(launching, ["RE04", "RE06"]) == {"RE04", "RE06"}
    with launching.db.transaction() as session:
        launch.settle_everything(session, launching, session.get_one(Release, release_id))
    assert found(launching, ["RE04", "RE06"]) == set()


@pytest.mark.proves("RE07")
def test_a_hotfix_is_live_and_a_working_day_later_nobody_has_let_it_go(launching: House, clock: StoppedClock) -> None:
    with launching.db.transaction() as session:
        brief = launch.brief(facts=("terms",), target="", confidence="")
        register.hotfix(session, launching, ERIN, brief)
    clock.set(berlin(26, 12))
    assert found(launching, ["RE07"]) == set()
    clock.set(berlin(27, 12))
    assert found(launching, ["RE07"]) == {"RE07"}


@pytest.mark.proves("RE07")
def test_what_was_let_go_and_is_live_passed_over_nobody(db: Database, clock: StoppedClock) -> None:
    house = after.make(db, clock)
    after.go_live(house)

    assert found(house, ["RE07"]) == set()


@pytest.mark.proves("RE08")
def test_whoever_was_told_a_day_does_not_know_a_working_day_later_that_it_moved(
    db: Database, clock: StoppedClock
) -> None:
    house = comms_house(db, clock)
    moves_while_somebody_is_away(house, clock)
    turn_to(house, clock, berlin(26, 11))
    assert found(house, ["RE08"]) == set()
    turn_to(house, clock, berlin(26, 12))
    assert found(house, ["RE08"]) == {"RE08"}
    turn_to(house, clock, berlin(4, 12, month=12))
    assert found(house, ["RE08"]) == set(), "Charlie is back, and was told"


@pytest.mark.proves("RE09")
@pytest.mark.parametrize(("unknown", "broken"), [((CHARLIE, DANA), {"RE09"}), ((CHARLIE,), set[str]())])
def test_somebody_who_needs_to_know_gets_no_message(
    db: Database, clock: StoppedClock, unknown: tuple[str, ...], broken: set[str]
) -> None:
    house = comms_house(db, clock)
    with db.transaction() as session:
        session.execute(update(Profile).where(Profile.slack_id.in_(unknown)).values(active=False))
        atlas(session, house, ["support"])
    turn_to(house, clock, berlin(3, 12, month=12))
    assert found(house, ["RE09"]) == set()
    turn_to(house, clock, berlin(4, 12, month=12))
    assert found(house, ["RE09"]) == broken


@pytest.mark.proves("RE10")
@pytest.mark.parametrize(
    ("rollback", "broken"),
    [
        ("Alice switches the flag off within five minutes if payments fail", set[str]()),
        ("We switch the flag off again and look at it", {"RE10"}),
    ],
)
def test_how_it_is_taken_back_names_nobody_and_no_time(launching: House, rollback: str, broken: set[str]) -> None:
    answered(launching, registered(launching), rollback=rollback)

    assert found(launching, ["RE10"]) == broken


@pytest.mark.proves("RE11")
def test_nobody_has_said_what_came_of_it_two_working_days_after_they_were_asked(
    db: Database, clock: StoppedClock
) -> None:
    house = after.make(db, clock)
    after.go_live(house)
    turn_to(house, clock, berlin(30, 12))
    assert found(house, ["RE11"]) == set()
    turn_to(house, clock, berlin(1, 12, month=12))
    assert found(house, ["RE11"]) == {"RE11"}
    for function, by in (("release-owner", ALICE), ("support", CHARLIE)):
        answer(house, "first-day", function, after.NOTHING_BROKEN, by=by)
    assert found(house, ["RE11"]) == set()


@pytest.mark.proves("CA04")
def test_a_ritual_left_nothing_three_times_in_a_row(db: Database) -> None:
    desk = ReviewDesk(db)
    hold(desk, "", "")
    assert found(desk.house, ["CA04"]) == set()
    hold(desk, "")
    assert found(desk.house, ["CA04"]) == {"CA04"}
    hold(desk, "A page")
    assert found(desk.house, ["CA04"]) == set()


@pytest.fixture
def week(db: Database) -> Week:
    return Week(db, library.definitions(), links=app.LINKS)


@pytest.mark.proves("AR02")
def test_an_artifact_is_half_as_old_again_as_its_cadence(week: Week) -> None:
    week.until(berlin(26, 17))
    week.clock.turn(timedelta(days=9))
    assert found(week.house, ["AR02"]) == set()
    week.clock.turn(timedelta(days=2))
    assert found(week.house, ["AR02"]) == {"AR02"}


@pytest.mark.proves("AR05")
def test_an_artifact_comes_week_after_week_and_nobody_opens_it(week: Week) -> None:
    assert week.house.links.library is not None
    for n in range(10):
        assert found(week.house, ["AR05"]) == set()
        week.clock.set(berlin(26, 16) + timedelta(weeks=n))
        week.run(week.house.links.library.issued, Checked("ritual:weekly-update", f"occurrence:{100 + n}"), None)
    assert found(week.house, ["AR05"]) == {"AR05"}
    week.run(listing.opened, ALICE, "weekly-digest")
    assert found(week.house, ["AR05"]) == set()


@pytest.mark.proves("IN09")
def test_much_is_said_about_one_thing_and_no_ritual_will_talk_about_it(db: Database, clock: StoppedClock) -> None:
    house = insights.make(db, clock)
    brought(house, "five", accounts=5)
    assert found(house, ["IN09"]) == set(), "the insights review is planned"
    with db.transaction() as session:
        session.execute(delete(Occurrence))
        session.execute(delete(Timer))
    assert found(house, ["IN09"]) == {"IN09"}


@pytest.fixture
def busy(db: Database, clock: StoppedClock) -> House:
    house = make_house(db, clock=clock, links=app.LINKS)
    members = tuple({"id": each, "tz": "Europe/Berlin"} for each in (ALICE, BOB, CHARLIE))
    with db.transaction() as session:
        keep(session, house, Directory(members=members, channels=({"id": UPDATES, "name": "product-updates"},)))
    return house


@pytest.mark.proves("NO01")
@pytest.mark.parametrize(("messages", "broken"), [(5, set[str]()), (6, {"NO01"})])
def test_somebody_was_asked_more_than_a_week_should_bring(busy: House, messages: int, broken: set[str]) -> None:
    for day in range(messages):
        message(busy, ALICE, MONDAY + timedelta(days=day))

    assert found(busy, ["NO01"]) == broken


@pytest.mark.proves("NO02")
@pytest.mark.parametrize(("posts", "broken"), [(2, set[str]()), (3, {"NO02"})])
def test_a_channel_got_more_routine_posts_than_it_bears(busy: House, posts: int, broken: set[str]) -> None:
    with busy.db.transaction() as session:
        for n in range(posts):
            said = blocks.message(blocks.section(f"Digest {n}"))
            outbox.post(session, busy, UPDATES, said, kind="update.digest", dedupe=f"d{n}", routine=True)

    assert found(busy, ["NO02"]) == broken


@pytest.mark.proves("NO03")
@pytest.mark.parametrize(("passed", "broken"), [(2, {"NO03"}), (1, set[str]())])
def test_a_third_let_the_same_thing_pass_three_times_in_a_row(busy: House, passed: int, broken: set[str]) -> None:
    for weeks_ago in range(3):
        cycle(busy, weeks_ago, 5, passed)

    assert found(busy, ["NO03"]) == broken


@pytest.mark.proves("BO02", "R11")
def test_that_somebody_asked_drumbeat_to_choose_is_noted(db: Database, clock: StoppedClock) -> None:
    house = replace(house_with_classes(db, clock), links=app.LINKS)
    Desk(house, CHARLIE).does(app.tables().commands["/cadence"].handler, "who decides pricing for me")
    assert db.call(checks.open_now, house) == []
    Desk(house, CHARLIE).does(app.tables().commands["/cadence"].handler, "decide on discounts for me")
    (noted,) = db.call(checks.open_now, house)
    assert (noted.rule, noted.about) == ("BO02", f"person:{CHARLIE}")
