"""Each measure against a small table computed by hand: what counts, what does not, and what is not shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.actions.model import DONE, DROPPED, OPEN, Action
from bot.asked import StatusAsk
from bot.audit import record
from bot.decisions.model import DECIDED, PROPOSED, REVERSED, SUPERSEDED, Decision
from bot.fills import FormFill
from bot.house import House, Links, PulseAnswers
from bot.insights.model import NEW, ROUTED, Insight, Submission, Told
from bot.lookback.model import CONFIRMED, EXPLAINED, Awareness, Captured, Escape, LookBack, Surprise
from bot.measures import deciding, effort, launches, listening, rhythm
from bot.measures.figure import Figure, Period
from bot.people.directory import Directory, keep
from bot.prompts.model import NONE, DayMessage, Prompt, Reminding
from bot.quarter.model import PlanVersion
from bot.releases.model import LIVE, Release
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED, Occurrence
from bot.updates.model import ANSWERED, AWAY, LET_OFF, NOT_MINE, WAITING, Ask, Update
from tests.fakes import StoppedClock, make_house
from tests.measures.world import LAST_WEEK, NOVEMBER, definitions
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import berlin

NOWHERE = Period(date(2025, 1, 6), date(2025, 2, 2))
Compute = Callable[[Session, House, Period], Figure]


def put(house: House, *rows: Any) -> None:
    with house.db.transaction() as session:
        for row in rows:
            row.workspace_id = house.workspace_id
            session.add(row)
            session.flush()


def found(house: House, compute: Compute, period: Period = NOVEMBER) -> Figure:
    """What it comes to; from another workspace there is nothing of it to be seen."""
    elsewhere = replace(house, workspace_id="T0OTHER", links=Links())
    with house.db.transaction() as session:
        if compute is not listening.nobodys:
            assert compute(session, elsewhere, period).n == 0
        return compute(session, house, period)


def nov(day: int, hour: int = 12) -> datetime:
    return berlin(day, hour)


@pytest.mark.parametrize(
    "compute",
    [
        rhythm.on_time, rhythm.artifact_yield, rhythm.actions_done, deciding.latency, deciding.reopened,
        launches.surprises, launches.unregistered, launches.coverage, launches.outcomes, launches.cycle_time,
        listening.triage, listening.loop, listening.nobodys, effort.overhead, effort.asks_saved, effort.favourable,
        effort.bot_load,
    ],
)  # fmt: skip
def test_without_records_no_measure_has_a_number(house: House, compute: Compute) -> None:
    figure = found(house, compute, NOWHERE)
    assert (figure.value, figure.n, figure.few) == (None, 0, False)


# Rhythm.


def occurrence(day: date, state: str = CLOSED, ritual: str = "weekly-update") -> Occurrence:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=nov(1).tzinfo)
    return Occurrence(
        ritual_id=ritual, slot=f"{day}T10:00", day=day, opens_at=at, cutoff_at=at, publish_at=at, state=state,
        opened_at=at, ended_at=at,
    )  # fmt: skip


UPDATES_TABLE = [
    # The state of the request; submitted, late, no change. By hand: 2 of 5 in time, of which 1 said no change.
    (ANSWERED, (True, False, False)),
    (ANSWERED, (True, False, True)),
    (ANSWERED, (True, True, False)),
    (WAITING, None),
    (NOT_MINE, (False, False, False)),
    (AWAY, None),
    (LET_OFF, (True, False, False)),
]


@pytest.mark.proves("M1")
def test_m1_updates_in_time_of_those_expected_without_who_was_away(house: House) -> None:
    held = occurrence(date(2026, 11, 18))
    put(house, held)
    for n, (state, answer) in enumerate(UPDATES_TABLE):
        put(house, Ask(occurrence_id=held.id, area_id=f"area{n}", asked=ALICE, state=state))
        if answer is not None:
            submitted, late, no_change = answer
            put(
                house,
                Update(
                    occurrence_id=held.id, area_id=f"area{n}", author=ALICE, content={}, draft=not submitted,
                    no_change=no_change, late=late, submitted_at=nov(18) if submitted else None,
                ),
            )  # fmt: skip
    figure = found(house, rhythm.on_time)
    assert (figure.value, figure.n) == (2 / 5, 5)
    assert (figure.beside["no_change"].value, figure.beside["no_change"].n) == (1 / 2, 2)
    assert found(house, rhythm.on_time, Period(date(2026, 11, 19), date(2026, 11, 22))).n == 0


def test_m1_does_not_count_another_workspace(house: House, clock: StoppedClock) -> None:
    held = occurrence(date(2026, 11, 18))
    put(house, held, Ask(occurrence_id=held.id or 1, area_id="billing", asked=ALICE, state=WAITING))
    other = make_house(house.db, definitions(), clock=clock, workspace_id="T0OTHER")
    assert found(house, rhythm.on_time).n == 1
    assert found(other, rhythm.on_time).n == 0


@pytest.mark.proves("M2")
def test_m2_what_left_something_of_what_was_held(house: House) -> None:
    for day, state in ((1, CLOSED), (2, CLOSED_WITHOUT_OUTPUT), (3, SKIPPED), (4, CLOSED), (5, "prompted")):
        put(house, occurrence(date(2026, 11, day), state))
    put(house, occurrence(date(2026, 10, 25), CLOSED_WITHOUT_OUTPUT), occurrence(date(2026, 11, 23)))
    figure = found(house, rhythm.artifact_yield)
    assert (figure.value, figure.n) == (2 / 3, 3)


@pytest.mark.proves("M16")
def test_m16_actions_done_by_their_day_of_those_due(house: House) -> None:
    def action(state: str, ended: datetime | None, due: date = date(2026, 11, 10), source: str = "release:1") -> Action:
        return Action(
            source=source, what="Write it down", owner=ALICE, due_on=due, state=state, agreed_by=BOB,
            agreed_at=nov(2), ended_at=ended,
        )  # fmt: skip

    put(
        house,
        action(DONE, nov(10, 23)),
        action(DONE, nov(9), source="ritual:roadmap-review"),
        action(DONE, nov(11, 1)),
        action(OPEN, None),
        action(DROPPED, nov(9)),
        action(DONE, nov(9), due=date(2026, 11, 23)),
        action(DONE, nov(9), source="other:1"),
    )
    figure = found(house, rhythm.actions_done)
    assert (figure.value, figure.n) == (2 / 4, 4)


# Deciding.


def decision(number: int, state: str, raised: datetime, decided: datetime | None, **more: Any) -> Decision:
    return Decision(
        number=number, state=state, raised_by=ALICE, raised_at=raised, decider=BOB, decided_at=decided,
        question="Do we?", **more,
    )  # fmt: skip


@pytest.mark.proves("M3")
def test_m3_days_from_raising_to_deciding_median_and_what_85_of_100_do_not_exceed(house: House) -> None:
    for number, days in enumerate((1, 2, 4, 10), 1):
        put(house, decision(number, DECIDED, nov(20) - timedelta(days=days), nov(20)))
    put(house, decision(5, DECIDED, nov(20), nov(20)), decision(6, PROPOSED, nov(1), None))
    put(house, decision(7, DECIDED, nov(1) - timedelta(days=90), nov(1) - timedelta(days=30)))
    figure = found(house, deciding.latency)
    assert (figure.value, figure.most, figure.n) == (3.0, 10.0, 4)


@pytest.mark.proves("M4")
def test_m4_what_was_taken_back_of_what_was_decided_and_reviews_of_those_due(house: House) -> None:
    put(
        house,
        decision(1, DECIDED, nov(2), nov(3)),
        decision(2, REVERSED, nov(2), nov(3), ended_at=nov(20)),
        decision(3, SUPERSEDED, nov(2), nov(3), ended_at=nov(21)),
        decision(4, REVERSED, nov(2), nov(3), ended_at=nov(24)),
        decision(5, REVERSED, nov(2), nov(3) - timedelta(days=120), ended_at=nov(3)),
    )
    for ref, person, days in (("D-1:2026-11-10", ALICE, 6), ("D-1:2026-11-10", BOB, 9), ("D-2:2026-11-11", BOB, None)):
        ended = nov(10) + timedelta(days=days) if days else None
        put(
            house,
            Prompt(person=person, key=f"{ref}:{person}", kind="decision-review", ref=ref, at=nov(10), ended_at=ended),
        )
    figure = found(house, deciding.reopened)
    assert (figure.value, figure.n) == (2 / 4, 4)
    assert (figure.beside["reviewed"].value, figure.beside["reviewed"].n) == (1 / 2, 2)


# Launches.


def launch(house: House, name: str, tier: str, day: date = date(2026, 11, 10), registered: int = 4) -> int:
    release = Release(
        name=name, slug=name, owner=ALICE, target=day, confidence="firm", summary="", facts=[], state=LIVE,
        registered_at=nov(registered),
    )  # fmt: skip
    put(house, release)
    put(house, LookBack(release_id=release.id, live_on=day, tier=tier, functions=[], items={}))
    return release.id


def poll(house: House, release_id: int, *answers: str) -> None:
    for n, answer in enumerate(answers):
        put(house, Awareness(release_id=release_id, person=f"U{n}", function="support", answer=answer))


@pytest.mark.proves("R55", "M5")
def test_m5_launches_that_surprised_somebody_of_those_polled(house: House) -> None:
    poll(house, launch(house, "atlas", "high"), "in_time", "in_time", "unaware")
    poll(house, launch(house, "borealis", "medium"), "in_time", "in_time", "")
    poll(house, launch(house, "cirrus", "medium"), "", "")
    poll(house, launch(house, "dew", "low"), "unaware")
    poll(house, launch(house, "east", "high", date(2026, 11, 23)), "too_late")
    figure = found(house, launches.surprises)
    assert (figure.value, figure.n) == (1 / 2, 2)
    assert (figure.beside["replied"].value, figure.beside["replied"].n) == (5 / 8, 8)


def test_m5_counts_a_launch_once_somebody_of_each_function_has_answered(house: House) -> None:
    poll(house, launch(house, "atlas", "high"), "in_time", "in_time", "in_time", "in_time", "in_time")
    half = launch(house, "borealis", "high")
    poll(house, half, "unaware", "in_time", "in_time", "in_time", "in_time")
    put(house, Awareness(release_id=half, person="U9", function="sales", answer=""))
    assert (found(house, launches.surprises).value, found(house, launches.surprises).n) == (0.0, 1)
    with house.db.transaction() as session:
        assert launches.surprising(session, house, NOVEMBER).lines == []
        sales = session.query(Awareness).filter(Awareness.person == "U9").one()
        sales.answer = "in_time"
        session.flush()
        assert launches.surprising(session, house, NOVEMBER).lines == ["borealis"]
    assert (found(house, launches.surprises).value, found(house, launches.surprises).n) == (1 / 2, 2)


@pytest.mark.proves("M5")
def test_m5_of_fewer_than_five_answers_nothing_is_shown(house: House) -> None:
    poll(house, launch(house, "atlas", "high"), "unaware", "in_time", "in_time", "in_time", "")
    figure = found(house, launches.surprises)
    assert (figure.value, figure.n, figure.few) == (None, 4, True)
    with house.db.transaction() as session:
        assert launches.surprising(session, house, NOVEMBER).lines == []


@pytest.mark.proves("M6")
def test_m6_counts_what_nobody_had_registered_and_says_nothing_where_nothing_went_live(house: House) -> None:
    launch(house, "atlas", "low")
    assert (found(house, launches.unregistered).value, found(house, launches.unregistered).n) == (0.0, 1)
    for state, day in ((CONFIRMED, 2), (EXPLAINED, 3), (CONFIRMED, 23)):
        put(house, Surprise(state=state, reported_by=CHARLIE, reported_at=nov(day)))
    figure = found(house, launches.unregistered)
    assert (figure.value, figure.n) == (1.0, 3)


@pytest.mark.proves("M7")
def test_m7_launches_of_which_every_function_had_confirmed_and_the_days_before(house: House) -> None:
    kept = {
        "atlas": {"support": {"enough": True, "lead": 4}, "sales": {"enough": True, "lead": 2}},
        "borealis": {"support": {"enough": True, "lead": 5}, "sales": {"enough": False, "lead": None}},
        "cirrus": {},
    }
    for name, functions in kept.items():
        release_id = launch(house, name, "medium")
        with house.db.transaction() as session:
            record(session, house, "bundle.coverage", f"release:{release_id}", functions=functions)
    launch(house, "dew", "high")
    launch(house, "east", "low")
    figure = found(house, launches.coverage)
    assert (figure.value, figure.n) == (1 / 4, 4)
    assert (figure.beside["lead"].value, figure.beside["lead"].n) == (2.0, 1)


@pytest.mark.proves("M11")
def test_m11_days_from_insight_to_answer_from_brief_to_launch_and_from_quarter_to_plan(house: House) -> None:
    for number, days in enumerate((2, 3, 9), 1):
        put(house, insight(number, "closed", nov(20) - timedelta(days=days), decided_at=nov(20)))
    launch(house, "atlas", "high")
    launch(house, "borealis", "low", registered=8)
    planning = occurrence(date(2026, 11, 2))
    put(house, planning)
    plan = {"occurrence_id": planning.id, "by": BOB, "markdown": ""}
    opened = planning.opened_at
    assert opened is not None
    put(house, PlanVersion(number=1, at=opened + timedelta(days=12), **plan))
    put(house, PlanVersion(number=2, at=opened + timedelta(days=14), **plan))
    figure = found(house, launches.cycle_time)
    assert (figure.value, figure.most, figure.n) == (3.0, 9.0, 3)
    assert (figure.beside["to_live"].value, figure.beside["to_live"].n) == (4.0, 2)
    assert (figure.beside["to_plan"].value, figure.beside["to_plan"].n) == (12.0, 1)


@pytest.mark.proves("M15")
def test_m15_targets_met_of_those_known_and_what_escaped(house: House) -> None:
    for name, said in (("atlas", "met"), ("borealis", "not met"), ("cirrus", "not known yet"), ("dew", "")):
        release_id = launch(house, name, "medium")
        put(
            house,
            Captured(
                release_id=release_id, capture_id="month", day=30, function="release-owner", due_on=date(2026, 12, 10),
                asked=[], answers={"met": {"label": "Met?", "answer": said, "means": "outcome"}},
            ),
        )  # fmt: skip
    for severity in ("low", "critical"):
        put(house, Escape(release_id=1, what="Rounding", severity=severity, reported_by=BOB, reported_at=nov(12)))
    figure = found(house, launches.outcomes)
    assert (figure.value, figure.n) == (1 / 2, 2)
    assert (figure.beside["escapes"].value, figure.beside["bad_escapes"].value) == (2.0, 1.0)


# Listening.


def insight(number: int, state: str, captured: datetime, **more: Any) -> Insight:
    return Insight(number=number, state=state, captured_at=captured, what="Slow", severity="high", **more)


@pytest.mark.proves("M8")
def test_m8_triaged_in_time_and_the_working_hours_it_took(house: House) -> None:
    for number, (hours, late) in enumerate(((1, False), (2, False), (30, True)), 1):
        put(house, insight(number, "closed", nov(5), triage_took=hours * 3600, triage_late=late))
    put(house, insight(4, NEW, nov(5)))
    put(house, insight(5, "closed", nov(5), triage_took=60, triage_late=True, restricted=True))
    put(house, insight(6, "closed", nov(23), triage_took=60, triage_late=True))
    figure = found(house, listening.triage)
    assert (figure.value, figure.n) == (2 / 3, 3)
    assert (figure.beside["hours"].value, figure.beside["hours"].most) == (2.0, 30.0)


def test_m8_falls_with_what_nobody_triages(house: House) -> None:
    put(house, insight(1, "closed", nov(5), triage_took=3600, triage_late=False))
    put(house, insight(2, NEW, nov(5), due_at=nov(6)), insight(3, NEW, nov(22), due_at=nov(30)))
    figure = found(house, listening.triage)
    assert (figure.value, figure.n) == (1 / 2, 2)


@pytest.mark.proves("R63", "M9")
def test_m9_who_was_told_in_time_and_what_of_the_old_ones_has_an_answer(house: House) -> None:
    for number, days in ((1, 31), (2, 60), (3, 29), (4, 121)):
        decided = nov(15) if number == 1 else None
        put(house, insight(number, ROUTED, NOVEMBER.end(house) - timedelta(days=days), decided_at=decided))
    for n, (what, day, in_time) in enumerate(
        (
            ("answer:1", 3, True),
            ("answer:1", 4, False),
            ("answer:2", 5, None),
            ("answer:1", 20, None),
            ("live:1", 4, True),
        )
    ):
        brought = Submission(insight_id=1, captured_as=1, submitter=f"U{n}", how="api", at=nov(1), what="Slow")
        put(house, brought)
        put(
            house,
            Told(
                insight_id=1, what=what, submitter=f"U{n}", submission_id=brought.id, at=nov(day), in_time=in_time,
            ),
        )  # fmt: skip
    figure = found(house, listening.loop)
    assert (figure.value, figure.n) == (1 / 3, 3), "who may still be told in time does not count yet"
    assert (figure.beside["answered"].value, figure.beside["answered"].n) == (1 / 2, 2)


@pytest.mark.proves("M10")
def test_m10_counts_what_nobody_has_now_and_shows_what_was_kept_of_before(house: House, clock: StoppedClock) -> None:
    put(house, insight(1, NEW, nov(5), due_at=nov(6)), insight(2, NEW, nov(5), due_at=nov(28)))
    put(
        house, insight(3, "triaged", nov(5), triaged_at=nov(6)), insight(4, NEW, nov(5), due_at=nov(6), restricted=True)
    )
    with house.db.transaction() as session:
        listening.keep(session, house)
    now = found(house, listening.nobodys, LAST_WEEK)
    without_rules = 0
    assert (now.value, now.n) == (float(without_rules), 3 + 2), "no insights.yaml here: nobody is late"
    clock.turn(timedelta(days=14))
    this_week = Period(date(2026, 11, 23), date(2026, 11, 29))
    assert found(house, listening.nobodys, this_week).value == 0.0
    assert found(house, listening.nobodys, LAST_WEEK).value is None


@pytest.mark.proves("M10")
def test_m10_counts_areas_and_rituals_whose_owner_has_left(house: House) -> None:
    with house.db.transaction() as session:
        keep(session, house, Directory(members=({"id": BOB, "tz": "Europe/Berlin"},), channels=()))
    figure = found(house, listening.nobodys, LAST_WEEK)
    assert (figure.value, figure.beside["owner_gaps"].value) == (1.0, 1.0)


# Effort.


def with_pulses(house: House, *answers: PulseAnswers) -> House:
    def pulses(_session: Session, _house: House, first: date, last: date) -> list[PulseAnswers]:
        return list(answers) if first <= date(2026, 11, 10) <= last else []

    return House(
        house.workspace_id, house.db, house.clock, house.words, house.definitions, links=Links(pulses=pulses)
    )  # fmt: skip


def form_fill(view_id: str, at: datetime, seconds: int | None, group: int | None) -> FormFill:
    return FormFill(form="f", title="F", view_id=view_id, opened_at=at, seconds=seconds, people_group=group)


@pytest.mark.proves("R8", "M12")
def test_m12_minutes_product_managers_say_and_those_their_forms_take(house: House) -> None:
    for n, seconds in enumerate((60, 60, 120, 1800, 1800, None)):
        put(house, form_fill(f"V{n}", nov(5), seconds, group=n))
    for n in range(12):
        put(house, form_fill(f"W{n}", berlin(5, 12, month=10), 60, group=n % 4))
    asked = with_pulses(
        house, PulseAnswers("product_managers", "Minutes last week?", "", 6, minutes=(15, 15, 75, 75, 180, 180))
    )
    figure = found(asked, effort.overhead)
    assert (figure.value, figure.most, figure.n) == (75.0, 180.0, 6)
    assert (figure.beside["forms"].value, figure.beside["forms"].n) == (2.0, 5)
    before = found(asked, effort.overhead, Period(date(2026, 9, 28), date(2026, 10, 25))).beside["forms"]
    assert (before.value, before.n, before.few) == (None, 12, True), "the minutes of so few people are somebody's"
    few = found(with_pulses(house, PulseAnswers("product_managers", "Minutes last week?", "", 4)), effort.overhead)
    assert (few.value, few.n, few.few) == (None, 4, True)
    assert found(house, effort.overhead).value is None, "nobody was asked yet"


@pytest.mark.proves("R8", "M13")
def test_m13_questions_the_records_answered_of_all(house: House) -> None:
    for n in range(4):
        put(house, StatusAsk(asked_at=nov(17), kind="area", answered=n < 3))
    put(house, StatusAsk(asked_at=nov(23), kind="area", answered=False))
    figure = found(house, effort.asks_saved, LAST_WEEK)
    assert (figure.value, figure.n) == (3 / 4, 4)


@pytest.mark.proves("M14")
def test_m14_favourable_answers_of_five_or_more(house: House) -> None:
    first = PulseAnswers("stakeholders", "I know what ships", "", 8, favourable=6)
    second = PulseAnswers("stakeholders", "I hear back", "", 8, favourable=2)
    support = PulseAnswers("stakeholders", "I know what ships", "support", 4)
    asked = with_pulses(house, first, second, support)
    figure = found(asked, effort.favourable)
    assert (figure.value, figure.n) == (6 / 8, 8)
    with house.db.transaction() as session:
        rows = effort.by_question(session, asked, NOVEMBER).rows
    assert [(name, part.value) for name, part in rows] == [("I know what ships", 0.75), ("I hear back", 0.25)]
    few = found(with_pulses(house, PulseAnswers("stakeholders", "I know what ships", "", 4)), effort.favourable)
    assert (few.value, few.few) == (None, True)
    told = PulseAnswers("stakeholders", "I know what ships", "", 4, favourable=4)
    assert found(with_pulses(house, told), effort.favourable).few, "whatever the pulse itself gives away"


@pytest.mark.proves("M17")
def test_m17_messages_of_a_person_in_a_week_and_who_wants_no_reminders(house: House) -> None:
    for n, count in enumerate((1, 2, 3, 4, 9)):
        for number in range(count):
            put(
                house,
                DayMessage(person=f"U{n}", day=date(2026, 11, 16), what=f"m{number}", message_id=1, sent_at=nov(16)),
            )
        put(house, Reminding(person=f"U{n}", profile=NONE if n == 0 else "standard", chosen_at=nov(2)))
    figure = found(house, effort.bot_load, LAST_WEEK)
    assert (figure.value, figure.most, figure.n) == (3.0, 9.0, 5)
    assert figure.beside["muted"].value == 1 / 5
    assert found(house, effort.bot_load, NOVEMBER) == figure, "of a longer period, as a baseline may be, the last week"


@pytest.mark.proves("M17")
def test_m17_of_fewer_than_five_people_nothing_is_shown(house: House) -> None:
    put(house, DayMessage(person=ALICE, day=date(2026, 11, 16), what="day", message_id=1, sent_at=nov(16)))
    figure = found(house, effort.bot_load, LAST_WEEK)
    assert (figure.value, figure.n, figure.few) == (None, 1, True)
