"""Each question counts once, by the week of the workspace's zone; product ops sees the share; old ones go."""

from datetime import date, timedelta

from bot import asked
from bot.house import House
from bot.status import flow, messages
from tests.fakes import at, make_house
from tests.people import BOB, CHARLIE
from tests.status import world
from tests.status.world import run
from tests.updates.team import berlin

LINE = """\
*Questions answered from the records*
3 of 4 in the last 8 weeks (75 %), so that nobody had to reply. ▄▁▁▁▁▁▁█
From 1 of 1 in the week of Mon 5 Oct 2026 to 2 of 3 in this one."""


def note(house: House, back: timedelta, *, answered: bool) -> None:
    run(at(house, house.clock.now() - back), asked.note, "area", answered=answered)


def help_of(house: House, person: str) -> str:
    return str(messages.help_(house, run(house, flow.examples, person)).text)


def test_the_last_eight_weeks(house: House) -> None:
    note(house, timedelta(weeks=7), answered=True)
    note(house, timedelta(weeks=9), answered=True)
    for answered in (True, True, False):
        note(house, timedelta(0), answered=answered)
    weeks = run(house, asked.by_week)
    assert len(weeks) == asked.WEEKS
    assert weeks[0] == asked.Week(date(2026, 10, 5), 1, 1)
    assert weeks[-1] == asked.Week(date(2026, 11, 23), 3, 2)
    assert sum(each.asked for each in weeks) == 4


def test_a_week_begins_on_monday_where_the_workspace_is(house: House) -> None:
    sunday = at(house, berlin(22, 23, 30))
    monday = at(house, berlin(23, 0, 30))
    run(sunday, asked.note, "area", answered=True)
    run(monday, asked.note, "area", answered=True)
    assert [each.asked for each in run(house, asked.by_week)][-2:] == [1, 1]


def test_product_ops_sees_how_many_were_answered_and_others_do_not(house: House) -> None:
    note(house, timedelta(weeks=7), answered=True)
    for answered in (True, True, False):
        note(house, timedelta(0), answered=answered)
    assert LINE in help_of(house, BOB)
    assert "How computed: every question counts once." in help_of(house, BOB)
    assert "Questions answered" not in help_of(house, CHARLIE)


def test_nobody_has_asked_yet(house: House) -> None:
    assert "Nobody has asked in the last 8 weeks." in help_of(house, BOB)


def test_the_help_has_examples_of_this_workspace(house: House) -> None:
    world.registered(house)
    said = help_of(house, CHARLIE)
    assert "/cadence status Billing or /cadence status Search" in said
    assert "a release, by its name or a part of it: /cadence status Atlas" in said


def test_another_workspace_counts_its_own(house: House) -> None:
    id = run(house, asked.note, "area", answered=False)
    other = make_house(house.db, workspace_id="T0OTHER", clock=house.clock)
    assert not run(other, asked.settle, id, answered=True)
    assert sum(each.asked for each in run(other, asked.by_week)) == 0


def test_what_is_old_is_forgotten(house: House) -> None:
    note(house, asked.KEPT + timedelta(days=1), answered=True)
    note(house, asked.KEPT - timedelta(days=1), answered=True)
    with house.db.transaction() as session:
        asked.forget(session, house.clock.now() - asked.KEPT)
    assert len(world.counted(house)) == 1
