"""Insights on either database: two who answer at once, an answer against a merge, a release against its acceptance."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.db import Database
from bot.house import House
from bot.insights import answering, breaches, capturing, merging, spikes, telling, triage
from bot.insights.answering import Disposition
from bot.insights.model import CLOSED, DECIDED, MERGED
from bot.releases import flow, rollout
from bot.releases.rule import Saying
from tests.databases.test_bundles_at_once import together
from tests.fakes import StoppedClock, promised
from tests.insights import world
from tests.insights.world import NO, TAGS, deliver, heard, now, routed, run, told, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases import launch
from tests.releases.launch import DANA, ERIN, FRANK, call, settle_everything
from tests.updates.team import berlin

YES = Disposition("accepted", link="https://tracker.example.com/B-12")


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return world.make(any_db, clock)


def test_of_two_who_answer_at_the_same_moment_one_is_told_and_the_other_sees_it(house: House) -> None:
    insight = routed(house)
    (refused,) = together(
        house,
        lambda session: answering.dispose(session, house, ALICE, "I-1", NO, 0),
        lambda session: answering.dispose(session, house, FRANK, "I-1", YES, 0),
    )
    assert "answered I-1" in refused
    assert (now(house, insight).answers, len(told(house))) == (1, 1)


def test_one_form_that_arrives_twice_at_the_same_moment_counts_once(house: House) -> None:
    insight = routed(house)
    refused = together(
        house, *(lambda session: answering.dispose(session, house, ALICE, "I-1", NO, 0) for _ in range(3))
    )
    assert (refused, now(house, insight).answers, len(told(house))) == ([], 1, 1)


def test_an_answer_and_a_merge_at_the_same_moment_tell_everybody_once(house: House) -> None:
    first = routed(house)
    heard(house, DANA, "dana", what="Two payers, please")
    refused = together(
        house,
        lambda session: answering.dispose(session, house, ALICE, "I-1", NO),
        lambda session: merging.merge(session, house, BOB, "I-2", "I-1"),
        lambda session: capturing.also(session, house, FRANK, "I-1"),
    )
    assert refused == []
    assert [len(told(house, person)) for person in (CHARLIE, DANA, FRANK)] == [1, 1, 1]
    deliver(house)
    wait(house, house.clock.now() + timedelta(minutes=5))
    assert now(house, first).state == CLOSED


def test_what_is_answered_and_merged_away_at_the_same_moment_is_one_of_both(house: House) -> None:
    insight = routed(house)
    routed(house, DANA, "dana")
    (refused,) = together(
        house,
        lambda session: answering.dispose(session, house, ALICE, "I-1", NO),
        lambda session: merging.merge(session, house, BOB, "I-1", "I-2"),
    )
    state = now(house, insight).state
    assert (state == DECIDED and "is answered" in refused) or (state == MERGED and "is merged" in refused)
    assert len(told(house)) == (state == DECIDED)


def test_what_is_accepted_while_its_release_goes_live_is_told_both_once(house: House) -> None:
    with house.db.transaction() as session:
        id = str(launch.register(session, house).id)
        release = flow.find(session, house, "atlas")
        settle_everything(session, house, release)
        call(session, house, release, Saying("go"))
    routed(house)
    refused = together(
        house,
        lambda session: rollout.live(session, house, ERIN, id),
        lambda session: answering.dispose(session, house, ALICE, "I-1", Disposition("accepted", release_id=int(id))),
    )
    deliver(house)
    wait(house, house.clock.now() + timedelta(minutes=5))
    said = "\n".join(each.text for each in told(house))
    assert refused == [] and said.count("I-1: accepted") == 1
    assert said.count("It came with Atlas") + said.count("You asked, we did") == 1


def test_two_nodes_whose_timer_fires_at_the_same_moment_tell_once_that_it_is_late(house: House) -> None:
    insight = routed(house, tags=replace(TAGS, severity="critical"))
    clock = house.clock
    assert isinstance(clock, StoppedClock)
    clock.set(berlin(26, 11))
    ref = f"insight:{insight.id}"
    assert together(house, *(lambda session: breaches.on_due(session, house, ref) for _ in range(4))) == []
    wait(house, berlin(26, 12))
    for person in (ALICE, ERIN, FRANK):
        said = [each for each in promised(house.db, channel=person) if "is late" in each.text]
        assert len(said) == 1


def test_two_nodes_that_look_at_the_same_moment_whether_all_were_told_say_what_was_lost_once(house: House) -> None:
    insight = routed(house)
    run(house, answering.dispose, ALICE, "I-1", NO)
    deliver(house)
    ref = f"insight:{insight.id}"
    assert together(house, *(lambda session: telling.on_closing(session, house, ref) for _ in range(3))) == []
    assert (now(house, insight).state, len(told(house))) == (CLOSED, 1)


def test_two_who_merge_each_into_the_other_leave_one(house: House) -> None:
    routed(house)
    routed(house, DANA, "dana")
    refused = together(
        house,
        lambda session: merging.merge(session, house, BOB, "I-1", "I-2"),
        lambda session: merging.merge(session, house, CHARLIE, "I-2", "I-1"),
    )
    assert len(refused) == 1


def test_two_who_sort_what_makes_a_spike_at_the_same_moment_make_one(any_db: Database, clock: StoppedClock) -> None:
    # They go to two people, whose rows would make one wait for the other.
    routes = [{"name": "Bugs", "when": {"causes": ["bug"]}, "to": "engineering"}, {"name": "All", "to": "area_owner"}]
    house = world.make(any_db, clock, routes=routes)
    high = replace(TAGS, severity="high")
    for key in "ab":
        routed(house, key=key, tags=high)
    heard(house, key="c")
    heard(house, key="d")
    refused = together(
        house,
        lambda session: triage.sort(session, house, BOB, "I-3", high),
        lambda session: triage.sort(session, house, CHARLIE, "I-4", replace(high, cause_id="bug")),
    )
    wait(house, house.clock.now() + timedelta(days=1))
    said = [each for each in promised(house.db, channel=ALICE) if "Spike: " in each.text and each.method == "post"]
    lines = [line for line in run(house, spikes.on_agenda, "insights-review") if line.startswith("Spike")]
    assert (refused, len(lines), len(said)) == ([], 1, 1)
