from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.definitions import Offset, Organisation, Ritual, WorkingHours, holiday_name, is_holiday
from bot.rituals.schedule import (
    Slot,
    coming,
    next_slot,
    next_working_moment,
    reminder_at,
    slots,
    times,
    to_utc,
)
from tests import people

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
KOLKATA = ZoneInfo("Asia/Kolkata")
HOURS = WorkingHours()

ZONES = [
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Lisbon",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Antarctica/Troll",
    "Africa/Casablanca",
]


def ritual(repeats: str = "FREQ=WEEKLY;BYDAY=WE", **changes: Any) -> Ritual:
    """The weekly update: Wednesday 10:00, reminder Thursday 10:00, cutoff 14:00, published 16:00."""
    schedule = {
        "repeats": repeats,
        "zone": "person",
        "prompt": "10:00",
        "reminder": "+1 day 10:00",
        "cutoff": "+1 day 14:00",
        "publish": "+1 day 16:00",
    } | changes.pop("schedule", {})
    weekly = people.calendar().rituals[0].model_dump(exclude_unset=True) | {"schedule": schedule} | changes
    return Ritual.model_validate(weekly)


def organisation(**changes: Any) -> Organisation:
    """The tests' company, in Berlin with Berlin's holidays."""
    return people.organisation().model_copy(update=changes)


def held(each: Ritual, since: date, count: int, where: Organisation | None = None) -> list[str]:
    return [_in_words(slot) for slot in islice(slots(each, where or organisation(), since), count)]


def _in_words(slot: Slot) -> str:
    words = f"{slot.day:%a} {slot.day}"
    if slot.moved_from:
        words += f" from {slot.moved_from}: {slot.moved_because}"
    return words + (f" not held: {slot.skipped_because}" if slot.skipped_because else "")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestLocalTimeToUtc:
    @pytest.mark.parametrize(
        ("zone", "local", "expected"),
        [
            ("Europe/Berlin", "2026-07-01T10:00", "2026-07-01T08:00"),
            ("Europe/Berlin", "2027-03-28T02:30", "2027-03-28T01:00"),
            ("Europe/Berlin", "2027-03-28T02:00", "2027-03-28T01:00"),
            ("Europe/Berlin", "2027-03-28T03:00", "2027-03-28T01:00"),
            ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),
            ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00"),
            ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),
            ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),
            ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"),
            ("Pacific/Apia", "2011-12-30T10:00", "2011-12-30T10:00"),
            ("Pacific/Apia", "2011-12-30T00:00", "2011-12-30T10:00"),
            ("Antarctica/Troll", "2026-03-29T02:10", "2026-03-29T01:00"),
            ("Asia/Kolkata", "2026-01-01T00:00", "2025-12-31T18:30"),
        ],
    )
    def test_a_skipped_time_becomes_the_next_and_a_repeated_one_the_first(
        self, zone: str, local: str, expected: str
    ) -> None:
        assert to_utc(datetime.fromisoformat(local), ZoneInfo(zone)) == utc(expected)

    @settings(max_examples=400, deadline=None, derandomize=True)
    @given(st.data())
    def test_it_agrees_with_watching_the_clock_minute_by_minute(self, data: st.DataObject) -> None:
        """Half of the times lie within a day of a clock change."""
        zone = ZoneInfo(data.draw(st.sampled_from(ZONES)))
        near = data.draw(st.sampled_from(_changes(zone.key)) | st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1)))
        minutes = data.draw(st.integers(-180, 180) | st.integers(-1500, 1500))
        local = near.replace(second=0, microsecond=0) + timedelta(minutes=minutes)
        assert to_utc(local, zone) == _watched(local, zone)


@cache
def _changes(zone: str) -> list[datetime]:
    """Local times at which a zone's clocks changed or will, from 2000 to 2037."""
    hours = (datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=6 * n) for n in range(4 * 366 * 37))
    moments = ((hour, hour.astimezone(ZoneInfo(zone))) for hour in hours)
    found = [later[1] for earlier, later in pairwise(moments) if earlier[1].utcoffset() != later[1].utcoffset()]
    return [moment.replace(tzinfo=None) for moment in found] or [datetime(2026, 1, 1)]


