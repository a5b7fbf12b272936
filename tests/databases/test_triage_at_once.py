"""Two triagers at the same moment: never the same insight, and what one does holds for the other."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.db import Database
from bot.house import House
from bot.insights import answering, bulk, desk, merging, model, queue, triage
from bot.insights.answering import Disposition
from bot.insights.bulk import Bulk
from bot.insights.desk import Work
from bot.insights.model import MERGED, NEW, OUT_OF_SCOPE, ROUTED
from bot.insights.triage import Sorted
from tests.fakes import StoppedClock
from tests.insights import world
from tests.insights.world import NO, TAGS, heard, routed, run
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA

ENOUGH = 0.3
"""Seconds in which the other one has begun, and has come to the insight."""
Verb = Callable[..., Any]


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return world.make(any_db, clock)


def at_once(house: House, first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, Any]:
    """The second begins before what the first does is kept; what each found, or why it was refused."""

    def run_second() -> None:
        found.append(tried(house, second))

    found: list[Any] = []
    thread = threading.Thread(target=run_second)
    with house.db.transaction() as session:
        verb, *args = first
        one = verb(session, house, *args)
        thread.start()
        time.sleep(ENOUGH)
    thread.join()
    return one, found[0]


def tried(house: House, doing: tuple[Any, ...]) -> Any:
    verb, *args = doing
    try:
        return run(house, verb, *args)
    except Exception as error:
        return str(error)


def states(house: House, *refs: str) -> list[str]:
    return [run(house, model.get, ref).state for ref in refs]


def three(house: House) -> None:
    for number, by in enumerate((CHARLIE, DANA, ALICE)):
        heard(house, by=by, key=f"{number}")


def total(house: House) -> int:
    with house.db.transaction() as session:
        return sum(len(model.submissions(session, house, model.get(session, house, f"I-{n}"))) for n in (1, 2, 3))


def test_two_who_ask_for_the_next_get_two(house: House) -> None:
    three(house)
    one, other = at_once(house, (queue.next_for, BOB), (queue.next_for, CHARLIE))
    assert {one.ref, other.ref} == {"I-1", "I-2"}


def test_of_many_who_ask_at_once_nobody_gets_anothers(house: House) -> None:
    for number in range(6):
        heard(house, key=f"{number}")
    ready, got = threading.Barrier(6), list[str]()

    def ask(person: str) -> None:
        ready.wait()
        for _ in range(3):
            if (found := run(house, queue.next_for, person)) is not None:
                got.append(f"{found.ref} {person}")

    threads = [threading.Thread(target=ask, args=(each,)) for each in (BOB, CHARLIE, DANA) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 18
    assert len({each.split()[0] for each in got}) == len(set(got))


def test_who_takes_what_another_takes_is_told_who(house: House) -> None:
    three(house)
    _, refused = at_once(house, (queue.take, BOB, "I-1"), (queue.take, CHARLIE, "I-1"))
    assert refused == "Bob works on I-1 just now. Take another one."


def test_of_two_who_sort_the_same_one_does(house: House, clock: StoppedClock) -> None:
    three(house)
    tags = Work(desk.SORT, TAGS)
    _, refused = at_once(house, (desk.work, BOB, "I-1", 1, tags), (desk.work, CHARLIE, "I-1", 1, tags))
    assert refused == "Bob was quicker: I-1 waits to be acknowledged."
    assert run(house, model.get, "I-1").triaged_by == BOB


def test_of_two_merged_into_each_other_one_stands(house: House) -> None:
    three(house)
    for way in (("I-1", "I-2"), ("I-2", "I-1")):
        _, refused = at_once(house, (merging.merge, BOB, *way), (merging.merge, CHARLIE, *reversed(way)))
        # SQLite lets the second begin only when the first is done.
        assert refused in (f"{way[0]} was just merged itself. Choose again.", f"{way[0]} counts for {way[1]} already.")
        assert total(house) == 3
        run(house, merging.unmerge, BOB, way[0])
    assert states(house, "I-1", "I-2") == [NEW, NEW]


def test_of_two_forms_that_merge_them_into_each_other_one_counts(house: House) -> None:
    three(house)
    one, other = (Work(desk.MERGE, Sorted("", "", "", "", ""), into=into) for into in ("I-1", "I-2"))
    _, refused = at_once(house, (desk.work, BOB, "I-2", 1, one), (desk.work, CHARLIE, "I-1", 1, other))
    assert "I-2" in refused
    assert states(house, "I-1", "I-2") == [NEW, MERGED]
    assert total(house) == 3


def test_nothing_is_merged_into_what_is_being_merged(house: House) -> None:
    three(house)
    _, found = at_once(house, (merging.merge, BOB, "I-1", "I-2"), (merging.merge, CHARLIE, "I-3", "I-1"))
    if found == "I-1 was just merged itself. Choose again.":
        assert states(house, "I-1", "I-2", "I-3") == [MERGED, NEW, NEW]
    else:
        assert states(house, "I-1", "I-2", "I-3") == [MERGED, NEW, MERGED]
        assert run(house, model.get, "I-3").merged_into == run(house, model.get, "I-2").id
    assert total(house) == 3


def test_what_is_being_merged_is_not_sorted_and_the_other_way_round(house: House) -> None:
    three(house)
    _, refused = at_once(house, (merging.merge, BOB, "I-1", "I-2"), (triage.sort, CHARLIE, "I-1", TAGS))
    assert refused == "I-1 is merged into another one. `/insight I-1` shows it."
    _, into = at_once(house, (triage.sort, CHARLIE, "I-3", TAGS), (merging.merge, BOB, "I-3", "I-2"))
    assert into.ref == "I-2"
    assert states(house, "I-1", "I-2", "I-3") == [MERGED, NEW, MERGED]
    run(house, merging.unmerge, BOB, "I-3")
    assert states(house, "I-3") == [ROUTED]


def test_what_is_merged_into_something_that_is_being_answered_hears_of_it(house: House) -> None:
    routed(house)
    heard(house, by=DANA, key="two")
    at_once(house, (answering.dispose, ALICE, "I-1", NO), (merging.merge, BOB, "I-2", "I-1"))
    assert [len(world.told(house, each)) for each in (CHARLIE, DANA)] == [1, 1]
    heard(house, by=ALICE, key="three")
    again = Disposition("parked", reason="there is a second designer")
    at_once(house, (merging.merge, BOB, "I-3", "I-1"), (answering.dispose, ALICE, "I-1", again))
    assert [len(world.told(house, each)) for each in (CHARLIE, DANA)] == [2, 2]


def test_a_merge_that_is_undone_while_another_merges_waits_for_that(house: House) -> None:
    three(house)
    run(house, merging.merge, BOB, "I-1", "I-2")
    at_once(house, (merging.merge, CHARLIE, "I-2", "I-3"), (merging.unmerge, BOB, "I-1"))
    assert states(house, "I-1", "I-2", "I-3") == [NEW, MERGED, NEW]
    assert total(house) == 3
    run(house, merging.unmerge, BOB, "I-2")
    with house.db.transaction() as session:
        brought = [model.submissions(session, house, model.get(session, house, f"I-{n}")) for n in (1, 2, 3)]
    assert [[each.submitter for each in some] for some in brought] == [[CHARLIE], [DANA], [ALICE]]


def test_of_two_who_do_something_with_several_one_does_and_the_other_nothing(house: House) -> None:
    three(house)
    shown = {"I-1": 1, "I-2": 1, "I-3": 1}
    out, into = Bulk(bulk.OUT, reason="Spam"), Bulk(bulk.MERGE)
    _, refused = at_once(
        house, (bulk.work, BOB, ["I-3", "I-1"], shown, out), (bulk.work, CHARLIE, ["I-1", "I-2", "I-3"], shown, into)
    )
    assert refused in ("Bob was quicker: I-1 is out of scope.", "Bob was quicker: I-3 is out of scope.")
    assert states(house, "I-1", "I-2", "I-3") == [OUT_OF_SCOPE, NEW, OUT_OF_SCOPE]
