"""Whatever people do with insights in whatever order: nothing is lost, no clock is wrong, and each hears it once."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot import app
from bot.db import Database
from bot.delivery.model import OutboxMessage
from bot.errors import UserError
from bot.house import House
from bot.insights import answering, capturing, merging, model, questions, queue, telling, triage
from bot.insights.answering import Disposition
from bot.insights.model import (
    ACKNOWLEDGED,
    CLOSED,
    DECIDED,
    MERGED,
    NEEDS_INFO,
    NEW,
    OUT_OF_SCOPE,
    ROUTED,
    STATES,
    TRIAGED,
    Asked,
    Insight,
    Submission,
    Told,
)
from bot.insights.states import MOVES
from tests.fakes import StoppedClock, make_house
from tests.insights.world import NO, TAGS, definitions, deliver, heard, run, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, FRANK, GRACE, introduce

PEOPLE = (ALICE, BOB, BOB, CHARLIE, DANA, FRANK, GRACE)
REFS = ("I-1", "I-2", "I-3", "I-4")
RUNNING = (NEW, TRIAGED, ROUTED, ACKNOWLEDGED)
"""In these a clock runs."""
ENDED = (DECIDED, CLOSED, OUT_OF_SCOPE)
SEARCH = replace(TAGS, area_id="search", theme_id="reliability")
SECRET = replace(TAGS, theme_id="trust")
PARKED = Disposition("parked", reason="we have a second designer")

ADDS = (5, 20)
"""The verbs below that bring something more."""
UNHURRIED = settings(
    max_examples=16, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # fmt: skip
AT_ONCE = {(each, ROUTED) for each in STATES if "sort" in MOVES[each]} | {(MERGED, each) for each in RUNNING}
"""What several moves make together, and what undoing a merge does."""
ALLOWED = AT_ONCE | {(state, after) for state, moves in MOVES.items() for after in moves.values()}

Step = tuple[int, str, str, str]
"""Which verb, by whom, with which insight, and with which other one."""
workspaces = count()


def verbs(house: House, by: str, ref: str, other: str) -> Sequence[Callable[[], object]]:
    """All that somebody could do with an insight."""
    asked = open_question(house, ref)
    return (
        lambda: run(house, triage.sort, by, ref, TAGS),
        lambda: run(house, triage.sort, by, ref, SEARCH),
        lambda: run(house, triage.sort, by, ref, SECRET),
        lambda: run(house, triage.put_out_of_scope, by, ref, "Not ours"),
        lambda: run(house, triage.reopen, by, ref),
        lambda: run(house, triage.split, by, ref, "Another thing"),
        lambda: run(house, triage.tag, by, ref, "search", "pricing"),
        lambda: run(house, triage.restrict, by, ref),
        lambda: run(house, questions.ask, by, ref, "Which plan?"),
        lambda: run(house, questions.answer, *asked, "The small one"),
        lambda: run(house, merging.merge, by, ref, other),
        lambda: run(house, merging.merge, by, ref, other),
        lambda: run(house, merging.unmerge, by, ref),
        lambda: run(house, queue.next_for, by),
        lambda: run(house, queue.take, by, ref),
        lambda: run(house, queue.leave, by, ref),
        lambda: run(house, answering.acknowledge, by, ref),
        lambda: run(house, answering.hand_back, by, ref, "Not mine"),
        lambda: run(house, answering.dispose, by, ref, NO),
        lambda: run(house, answering.dispose, by, ref, PARKED),
        lambda: run(house, capturing.also, by, ref),
        lambda: wait(house, house.clock.now() + timedelta(minutes=15)),
        lambda: wait(house, house.clock.now() + timedelta(days=8)),
        lambda: deliver(house),
    )


STEPS = st.lists(
    st.tuples(st.integers(0, 23), st.sampled_from(PEOPLE), st.sampled_from(REFS), st.sampled_from(REFS)),
    min_size=5, max_size=30,
)  # fmt: skip


@UNHURRIED
@given(STEPS)
def test_any_way_keeps_every_promise(db: Database, steps: list[Step]) -> None:
    house = some_house(db)
    after = standing(house)
    for verb, by, ref, other in steps:
        before, refused = after, False
        try:
            verbs(house, by, ref, other)[verb]()
        except UserError:
            refused = True
        after = standing(house)
        assert not refused or after == before
        moved_by_the_table(before, after)
        nothing_is_lost(before, after, more=verb in ADDS)
        clocks_fit(house)
        each_is_told_once(house)
    end_all(house)
    each_is_told_once(house)
    assert {each.state for each in everything(house)} <= {CLOSED, MERGED, OUT_OF_SCOPE}


@UNHURRIED
@given(STEPS, st.sampled_from(REFS[:3]), st.sampled_from(REFS[:3]))
def test_a_merge_that_is_undone_leaves_all_as_it_was(db: Database, steps: list[Step], ref: str, into: str) -> None:
    house = some_house(db)
    for verb, by, about, other in steps:
        with suppress(UserError):
            verbs(house, by, about, other)[verb]()
    wait(house, house.clock.now() + queue.LEASE)
    before, by = standing(house), reader(house, ref)
    try:
        run(house, merging.merge, by, ref, into)
    except UserError:
        return
    run(house, merging.unmerge, by, ref)
    after = standing(house)
    if before[ref][0] == NEEDS_INFO:
        # Its question ended with the merge.
        assert after[ref][0] == NEW
        del before[ref], after[ref]
    for each, (state, *rest) in before.items():
        if state == CLOSED and after[each][0] == DECIDED:
            # It is looked at once more whether everybody was told.
            before[each] = (DECIDED, *rest)
    assert after == before


def some_house(db: Database) -> House:
    """One more workspace, with three insights of three people."""
    house = make_house(
        db, definitions(), clock=StoppedClock(), links=app.LINKS, workspace_id=f"T{next(workspaces)}"
    )  # fmt: skip
    with db.transaction() as session:
        introduce(session, house)
        app.RITUALS.plan_all(session, house)
    for by, key in ((CHARLIE, "one"), (DANA, "two"), (GRACE, "three")):
        heard(house, by=by, key=key, theme_id="" if key != "three" else "trust")
    return house


def open_question(house: House, ref: str) -> tuple[str, str]:
    """Who is asked something about an insight, and its id; somebody and none where nobody is."""
    with house.db.transaction() as session:
        query = (
            select(Submission.submitter, Asked.id)
            .join(Submission, Asked.submission_id == Submission.id)
            .join(Insight, Asked.insight_id == Insight.id)
            .where(Insight.workspace_id == house.workspace_id, Insight.number == model.number(ref))
        )
        found = session.execute(query.order_by(Asked.id.desc()).limit(1)).first()
        return (found[0], str(found[1])) if found else (CHARLIE, "0")


def everything(house: House) -> list[Insight]:
    with house.db.transaction() as session:
        query = select(Insight).where(Insight.workspace_id == house.workspace_id).order_by(Insight.number)
        return list(session.scalars(query))


def brought_for(house: House) -> dict[int, list[Submission]]:
    """The submissions of each insight, by its id."""
    found: dict[int, list[Submission]] = {each.id: [] for each in everything(house)}
    with house.db.transaction() as session:
        for each in session.scalars(select(Submission).where(Submission.workspace_id == house.workspace_id)):
            found[each.insight_id].append(each)
    return found


def standing(house: House) -> dict[str, tuple[Any, ...]]:
    """Where each insight stands: its state first."""
    brought = brought_for(house)
    return {
        each.ref: (
            each.state, each.owner, each.asked_of, each.due_at, each.breached_at, each.merged_into, each.restricted,
            each.answers, sorted(submission.id for submission in brought[each.id]),
        )
        for each in everything(house)
    }  # fmt: skip


def moved_by_the_table(before: Mapping[str, tuple[Any, ...]], after: Mapping[str, tuple[Any, ...]]) -> None:
    for ref, (state, *_) in after.items():
        assert state in STATES
        was = before[ref][0] if ref in before else NEW
        assert was == state or (was, state) in ALLOWED, ref


def nothing_is_lost(before: Mapping[str, tuple[Any, ...]], after: Mapping[str, tuple[Any, ...]], *, more: bool) -> None:
    was, now = (sorted(id for stands in each.values() for id in stands[-1]) for each in (before, after))
    assert set(was) <= set(now) if more else was == now
    assert not any(stands[-1] for stands in after.values() if stands[0] == MERGED)
    assert all(stands[-1] for stands in after.values() if stands[0] != MERGED)


def clocks_fit(house: House) -> None:
    """A clock runs where somebody is to do something, and stands while its submitter is asked."""
    for each in everything(house):
        assert (each.due_at is not None) == (each.state in RUNNING), each.ref
        assert (each.paused_left is not None) == (each.state == NEEDS_INFO), each.ref
        assert each.breached_at is None or each.state in (*RUNNING, NEEDS_INFO), each.ref
        assert (each.owner is None) or each.state not in (NEW, NEEDS_INFO, TRIAGED), each.ref


def each_is_told_once(house: House) -> None:
    """Of each end, each submitter; and there is one message for each that was told."""
    brought = brought_for(house)
    with house.db.transaction() as session:
        told = list(session.scalars(select(Told).where(Told.workspace_id == house.workspace_id)))
        said = select(OutboxMessage.id).where(
            OutboxMessage.workspace_id == house.workspace_id, OutboxMessage.dedupe.like("insights:told:%")
        )
        assert sorted(session.scalars(said)) == sorted(each.message_id or 0 for each in told)
    for each in everything(house):
        if each.state in ENDED:
            facts = sorted(
                row.submitter for row in told if (row.insight_id, row.what) == (each.id, telling.current(each))
            )
            assert set(facts) >= {submission.submitter for submission in brought[each.id]}, each.ref
            assert len(facts) == len(set(facts))


def reader(house: House, ref: str) -> str:
    return GRACE if run(house, model.get, ref).restricted else BOB


def end_all(house: House) -> None:
    """Everything is answered or put out of scope, and whoever brought it is told."""
    wait(house, house.clock.now() + queue.LEASE)
    for each in everything(house):
        if each.state in (NEW, TRIAGED, NEEDS_INFO):
            run(house, triage.put_out_of_scope, reader(house, each.ref), each.ref, "Not ours")
        elif each.state in (ROUTED, ACKNOWLEDGED):
            run(house, answering.dispose, each.owner or "", each.ref, NO)
    deliver(house)
    wait(house, house.clock.now() + timedelta(days=1))
