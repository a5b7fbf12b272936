"""Every way to say when a ritual falls, against written-out moments and against a second opinion."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import DAILY, FR, MO, MONTHLY, TH, TU, WE, WEEKLY, rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.definitions import Calendar, Organisation, Ritual
from bot.definitions.rules import describe, parse
from bot.rituals.schedule import Slot, next_slot, slots
from tests import people
from tests.rituals import oracle

PLACES = {
    "Berlin": ("Europe/Berlin", "DE-BE"),
    "London": ("Europe/London", "GB-ENG"),
    "New York": ("America/New_York", "US"),
    "São Paulo": ("America/Sao_Paulo", "BR-SP"),
    "Kolkata": ("Asia/Kolkata", "IN-KA"),
    "Kathmandu": ("Asia/Kathmandu", None),
    "Auckland": ("Pacific/Auckland", "NZ-AUK"),
    "Lord Howe": ("Australia/Lord_Howe", "AU-NSW"),
    "Casablanca": ("Africa/Casablanca", "MA"),
}


@dataclass(frozen=True)
class Case:
    name: str
    place: str
    repeats: str
    prompt: str
    since: str
    """The first day to look at."""
    prompts: list[str]
    """The first prompts, in UTC."""
    starts: str | None = None
    holidays: str = "later"
    fiscal: str = "january"


def company(**changes: Any) -> Organisation:
    return Organisation.model_validate(people.organisation().model_dump(exclude_unset=True) | changes)


def ritual(
    repeats: str, *, id: str = "standing", prompt: str = "10:00", holidays: str = "later", **more: Any
) -> Ritual:
    schedule = {"repeats": repeats, "prompt": prompt, "cutoff": "23:59", "publish": "23:59"} | more.pop("schedule", {})
    changes = {"id": id, "name": id.capitalize(), "holidays": holidays, "schedule": schedule} | more
    return Ritual.model_validate(people.calendar().rituals[0].model_dump(exclude_unset=True) | changes)


def in_calendar(*rituals: Ritual) -> Ritual:
    """The first of some rituals that stand in one calendar."""
    return Calendar(rituals=rituals).rituals[0]


def told(slot: Slot) -> str:
    if slot.skipped_because:
        return f"{slot.day:%a} {slot.day} not held: {slot.skipped_because}"
    moved = f" from {slot.moved_from}: {slot.moved_because}" if slot.moved_from else ""
    return f"{slot.day:%a} {slot.day}{moved}"


def first(count: int, each: Ritual, since: date, where: Organisation | None = None) -> list[str]:
    return [told(slot) for slot in islice(slots(each, where or company(), since), count)]


# Each case reads in three lines: what it shows, how the ritual recurs, which moments come of it.
# fmt: off
CASES = [
    Case("a weekly ritual keeps its hour when summer begins",
         "Berlin", "every Wednesday", "10:00", "2026-03-18",
         ["2026-03-18 09:00", "2026-03-25 09:00", "2026-04-01 08:00"]),
    Case("a weekly ritual keeps its hour when summer ends",
         "Berlin", "every Wednesday", "10:00", "2026-10-14",
         ["2026-10-14 08:00", "2026-10-21 08:00", "2026-10-28 09:00"]),
    Case("the hour that Berlin's clocks leave out becomes three o'clock",
         "Berlin", "every Sunday", "02:30", "2027-03-21",
         ["2027-03-21 01:30", "2027-03-28 01:00", "2027-04-04 00:30"], holidays="ignore"),
    Case("the hour that Berlin's clocks show twice is taken once, at first",
         "Berlin", "every Sunday", "02:30", "2026-10-18",
         ["2026-10-18 00:30", "2026-10-25 00:30", "2026-11-01 01:30"], holidays="ignore"),
    Case("Christmas on a Friday moves a ritual to Monday",
         "Berlin", "every Friday", "10:00", "2026-12-18",
         ["2026-12-18 09:00", "2026-12-28 09:00", "2027-01-04 09:00"]),
    Case("Christmas on a Friday moves a ritual back to Thursday",
         "Berlin", "every Friday", "10:00", "2026-12-18",
         ["2026-12-18 09:00", "2026-12-24 09:00", "2026-12-31 09:00"], holidays="earlier"),
    Case("Christmas on a Friday leaves a ritual out",
         "Berlin", "every Friday", "10:00", "2026-12-18",
         ["2026-12-18 09:00", "2027-01-08 09:00", "2027-01-15 09:00"], holidays="skip"),
    Case("Christmas on a Friday is ignored",
         "Berlin", "every Friday", "10:00", "2026-12-18",
         ["2026-12-18 09:00", "2026-12-25 09:00", "2027-01-01 09:00"], holidays="ignore"),
    Case("every working day passes over Easter",
         "Berlin", "every working day", "10:00", "2027-03-25",
         ["2027-03-25 09:00", "2027-03-30 08:00", "2027-03-31 08:00"]),
    Case("Women's Day is a holiday in Berlin",
         "Berlin", "every Monday", "10:00", "2027-03-01",
         ["2027-03-01 09:00", "2027-03-09 09:00", "2027-03-15 09:00"]),
    Case("every second week counts across the year's end",
         "Berlin", "every 2 weeks on Wednesday", "10:00", "2026-12-20",
         ["2026-12-23 09:00", "2027-01-06 09:00", "2027-01-20 09:00"], starts="2026-01-07"),
    Case("every third week on two days keeps the pair together",
         "Berlin", "every 3 weeks on Tuesday and Thursday", "10:00", "2026-02-01",
         ["2026-02-17 09:00", "2026-02-19 09:00", "2026-03-10 09:00", "2026-03-12 09:00"], starts="2026-01-06"),
    Case("the second Thursday",
         "Berlin", "2nd Thursday of the month", "10:00", "2026-11-01",
         ["2026-11-12 09:00", "2026-12-10 09:00", "2027-01-14 09:00"]),
    Case("the last Friday",
         "Berlin", "last Friday of the month", "10:00", "2026-11-01",
         ["2026-11-27 09:00", "2026-12-28 09:00", "2027-01-29 09:00"]),
    Case("the last weekday but one",
         "Berlin", "2nd last Monday of the month", "10:00", "2028-02-01",
         ["2028-02-21 09:00", "2028-03-20 09:00", "2028-04-18 08:00"]),
    Case("the fifth Friday comes only in some months",
         "Berlin", "5th Friday of the month", "10:00", "2026-01-01",
         ["2026-01-30 09:00", "2026-05-29 08:00", "2026-07-31 08:00"]),
    Case("the last working day of the month",
         "Berlin", "last working day of the month", "10:00", "2026-10-01",
         ["2026-10-30 09:00", "2026-11-30 09:00", "2026-12-31 09:00"]),
    Case("the first working day of the year",
         "Berlin", "1st working day of the year", "10:00", "2026-01-01",
         ["2026-01-02 09:00", "2027-01-04 09:00", "2028-01-03 09:00", "2029-01-02 09:00"]),
    Case("three working days before the month ends",
         "Berlin", "3 working days before the end of the month", "10:00", "2026-11-01",
         ["2026-11-25 09:00", "2026-12-28 09:00", "2027-01-27 09:00"]),
    Case("a leap day as the last day of February",
         "Berlin", "31st day of the month or the last day", "10:00", "2028-01-20",
         ["2028-01-31 09:00", "2028-02-29 09:00", "2028-03-31 08:00"]),
    Case("a Monday in London in summer",
         "London", "every Monday", "09:00", "2026-07-01",
         ["2026-07-06 08:00", "2026-07-13 08:00", "2026-07-20 08:00"]),
    Case("Boxing Day's substitute moves a Monday",
         "London", "every Monday", "09:00", "2026-12-21",
         ["2026-12-21 09:00", "2026-12-29 09:00", "2027-01-04 09:00"]),
    Case("the hour that London's clocks leave out",
         "London", "every Sunday", "01:30", "2026-03-22",
         ["2026-03-22 01:30", "2026-03-29 01:00", "2026-04-05 00:30"], holidays="ignore"),
    Case("the hour that London's clocks show twice",
         "London", "every Sunday", "01:15", "2026-10-18",
         ["2026-10-18 00:15", "2026-10-25 00:15", "2026-11-01 01:15"], holidays="ignore"),
    Case("the first working day of a British fiscal quarter",
         "London", "1st working day of the quarter", "10:00", "2026-03-01",
         ["2026-04-01 09:00", "2026-07-01 09:00", "2026-10-01 09:00", "2027-01-04 10:00"], fiscal="april"),
    Case("the last working day of a British fiscal year",
         "London", "last working day of the year", "10:00", "2026-01-01",
         ["2026-03-31 09:00", "2027-03-31 09:00", "2028-03-31 09:00"], fiscal="april"),
    Case("four weeks before a quarter begins",
         "London", "4 weeks before the start of the quarter", "10:00", "2026-01-01",
         ["2026-03-04 10:00", "2026-06-03 09:00", "2026-09-03 09:00", "2026-12-04 10:00"]),
    Case("ten working days after a year has ended",
         "London", "10 working days after the end of the year", "10:00", "2026-06-01",
         ["2027-01-15 10:00", "2028-01-17 10:00", "2029-01-15 10:00"]),
    Case("the fifteenth, moved off the weekend",
         "London", "15th day of the month", "10:00", "2026-08-01",
         ["2026-08-17 09:00", "2026-09-15 09:00", "2026-10-15 09:00"]),
    Case("Thanksgiving moves a Thursday to Friday",
         "New York", "every Thursday", "10:00", "2026-11-19",
         ["2026-11-19 15:00", "2026-11-27 15:00", "2026-12-03 15:00"]),
    Case("Thanksgiving is left out",
         "New York", "every Thursday", "10:00", "2026-11-19",
         ["2026-11-19 15:00", "2026-12-03 15:00", "2026-12-10 15:00"], holidays="skip"),
    Case("the hour that New York's clocks leave out",
         "New York", "every Sunday", "02:30", "2027-03-07",
         ["2027-03-07 07:30", "2027-03-14 07:00", "2027-03-21 06:30"], holidays="ignore"),
    Case("the hour that New York's clocks show twice",
         "New York", "every Sunday", "01:30", "2026-10-25",
         ["2026-10-25 05:30", "2026-11-01 05:30", "2026-11-08 06:30"], holidays="ignore"),
    Case("New York changes its clocks before Berlin does",
         "New York", "every Tuesday", "10:00", "2026-03-03",
         ["2026-03-03 15:00", "2026-03-10 14:00", "2026-03-17 14:00"]),
    Case("Independence Day on a Sunday is kept on Monday",
         "New York", "every Monday", "10:00", "2027-06-28",
         ["2027-06-28 14:00", "2027-07-06 14:00", "2027-07-12 14:00"]),
    Case("the third working day of a quarter",
         "New York", "3rd working day of the quarter", "10:00", "2026-12-01",
         ["2027-01-06 15:00", "2027-04-05 14:00", "2027-07-06 14:00"]),
    Case("the 31st, or not at all",
         "New York", "31st day of the month or not at all", "10:00", "2026-01-01",
         ["2026-01-31 15:00", "2026-03-31 14:00", "2026-05-31 14:00", "2026-07-31 14:00"], holidays="ignore"),
    Case("the 30th, or the last day of February",
         "New York", "30th day of the month or the last day", "10:00", "2027-01-01",
         ["2027-01-30 15:00", "2027-02-28 15:00", "2027-03-30 14:00"], holidays="ignore"),
    Case("every tenth day counts on through leap years",
         "New York", "every 10 days", "10:00", "2028-02-20",
         ["2028-02-20 15:00", "2028-03-01 15:00", "2028-03-11 15:00", "2028-03-21 14:00"],
         starts="2028-02-20", holidays="ignore"),
    Case("São Paulo keeps one clock all year",
         "São Paulo", "every Monday", "10:00", "2026-10-19",
         ["2026-10-19 13:00", "2026-10-26 13:00", "2026-11-03 13:00"]),
    Case("Carnival Monday is worked where no law says otherwise",
         "São Paulo", "every Monday", "10:00", "2027-02-01",
         ["2027-02-01 13:00", "2027-02-08 13:00", "2027-02-15 13:00"]),
    Case("Tiradentes' day moves a Wednesday",
         "São Paulo", "every Wednesday", "10:00", "2027-04-14",
         ["2027-04-14 13:00", "2027-04-22 13:00", "2027-04-28 13:00"]),
    Case("the last day of the quarter, earlier",
         "São Paulo", "last day of the quarter", "10:00", "2026-01-01",
         ["2026-03-31 13:00", "2026-06-30 13:00", "2026-09-30 13:00", "2026-12-31 13:00"], holidays="earlier"),
    Case("half an hour off the full hour",
         "Kolkata", "every Tuesday and Friday", "09:30", "2026-08-11",
         ["2026-08-11 04:00", "2026-08-14 04:00", "2026-08-18 04:00", "2026-08-21 04:00"]),
    Case("Republic Day moves a Tuesday",
         "Kolkata", "every Tuesday", "10:00", "2027-01-19",
         ["2027-01-19 04:30", "2027-01-27 04:30", "2027-02-02 04:30"]),
    Case("a fiscal year that begins in April",
         "Kolkata", "1st working day of the year", "10:00", "2026-01-01",
         ["2026-04-01 04:30", "2027-04-01 04:30", "2028-04-04 04:30"], fiscal="april"),
    Case("two working days before an Indian quarter ends",
         "Kolkata", "2 working days before the end of the quarter", "10:00", "2026-06-01",
         ["2026-06-25 04:30", "2026-09-28 04:30", "2026-12-29 04:30"], fiscal="april"),
    Case("three quarters of an hour off",
         "Kathmandu", "every Friday", "10:00", "2026-09-01",
         ["2026-09-04 04:15", "2026-09-11 04:15", "2026-09-18 04:15"]),
    Case("the 29th in a year without a leap day",
         "Kathmandu", "29th day of the month or the last day", "10:00", "2027-02-01",
         ["2027-02-28 04:15", "2027-03-29 04:15"], holidays="ignore"),
    Case("the 29th in a leap year",
         "Kathmandu", "29th day of the month or the last day", "10:00", "2028-02-01",
         ["2028-02-29 04:15", "2028-03-29 04:15"], holidays="ignore"),
    Case("midnight at the turn of the year",
         "Kathmandu", "1st day of the year", "00:00", "2026-06-01",
         ["2026-12-31 18:15", "2027-12-31 18:15", "2028-12-31 18:15"], holidays="ignore"),
    Case("Auckland's summer is the north's winter",
         "Auckland", "every Thursday", "10:00", "2026-09-24",
         ["2026-09-23 22:00", "2026-09-30 21:00", "2026-10-07 21:00"]),
    Case("the hour that Auckland's clocks leave out",
         "Auckland", "every Sunday", "02:30", "2026-09-20",
         ["2026-09-19 14:30", "2026-09-26 14:00", "2026-10-03 13:30"], holidays="ignore"),
    Case("the hour that Auckland's clocks show twice",
         "Auckland", "every Sunday", "02:30", "2027-03-28",
         ["2027-03-27 13:30", "2027-04-03 13:30", "2027-04-10 14:30"], holidays="ignore"),
    Case("Waitangi Day on a Saturday is kept on Monday",
         "Auckland", "every Monday", "10:00", "2027-02-01",
         ["2027-02-01 21:00", "2027-02-08 21:00", "2027-02-14 21:00"]),
    Case("the last working day of Auckland's year",
         "Auckland", "last working day of the year", "10:00", "2026-06-01",
         ["2026-12-30 21:00", "2027-12-30 21:00", "2028-12-28 21:00"]),
    Case("Lord Howe's half hour that clocks leave out",
         "Lord Howe", "every Sunday", "02:15", "2026-09-27",
         ["2026-09-26 15:45", "2026-10-03 15:30", "2026-10-10 15:15"], holidays="ignore"),
    Case("Lord Howe's half hour that clocks show twice",
         "Lord Howe", "every Sunday", "01:45", "2027-03-28",
         ["2027-03-27 14:45", "2027-04-03 14:45", "2027-04-10 15:15"], holidays="ignore"),
    Case("an ordinary morning on Lord Howe",
         "Lord Howe", "every Tuesday", "10:00", "2026-09-29",
         ["2026-09-28 23:30", "2026-10-05 23:00", "2026-10-12 23:00"]),
    Case("Casablanca's clocks go back for Ramadan",
         "Casablanca", "every Monday", "10:00", "2027-02-01",
         ["2027-02-01 09:00", "2027-02-08 10:00", "2027-02-15 10:00"]),
    Case("Casablanca's clocks go forward after Ramadan",
         "Casablanca", "every Monday", "10:00", "2027-03-08",
         ["2027-03-08 10:00", "2027-03-15 09:00"]),
    Case("the hour that Casablanca's clocks leave out",
         "Casablanca", "every Sunday", "02:30", "2026-03-15",
         ["2026-03-15 02:30", "2026-03-22 02:00"], holidays="ignore"),
    Case("the hour that Casablanca's clocks show twice",
         "Casablanca", "every Sunday", "02:30", "2027-01-31",
         ["2027-01-31 01:30", "2027-02-07 01:30"], holidays="ignore"),
    Case("a single day long ahead",
         "Berlin", "once on 2032-02-29", "10:00", "2026-01-01",
         ["2032-02-29 09:00"], holidays="ignore"),
    Case("a single day on a holiday moves, too",
         "London", "once on 2026-12-25", "10:00", "2026-01-01",
         ["2026-12-29 10:00"]),
    Case("five years on, the second Thursday still",
         "Auckland", "2nd Thursday of the month", "10:00", "2031-12-01",
         ["2031-12-10 21:00", "2032-01-07 21:00", "2032-02-11 21:00"]),
    Case("the last Thursday of 2032",
         "New York", "last Thursday of the month", "10:00", "2032-11-01",
         ["2032-11-26 15:00", "2032-12-30 15:00"]),
]
# fmt: on


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_ritual_prompts_at_these_moments(case: Case) -> None:
    zone, code = PLACES[case.place]
    where = company(zone=zone, holidays=code, fiscal_year_starts=case.fiscal)
    schedule = {"starts": case.starts} if case.starts else {}
    each = ritual(case.repeats, prompt=case.prompt, holidays=case.holidays, schedule=schedule)
    held = (slot for slot in slots(each, where, date.fromisoformat(case.since)) if not slot.skipped_because)
    prompts = [slot.at(each.schedule.prompt, where.zone) for slot in islice(held, len(case.prompts))]
    assert [f"{prompt:%Y-%m-%d %H:%M}" for prompt in prompts] == case.prompts


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_prompt_is_what_comes_next_after_the_one_before(case: Case) -> None:
    zone, code = PLACES[case.place]
    where = company(zone=zone, holidays=code, fiscal_year_starts=case.fiscal)
    schedule = {"starts": case.starts} if case.starts else {}
    each = ritual(case.repeats, prompt=case.prompt, holidays=case.holidays, schedule=schedule)
    for before, after in pairwise(case.prompts):
        local = datetime.fromisoformat(before).replace(tzinfo=UTC).astimezone(where.zone)
        midnight = datetime.combine(local.date(), time(23, 59), where.zone)
        found = next_slot(each, where, midnight)
        assert found is not None
        assert f"{found.at(each.schedule.prompt, where.zone):%Y-%m-%d %H:%M}" == after


class TestRitualsThatCountFromOneAnother:
    REVIEW = ritual("every Friday", id="review", prompt="13:00")

    def test_the_packet_goes_out_the_day_before(self) -> None:
        packet = in_calendar(ritual("24 hours before review", prompt="13:00"), self.REVIEW)
        assert first(2, packet, date(2026, 11, 23)) == ["Thu 2026-11-26", "Thu 2026-12-03"]

    def test_a_review_that_moves_takes_what_follows_with_it(self) -> None:
        """Good Friday and Easter Monday 2027 are 26 and 29 March."""
        notes = in_calendar(ritual("1 working day after review"), self.REVIEW)
        assert first(1, notes, date(2027, 3, 30)) == [
            "Wed 2027-03-31 from 2027-03-30: Review is moved: Good Friday",
        ]
        moved = next(slots(notes, company(), date(2027, 3, 30)))
        assert moved.key == "2027-03-30T10:00"

    def test_what_comes_before_never_moves_onto_or_past_the_other(self) -> None:
        """The review of Monday: 24 hours before is Sunday, and `later` would be the review's own day."""
        packet = in_calendar(
            ritual("24 hours before review", prompt="13:00"), ritual("every Monday", id="review", prompt="13:00")
        )
        assert first(1, packet, date(2026, 11, 23)) == [
            "Fri 2026-11-27 from 2026-11-29: Sunday is not a working day",
        ]

    def test_when_the_other_is_not_held_neither_is_this(self) -> None:
        review = ritual("every Friday", id="review", holidays="skip")
        packet = in_calendar(ritual("1 working day before review"), review)
        assert first(2, packet, date(2026, 12, 20)) == [
            "Thu 2026-12-24 not held: Review is not held: Christmas Day",
            "Thu 2026-12-31 not held: Review is not held: New Year's Day",
        ]

    def test_chains_are_followed(self) -> None:
        chain = (
            ritual("same day as packet"),
            ritual("2 working days before review", id="packet"),
            self.REVIEW,
        )
        assert first(1, in_calendar(*chain), date(2026, 11, 23)) == ["Wed 2026-11-25"]

    def test_hours_count_by_the_wall_clock(self) -> None:
        """36 hours before Monday 2026-10-26 10:00, over the night in which clocks go back: Saturday 22:00."""
        early = in_calendar(
            ritual("36 hours before review", prompt="22:00", holidays="ignore"),
            ritual("every Monday", id="review", prompt="10:00"),
        )
        assert first(1, early, date(2026, 10, 20)) == ["Sat 2026-10-24"]

    def test_days_that_lead_to_one_day_share_it(self) -> None:
        """Saturday, Sunday and Monday all have Friday before them."""
        daily = ritual("every day", id="review", holidays="ignore")
        packet = in_calendar(ritual("1 working day before review"), daily)
        days = [slot.day for slot in islice(slots(packet, company(), date(2026, 11, 23)), 6)]
        assert [f"{day:%a %d}" for day in days] == ["Mon 23", "Tue 24", "Wed 25", "Thu 26", "Fri 27", "Mon 30"]

    def test_a_shared_day_is_held_for_whichever_of_them_is_held(self) -> None:
        """Good Friday, Easter Monday and Tuesday 30 March 2027 all have Thursday before them; only Tuesday is held."""
        daily = ritual("every working day", id="review", holidays="skip")
        packet = in_calendar(ritual("1 working day before review"), daily)
        assert first(3, packet, date(2027, 3, 24)) == ["Wed 2027-03-24", "Thu 2027-03-25", "Tue 2027-03-30"]

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(
        st.sampled_from(["every Friday", "2nd Thursday of the month", "last day of the month", "every working day"]),
        st.sampled_from(["3 days before", "2 working days before", "1 week after", "5 working days after"]),
        st.sampled_from(["later", "earlier", "skip", "ignore"]),
        st.dates(date(2026, 1, 1), date(2030, 1, 1)),
        st.integers(0, 60),
    )
    def test_where_one_starts_to_look_changes_nothing(
        self, repeats: str, distance: str, rule: str, since: date, later: int
    ) -> None:
        each = in_calendar(ritual(f"{distance} review", holidays=rule), ritual(repeats, id="review"))
        whole = list(islice(slots(each, company(), since), 30))
        taken = [slot for slot in whole if not slot.skipped_because]
        assert all(a.day < b.day and a.key < b.key for a, b in pairwise(taken))
        assert len({slot.key for slot in whole}) == len(whole)
        rest = [slot for slot in whole if slot.day >= since + timedelta(days=later)]
        assert list(islice(slots(each, company(), since + timedelta(days=later)), len(rest))) == rest


