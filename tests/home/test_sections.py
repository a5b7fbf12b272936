"""What Home shows each role: their areas, releases near, what became of insights, health, what is at risk."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from bot import app, blocks
from bot.blocks import Block
from bot.blocks.compose import spoken
from bot.db import Database
from bot.decisions.flow import raise_question
from bot.home.page import home_view
from bot.house import House
from bot.insights import triage
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT
from bot.roadmap.model import LATER
from tests.decisions.log import QUESTION
from tests.enablement import bundles
from tests.fakes import StoppedClock, make_house
from tests.home.company import ended, home, later, registered, section, weeks
from tests.insights import world
from tests.people import ALICE, BOB, CHARLIE
from tests.releases import launch
from tests.releases.launch import DANA, ERIN, FRANK, GRACE
from tests.roadmap import world as roadmaps

STRANGER = "U0STRANGER"


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """A house with releases and insights: Alice owns Billing, Bob of product ops is her deputy."""
    return world.make(db, clock)


# A product manager's areas.


def test_an_area_shows_its_colour_in_words_how_sure_it_is_and_since_when(house: House) -> None:
    weeks(house, "billing", "green", "", "green", "amber", "amber", path="Cut the export", confidence=40)
    said = section(home(house, ALICE), "Your areas")
    assert said.startswith("*Billing*\n🟠 Amber, 40 % sure of the next date, since Wed 11 Nov 2026\n")
    assert "Back to green: Cut the export" in said
    assert "the oldest first: 🟢 green, ⚪ no update, 🟢 green, 🟠 amber, 🟠 amber" in said


def test_a_colour_that_may_be_older_than_what_is_shown_says_so(house: House) -> None:
    weeks(house, "billing", *["green"] * 8)
    assert "🟢 Green, since Wed 14 Oct 2026 or before" in home(house, ALICE)


def test_a_deputy_sees_the_area_as_the_deputy_and_others_do_not(house: House) -> None:
    assert "Billing (you are the deputy)" in home(house, BOB)
    assert "(you are the deputy)" not in home(house, ALICE)
    assert "Your areas" not in home(house, CHARLIE)


def test_without_an_update_an_area_is_not_green(house: House) -> None:
    said = section(home(house, ALICE), "Your areas")
    assert "⚪ No update so far." in said
    assert "🟢" not in said


def test_what_an_area_waits_for_is_counted(house: House) -> None:
    for day in (26, 27):
        question = replace(QUESTION, area_id="billing", needed_by=date(2026, 11, day))
        world.run(house, raise_question, CHARLIE, question, f"{day}")
    world.routed(house)
    later(house, days=20)
    said = home(house, ALICE)
    assert "To decide: 2, 2 overdue, the first by Thu 26 Nov 2026" in said
    assert "Insights that wait for an answer: 1, 1 late" in said


def test_the_button_to_write_an_update_is_there_once_it_is_asked_for(house: House) -> None:
    def area() -> str:
        return section(home(house, ALICE), "Your areas", "Releases near")

    assert "[Write update]" not in area()
    (weekly, *_others) = house.definitions.calendar.rituals
    world.run(house, app.RITUALS.run_now, weekly, BOB)
    assert "[Write update]" in area()


def test_an_area_shows_what_has_moved_on_its_roadmap(db: Database, clock: StoppedClock) -> None:
    house = roadmaps.make(db, clock)
    item = roadmaps.added(house)
    roadmaps.changed(house, item, LATER, place="later")
    assert "Roadmap: 1 item moved in two weeks; last R-1 Split invoices: Next → Later" in home(house, ALICE)


def test_an_area_shows_its_next_release_with_the_advice(house: House) -> None:
    registered(house)
    said = section(home(house, ALICE), "Your areas", "Releases near")
    assert "Next release: Atlas, Wed 9 Dec 2026 (likely) – 🔴 Hold" in said


# Releases.


def test_a_product_manager_sees_every_release_and_which_is_theirs(house: House) -> None:
    registered(house)
    registered(house, name="Borealis", owner=FRANK, target="2026-12-02")
    said = section(home(house, ALICE), "Releases near")
    assert said.startswith("*Borealis – Wed 2 Dec 2026 (likely), medium*\n🔴 Hold: ")
    assert (
        "*Atlas (yours) – Wed 9 Dec 2026 (likely), medium*\n🔴 Hold: 3 gates open; Support has not signed off" in said
    )


def test_somebody_in_support_sees_only_what_affects_support(house: House) -> None:
    registered(house, facts=())
    assert "No release of the next 30 days affects your function" in home(house, DANA)
    registered(house, name="Borealis")
    said = section(home(house, CHARLIE), "Releases near")
    assert "Borealis" in said and "Atlas" not in said
    assert "Yours: 2 Support has been briefed, by Fri 4 Dec 2026" in said


def test_somebody_in_support_sees_whether_they_have_confirmed_the_bundle(db: Database, clock: StoppedClock) -> None:
    house = make_house(db, launch.definitions(bundle=bundles.BUNDLE), clock, links=app.LINKS)
    with db.transaction() as session:
        launch.introduce(session, house)
        release = bundles.register(session, house)
    assert "Its bundle is not published yet." in home(house, CHARLIE)
    with db.transaction() as session:
        bundles.publish(session, house, session.merge(release))
    assert "You have not confirmed its bundle yet." in home(house, CHARLIE)
    with db.transaction() as session:
        bundles.confirm(session, house, session.merge(release), CHARLIE)
    assert "You have confirmed its bundle." in home(house, CHARLIE)
    assert "You have not confirmed its bundle yet." in home(house, DANA)


def test_an_engineer_sees_only_releases_in_which_they_have_something_to_do(house: House) -> None:
    registered(house)
    assert "none asks anything of you" in home(house, ERIN)


def test_of_those_an_engineer_sees_only_what_is_theirs(db: Database, clock: StoppedClock) -> None:
    rehearsal = {
        "id": 7,
        "title": "The way back was rehearsed",
        "owners": ["engineering"],
        "evidence": "a record",
        "levels": {"medium": "gate", "high": "gate"},
        "due": {"medium": 3, "high": 3},
    }
    items = [*launch.RULES["items"], rehearsal]
    house = make_house(db, launch.definitions(items=items), clock, links=app.LINKS)
    with db.transaction() as session:
        launch.introduce(session, house)
    registered(house)
    said = section(home(house, ERIN), "Releases near", "Your next seven days (times in Europe/Berlin)")
    assert said == (
        "*Atlas – Wed 9 Dec 2026 (likely), medium*\n🔴 Hold\nYours: 7 The way back was rehearsed, by Fri 4 Dec 2026"
    )


def test_what_is_far_away_is_not_near(house: House) -> None:
    registered(house, target="2027-01-20")
    assert "No release is planned for the next 30 days." in home(house, ALICE)


# Insights.


def test_whoever_brought_something_reads_what_became_of_it(house: House) -> None:
    world.decided(house)
    said = section(home(house, CHARLIE), "What you brought")
    assert "I-1 “Invoices cannot be split between two payers” is answered: declined – Few ask for it" in said


def test_whoever_brought_nothing_is_told_how(house: House) -> None:
    assert "You have brought no insight yet." in home(house, DANA)
    assert "What you brought" not in home(house, ALICE)


def test_a_restricted_insight_is_shown_only_to_who_may_see_it(house: House) -> None:
    secret = "Their privacy was broken"
    insight = world.heard(house, what=secret, theme_id="trust")
    sorted_ = world.run(house, triage.sort, GRACE, insight.ref, replace(world.TAGS, theme_id="trust"))
    assert sorted_.restricted
    assert sorted_.area_id == "billing"
    for person in (ALICE, BOB, DANA, ERIN, FRANK):
        said = home(house, person)
        assert secret not in said
        assert "I-1" not in said
        assert "Insights that wait" not in said
    assert "I-1" in home(house, GRACE)
    assert secret in home(house, CHARLIE)


# How the operating system does.


def test_without_data_nothing_is_green(house: House) -> None:
    said = section(home(house, BOB), "Health at a glance", "Releases near")
    assert "⚪ Updates in time: no data yet." in said
    assert "⚪ Triage in time: no data yet." in said
    assert "⚪ Decisions: none is open" in said
    assert "⚪ Yield of rituals: no data yet." in said
    assert not any(sign in said for sign in "🟢🟠🔴")


def test_updates_in_time_are_shown_by_week_in_bars_and_in_numbers(house: House) -> None:
    weeks(house, "billing", "green", "", "amber")
    weeks(house, "search", "green", "green", "green")
    said = home(house, FRANK)
    assert "🟠 Updates in time, watch: 83 %, █▅█" in said
    assert "5 of 6 expected in 3 weeks; by week, the oldest first: 2 of 2, 1 of 2, 2 of 2." in said


def test_a_late_update_is_not_one_in_time(house: House) -> None:
    weeks(house, "billing", "green", late=True)
    assert "🔴 Updates in time, off: 0 %" in home(house, BOB)


def test_health_shows_triage_and_the_oldest_open_decision(house: House) -> None:
    world.run(house, raise_question, CHARLIE, QUESTION, "a form")
    world.routed(house)
    later(house, days=4)
    said = home(house, FRANK)
    assert "🟢 Triage in time, on course: 1 of 1, 100 %" in said
    assert "🔴 Decisions, off: 1 open, 1 past its day; the oldest, D-1, for 4 days" in said


def test_the_yield_of_each_ritual_stands_in_dots_and_numbers(house: House) -> None:
    ended(house, "insights-review", CLOSED, CLOSED_WITHOUT_OUTPUT, CLOSED)
    said = home(house, BOB)
    assert "🔴 Yield of rituals, off: 2 of 3 that were held left something, 67 %" in said
    assert "●○● Insights review: 2 of 3" in said
    assert "● left something, ○ left nothing" in said


def test_health_is_for_product_ops_and_the_head_of_product(house: House) -> None:
    for person in (ALICE, CHARLIE, ERIN, STRANGER):
        assert "Health at a glance" not in home(house, person)


def test_product_ops_sees_which_rituals_are_at_risk(house: House) -> None:
    assert "None: each has left something lately" in home(house, BOB)
    ended(house, "insights-review", CLOSED, CLOSED_WITHOUT_OUTPUT, CLOSED_WITHOUT_OUTPUT)
    assert "Insights review: left nothing 2 times in a row" in home(house, BOB)
    review = house.definitions.calendar.ritual("insights-review")
    assert review is not None
    world.run(house, app.RITUALS.run_now, review, BOB)
    later(house, days=3)
    assert "2 times in a row; the one of Thu 10 Dec 2026 is still open" in home(house, BOB)


# The head of product.


def test_the_head_of_product_sees_first_what_waits_for_their_decision(house: House) -> None:
    assert home(house, FRANK).startswith("Decisions that wait for you\nNo decision waits for you.\n")
    world.run(house, raise_question, CHARLIE, replace(QUESTION, decider=FRANK), "a form")
    said = home(house, FRANK)
    assert said.startswith(
        "Decisions that wait for you\nDecide D-1: Do we keep the free plan?\nDue Fri 27 Nov, 17:30\n"
    )
    assert said.count("Decide D-1") == 1


def test_the_head_of_product_sees_red_before_amber_with_the_way_back(house: House) -> None:
    weeks(house, "billing", "amber", path="Cut the export")
    weeks(house, "search", "red", path="Decide on Monday", confidence=20)
    said = section(home(house, FRANK), "Red and amber areas", "What is on you")
    assert said.startswith("*🔴 Search – red, 20 % sure, since Wed 18 Nov 2026, Frank*\nDecide on Monday\n")
    assert "*🟠 Billing – amber, since Wed 18 Nov 2026, Alice*\nCut the export" in said
    assert "Decide on Monday" not in section(home(house, BOB), "Your areas")


def test_areas_that_are_green_or_silent_are_counted(house: House) -> None:
    weeks(house, "billing", "green")
    assert "1 area is green, 1 without an update so far." in home(house, FRANK)


# The order, and who is nobody here.


@pytest.mark.parametrize(
    ("person", "titles"),
    [
        (ALICE, ["What is on you", "Your areas", "Releases near", "What comes next"]),
        (BOB, ["Rituals at risk", "Triage insights", "What is on you", "Health at a glance", "Releases near"]),
        (FRANK, ["Decisions that wait", "Red and amber areas", "What is on you", "Health at a glance"]),
        (ERIN, ["What is on you", "Releases near", "What you brought", "What comes next"]),
        (CHARLIE, ["What is on you", "Triage insights", "Releases near", "What you brought", "What comes next"]),
        (STRANGER, ["What is on you", "What comes next"]),
    ],
)
def test_what_a_role_needs_first_stands_first(house: House, person: str, titles: list[str]) -> None:
    said = home(house, person)
    places = [said.index(title) for title in titles]
    assert places == sorted(places)
    assert said.startswith(titles[0])


def test_somebody_the_organisation_does_not_know_is_told_so_and_sees_nothing_of_anybody(house: House) -> None:
    registered(house)
    weeks(house, "billing", "red", path="A secret way")
    said = home(house, STRANGER)
    assert "I do not know you yet" in said
    assert "Bob can add you" in said
    for other in ("Atlas", "Your areas", "Health", "A secret way", "I am away", "Triage"):
        assert other not in said


def test_what_is_overdue_is_said_to_be(house: House) -> None:
    for day in (26, 30):
        world.run(house, raise_question, CHARLIE, replace(QUESTION, needed_by=date(2026, 11, day)), f"{day}")
    later(house, days=3)
    assert "1 of 2 is overdue, and stands first." in home(house, ALICE)


def test_the_next_seven_days_show_what_the_calendar_asks_of_somebody(house: House) -> None:
    later(house, hours=-2)
    said = home(house, ALICE)
    mine = section(said, "Your next seven days (times in Europe/Berlin)", "What comes next (times in Europe/Berlin)")
    assert mine == "Wed 25 Nov, 10:00 – Weekly product update, Billing: you are asked"
    assert "Weekly product update" not in section(said, "What comes next (times in Europe/Berlin)", "[Log insight]")
    assert "The calendar asks nothing of you." in home(house, ERIN)


def test_another_workspace_sees_nothing_of_it(house: House) -> None:
    registered(house)
    world.run(house, raise_question, CHARLIE, replace(QUESTION, area_id="billing"), "a form")
    world.decided(house)
    weeks(house, "billing", "red", path="A secret way")
    other = replace(house, workspace_id="T0OTHER")
    with house.db.transaction() as session:
        launch.introduce(session, other)
    for person in (ALICE, BOB, CHARLIE, FRANK):
        said = home(other, person)
        for theirs in ("Atlas", "D-1", "I-1", "To decide", "Insights that wait", "A secret way", "🔴", "🟠"):
            assert theirs not in said


def test_something_may_stand_above_everything(house: House) -> None:
    def first(_session: Session, _house: House, person: str) -> list[Block]:
        return [blocks.section(f"Begin here, {person}")]

    house = replace(house, links=replace(house.links, first_on_home=(first,)))
    with house.db.transaction() as session:
        shown = spoken(home_view(session, house, ALICE).payload()["blocks"])
    assert shown.startswith(f"Begin here, {ALICE}\nWhat is on you\n")


def test_whatever_is_shown_is_read_aloud(house: House) -> None:
    weeks(house, "billing", "green", "red", path="Soon")
    with house.db.transaction() as session:
        shown = home_view(session, house, FRANK).payload()["blocks"]
    for block in shown:
        assert block["type"] == "divider" or spoken([block]), block
