"""Whatever happens in whatever order, each step of a plan happens once, in its time, and never by an older plan."""

import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import timers
from bot.clock import to_millis
from bot.db import Database
from bot.house import House
from bot.timers import LEASE, MAX_ATTEMPTS, Lease, Step, Timer
from tests.fakes import WEDNESDAY, StoppedClock, make_house

PLAN = "release:atlas"
STEPS = ("announce", "enable", "launch")
NODES = ("node-a", "node-b")
NOTE = "note"
EXAMPLES = {"sqlite": 15, "postgresql": 5}

slips = st.dictionaries(st.sampled_from(STEPS), st.sampled_from((-5, 0, 5, 20)), min_size=1)
"""The steps of a plan, with the seconds until each is due."""
nodes = st.sampled_from(NODES)
deeds = st.one_of(
    st.tuples(st.just("slip"), slips),
    st.tuples(st.just("slip in vain"), slips),
    # Twice, since most else needs a lease.
    st.tuples(st.just("claim"), nodes),
    st.tuples(st.just("claim"), nodes),
    st.tuples(st.just("fire"), nodes),
    st.tuples(st.just("fire"), nodes),
    st.tuples(st.just("fire unheard"), nodes),
    st.tuples(st.just("fail"), nodes),
    st.tuples(st.just("die"), nodes),
    st.tuples(st.just("rise"), st.none()),
    st.tuples(st.just("turn"), st.sampled_from((1, 6, 15))),
)
stories = st.lists(deeds, min_size=20, max_size=30)

Story = list[tuple[str, Any]]

TOLD: list[tuple[dict[str, int], Story]] = [
    # A node sleeps while the step that it holds is put off.
    ({"launch": 0}, [("claim", "node-a"), ("slip", {"launch": 20}), ("fire", "node-a")]),
    # A node does not hear that what it did was committed.
    ({"launch": 0}, [("claim", "node-a"), ("fire unheard", "node-a"), ("fire", "node-a")]),
    # A step that the plan has dropped waits no longer, and has no effect when something lets it wait again.
    ({"launch": 0, "enable": 20}, [("slip", {"enable": 20})]),
    ({"launch": 0, "enable": 20}, [("slip", {"enable": 20}), ("rise", None), ("claim", "node-a"), ("fire", "node-a")]),
]
"""Stories that chance might leave out, each with the plan that it begins with."""

_numbers = itertools.count()


def test_each_step_happens_once_in_its_time_and_never_by_an_older_plan(any_db: Database) -> None:
    @settings(max_examples=EXAMPLES[any_db.engine.dialect.name], deadline=None)
    @given(slips, stories)
    def holds(first: dict[str, int], story: Story) -> None:
        world = World(any_db)
        world.slip(first)
        for deed, about in story:
            world.do(deed, about)
        world.let_everything_happen()
        assert world.happened() == {ref: 1 for ref in world.done | world.plan.keys()}

    for plan, story in TOLD:
        holds = example(plan, story)(holds)
    holds()


class Broken(Exception):
    """What a handler raises that cannot do its work."""


