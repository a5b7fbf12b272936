"""What happens by the clock: readiness at its times, a hold when nobody has called in time, waivers that end."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from operator import itemgetter

import pytest
from sqlalchemy import select

from bot.clock import from_millis
from bot.db import Database
from bot.errors import FieldErrors
from bot.house import House
from bot.releases import calls, flow, items, model, moving, rollout, tiering, timing
from bot.releases.items import Standing
from bot.releases.moving import Move
from bot.releases.rule import Saying
from bot.timers import Timer
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases.launch import ERIN, FRANK, call, definitions, register, settle_everything, sign
from tests.updates.team import berlin

WAIVED = Standing("waived", reason="The trainer is ill", until="2026-12-02")


@pytest.fixture
def house(house: House) -> House:
    """Readiness is written into the thread five, three and one working day before a medium release."""
    return replace(house, definitions=definitions(checks={"medium": [5, 3, 1]}))


def atlas(db: Database, house: House) -> tuple[str, int]:
    """Its id and version now."""
    with db.transaction() as session:
        release = flow.find(session, house, "atlas")
        return str(release.id), release.version


def thread(db: Database) -> list[str]:
    return [each.text for each in promised(db, "release.thread")]


def told(db: Database, person: str) -> str:
    """All that the day messages to this person say."""
    return "\n".join(each.text for each in promised(db, channel=person))


def timers(db: Database) -> list[tuple[str, datetime]]:
    """What is planned for releases, by when."""
    with db.transaction() as session:
        query = select(Timer).where(Timer.plan.startswith("release:"), Timer.state == "armed")
        return sorted(((timer.kind, from_millis(timer.due_at)) for timer in session.scalars(query)), key=itemgetter(1))


def test_how_ready_it_is_stands_in_the_thread_at_its_times(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        register(session, house)
    for moment, lines in (
        (berlin(2, 8, 59, month=12), 0),
        (berlin(2, 9, month=12), 1),
        (berlin(4, 9, month=12), 2),
        (berlin(8, 9, month=12), 3),
    ):
        turn_to(house, clock, moment)
        assert len(thread(db)) == lines
    five, three, one = thread(db)
    assert five.startswith(
        "5 working days before: 🔴 Hold.\n• 1 The four questions are answered – Alice, due Wed 2 Dec"
    )
    assert three.startswith("3 working days before: 🔴 Hold.")
    assert "• 2 Support has been briefed – Charlie, ⚠ overdue since Fri 4 Dec" in one


def test_what_would_have_been_due_before_it_was_known_is_not_made_up_for(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        register(session, house, target="2026-11-30")
    assert timers(db) == [
        ("release.last-day", berlin(27, 0)),
        ("release.check", berlin(27, 9)),
        ("release.call-by", berlin(30, 9)),
    ]


def test_with_its_date_and_its_tier_everything_is_planned_anew(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=())
    assert timers(db) == []
    with db.transaction() as session:
        tiering.set_tier(session, house, CHARLIE, str(release.id), 1, "medium", "")
    before = timers(db)
    with db.transaction() as session:
        moving.move(session, house, ALICE, str(release.id), 2, Move("2026-12-16", "", "firm", "The bank"))
    assert timers(db) == [(kind, due + timedelta(days=7)) for kind, due in before]
    with db.transaction() as session:
        rollout.cancel(session, house, ALICE, str(release.id), "Nobody wants it")
    assert timers(db) == []


@pytest.mark.parametrize("target", ["2026-12-09", "2026-12-12"], ids=["on a working day", "on a Saturday"])
def test_without_a_go_by_nine_it_is_on_hold_and_two_people_hear_so(
    db: Database, house: House, clock: StoppedClock, target: str
) -> None:
    with db.transaction() as session:
        register(session, house, target=target)
    nine = berlin(int(target[-2:]), 9, month=12)
    turn_to(house, clock, nine - timedelta(minutes=1))
    assert "On hold" not in "".join(thread(db))
    turn_to(house, clock, nine)
    assert thread(db)[-1] == "On hold: nobody had said go by 09:00."
    assert promised(db, "release.card")[-1].text.startswith("Atlas: 🔴 On hold")
    turn_to(house, clock, nine + timedelta(days=3))
    assert all("Release Atlas is on hold" in told(db, person) for person in (ALICE, FRANK))
    assert not any("is on hold" in told(db, person) for person in (BOB, CHARLIE, ERIN))


@pytest.mark.parametrize("said", ["go", "hold"])
def test_who_has_called_in_time_is_not_overruled_by_the_clock(
    db: Database, house: House, clock: StoppedClock, said: str
) -> None:
    with db.transaction() as session:
        release = register(session, house)
        settle_everything(session, house, release)
        call(session, house, release, Saying(said))
    turn_to(house, clock, berlin(9, 12, month=12))
    with db.transaction() as session:
        last = calls.latest(session, house, [release.id])[release.id]
        assert (last.said, last.by) == (said, ALICE)


def test_a_go_for_another_day_does_not_count_at_nine(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        release = register(session, house)
        settle_everything(session, house, release)
        call(session, house, release, Saying("go"))
        moving.move(session, house, ALICE, str(release.id), release.version, Move("2026-12-10", "", "firm", "The bank"))
    turn_to(house, clock, berlin(10, 9, month=12))
    assert thread(db)[-1] == "On hold: nobody had said go by 09:00."


def test_a_low_release_is_never_put_on_hold(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        register(session, house, facts=())
    turn_to(house, clock, berlin(10, 12, month=12))
    assert thread(db) == []


def test_after_a_hold_by_the_clock_its_owner_can_still_say_go(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        settle_everything(session, house, register(session, house))
    turn_to(house, clock, berlin(9, 10, month=12))
    with db.transaction() as session:
        release = flow.find(session, house, "atlas")
        call(session, house, release, Saying("go with conditions", until=date(2026, 12, 11)))
    with db.transaction() as session:
        assert rollout.live(session, house, ERIN, str(release.id)).state == model.LIVE


def test_a_waiver_ends_and_comes_back_to_who_has_it_and_who_waived_it(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        register(session, house)
    id, _ = atlas(db, house)
    with db.transaction() as session:
        found = items.update(session, house, ALICE, id, "2", 0, WAIVED)
        assert 2 not in [each.id for each in found.gates]
    turn_to(house, clock, berlin(2, 23, 59, month=12))
    assert "2 Support has been briefed" not in told(db, CHARLIE)
    turn_to(house, clock, berlin(3, 9, month=12))
    assert (
        "2 Support has been briefed – Support (Charlie); its waiver ended Wed 2 Dec"
        in promised(db, "release.card")[-1].text
    )
    turn_to(house, clock, berlin(3, 18, month=12))
    assert "• 2 Support has been briefed, until Fri 4 Dec" in told(db, CHARLIE)
    assert "• 2 Support has been briefed, which you had waived until now, until Fri 4 Dec" in told(db, ALICE)


def test_what_somebody_had_waived_of_their_own_is_asked_of_them_as_one_thing(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        register(session, house)
    id, _ = atlas(db, house)
    with db.transaction() as session:
        items.update(session, house, CHARLIE, id, "2", 0, WAIVED)
        sign(session, house, flow.find(session, house, "atlas"))
    turn_to(house, clock, berlin(3, 18, month=12))
    (asked,) = [text for text in told(db, CHARLIE).split("*Release Atlas") if "2 Support has been briefed" in text]
    assert asked.startswith(", Wed 9 Dec: 1 thing from you*")
    assert asked.count("2 Support has been briefed, which you had waived until now, until Fri 4 Dec") == 1


def test_a_waiver_outlives_the_launch_and_comes_back_as_a_follow_up(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        register(session, house, target="2026-11-30")
    id, _ = atlas(db, house)
    with db.transaction() as session:
        release = flow.find(session, house, "atlas")
        settle_everything(session, house, release)
        items.update(session, house, CHARLIE, id, "2", 1, Standing("waived", reason="Later", until="2026-12-20"))
        call(session, house, release, Saying("go"))
        rollout.live(session, house, ALICE, id)
    turn_to(house, clock, berlin(21, 18, month=12))
    assert "2 Support has been briefed, which you had waived until now" in told(db, CHARLIE)


def test_what_was_settled_meanwhile_is_not_opened_by_the_end_of_its_waiver(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        register(session, house)
    id, _ = atlas(db, house)
    with db.transaction() as session:
        items.update(session, house, CHARLIE, id, "2", 0, WAIVED)
        items.update(session, house, CHARLIE, id, "2", 1, Standing("done", "https://example.com/notes"))
    assert "release.waiver" not in [kind for kind, _ in timers(db)]


@pytest.mark.parametrize(
    ("until", "complaint"),
    [("", "A waiver ends"), ("2026-11-24", "over"), ("2027-02-24", "up to 23 Feb 2027"), ("soon", "A waiver ends")],
)
def test_a_waiver_ends_on_a_day_within_reach(db: Database, house: House, until: str, complaint: str) -> None:
    with db.transaction() as session:
        id = str(register(session, house).id)
        with pytest.raises(FieldErrors) as refused:
            items.update(session, house, CHARLIE, id, "2", 0, Standing("waived", reason="Ill", until=until))
    assert complaint in refused.value.fields["until"]


def test_other_times_in_the_definitions_move_what_is_planned(db: Database, house: House) -> None:
    with db.transaction() as session:
        register(session, house)
    house = replace(house, definitions=definitions(checks={"medium": [2]}, call={"by": "11:30"}))
    with db.transaction() as session:
        timing.keep_in_step(session, house)
    assert timers(db) == [
        ("release.check", berlin(7, 9, month=12)),
        ("release.last-day", berlin(8, 0, month=12)),
        ("release.call-by", berlin(9, 11, 30, month=12)),
    ]
