"""When much is said about one thing it goes on the agenda; what is critical goes to the incident process first."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot import app
from bot.db import Database
from bot.house import House
from bot.insights import capturing, merging, spikes, triage
from bot.insights.model import Insight, Spike
from tests.aloud import read_aloud
from tests.fakes import StoppedClock, promised
from tests.insights import world
from tests.insights.world import INCIDENTS, TAGS, day_messages, heard, now, routed, run, wait
from tests.people import ALICE, BOB
from tests.releases.launch import DANA, ERIN, FRANK, GRACE
from tests.updates.team import berlin

HIGH = replace(TAGS, severity="high")


def brought(house: House, key: str, tags: Any = TAGS, **changes: Any) -> Insight:
    return routed(house, key=key, what=f"Thing {key}", tags=tags, **changes)


def agenda(house: House) -> list[str]:
    return [line for line in run(house, spikes.on_agenda, "insights-review") if line.startswith("Spike")]


def alerts(house: House, person: str = ALICE) -> int:
    return sum(each.text.count("Spike: ") for each in day_messages(house, person) if each.method == "post")


@pytest.mark.parametrize(("accounts", "found"), [((4,), False), ((5,), True), ((2, 2), False), ((2, 3), True)])
def test_five_accounts_within_thirty_days_are_one(house: House, accounts: tuple[int, ...], found: bool) -> None:
    for number in accounts:
        brought(house, f"k{number}{len(agenda(house))}", accounts=number)
    assert bool(agenda(house)) is found


def test_it_comes_onto_a_packet_that_stands_already(house: House) -> None:
    wait(house, berlin(9, 11, month=12))
    (card,) = promised(house.db, "review.card")
    assert "Spike:" not in card.text
    brought(house, "a", accounts=5)
    wait(house, berlin(9, 11, 2, month=12))
    assert "Spike: Pricing and billing in Billing: 5 accounts" in promised(house.db, "review.card")[-1].text


def test_it_stands_on_the_card_of_the_review_with_its_evidence(house: House) -> None:
    brought(house, "a", accounts=2)
    brought(house, "b", accounts=3)
    wait(house, berlin(10, 10, 5, month=12))
    (card,) = promised(house.db, "review.card")
    assert (
        "Spike: Pricing and billing in Billing: 5 accounts, 0 high or critical within 30 days: I-1, I-2." in card.text
    )


def test_three_high_ones_are_one_of_which_the_owner_hears_at_once(house: House) -> None:
    for key in "ab":
        brought(house, key, HIGH)
    assert agenda(house) == []
    wait(house, berlin(25, 12))
    brought(house, "c", HIGH)
    assert "3 accounts, 3 high or critical" in agenda(house)[0]
    wait(house, berlin(25, 14))
    assert alerts(house) == 1
    brought(house, "d", HIGH)
    wait(house, berlin(2, 12, month=12))
    assert alerts(house) == 1
    assert "4 accounts, 4 high" in agenda(house)[0]


def test_of_many_accounts_the_owner_hears_only_on_the_agenda_until_three_are_high(house: House) -> None:
    brought(house, "a", accounts=9)
    wait(house, berlin(26, 12))
    assert alerts(house) == 0
    for key in "bcd":
        brought(house, key, HIGH)
    wait(house, berlin(27, 14))
    assert alerts(house) == 1


@pytest.mark.parametrize("other", [{"area_id": "search"}, {"theme_id": "reliability"}, {"area_id": ""}])
def test_each_theme_in_each_area_is_counted_by_itself(house: House, other: dict[str, Any]) -> None:
    brought(house, "a", accounts=3)
    brought(house, "b", replace(TAGS, **other), accounts=3)
    assert agenda(house) == []


def test_what_was_said_longer_ago_counts_no_more_but_an_old_one_that_is_said_again_does(house: House) -> None:
    brought(house, "a", accounts=4)
    wait(house, house.clock.now() + timedelta(days=31))
    brought(house, "b", accounts=1)
    assert agenda(house) == []
    run(house, capturing.also, DANA, "I-1", 4)
    assert "5 accounts" in agenda(house)[0]


def test_after_it_was_talked_about_the_same_may_be_another_one(house: House) -> None:
    brought(house, "a", accounts=5)
    wait(house, berlin(12, 12, month=12))
    assert agenda(house) == []
    brought(house, "b", accounts=1)
    (line,) = agenda(house)
    assert "6 accounts" in line
    with house.db.transaction() as session:
        assert session.query(Spike).count() == 2


def test_it_waits_for_a_review_that_is_moved(house: House) -> None:
    brought(house, "a", accounts=5)
    review = house.definitions.calendar.ritual("insights-review")
    assert review is not None
    run(house, app.RITUALS.move_next, review, BOB, date(2026, 12, 17))
    wait(house, berlin(16, 12, month=12))
    assert len(agenda(house)) == 1
    wait(house, berlin(18, 12, month=12))
    assert agenda(house) == []


def test_merging_and_undoing_it_change_the_numbers_and_alert_nobody_again(house: House) -> None:
    for key in "abc":
        brought(house, key, HIGH)
    brought(house, "d", replace(TAGS, theme_id="reliability"), accounts=7)
    run(house, merging.merge, BOB, "I-4", "I-1")
    assert "10 accounts, 4 high or critical within 30 days: I-1, I-2, I-3." in agenda(house)[0]
    run(house, merging.unmerge, BOB, "I-4")
    assert [line for line in agenda(house) if "3 accounts, 3 high" in line]
    run(house, merging.merge, BOB, "I-3", "I-2")
    assert [line for line in agenda(house) if "3 accounts, 3 high or critical within 30 days: I-1, I-2." in line]
    wait(house, berlin(26, 12))
    assert alerts(house) == 1


def test_what_falls_below_is_on_no_agenda_and_comes_back_without_an_alert(house: House) -> None:
    for key in "ab":
        brought(house, key, HIGH)
    brought(house, "c", replace(HIGH, theme_id="reliability"))
    run(house, merging.merge, BOB, "I-3", "I-1")
    assert len(agenda(house)) == 1
    run(house, merging.unmerge, BOB, "I-3")
    assert agenda(house) == []
    run(house, merging.merge, BOB, "I-3", "I-1")
    assert len(agenda(house)) == 1
    wait(house, berlin(26, 12))
    assert alerts(house) == 1


def test_restricted_and_out_of_scope_ones_never_count(house: House) -> None:
    brought(house, "a", accounts=4)
    heard(house, key="b", theme_id="trust", accounts=9)
    run(house, triage.sort, GRACE, "I-2", replace(TAGS, theme_id="trust"))
    heard(house, key="c", accounts=9)
    run(house, triage.sort, BOB, "I-3", replace(TAGS, restricted=True))
    heard(house, key="d", accounts=9, theme_id="pricing")
    run(house, triage.put_out_of_scope, BOB, "I-4", "No")
    assert agenda(house) == [] and run(house, spikes.look, "billing", "pricing") is None
    assert run(house, spikes.look, "billing", "trust") is None


# Critical.


def first(house: House, person: str) -> list[str]:
    return [
        each.text for each in day_messages(house, person) if "an incident first" in each.text and each.method == "post"
    ]


def test_a_critical_one_goes_to_all_who_handle_incidents_at_once_and_once(db: Database, clock: StoppedClock) -> None:
    incident = {"tell": ["engineering", "head_of_product"], "channel": INCIDENTS, "process": "Open an incident first."}
    house = world.make(db, clock, incident=incident)
    wait(house, berlin(25, 12))
    heard(house, severity="critical", proof="12 tickets")
    wait(house, berlin(25, 12, 5))
    for person in (ERIN, FRANK):
        (said,) = first(house, person)
        assert "Open an incident first." in said
    for severity in ("high", "critical"):
        run(house, triage.sort, BOB, "I-1", replace(TAGS, severity=severity))
    wait(house, berlin(26, 12))
    assert (len(first(house, ERIN)), len(first(house, FRANK))) == (1, 1)
    assert len(promised(house.db, "insights.incident")) == 1


def test_what_triage_finds_to_be_critical_goes_there_then(house: House) -> None:
    heard(house)
    wait(house, berlin(25, 12))
    assert first(house, ERIN) == []
    run(house, triage.sort, BOB, "I-1", replace(TAGS, severity="critical"))
    wait(house, berlin(25, 12, 5))
    assert len(first(house, ERIN)) == 1
    (posted,) = promised(house.db, "insights.incident", INCIDENTS)
    assert "an incident first" in posted.text
    read_aloud(posted)


def test_what_turns_out_to_be_restricted_is_taken_from_the_channel_for_incidents(house: House) -> None:
    heard(house, severity="critical", proof="12 tickets", what="Names leak")
    run(house, triage.sort, BOB, "I-1", replace(TAGS, theme_id="trust", severity="critical"))
    (posted,) = promised(house.db, "insights.incident", INCIDENTS)
    assert "Names leak" not in posted.text and "looked after by those who may read it" in posted.text


def test_of_a_restricted_critical_one_others_hear_only_that_it_is_there(house: House) -> None:
    heard(house, severity="critical", proof="12 tickets", what="Names leak", theme_id="trust")
    wait(house, berlin(25, 12))
    assert promised(house.db, "insights.incident") == []
    assert not any("Names leak" in each.text for each in promised(house.db, channel=ERIN))
    assert any("I-1" in each.text for each in promised(house.db, channel=ERIN))
    assert any("Names leak" in each.text for each in promised(house.db, channel=GRACE))


def test_what_is_not_critical_tells_nobody_of_an_incident(house: House) -> None:
    routed(house, tags=HIGH)
    wait(house, berlin(26, 12))
    assert first(house, ERIN) == []
    assert now(house, heard(house)).severity != "critical"
