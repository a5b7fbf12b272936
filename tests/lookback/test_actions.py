"""What was learned becomes actions: agreed, asked of somebody, chased once, done or dropped."""

import pytest

from bot import app
from bot.actions import flow, model
from bot.actions.model import Action
from bot.db import Database
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.lookback import actions
from tests.fakes import StoppedClock
from tests.lookback import after
from tests.lookback.after import atlas, go_live, thread, told
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases.launch import DANA, ERIN, Keyboard
from tests.updates.team import berlin

WHAT = "Try exports before a go"
DUE = "2026-12-03"


@pytest.fixture
def live(house: House) -> House:
    go_live(house)
    return house


def agree(house: House, what: str = WHAT, owner: str = ERIN, due: str = DUE, by: str = CHARLIE) -> str:
    with house.db.transaction() as session:
        _release, action = actions.agree(session, house, by, str(atlas(session, house).id), what, owner, due)
        return str(action.id)


def kept(house: House, action_id: str) -> Action:
    with house.db.transaction() as session:
        return model.get(session, house, action_id)


def test_it_stands_in_the_thread_and_its_owner_is_asked_and_reminded_once(
    db: Database, live: House, clock: StoppedClock
) -> None:
    agree(live)
    assert thread(db)[-1] == f"Action: {WHAT} – Erin, until Thu 3 Dec"
    turn_to(live, clock, berlin(26, 9))
    assert f"*An action from Atlas*\n{WHAT}\nIt is yours, until Thu 3 Dec." in told(live, ERIN)
    with db.transaction() as session:
        (obligation,) = flow.obligations(session, live, ERIN)
    assert (obligation.title, obligation.action_id) == (f"Atlas: {WHAT}", "actions.done")
    turn_to(live, clock, berlin(15, 9, month=12))
    assert told(live, ERIN).count("One reminder, and only") == 1


def test_more_than_three_are_refused_but_a_dropped_one_makes_room(db: Database, live: House) -> None:
    first, *_others = [agree(live, f"Action {n}") for n in range(3)]
    with pytest.raises(UserError, match="has 3 actions already"):
        agree(live)
    with db.transaction() as session:
        flow.drop(session, live, ERIN, first, "The export is gone")
    agree(live)


def test_it_is_done_by_its_owner_or_by_the_owner_of_the_release(db: Database, live: House) -> None:
    action_id = agree(live)
    with db.transaction() as session, pytest.raises(UserError, match="for Erin, or for the owner of Atlas"):
        flow.done(session, live, DANA, action_id)
    with db.transaction() as session:
        flow.done(session, live, ALICE, action_id)
    assert (kept(live, action_id).state, kept(live, action_id).ended_by) == ("done", ALICE)
    assert "Actions: 1 of 1 done" in after.card(db)
    with db.transaction() as session, pytest.raises(UserError, match="done already"):
        flow.done(session, live, ERIN, action_id)


def test_to_drop_one_takes_a_reason(db: Database, live: House) -> None:
    action_id = agree(live)
    with db.transaction() as session, pytest.raises(FieldErrors, match="Say why"):
        flow.drop(session, live, ERIN, action_id, " ")


def test_who_does_it_can_change_and_then_the_new_one_is_asked(db: Database, live: House, clock: StoppedClock) -> None:
    action_id = agree(live)
    with db.transaction() as session:
        flow.change(session, live, ERIN, action_id, 1, WHAT, DANA, "2026-12-08")
    turn_to(live, clock, berlin(26, 9))
    assert WHAT in told(live, DANA)
    assert WHAT not in told(live, ERIN)
    with db.transaction() as session, pytest.raises(Changed, match=f"It says now: {WHAT}"):
        flow.change(session, live, DANA, action_id, 1, "Something else", DANA, "2026-12-08")


def test_what_is_missing_is_said_at_its_field(live: House) -> None:
    with pytest.raises(FieldErrors) as refused:
        agree(live, "", "U0NOBODY", "2026-11-24")
    assert set(refused.value.fields) == {"what", "owner", "due"}


def test_two_weeks_overdue_the_owner_of_the_release_and_product_ops_hear_so_once(
    db: Database, live: House, clock: StoppedClock
) -> None:
    agree(live)
    late = f"Two weeks overdue: {WHAT} – Erin, was due Thu 3 Dec"
    turn_to(live, clock, berlin(17, 17, 29, month=12))
    assert late not in thread(db)
    turn_to(live, clock, berlin(21, 12, month=12))
    assert thread(db).count(late) == 1
    assert [told(live, person).count(late) for person in (ALICE, BOB, ERIN)] == [1, 1, 0]


def test_what_is_done_in_time_is_never_late(db: Database, live: House, clock: StoppedClock) -> None:
    action_id = agree(live)
    with db.transaction() as session:
        flow.done(session, live, ERIN, action_id)
    turn_to(live, clock, berlin(21, 12, month=12))
    assert not any("overdue" in line for line in thread(db) if WHAT in line)


def test_only_what_is_looked_back_on_has_actions(house: House) -> None:
    go_live(house, facts=())
    with pytest.raises(UserError, match="not looked back on"):
        agree(house)


def test_buttons_of_messages_from_before_all_actions_were_one_list_still_answer(live: House) -> None:
    action_id = agree(live)
    Keyboard(ERIN).does(live, app.tables().actions["lookback.action_done"], value=action_id)
    assert kept(live, action_id).state == model.DONE