class TestDaysWithout:
    def test_a_pause_says_until_when_and_why(self) -> None:
        pause = {"from": "2026-12-01", "until": "2026-12-05", "reason": "Retreat"}
        each = ritual("every Wednesday", schedule={"pauses": [pause]})
        assert first(2, each, date(2026, 12, 1)) == [
            "Wed 2026-12-02 not held: paused until Sat 2026-12-05: Retreat",
            "Wed 2026-12-09",
        ]

    def test_a_day_left_out_and_one_added(self) -> None:
        each = ritual("every Wednesday", schedule={"except": ["2026-12-02"], "extra": ["2026-12-03"]})
        assert first(3, each, date(2026, 12, 1)) == [
            "Wed 2026-12-02 not held: left out in the calendar",
            "Thu 2026-12-03",
            "Wed 2026-12-09",
        ]

    def test_the_last_day_counts(self) -> None:
        each = ritual("every Wednesday", schedule={"ends": "2026-12-02"})
        assert first(9, each, date(2026, 11, 23)) == ["Wed 2026-11-25", "Wed 2026-12-02"]

    def test_a_freeze_rests_what_does_not_keep_on(self) -> None:
        where = company(freezes=[{"from": "2026-12-07", "until": "2026-12-11", "name": "Sale"}])
        assert first(1, ritual("every Wednesday"), date(2026, 12, 7), where) == [
            "Wed 2026-12-09 not held: freeze until Fri 2026-12-11: Sale"
        ]
        assert first(1, ritual("every Wednesday", freezes="keep"), date(2026, 12, 7), where) == ["Wed 2026-12-09"]

    def test_nothing_moves_into_a_freeze(self) -> None:
        where = company(freezes=[{"from": "2026-12-28", "until": "2026-12-31", "name": "Year end"}])
        assert first(1, ritual("every Friday"), date(2026, 12, 21), where) == [
            "Fri 2026-12-25 not held: Christmas Day, and on Mon 2026-12-28: freeze until Thu 2026-12-31: Year end"
        ]

    def test_company_days_move_rituals_every_year_or_once(self) -> None:
        where = company(
            company_days=[{"date": "12-24", "name": "Christmas Eve"}, {"date": "2026-12-03", "name": "Outing"}]
        )
        thursday = ritual("every Thursday")
        assert first(1, thursday, date(2026, 12, 3), where) == ["Fri 2026-12-04 from 2026-12-03: Outing"]
        assert first(1, thursday, date(2026, 12, 24), where) == ["Mon 2026-12-28 from 2026-12-24: Christmas Eve"]
        assert first(1, ritual("every Friday"), date(2027, 12, 24), where) == [
            "Mon 2027-12-27 from 2027-12-24: Christmas Eve"
        ]

    def test_a_ritual_may_follow_another_countrys_holidays(self) -> None:
        thanksgiving = ritual("every Thursday", holiday_calendar="US")
        assert first(1, thanksgiving, date(2026, 11, 26)) == ["Fri 2026-11-27 from 2026-11-26: Thanksgiving Day"]
        assert first(1, ritual("every Friday", holiday_calendar="US"), date(2027, 3, 26)) == ["Fri 2027-03-26"]

    def test_a_ritual_that_can_never_be_held_comes_to_an_end(self) -> None:
        never = ritual("every Sunday", holidays="skip")
        assert next_slot(never, company(), datetime(2026, 11, 22, tzinfo=UTC)) is None


