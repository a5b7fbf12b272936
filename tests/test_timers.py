"""Timers on both databases: each fires once, failures are set aside, and none is lost with the node that held it."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import timers
from bot.db import Database
from bot.house import House
from bot.timers import LEASE, MAX_ATTEMPTS, Fire, Lease, Plan, Step, Timer
from tests import people
from tests.fakes import WEDNESDAY, StoppedClock, make_house

KEY = "ritual.open:17"
PLAN = "release:atlas"


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return make_house(any_db, clock=clock)


class Handler:
    """Notes each firing in the timer table itself, so that a rollback takes the note back."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __call__(self, session: Session, house: House, ref: str) -> None:
        number = len(session.scalars(select(Timer.id).where(Timer.kind == "note")).all())
        session.add(_note(house, f"note:{ref}:{number}"))
        session.flush()
        if self.error:
            raise self.error


def _note(house: House, key: str) -> Timer:
    return Timer(
        workspace_id=house.workspace_id, key=key, kind="note", ref="", due_at=0, wake_at=0, state="fired", fence=0
    )


@pytest.fixture
def handler() -> Handler:
    return Handler()


def arm(house: House, key: str = KEY, *, kind: str = "open", after: timedelta = timedelta()) -> None:
    house.db.call(timers.arm, house, key, kind, "17", house.clock.now() + after)


def claim(house: House, node: str = "node-a") -> list[Lease]:
    return house.db.call(timers.claim, house.workspace_id, house.clock.now(), node)


def fire(house: House, lease: Lease, handler: Fire) -> bool:
    return house.db.call(timers.fire, lease, house, {"open": handler})


def postpone(house: House, lease: Lease) -> bool:
    return house.db.call(timers.postpone, lease, house.clock.now(), "ValueError: no such ritual")


def timer(house: House, key: str = KEY) -> Timer:
    with house.db.transaction() as session:
        return session.scalars(select(Timer).where(Timer.key == key)).one()


def firings(house: House) -> int:
    with house.db.transaction() as session:
        return len(session.scalars(select(Timer.id).where(Timer.kind == "note")).all())


def test_a_timer_fires_when_it_is_due_and_not_before(house: House, clock: StoppedClock, handler: Handler) -> None:
    arm(house, after=timedelta(minutes=1))
    assert claim(house) == []

    clock.turn(timedelta(minutes=1))
    (lease,) = claim(house)

    assert fire(house, lease, handler)
    assert (timer(house).state, firings(house)) == ("fired", 1)


def test_what_is_due_longest_comes_first(house: House, clock: StoppedClock) -> None:
    for minutes in (3, 1, 2):
        arm(house, f"open:{minutes}", after=timedelta(minutes=minutes))
    clock.turn(timedelta(hours=1))

    due = [lease.due for lease in claim(house)]

    assert due == sorted(due)
    assert len(due) == 3


def test_arming_the_same_key_twice_arms_one_timer_at_the_later_wish(house: House) -> None:
    arm(house)
    arm(house, after=timedelta(hours=1))

    assert claim(house) == []
    assert house.db.call(timers.next_wake, house.workspace_id) == house.clock.now() + timedelta(hours=1)


def test_two_nodes_that_look_at_once_share_the_timers(house: House, handler: Handler) -> None:
    for number in range(20):
        arm(house, f"open:{number}")

    with ThreadPoolExecutor(4) as nodes:
        shares = list(nodes.map(lambda number: claim(house, f"node-{number}"), range(4)))
    leases = [lease for share in shares for lease in share]

    assert len(leases) == len({lease.timer_id for lease in leases}) == 20
    assert all(fire(house, lease, handler) for lease in leases)
    assert firings(house) == 20


def test_a_firing_that_is_tried_twice_happens_once(house: House, handler: Handler) -> None:
    arm(house)
    (lease,) = claim(house)

    with ThreadPoolExecutor(2) as nodes:
        fired = list(nodes.map(lambda _: fire(house, lease, handler), range(2)))

    assert sorted(fired) == [False, True]
    assert firings(house) == 1