def _watched(local: datetime, zone: ZoneInfo) -> datetime:
    """The first minute whose local time is `local`, else the first that shows the smallest later time."""
    start = local.replace(tzinfo=UTC) - timedelta(hours=16)
    shown: dict[datetime, datetime] = {}
    for n in range(56 * 60):
        moment = start + timedelta(minutes=n)
        wall = moment.astimezone(zone).replace(tzinfo=None)
        if wall == local:
            return moment
        shown.setdefault(wall, moment)
    return shown[min(wall for wall in shown if wall > local)]


class TestSlots:
    def test_an_ordinary_week_is_left_alone(self) -> None:
        assert held(ritual(), date(2026, 11, 25), 2) == ["Wed 2026-11-25", "Wed 2026-12-02"]

    def test_the_first_day_looked_at_counts(self) -> None:
        assert held(ritual(), date(2026, 11, 26), 1) == ["Wed 2026-12-02"]

    @pytest.mark.parametrize(
        ("rule", "outcome"),
        [
            ("later", "Mon 2024-12-30 from 2024-12-25: Christmas Day"),
            ("earlier", "Mon 2024-12-23 from 2024-12-25: Christmas Day"),
            ("skip", "Wed 2024-12-25 not held: Christmas Day"),
            ("ignore", "Wed 2024-12-25"),
        ],
    )
    def test_a_holiday_moves_skips_or_keeps_as_the_ritual_says(self, rule: str, outcome: str) -> None:
        """Christmas Eve and Friday are worked by nobody here, so that moves are longer than a day."""
        where = organisation(working_hours=WorkingHours(days=("mon", "wed")))
        assert held(ritual(holidays=rule), date(2024, 12, 20), 1, where) == [outcome]

    def test_a_weekend_counts_as_off(self) -> None:
        first_of_month = ritual("FREQ=MONTHLY;BYMONTHDAY=1")
        assert held(first_of_month, date(2026, 1, 20), 3) == [
            "Mon 2026-02-02 from 2026-02-01: Sunday is not a working day",
            "Mon 2026-03-02 from 2026-03-01: Sunday is not a working day",
            "Wed 2026-04-01",
        ]

    def test_a_moved_slot_keeps_its_key(self) -> None:
        moved = next(slots(ritual(), organisation(), date(2024, 12, 25)))
        assert (moved.day, moved.key) == (date(2024, 12, 27), "2024-12-25T10:00")

    def test_a_slot_moved_into_the_range_is_there_and_one_moved_out_is_not(self) -> None:
        assert held(ritual(), date(2024, 12, 26), 1)[0].startswith("Fri 2024-12-27 from 2024-12-25")
        earlier = ritual(holidays="earlier")
        assert held(earlier, date(2024, 12, 25), 1) == ["Tue 2024-12-31 from 2025-01-01: New Year's Day"]

    def test_a_daily_ritual_is_never_held_twice_on_one_day(self) -> None:
        daily = ritual(
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", schedule={"reminder": None, "cutoff": "12:00", "publish": "12:00"}
        )
        assert held(daily, date(2026, 12, 24), 3) == [
            "Thu 2026-12-24",
            "Fri 2026-12-25 not held: Christmas Day, and the next working day has its own",
            "Mon 2026-12-28",
        ]
        earlier = daily.model_copy(update={"holidays": "earlier"})
        assert held(earlier, date(2026, 12, 25), 1)[0].startswith("Fri 2026-12-25 not held")

    def test_where_nobody_works_for_a_month_the_slot_is_not_held(self) -> None:
        nobody = organisation(working_hours=WorkingHours.model_construct(days=(), start=time(9), end=time(17)))
        assert held(ritual(), date(2026, 11, 25), 1, nobody) == [
            "Wed 2026-11-25 not held: Wednesday is not a working day, and no working day is near"
        ]

    def test_days_after_a_slot_are_working_days(self) -> None:
        """The Thursday after 13 May 2026 is Ascension Day."""
        slot = next(slots(ritual(), organisation(), date(2026, 5, 13)))
        assert slot.at(Offset(1, time(14)), BERLIN) == utc("2026-05-15T12:00")
        assert slot.at(Offset(2, time(14)), BERLIN) == utc("2026-05-18T12:00")

    def test_days_after_a_slot_that_ignores_holidays_are_calendar_days(self) -> None:
        slot = next(slots(ritual(holidays="ignore"), organisation(), date(2026, 5, 13)))
        assert slot.at(Offset(1, time(14)), BERLIN) == utc("2026-05-14T12:00")

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(
        st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=WE", "FREQ=WEEKLY;BYDAY=TH,FR", "FREQ=MONTHLY;BYMONTHDAY=1"]),
        st.sampled_from(["later", "earlier", "skip", "ignore"]),
        st.sampled_from([None, "DE-BE", "JP", "CN", "US"]),
        st.dates(date(2024, 1, 1), date(2034, 1, 1)),
        st.integers(0, 90),
    )
    def test_slots_move_to_working_days_in_order_wherever_one_starts_to_look(
        self, repeats: str, rule: str, code: str | None, since: date, later: int
    ) -> None:
        each, where = ritual(repeats, holidays=rule), organisation(holidays=code)
        found = list(islice(slots(each, where, since), 30))
        taken = [slot for slot in found if not slot.skipped_because]
        assert all(a.day < b.day and a.key < b.key for a, b in pairwise(taken))
        assert len({slot.key for slot in found}) == len(found)
        if rule != "ignore":
            assert all(slot.day.weekday() < 5 and not is_holiday(code, slot.day) for slot in taken)
        rest = [slot for slot in found if slot.day >= since + timedelta(days=later)]
        assert list(islice(slots(each, where, since + timedelta(days=later)), len(rest))) == rest


