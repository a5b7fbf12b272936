"""A release moves, is held, stopped or cancelled: everybody who was told hears so, once, and nobody else."""

from datetime import timedelta

import pytest

from bot.db import Database
from bot.house import House
from bot.releases import flow, moving, rollout, tiering
from bot.releases.moving import Move
from bot.releases.rule import Saying
from tests.comms.launch import ENGINEERS, OPS, atlas, comms_house, go, names, news, planned, posts
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases.launch import DANA, ERIN, call
from tests.updates.team import berlin

MOVED = "Moved from Wed 9 Dec 2026 (likely) to Wed 16 Dec 2026 (likely), because: The bank"


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return comms_house(db, clock)


def move(db: Database, house: House, to: str, because: str = "The bank") -> None:
    with db.transaction() as session:
        release = flow.find(session, house, "atlas")
        moving.move(session, house, ALICE, str(release.id), release.version, Move(to, "", "likely", because))


def said(db: Database, person: str) -> str:
    return "\n".join(news(db, person))


def test_with_its_date_everything_that_is_still_to_be_said_moves(db: Database, house: House) -> None:
    with db.transaction() as session:
        atlas(session, house, ["support"])
    before = planned(db)
    move(db, house, "2026-12-16")
    assert planned(db) == [
        (step, who, due + timedelta(days=7) if due and step != "brief" else due) for step, who, due in before
    ]


