"""What people are asked in a week: their own numbers to themselves, the team's without names, more to product ops."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from math import ceil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from bot import app, blocks, fills, timers
from bot.db import Database
from bot.definitions.budget import Load
from bot.delivery import outbox
from bot.house import House
from bot.load import figures, flow, listeners, messages
from bot.load.figures import Busy, Ignored, Spread
from bot.people.directory import Directory, keep
from bot.prompts.model import NEWS, DayMessage, Prompt
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE, UPDATES
from tests.prompts.asking import Asking, turn_to
from tests.releases.launch import Keyboard
from tests.rituals.desk import berlin

MONDAY = date(2026, 11, 16)
"""Of the last whole week: today is Wednesday 25 November."""


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    house = make_house(any_db, clock=clock, links=app.LINKS)
    people = tuple({"id": each, "tz": "Europe/Berlin"} for each in (ALICE, BOB, CHARLIE))
    with any_db.transaction() as session:
        keep(session, house, Directory(members=people, channels=({"id": UPDATES, "name": "product-updates"},)))
    return house


@pytest.mark.parametrize("kind", app.LINKS.parts)
def test_whatever_people_are_asked_for_has_words(house: House, kind: str) -> None:
    words = messages.asked_for(house, kind)
    assert words != kind
    assert words[0].isupper()


def message(house: House, person: str, day: date, what: str = "day") -> None:
    with house.db.transaction() as session:
        session.add(
            DayMessage(
                workspace_id=house.workspace_id, person=person, day=day, what=what, message_id=1,
                sent_at=house.clock.now(),
            )
        )  # fmt: skip


def prompt(
    house: House,
    person: str,
    at: datetime,
    kind: str = "action",
    minutes: int | None = 4,
    deadline: datetime | None = None,
    ended_at: datetime | None = None,
) -> None:
    with house.db.transaction() as session:
        key = f"{kind}:{person}:{at}:{deadline}"
        session.add(
            Prompt(
                workspace_id=house.workspace_id, person=person, key=key, kind=kind, ref="", at=at, prompted_at=at,
                minutes=minutes, deadline=deadline, ended_at=ended_at,
            )
        )  # fmt: skip


def in_week(week: int, days: int = 0) -> datetime:
    """So many weeks before the last whole one, at noon of a day of it."""
    return berlin(16, 12) - timedelta(weeks=week) + timedelta(days=days)


def own(house: House, person: str = ALICE) -> list[Load]:
    with house.db.transaction() as session:
        return [week.get(person, Load()) for week in figures.by_person(session, house)]


def says(house: House, person: str = ALICE) -> str:
    keyboard = Keyboard(person)
    keyboard.does(house, listeners.show)
    return str(keyboard.replies[-1]["text"])


def crowd(house: House, counts: Iterable[int]) -> None:
    """So many messages in the last week, to somebody else each."""
    for n, count in enumerate(counts):
        for day in range(count):
            message(house, f"U{n:04}", MONDAY + timedelta(days=day % 7), f"day {day}")


def test_ones_own_numbers_are_those_of_the_last_four_whole_weeks(house: House) -> None:
    message(house, ALICE, MONDAY - timedelta(days=1))
    message(house, ALICE, MONDAY)
    message(house, ALICE, MONDAY + timedelta(days=6), "urgent")
    message(house, ALICE, MONDAY + timedelta(days=7))
    message(house, BOB, MONDAY)
    prompt(house, ALICE, in_week(0))
    prompt(house, ALICE, in_week(0, 1), minutes=5)
    prompt(house, ALICE, in_week(0, 2), kind=NEWS, minutes=None)
    prompt(house, ALICE, in_week(3), minutes=7)
    prompt(house, ALICE, in_week(4), minutes=70)
    assert own(house) == [Load(0, 7), Load(), Load(1, 0), Load(2, 9)]


def test_what_is_asked_in_another_workspace_is_not_counted(house: House, clock: StoppedClock) -> None:
    other = make_house(house.db, clock=clock, workspace_id="T0OTHER")
    message(other, ALICE, MONDAY)
    prompt(other, ALICE, in_week(0))
    assert own(house) == [Load()] * 4


def test_a_form_that_is_filled_in_often_enough_counts_with_the_time_it_really_takes(
    house: House, clock: StoppedClock
) -> None:
    prompt(house, ALICE, in_week(0), kind="update", minutes=3)
    form = blocks.modal("updates.submit", "Weekly update", blocks.text_input("next", "Next?")).payload()
    for n in range(fills.FEWEST):
        with house.db.transaction() as session:
            fills.opened(session, house, form, f"V{n}", ALICE, clock.now() - timedelta(minutes=11))
            fills.submitted(session, house, f"V{n}", clock.now())
        assert own(house)[-1].minutes == (3 if n < fills.FEWEST - 1 else 11)


def test_how_long_each_takes_is_kept_as_it_is_said(any_db: Database) -> None:
    asking = Asking(any_db)
    asking.ask("one")
    asking.ask("two", urgent=True)
    asking.until(asking.clock.now() + timedelta(hours=3))
    asking.tell("something")
    asking.clock.turn(timedelta(days=7))
    assert own(asking.house)[-1] == Load(1, 6)


def test_one_sees_ones_own_numbers_in_words_beside_the_signs(house: House) -> None:
    for day in range(3):
        message(house, ALICE, MONDAY + timedelta(days=day))
    prompt(house, ALICE, in_week(1), minutes=12)
    said = says(house)
    assert "▁▁▁█ 0, 0, 0, 3 messages a week; the aim is at most 5." in said
    assert "▁▁█▁ 0, 0, 12, 0 minutes asked for; the aim is at most 30." in said


def test_of_others_one_sees_no_number_of_their_own(house: House) -> None:
    crowd(house, [9, 9, 9, 9])
    said = says(house)
    assert "9" not in said.partition("Channels")[0].replace("Fewer than 5", "")
    assert "Fewer than 5 people were asked anything lately" in said


def test_from_five_people_on_the_team_is_shown_without_names(house: House) -> None:
    crowd(house, [1, 2, 3, 4, 9])
    said = says(house, BOB)
    assert "Messages to 5 people: 3 in the middle, at most 9 for 85 % of them (aim 5)." in said
    assert "U00" not in said


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 12), min_size=5, max_size=14))
def test_any_teams_spread_is_that_of_its_counted_messages(house: House, counts: list[int]) -> None:
    with house.db.transaction() as session:
        session.execute(delete(DayMessage))
    crowd(house, counts)
    with house.db.transaction() as session:
        team = figures.team(session, house, figures.by_person(session, house))
    # The least that at least 85 of 100 do not exceed.
    most = next(n for n in sorted(counts) if sum(each <= n for each in counts) >= 0.85 * len(counts))
    ordered = sorted(counts)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    assert team.messages == Spread(round(middle), most)
    assert team.people == len(counts) == len(ordered) and ceil(middle) <= most + 1


def test_product_ops_alone_hears_on_monday_who_got_too_much_and_once(house: House, clock: StoppedClock) -> None:
    for day in range(6):
        message(house, ALICE, date(2026, 11, 23) + timedelta(days=day))
    prompt(house, CHARLIE, berlin(24, 9), minutes=31)
    for day in range(5):
        message(house, BOB, date(2026, 11, 23) + timedelta(days=day))
    with house.db.transaction() as session:
        flow.keep_in_step(session, house)
        flow.keep_in_step(session, house)
    turn_to(house, clock, berlin(30, 8, 59))
    assert promised(house.db) == []
    turn_to(house, clock, berlin(30, 9))
    (told,) = promised(house.db)
    assert told.channel == BOB
    assert "Asked more than a week should bring: 2 people" in told.text
    assert "• Alice: 6 messages, about 0 minutes\n• Charlie: 0 messages, about 31 minutes" in told.text
    assert "Bob:" not in told.text
    turn_to(house, clock, berlin(7, 10, month=12))
    assert [each.channel for each in promised(house.db) if each.method == "post"] == [BOB]
    with house.db.transaction() as session:
        assert timers.due(session, house, flow.WEEKLY) == berlin(14, 9, month=12)


def cycle(house: House, weeks_ago: int, asked: int, passed: int, kind: str = "update") -> None:
    deadline = berlin(19, 14) - timedelta(weeks=weeks_ago)
    for n in range(asked):
        ended = deadline if n < passed else deadline - timedelta(hours=2)
        prompt(house, f"U{n:04}", deadline - timedelta(days=1), kind, 4, deadline, ended)


@pytest.mark.parametrize(
    ("passed", "found"),
    [((2, 2, 2), [0.4, 0.4, 0.4]), ((2, 1, 2), None), ((2, 2), None), ((3, 2, 2, 0), [0.6, 0.4, 0.4])],
)
def test_what_a_third_let_pass_three_times_in_a_row_is_wrongly_asked(
    house: House, passed: tuple[int, ...], found: list[float] | None
) -> None:
    for weeks_ago, count in enumerate(passed):
        cycle(house, weeks_ago, 5, count)
    with house.db.transaction() as session:
        assert figures.ignored(session, house) == ([Ignored("update", found)] if found else [])


def test_where_few_are_asked_nobody_is_said_to_let_it_pass(house: House) -> None:
    for weeks_ago in range(3):
        cycle(house, weeks_ago, 4, 4)
    with house.db.transaction() as session:
        assert figures.ignored(session, house) == []


def test_product_ops_hears_of_it_once_a_quarter(house: House, clock: StoppedClock) -> None:
    for weeks_ago in range(3):
        cycle(house, weeks_ago, 5, 2)
    with house.db.transaction() as session:
        flow.keep_in_step(session, house)
    turn_to(house, clock, berlin(14, 10, month=12))
    told = [each for each in promised(house.db, channel=BOB) if "let the same thing pass" in each.text]
    assert len(told) == 1
    assert (
        "The weekly update was let pass by 40 %, 40 %, 40 % of those who were asked, three times in a row."
        in told[0].text
    )
    assert "Make it optional, or drop it?" in told[0].text


def test_channels_that_get_all_they_may_are_shown_with_what_went_into_threads(house: House) -> None:
    with house.db.transaction() as session:
        for n in range(4):
            text_ = blocks.message(blocks.section(f"Digest {n}"))
            outbox.post(session, house, UPDATES, text_, kind="update.digest", dedupe=f"d{n}", routine=True)
    with house.db.transaction() as session:
        assert figures.busy(session, house) == [Busy(UPDATES, 1, 2)]
    assert (
        "• #product-updates: as many routine posts as it may get (2 a day) on 1 day; 2 more went into threads. "
        "Could they be one digest?" in says(house)
    )


def test_one_post_a_day_is_nothing_to_speak_of(house: House) -> None:
    with house.db.transaction() as session:
        outbox.post(session, house, UPDATES, blocks.message(blocks.section("x")), kind="d", dedupe="d", routine=True)
    assert "None got as many routine posts as it may on any day (2)." in says(house)


def test_reading_them_uses_the_indexes_and_not_all_that_was_ever_said(db: Database, clock: StoppedClock) -> None:
    house = make_house(db, clock=clock)
    plans: list[str] = []

    def explain(session: Session, statement: str, values: tuple[str, ...]) -> None:
        bound = {f"v{n}": value for n, value in enumerate(values)}
        plans.append(" ".join(str(row[3]) for row in session.execute(text(f"EXPLAIN QUERY PLAN {statement}"), bound)))

    with house.db.transaction() as session:
        explain(session, "SELECT count(*) FROM day_message WHERE workspace_id=:v0 AND day>=:v1", ("T", "2026-01-01"))
        explain(session, "SELECT kind FROM prompt WHERE workspace_id=:v0 AND prompted_at>=:v1", ("T", "2026-01-01"))
        explain(session, "SELECT kind FROM prompt WHERE workspace_id=:v0 AND deadline>=:v1", ("T", "2026-01-01"))
        explain(
            session,
            "SELECT channel FROM outbox WHERE lane>=:v0 AND lane<:v1 AND routine_day>=:v2",
            ("T/", "T0", "2026-01-01"),
        )
    for plan, index in zip(
        plans, ("ix_day_message_day", "ix_prompt_said", "ix_prompt_deadline", "ix_outbox_routine"), strict=True
    ):
        assert index in plan