@pytest.mark.parametrize("zone", ZONES)
def test_ten_years_of_weekly_slots_each_happen_once_and_in_order(zone: str) -> None:
    """At an hour that clock changes skip and repeat, across leap days and year ends."""
    each = ritual(holidays="ignore", schedule={"repeats": "FREQ=WEEKLY;BYDAY=SU", "prompt": "02:30"})
    ten_years = list(islice(slots(each, organisation(), date(2025, 1, 1)), 522))
    assert [slot.day for slot in ten_years] == [date(2025, 1, 5) + timedelta(weeks=n) for n in range(522)]
    assert len({slot.key for slot in ten_years}) == 522
    moments = [slot.at(each.schedule.prompt, ZoneInfo(zone)) for slot in ten_years]
    assert all(a < b for a, b in pairwise(moments))


class TestNextSlot:
    def test_an_open_slot_is_next_until_its_cutoff(self) -> None:
        """The cutoff of Wednesday's slot is Thursday 14:00 in Berlin, 13:00 UTC in winter."""
        assert _next(ritual(), "2026-11-26T12:59") == "2026-11-25T10:00"
        assert _next(ritual(), "2026-11-26T13:00") == "2026-12-02T10:00"

    def test_slots_that_are_not_held_are_passed_over(self) -> None:
        assert _next(ritual(holidays="skip"), "2024-12-20T00:00") == "2025-01-08T10:00"

    def test_a_slot_moved_to_a_later_day_is_still_to_come(self) -> None:
        assert _next(ritual(), "2024-12-26T12:00") == "2024-12-25T10:00"

    def test_a_cutoff_beyond_holidays_keeps_its_slot_open(self) -> None:
        """Prompted on Wednesday 23 December, two working days on is Monday."""
        slow = ritual(schedule={"cutoff": "+2 days 14:00", "publish": "+2 days 16:00"})
        assert _next(slow, "2026-12-28T12:59") == "2026-12-23T10:00"
        assert _next(slow, "2026-12-28T13:00") == "2026-12-30T10:00"

    def test_after_the_last_there_is_none(self) -> None:
        ended = ritual("FREQ=WEEKLY;BYDAY=WE;UNTIL=20261125")
        assert _next(ended, "2026-11-26T12:59") == "2026-11-25T10:00"
        assert next_slot(ended, organisation(), utc("2026-11-26T13:00")) is None

    def test_what_is_not_held_is_still_told_of_on_its_day(self) -> None:
        told = coming(ritual(holidays="skip"), organisation(), utc("2024-12-25T22:00"))
        assert [_in_words(slot) for slot in islice(told, 2)] == [
            "Wed 2024-12-25 not held: Christmas Day",
            "Wed 2025-01-01 not held: New Year's Day",
        ]

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(
        st.datetimes(datetime(2025, 1, 1), datetime(2034, 1, 1)),
        st.sampled_from(["later", "earlier", "skip", "ignore"]),
        st.integers(0, 6),
        st.sampled_from(["Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles"]),
    )
    def test_it_is_the_first_of_all_slots_with_a_later_cutoff(
        self, moment: datetime, rule: str, wait: int, zone: str
    ) -> None:
        after = moment.replace(tzinfo=UTC)
        schedule = {"zone": zone, "reminder": None, "cutoff": f"+{wait} days 14:00", "publish": f"+{wait} days 14:00"}
        each = ritual(holidays=rule, schedule=schedule)
        long_ago = slots(each, organisation(), moment.date() - timedelta(days=120))
        expected = next(slot for slot in long_ago if not slot.skipped_because and _cutoff(each, slot) > after)
        assert next_slot(each, organisation(), after) == expected


