"""What digests are made of: what the rooms keep, since a moment, without what is restricted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.digests import collecting, messages
from bot.digests.facts import Facts
from bot.house import House
from bot.insights import answering, triage
from bot.insights.answering import Disposition
from bot.lookback import surprises
from bot.lookback.model import Escape
from bot.releases import moving
from bot.releases.model import Release
from bot.roadmap import flow as roadmap
from bot.roadmap import model as roadmap_model
from bot.updates import flow as updates
from bot.updates.answer import AMBER, GREEN, Answer
from bot.updates.model import Ask
from tests.decisions import log
from tests.digests import world
from tests.fakes import StoppedClock
from tests.insights.test_looking import secret
from tests.insights.world import TAGS, decided, run, wait
from tests.people import ALICE, CHARLIE
from tests.releases import launch
from tests.releases.launch import GRACE
from tests.roadmap.world import NEW
from tests.updates.team import GOOD, SHAKY, berlin


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return world.make(db, clock)


def collect(house: House, days: int = 7) -> Facts:
    now = house.clock.now()
    return run(house, collecting.collect, now - timedelta(days=days), now)


def registered(house: House) -> Release:
    with house.db.transaction() as session:
        return launch.register(session, house)


def answered(house: House, answer: Answer) -> None:
    """Alice's update for Billing, in the occurrence that is open."""
    with house.db.transaction() as session:
        ask = session.scalars(select(Ask).where(Ask.area_id == "billing").order_by(Ask.id.desc())).first()
        assert ask is not None
        updates.submit(session, house, ALICE, str(ask.occurrence_id), "billing", answer)


def test_where_nothing_happened_there_is_nothing(house: House) -> None:
    facts = collect(house)
    assert (facts.news, facts.attention, facts.waiting, facts.releases) == (0, [], [], [])
    assert (facts.heard.came, facts.escapes, facts.actions, facts.surprises) == (0, [], [], [])


def test_a_colour_is_news_until_it_was_told(house: House) -> None:
    wait(house, berlin(25, 11))
    answered(house, GOOD)
    wait(house, berlin(2, 11, month=12))
    answered(house, replace(SHAKY, ask="The churn number", ask_of=CHARLIE))
    wait(house, berlin(3, 16, 1, month=12))
    facts = collect(house)
    assert [(each.name, each.before, each.colour) for each in facts.moved] == [("Billing", GREEN, AMBER)]
    assert [each.path for each in facts.attention] == ["Cut the export, by Friday"]
    assert [each.name for each in facts.silent] == ["Search"]
    assert [(each.area, each.of) for each in facts.asks] == [("Billing", "Charlie")]
    wait(house, berlin(4, 10, month=12))
    facts = collect(house, days=0)
    assert facts.moved == [] and [each.name for each in facts.attention] == ["Billing"]


def test_decisions_that_wait_and_those_that_were_made(house: House) -> None:
    log.raised(house)
    log.recorded(house)
    facts = collect(house)
    assert [(each.ref, each.what, each.overdue) for each in facts.waiting] == [
        ("D-1", "Do we keep the free plan?", False)
    ]
    assert [(each.ref, each.what) for each in facts.decided] == [("D-2", "we will end the free plan in May")]
    wait(house, berlin(30, 12))
    assert collect(house).waiting[0].overdue
    assert collect(house, days=1).decided == []


def test_releases_with_their_advice_and_what_happened_to_them(house: House) -> None:
    release = registered(house)
    to = moving.Move("2026-12-10", "", "likely", "a bank is late")
    run(house, moving.move, ALICE, str(release.id), release.version, to)
    (atlas,) = collect(house).releases
    assert (atlas.name, atlas.advice, atlas.day, atlas.owner) == ("Atlas", "🔴 Hold", date(2026, 12, 10), "Alice")
    assert "Support has been briefed" in [gate.title for gate in atlas.gates]
    assert atlas.whom == [] and not atlas.has_bundle
    (happened,) = collect(house).happened
    assert (happened.kind, happened.because) == ("moved", "a bank is late")
    assert [release.name for release, _gate in collect(house).gates_of("support")] == ["Atlas"]
    wait(house, berlin(26, 12))
    assert collect(house, days=1).happened == []
    wait(house, berlin(11, 12, month=12))
    assert [each.name for each in collect(house, days=1).this_week] == ["Atlas"], "it should have gone out"