def test_another_node_takes_over_from_one_that_died(house: House, clock: StoppedClock, handler: Handler) -> None:
    arm(house)
    (lost,) = claim(house, "node-that-dies")
    assert claim(house, "node-b") == []

    clock.turn(LEASE)
    (lease,) = claim(house, "node-b")

    assert fire(house, lease, handler)
    assert not fire(house, lost, handler), "the dead node came back"
    assert not postpone(house, lost)
    assert firings(house) == 1


def test_a_failure_takes_back_what_the_handler_did_and_is_tried_again(
    house: House, clock: StoppedClock, handler: Handler
) -> None:
    arm(house)
    handler.error = ValueError("no such ritual")
    (lease,) = claim(house)
    with pytest.raises(ValueError, match="no such ritual"):
        fire(house, lease, handler)
    assert firings(house) == 0
    assert postpone(house, lease) is False
    assert claim(house) == []

    handler.error = None
    clock.turn(timedelta(seconds=2))
    (again,) = claim(house)

    assert fire(house, again, handler)
    assert firings(house) == 1


def test_what_keeps_failing_waits_longer_each_time_and_is_set_aside_with_its_error(
    house: House, clock: StoppedClock
) -> None:
    arm(house)
    waits = []
    while lease := next(iter(claim(house)), None):
        if postpone(house, lease):
            break
        waits.append((timer(house).wake_at - int(clock.now().timestamp() * 1000)) // 1000)
        clock.turn(timedelta(seconds=waits[-1]))

    assert waits == [2**attempt for attempt in range(1, MAX_ATTEMPTS)]
    (failed,) = house.db.call(timers.failed, house.workspace_id)
    assert (failed.key, failed.error) == (KEY, "ValueError: no such ritual")


def test_others_go_on_when_one_is_set_aside(house: House, clock: StoppedClock, handler: Handler) -> None:
    set_aside(house, clock)
    arm(house, "open:18")

    (lease,) = claim(house)

    assert fire(house, lease, handler)
    assert timer(house).state == "failed"


def test_what_was_set_aside_is_tried_again_when_a_mended_program_starts(
    house: House, clock: StoppedClock, handler: Handler
) -> None:
    set_aside(house, clock)

    assert house.db.call(timers.try_failed_again, house.workspace_id, clock.now()) == 1
    (lease,) = claim(house)

    assert fire(house, lease, handler)
    assert house.db.call(timers.failed, house.workspace_id) == []


def test_a_kind_that_nobody_handles_is_a_failure_of_that_timer(house: House) -> None:
    arm(house, kind="unheard of")
    (lease,) = claim(house)

    with pytest.raises(KeyError):
        fire(house, lease, lambda *_: None)

    assert timer(house).state == "armed"


def test_a_handler_may_arm_its_own_timer_for_the_next_time(house: House, clock: StoppedClock) -> None:
    def again(session: Session, house: House, ref: str) -> None:
        timers.arm(session, house, KEY, "open", ref, house.clock.now() + timedelta(hours=1))

    arm(house)
    (lease,) = claim(house)
    assert fire(house, lease, again)

    assert timer(house).state == "armed"
    assert claim(house) == []
    clock.turn(timedelta(hours=1))
    assert len(claim(house)) == 1


def test_a_timer_that_is_cancelled_while_a_node_holds_it_does_not_fire(house: House, handler: Handler) -> None:
    arm(house)
    (lease,) = claim(house)
    house.db.call(timers.cancel, house, KEY)

    assert not fire(house, lease, handler)
    assert not postpone(house, lease)
    assert (timer(house).state, firings(house)) == ("cancelled", 0)


def test_a_timer_that_is_moved_while_a_node_holds_it_waits_for_its_new_time(
    house: House, clock: StoppedClock, handler: Handler
) -> None:
    arm(house)
    (lease,) = claim(house)
    arm(house, after=timedelta(hours=1))

    assert not fire(house, lease, handler)
    clock.turn(timedelta(hours=1))
    assert len(claim(house)) == 1


def test_cancelling_what_has_fired_changes_nothing(house: House, handler: Handler) -> None:
    arm(house)
    fire(house, claim(house)[0], handler)
    house.db.call(timers.cancel, house, KEY)

    assert timer(house).state == "fired"


def test_a_node_leaves_other_workspaces_timers_alone(house: House) -> None:
    arm(replace(house, workspace_id="T0OTHER"))

    assert claim(house) == []
    assert house.db.call(timers.next_wake, people.WORKSPACE) is None
    house.db.call(timers.cancel, house, KEY)
    assert timer(house).state == "armed"


def test_what_is_over_is_forgotten_and_what_is_armed_is_kept(
    house: House, clock: StoppedClock, handler: Handler
) -> None:
    arm(house)
    fire(house, claim(house)[0], handler)
    arm(house, "open:18", after=timedelta(days=1))
    clock.turn(timedelta(days=30))

    before = clock.now() - timedelta(days=7)
    gone = [house.db.call(timers.forget_retired, before, 1) for _ in range(3)]

    assert gone == [1, 1, 0], "the timer and the note of its firing, one at a time"
    assert timer(house, "open:18").state == "armed"


# Plans.


def test_a_plan_made_anew_cancels_what_is_no_longer_in_it_and_moves_the_rest(house: House, clock: StoppedClock) -> None:
    replan(house, step("announce", hours=1), step("thank", hours=2))
    assert replan(house, step("announce", hours=5), step("ask", hours=6)) == []

    assert states(house) == {"announce": "armed", "thank": "cancelled", "ask": "armed"}
    clock.turn(timedelta(hours=4))
    assert claim(house) == []
    clock.turn(timedelta(hours=1))
    assert [lease.ref for lease in claim(house)] == ["announce"]


def test_what_has_fired_stays_fired_whatever_its_new_time_and_is_told(
    house: House, clock: StoppedClock, handler: Handler
) -> None:
    replan(house, step("announce"), step("thank", hours=2))
    fire(house, claim(house)[0], handler)
    fired = replan(house, step("announce", hours=1), step("thank", hours=3))
    clock.turn(timedelta(hours=9))

    assert [each.ref for each in fired] == ["announce"]
    assert [lease.ref for lease in claim(house)] == ["thank"]


def test_a_step_with_another_ref_is_another_step(house: House, handler: Handler) -> None:
    replan(house, step("announce of 1 May"))
    fire(house, claim(house)[0], handler)
    replan(house, step("announce of 8 May"))

    assert fire(house, claim(house)[0], handler)
    assert firings(house) == 2


def test_what_was_set_aside_is_tried_again_with_its_plan_or_ends_with_it(house: House, clock: StoppedClock) -> None:
    replan(house, step("announce"), step("ask"))
    for _ in range(MAX_ATTEMPTS):
        for lease in claim(house):
            postpone(house, lease)
        clock.turn(timedelta(seconds=2**MAX_ATTEMPTS))
    assert states(house) == {"announce": "failed", "ask": "failed"}

    replan(house, step("announce"))

    assert states(house) == {"announce": "armed", "ask": "cancelled"}


def test_a_plan_that_has_ended_lets_nothing_happen_until_it_is_made_again(house: House) -> None:
    replan(house, step("announce"))
    (lease,) = claim(house)
    replan(house)
    assert not fire(house, lease, refuse)

    replan(house, step("announce"))
    assert len(claim(house)) == 1


def test_a_timer_armed_by_itself_becomes_a_part_of_its_plan_and_may_fire_again(house: House, handler: Handler) -> None:
    replan(house, step("announce"))
    arm_in_plan(house, "remind")
    fire(house, claim(house)[0], handler)
    arm_in_plan(house, "announce")
    assert states(house) == {"announce": "armed", "remind": "armed"}

    replan(house)
    assert states(house) == {"announce": "cancelled", "remind": "cancelled"}


def test_a_timer_of_an_older_generation_never_has_an_effect(house: House) -> None:
    replan(house, step("announce"))
    with house.db.transaction() as session:
        session.execute(update(Plan).values(generation=Plan.generation + 1))

    assert not fire(house, claim(house)[0], refuse)
    assert states(house) == {"announce": "cancelled"}


def test_plans_of_the_same_name_in_two_workspaces_leave_each_other_alone(house: House) -> None:
    other = replace(house, workspace_id="T0OTHER")
    replan(house, step("announce"))
    replan(other, step("announce"))
    replan(other)

    assert [lease.ref for lease in claim(house)] == ["announce"]


def test_a_firing_and_a_new_plan_at_the_same_moment_wait_for_each_other_and_never_stop_each_other(house: House) -> None:
    """Both lock the record first, so PostgreSQL finds no circle, for which it would stop one of them."""
    record = KEY
    arm(house, record)
    effects: list[str] = []

    def hold(session: Session, house: House, ref: str) -> None:
        session.execute(select(Timer.id).where(Timer.key == record).with_for_update())

    def slow(session: Session, house: House, ref: str) -> None:
        time.sleep(0.05)
        hold(session, house, ref)
        effects.append(ref)

    # Each in a transaction that is not tried again when PostgreSQL stops it.
    def try_to_fire(lease: Lease) -> bool:
        with house.db.transaction() as session:
            return timers.fire(session, lease, house, {"open": slow}, hold)

    def slip() -> None:
        with house.db.transaction() as session:
            hold(session, house, "")
            time.sleep(0.02)
            timers.replan(session, house, PLAN, steps)

    for round_ in range(3):
        steps = [step(f"{round_}.{number}") for number in range(4)]
        replan(house, *steps)
        leases = [lease for lease in claim(house) if lease.ref.startswith(f"{round_}.")]
        with ThreadPoolExecutor(5) as nodes:
            firings = [nodes.submit(try_to_fire, each) for each in leases]
            nodes.submit(slip).result()
            fired = [each.result() for each in firings]
        assert len(effects) == fired.count(True)
        effects.clear()


def test_a_plan_remembers_what_fired_for_as_long_as_any_part_of_it_waits(
    house: House, clock: StoppedClock, handler: Handler
) -> None:
    replan(house, step("announce"), step("thank", hours=24 * 60))
    fire(house, claim(house)[0], handler)
    clock.turn(timedelta(days=50))
    forget(house)
    replan(house, step("announce"), step("thank", hours=24 * 60))

    assert states(house) == {"announce": "fired", "thank": "armed"}


def test_a_plan_that_has_long_ended_is_forgotten(house: House, clock: StoppedClock, handler: Handler) -> None:
    replan(house, step("announce"))
    fire(house, claim(house)[0], handler)
    clock.turn(timedelta(days=50))
    forget(house)

    assert states(house) == {}


def replan(house: House, *steps: Step) -> list[Step]:
    return house.db.call(timers.replan, house, PLAN, steps)


def step(ref: str, hours: float = 0) -> Step:
    return Step("open", ref, WEDNESDAY + timedelta(hours=hours))


def arm_in_plan(house: House, ref: str) -> None:
    house.db.call(timers.arm, house, f"open:{ref}", "open", ref, house.clock.now(), PLAN)


def states(house: House) -> dict[str, str]:
    """The state of each step of the plan."""
    with house.db.transaction() as session:
        rows = session.scalars(select(Timer).where(Timer.plan == PLAN, Timer.workspace_id == house.workspace_id))
        return {each.ref: each.state for each in rows}


def forget(house: House) -> int:
    return house.db.call(timers.forget_retired, house.clock.now() - timedelta(days=30))


def refuse(session: Session, house: House, ref: str) -> None:
    raise AssertionError(f"{ref} fired")


def set_aside(house: House, clock: StoppedClock) -> None:
    arm(house)
    for _ in range(MAX_ATTEMPTS):
        (lease,) = claim(house)
        postpone(house, lease)
        clock.turn(timedelta(seconds=2**MAX_ATTEMPTS))