def _next(each: Ritual, after: str) -> str:
    slot = next_slot(each, organisation(), utc(after))
    assert slot is not None
    return slot.key


def _cutoff(each: Ritual, slot: Slot) -> datetime:
    return slot.at(each.schedule.cutoff, each.zone_for(organisation()))


class TestOnePersonsTimes:
    WEDNESDAY = Slot(date(2026, 11, 25), time(10))

    def test_prompt_and_reminder_are_local_and_the_cutoff_is_one_for_all(self) -> None:
        mine = times(self.WEDNESDAY, ritual(), organisation(), KOLKATA)
        assert mine.prompt == utc("2026-11-25T04:30")
        assert mine.reminder == utc("2026-11-26T04:30")
        assert mine.cutoff == utc("2026-11-26T13:00")
        assert mine.publish == utc("2026-11-26T15:00")

    def test_without_a_zone_of_their_own_people_go_by_the_workspace(self) -> None:
        assert times(self.WEDNESDAY, ritual(), organisation()).prompt == utc("2026-11-25T09:00")

    def test_a_ritual_in_one_zone_asks_everybody_at_once_or_in_their_next_working_hours(self) -> None:
        """Ten in New York is half past eight in the evening in Kolkata."""
        shared = ritual(schedule={"zone": "America/New_York"})
        assert times(self.WEDNESDAY, shared, organisation(), NEW_YORK).prompt == utc("2026-11-25T15:00")
        assert times(self.WEDNESDAY, shared, organisation(), BERLIN).prompt == utc("2026-11-25T15:00")
        mine = times(self.WEDNESDAY, shared, organisation(), KOLKATA)
        assert mine.prompt == utc("2026-11-26T03:30")
        assert mine.reminder == utc("2026-11-26T11:59"), "the reminder at 20:30 would be too late in the day"

    def test_far_west_the_reminder_comes_at_the_end_of_the_day_before_the_cutoff(self) -> None:
        """Thursday 10:00 in Los Angeles is after the cutoff in Berlin."""
        mine = times(self.WEDNESDAY, ritual(), organisation(), LOS_ANGELES)
        assert mine.reminder is not None
        assert mine.reminder.astimezone(LOS_ANGELES) == datetime(2026, 11, 25, 17, 29, tzinfo=LOS_ANGELES)

    def test_somebody_whose_morning_is_after_the_cutoff_is_asked_the_day_before(self) -> None:
        same_day = ritual(schedule={"reminder": None, "cutoff": "16:00", "publish": "17:00"})
        assert times(self.WEDNESDAY, same_day, organisation(), LOS_ANGELES).prompt == utc("2026-11-24T18:00")

    def test_the_day_before_is_one_that_they_work_on(self) -> None:
        """It is Friday, the day after Thanksgiving, which is a holiday there and not in Berlin."""
        same_day = ritual(schedule={"reminder": None, "cutoff": "16:00", "publish": "17:00"})
        mine = times(Slot(date(2026, 11, 27), time(10)), same_day, organisation(), LOS_ANGELES, "US")
        assert mine.prompt == utc("2026-11-25T18:00")

    def test_a_short_time_to_answer_brings_nobody_forward_who_is_at_work_then(self) -> None:
        short = ritual(schedule={"reminder": None, "cutoff": "10:30", "publish": "10:30"})
        assert times(self.WEDNESDAY, short, organisation(), BERLIN).prompt == utc("2026-11-25T09:00")
        assert times(self.WEDNESDAY, short, organisation(), KOLKATA).prompt == utc("2026-11-25T04:30")
        assert times(self.WEDNESDAY, short, organisation(), NEW_YORK).prompt == utc("2026-11-24T15:00")

    def test_what_is_held_on_a_day_off_is_asked_for_before_it(self) -> None:
        weekend = ritual(holidays="ignore", schedule={"reminder": None, "cutoff": "16:00", "publish": "17:00"})
        saturday = Slot(date(2026, 11, 28), time(10))
        assert times(saturday, weekend, organisation(), BERLIN).prompt == utc("2026-11-27T09:00")

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(
        day=st.dates(date(2026, 1, 1), date(2032, 12, 31)),
        prompt=st.times(),
        answer_in=st.integers(5, 60 * 100),
        zone=st.sampled_from(ZONES),
        clock=st.sampled_from(["person", "workspace", "America/New_York"]),
    )
    def test_everybody_is_asked_and_reminded_in_their_hours_and_in_time(
        self, day: date, prompt: time, answer_in: int, zone: str, clock: str
    ) -> None:
        """Whatever the time of the prompt, the time to answer and where somebody is."""
        ends = datetime.combine(day, prompt) + timedelta(minutes=answer_in)
        cutoff = Offset((ends.date() - day).days, ends.time())
        reminder = Offset(cutoff.days, prompt) if cutoff.days and prompt < cutoff.at else None
        plain = ritual(holidays="ignore").schedule
        schedule = plain.model_copy(
            update={
                "zone": clock,
                "prompt": Offset(0, prompt),
                "reminder": reminder,
                "cutoff": cutoff,
                "publish": cutoff,
            }
        )
        asked = ritual(holidays="ignore").model_copy(update={"schedule": schedule})
        mine = times(Slot(day, prompt), asked, organisation(), ZoneInfo(zone), "US")
        shared = Slot(day, prompt).at(schedule.prompt, asked.zone_for(organisation()))
        assert _in_hours(mine.prompt, ZoneInfo(zone))
        assert mine.prompt <= max(mine.cutoff - timedelta(hours=2), shared)
        if mine.reminder:
            assert _is_working(mine.reminder, ZoneInfo(zone)) and mine.prompt < mine.reminder < mine.cutoff

    def test_a_personal_holiday_is_no_day_for_a_reminder(self) -> None:
        """Thursday is Thanksgiving, and nothing of Wednesday is left two hours after the prompt."""
        at_four = ritual(schedule={"prompt": "16:00"})
        assert times(self.WEDNESDAY, at_four, organisation(), NEW_YORK, "US").reminder is None