class TestWhy:
    def test_a_moved_slot_names_the_settings_that_moved_it(self) -> None:
        slot = next(slots(ritual("every Friday"), company(), date(2026, 12, 25)))
        assert slot.why == (
            "Moved from Fri 2026-12-25 to Mon 2026-12-28: Christmas Day "
            "(set by `holidays: later` in calendar.yaml with `holidays: DE-BE` in organisation.yaml)."
        )

    def test_a_slot_not_held_names_them_too(self) -> None:
        each = ritual("every Thursday", holidays="skip", holiday_calendar="US")
        slot = next(slots(each, company(), date(2026, 11, 26)))
        assert slot.why == (
            "Not held on Thu 2026-11-26: Thanksgiving Day "
            "(set by `holidays: skip` in calendar.yaml with `holiday_calendar: US`)."
        )

    def test_an_ordinary_slot_has_nothing_to_explain(self) -> None:
        assert next(slots(ritual("every Friday"), company(), date(2026, 11, 27))).why is None


SAYINGS = st.one_of(
    st.builds(oracle.daily, st.integers(1, 20), st.dates(date(2026, 1, 1), date(2026, 6, 1))),
    st.builds(oracle.working_daily),
    st.builds(oracle.weekly, st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True)),
    st.builds(
        oracle.weekly,
        st.lists(st.integers(0, 6), min_size=1, max_size=2, unique=True),
        st.integers(2, 6),
        st.dates(date(2026, 1, 1), date(2026, 6, 1)),
    ),
    st.builds(oracle.once, st.dates(date(2027, 1, 1), date(2031, 1, 1))),
    st.builds(
        oracle.within,
        st.sampled_from([1, 2, 3, 4, -1, -2, -3]),
        st.sampled_from(["day", "working day", *oracle.NAMES]),
        st.sampled_from(["month", "quarter", "year"]),
    ),
    st.builds(
        oracle.within,
        st.integers(29, 31),
        st.just("day"),
        st.just("month"),
        st.sampled_from([" or the last day", " or not at all"]),
    ),
    st.builds(
        oracle.from_edge,
        st.integers(2, 12),
        st.sampled_from(["day", "week", "working day"]),
        st.sampled_from(["before", "after"]),
        st.sampled_from(["start", "end"]),
        st.sampled_from(["month", "quarter", "year"]),
    ),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    SAYINGS,
    st.sampled_from(["later", "earlier", "skip", "ignore"]),
    st.sampled_from(sorted(PLACES)),
    st.integers(1, 12),
    st.sets(st.dates(date(2026, 6, 1), date(2031, 1, 1)), max_size=3),
    st.dates(date(2026, 6, 1), date(2030, 6, 1)),
    st.sampled_from(["10:00", "02:30", "00:00"]),
)
def test_every_rule_agrees_with_a_walk_day_by_day(
    saying: oracle.Saying, rule: str, place: str, fiscal: int, days_off: set[date], since: date, prompt: str
) -> None:
    """None lost, none twice, in order, and on working days wherever the ritual says so."""
    zone, code = PLACES[place]
    company_days = [{"date": str(day), "name": "Ours"} for day in days_off]
    month = oracle.MONTHS[fiscal - 1].casefold()
    where = company(zone=zone, holidays=code, company_days=company_days, fiscal_year_starts=month)
    schedule = {"starts": str(saying.starts)} if saying.starts else {}
    each = ritual(saying.words, prompt=prompt, holidays=rule, schedule=schedule)
    until = since + timedelta(days=400)

    found = list(takewhile(lambda slot: slot.day <= until, slots(each, where, since)))
    held = [slot for slot in found if not slot.skipped_because]
    world = oracle.World(None, fiscal=fiscal) if rule == "ignore" else oracle.World(code, frozenset(days_off), fiscal)
    expected = oracle.held(saying, world, rule, since - timedelta(days=40), until + timedelta(days=40))
    assert [(slot.moved_from or slot.day, slot.day) for slot in held] == [
        (own, day) for own, day in expected if since <= day <= until
    ]
    for slot in held[:10]:
        at = slot.at(each.schedule.prompt, ZoneInfo(zone))
        assert at == oracle.moment(slot.day, time.fromisoformat(prompt), ZoneInfo(zone))


