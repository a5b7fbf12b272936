"""Who is asked what after a release, on which day, and what becomes of their answers."""

from datetime import date

import pytest

from bot.db import Database
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.lookback import asking, capturing, model
from bot.releases import register, rollout
from bot.releases.model import LIVE
from bot.releases.rule import Saying
from tests.fakes import StoppedClock
from tests.lookback import after
from tests.lookback.after import A_WEEK, A_WEEK_LATER, NOTHING_BROKEN, THURSDAY, atlas, captured, go_live, thread, told
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases.launch import DANA, ERIN, brief, call
from tests.updates.team import berlin


def answer(
    house: House, capture: str, function: str, typed: dict[str, str], by: str = CHARLIE, version: int | None = None
) -> None:
    row = captured(house, capture, function)
    with house.db.transaction() as session:
        capturing.answer(session, house, by, str(row.id), row.version if version is None else version, typed)


@pytest.mark.proves("R50", "F8")
def test_each_function_is_asked_on_its_day_and_not_before(db: Database, house: House, clock: StoppedClock) -> None:
    go_live(house)
    turn_to(house, clock, berlin(26, 8, 59))
    assert "what do you see?" not in told(house, CHARLIE) + told(house, ALICE)
    turn_to(house, clock, THURSDAY)
    assert "Atlas, 1 day after it went live: what do you see?*\nWhy you: Support is asked about it." in told(
        house, CHARLIE
    )
    assert "Why you: you own it. A few answers" in told(house, ALICE)
    assert "what do you see?" not in told(house, ERIN) + told(house, DANA)
    turn_to(house, clock, A_WEEK_LATER)
    assert "Atlas, 7 days after it went live" in told(house, CHARLIE)
    assert "Atlas, 7 days after" not in told(house, ALICE)


def test_a_day_on_which_nobody_works_moves_to_the_next_working_day(
    db: Database, house: House, clock: StoppedClock
) -> None:
    clock.set(berlin(27, 10))
    go_live(house)
    assert captured(house, "first-day", "support").due_on == date(2026, 11, 30)
    assert captured(house, "week", "support").due_on == date(2026, 12, 4)


def test_of_a_low_release_nothing_is_asked(db: Database, house: House, clock: StoppedClock) -> None:
    go_live(house, facts=())
    with db.transaction() as session:
        found = model.captures(session, house, atlas(session, house).id)
    assert found == []


def test_a_hotfix_is_looked_back_on_the_next_day_whatever_its_tier(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        register.hotfix(session, house, ALICE, brief(facts=()))
    with db.transaction() as session:
        found = model.captures(session, house, atlas(session, house).id)
    assert {(each.capture_id, each.function) for each in found} == {
        ("first-day", "release-owner"),
        ("first-day", "support"),
    }
    turn_to(house, clock, THURSDAY)
    assert "what do you see?" in told(house, CHARLIE)


def test_the_answers_stand_in_the_thread_and_an_edit_changes_them_there(
    db: Database, house: House, clock: StoppedClock
) -> None:
    go_live(house)
    turn_to(house, clock, THURSDAY)
    answer(house, "first-day", "support", {"broken": "Yes", "what": "The export is empty"})
    line = "Support, 1 day after: Charlie says\n• Is anything broken? Yes\n• What? The export is empty"
    assert thread(db)[-1] == line
    answer(house, "first-day", "support", {"broken": "No"}, by=DANA)
    (edited,) = [each for each in thread(db) if each.startswith("Support, 1 day after")]
    assert edited == "Support, 1 day after: Dana says\n• Is anything broken? No"


def test_what_is_answered_is_asked_no_more_and_counts_on_the_card(
    db: Database, house: House, clock: StoppedClock
) -> None:
    go_live(house)
    turn_to(house, clock, THURSDAY)
    with db.transaction() as session:
        assert [each.title for each in asking.obligations(session, house, CHARLIE)] == [
            "Atlas, 1 day after it went live: what do you see?"
        ]
    answer(house, "first-day", "support", NOTHING_BROKEN)
    assert "Charlie has answered." in told(house, CHARLIE)
    with db.transaction() as session:
        assert asking.obligations(session, house, CHARLIE) == []
    assert "Answers: 1 of 3; next Release owner, Thu 26 Nov" in after.card(db)


def test_only_those_of_the_function_those_asked_and_the_owner_answer(
    db: Database, house: House, clock: StoppedClock
) -> None:
    go_live(house)
    for person in (BOB, ERIN):
        with pytest.raises(UserError, match="for Support, or for the owner of Atlas"):
            answer(house, "first-day", "support", NOTHING_BROKEN, by=person)
    answer(house, "first-day", "support", NOTHING_BROKEN, by=ALICE)


@pytest.mark.proves("F8")
@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"usual": "1"}, {"answer-tickets": "Answer this, a few words will do."}),
        ({"tickets": "many", "usual": "1"}, {"answer-tickets": "Write a number, such as 12."}),
        ({"tickets": "-3", "usual": "1"}, {"answer-tickets": "Write a number, such as 12."}),
        (
            {"tickets": "1", "usual": "1", "outcome": "perhaps"},
            {"answer-outcome": "The choices have changed meanwhile. Close the form and open it again."},
        ),
        (
            {"tickets": "1", "usual": "1", "whom": "U0NOBODY"},
            {"answer-whom": "I do not know this person. Pick somebody named in `organisation.yaml`."},
        ),
        ({"tickets": "1", "usual": "1", "until": "soon"}, {"answer-until": "Pick a day."}),
        (
            {"tickets": "1", "usual": "1", "lesson": "x" * 601},
            {"answer-lesson": "Keep this under 600 characters; link to the rest."},
        ),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    db: Database, house: House, typed: dict[str, str], wrong: dict[str, str]
) -> None:
    go_live(house)
    with pytest.raises(FieldErrors) as refused:
        answer(house, "week", "support", typed)
    assert refused.value.fields == wrong