def test_everybody_who_was_told_hears_once_from_where_to_where_it_has_moved(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        atlas(session, house)
    turn_to(house, clock, berlin(26, 9, 30))
    move(db, house, "2026-12-16")
    turn_to(house, clock, berlin(30, 12))
    assert said(db, CHARLIE).count(MOVED) == 1
    assert [post.count(MOVED) for post in posts(db, ENGINEERS)] == [0, 1]
    assert not any(MOVED in said(db, person) for person in (DANA, ERIN, ALICE))


def test_two_changes_before_they_were_told_are_one_line_from_the_first_to_the_last(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        atlas(session, house)
    turn_to(house, clock, berlin(26, 9, 30))
    move(db, house, "2026-12-10", "A day")
    turn_to(house, clock, berlin(26, 9, 45))
    move(db, house, "2026-12-16")
    turn_to(house, clock, berlin(27, 12))
    assert said(db, CHARLIE).count("Moved from") == 1
    assert said(db, CHARLIE).count(MOVED) == 1
    assert [post.count("Moved from") for post in posts(db, ENGINEERS)] == [0, 1]


def test_what_a_person_has_not_been_shown_yet_follows_a_later_change(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        atlas(session, house)
    turn_to(house, clock, berlin(25, 11))
    # Their message of the day is out, so that each waits for the next one.
    move(db, house, "2026-12-10", "A day")
    turn_to(house, clock, berlin(25, 14))
    move(db, house, "2026-12-16")
    turn_to(house, clock, berlin(27, 12))
    assert said(db, CHARLIE).count("Moved from") == 1
    assert said(db, CHARLIE).count(MOVED) == 1
    assert [post.count("Moved from") for post in posts(db, ENGINEERS)] == [0, 1, 1]


def test_moved_there_and_back_before_anybody_read_it_nobody_is_bothered(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        atlas(session, house, ["support"])
    turn_to(house, clock, berlin(25, 11))
    move(db, house, "2026-12-10", "A day")
    turn_to(house, clock, berlin(25, 14))
    move(db, house, "2026-12-09", "No")
    turn_to(house, clock, berlin(27, 12))
    assert "Moved from" not in said(db, CHARLIE)
    move(db, house, "2026-12-16")
    turn_to(house, clock, berlin(30, 12))
    assert said(db, CHARLIE).count(MOVED) == 1


def test_whoever_hears_of_it_only_after_the_change_knows_only_the_new_date(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        atlas(session, house, ["support"])
    turn_to(house, clock, berlin(26, 9, 30))
    with db.transaction() as session:
        names(session, house, flow.find(session, house, "atlas"), ["support", "engineering"])
    turn_to(house, clock, berlin(26, 9, 40))
    move(db, house, "2026-12-16")
    # At ten they are told of the release, ten minutes before the others are told that it has moved.
    turn_to(house, clock, berlin(27, 12))
    (post,) = posts(db, ENGINEERS)
    assert "Wed 16 Dec" in post
    assert "Moved" not in post


def test_a_tier_that_is_raised_is_told_and_brings_its_own_steps(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        atlas(session, house, accounts="Borealis")
    turn_to(house, clock, berlin(26, 9, 30))
    with db.transaction() as session:
        release = flow.find(session, house, "atlas")
        tiering.set_tier(session, house, CHARLIE, str(release.id), release.version, "high", "Everybody calls")
    assert ("accounts", "accounts", berlin(30, 9)) in planned(db)
    turn_to(house, clock, berlin(27, 12))
    assert "Its tier is high now, and was medium, because: Everybody calls." in posts(db, ENGINEERS)[-1]
    # What high wanted ten working days before is late, and comes with it.
    assert "What would your team be asked" in said(db, CHARLIE)


def test_a_hold_is_heard_at_once_by_everybody_who_was_told(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        atlas(session, house, beyond="#ops")
    turn_to(house, clock, berlin(9, 9, 15, month=12))
    assert all("*Release Atlas is on hold*" in posts(db, channel)[-1] for channel in (ENGINEERS, OPS))
    for person in (CHARLIE, DANA):
        assert said(db, person).count("Tell customers no date for now.") == 1
    assert "Tell customers no date" not in said(db, ALICE)
    go(db, house)
    turn_to(house, clock, berlin(9, 9, 30, month=12))
    assert "It goes on: Alice said go." in posts(db, OPS)[-1]


def test_a_stop_is_heard_within_half_an_hour_and_so_is_that_it_goes_on(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        atlas(session, house, beyond="Erin")
    turn_to(house, clock, berlin(7, 9, 30, month=12))
    go(db, house)
    with db.transaction() as session:
        release = flow.find(session, house, "atlas")
        rollout.live(session, house, ALICE, str(release.id))
    turn_to(house, clock, berlin(7, 12, month=12))
    with db.transaction() as session:
        rollout.stop(session, house, ERIN, str(flow.find(session, house, "atlas").id), "Every tenth invoice")
    turn_to(house, clock, berlin(7, 12, 30, month=12))
    assert "Its rollout was stopped by Erin: Every tenth invoice" in posts(db, ENGINEERS)[-1]
    (urgent,) = promised(db, "prompts.urgent", CHARLIE)
    assert "Its rollout was stopped by Erin: Every tenth invoice" in urgent.text
    # She was told all else, and has done this herself.
    assert "Who needs to know" in said(db, ERIN) and "was stopped by" not in said(db, ERIN)
    with db.transaction() as session:
        call(session, house, flow.find(session, house, "atlas"), Saying("go"))
    turn_to(house, clock, berlin(7, 13, month=12))
    assert "It goes on: Alice said go." in posts(db, ENGINEERS)[-1]
    turn_to(house, clock, berlin(8, 12, month=12))
    assert all("It goes on: Alice said go." in said(db, person) for person in (CHARLIE, ERIN))


@pytest.mark.parametrize("state", ["on hold", "stopped"])
def test_that_it_goes_on_is_heard_also_when_its_tier_was_raised_meanwhile(
    db: Database, house: House, clock: StoppedClock, state: str
) -> None:
    with db.transaction() as session:
        atlas(session, house)
    turn_to(house, clock, berlin(26, 9, 30))
    go(db, house)
    with db.transaction() as session:
        release = flow.find(session, house, "atlas")
        if state == "on hold":
            call(session, house, release, Saying("hold"))
        else:
            rollout.stop(session, house, ERIN, str(release.id), "Every tenth invoice")
    turn_to(house, clock, berlin(26, 11))
    with db.transaction() as session:
        release = flow.find(session, house, "atlas")
        tiering.set_tier(session, house, CHARLIE, str(release.id), release.version, "high", "Everybody calls")
    turn_to(house, clock, berlin(26, 13))
    with db.transaction() as session:
        reason = "Support and Engineering both want it out now, and know why."
        call(session, house, flow.find(session, house, "atlas"), Saying("go", reason, ALICE))
    turn_to(house, clock, berlin(26, 15))
    assert "It goes on: Alice said go." in posts(db, ENGINEERS)[-1]


def test_a_new_date_says_by_itself_that_a_hold_is_over(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        atlas(session, house)
    turn_to(house, clock, berlin(9, 9, 15, month=12))
    move(db, house, "2026-12-16")
    turn_to(house, clock, berlin(9, 12, month=12))
    go(db, house)
    turn_to(house, clock, berlin(9, 15, month=12))
    assert MOVED in posts(db, ENGINEERS)[-1]


def test_what_goes_on_after_its_day_is_not_said_to_go_out_on_that(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        atlas(session, house)
    turn_to(house, clock, berlin(8, 9, 30, month=12))
    go(db, house)
    turn_to(house, clock, berlin(9, 10, month=12))
    with db.transaction() as session:
        rollout.stop(session, house, ERIN, str(flow.find(session, house, "atlas").id), "Every tenth invoice")
    turn_to(house, clock, berlin(10, 10, month=12))
    with db.transaction() as session:
        call(session, house, flow.find(session, house, "atlas"), Saying("go"))
    turn_to(house, clock, berlin(10, 11, month=12))
    assert posts(db, ENGINEERS)[-1].startswith("*Release Atlas goes on*\nIt goes on: Alice said go.\nAlice owns it")


def test_what_is_cancelled_is_told_to_whoever_knew_and_nothing_else_is_said_any_more(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        atlas(session, house)
    turn_to(house, clock, berlin(26, 9, 30))
    with db.transaction() as session:
        rollout.cancel(session, house, ALICE, str(flow.find(session, house, "atlas").id), "Nobody wants it")
    turn_to(house, clock, berlin(11, 12, month=12))
    assert [post.splitlines()[0] for post in posts(db, ENGINEERS)] == [
        "*Release Atlas, Wed 9 Dec*",
        "*Release Atlas will not come*",
    ]
    assert said(db, CHARLIE).count("It was cancelled by Alice: Nobody wants it") == 1
    assert planned(db) == []


def test_cancelled_before_anybody_was_told_nobody_hears_of_it(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        release = atlas(session, house)
        rollout.cancel(session, house, ALICE, str(release.id), "Nobody wants it")
    turn_to(house, clock, berlin(27, 12))
    assert posts(db, ENGINEERS) == []
    assert "cancelled" not in said(db, CHARLIE)