class TestReminder:
    DAY = date(2026, 11, 25)
    CUTOFF = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)

    def remind(self, prompted: str, reminder: str = "+1 day 10:00", zone: ZoneInfo = BERLIN) -> datetime | None:
        days, _, at = reminder.rpartition(" ")
        offset = Offset(1 if days else 0, time.fromisoformat(at))
        return reminder_at(
            self.DAY, offset, prompted=utc(prompted), cutoff=self.CUTOFF, clock=zone, zone=zone, hours=HOURS
        )

    def test_it_comes_at_the_persons_own_time(self) -> None:
        assert self.remind("2026-11-25T09:00") == utc("2026-11-26T09:00")

    def test_somebody_asked_after_the_usual_time_is_reminded_an_hour_before_the_cutoff(self) -> None:
        assert self.remind("2026-11-26T09:30") == utc("2026-11-26T12:00")

    def test_somebody_asked_just_before_the_cutoff_is_not_reminded(self) -> None:
        assert self.remind("2026-11-26T10:01") is None

    def test_it_never_comes_outside_working_hours(self) -> None:
        """New York's Thursday begins an hour after the cutoff there, so Wednesday's end it is."""
        assert self.remind("2026-11-25T15:00", zone=NEW_YORK) == utc("2026-11-25T22:29")
        assert self.remind("2026-11-25T21:00", zone=NEW_YORK) is None


