"""The oracle of the crash suite finds what it is there to find."""

from dataclasses import replace

import pytest

from tests.crash import plans
from tests.crash.oracle import Row, Said, Verdict, judge
from tests.crash.plans import BEAT, STEP, Beats, Firing

LANE = "T0/C00L1"


def row(number: int, **more: object) -> Row:
    plain = Row(number, f"m{number}", LANE, "post", "sent", "C00L1", f"{number}.0")
    return replace(plain, **more)  # type: ignore[arg-type]  # tests name the fields they change


def said(number: int, ts: str = "", shows: str | None = "") -> Said:
    ts = ts or f"{number}.0"
    return Said(f"m{number}", "T0", "C00L1", ts, float(ts), f"number {number}" if shows == "" else shows)


def verdict(rows: list[Row], log: list[Said], cancelled: frozenset[int] = frozenset(), count: int = 3) -> Verdict:
    return judge({number: f"number {number}" for number in range(1, count + 1)}, cancelled, rows, log)


ROWS = [row(1), row(2), row(3)]
LOG = [said(1), said(2), said(3)]


def test_a_run_in_which_everything_went_well_has_no_violations() -> None:
    assert verdict(ROWS, LOG).violations() == []


def test_a_message_that_slack_never_got_is_lost() -> None:
    assert verdict(ROWS, LOG[:2]).lost == ["message 3 is not in Slack, and sent"]


def test_a_message_that_vanished_from_the_outbox_is_lost() -> None:
    assert verdict(ROWS[:2], LOG[:2]).lost == ["message 3 is not even in the outbox"]


def test_a_message_whose_only_copy_was_deleted_is_lost() -> None:
    assert verdict(ROWS, [*LOG[:2], said(3, shows=None)]).lost


def test_words_that_were_never_changed_are_lost() -> None:
    assert verdict(ROWS, [*LOG[:2], said(3, shows="old")]).lost == ["message 3 should say 'number 3' and says 'old'"]


def test_a_change_that_was_never_made_is_lost() -> None:
    assert verdict([*ROWS, row(4, method="update", state="queued")], LOG).lost


def test_a_message_that_stands_twice_is_a_violation_whoever_was_late() -> None:
    found = verdict(ROWS, [*LOG, said(2, ts="4.0")])

    assert (list(found.doubled), len(found.standing_twice)) == (["m2"], 1)
    assert len(found.violations()) == 2
    assert len(found.violations(may_double={"m2"})) == 1


def test_a_second_copy_that_was_deleted_is_a_violation_unless_somebody_was_too_late() -> None:
    found = verdict(ROWS, [*LOG, said(2, ts="4.0", shows=None)])

    assert found.violations() == ["message 2 was said 2 times (m2)"]
    assert found.violations(may_double={"m2"}) == []


def test_a_message_that_nobody_promised_is_a_violation() -> None:
    assert verdict(ROWS, [*LOG, said(9)]).violations() == ["Slack has m9, which nobody promised"]


def test_two_messages_of_a_lane_in_the_wrong_order_are_a_violation() -> None:
    swapped = [row(1), row(2, ts="3.0"), row(3, ts="2.0")]

    found = verdict(swapped, [said(1), said(2, ts="3.0"), said(3, ts="2.0")])

    assert found.violations() == [f"message 3 stands before 2 in {LANE}"]


def test_a_message_that_is_remembered_where_it_does_not_stand_is_a_violation() -> None:
    assert verdict([row(1), row(2), row(3, ts="9.0")], LOG).misremembered
    assert verdict([row(1), row(2), row(3, state="sending")], LOG).misremembered


@pytest.mark.parametrize("state", ["dead", "held"])
def test_a_message_that_was_given_up_is_a_violation(state: str) -> None:
    assert verdict([row(1), row(2), row(3, state=state)], LOG[:2]).given_up


def test_a_message_that_was_taken_back_and_said_is_a_violation() -> None:
    taken_back = [row(1), row(2), row(3, state="cancelled", ts=None)]

    assert verdict(taken_back, LOG[:2], frozenset({3})).violations() == []
    assert verdict(taken_back, LOG, frozenset({3})).cancelled_but_said


def test_more_messages_than_a_channel_takes_in_a_minute_are_a_violation() -> None:
    rows = [row(number, ts=f"{number / 2}") for number in range(1, 121)]
    log = [said(number, ts=f"{number / 2}") for number in range(1, 121)]

    assert verdict(rows, log, count=120).too_fast == ["C00L1 got 120 messages in one minute, and 62 are its pace"]


BEATS = Beats(first=0, count=2)
FIRINGS = [
    Firing(BEAT, "0:0", 0, 5),
    Firing(STEP, "0:0", 0, 5),
    Firing(BEAT, "0:1", 1_000, 1_005),
    Firing(STEP, "0:1", 1_000, 1_005),
]


def wrong(fired: list[Firing]) -> list[str]:
    return list(plans.wrong(plans.expected(BEATS, rituals=1, releases=1, steps=2), fired))


def test_timers_that_fired_once_each_and_in_time_are_right() -> None:
    assert wrong(FIRINGS) == []


def test_a_timer_that_did_not_fire_is_found() -> None:
    assert wrong(FIRINGS[:3]) == ["step 0:1 is missing"]


def test_a_timer_that_fired_twice_is_found() -> None:
    assert wrong([*FIRINGS, FIRINGS[1]]) == ["step 0:0 came 2 times"]


def test_a_timer_that_fired_early_is_found() -> None:
    assert wrong([*FIRINGS[:3], replace(FIRINGS[3], at=990)]) == ["step 0:1 came 10 ms early"]


def test_a_timer_that_should_not_have_fired_is_found() -> None:
    assert wrong([*FIRINGS, Firing(STEP, "0:2", 0, 5)]) == ["step 0:2 was never to come"]


def test_beats_out_of_order_are_found() -> None:
    assert wrong([FIRINGS[2], FIRINGS[1], FIRINGS[0], FIRINGS[3]]) == ["ritual 0 beat out of order"]