def test_of_two_answers_to_one_form_one_is_kept_and_the_other_sees_it(db: Database, house: House) -> None:
    go_live(house)
    answer(house, "first-day", "support", {"broken": "Yes", "what": "The export"})
    with pytest.raises(Changed, match=r"Charlie answered:\n• Is anything broken\? Yes\n• What\? The export"):
        answer(house, "first-day", "support", NOTHING_BROKEN, by=DANA, version=1)


def test_an_answer_is_overdue_after_two_working_days_and_its_owner_hears_so_once(
    db: Database, house: House, clock: StoppedClock
) -> None:
    go_live(house)
    turn_to(house, clock, berlin(30, 17, 29))
    assert not any("No answer yet" in line for line in thread(db))
    turn_to(house, clock, berlin(1, 9, month=12))
    late = "No answer yet from Release owner and Support, 1 day after Atlas went live."
    assert [line for line in thread(db) if late in line] != []
    assert late in told(house, ALICE)
    assert late not in told(house, CHARLIE)


def test_what_went_live_again_after_a_stop_is_looked_back_on_from_then(
    db: Database, house: House, clock: StoppedClock
) -> None:
    release_id = go_live(house)
    turn_to(house, clock, berlin(25, 15))
    with db.transaction() as session:
        rollout.stop(session, house, ERIN, str(release_id), "Wrong totals")
    turn_to(house, clock, berlin(1, 11, month=12))
    asked_on = captured(house, "first-day", "support").due_on
    with db.transaction() as session:
        call(session, house, atlas(session, house), Saying("go"))
        assert rollout.live(session, house, ERIN, str(release_id)).state == LIVE
    assert captured(house, "first-day", "support").due_on == asked_on, "it was asked before"
    assert captured(house, "week", "support").due_on == date(2026, 12, 8)
    turn_to(house, clock, A_WEEK_LATER)
    assert "Atlas, 7 days after" not in told(house, CHARLIE)
    turn_to(house, clock, berlin(8, 9, month=12))
    assert "Atlas, 7 days after" in told(house, CHARLIE)


def test_what_the_definitions_ask_no_more_is_not_asked(db: Database, house: House, clock: StoppedClock) -> None:
    go_live(house)
    house = after.without(house, captures=[])
    turn_to(house, clock, THURSDAY)
    assert "what do you see?" not in told(house, CHARLIE)
    with pytest.raises(UserError, match="asked no more"):
        answer(house, "first-day", "support", A_WEEK)