class TestWorkingMoments:
    @pytest.mark.parametrize(
        ("at", "expected"),
        [
            ("2026-11-25T09:00", "2026-11-25T09:00"),
            ("2026-11-25T07:59", "2026-11-25T08:00"),
            ("2026-11-25T16:29", "2026-11-25T16:29"),
            ("2026-11-25T16:30", "2026-11-26T08:00"),
            ("2026-11-27T20:00", "2026-11-30T08:00"),
            ("2026-12-24T20:00", "2026-12-28T08:00"),
            ("2027-03-26T09:00", "2027-03-30T07:00"),
        ],
    )
    def test_the_next_one_waits_for_morning_monday_and_the_end_of_holidays(self, at: str, expected: str) -> None:
        """The last case is Good Friday to Easter Tuesday, with the change to summer time between."""
        found = next_working_moment(utc(at), BERLIN, HOURS, lambda day: is_holiday("DE-BE", day))
        assert found == utc(expected)

    def test_a_month_without_work_does_not_hold_things_back_for_ever(self) -> None:
        assert next_working_moment(utc("2026-11-25T20:00"), BERLIN, HOURS, lambda _day: True) == utc("2026-11-25T20:00")

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(st.datetimes(datetime(2025, 1, 1), datetime(2034, 1, 1)), st.sampled_from(ZONES))
    def test_it_is_in_working_hours_and_nothing_sooner_is(self, moment: datetime, zone: str) -> None:
        at = moment.replace(tzinfo=UTC, second=0, microsecond=0)
        found = next_working_moment(at, ZoneInfo(zone), HOURS, _is_off)
        assert found == next(each for each in _quarters(at) if _is_working(each, ZoneInfo(zone)))


def _is_off(day: date) -> bool:
    return is_holiday("US", day)


def _is_working(moment: datetime, zone: ZoneInfo) -> bool:
    return _in_hours(moment, zone) and not _is_off(moment.astimezone(zone).date())


def _in_hours(moment: datetime, zone: ZoneInfo) -> bool:
    local = moment.astimezone(zone)
    return local.weekday() < 5 and time(9) <= local.time() < time(17, 30)


def _quarters(at: datetime) -> Iterator[datetime]:
    """`at`, and then every quarter of an hour, when every zone's working day begins."""
    yield at
    quarter = at.replace(minute=at.minute // 15 * 15)
    while True:
        quarter += timedelta(minutes=15)
        yield quarter


class TestHolidays:
    def test_a_part_of_a_country_has_its_own(self) -> None:
        womens_day = date(2026, 3, 8)
        assert holiday_name("DE-BE", womens_day) is not None
        assert not is_holiday("DE", womens_day)
        assert holiday_name("DE", date(2026, 12, 25)) == "Christmas Day"

    def test_without_a_code_there_are_none(self) -> None:
        assert not is_holiday(None, date(2026, 12, 25))
