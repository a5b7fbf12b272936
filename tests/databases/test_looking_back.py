"""Looking back on either database: asked, answered by two at once, reported, and seen from no other workspace."""

from dataclasses import replace
from datetime import date

import pytest

from bot.actions import model as all_actions
from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.lookback import actions, awareness, capturing, checklist, figures, model, reporting, surprises
from bot.lookback.actions import MOST
from tests.databases.test_bundles_at_once import together
from tests.fakes import StoppedClock
from tests.lookback import after
from tests.lookback.after import A_WEEK, A_WEEK_LATER, NOTHING_BROKEN, THURSDAY, atlas, captured, go_live, thread
from tests.people import ALICE, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases.launch import DANA, ERIN
from tests.updates.team import berlin


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return after.make(any_db, clock)


def test_it_is_asked_answered_and_reported(any_db: Database, house: House, clock: StoppedClock) -> None:
    go_live(house)
    turn_to(house, clock, A_WEEK_LATER)
    for capture, function, typed in (
        ("first-day", "support", NOTHING_BROKEN),
        ("first-day", "release-owner", NOTHING_BROKEN),
        ("week", "support", A_WEEK),
    ):
        with any_db.transaction() as session:
            row = captured(house, capture, function)
            capturing.answer(session, house, ALICE, str(row.id), row.version, typed)
    assert sum("what became of it" in line for line in thread(any_db)) == 1
    with any_db.transaction() as session:
        assert figures.between(session, house, date(2026, 11, 1), date(2026, 12, 31)).outcomes[0].load == "+12"
        assert checklist.proposals(session, house) == []


def test_of_two_who_answer_at_the_same_moment_one_is_kept_and_the_other_told(
    any_db: Database, house: House, clock: StoppedClock
) -> None:
    go_live(house)
    turn_to(house, clock, THURSDAY)
    id = str(captured(house, "first-day", "support").id)
    (refused,) = together(
        house,
        lambda session: capturing.answer(session, house, CHARLIE, id, 1, {"broken": "Yes"}),
        lambda session: capturing.answer(session, house, DANA, id, 1, {"broken": "No"}),
    )
    assert "While you had the form open" in refused
    assert sum(line.startswith("Support, 1 day after") for line in thread(any_db)) == 1


def test_what_many_do_at_the_same_moment_counts_once_each(any_db: Database, house: House, clock: StoppedClock) -> None:
    id = str(go_live(house))
    turn_to(house, clock, THURSDAY)
    refused = together(
        house,
        *(
            lambda session, person=person: surprises.report(session, house, person, id, "")
            for person in (CHARLIE, DANA, CHARLIE, DANA)
        ),
        lambda session: awareness.answer(session, house, DANA, id, "in_time"),
        lambda session: awareness.answer(session, house, CHARLIE, id, "too_late"),
    )
    assert refused == []
    with any_db.transaction() as session:
        assert len(model.surprises(session, house, int(id))) == 2
        assert sorted(each.answer for each in model.awareness(session, house, int(id))) == ["in_time", "too_late"]


def test_four_who_agree_on_an_action_at_the_same_moment_leave_three(any_db: Database, house: House) -> None:
    id = str(go_live(house))
    (refused,) = together(
        house,
        *(
            lambda session, n=n: actions.agree(session, house, ALICE, id, f"Action {n}", ERIN, "2026-12-20")
            for n in range(MOST + 1)
        ),
    )
    assert "has 3 actions already" in refused


def test_another_workspace_sees_none_of_it(any_db: Database, house: House, clock: StoppedClock) -> None:
    id = go_live(house)
    turn_to(house, clock, berlin(7, 9, month=12))
    with any_db.transaction() as session:
        _release, action = actions.agree(session, house, ALICE, str(id), "Ours", ERIN, "2026-12-20")
        surprise = surprises.report(session, house, DANA, "none", "A new page")
    other = replace(house, workspace_id="T0OTHER")
    row = captured(house, "week", "support")
    with any_db.transaction() as session:
        assert model.look_back(session, other, id) is None
        assert [model.captures(session, other, id), model.awareness(session, other, id)] == [[], []]
        assert figures.between(session, other, date(2026, 1, 1), date(2026, 12, 31)).outcomes == ()
        assert reporting.panels(session, other, id) == []
        for look, what in (
            (model.captured, row.id),
            (all_actions.get, action.id),
            (model.surprise, surprise.id),
        ):
            with pytest.raises(UserError):
                look(session, other, str(what))
        assert atlas(session, house).id == id