WEEKDAYS = (MO, TU, WE, TH, FR)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_rules_that_dateutil_can_say_fall_on_the_same_days(data: st.DataObject) -> None:
    starts = data.draw(st.dates(date(2026, 1, 1), date(2028, 1, 1)))
    begin, every = datetime.combine(starts, time()), data.draw(st.integers(1, 6))
    weekday = data.draw(st.integers(0, 4))
    nth = data.draw(st.sampled_from([1, 2, 3, 4, 5, -1, -2]))
    ordinal = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last", -2: "2nd last"}[nth]
    day = data.draw(st.integers(1, 28))
    words, theirs = data.draw(
        st.sampled_from(
            [
                (f"every {every} days", rrule(DAILY, begin, interval=every)),
                (
                    f"every {every} weeks on {oracle.NAMES[weekday]}",
                    rrule(WEEKLY, begin, interval=every, byweekday=weekday),
                ),
                (
                    f"{ordinal} {oracle.NAMES[weekday]} of every {every} months",
                    rrule(MONTHLY, begin, interval=every, byweekday=WEEKDAYS[weekday](nth)),
                ),
                (f"day {day} of every {every} months", rrule(MONTHLY, begin, interval=every, bymonthday=day)),
                ("last day of the month", rrule(MONTHLY, begin, bymonthday=-1)),
                ("day 31 of the month or not at all", rrule(MONTHLY, begin, bymonthday=31)),
            ]
        )
    )
    each = ritual(words, holidays="ignore", schedule={"starts": str(starts)})
    assert [slot.day for slot in islice(slots(each, company(), starts), 30)] == [
        moment.date() for moment in islice(theirs, 30)
    ]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(SAYINGS)
def test_what_a_rule_says_can_be_read_again(saying: oracle.Saying) -> None:
    rule = parse(saying.words)
    assert parse(describe(rule)) == rule
