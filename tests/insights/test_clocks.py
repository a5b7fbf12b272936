"""By when something is to be done with an insight, in working hours, and who hears that it was not."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot import app
from bot.definitions import Organisation
from bot.house import House
from bot.insights import answering, breaches, clocks, merging, questions, spikes, triage
from bot.insights.model import Asked, Insight
from tests.fakes import promised
from tests.insights.world import NO, TAGS, day_messages, decided, deliver, heard, now, routed, run, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import ERIN, FRANK, GRACE
from tests.updates.team import berlin

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def organised(house: House, **changes: Any) -> House:
    stated = house.definitions.organisation.model_dump(mode="python", exclude_unset=True) | changes
    changed = replace(house.definitions, organisation=Organisation.model_validate(stated))
    return replace(house, definitions=changed, version=house.version + 1)


def due(house: House, severity: str, state: str, begun: str) -> str:
    with house.db.transaction() as session:
        found = clocks.due_of(session, house, Insight(severity=severity, state=state), at(begun))
    return f"{found.astimezone(BERLIN):%Y-%m-%d %H:%M}" if found else ""


@pytest.mark.proves("R46")
@pytest.mark.parametrize(
    ("severity", "state", "begun", "ends"),
    [
        # In working hours, on to the next morning, over a weekend, before a holiday.
        ("critical", "new", "2026-11-25 09:00", "2026-11-25 13:00"),
        ("critical", "new", "2026-11-25 16:30", "2026-11-26 12:00"),
        ("critical", "new", "2026-11-27 16:30", "2026-11-30 12:00"),
        ("critical", "new", "2026-11-27 20:00", "2026-11-30 13:00"),
        ("critical", "new", "2026-11-28 12:00", "2026-11-30 13:00"),
        ("critical", "new", "2026-12-24 16:30", "2026-12-28 12:00"),
        ("critical", "triaged", "2026-11-25 06:00", "2026-11-25 13:00"),
        # Working days: the same time of the day.
        ("high", "new", "2026-11-26 10:00", "2026-11-27 10:00"),
        ("high", "new", "2026-11-27 10:00", "2026-11-30 10:00"),
        ("high", "routed", "2026-11-26 10:00", "2026-11-30 10:00"),
        ("high", "acknowledged", "2026-12-21 10:00", "2027-01-06 10:00"),
        ("medium", "new", "2026-12-23 10:00", "2026-12-29 10:00"),
        ("low", "new", "2026-11-25 10:00", "2026-12-02 10:00"),
        # While clocks are turned forward or back, the time of day stays.
        ("high", "new", "2026-10-23 10:00", "2026-10-26 10:00"),
        ("high", "new", "2027-03-25 10:00", "2027-03-30 10:00"),
        ("critical", "new", "2026-10-23 16:30", "2026-10-26 12:00"),
        # The next review: before it, after it.
        ("medium", "acknowledged", "2026-11-25 10:00", "2026-12-10 10:00"),
        # The end of a quarter, unless that is too soon.
        ("low", "acknowledged", "2026-11-25 10:00", "2026-12-31 17:30"),
        ("low", "acknowledged", "2026-12-05 10:00", "2027-03-31 17:30"),
        ("low", "acknowledged", "2027-01-02 10:00", "2027-03-31 17:30"),
        ("low", "acknowledged", "2027-08-01 10:00", "2027-09-30 17:30"),
        # Nothing is to be done.
        *(("high", state, "2026-11-25 10:00", "") for state in ("needs_info", "decided", "closed", "merged")),
        ("high", "out_of_scope", "2026-11-25 10:00", ""),
    ],
)
def test_each_clock_ends_in_working_time(house: House, severity: str, state: str, begun: str, ends: str) -> None:
    assert due(house, severity, state, begun) == ends


def test_company_days_are_no_working_time_and_a_freeze_is(house: House) -> None:
    company_days = ({"date": date(2026, 11, 26), "name": "Our day"},)
    freezes = ({"name": "Freeze", "from": date(2026, 11, 25), "until": date(2026, 12, 24)},)
    assert due(organised(house, company_days=company_days), "high", "new", "2026-11-25 10:00") == "2026-11-27 10:00"
    assert due(organised(house, freezes=freezes), "high", "new", "2026-11-25 10:00") == "2026-11-26 10:00"


def test_a_quarter_follows_the_fiscal_year_and_ends_on_its_last_working_day(house: House) -> None:
    fiscal = organised(house, fiscal_year_starts="february")
    # The 31st is a Sunday.
    assert due(fiscal, "low", "acknowledged", "2026-11-25 10:00") == "2027-01-29 17:30"


# The next review.


def review(house: House) -> Any:
    return house.definitions.calendar.ritual("insights-review")


def acknowledged(house: House, **changes: Any) -> Insight:
    insight = routed(house, **changes)
    return run(house, answering.acknowledge, ALICE, insight.ref)


def local(moment: datetime | None) -> str:
    return f"{moment.astimezone(BERLIN):%d.%m. %H:%M}" if moment else ""


def test_on_the_day_after_the_review_the_next_one_counts(house: House) -> None:
    wait(house, berlin(10, 11, month=12))
    assert local(acknowledged(house).due_at) == "14.01. 10:00"


def test_a_review_that_is_moved_or_skipped_takes_what_is_due_there_along(house: House) -> None:
    insight = acknowledged(house)
    assert local(insight.due_at) == "10.12. 10:00"
    run(house, app.RITUALS.move_next, review(house), BOB, date(2026, 12, 17))
    wait(house, berlin(11, 12, month=12))
    assert (local(now(house, insight).due_at), now(house, insight).breached_at) == ("17.12. 10:00", None)
    run(house, app.RITUALS.skip, review(house), BOB, "Nobody is there")
    wait(house, berlin(18, 12, month=12))
    assert (local(now(house, insight).due_at), now(house, insight).breached_at) == ("14.01. 10:00", None)
    wait(house, datetime(2027, 1, 14, 12, tzinfo=UTC))
    assert now(house, insight).breached_at is not None


def test_without_a_review_it_does_not_wait_for_ever(house: House) -> None:
    run(house, app.RITUALS.pause, review(house), BOB, None, "Nobody is there")
    insight = acknowledged(house)
    assert local(insight.due_at) == "23.12. 10:00"
    wait(house, berlin(23, 12, month=12))
    assert now(house, insight).breached_at is not None


# Its clock stands while its submitter is asked.


def question(house: House) -> str:
    """The id of the one that was asked."""
    with house.db.transaction() as session:
        return str(session.scalars(select(Asked.id)).one())


def test_the_time_that_was_left_runs_on_after_a_question(house: House) -> None:
    heard(house, severity="high", proof="12 tickets")
    wait(house, berlin(25, 16))
    run(house, questions.ask, BOB, "I-1", "Which plan are they on?")
    assert now(house, heard(house, severity="high", proof="12 tickets")).due_at is None
    wait(house, berlin(27, 9))
    insight = run(house, questions.answer, CHARLIE, question(house), "The largest")
    # Of 8.5 hours 2.5 were left.
    assert local(insight.due_at) == "27.11. 11:30"


# Who hears that it is late.


def late(house: House, person: str) -> list[str]:
    """Each time that somebody reads that something is late: the message that says so."""
    posts = [each.text for each in day_messages(house, person) if each.method == "post"]
    return [text for text in posts for _ in range(text.count(" is late*"))]


def test_a_high_one_is_told_to_its_owner_and_five_working_days_later_to_the_head_of_product_once_each(
    house: House,
) -> None:
    routed(house, tags=replace(TAGS, severity="high"))
    wait(house, berlin(20, 12, month=12))
    assert len(late(house, ALICE)) == 1
    (said,) = late(house, FRANK)
    assert "It was due on Fri 27 Nov, and is still open 5 working days later. It is with Alice." in said
    assert late(house, BOB) == []


def test_a_critical_one_is_told_to_all_at_once(house: House) -> None:
    routed(house, tags=replace(TAGS, severity="critical"))
    wait(house, berlin(26, 12))
    for person in (ALICE, ERIN, FRANK):
        assert len(late(house, person)) == 1, person


def test_a_timer_that_fires_twice_tells_it_once_and_the_next_not_early(house: House) -> None:
    insight = routed(house, tags=replace(TAGS, severity="high"))
    wait(house, berlin(27, 12))
    for _ in range(3):
        run(house, breaches.on_due, f"insight:{insight.id}")
    wait(house, berlin(30, 12))
    assert (len(late(house, ALICE)), late(house, FRANK)) == (1, [])


def test_a_clock_that_stood_after_it_was_late_is_not_told_again(house: House) -> None:
    heard(house, severity="high", proof="12 tickets")
    wait(house, berlin(26, 12))
    assert len(late(house, ALICE)) == 1
    deliver(house)
    run(house, questions.ask, BOB, "I-1", "Which plan are they on?")
    wait(house, berlin(27, 9))
    run(house, questions.answer, CHARLIE, question(house), "The largest")
    wait(house, berlin(27, 12))
    assert len(late(house, ALICE)) == 1 and late(house, FRANK) == []
    wait(house, berlin(7, 12, month=12))
    assert len(late(house, FRANK)) == 1


def test_what_is_late_and_nobodys_is_told_to_product_ops(house: House) -> None:
    heard(house, area_id="", severity="high", proof="12 tickets")
    wait(house, berlin(26, 12))
    assert len(late(house, BOB)) == 1


def test_of_a_restricted_one_only_its_readers_hear_that_it_is_late(house: House) -> None:
    heard(house, theme_id="trust", severity="critical", proof="12 tickets")
    wait(house, berlin(26, 12))
    for person in (ALICE, BOB, ERIN, FRANK):
        assert late(house, person) == []
    assert len(late(house, GRACE)) == 1


def test_what_is_merged_answered_or_out_of_scope_is_never_late(house: House) -> None:
    for key in ("a", "b", "c"):
        heard(house, key=key, what=f"Thing {key}", severity="high", proof="12 tickets")
    run(house, merging.merge, BOB, "I-2", "I-1")
    run(house, triage.put_out_of_scope, BOB, "I-3", "No")
    run(house, triage.sort, BOB, "I-1", replace(TAGS, severity="high"))
    run(house, answering.dispose, ALICE, "I-1", NO)
    wait(house, berlin(15, 12, month=12))
    assert all(late(house, person) == [] for person in (ALICE, BOB, FRANK))


def test_another_severity_begins_another_clock(house: House) -> None:
    insight = heard(house, severity="low")
    assert local(insight.due_at) == "02.12. 10:00"
    insight = run(house, triage.sort, BOB, "I-1", replace(TAGS, severity="high"))
    assert local(insight.due_at) == "27.11. 10:00"
    insight = run(house, triage.sort, BOB, "I-1", replace(TAGS, severity="low"))
    assert local(insight.due_at) == "09.12. 10:00"


def test_other_definitions_hold_from_the_next_clock_on(house: House) -> None:
    insight = routed(house)
    rules = house.definitions.insights
    assert rules is not None
    stated = rules.model_dump(mode="python", by_alias=True)
    stated["severities"]["medium"] |= {"acknowledge": "1 working day", "decide": "2 working days"}
    changed = replace(house, definitions=replace(house.definitions, insights=type(rules).model_validate(stated)))
    run(changed, answering.keep_in_step)
    assert now(house, insight).due_at == insight.due_at
    assert local(run(changed, answering.acknowledge, ALICE, "I-1").due_at) == "27.11. 10:00"


# On the agenda.


def test_a_medium_one_that_is_due_stands_on_the_card_of_its_review_and_a_restricted_or_low_one_does_not(
    house: House,
) -> None:
    acknowledged(house)
    routed(house, key="low", what="A low one", tags=replace(TAGS, severity="low"))
    decided(house, key="done", what="An answered one")
    wait(house, berlin(10, 10, 5, month=12))
    (card,) = promised(house.db, "review.card")
    assert "To be decided here" in card.text
    assert "I-1 · Medium · Billing · Pricing and billing: late with Alice · Invoices cannot be split" in card.text
    assert "I-2" not in card.text and "I-3" not in card.text


def test_of_many_that_are_late_ten_stand_there_and_how_many_more_there_are(house: House) -> None:
    for n in range(12):
        routed(house, key=f"m{n}", what=f"Thing {n}")
        routed(house, key=f"l{n}", what=f"Low thing {n}", tags=replace(TAGS, severity="low"))
    wait(house, berlin(20, 12, month=12))
    lines = run(house, spikes.on_agenda, "insights-review")
    assert len(lines) == 11 and lines[-1] == "2 more are late here."
    assert all("Medium" in line for line in lines[:10])


def test_a_card_says_that_somebody_was_to_look_at_it_once_that_is_over(house: House) -> None:
    insight = heard(house, severity="high", proof="7 tickets")
    assert "somebody looks at it by Thu 26 Nov" in promised(house.db, channel=CHARLIE)[0].text
    assert insight.due_at is not None
    wait(house, insight.due_at)
    assert "somebody was to look at it by Thu 26 Nov" in promised(house.db, channel=CHARLIE)[-1].text