def test_the_roadmap_in_ranges_and_of_others_only_what_they_must_hear(house: House) -> None:
    run(house, roadmap.add, ALICE, replace(NEW, place="2027-01/2027-03", functions=("support",)), "a")
    run(house, roadmap.add, ALICE, replace(NEW, name="Quiet change", depends_on="search"), "b")
    facts = collect(house)
    assert {(each.name, each.after) for each in facts.moves} == {
        ("Split invoices", "Jan–Mar 2027"),
        ("Quiet change", "Next"),
    }
    assert [each.name for each in facts.told_moves] == ["Split invoices"]
    assert [each.depends_on for each in facts.dependencies] == ["Search"]


def test_what_came_and_went_in_between_is_no_news(house: House) -> None:
    change = run(house, roadmap.add, ALICE, NEW, "a")
    item = run(house, roadmap_model.of_ids, [change.item_id])[change.item_id]
    dropped = replace(NEW, kind="dropped")
    run(house, roadmap.change, ALICE, item.ref, item.version, dropped, "b")
    assert collect(house).moves == []


def test_surprises_escapes_and_actions(house: House) -> None:
    release = registered(house)
    run(house, surprises.report, CHARLIE, str(release.id), "A new field")
    with house.db.transaction() as session:
        session.add(
            Escape(
                workspace_id=house.workspace_id, release_id=release.id, what="Login fails", severity="high",
                reported_by=CHARLIE, reported_at=house.clock.now(),
            )
        )  # fmt: skip
    facts = collect(house)
    assert facts.surprises == ["Atlas"]
    assert [(each.what, each.release) for each in facts.escapes] == [("Login fails", "Atlas")]
    wait(house, berlin(27, 12))
    facts = collect(house, days=1)
    assert facts.surprises == [] and facts.escapes == []


def test_whoever_reads_that_there_are_more_reads_how_many(house: House) -> None:
    """A digest names a few of a list and counts the others, which must all be there."""
    release = registered(house)
    with house.db.transaction() as session:
        session.add_all(
            Escape(
                workspace_id=house.workspace_id, release_id=release.id, what=f"Login fails {n}", severity="high",
                reported_by=CHARLIE, reported_at=house.clock.now(),
            )
            for n in range(23)
        )  # fmt: skip
    for n in range(23):
        run(house, roadmap.add, ALICE, replace(NEW, name=f"Item {n}"), str(n))
    facts = collect(house)
    assert (len(facts.escapes), len(facts.moves)) == (23, 23)
    ritual = house.definitions.calendar.ritual("engineering")
    assert ritual is not None
    assert "And 18 more." in str(messages.worded(house, ritual, facts)["whole"])


def test_insights_and_what_became_of_them(house: House) -> None:
    decided(house, Disposition("accepted", link="https://example.com/PROJ-12"), key="a")
    decided(house, key="b", what="Search costs too much")
    heard = collect(house).heard
    assert (heard.came, heard.answers) == (2, [("accepted", 1), ("declined", 1)])
    assert {(each.ref, each.how) for each in heard.answered} == {("I-1", "accepted"), ("I-2", "declined")}


def test_nothing_that_is_restricted_is_in_it(house: House) -> None:
    for n in range(6):
        secret(house, CHARLIE, f"secret{n}")
    run(house, triage.sort, GRACE, "I-1", replace(TAGS, theme_id="trust"))
    run(house, answering.dispose, GRACE, "I-1", Disposition("declined", reason="No.", forward="No."))
    facts = collect(house)
    assert (facts.heard.came, facts.heard.answers, facts.heard.answered, facts.heard.spikes) == (0, [], [], [])


def test_another_workspace_has_none_of_it(house: House, db: Database, clock: StoppedClock) -> None:
    registered(house)
    run(house, roadmap.add, ALICE, NEW, "a")
    log.raised(house)
    decided(house, key="a")
    other = world.make(db, clock, workspace_id="T0OTHER")
    facts = collect(other)
    assert facts == replace(collect(world.make(db, clock, workspace_id="T0THIRD")))
    assert facts.releases == [] and facts.moves == [] and facts.waiting == [] and facts.heard.came == 0
