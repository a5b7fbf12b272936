"""What is restricted, or becomes so: nobody else reads it, wherever it stood before, nor hears that it is there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import app
from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.insights import answering, bulk, capturing, export, merging, outside, questions, read_listeners, spikes, triage
from bot.insights.bulk import Bulk
from bot.pointing import Spot
from tests.fakes import StoppedClock, promised
from tests.insights import world
from tests.insights.test_looking import SECRET, looks, secret
from tests.insights.world import INCIDENTS, INSIGHTS, NO, TAGS, deliver, heard, now, routed, run, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, ERIN, FRANK, GRACE

SUPPORT = "C0SUPPORT"
TRUST = replace(TAGS, theme_id="trust")


def shown(house: House, channel: str) -> str:
    """Everything that a channel, or somebody, reads now while nothing is delivered."""
    return "\n".join(each.text for each in promised(house.db, channel=channel))


@pytest.fixture
def pair(db: Database, clock: StoppedClock) -> House:
    """Two open insights, the second merged into the first."""
    house = world.make(db, clock, triagers=["product_ops", "security"])
    heard(house)
    heard(house, DANA, "same", what=SECRET)
    run(house, merging.merge, BOB, "I-2", "I-1")
    return house


def nobody_else_sees(house: House, ref: str) -> None:
    for person in (ALICE, BOB, FRANK):
        with pytest.raises(UserError, match="There is no insight"):
            looks(house, read_listeners.one, person, ref)
        with pytest.raises(UserError, match="There is no insight"):
            run(house, merging.unmerge, person, ref) if person == BOB else run(house, capturing.also, person, ref)
    assert SECRET not in shown(house, INSIGHTS)
    page = run(house, export.page, 0)
    assert SECRET not in str(page and page.entries)
    found = run(house, outside._found, ref)
    assert found is None


def test_what_was_merged_into_one_that_becomes_restricted_is_seen_by_nobody_else_either(pair: House) -> None:
    run(pair, triage.sort, BOB, "I-1", TRUST)
    nobody_else_sees(pair, "I-2")
    assert SECRET in looks(pair, read_listeners.one, GRACE, "I-2")


def test_what_is_merged_into_a_restricted_one_is_seen_by_nobody_else_from_then_on(
    db: Database, clock: StoppedClock
) -> None:
    house = world.make(db, clock, triagers=["product_ops", "security"])
    secret(house)
    routed(house, DANA, "open", what=SECRET)
    assert now(house, heard(house, DANA, "open")).owner == ALICE
    run(house, merging.merge, GRACE, "I-2", "I-1")
    nobody_else_sees(house, "I-2")


def test_when_that_merge_is_undone_it_is_seen_again_as_before(pair: House) -> None:
    run(pair, triage.sort, BOB, "I-1", TRUST)
    run(pair, merging.unmerge, GRACE, "I-2")
    assert SECRET in looks(pair, read_listeners.one, FRANK, "I-2")
    assert SECRET in shown(pair, INSIGHTS)


def test_what_counts_for_something_restricted_opens_with_it_only_when_it_is_not_restricted_itself(
    db: Database, clock: StoppedClock
) -> None:
    house = world.make(db, clock, triagers=["product_ops", "security"])
    secret(house)
    secret(house, DANA, "other")
    run(house, merging.merge, GRACE, "I-2", "I-1")
    with pytest.raises(FieldErrors, match="What I-2 says is restricted"):
        run(house, triage.sort, GRACE, "I-1", TAGS)
    run(house, merging.unmerge, GRACE, "I-2")
    assert not run(house, triage.sort, GRACE, "I-1", TAGS).restricted


# In channels.


@pytest.mark.parametrize("how", ["sort", "tag", "restrict", "less critical before"])
def test_however_it_becomes_restricted_the_channel_for_incidents_reads_it_no_more(house: House, how: str) -> None:
    heard(house, what=SECRET, severity="critical", proof="ZD-1")
    assert SECRET in shown(house, INCIDENTS)
    deliver(house)
    if how == "less critical before":
        run(house, triage.sort, BOB, "I-1", replace(TAGS, severity="high"))
    if how == "tag":
        run(house, triage.tag, BOB, "I-1", "billing", "trust")
    elif how == "restrict":
        run(house, triage.restrict, BOB, "I-1")
    else:
        run(house, triage.sort, BOB, "I-1", replace(TRUST, severity="critical"))
    (said,) = [each for each in promised(house.db, channel=INCIDENTS) if each.method == "update"]
    assert "looked after by those who may read it" in said.text


def test_what_never_was_an_incident_is_not_mentioned_in_that_channel(house: House) -> None:
    heard(house)
    run(house, triage.restrict, BOB, "I-1")
    assert shown(house, INCIDENTS) == ""


def test_the_thread_it_came_from_reads_neither_what_was_asked_nor_what_was_answered(house: House) -> None:
    heard(house, thread=Spot(SUPPORT, "1790000000.000100"), what=SECRET)
    run(house, questions.ask, BOB, "I-1", f"Who says that {SECRET}?")
    run(house, triage.put_out_of_scope, BOB, "I-1", "Not ours")
    run(house, triage.reopen, BOB, "I-1")
    assert shown(house, SUPPORT).count(SECRET) == 3
    run(house, triage.sort, BOB, "I-1", TRUST)
    assert SECRET not in shown(house, SUPPORT)


def agenda(house: House) -> list[str]:
    return run(house, spikes.on_agenda, "insights-review")


@pytest.mark.parametrize("how", ["sort", "tag", "restrict", "out of scope"])
def test_it_is_evidence_of_no_spike_any_more(house: House, how: str) -> None:
    for key in "abc":
        routed(house, key=key, accounts=2)
    assert "I-3" in agenda(house)[0]
    if how == "sort":
        run(house, triage.sort, BOB, "I-3", TRUST)
    elif how == "tag":
        run(house, triage.tag, BOB, "I-3", "billing", "trust")
    elif how == "restrict":
        run(house, triage.restrict, BOB, "I-3")
    else:
        heard(house, key="d", theme_id="pricing", accounts=2)
        run(house, triage.sort, BOB, "I-3", replace(TAGS, area_id="search"))
        run(house, triage.put_out_of_scope, BOB, "I-4", "Not ours")
    assert agenda(house) == []


# For single people.


def test_whoever_had_it_before_does_not_read_what_became_of_it(house: House) -> None:
    routed(house, what="Something")
    routed(house, key="other")
    wait(house, house.clock.now() + timedelta(days=1))
    assert "Something" in shown(house, ALICE)
    run(house, triage.sort, BOB, "I-1", TRUST)
    run(house, answering.acknowledge, ALICE, "I-2")
    assert "Something" not in shown(house, ALICE) and "With Grace" not in shown(house, ALICE)


def test_whoever_answers_for_its_source_hears_that_it_is_answered_and_not_what_it_says(
    db: Database, clock: StoppedClock
) -> None:
    house = world.make(db, clock)
    bringer = capturing.Bringer(CHARLIE, is_own=False, brought_by="Support desk")
    said = replace(world.HEARD, what=SECRET, theme_id="trust", how="api")
    run(house, capturing.take, bringer, said, "call:1", by=None)
    run(house, triage.sort, GRACE, "I-1", TRUST)
    run(house, answering.dispose, GRACE, "I-1", NO)
    wait(house, house.clock.now() + timedelta(days=1))
    assert "I-1: answered" in shown(house, CHARLIE) and SECRET not in shown(house, CHARLIE)
    assert NO.reason not in shown(house, CHARLIE)
    assert SECRET not in looks(house, read_listeners.mine, CHARLIE)
    with pytest.raises(UserError, match="There is no insight"):
        looks(house, read_listeners.one, CHARLIE, "I-1")


def test_what_is_split_off_or_was_part_of_something_restricted_does_not_name_it(
    db: Database, clock: StoppedClock
) -> None:
    house = world.make(db, clock)
    secret(house)
    run(house, triage.split, GRACE, "I-1", "The export is slow")
    run(house, triage.sort, GRACE, "I-2", TAGS)
    assert "I-1" not in looks(house, read_listeners.one, ALICE, "I-2")
    assert "It was a part of I-1" in looks(house, read_listeners.one, GRACE, "I-2")


@pytest.mark.parametrize("there", [True, False])
def test_no_refusal_tells_whether_there_is_one(house: House, there: bool) -> None:
    ref = "i2"
    heard(house)
    if there:
        secret(house)
    expected = "There is no insight “i2”"
    with pytest.raises(UserError, match=expected):
        run(house, merging.merge, BOB, "I-1", ref)
    with pytest.raises(UserError, match=expected):
        run(house, merging.merge, BOB, ref, "I-1")
    with pytest.raises(UserError, match=expected):
        run(house, merging.unmerge, BOB, ref)
    with pytest.raises(UserError, match=expected):
        run(house, answering.dispose, ALICE, ref, NO)
    with pytest.raises(UserError, match=expected):
        run(house, capturing.also, FRANK, ref)
    with pytest.raises(FieldErrors) as refused:
        run(house, bulk.work, BOB, ["I-1"], {"I-1": 1}, Bulk("merge", into=ref))
    assert list(refused.value.fields) == ["into"] and expected in refused.value.fields["into"]


def test_news_of_it_that_was_not_said_yet_is_not_said_to_others(house: House) -> None:
    wait(house, house.clock.now() + timedelta(hours=10))
    routed(house, what=SECRET, tags=replace(TAGS, cause_id="price"))
    run(house, triage.sort, BOB, "I-1", TRUST)
    wait(house, house.clock.now() + timedelta(days=2))
    assert SECRET not in shown(house, ALICE)


def test_once_it_is_restricted_whoever_handles_incidents_hears_only_that_it_is_there(house: House) -> None:
    wait(house, house.clock.now() + timedelta(hours=14))
    heard(house, what=SECRET, severity="critical", proof="ZD-1")
    run(house, triage.restrict, BOB, "I-1")
    wait(house, house.clock.now() + timedelta(days=1))
    assert SECRET not in shown(house, ERIN) and "Critical, and restricted" in shown(house, ERIN)
    assert SECRET in shown(house, GRACE)


def test_what_the_definitions_restrict_from_now_on_is_restricted(db: Database, clock: StoppedClock) -> None:
    before = world.make(db, clock, restricted=None)
    heard(before, what=SECRET, theme_id="trust")
    heard(before, key="other", theme_id="pricing")
    assert SECRET in shown(before, INSIGHTS)
    house = replace(before, definitions=world.definitions())
    run(house, app.adopt)
    assert SECRET not in shown(house, INSIGHTS)
    with pytest.raises(UserError, match="There is no insight"):
        looks(house, read_listeners.one, FRANK, "I-1")
    assert looks(house, read_listeners.one, FRANK, "I-2")