class World:
    """Some nodes, a plan and a clock; `plan` is what the last slip that was committed says, with when."""

    def __init__(self, db: Database) -> None:
        self.clock = StoppedClock(WEDNESDAY)
        # Each story has a workspace of its own, which is quicker than a database.
        self.house = make_house(db, clock=self.clock, workspace_id=f"T{next(_numbers)}")
        self.db = db
        self.plan: dict[str, int] = {}
        self.done: set[str] = set()
        self.held: dict[str, list[Lease]] = {node: [] for node in NODES}
        self.failures = 0

    def do(self, deed: str, about: Any) -> None:
        match deed:
            case "slip":
                self.slip(about)
            case "slip in vain":
                self.slip_in_vain(about)
            case "claim":
                self.held[about] += self.call(timers.claim, self.house.workspace_id, self.clock.now(), about)
            case "fire" if self.held[about]:
                self.fire(self.held[about].pop(0))
            case "fire unheard" if self.held[about]:
                # Its answer is lost, so the node does not know, and will try again.
                self.fire(self.held[about][0])
            case "fail" if self.held[about] and self.failures < MAX_ATTEMPTS - 1:
                self.fail(self.held[about].pop(0))
            case "die":
                self.held[about].clear()
            case "rise":
                self.call(rise, self.house)
            case "turn":
                self.clock.turn(timedelta(seconds=about))

    def slip(self, plan: dict[str, int]) -> None:
        steps = self.steps(plan)
        fired = self.call(timers.replan, self.house, PLAN, steps)
        assert {step.ref for step in fired} == self.done
        self.plan = {step.ref: to_millis(step.due) for step in steps if step.ref not in self.done}
        assert self.waiting() == self.plan

    def slip_in_vain(self, plan: dict[str, int]) -> None:
        """A slip whose transaction fails at its end."""
        try:
            with self.db.transaction() as session:
                timers.replan(session, self.house, PLAN, self.steps(plan))
                raise Broken
        except Broken:
            return

    def steps(self, plan: dict[str, int]) -> Sequence[Step]:
        now = self.clock.now()
        return [Step("step", ref, now + timedelta(seconds=seconds)) for ref, seconds in plan.items()]

    def fire(self, lease: Lease) -> None:
        if self.call(timers.fire, lease, self.house, {"step": self.happen}):
            assert lease.ref in self.plan, "the plan does not hold it any more"
            assert self.plan.pop(lease.ref) <= to_millis(self.clock.now()), "it is not due yet"
            self.done.add(lease.ref)

    def fail(self, lease: Lease) -> None:
        def fail(session: Session, house: House, ref: str) -> None:
            self.happen(session, house, ref)
            raise Broken

        try:
            self.call(timers.fire, lease, self.house, {"step": fail})
        except Broken:
            self.failures += 1
            self.call(timers.postpone, lease, self.clock.now(), "broken")

    def happen(self, session: Session, house: House, ref: str) -> None:
        """The effect, in the database itself, so that a rollback takes it back."""
        number = session.scalar(select(func.count()).where(Timer.workspace_id == house.workspace_id))
        key = f"{NOTE}:{ref}:{number}"
        session.add(
            Timer(
                workspace_id=house.workspace_id, key=key, kind=NOTE, ref=ref, due_at=0, wake_at=0, state=NOTE, fence=0
            )
        )

    def let_everything_happen(self) -> None:
        """Long enough for every lease to end and every failed attempt to be made again."""
        for _ in range(MAX_ATTEMPTS):
            self.clock.turn(LEASE + timedelta(seconds=2**MAX_ATTEMPTS))
            for lease in self.call(timers.claim, self.house.workspace_id, self.clock.now(), "node-d"):
                self.fire(lease)
        # A node that was thought dead comes back at last.
        for leases in self.held.values():
            for lease in leases:
                assert not self.call(timers.fire, lease, self.house, {"step": self.happen})

    def waiting(self) -> dict[str, int]:
        """The steps that are armed, with when."""
        with self.db.transaction() as session:
            armed = select(Timer.ref, Timer.due_at).where(
                Timer.workspace_id == self.house.workspace_id, Timer.state == "armed"
            )
            return {ref: due for ref, due in session.execute(armed)}

    def happened(self) -> dict[str, int]:
        """How often each step happened."""
        with self.db.transaction() as session:
            notes = select(Timer.ref, func.count()).where(
                Timer.workspace_id == self.house.workspace_id, Timer.kind == NOTE
            )
            return {ref: count for ref, count in session.execute(notes.group_by(Timer.ref))}

    def call(self, verb: Any, *args: Any) -> Any:
        with self.db.transaction() as session:
            return verb(session, *args)


def rise(session: Session, house: House) -> None:
    """What was cancelled waits again, as after the mistake of somebody who knows nothing of plans."""
    session.execute(
        update(Timer)
        .where(Timer.workspace_id == house.workspace_id, Timer.state == "cancelled")
        .values(state="armed", wake_at=to_millis(house.clock.now()))
    )
