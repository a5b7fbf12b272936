"""The digest of insights: what it says filled and empty, what never stands in it, and that it is posted once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import app
from bot.db import Database
from bot.definitions import Calendar
from bot.house import House
from bot.insights import answering, digest, digest_messages, merging, read_listeners, triage
from bot.insights.answering import Disposition
from bot.insights.digest import Change
from bot.insights.model import Submission, Told
from bot.rituals import model as occurrences
from tests.aloud import read_aloud
from tests.decisions.log import Desk
from tests.fakes import Promised, StoppedClock, promised
from tests.insights import world
from tests.insights.test_looking import secret, text
from tests.insights.world import NO, TAGS, decided, deliver, heard, routed, run, wait
from tests.people import BOB, CHARLIE
from tests.releases.launch import DANA, FRANK, GRACE
from tests.updates.team import berlin

FILLED = """\
Insights digest: Mon 23 Nov 2026 to Mon 30 Nov 2026
4 insights from 10 accounts, 1 not sorted yet. What was said most:
*1. Pricing and billing in Billing*
7 accounts, 1 insight, 0 the time before ▁▁▁▁▁█
I-1 · Alice · 1 open
*2. Reliability in Billing*
1 account, 1 insight, 0 the time before ▁▁▁▁▁█
I-3 · Alice · 1 declined
*3. Pricing and billing in Search*
1 account, 1 insight, 0 the time before ▁▁▁▁▁█
I-4 · Frank · 1 declined
*New spikes*
Spike: Pricing and billing in Billing: 7 accounts, 0 high or critical within 30 days: I-1. It is on the agenda of \
Insights review.
*You asked, we did*
Nothing that was asked for went live.
Answered: 2 declined. Whoever brought them was told why.
*Open the longest*
I-1 · Medium · Billing · Pricing and billing, since Wed 25 Nov 2026: Alice
I-5 · Low · Search, since Wed 25 Nov 2026: nobody yet
*How well this works (the last 30 days)*
Triage: half within a working hour of capture; in time: medium 4 of 4; waits the longest: I-5, since Wed 25 Nov 2026
Answers: half within 1 day of capture; nothing came 30 to 120 days ago
Told: 2 of 2 answers reached whoever brought it within 5 working days
Orphans, which nobody has: 0"""
EMPTY = """\
Insights digest: Mon 23 Nov 2026 to Mon 30 Nov 2026
Nobody told us anything in this time. /insight and a sentence logs what you saw or heard.
*New spikes*
No new spikes.
*You asked, we did*
Nothing that was asked for went live.
Nothing was answered.
*Open the longest*
Nothing is open.
*How well this works (the last 30 days)*
Triage: nothing was triaged
Answers: nothing was answered; nothing came 30 to 120 days ago
Told: nobody was to be told anything
Orphans, which nobody has: 0"""
DIGEST: dict[str, Any] = {
    "id": "insights-digest",
    "name": "Insights digest",
    "kind": "insights_digest",
    "purpose": "Everybody sees what customers told us.",
    "owner": BOB,
    "channel": world.INSIGHTS,
    "artifact": "The digest",
    "schedule": {
        "repeats": "every Monday",
        "zone": "workspace",
        "prompt": "09:00",
        "cutoff": "10:00",
        "publish": "10:00",
    },
}


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """A house with insights, and a digest of them on Mondays; it is Wednesday."""
    house = world.make(db, clock)
    definitions = house.definitions
    rituals = [each.model_dump(mode="json", exclude_unset=True) for each in definitions.calendar.rituals]
    calendar = Calendar.model_validate({"rituals": [*rituals, DIGEST]})
    house = replace(house, definitions=replace(definitions, calendar=calendar))
    run(house, app.RITUALS.plan_all)
    return house


def digests(house: House) -> list[Promised]:
    return promised(house.db, "insights.digest")


@pytest.mark.proves("R32", "R63", "A5")
def test_on_its_day_it_says_what_was_told_what_came_of_it_and_what_is_open(house: House) -> None:
    routed(house, key="a", accounts=3)
    other = heard(house, DANA, "b", what="Two payers need two invoices", accounts=4)
    run(house, merging.merge, BOB, other.ref, "I-1")
    decided(house, key="c", tags=replace(TAGS, theme_id="reliability"), what="The export fails at night")
    decided(house, NO, FRANK, key="d", tags=replace(TAGS, area_id="search"), what="Search costs too much")
    heard(house, key="e", area_id="search", what="Search is odd", severity="low")
    deliver(house)
    wait(house, berlin(30, 10, 1))
    (said,) = digests(house)
    read_aloud(said)
    assert said.channel == world.INSIGHTS
    assert said.text == FILLED


def test_it_names_what_was_asked_for_and_is_live_now(house: House) -> None:
    insight = decided(house, Disposition("accepted", link="https://example.com/PROJ-12"))
    with house.db.transaction() as session:
        submission = session.scalars(select(Submission)).one()
        session.add(
            Told(
                workspace_id=house.workspace_id, insight_id=insight.id, what="live:7", submitter=CHARLIE,
                submission_id=submission.id, at=house.clock.now(),
            )
        )  # fmt: skip
    wait(house, berlin(30, 10, 1))
    said = digests(house)[-1].text
    assert "*You asked, we did*\nI-1 came: Invoices cannot be split" in said


def test_where_nothing_was_told_it_says_so(house: House) -> None:
    wait(house, berlin(30, 10, 1))
    (said,) = digests(house)
    assert said.text == EMPTY


def test_it_closes_its_occurrence_and_asks_nobody(house: House) -> None:
    wait(house, berlin(30, 10, 1))
    found = run(house, occurrences.latest_published, "insights-digest")
    assert found is not None and found.artifact == "The digest"
    assert {each.channel for each in promised(house.db) if "Insights digest" in each.text} == {world.INSIGHTS}


def test_it_looks_back_to_its_own_last_time(house: House) -> None:
    heard(house, key="first", theme_id="pricing")
    wait(house, berlin(30, 10, 1))
    heard(house, key="second", theme_id="reliability", what="It crashes")
    wait(house, berlin(7, 10, 1, month=12))
    first, second = digests(house)
    assert "Pricing and billing in Billing" in first.text
    assert "Reliability in Billing" in second.text and "Pricing and billing in Billing" not in second.text


def test_one_that_was_skipped_is_made_up_for_by_the_next(house: House) -> None:
    heard(house, key="first", theme_id="pricing")
    wait(house, berlin(30, 10, 1))
    heard(house, key="second", theme_id="reliability")
    ritual = house.definitions.calendar.ritual("insights-digest")
    assert ritual is not None
    run(house, app.RITUALS.skip, ritual, BOB, "retreat")
    wait(house, berlin(14, 10, 1, month=12))
    assert "Reliability in Billing" in digests(house)[-1].text


def test_nothing_that_is_restricted_stands_in_it(house: House) -> None:
    for n in range(6):
        secret(house, CHARLIE, f"secret{n}")
    run(house, triage.sort, GRACE, "I-1", replace(TAGS, theme_id="trust"))
    run(house, answering.dispose, GRACE, "I-1", NO)
    wait(house, berlin(30, 10, 1))
    said = digests(house)[-1].text
    for word in ("names of other customers", "Trust", "I-1", "I-2", "6 insights", "1 declined"):
        assert word not in said, word
    assert "Nobody told us anything" in said


def test_whoever_asks_sees_it_as_it_stands_now(house: House) -> None:
    heard(house, theme_id="pricing")
    desk = Desk(house, DANA)
    desk.does(read_listeners.digested)
    assert "Pricing and billing in Billing" in str(desk.said[-1])
    desk.does(read_listeners.digested, "30 days")
    assert "Pricing and billing in Billing" in str(desk.said[-1])
    assert "data_visualization" not in str(desk.said)


def test_where_slack_takes_pictures_it_has_one_with_words_beside_it(house: House) -> None:
    heard(house, theme_id="pricing")
    desk = Desk(replace(house, charts=True), DANA)
    desk.does(read_listeners.digested)
    assert "data_visualization" in str(desk.said[-1]) and "1 insight, 0 the time before" in str(desk.said[-1])
    assert "▁" not in str(desk.said[-1])


def test_the_trend_is_drawn_beside_its_words() -> None:
    assert digest_messages.spark([0, 0, 2, 4, 0, 8]) == "▁▁▂▄▁█"
    assert digest_messages.spark([0, 0]) == ""


def test_it_says_what_insights_are_sorted_by_since_the_last_one(house: House) -> None:
    found = run(house, digest.compile, house.clock.now() - timedelta(days=7), house.clock.now())
    changes = [
        Change("theme", "added", "Docs"),
        Change("area", "gone", "Search"),
        Change("segment", "renamed", "New", "Old"),
    ]
    said = text(digest_messages.digest(house, "Insights digest", replace(found, changes=changes)))
    for words in ("New theme: Docs", "The area Search is gone", "The segment Old is called New now"):
        assert words in said
    assert "has changed" not in text(digest_messages.digest(house, "Insights digest", found))
